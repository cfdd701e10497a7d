"""Derives the cases that are not about one error code: statuses, credentials, envelope, controls, stability.

They ask every operation that the surface has, by what it does and takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from conformance.chapters import octets, pairs, sequences
from conformance.chapters import stability as shapes
from conformance.drawn import fuzz, generated
from conformance.http.credentials import spoilings
from conformance.http.exchange import NOBODY, OWNER
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Operation, Parameter, Surface
from conformance.planning.cases import (
    ACCEPTED,
    EITHER,
    LINKS,
    REFUSED,
    ByOperation,
    Case,
    Expected,
    Template,
    Value,
    case_id,
    literal,
    of_operation,
    turn_of,
)  # fmt: skip
from conformance.planning.codes import Planner, fits, operation_fits
from conformance.planning.requests import base, right, with_mark
from conformance.planning.safety import of_method
from conformance.planning.values import MADE_UP, corpus, stretched


def plan(contract: Contract, surface: Surface, profile: Profile) -> list[Case]:
    """All cases that need no generator, in the order of the errors page; ids are unique."""
    planner = Planner(contract, surface, profile)
    codes = ByOperation(planner.code_cases())
    return [
        *statuses(contract, surface),
        *credentials(contract, surface, profile, codes),
        *envelope(contract, surface, codes),
        *codes,
        *controls(contract, surface),
        *stability(contract, surface, codes),
        *shapes.plan(contract, surface, profile, codes),
        *pairs.plan(contract, surface, profile, codes),
        *octets.plan(contract, surface, profile, codes),
        *sequences.plan(contract, surface, profile, codes),
        *generated.plan(contract, surface, profile, codes),
        *fuzz.plan(contract, surface, profile),
    ]


def statuses(contract: Contract, surface: Surface) -> Iterator[Case]:
    """Unknown paths and methods, unreadable bodies, unknown things without a code of their own, and failure."""
    refusals = contract.statuses.any_refusal
    allowed = contract.by_role("statuses")
    stray = Expected(EITHER, (), refusals, allowed, documented=False, registered=False)
    for where, path in _unknown_paths(surface):
        for method in contract.methods:
            for credentials in (OWNER, NOBODY):
                yield Case(
                    id=case_id(allowed, None, "unknown-path", f"{where}.{method}" + _suffix(credentials)),
                    chapter="statuses", kind="anything", requirements=(allowed,),
                    template=Template(None, method=method, target=path, headers=(("Accept", "application/json"),),
                                      credentials=credentials),
                    expected=stray, safety=of_method(method),
                )  # fmt: skip
    for path, operations in _by_path(surface).items():
        known = {operation.method for operation in operations}
        pattern = operations[0]
        for method in contract.methods:
            if method in known:
                continue
            yield Case(
                id=case_id(allowed, pattern.id, "unknown-method", method),
                chapter="statuses", kind="anything", requirements=(allowed,),
                template=_naming_nothing(pattern).having(method=method, media_type="" if method == "GET" else None),
                expected=stray, operation=pattern.id, safety=of_method(method, operations),
            )  # fmt: skip
        assert path
    invalid = contract.statuses.invalid
    about = contract.of_status(invalid) or allowed
    for operation in surface.operations.values():
        if operation.media_type and "json" in operation.media_type:
            for name, text in (("cut-off", '{"'), ("text", "this is no JSON"), ("unquoted", "{a: 1}")):
                yield Case(
                    id=case_id(about, operation.id, "unreadable-body", name),
                    chapter="statuses", kind="refusal", requirements=(about,),
                    template=base(operation).having(text=text.encode()),
                    expected=Expected(REFUSED, (), (invalid,), about, documented=False),
                    operation=operation.id, safety=operation.safety, control=None,
                )  # fmt: skip
    bound = _bound_resources(contract)
    for operation in surface.operations.values():
        for parameter in operation.placed("path"):
            resource = parameter.trait("x-resource")
            if resource and resource not in bound:
                wrong = Value(
                    "unknown",
                    fact=parameter.trait("x-fact"),
                    which="a",
                    fallback=right(parameter).literal or right(parameter).fallback,
                )
                yield Case(
                    id=case_id(about, operation.id, parameter.name, "unknown"),
                    chapter="statuses", kind="refusal", requirements=(about,),
                    template=base(operation).setting({parameter.key: wrong}),
                    expected=Expected(REFUSED, (), (invalid,), about, documented=False),
                    operation=operation.id, parameter=parameter.name, safety=operation.safety,
                )  # fmt: skip
    failure = contract.statuses.failure
    about = contract.of_status(failure) or allowed
    yield Case(
        id=case_id(about, None, "server-error", "given"), chapter="statuses", kind="server-error", requirements=(about,),
        template=Template(None), expected=Expected(EITHER, (), (failure,), about, documented=False, registered=False),
    )  # fmt: skip


def credentials(contract: Contract, surface: Surface, profile: Profile, codes: Sequence[Case]) -> Iterator[Case]:
    """Missing and wrong credentials: on every operation, and beside another fault."""
    status = contract.statuses.credentials
    about = contract.of_status(status) or contract.by_role("statuses")
    challenge, unchanged = contract.by_role("challenge"), contract.by_role("unchanged")
    expected = Expected(REFUSED, (), (status,), about, documented=False)
    owner = profile.vault.get(OWNER)
    ways = tuple(spoilings(owner)) if owner else ("wrong-password",)
    secured = [operation for operation in surface.operations.values() if operation.secured]
    for operation in secured:
        asked = [NOBODY, *(f"{OWNER}:{way}" for way in ways)]
        for name in asked:
            yield Case(
                id=case_id(about, operation.id, "credentials", "missing" if name == NOBODY else name.split(":")[1]),
                chapter="credentials", kind="refusal",
                requirements=tuple(filter(None, (about, challenge, unchanged if operation.safety != "read" else ""))),
                template=base(operation).having(credentials=name), expected=expected,
                operation=operation.id, safety=operation.safety, options={"made_up": True},
            )  # fmt: skip
        faults = [c for c in of_operation(codes, operation.id) if c.expected.outcome == REFUSED and _self_made(c)]
        for place in ("path", "query", "body"):
            there = {
                c.error_codes[0]: c for c in reversed(faults) if c.parameter and _place(operation, c.parameter) == place
            }
            for code, name in product(reversed(there), (NOBODY, f"{OWNER}:{ways[0]}")):
                fault, said = there[code], "missing" if name == NOBODY else "wrong"
                yield Case(
                    id=case_id(about, operation.id, fault.parameter, f"{said}-beside-{code}"),
                    chapter="credentials", kind="refusal", requirements=(about,),
                    template=fault.template.having(credentials=name), expected=expected,
                    operation=operation.id, parameter=fault.parameter, safety=operation.safety,
                    options={"made_up": True},
                )  # fmt: skip


def envelope(contract: Contract, surface: Surface, codes: Sequence[Case]) -> Iterator[Case]:
    """The envelope and the media type of every operation's refusal, whatever the Accept header asks for."""
    json = contract.by_role("json")
    parts = tuple(
        filter(None, map(contract.by_role, ("envelope", "code-form", "message", "errors", "field", "internals")))
    )
    for operation in surface.operations.values():
        fault = _plain_fault(operation, codes)
        if fault is None:
            continue
        lenient = Expected(EITHER, (), (), json, documented=False)
        yield _as(fault, case_id(parts[0], operation.id, "refusal", "given"), "envelope", (*parts, json), lenient,
                  fault.template)  # fmt: skip
        for index, accept in enumerate(("", *contract.accept)):
            if index > 2 and operation.safety != "read":
                continue
            template = fault.template.having(headers=(("Accept", accept),))
            name = "accept-" + (accept.split(";")[0].replace("/", ".").replace("*", "any") if accept else "none")
            yield _as(fault, case_id(json, operation.id, "refusal", name), "envelope", (json,), lenient, template)
    for operation in surface.operations.values():
        if operation.safety == "read" and operation.reads:
            for accept in contract.accept[:2]:
                yield Case(
                    id=case_id(json, operation.id, "success", "accept-" + accept.replace("/", ".")),
                    chapter="envelope", kind="anything", requirements=(json,),
                    template=base(operation).having(headers=(("Accept", accept),)),
                    expected=Expected(EITHER, (), (), json, documented=False), operation=operation.id,
                )  # fmt: skip


def controls(contract: Contract, surface: Surface) -> Iterator[Case]:
    """Requests without a fault: the smallest one, and each right value of each parameter."""
    control, changed = contract.by_role("control"), contract.by_role("changed")
    if not control:
        return
    for operation in surface.operations.values():
        if not operation.reads and not operation.effect:
            continue
        resources = {p.trait("x-resource") for p in operation.placed("path")}
        if any(p.trait("x-resource") and not p.trait("x-fact") for p in operation.placed("path")):
            continue  # nothing says which thing could be named
        assert resources is not None

        def case(
            template: Template, parameter: Parameter | None, name: str, operation: Operation = operation,
            **options: bool,
        ) -> Case:  # fmt: skip
            writes = operation.safety != "read"
            return Case(
                id=case_id(control, operation.id, parameter.name if parameter else None, name),
                chapter="controls", kind="acceptance",
                requirements=tuple(filter(None, (control, changed if writes else ""))),
                template=template, expected=Expected(ACCEPTED, (), (), control),
                operation=operation.id, parameter=parameter.name if parameter else None, safety=operation.safety,
                assumed="assumed" in (operation.basis, parameter.basis if parameter else ""),
                clauses=("control", *(("state",) if writes else ())),
                # What is sent without a parameter of its own carries a mark, and writes that.
                lock=_lock(operation, template if parameter else with_mark(template)[0])
                if writes and "creates" not in operation.effect else "",
                options=options,
            )  # fmt: skip

        yield case(base(operation), None, "base")
        yield from (case(template, None, name) for name, template in _plainly(operation))
        yield from (case(template, None, name) for name, template in _together(contract, operation))
        if operation.safety == "write" and operation.effect.get("creates"):
            yield case(base(operation), None, "nothing-optional", mark=False)
        if operation.safety == "read":
            for parameter in operation.placed("path"):
                for fact in parameter.trait("x-also") or ():
                    value = Value("fact", fact=fact, form=right(parameter).form)
                    yield case(base(operation).setting({parameter.key: value}), parameter, fact)
        if operation.safety == "purchase":
            continue  # a purchase cannot be undone: one control serves all its cases
        for parameter in operation.parameters:
            if parameter.place == "path" or parameter.trait("x-asked"):
                continue
            for name, value in right_values(parameter, contract):
                template = base(operation, parameter).setting({parameter.key: value})
                yield case(template, parameter, name)


def _plainly(operation: Operation) -> Iterator[tuple[str, Template]]:
    """The smallest right request, as other clients send it: no Accept, any media type, a charset, nothing optional."""
    if operation.safety == "read":
        yield "without-accept", base(operation).having(headers=(("Accept", ""),))
        yield "accept-anything", base(operation).having(headers=(("Accept", "*/*"),))
    elif operation.media_type and operation.safety == "write":
        yield "charset", base(operation).having(media_type=f"{operation.media_type}; charset=utf-8")


def _together(contract: Contract, operation: Operation) -> Iterator[tuple[str, Template]]:
    """What belongs together, right as a whole: the controls of faults that several parameters make."""
    for rule in contract.rules.values():
        for trigger in rule.triggers:
            if not trigger.get("together") or not operation_fits(trigger.get("operation", {}), operation):
                continue
            found = [p for p in operation.parameters if fits(trigger["on"], p, p.facets[0])]
            for variant in trigger["variants"]:
                if found and "controlFact" in variant:
                    values: dict[str, Value | None] = {
                        p.key: Value("fact", fact=variant["controlFact"], which=p.trait("x-location") or "")
                        for p in found
                    }
                    yield f"together.{trigger['situation']}", base(operation).setting(values)


def right_values(parameter: Parameter, contract: Contract) -> Iterator[tuple[str, Value]]:
    """Values of a parameter that have no fault, each with a name: samples, vocabularies, corpora, bounds."""
    ahead = parameter.trait("x-ahead")
    if ahead:
        yield "soon", Value("ahead", literal=3600)
        yield "far-ahead", Value("ahead", literal=ahead["max"] - 86400)
        return
    if parameter.example is not None or parameter.trait("x-fact") or parameter.trait("enum"):
        yield "given", right(parameter)  # nothing is invented for a parameter that no sample is known of
    known = parameter.trait("enum") or []
    for index, word in enumerate(known):
        yield f"known-{index + 1}", literal([word] if parameter.is_list else word)
    if parameter.is_list and len(known) > 1:
        yield "known-together", literal(list(known))
    for facet in parameter.facets:
        form = facet.traits.get("format")
        for rule in contract.rules.values():
            for trigger in rule.triggers:
                on = trigger["on"]
                if not form or on.get("format") != form or parameter.trait("x-fact"):
                    continue
                for variant in trigger["variants"]:
                    if "corpus" in variant:
                        for entry in corpus(variant["corpus"], contract.folder)["right"]:
                            yield entry["name"], literal(entry["value"])
        if facet.traits.get("format") or known or parameter.trait("x-resource"):
            continue
        sample = parameter.example if isinstance(parameter.example, str) else "Conformance"
        if facet.traits.get("minLength", 0) >= 1:
            yield "shortest", literal(stretched(sample, facet.traits["minLength"]))
        if facet.traits.get("maxLength"):
            yield "longest", literal(stretched(sample, facet.traits["maxLength"]))
    if parameter.trait("type") == "integer" and parameter.place == "query":
        yield "one", literal("1")
        if parameter.trait("maximum") is not None:
            yield "greatest", literal(str(parameter.trait("maximum")))


def stability(contract: Contract, surface: Surface, codes: Sequence[Case]) -> Iterator[Case]:
    """The same request several times: one for each operation and code, and each operation's right request."""
    stable = contract.by_role("stable")
    if not stable:
        return
    seen: set[tuple[str | None, str]] = set()
    for case in codes:
        key = (case.operation, case.error_codes[0])
        if key in seen or case.operation is None or case.expected.outcome != REFUSED or "deleted" in case.id:
            continue
        seen.add(key)
        yield _as(case, case_id(stable, case.operation, case.parameter, case.error_codes[0]), "stability", (stable,),
                  case.expected, case.template, "repetition")  # fmt: skip
    for operation in surface.operations.values():
        if operation.safety == "read" and operation.reads and not any(
            p.trait("x-resource") and not p.trait("x-fact") for p in operation.placed("path")
        ):  # fmt: skip
            yield Case(
                id=case_id(stable, operation.id, None, "right"), chapter="stability", kind="repetition",
                requirements=(stable,), template=base(operation), expected=Expected(EITHER, (), (), stable),
                operation=operation.id,
            )  # fmt: skip


def _as(
    case: Case, name: str, chapter: str, requirements: tuple[str, ...], expected: Expected, template: Template,
    kind: str = "anything",
) -> Case:  # fmt: skip
    return Case(
        id=name, chapter=chapter, kind=kind, requirements=requirements, template=template, expected=expected,
        operation=case.operation, parameter=case.parameter, safety=case.safety, options={"mark": False},
    )  # fmt: skip


def _plain_fault(operation: Operation, codes: Sequence[Case]) -> Case | None:
    """A fault of the operation that costs least to make: one that needs no more than the base request does."""
    own = [c for c in of_operation(codes, operation.id) if c.expected.outcome == REFUSED and _self_made(c)]
    return next((c for c in own if c.parameter and _place(operation, c.parameter) != "path"), own[0] if own else None)


def _self_made(case: Case) -> bool:
    """Whether a fault stands in the request alone, and not in the state of the target."""
    return not any(v.how in ("deleted", "made") for v in case.template.values.values()) and (
        not any(v.how == "fact" and v.fallback is None for v in case.template.values.values())
        and case.template.credentials == OWNER
    )


def _place(operation: Operation, name: str) -> str:
    parameter = operation.parameter(name)
    return parameter.place if parameter else ""


def _lock(operation: Operation, template: Template) -> str:
    """Controls that write the same members of the same thing take turns, and so do those that link and unlink."""
    written = [p for p in operation.placed("body") if p.key in template.values]
    if any(p.trait("x-resource") for p in written) or "deletes" in operation.effect:
        return LINKS
    return turn_of(operation, [p.name for p in written])


def _bound_resources(contract: Contract) -> set[str]:
    return {t["on"]["x-resource"] for rule in contract.rules.values() for t in rule.triggers if "x-resource" in t["on"]}


def _unknown_paths(surface: Surface) -> Iterator[tuple[str, str]]:
    first = next(iter(surface.operations.values())).path
    head = "/" + first.split("/")[1] if first.count("/") > 1 and "{" not in first.split("/")[1] else ""
    yield "root", f"/{MADE_UP}"
    yield "sibling", f"{head}/{MADE_UP}"
    yield "below", f"{head}/{MADE_UP}/{MADE_UP.lower()}"
    fixed = first.split("{")[0].rstrip("/")
    yield "beyond", f"{fixed}/{MADE_UP}/{MADE_UP}/{MADE_UP}"


def _by_path(surface: Surface) -> dict[str, list[Operation]]:
    found: dict[str, list[Operation]] = {}
    for operation in surface.operations.values():
        found.setdefault(operation.path, []).append(operation)
    return found


def _naming_nothing(operation: Operation) -> Template:
    """A request to a known path in which every identifier names nothing."""
    values = {}
    for parameter in operation.placed("path"):
        sample = right(parameter)
        form = sample.form
        values[parameter.key] = Value("unknown", fact=parameter.trait("x-fact"), which="a", form=form,
                                      fallback=sample.fallback or sample.literal)  # fmt: skip
    return Template(operation, values)


def _suffix(credentials: str) -> str:
    return "" if credentials == OWNER else ".without-credentials"

"""Everything else that a request can hold: bodies that are no JSON, wrong types, odd characters, other media types.

Two kinds of cases. What nobody can take for right must be refused, with the status of invalid data. What a target may
take as well must be taken or refused so; a failure of the server is wrong in either case. What an HTTP server may
refuse by itself is in `conformance.chapters.requestlines`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance.chapters import requestlines
from conformance.chapters.bodies import EMPTY, ODD, ODD_AND_LARGE, UNREADABLE, UNREADABLE_AND_LARGE, UNUSUAL, WAYS
from conformance.http.exchange import Request
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Operation, Parameter, Surface
from conformance.judgement.verdict import Step, Unanswered
from conformance.judgement.wording import Violation
from conformance.planning.cases import (
    ACCEPTED,
    EITHER,
    REFUSED,
    Case,
    Expected,
    Template,
    case_id,
    literal,
    turns,
    written,
)  # fmt: skip
from conformance.planning.requests import base, right, with_mark
from conformance.planning.selectors import fits
from conformance.planning.values import marked
from conformance.putting.bench import Bench
from conformance.putting.watch import Watch, accepted

#: Asked of every operation that takes a body; the others of one that makes a thing and one that changes a thing.
#: Of those that are refused, the first two are looked for in the state as well.
ON_EVERY_OPERATION = ("cut-in-half", "without-its-end", "deep-and-open", "nothing", "null", "array", "string", "deep")
#: Media types that every operation with a body is asked with.
ON_EVERY_TYPE = ("text", "form", "missing")
#: Values of each JSON type; the one that a parameter has is left out.
TYPES: Mapping[str, Any] = {"number": 5, "boolean": True, "array": ["a"], "object": {"a": 1}, "string": "Zzyzxqj"}
#: Texts that can stand in JSON and in a query: what is hard to store, and what is hard to show.
CONTROLS, BEYOND, HALF = "a\0b\r\n\tc", "\U0001f600\u05e9\u05dc\u05d5\u05dd\u96fb'\"%\\", "a\ud83db"
#: What some languages write otherwise when they keep or show it: entities, quotes, percent signs.
MARKS = "R&B 'a' \"b\" 50%25 + \\"
MEDIA_TYPES: Mapping[str, str] = {
    "missing": "",
    "text": "text/plain",
    "xml": "application/xml",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
    "multipart-with-boundary": "multipart/form-data; boundary=x",
    "octets": "application/octet-stream",
    "json-of-a-kind": "application/vnd.conformance+json",
    "charset-utf-16": "application/json; charset=utf-16",
    "charset-made-up": "application/json; charset=Zzyzxqj",
    # Neither one without "=" nor an empty one: web frameworks in wide use fail at these before an API has a say.
    "broken-parameters": 'application/json; charset="utf-8; =',
    "no-type": "Zzyzxqj",
    "two": "application/json, text/plain",
}
#: Effects of the operations that are asked thoroughly.
WRITES = ("creates", "updates")
#: Faults of the wire that an answer before the API may show as.
ABRUPT = ("reset", "not-http", "too-large", "timeout")


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes cases of one contract; `lasting` are the operations that make what cannot be removed again."""

    contract: Contract
    lasting: frozenset[str] = frozenset()

    def case(
        self, operation: Operation, subject: str, variant: str, template: Template, outcome: str = EITHER, *,
        parameter: Parameter | None = None, options: Mapping[str, Any] | None = None, documented: bool = False,
        before: bool = False, carrier: str | None = None,
    ) -> Case:  # fmt: skip
        """A case about one operation: what is refused has the status of invalid data."""
        invalid = self.contract.statuses.invalid
        about = self.contract.of_status(invalid) or self.contract.by_role("statuses")
        first = self.contract.by_role("control") if outcome == ACCEPTED else about
        blame = first if not before or outcome == REFUSED else self.contract.by_role("before-the-api")
        writes = operation.safety != "read" and not before
        failure = self.contract.of_status(self.contract.statuses.failure) or ""
        state = self.contract.by_role("changed" if outcome == ACCEPTED else "unchanged") if writes else ""
        named = {parameter.name if parameter is not None else "", carrier or ""} - {""}
        touched = named | written(template)
        stays = operation.id in self.lasting and outcome != REFUSED and not (options or {}).get("made_up")
        return Case(
            id=case_id(blame, operation.id, subject, variant),
            chapter="bytes",
            kind="octets",
            requirements=tuple(dict.fromkeys(filter(None, (blame, first, failure, state)))),
            template=template,
            expected=Expected(
                outcome, (), self.statuses(operation), first, documented=documented, before_the_api=before,
                parameters=operation.names,
            ),
            operation=operation.id,
            parameter=parameter.name if parameter else None,
            safety=operation.safety,
            lock=turns(operation, touched),
            not_applicable=f"what {operation.id} might make could not be removed" if stays else "",
            options={"carrier": carrier, **(options or {})},
        )  # fmt: skip

    def statuses(self, operation: Operation) -> tuple[int, ...]:
        """Those of invalid data, and of a path that names nothing, which may be told first."""
        found = [self.contract.statuses.invalid]
        for rule in self.contract.rules.values():
            named = [t["on"] for t in rule.triggers if "situation" not in t and "x-resource" in t["on"]]
            if any(fits(on, p, facet) for on in named for p in operation.placed("path") for facet in p.facets):
                found += rule.statuses
        return tuple(dict.fromkeys(found))


def plan(contract: Contract, surface: Surface, profile: Profile, codes: Sequence[Case]) -> Iterator[Case]:
    """The cases of this chapter."""
    maker = Maker(contract, frozenset(_lasting(surface, profile)))
    taking = [o for o in surface.operations.values() if o.media_type and "json" in o.media_type and o.placed("body")]
    thorough = _thorough(taking)
    for operation in taking:
        yield from _bodies(maker, operation, thorough.index(operation) if operation in thorough else len(thorough))
        yield from _types(maker, operation)
    for operation in surface.operations.values():
        yield from _texts(maker, operation)
        yield from _nothings(maker, operation)
    yield from requestlines.plan(contract, surface, profile, maker)


def _lasting(surface: Surface, profile: Profile) -> Iterator[str]:
    there = [o for o in surface.operations.values() if o.id not in profile.unsupported]
    removed = {"", *(o.effect.get("deletes", "") for o in there)}
    return (o.id for o in there if o.safety == "write" and o.effect.get("creates", "") not in removed)


def _thorough(operations: Sequence[Operation]) -> list[Operation]:
    """One operation that makes a thing and one that changes a thing."""
    writing = [o for o in operations if o.safety == "write"]
    found = [next((o for o in writing if what in o.effect), None) for what in WRITES]
    return [each for each in found if each is not None] or list(operations[:1])


def harmless(operation: Operation, *also: Parameter) -> Template:
    """The right request, or where it would take something for good, one that names nothing that is there to take."""
    template = base(operation, *also)
    key = operation.parameter(operation.effect.get("keyed", ""))
    if key is None:
        return template
    wrong = replace(right(key), how="unknown", which="a")
    return template.setting({key.key: replace(wrong, fallback=_first(wrong.fallback))})


def _first(sample: Any) -> Any:
    return sample[0] if isinstance(sample, list) and sample else sample


def _bodies(maker: Maker, operation: Operation, rank: int) -> Iterator[Case]:
    """Bodies in every way on the operation of rank 0, unreadable ones on that of rank 1, and some on all others."""
    template, carrier = with_mark(harmless(operation))
    plain = harmless(operation)

    def case(name: str, outcome: str, large: bool = False) -> Case:
        bare = (
            name in UNREADABLE and WAYS[name](b"{}") == b"{}" and not any(k.startswith("body:") for k in plain.values)
        )
        seen = operation.safety == "write" and (name in ON_EVERY_OPERATION[:2] or outcome != REFUSED or bare)
        return maker.case(operation, "body", name, template if seen else plain, outcome, before=large,
                          options={"body": name}, carrier=carrier if seen else None)  # fmt: skip

    needs = bool(operation.group) or any(p.required for p in operation.placed("body"))
    for name in (*UNREADABLE, *EMPTY):
        if rank < len(WRITES) or name in ON_EVERY_OPERATION:
            yield case(name, REFUSED if needs or name in UNREADABLE else EITHER)
    for name in UNREADABLE_AND_LARGE if rank < len(WRITES) else ():
        yield case(name, REFUSED, large=True)
    if rank > 0:
        # Whether a body of another type is read or not, this one lacks what is due.
        for name in ON_EVERY_TYPE if needs else ():
            lacking = plain.having(text=b"{}", media_type=MEDIA_TYPES[name])
            yield maker.case(operation, "Content-Type", f"{name}.empty", lacking, REFUSED)
        return
    for name in ODD:
        yield case(name, EITHER)
    for name in ODD_AND_LARGE:
        yield case(name, EITHER, large=True)
    for name in UNUSUAL:
        yield case(name, ACCEPTED)
    for name, media_type in MEDIA_TYPES.items():
        yield maker.case(operation, "Content-Type", name, template.having(media_type=media_type), carrier=carrier)
    compressed = template.having(headers=(("Content-Encoding", "gzip"),))
    yield maker.case(operation, "Content-Encoding", "not-compressed", compressed, carrier=carrier)


def _types(maker: Maker, operation: Operation) -> Iterator[Case]:
    """Each parameter of the body with a value of each other type: it may be read as the right one, or refused."""
    for parameter in operation.placed("body"):
        own = {"integer": "number"}.get(str(parameter.trait("type")), parameter.trait("type"))
        for name, value in TYPES.items():
            if name == own:
                continue
            template = harmless(operation, parameter).setting({parameter.key: literal(value)})
            yield maker.case(operation, parameter.name, f"type.{name}", template, parameter=parameter, documented=True)
        if own == "array":
            for name, value in {**TYPES, "null": None}.items():
                template = harmless(operation, parameter).setting({parameter.key: literal([value])})
                yield maker.case(operation, parameter.name, f"item.{name}", template, parameter=parameter)


def _nothings(maker: Maker, operation: Operation) -> Iterator[Case]:
    """null, or an empty text, for each parameter that is not required: it counts as absent, or is refused.

    What is there already is not asked: whoever takes nothing for a value may clear a member that cannot be put back.
    """
    if "updates" in operation.effect:
        return
    for parameter in operation.parameters:
        if parameter.required or parameter.place not in ("body", "query"):
            continue
        nothings: dict[str, Any] = {"null": None} if parameter.place == "body" else {}
        if parameter.place == "query" or parameter.trait("type") == "string":
            nothings["empty"] = ""
        for name, value in nothings.items():
            template, carrier = harmless(operation, parameter), None
            if "creates" in operation.effect:
                template, carrier = with_mark(template, parameter.name)
            template = template.setting({parameter.key: literal(value)})
            yield maker.case(operation, parameter.name, name, template, parameter=parameter, carrier=carrier)


def _texts(maker: Maker, operation: Operation) -> Iterator[Case]:
    """Odd characters in texts, to be stored or refused; a text that is free is stored as it is where it is taken."""
    for parameter in operation.parameters:
        of_texts = parameter.trait("type") == "string"
        if parameter.place not in ("body", "query") or parameter.trait("x-asked") or not of_texts:
            continue
        free = not any(map(parameter.trait, ("enum", "format", "x-resource")))
        for name, text in (("controls", CONTROLS), ("beyond-ascii", BEYOND), ("half-a-pair", HALF), ("marks", MARKS)):
            if not free and (name != "controls" or parameter.place == "query"):
                continue
            template, carrier = harmless(operation, parameter), None
            if "creates" in operation.effect:
                template, carrier = with_mark(template, parameter.name)
            yield maker.case(
                operation, parameter.name, f"text.{name}", template.setting({parameter.key: literal(text)}),
                parameter=parameter, documented=text != HALF, carrier=carrier,  # some readers of JSON refuse half a pair
                options={"effect": name in ("beyond-ascii", "marks") and parameter.place == "body"},
            )  # fmt: skip


def octets(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send a right request with its bytes changed as the case says; what was refused changed nothing."""
    options, template, operation = case.options, case.template, case.template.operation
    mark = marked(bench.salt, case.id)
    made_up = case.safety == "read" or bool(options.get("made_up"))
    request = changed(bench.request(template, case, made_up), options)
    watch = None
    if operation is not None and case.safety in ("write", "message") and not made_up:
        watch = Watch(bench, template, mark, options.get("carrier"), False, request)
        watch.before(steps)
    try:
        exchange = bench.send(request, "the request", steps, odd=case.expected.before_the_api)
    except Unanswered as error:
        fault = error.step.exchange.fault
        if not case.expected.before_the_api or fault is None or fault.kind not in ABRUPT:
            raise
        requirement = bench.contract.by_role("before-the-api")
        return [Violation(requirement, "advice", "/status", "an answer", fault.message, len(steps) - 1)]
    violations = bench.judge.violations(case.expected, exchange, len(steps) - 1)
    if watch is not None and accepted(exchange):
        if case.expected.outcome == ACCEPTED or options.get("effect"):
            violations += watch.took_effect(exchange, steps)
        watch.undo(exchange, steps)
    elif watch is not None:
        violations += watch.after(steps)
    return violations


def changed(request: Request, options: Mapping[str, Any]) -> Request:
    """The request with its body written another way, and a placeholder in its target replaced by raw octets."""
    if "body" in options:
        request = replace(request, body=WAYS[options["body"]](request.body))
    if "octets" in options:
        request = replace(request, target=request.target.replace(requestlines.PLACEHOLDER, options["octets"]))
    if "query" in options:
        request = replace(request, target=request.target + ("&" if "?" in request.target else "?") + options["query"])
    return request

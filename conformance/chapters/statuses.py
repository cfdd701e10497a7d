"""Unknown paths and methods, unreadable bodies, unknown things without a code of their own, and failure."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.http.exchange import NOBODY, OWNER
from conformance.inputs.contract import Contract
from conformance.inputs.surface import Operation, Surface
from conformance.planning.cases import EITHER, REFUSED, Case, Expected, Template, Value, case_id
from conformance.planning.requests import base, right
from conformance.planning.safety import of_method
from conformance.planning.values import MADE_UP


def plan(contract: Contract, surface: Surface) -> Iterator[Case]:
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
    for operations in _by_path(surface).values():
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

"""Faults that chapters borrow from the cases about codes, to ask something else of the answer."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.http.exchange import OWNER
from conformance.inputs.surface import Operation
from conformance.planning.cases import REFUSED, Case, Expected, Template, of_operation


def plain_fault(operation: Operation, codes: Sequence[Case]) -> Case | None:
    """A fault of the operation that costs least to make: one that needs no more than the base request does."""
    own = [c for c in of_operation(codes, operation.id) if c.expected.outcome == REFUSED and self_made(c)]
    return next((c for c in own if c.parameter and place_of(operation, c.parameter) != "path"), own[0] if own else None)


def self_made(case: Case) -> bool:
    """Whether a fault stands in the request alone, and not in the state of the target."""
    return not any(v.how in ("deleted", "made") for v in case.template.values.values()) and (
        not any(v.how == "fact" and v.fallback is None for v in case.template.values.values())
        and case.template.credentials == OWNER
    )


def place_of(operation: Operation, name: str) -> str:
    parameter = operation.parameter(name)
    return parameter.place if parameter else ""


def borrowed(
    case: Case, name: str, chapter: str, requirements: tuple[str, ...], expected: Expected, template: Template,
    kind: str = "anything",
) -> Case:  # fmt: skip
    return Case(
        id=name, chapter=chapter, kind=kind, requirements=requirements, template=template, expected=expected,
        operation=case.operation, parameter=case.parameter, safety=case.safety, options={"mark": False},
    )  # fmt: skip

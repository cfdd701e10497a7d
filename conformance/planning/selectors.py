"""What rules, triggers and variants select: facets of parameters, operations, and the names that go with a code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.inputs.contract import Rule
from conformance.inputs.surface import Facet, Operation, Parameter


def fits(selector: Mapping[str, Any], parameter: Parameter, facet: Facet) -> bool:
    """Whether a facet of a parameter has the traits that a selector names.

    `has` names a keyword that must be there; `not` is a selector that must not fit; null says that a trait is absent.
    """
    if "group" in selector or "operation" in selector:
        return False
    for key, wanted in selector.items():
        if key == "has":
            if facet.traits.get(wanted) is None:
                return False
        elif key == "not":
            if fits(wanted, parameter, facet):
                return False
        elif facet.traits.get(key) != wanted:
            return False
    return True


def operation_fits(selector: Mapping[str, Any], operation: Operation) -> bool:
    """Whether an operation reads, changes or takes what a selector names."""
    if "x-reads" in selector and selector["x-reads"] not in operation.reads.values():
        return False
    if "x-effect" in selector and any(operation.effect.get(k) != v for k, v in selector["x-effect"].items()):
        return False
    wanted = selector.get("parameter")
    return wanted is None or any(fits(wanted, p, facet) for p in operation.parameters for facet in p.facets)


def acceptable(rule: Rule, operation: Operation, faulty: tuple[str, ...]) -> tuple[str, ...]:
    """The names that FieldName may hold with a rule's code; none where the rule does not say."""
    if rule.field.names == "any":
        return ()
    if rule.field.names == "group":
        return operation.group
    if rule.field.names == "faulty":
        return faulty
    return tuple(
        name
        for selector in rule.field.names
        for parameter in operation.parameters
        if not isinstance(selector, str) and any(fits(selector, parameter, facet) for facet in parameter.facets)
        for name in (parameter.name, *parameter.aliases)
    )

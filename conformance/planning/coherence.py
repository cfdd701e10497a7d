"""Whether a contract and a description hold together: what one names must be there in the other.

A word that is misspelt selects nothing, and a limit that nothing keeps makes every request wrong. Both would show as cases
that are lacking, or as accusations; so they are refused before anything is planned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.errors import ConfigurationError
from conformance.inputs.contract import Contract, Rule
from conformance.inputs.documents import hold_schema, unknown_name
from conformance.inputs.surface import Facet, Operation, Parameter, Surface
from conformance.planning.binding import FORBIDDING, own_names
from conformance.planning.selectors import fits, operation_fits
from conformance.planning.values import corpus_path

#: What a selector of parameters may ask for, besides the annotations of a description.
_SELECTING = ("required", "in", "type", "format", "has", "enumeration", "group", "operation", "not")
_OF_OPERATIONS = ("x-reads", "x-effect", "parameter")
_EFFECTS = ("creates", "updates", "deletes", "keyed")
_PAIRS = (("minimum", "maximum"), ("minLength", "maxLength"))


def hold_together(contract: Contract, surface: Surface, description: Path) -> None:
    """Refuse what names nothing; a `ConfigurationError` tells the file, the place and the nearest right word."""
    for rule in contract.rules.values():
        _hold_rule(contract, rule)
    for operation in surface.operations.values():
        for parameter in operation.parameters:
            _hold_parameter(contract, parameter, f"{description}: at {operation.id} {parameter.name}")
    for index, step in enumerate(surface.discovery):
        for key in ("read", "taken"):
            if step.get(key, "") not in ("", *surface.operations):
                said = unknown_name(step[key], list(surface.operations))
                raise ConfigurationError(f"{description}: at /x-discovery/{index}/{key}: {said}")


def idle(contract: Contract, surface: Surface) -> Iterator[str]:
    """A line for each rule that nothing of a description can earn."""
    for rule in contract.rules.values():
        if not rule.lacking and not any(_selects(rule, each) for each in surface.operations.values()):
            yield f"the rule of {rule.code}, as nothing that its triggers select is there"


def _selects(rule: Rule, operation: Operation) -> bool:
    for trigger in rule.triggers:
        if not operation_fits(trigger.get("operation", {}), operation):
            continue
        on = trigger["on"]
        if "group" in on or "operation" in on or any("somewhere" in each for each in trigger["variants"]):
            return True
        if any(fits(on, parameter, facet) for parameter in operation.parameters for facet in parameter.facets):
            return True
    return False


# The contract's side


def _hold_rule(contract: Contract, rule: Rule) -> None:
    path = contract.folder / "codes" / f"{rule.code}.json"
    stray = [each for each in rule.statuses if each not in contract.statuses.allowed]
    if stray:
        known = ", ".join(map(str, contract.statuses.allowed))
        raise ConfigurationError(f"{path}: at /statuses: {stray[0]} is not among those of contract.json: {known}")
    for index, selector in enumerate(() if isinstance(rule.field.names, str) else rule.field.names):
        _hold_selector(selector, path, f"/fieldName/names/{index}")
    for index, trigger in enumerate(rule.triggers):
        place = f"/triggers/{index}"
        _hold_selector(trigger["on"], path, f"{place}/on")
        for key, value in trigger.get("operation", {}).items():
            if key not in _OF_OPERATIONS:
                raise ConfigurationError(f"{path}: at {place}/operation: {unknown_name(key, list(_OF_OPERATIONS))}")
            if key != "x-reads":
                _hold_selector(value, path, f"{place}/operation/{key}", _EFFECTS if key == "x-effect" else ())
        for number, variant in enumerate(trigger["variants"]):
            name = variant.get("corpus")
            if name is not None and corpus_path(name, contract.folder) is None:
                there = f"add {contract.folder / 'values' / (name + '.json')}"
                raise ConfigurationError(f"{path}: at {place}/variants/{number}/corpus: no corpus is {name!r}; {there}")


def _hold_selector(selector: Any, path: Path, place: str, names: tuple[str, ...] = ()) -> None:
    """Refuse keys that are none of `names`, or where none are given none that select a parameter."""
    if not isinstance(selector, Mapping):
        raise ConfigurationError(f"{path}: at {place}: {selector!r} is no object of keywords")
    known = names or (*_SELECTING, *own_names())
    for key, value in selector.items():
        if key not in known:
            raise ConfigurationError(f"{path}: at {place}: {unknown_name(key, list(known))}")
        if key == "not":
            _hold_selector(value, path, f"{place}/not")
        if key == "has" and value not in (*FORBIDDING, *own_names()):
            raise ConfigurationError(f"{path}: at {place}/has: {unknown_name(str(value), [*FORBIDDING, *own_names()])}")


# The description's side


def _hold_parameter(contract: Contract, parameter: Parameter, place: str) -> None:
    said = parameter.trait("x-or")
    if said is not None:
        try:
            hold_schema(said["if"], "x-or/if")
        except ConfigurationError as error:
            raise ConfigurationError(f"{place}: {error}") from None
        lost = [code for code in said["codes"] if code not in contract.rules]
        if lost:
            raise ConfigurationError(f"{place}: at x-or/codes: {unknown_name(lost[0], list(contract.rules))}")
    for facet in parameter.facets:
        _hold_bounds(facet, place)
    if parameter.trait("enum") == []:
        raise ConfigurationError(f"{place}: an enum without a value lets nothing be right; name the values or drop it")


def _hold_bounds(facet: Facet, place: str) -> None:
    for low, high in _PAIRS:
        least, most = facet.traits.get(low), facet.traits.get(high)
        if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
            raise ConfigurationError(f"{place}: {low} {least} is more than {high} {most}: nothing could be right")

"""The faults of one parameter: what each variant of a trigger makes of its right value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import jsonschema_rs

from conformance.inputs.contract import Contract
from conformance.inputs.surface import Facet, Parameter
from conformance.planning.cases import Value, literal
from conformance.planning.requests import right
from conformance.planning.values import MADE_UP, corpus, corrupted, stretched


def faults(
    contract: Contract, variant: Mapping[str, Any], parameter: Parameter, facet: Facet
) -> Iterator[tuple[str, Value | None, tuple[str, ...]]]:
    """Name, value and further codes of each fault that a variant makes of a parameter; None is absence."""
    name = variant.get("name", "")
    if variant.get("absent"):
        yield name, None, ()
    elif "corpus" in variant:
        for entry in corpus(variant["corpus"], contract.folder)["wrong"]:
            if parameter.place == "path" and not _sendable_in_path(entry["value"]):
                continue
            yield entry["name"], literal(_typed(entry["value"], parameter)), tuple(entry.get("or", ()))
    elif "value" in variant:
        if variant["value"] == "" and parameter.is_list:
            yield name, literal(""), ()
        else:
            yield name, literal(variant["value"]), ()
    elif "madeUp" in variant or ("corrupt" in variant and facet.traits.get("enumeration")):
        made = variant.get("text") or _not_in_vocabulary(variant, facet)
        if made is not None:
            wrong = _in_list(made, variant.get("list"), parameter, facet)
            if wrong is not None:
                yield name, literal(wrong), ()
    elif "corrupt" in variant:
        yield name, replace(right(parameter), how="corrupt", which=variant["corrupt"]), ()
    elif "unknown" in variant:
        which = ("place:" if "x-location" in facet.traits else "") + variant["unknown"]
        yield name, replace(right(parameter), how="unknown", which=which), ()
    elif "ahead" in variant:
        yield name, Value("ahead", literal=facet.traits["x-ahead"][variant["ahead"]] + variant["by"]), ()
    elif "bound" in variant:
        yield from _beyond(variant, parameter, facet)
    elif "fact" in variant:
        form = right(parameter).form
        yield name, Value("fact", fact=variant["fact"], form=form, which=parameter.trait("x-location") or ""), ()
    elif "other" in variant:
        yield name, Value("fact", fact=variant["other"]), ()
    elif "deleted" in variant:
        yield name, Value("deleted", which=variant["deleted"]), ()


def _beyond(
    variant: Mapping[str, Any], parameter: Parameter, facet: Facet
) -> Iterator[tuple[str, Value | None, tuple[str, ...]]]:
    bound, by = variant["bound"], variant["by"]
    limit = facet.traits.get(bound)
    if limit is None or (bound in ("minLength", "maxLength") and parameter.place == "path"):
        return
    if bound in ("minimum", "maximum"):
        yield variant["name"], literal(_typed(str(limit + by), parameter)), ()
    elif limit + by >= 1:
        yield variant["name"], literal(stretched(_sample(parameter), limit + by)), ()


def spoken_of(facet: Facet, value: Value | None) -> bool:
    """Whether a wrong value is one that the facet speaks of."""
    if facet.guard is None or value is None or value.how != "literal":
        return facet.guard is None
    return bool(jsonschema_rs.is_valid(dict(facet.guard), value.literal))


def other_faults(parameter: Parameter, value: Any) -> tuple[str, ...]:
    """Further codes that a wrong value may earn, where it may be meant for another kind of value than the one it is near to."""
    said = parameter.trait("x-or")
    if said is None or not isinstance(value, str) or not jsonschema_rs.is_valid(said["if"], value):
        return ()
    return tuple(said["codes"])


def _not_in_vocabulary(variant: Mapping[str, Any], facet: Facet) -> str | None:
    known = [str(each) for each in (*facet.traits["enum"], *(facet.traits.get("x-unjudged") or ()))]
    folded = {each.casefold() for each in known}
    if "madeUp" in variant:
        return MADE_UP
    for each in known:
        made = corrupted(each, variant["corrupt"])
        if made and made.casefold() not in folded:
            return made
    return None


def _in_list(wrong: str, where: str | None, parameter: Parameter, facet: Facet) -> Any:
    """A wrong item alone, or among right ones; None where the parameter takes no list."""
    if where is None:
        return [wrong] if parameter.is_list else wrong
    if not parameter.is_list:
        return None
    known = [str(each) for each in facet.traits["enum"]]
    first, last = known[0], known[-1]
    return {"first": [wrong, first], "last": [first, wrong], "middle": [first, wrong, last]}[where]


def _sample(parameter: Parameter) -> str:
    return str(parameter.example) if isinstance(parameter.example, str) and parameter.example else "Conformance"


def _typed(text: str, parameter: Parameter) -> Any:
    """A number as a JSON number where the parameter stands in a body and the text is one."""
    if parameter.place != "body" or parameter.trait("type") not in ("integer", "number"):
        return text
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if number == number else text
    return text


def _sendable_in_path(text: str) -> bool:
    """Slashes and dot segments would name another path, and control characters may end with the HTTP server."""
    return bool(text) and "/" not in text and text.strip(".") != ""

"""What of a description is bound to a rule, and what is not; and whose its annotations are."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conformance.data import SCHEMAS
from conformance.errors import ConfigurationError
from conformance.inputs.contract import Contract
from conformance.inputs.description import DATA
from conformance.inputs.documents import read
from conformance.inputs.surface import Facet, Parameter, Surface
from conformance.planning.selectors import fits

#: Keywords that forbid values. Each is bound where a rule selects parameters by it.
FORBIDDING = (
    "required", "minLength", "maxLength", "pattern", "format", "enum", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "const", "x-resource",
)  # fmt: skip
#: Formats that forbid nothing beyond the type.
IDLE = ("int32", "int64", "float", "double", "password", "binary", "byte")


def unbound(contract: Contract, surface: Surface) -> Iterator[str]:
    """A line for each keyword that no rule looks at, with the parameters that have it."""
    found: dict[str, list[str]] = {}
    for operation in surface.operations.values():
        for parameter in operation.parameters:
            if parameter.trait("x-asked"):
                continue
            for facet in parameter.facets:
                for keyword in FORBIDDING:
                    if _forbids(facet, keyword, parameter) and not _bound(contract, parameter, facet, keyword):
                        shown = f"{keyword}: {facet.traits[keyword]}" if keyword == "format" else keyword
                        found.setdefault(shown, []).append(f"{operation.id} {parameter.name}")
    for keyword, where in found.items():
        names = list(dict.fromkeys(where))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        yield f"{keyword}, of {', '.join(names[:3])}{more}"


def _forbids(facet: Facet, keyword: str, parameter: Parameter) -> bool:
    value = facet.traits.get(keyword)
    if value is None or value is False or (keyword == "required" and parameter.place == "path"):
        return False
    return not (keyword == "format" and value in IDLE) and not (keyword == "minLength" and value == 0)


def _bound(contract: Contract, parameter: Parameter, facet: Facet, keyword: str) -> bool:
    words = {keyword, *(("enumeration", "x-vocabulary") if keyword == "enum" else ())}
    # The corpus of whole numbers has negative ones.
    words |= {"type"} if keyword == "minimum" and facet.traits.get("minimum") == 0 else set()
    # A thing that exists nowhere is asked for also where no code is about its kind, as long as a path names it.
    if keyword == "x-resource" and parameter.place == "path":
        return True
    return any(
        (words & set(trigger["on"]) or trigger["on"].get("has") in words) and fits(trigger["on"], parameter, facet)
        for rule in contract.rules.values()
        for trigger in rule.triggers
    )


def own_annotations(document: Any, path: Path) -> Any:
    """The document without annotations of others; one that is nearly one of ours is refused as a slip of the pen."""
    return _without(document, path, "")


def _without(node: Any, path: Path, place: str) -> Any:
    if isinstance(node, list):
        return [_without(each, path, f"{place}/{index}") for index, each in enumerate(node)]
    if not isinstance(node, Mapping):
        return node
    kept = {}
    for key, value in node.items():
        name = str(key)
        if name.startswith("x-") and not place.endswith(("/properties", "/paths", "/schemas")):
            if name not in own_names():
                near = difflib.get_close_matches(name, own_names(), n=1, cutoff=0.8)
                if near:
                    raise ConfigurationError(
                        f"{path}: at {place or '/'}: {name!r} is not known; did you mean {near[0]!r}?"
                    )
                continue
            kept[key] = value
        else:
            kept[key] = value if name in DATA else _without(value, path, f"{place}/{name}")
    return kept


@cache
def own_names() -> tuple[str, ...]:
    """The annotations that the meta-schema of descriptions knows."""
    return tuple(sorted(set(_names(read(SCHEMAS / "meta" / "surface.json")))))


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _names(each)
    elif isinstance(node, Mapping):
        for key, value in node.items():
            if key.startswith("x-"):
                yield key
            yield from _names(value)

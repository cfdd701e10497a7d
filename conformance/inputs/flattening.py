"""Lays the schemas of a description out flat: local references, `allOf`, and alternatives of which one is null."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conformance.errors import ConfigurationError

#: More schemas inside each other than any description has that does not refer to itself.
DEEPEST = 40

Resolve = Callable[[Any, str], Any]


def flat(schema: Any, resolve: Resolve, place: str, path: object, depth: int = 0) -> dict[str, Any]:
    """A schema as one object, `nullable` where it takes null; what is no object takes anything."""
    if depth > DEEPEST:
        raise ConfigurationError(f"{path}: at {place}: a schema holds itself by allOf, anyOf or oneOf")
    found = resolve(schema, place)
    if not isinstance(found, Mapping):
        return {}
    whole = {key: value for key, value in found.items() if key != "allOf"}
    for part in found.get("allOf", ()):
        _lay(whole, flat(part, resolve, place, path, depth + 1))
    for key in ("anyOf", "oneOf"):
        branches = [resolve(each, place) for each in whole.get(key, ())]
        rest = [each for each in branches if not _is_null(each)]
        if len(rest) == 1 and len(rest) < len(branches):
            del whole[key]
            _lay(whole, flat(rest[0], resolve, place, path, depth + 1))
            whole["nullable"] = True
    kinds = whole.get("type")
    if isinstance(kinds, list) and "null" in kinds:
        whole["nullable"] = True
    return whole


def _lay(whole: dict[str, Any], part: Mapping[str, Any]) -> None:
    """Lay one part of `allOf` over the rest: properties and required members add up, of all else the first stays."""
    for key, value in part.items():
        if key == "properties":
            whole["properties"] = {**value, **whole.get("properties", {})}
        elif key == "required":
            whole["required"] = [*value, *whole.get("required", [])]
        else:
            whole.setdefault(key, value)


def _is_null(schema: Any) -> bool:
    return isinstance(schema, Mapping) and (schema.get("type") == "null" or schema.get("enum") == [None])

"""Reads answers: JSON out of bytes, and code, message and field names out of the envelope.

Which members play these parts is said by the envelope's own schema: `x-role` names the part, `x-requirement` the
requirement that a violation in that place breaks. A contract with another envelope needs no other code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from conformance.http.exchange import Response
from conformance.inputs.contract import Contract

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer says. `fault` says why its body is no JSON; then nothing else could be read.

    `has_envelope` is true where there is something in the place of the code, whatever it is.
    """

    document: Any = None
    fault: str | None = None
    text: str | None = None
    code: str | None = None
    message: str | None = None
    fields: tuple[Any, ...] = ()
    has_envelope: bool = False


@dataclass(slots=True)
class Envelope:
    """The envelope of a contract, compiled once."""

    contract: Contract
    _validator: Any = field(init=False)
    _paths: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)
    _prefixes: dict[str, str] = field(init=False, default_factory=lambda: {"code": "", "field": ""})

    def __post_init__(self) -> None:
        self._validator = jsonschema_rs.validator_for(dict(self.contract.envelope))
        for role, path, prefix in _roles(self.contract.envelope, ()):
            self._paths[role] = path
            self._prefixes[role] = prefix

    def read(self, response: Response) -> Reading:
        """What a response says, as far as it can be read."""
        document, text, fault = _json(response.body)
        if fault is not None:
            return Reading(fault=fault, text=text)
        code = _at(document, self._paths.get("code", ()))
        message = _at(document, self._paths.get("message", ()))
        return Reading(
            document=document,
            text=text,
            code=code.removeprefix(self._prefixes["code"]) if isinstance(code, str) else None,
            message=message if isinstance(message, str) else None,
            fields=tuple(self._fields(document)),
            has_envelope=code is not None,
        )

    def _fields(self, document: Any) -> Iterator[Any]:
        path = self._paths.get("field")
        if path is None:
            return
        cut = path.index("*") if "*" in path else len(path)
        items = _at(document, path[:cut])
        for item in items if isinstance(items, list) else ():
            value = _at(item, path[cut + 1 :])
            yield value.removeprefix(self._prefixes["field"]) if isinstance(value, str) else value

    def violations(self, document: Any) -> list[tuple[str, str, str, Any]]:
        """Requirement, JSON Pointer, what was expected and what is there, for all that the schema forbids."""
        if self._validator.is_valid(document):
            return []
        found: list[tuple[str, str, str, Any]] = []
        blamed: list[tuple[str, str]] = []
        for error in self._validator.iter_errors(document):
            place = [str(part) for part in error.instance_path]
            schema = self.contract.envelope
            owner: str = schema["x-requirement"]
            for part in error.schema_path[:-1]:
                schema = schema[part]
                owner = schema.get("x-requirement", owner) if isinstance(schema, dict) else owner
            lost = getattr(error.kind, "property", None) if error.schema_path[-1] == "required" else None
            if lost is not None:
                schema = schema.get("properties", {}).get(lost, {})
                owner = schema.get("x-requirement", owner)
                place.append(lost)
            if (owner, pointer(place)) not in blamed:
                blamed.append((owner, pointer(place)))
                actual = None if lost is not None else _at(document, tuple(place))
                found.append(
                    (owner, pointer(place), _wanted(schema), "null" if actual is None and lost is None else actual)
                )
        return found

    def pointer(self, role: str) -> str:
        """Where a part stands in an answer: a JSON Pointer that begins with /body."""
        return "/body" + pointer([part for part in self._paths.get(role, ()) if part != "*"])

    def field_pointer(self, index: int) -> str:
        """Where the field name of one item stands."""
        return "/body" + pointer([str(index) if part == "*" else part for part in self._paths.get("field", ())])


def pointer(parts: Any) -> str:
    """A JSON Pointer (RFC 6901) of its unescaped parts."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _roles(schema: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Each part, where it stands, and what stands before the code or the name in it (`x-prefix`)."""
    if "x-role" in schema:
        yield schema["x-role"], path, schema.get("x-prefix", "")
    for name, inner in schema.get("properties", {}).items():
        yield from _roles(inner, (*path, name))
    if isinstance(schema.get("items"), dict):
        yield from _roles(schema["items"], (*path, "*"))


def _at(document: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        if isinstance(document, dict):
            document = document.get(part)
        elif isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        else:
            return None
    return document


def _wanted(schema: Mapping[str, Any]) -> str:
    """A schema as a person would say it."""
    kind = schema.get("type", "a value")
    words = {"object": "an object", "array": "an array", "string": "a string"}.get(kind, str(kind))
    if "description" in schema:
        return f"{words}: {schema['description'].rstrip('.')}"
    if schema.get("required"):
        words += " with " + " and ".join(schema["required"])
    return words


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")


def _integer(digits: str) -> int | float:
    # Python refuses to read integers of thousands of digits, which JSON allows.
    return int(digits) if len(digits) <= 400 else float(digits)


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_int=_integer)


def _whole(node: Any) -> Any:
    """The document with halves of surrogate pairs replaced: JSON can hold them, and hardly anything else can."""
    if isinstance(node, str):
        return node.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(node, list):
        return [_whole(each) for each in node]
    if isinstance(node, dict):
        return {_whole(name): _whole(value) for name, value in node.items()}
    return node


def _json(body: bytes) -> tuple[Any, str | None, str | None]:
    """The document, the text, and why there is no document: what RFC 8259 forbids is refused."""
    if not body:
        return None, None, "the body is empty"
    if body.startswith(_BYTE_ORDER_MARK):
        return None, None, "the body begins with a byte order mark"
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, body.decode("utf-8", "replace"), f"the body is not UTF-8 at byte {error.start}"
    try:
        document = _DECODER.decode(text)
        return _whole(document) if _HALF.search(text) else document, text, None
    except RecursionError:
        return None, text, "the body is nested too deeply to be read"
    except ValueError as error:
        return None, text, f"the body is not JSON ({str(error)[:100]})"

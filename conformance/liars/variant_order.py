"""Conformant variants of what a request may carry, and which of its faults is said."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from conformance.reference import Refusal
from conformance.reference.reading import Request

from .model import Seam, Seams


def _several(right: Seam, target: Any, operation: Any, given: Mapping[str, Any]) -> Any:
    """Every missing parameter is named, each in an Error."""
    try:
        return right(operation, given)
    except Refusal as refusal:
        lacking = [
            parameter.name
            for parameter in operation.parameters
            if parameter.required and not target.is_given(operation.id, parameter.name, given.get(parameter.name))
        ]
        if refusal.fault.code != "PARAMETER_REQUIRED" or not lacking:
            raise
        raise target.refusal(operation.id, "PARAMETER_REQUIRED", *lacking) from None


def _backwards(right: Seam, target: Any, operation: Any, given: Mapping[str, Any]) -> Any:
    """The values are judged from the last parameter to the first, and only then what is missing."""
    for parameter in reversed(operation.parameters):
        if target.is_given(operation.id, parameter.name, given.get(parameter.name)):
            target.accept(operation.id, parameter, given[parameter.name])
    return right(operation, given)


def _authorised_late(right: Seam, target: Any, request: Request) -> Any:
    """A body is read before permissions are looked at, but after credentials."""
    route = target.route(request.method, request.segments)
    if route and "x-reference-error" not in request.headers:
        target.authenticate(route[0].id, request)
        target.values(route[0], target.given(*route, request))
    return right(request)


def _foreign_forbidden(things: str) -> Seam:
    """A foreign object is FORBIDDEN."""

    def find(right: Seam, target: Any, operation: str, credential: Any, *names: str) -> Any:
        record = getattr(target.world, things).get(names[-1])
        if record is not None and record["AccountSid"] != credential.account:
            raise target.refusal(operation, "FORBIDDEN")
        return right(operation, credential, *names)

    return find


def _more_than_json(right: Seam, target: Any, operation: str, body: bytes) -> Any:
    try:
        return right(operation, body)
    except ValueError:
        text = body.decode("utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
        value, _ = json.JSONDecoder().raw_decode(text.lstrip())
        return right(operation, json.dumps(value).encode())


#: What readers of JSON in wide use take that is none, as what it stands for.
_AS_JSON = (
    (rb"'", b'"'),
    (rb"([{,]\s*)([A-Za-z_]\w*)(\s*[:=])", rb'\1"\2"\3'),
    (rb'("\s*)=', rb"\1:"),
    (rb"([:,\[]\s*)0+(\d)", rb"\1\2"),
    (rb'\\([^"\\/bfnrtu])', rb"\1"),
    (rb":(\s*)tru\b", rb':\1"tru"'),
)


def _as_others_read(right: Seam, target: Any, operation: str, body: bytes) -> Any:
    try:
        return right(operation, body)
    except ValueError:
        for wrong, meant in _AS_JSON:
            body = re.sub(wrong, meant, body)
        return right(operation, json.dumps(json.loads(body.decode(), strict=False)).encode())


def _in_bytes(right: Seam, target: Any, operation: str, parameter: str, value: str) -> bool:
    return bool(right(operation, parameter, value.encode("utf-8", "replace").decode("latin-1")))


def _ascii_alone(right: Seam, target: Any, operation: str, parameter: str, value: Any) -> Any:
    if isinstance(value, str) and not value.isascii():
        raise target.refusal(operation, "PARAMETER_INVALID", parameter)
    return right(operation, parameter, value)


def _foreign_offer(right: Seam, target: Any, operation: str, credential: Any, property_: str, number: str) -> Any:
    owned = target.world.numbers.get(number)
    if owned is not None and owned["AccountSid"] != credential.account:
        raise target.refusal(operation, "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY", "Number")
    return right(operation, credential, property_, number)


def _first_wins(right: Seam, target: Any, method: str, path: str | bytes, *rest: Any) -> Any:
    """Of a parameter that comes twice in a query the first counts."""
    octets = path if isinstance(path, bytes) else path.encode("utf-8", "surrogatepass")
    before, mark, query = octets.partition(b"?")
    pairs = {pair.partition(b"=")[0]: pair for pair in reversed(query.split(b"&"))}
    return (
        right(method, before + mark + b"&".join(reversed(pairs.values())), *rest)
        if mark
        else right(method, path, *rest)
    )


def _any_type(right: Seam, target: Any, operation: str, content_type: str) -> bool:
    return True


def _type_needed(right: Seam, target: Any, operation: str, content_type: str) -> bool:
    return bool(content_type) and bool(right(operation, content_type))


def _no_body_on_get(right: Seam, target: Any, request: Request) -> Any:
    route = target.route(request.method, request.segments)
    if route and route[0].method == "GET" and request.body:
        target.authenticate(route[0].id, request)
        raise target.refusal(route[0].id, "UNREADABLE_REQUEST")
    return right(request)


def _unreadable_is_nothing(right: Seam, target: Any, operation: str, body: bytes) -> Any:
    """A body that cannot be read gives no parameter."""
    try:
        return right(operation, body)
    except (ValueError, RecursionError):
        return {}


def _unknown_refused(right: Seam, target: Any, operation: Any, path_values: Any, request: Request) -> Any:
    found = right(operation, path_values, request)
    known = {parameter.name for parameter in operation.parameters}
    body = target.read_body(operation.id, request) if operation.has_body else {}
    for name in (*request.query, *(body if isinstance(body, dict) else ())):
        if name not in known and len(name) > 200:
            raise target.refusal(operation.id, "UNREADABLE_REQUEST")
        if name not in known:
            raise target.refusal(operation.id, "PARAMETER_INVALID", name)
    return found


ORDER: tuple[tuple[str, str, str, Seams], ...] = (
    ("unknown-refused", "unknown-parameters", "Unknown parameters are refused.", {"given": _unknown_refused}),
    ("several-errors", "several", "Every missing parameter is named at once.", {"values": _several}),
    ("backwards", "precedence", "Faults are looked for from the last parameter to the first.", {"values": _backwards}),
    ("authorised-late", "precedence", "Values are judged before permissions.", {"answer": _authorised_late}),
    (
        "foreign-forbidden",
        "foreign",
        "Foreign addresses, numbers and calls are FORBIDDEN.",
        {
            "find_address": _foreign_forbidden("addresses"),
            "find_number": _foreign_forbidden("numbers"),
            "find_call": _foreign_forbidden("calls"),
        },
    ),
    (
        "foreign-elsewhere",
        "foreign",
        "A foreign number belongs to a different property.",
        {"find_offer": _foreign_offer},
    ),
    ("first-wins", "repeated", "Of a repeated parameter the first counts.", {"respond": _first_wins}),
    ("any-type", "content-type", "A body is read whatever its media type says.", {"is_json": _any_type}),
    ("type-needed", "content-type", "A body without a media type is refused.", {"is_json": _type_needed}),
    ("no-body-on-get", "get-body", "A body on GET is refused.", {"answer": _no_body_on_get}),
    (
        "more-than-json",
        "unreadable",
        "A body may be ill-formed UTF-8, UTF-16, or followed by other text.",
        {"parse": _more_than_json},
    ),
    (
        "lengths-in-bytes",
        "lengths",
        "Lengths are counted in bytes.",
        {"is_too_long": _in_bytes},
    ),
    (
        "letters-of-ascii",
        "letters",
        "Text beyond ASCII is refused.",
        {"accept_text": _ascii_alone},
    ),
    (
        "json-as-others-read-it",
        "unreadable",
        "Bare names and words, single quotes, and equals signs for colons are read in bodies.",
        {"parse": _as_others_read},
    ),
    (
        "unreadable-is-nothing",
        "unreadable",
        "A body that cannot be read gives no parameter.",
        {"parse": _unreadable_is_nothing},
    ),
)

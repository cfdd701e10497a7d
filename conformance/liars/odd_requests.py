"""Wrong logic: 500 where a request is odd as a whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from conformance.reference.reading import Request
from conformance.reference.surface import OPERATIONS

from .model import Liar, Seam, written


def _crash_on_request(odd: Callable[[Request], bool]) -> Seam:
    def answer(right: Seam, target: Any, request: Request) -> Any:
        if odd(request) and target.route(request.method, request.segments):
            raise target.refusal("", "INTERNAL_SERVER_ERROR")
        return right(request)

    return answer


def _body(odd: Callable[[Any], bool]) -> Callable[[Request], bool]:
    """Of a body that is JSON."""

    def fits(request: Request) -> bool:
        try:
            return bool(request.body) and odd(json.loads(request.body))
        except (ValueError, RecursionError):
            return False

    return fits


def _unreadable(request: Request) -> bool:
    try:
        json.loads(request.body or b"{}")
    except ValueError:
        return True
    except RecursionError:
        return False
    return False


def type_of(request: Request) -> str:
    return request.headers.get("content-type", "")


def _twice(body: bytes) -> bool:
    found: list[bool] = []

    def pairs(members: list[tuple[str, Any]]) -> None:
        found.append(len({name for name, _ in members}) < len(members))

    try:
        json.loads(body, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return False
    return any(found)


_QUERY = {
    parameter.name for operation in OPERATIONS for parameter in operation.parameters if parameter.place == "query"
}


_REQUESTS: tuple[tuple[str, str, str, Callable[[Request], bool]], ...] = (
    ("array-body", "A body that is an array", "status.500 status.400", _body(lambda value: isinstance(value, list))),
    ("null-body", "A body that is null", "status.500 status.400", _body(lambda value: value is None)),
    ("text-body", "A body that is a string", "status.500 status.400", _body(lambda value: isinstance(value, str))),
    (
        "number-body",
        "A body that is a number",
        "status.500 status.400",
        _body(lambda value: isinstance(value, (int, float))),
    ),
    (
        "no-body",
        "A write without a body",
        "status.500 status.400",
        lambda request: request.method == "POST" and not request.body,
    ),
    ("unreadable", "A body that cannot be read", "status.500 status.400", _unreadable),
    (
        "not-utf-8",
        "A body that is not UTF-8",
        "status.500 status.400",
        lambda request: b"\xff" in request.body or b"\xe9" in request.body or b"\x80" in request.body,
    ),
    (
        "deep",
        "Deep nesting",
        "status.500 status.400",
        lambda request: b"[" * 40 in request.body or b'{"a":' * 40 in request.body.replace(b" ", b""),
    ),
    ("large", "A body of 256 KiB", "status.500 status.400", lambda request: len(request.body) > 256 * 1024),
    (
        "text-type",
        "A body that says it is text",
        "status.500 status.400",
        lambda request: bool(request.body) and type_of(request).startswith("text/"),
    ),
    ("form-type", "A form", "status.500 status.400", lambda request: bool(request.body) and "form" in type_of(request)),
    (
        "xml-type",
        "A body that says it is XML",
        "status.500 status.400",
        lambda request: bool(request.body) and "xml" in type_of(request),
    ),
    (
        "no-type",
        "A body without a media type",
        "status.500 status.400",
        lambda request: bool(request.body) and not type_of(request),
    ),
    (
        "unknown-parameter",
        "An unknown parameter in the query",
        "status.500 status.400",
        lambda request: bool(request.query) and not set(request.query) <= _QUERY,
    ),
    (
        "duplicate-keys",
        "A member that comes twice",
        "status.500 status.400",
        lambda request: b'"' in request.body and _twice(request.body),
    ),
    (
        "empty-parameter",
        "An empty parameter in the query",
        "status.500 status.400",
        lambda request: "" in request.query.values(),
    ),
    (
        "long-path",
        "A path of more than 500 characters",
        "status.500 status.400",
        lambda request: sum(map(len, request.segments)) > 500,
    ),
    (
        "get-body",
        "A body on GET",
        "status.500 status.400",
        lambda request: request.method == "GET" and bool(request.body),
    ),
    (
        "byte-order-mark",
        "A body with a byte order mark",
        "status.500 status.400",
        lambda request: request.body.startswith(b"\xef\xbb\xbf"),
    ),
    (
        "no-accept",
        "A request without Accept",
        "status.500 control.accepted",
        lambda request: "accept" not in request.headers,
    ),
    (
        "accept-image",
        "A request for an image",
        "status.500 control.accepted",
        lambda request: request.headers.get("accept", "").startswith("image/"),
    ),
)


def liars() -> Iterator[Liar]:
    for name, phrase, breaks, odd in _REQUESTS:
        yield written(
            "crashes",
            f"crash-{name}/everywhere",
            "everywhere",
            breaks,
            f"{phrase} is answered with 500.",
            answer=_crash_on_request(odd),
        )

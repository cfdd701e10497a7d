"""Wrong logic: bodies that are no JSON and are read all the same, and targets that fail to be known."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from conformance.reference import Answer
from conformance.reference.reading import Request

from .model import Liar, Seam, at, written

Mend = Callable[[bytes], bytes]


def _first(text: str) -> bytes:
    """The first JSON value of a text."""
    value, _ = json.JSONDecoder().raw_decode(text.lstrip())
    return json.dumps(value).encode()


def _closed(body: bytes) -> bytes:
    """A text that is cut off gets what it lacks: quotes and brackets."""
    text, ends, inside, escaped = body.decode(), [], False, False
    for character in text:
        if inside:
            inside = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            inside = True
        elif character in "{[":
            ends.append("}" if character == "{" else "]")
        elif character in "}]" and ends:
            ends.pop()
    mended = text + ('"' if inside else "")
    mended = re.sub(r"[,:]\s*$", "", mended)
    for attempt in (mended, re.sub(r',?\s*"[^"]*"$', "", mended)):
        try:
            json.loads(whole := attempt + "".join(reversed(ends)))
        except ValueError:
            continue
        return whole.encode()
    return body


_MENDS: dict[str, tuple[str, Mend]] = {
    "trailing-comma": ("with a comma too many", lambda body: re.sub(rb",\s*([}\]])", rb"\1", body)),
    "cut": ("that is cut off", _closed),
    "single-quotes": ("in single quotes", lambda body: body.replace(b"'", b'"')),
    "not-utf-8": ("that is not UTF-8", lambda body: body.decode("utf-8", "replace").encode()),
    "latin-1": ("in ISO 8859-1", lambda body: body.decode("latin-1").encode()),
    "utf-16": ("in UTF-16", lambda body: body.decode("utf-16").encode()),
    "comments": ("with comments in it", lambda body: re.sub(rb"/\*.*?\*/|//[^\n\"]*$", b"", body, flags=re.DOTALL)),
    "bare-names": (
        "with names without quotes",
        lambda body: re.sub(rb"([{,]\s*)([A-Za-z_]\w*)(\s*:)", rb'\1"\2"\3', body),
    ),
    "not-a-number": ("with NaN or Infinity in it", lambda body: re.sub(rb"-?\b(?:NaN|Infinity)\b", b"null", body)),
    "tail": ("with anything after it", lambda body: _first(body.decode())),
    "two": ("with a second one after it", lambda body: _first(body.decode())),
    "line-end": ("with a bare line end in a string", lambda body: json.dumps(json.loads(body, strict=False)).encode()),
    "leading-zero": ("with a number that begins with zero", lambda body: re.sub(rb"([:,\[]\s*)0+(\d)", rb"\1\2", body)),
    "form": (
        "that is a form",
        lambda body: json.dumps(dict(pair.split("=", 1) for pair in body.decode().split("&"))).encode(),
    ),
}


def _mended(mend: Mend) -> Seam:
    def parse(right: Seam, target: Any, operation: str, body: bytes) -> Any:
        try:
            return right(operation, body)
        except ValueError:
            return right(operation, mend(body))

    return parse


_IGNORED = {"Line1": "Unknown", "City": "Unknown", "CountryCode": "AU"}


def read() -> Iterator[Liar]:
    for name, (phrase, mend) in _MENDS.items():
        if name in ("two", "form"):
            continue
        yield written(
            "unreadable",
            f"read-{name}/everywhere",
            "everywhere",
            "status.400",
            f"A body {phrase} is read.",
            parse=_mended(mend),
        )
    for name, operation in (
        ("trailing-comma", "configureNumber"),
        ("cut", "addAddress"),
        ("not-utf-8", "configureNumber"),
        ("tail", "addAddress"),
    ):
        phrase, mend = _MENDS[name]
        yield written(
            "unreadable",
            f"read-{name}/{operation}",
            "one-operation",
            "status.400",
            f"{operation} reads a body {phrase}.",
            parse=at(operation, _mended(mend)),
        )


def _deep(right: Seam, target: Any, operation: str, body: bytes) -> Any:
    if body.count(b"[") > 20 or body.count(b"{") > 20:
        raise target.refusal(operation, "INTERNAL_SERVER_ERROR")
    return right(operation, body)


def _nothing(right: Seam, target: Any, operation: str, body: bytes) -> Any:
    try:
        return right(operation, body)
    except ValueError:
        return _IGNORED


def _lost(right: Seam, target: Any, operation: Any, *arguments: Any) -> Any:
    """A body that is no object stands for a whole one."""
    found = right(operation, *arguments)
    body = target.read_body(operation.id, arguments[-1])
    return found if isinstance(body, dict) else {**found, **_IGNORED, "Friendly": "None"}


def bodies() -> Iterator[Liar]:
    yield written(
        "unreadable",
        "deep-crash/addAddress",
        "one-operation",
        "status.500 status.400",
        "addAddress answers deep nesting with 500.",
        parse=at("addAddress", _deep),
    )
    yield written(
        "unreadable",
        "deep-crash/sendMessageBatch",
        "one-operation",
        "status.500 status.400",
        "sendMessageBatch answers deep nesting with 500.",
        parse=at("sendMessageBatch", _deep),
    )
    yield written(
        "unreadable",
        "unread-taken/addAddress",
        "one-operation",
        "status.400",
        "addAddress makes something up for a body that it cannot read.",
        parse=at("addAddress", _nothing),
    )
    for operation in ("addAddress", "configureNumber"):
        sentence = f"{operation} takes a body that is no object for a right one."
        yield written(
            "unreadable",
            f"no-object-taken/{operation}",
            "one-operation",
            "status.400",
            sentence,
            given=at(operation, _lost),
        )


def _raw(fits: Callable[[bytes], bool], status: int, media: str, body: str) -> Seam:
    """A request-target of one kind gets an answer of its own."""

    def respond(right: Seam, target: Any, method: str, path: str | bytes, *rest: Any) -> Any:
        octets = path if isinstance(path, bytes) else path.encode("utf-8", "replace")
        return Answer(status, (("Content-Type", media),), body.encode()) if fits(octets) else right(method, path, *rest)

    return respond


_ENVELOPE = '{"ResponseStatus":{"ErrorCode":"%s","Message":"Something is not in order."}}'
_FAILED = _ENVELOPE % "INTERNAL_SERVER_ERROR"
_CRASH, _LOST = "status.500 status.400", "json.every-response envelope.present"


def _broken_percent(octets: bytes) -> bool:
    return re.search(rb"%(?![0-9A-Fa-f]{2})", octets) is not None


def _overlong(octets: bytes) -> bool:
    return re.search(rb"%(?:[cC][01]|[eE]0%[89]|[fF][89a-fA-F])", octets) is not None


def _sloped(octets: bytes) -> bool:
    return octets.partition(b"?")[0].endswith(b"/")


def targets() -> Iterator[Liar]:
    rows: tuple[tuple[str, str, str, Callable[[bytes], bool], int, str, str], ...] = (
        (
            "percent-crash",
            _CRASH,
            "Broken percent-encoding gets 500.",
            _broken_percent,
            500,
            "application/json",
            _FAILED,
        ),
        (
            "percent-html",
            _LOST,
            "Broken percent-encoding gets an HTML page.",
            _broken_percent,
            400,
            "text/html",
            "<h1>Bad Request</h1>",
        ),
        (
            "overlong-crash",
            _CRASH,
            "Overlong UTF-8 in a path or query gets 500.",
            _overlong,
            500,
            "application/json",
            _FAILED,
        ),
        (
            "nul-crash",
            _CRASH,
            "A NUL in a path or query gets 500.",
            lambda octets: b"%00" in octets,
            500,
            "application/json",
            _FAILED,
        ),
        (
            "nul-html",
            _LOST,
            "A NUL in a path or query gets plain text.",
            lambda octets: b"%00" in octets,
            400,
            "text/plain",
            "Bad Request",
        ),
        (
            "slash-404",
            "status.allowed",
            "A path with a slash at its end gets 404.",
            _sloped,
            404,
            "application/json",
            _ENVELOPE % "NOT_FOUND",
        ),
        (
            "dots-404",
            "status.allowed",
            "Dot segments get 404.",
            lambda octets: b"/.." in octets or b"/." in octets or b"%2e" in octets.lower(),
            404,
            "application/json",
            _ENVELOPE % "NOT_FOUND",
        ),
        (
            "double-slash-crash",
            _CRASH,
            "A double slash in a path gets 500.",
            lambda octets: b"//" in octets.partition(b"?")[0],
            500,
            "application/json",
            _FAILED,
        ),
        (
            "encoded-slash-404",
            f"status.allowed {_LOST}",
            "An encoded slash gets 404 in HTML.",
            lambda octets: b"%2f" in octets.lower(),
            404,
            "text/html",
            "<h1>Not Found</h1>",
        ),
        (
            "line-end-crash",
            _CRASH,
            "An encoded line end in a path or query gets 500.",
            lambda octets: b"%0a" in octets.lower(),
            500,
            "application/json",
            _FAILED,
        ),
        (
            "repeated-crash",
            _CRASH,
            "A parameter that comes twice in a query gets 500.",
            _repeated,
            500,
            "application/json",
            _FAILED,
        ),
    )
    for name, breaks, sentence, fits, status, media, body in rows:
        yield written(
            "targets", f"{name}/everywhere", "everywhere", breaks, sentence, respond=_raw(fits, status, media, body)
        )


def _repeated(octets: bytes) -> bool:
    names = [pair.partition(b"=")[0] for pair in octets.partition(b"?")[2].split(b"&")]
    return len(set(names)) < len(names)


def _methods(odd: tuple[str, ...], page: Answer) -> Seam:
    def answer(right: Seam, target: Any, request: Request) -> Any:
        return page if request.method in odd and not target.route(request.method, request.segments) else right(request)

    return answer


def methods() -> Iterator[Liar]:
    html = Answer(400, (("Content-Type", "text/html"),), b"<h1>Bad Request</h1>")
    empty = Answer(405, (("Allow", "GET, POST"),), b"")
    crash = Answer(500, (("Content-Type", "application/json"),), _FAILED.encode())
    yield written(
        "targets", "method-html/PUT", "one-value", _LOST, "A PUT gets an HTML page.", answer=_methods(("PUT",), html)
    )
    yield written(
        "targets",
        "method-405/OPTIONS",
        "one-value",
        "status.allowed envelope.present",
        "An OPTIONS gets an empty 405.",
        answer=_methods(("OPTIONS",), empty),
    )
    yield written(
        "targets", "method-500/PATCH", "one-value", _CRASH, "A PATCH gets 500.", answer=_methods(("PATCH",), crash)
    )
    yield written(
        "targets",
        "method-405/DELETE",
        "one-value",
        "status.allowed envelope.present",
        "A DELETE where there is none gets an empty 405.",
        answer=_methods(("DELETE",), empty),
    )


def liars() -> Iterator[Liar]:
    for chapter in (read, bodies, targets, methods):
        yield from chapter()

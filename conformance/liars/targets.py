"""Wrong logic: request-targets and methods that are odd."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from conformance.reference import Answer
from conformance.reference.reading import Request

from .model import Liar, Seam, written


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


def _repeated(octets: bytes) -> bool:
    names = [pair.partition(b"=")[0] for pair in octets.partition(b"?")[2].split(b"&")]
    return len(set(names)) < len(names)


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
    yield from targets()
    yield from methods()

"""Wrong logic: bodies that are no JSON object, and are taken all the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from .model import Liar, Seam, at, written

Mend = Callable[[bytes], bytes]


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
    "cut": ("that is cut off", _closed),
    "leading-comma": ("with a comma before all else", lambda body: re.sub(rb"{\s*,", b"{", body)),
    "without-colons": ("without colons", lambda body: re.sub(rb'([{,]\s*"\w+") ', rb"\1: ", body)),
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
        yield written(
            "unreadable",
            f"read-{name}/everywhere",
            "everywhere",
            "status.400",
            f"A body {phrase} is read.",
            parse=_mended(mend),
        )
    for name, operation in (
        ("cut", "addAddress"),
        ("cut", "configureNumber"),
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


def liars() -> Iterator[Liar]:
    yield from read()
    yield from bodies()

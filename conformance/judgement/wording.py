"""How a judgement says what was expected and received, and how it finds names in what was received."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with an answer: what it breaks, where, and what was expected.

    `pointer` is a JSON Pointer (RFC 6901) into the answer seen as an object of `status`, `headers` and `body`.
    `exchange` is the index of the answer among the exchanges of its case.
    """

    requirement: str
    clause: str
    pointer: str
    expected: str
    actual: str
    exchange: int = 0


def wrong_fields(fields: list[str], names: tuple[str, ...], form: str, others: tuple[str, ...]) -> str | None:
    """The first FieldName that is not right, None where all are."""
    if form == "all-concatenated":
        whole = [each for each in fields if all(name in each for name in names)]
        return None if whole else fields[0]
    if form == "concatenated":
        whole = [each for each in fields if concatenates(each, names)]
        return next((each for each in fields if each not in whole and each not in others), None if whole else fields[0])
    allowed = {*names, *others}
    if not any(each in names for each in fields):
        return fields[0]
    return next((each for each in fields if each not in allowed), None)


def concatenates(text: str, names: tuple[str, ...]) -> bool:
    """Whether a text is one of the names, or some of them with anything but letters and digits between."""
    rest, some = text, False
    for name in sorted(names, key=len, reverse=True):
        if name in rest:
            some, rest = True, rest.replace(name, " ")
    return some and not any(c.isalnum() for c in rest)


def stands_in(name: str, message: str) -> bool:
    """Whether a name stands in a text as a whole word."""
    return re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", message) is not None


def either(values: Any) -> str:
    texts = [str(each) for each in values]
    return texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + " or " + texts[-1] if texts else "nothing"


def start(body: bytes) -> str:
    return repr(body[:60])[1:]


def shown(value: object) -> str:
    """A received value, as a failure shows it: nothing, or at most 300 characters."""
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 300 else text[:300] + f"... ({len(text)} characters)"

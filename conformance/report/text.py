"""Text of unknown origin, made safe for the places where reports show it.

A target may answer with anything: control characters, halves of surrogate pairs, a megabyte of markup. What is
written as JSON keeps it all; what a terminal, a log or a Markdown page shows is made harmless here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
#: Controls, and the marks that turn the direction of writing round: they could hide what a line really says.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def whole(text: str) -> str:
    """The text with pairs of surrogates joined and lone halves replaced, so that it can be written as UTF-8."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def dumps(value: Any, indent: int | None = None) -> str:
    """A JSON text that can always be written as UTF-8."""
    separators = (",", ": ") if indent else (",", ":")
    return whole(json.dumps(value, ensure_ascii=False, indent=indent, separators=separators))


def printable(text: str, keep_lines: bool = False) -> str:
    """The text with everything that could command a terminal written as an escape, as in `\\x1b`."""

    def escape(match: re.Match[str]) -> str:
        character = match.group()
        if keep_lines and character == "\n":
            return character
        return _ESCAPES.get(character) or (f"\\x{ord(character):02x}" if ord(character) < 256 else _long(character))

    return _UNPRINTABLE.sub(escape, text)


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _long(character: str) -> str:
    return f"\\u{ord(character):04x}"


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of the text, and how long it was where it was longer."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"


def cut_bytes(text: str, limit: int) -> tuple[str, int]:
    """At most `limit` bytes of the text in UTF-8, never half a character, and how many bytes it has in all."""
    data = whole(text).encode("utf-8")
    if len(data) <= limit:
        return whole(text), len(data)
    return data[:limit].decode("utf-8", "ignore"), len(data)


def one_line(value: object, limit: int = 160) -> str:
    """A value on one line of a terminal."""
    return cut(printable(str(value)), limit)


def width_of(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


def fit(text: str, width: int) -> str:
    """The text cut to so many columns, with an ellipsis where something was cut."""
    if width_of(text) <= width:
        return text
    kept, used = [], 0
    for each in text:
        used += width_of(each)
        if used > width - 1:
            break
        kept.append(each)
    return "".join(kept) + "…"


def code(value: object, limit: int = 200, cell: bool = False) -> str:
    """A value as a code span of Markdown; in a cell of a table also its bars are escaped."""
    text = cut(printable(str(value)), limit)
    runs = [len(run) for run in re.findall("`+", text)]
    fence = "`" * next(size for size in range(1, len(runs) + 2) if size not in runs)
    pad = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    span = f"{fence}{pad}{text or ' '}{pad}{fence}"
    return span.replace("|", "\\|") if cell else span


def prose(value: object, limit: int = 300) -> str:
    """A value as plain prose of Markdown: nothing in it is markup."""
    text = cut(printable(str(value)), limit)
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&@])", r"\\\1", text)


def count(number: int, one: str, many: str | None = None) -> str:
    """A number and its noun, as in `1 case`, `2,000 cases`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"

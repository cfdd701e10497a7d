"""What texts are, where those who read them differ: numbers, blanks, letter case, identifiers.

Nothing is asked of a target that depends on how its language reads such a text.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u180e\u200b\ufeff\0"


def as_number(text: str) -> int | float | str | None:
    """The number that a text is in JSON, the text where it is none; None where readers of numbers differ."""
    digits = text[1:] if text[:1] == "-" else text
    if digits.isascii() and digits.isdigit() and (digits[0] != "0" or text == "0"):
        return int(text) if len(text) < 400 else None
    try:
        number = Decimal(bare(text).replace("_", ""))
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    return None if abs(number.adjusted()) > 300 or number == number.to_integral_value() else float(number)


def folded(text: str) -> str:
    """A text without what no reading judges: its letter case, and blanks around it.

    By way of capitals, since some languages compare these: they make a plain I of a dotless one.
    """
    return bare(text).upper().casefold()


def in_other_case(text: str) -> set[str]:
    """What a text may be read as where its letter case is not judged."""
    return {text, text.upper(), text.lower(), text.casefold()}


def as_text(value: Any) -> str:
    """A value as one text, the items of a list together."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def bare(text: str) -> str:
    """A text without the blanks around it, by the widest notion of blanks that a language has."""
    return text.strip(_BLANKS)


def alike(one: str, other: str) -> bool:
    """Whether two identifiers differ in nothing but what some targets do not heed: case, punctuation, leading zeros."""

    def plain(text: str) -> str:
        text = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
        return "".join(str(unicodedata.decimal(c, c)) for c in text).lstrip("0")

    return plain(one) == plain(other)

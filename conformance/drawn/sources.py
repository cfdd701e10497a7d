"""What is made of what Hypothesis draws: right values, and texts that are one step away from them.

A draw costs more than all that is made of it, so that one draw gives the bytes for many values (`conformance.drawn.batches`).
Each function below makes one value of a few choices among tables. A choice of 0 is the first entry, so that values
shrink to the smallest change at the first place. Nothing here knows what is right; that is for
`conformance.drawn.rightness` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from conformance.planning.values import stretched, unknown_place

_T = TypeVar("_T")
#: The name of one of the functions below, and what it is given after the choices.
Source = tuple[str, tuple[Any, ...]]
#: Bytes that the choices of one value take at most; a choice beyond them is 0.
WIDTH = 12
#: Digits of other alphabets, each alphabet from zero to nine: full-width, Arabic, Devanagari, mathematical.
ALPHABETS = ("０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
PUNCTUATION = "+-.,()/#*;:_'\"&=%?<>{}[]|\\^~`@!$"
BLANKS = " \t\n\r\u00a0\u2003\u200b\u2028\u3000\ufeff"
LETTERS = "xAO0Il7BGéÜßАОｘＡ電ıſ²½"
#: What the HTTP server or the JSON parser may refuse before the API sees it, and what an API need not take.
CONTROLS = "\x00\x01\x08\x0b\x1b\x7f\x85\ud800\udfff\ufffe"
STRANGE = "😀𝐀\u202e\u0301"
#: More than a value has characters; what counts them begins anew at its end.
_PLACES = 48
_KINDS = (LETTERS, PUNCTUATION, BLANKS, "".join(ALPHABETS), STRANGE + CONTROLS)


class Choices:
    """Choices, read off drawn bytes one after another."""

    __slots__ = ("_bytes",)

    def __init__(self, drawn: bytes) -> None:
        self._bytes = iter(drawn)

    def index(self, length: int) -> int:
        """A number from 0 to below `length`."""
        number, room = 0, 1
        while room < length:
            number, room = number * 256 + next(self._bytes, 0), room * 256
        return number % length

    def of(self, table: Sequence[_T]) -> _T:
        """A member of a table."""
        return table[self.index(len(table))]

    def character(self) -> str:
        """A character of one of the kinds, each as often as the others."""
        return self.of(self.of(_KINDS))


def _longer(text: str, at: int, c: str) -> str:
    at %= len(text) + 1
    return text[:at] + c + text[at:]


def _other(text: str, at: int, c: str) -> str:
    at %= len(text)
    return text[:at] + c + text[at + 1 :]


def _shorter(text: str, at: int, c: str) -> str:
    at %= len(text)
    return text[:at] + text[at + 1 :]


def _cut(text: str, at: int, c: str) -> str:
    return text[: max(len(text) - 1 - at % 4, 1)]


def _stretched(text: str, at: int, c: str) -> str:
    """So many characters more: a run of the last one."""
    return text + text[-1:] * (at % 9 + 1)


def _trailed(text: str, at: int, c: str) -> str:
    return text + c


def _led(text: str, at: int, c: str) -> str:
    return c + text


def _transliterated(text: str, at: int, c: str) -> str:
    """One digit, or all of them, as another alphabet writes them."""
    alphabet = ALPHABETS[ord(c) % len(ALPHABETS)]
    digits = [i for i, each in enumerate(text) if each.isascii() and each.isdigit()]
    if not digits:
        return text + alphabet[1]
    chosen = digits if at > 44 else [digits[at % len(digits)]]
    return "".join(alphabet[int(each)] if i in chosen else each for i, each in enumerate(text))


def _doubled(text: str, at: int, c: str) -> str:
    at %= len(text)
    return text[:at] + text[at] + text[at:]


def _turned(text: str, at: int, c: str) -> str:
    at %= len(text)
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def _repeated(text: str, at: int, c: str) -> str:
    return text + (",", ";", " ", "")[at % 4] + text


_STEPS: tuple[Callable[[str, int, str], str], ...] = (
    _trailed, _other, _longer, _shorter, _stretched, _led, _other, _longer, _transliterated, _cut, _doubled, _turned,
    _transliterated, _transliterated, _repeated, _trailed,
)  # fmt: skip


def one_step_from(choices: Choices, known: Sequence[str]) -> str:
    """A text that one change makes of a right one."""
    step, at, c = choices.of(_STEPS), choices.index(_PLACES), choices.character()
    return step(choices.of(known), at, c)


def one_other_in(choices: Choices, known: str) -> str:
    """An identifier with one other letter or digit."""
    at = choices.index(len(known))
    table = _DIGITS if known[at].isdigit() else _LETTERS
    c = table[(table.find(known[at].lower()) + choices.index(9) + 1) % len(table)]
    return known[:at] + (c.upper() if known[at].isupper() else c) + known[at + 1 :]


def other_names(choices: Choices, known: str) -> str:
    """An identifier of the same shape with at least six other letters or digits, or with all that it has."""
    places = [i for i, c in enumerate(known) if c.isascii() and c.isalnum()]
    made, hexadecimal = list(known), all(c in "0123456789abcdefABCDEF-" for c in known)
    first, shifts = choices.index(len(places)), [choices.index(7) + 1 for _ in range(6)]
    for turn in range(min(max(6, len(places) // 2), len(places))):
        at = places[(first + turn) % len(places)]
        c = known[at]
        table = _DIGITS if c.isdigit() else _HEXADECIMAL if hexadecimal else _LETTERS
        letter = table[(table.find(c.lower()) + shifts[turn % len(shifts)]) % len(table)]
        made[at] = letter if c.islower() else letter.upper()
    return "".join(made)


_DIGITS, _LETTERS, _HEXADECIMAL = "0123456789", "abcdefghijkmnpqrstuvwxyz", "abcdef"
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PLAIN = "aeostnrk20159"
_SCRIPTS = (_PLAIN, "éüßøçñ", "ЖдшΩλ", "電話東京", "😀𝒳𐍈𠮷")


def texts_of(choices: Choices, lengths: Sequence[int], head: str = "", scripts: int = 1) -> str:
    """A text of one of the lengths, in characters; it begins like `head`, and has letters of so many kinds at most."""
    length, script, spread = choices.of(lengths), _SCRIPTS[choices.index(scripts)], choices.index(3)
    at = choices.index(_PLACES)
    if "@" in head and scripts == 1:
        return stretched(head, length)
    tail = _spread(script, length, 7, spread + 3 * at)
    if scripts == 1 or (script is _PLAIN and length > len(head)):
        made = (head + tail)[:length]
        return made.rstrip() + "x" * (length - len(made.rstrip()))
    if script is _PLAIN or spread:
        return tail
    # One letter of another script among plain ones.
    plain = _spread(_PLAIN, length, 5)
    at %= max(length, 1)
    return plain[:at] + tail[at : at + 1] + plain[at + 1 :]


def _spread(script: str, length: int, step: int, first: int = 0) -> str:
    """A text of the letters of a script, each so many letters after the one before."""
    around = "".join(script[(i * step + first) % len(script)] for i in range(len(script)))
    return (around * (length // len(script) + 1))[:length]


def further_numbers(choices: Choices, known: Sequence[str], longest: int) -> str:
    """A number that begins as a right one does, with other digits at its end, and some more where it may have them."""
    text = choices.of(known)
    kept = text[: max(len(text) - choices.index(4) - 1, 4)]
    most = min(longest, len(text) + choices.index(4)) - len(kept)
    return kept + "".join(choices.of("1234567890") for _ in range(most))


def one_wrong_among(choices: Choices, words: Sequence[str]) -> list[str]:
    """Words of a vocabulary, and among them one text that is one step from a word."""
    wrong = one_step_from(choices, words)
    many, at, left = choices.index(5), choices.index(5), list(words)
    right = [left.pop(choices.index(len(left))) for _ in range(min(many, len(words)))]
    at %= len(right) + 1
    return [*right[:at], wrong, *right[at:]]


def words_together(choices: Choices, words: Sequence[str]) -> list[str]:
    """Some of the words of a vocabulary, each once, in any order."""
    left = list(words)
    return [left.pop(choices.index(len(left))) for _ in range(choices.index(len(words)) + 1)]


def places(choices: Choices, known: str) -> str:
    """The name of a place, or a postal code, that no place has."""
    return unknown_place(known, choices.index(1000))


def whole_numbers(choices: Choices, low: int, high: int) -> str:
    """A number between two, both included, in digits: near the one, near the other, or anywhere."""
    room = high - low + 1
    near = choices.index(min(room, 256))
    return str((low + near, high - near, low + choices.index(room))[choices.index(3)])


def numbers_beyond(choices: Choices, limit: int, by: int) -> str:
    """A number on the far side of a bound, `by` is the direction."""
    return str(limit + by * (choices.index(100) + 1))


def capitals(choices: Choices, length: int) -> str:
    """Capital letters."""
    return "".join(choices.of(_CAPITALS) for _ in range(length))


def made(sources: Sequence[Source], drawn: bytes) -> Any:
    """The value that one of the sources makes of drawn bytes."""
    choices = Choices(drawn)
    name, given = choices.of(sources)
    return globals()[name](choices, *given)

"""What Hypothesis draws: right values, and texts that are one step away from them.

Every draw is a few indices into tables, so that a value costs microseconds and shrinks to the first entries: the
smallest change at the first place. Nothing here knows what is right; that is for `conformance.drawn.rightness` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from hypothesis import strategies as st

from conformance.planning.values import unknown_place

#: The name of one of the functions below, and what it is given: known without Hypothesis.
Source = tuple[str, tuple[Any, ...]]
#: Digits of other alphabets, each alphabet from zero to nine: full-width, Arabic, Devanagari, mathematical.
ALPHABETS = ("０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
PUNCTUATION = "+-.,()/#*;:_'\"&=%?<>{}[]|\\^~`@!$"
BLANKS = " \t\n\r\u00a0\u2003\u200b\u2028\u3000\ufeff"
LETTERS = "xAO0Il7BGéÜßАОｘＡ電ıſ²½"
#: What the HTTP server or the JSON parser may refuse before the API sees it, and what an API need not take.
CONTROLS = "\x00\x01\x08\x0b\x1b\x7f\x85\ud800\udfff\ufffe"
STRANGE = "😀𝐀\u202e\u0301"
_PLACES = st.integers(0, 47)
_CHARACTERS = st.one_of(
    st.sampled_from(LETTERS),
    st.sampled_from(PUNCTUATION),
    st.sampled_from(BLANKS),
    st.sampled_from("".join(ALPHABETS)),
    st.sampled_from(STRANGE + CONTROLS),
)


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


@st.composite
def one_step_from(draw: st.DrawFn, known: Sequence[str]) -> str:
    """A text that one change makes of a right one."""
    text = draw(st.sampled_from(known))
    step = draw(st.sampled_from(_STEPS))
    return step(text, draw(_PLACES), draw(_CHARACTERS))


@st.composite
def one_other_in(draw: st.DrawFn, known: str) -> str:
    """An identifier with one other letter or digit."""
    at = draw(_PLACES) % len(known)
    table = _DIGITS if known[at].isdigit() else _LETTERS
    c = table[(table.find(known[at].lower()) + draw(st.integers(1, 9))) % len(table)]
    return known[:at] + (c.upper() if known[at].isupper() else c) + known[at + 1 :]


@st.composite
def other_names(draw: st.DrawFn, known: str) -> str:
    """An identifier of the same shape with at least six other letters or digits, or with all that it has."""
    places = [i for i, c in enumerate(known) if c.isascii() and c.isalnum()]
    first = draw(_PLACES)
    chosen = [places[(first + turn) % len(places)] for turn in range(min(max(6, len(places) // 2), len(places)))]
    made, hexadecimal = list(known), all(c in "0123456789abcdefABCDEF-" for c in known)
    for at in dict.fromkeys(chosen):
        shift, c = draw(st.integers(1, 7)), known[at]
        table = _DIGITS if c.isdigit() else _HEXADECIMAL if hexadecimal else _LETTERS
        letter = table[(table.find(c.lower()) + shift) % len(table)]
        made[at] = letter if c.islower() else letter.upper()
    return "".join(made)


_DIGITS, _LETTERS, _HEXADECIMAL = "0123456789", "abcdefghijkmnpqrstuvwxyz", "abcdef"


_PLAIN = "aeostnrk20159"
_SCRIPTS = (_PLAIN, "éüßøçñ", "ЖдшΩλ", "電話東京", "😀𝒳𐍈𠮷")


@st.composite
def texts_of(draw: st.DrawFn, lengths: Sequence[int], head: str = "", scripts: int = 1) -> str:
    """A text of one of the lengths, in characters; it begins like `head`, and has letters of so many kinds at most."""
    length = draw(st.sampled_from(lengths))
    script = _SCRIPTS[draw(st.integers(0, scripts - 1))]
    spread = draw(st.integers(0, 2))
    tail = _spread(script, length, 7, spread)
    if scripts == 1 or (script is _PLAIN and length > len(head)):
        made = (head + tail)[:length]
        return made.rstrip() + "x" * (length - len(made.rstrip()))
    if script is _PLAIN or spread:
        return tail
    # One letter of another script among plain ones.
    plain = _spread(_PLAIN, length, 5)
    at = draw(_PLACES) % max(length, 1)
    return plain[:at] + tail[at : at + 1] + plain[at + 1 :]


def _spread(script: str, length: int, step: int, first: int = 0) -> str:
    """A text of the letters of a script, each so many letters after the one before."""
    around = "".join(script[(i * step + first) % len(script)] for i in range(len(script)))
    return (around * (length // len(script) + 1))[:length]


@st.composite
def further_numbers(draw: st.DrawFn, known: Sequence[str], longest: int) -> str:
    """A number that begins as a right one does, with other digits at its end, and some more where it may have them."""
    text = draw(st.sampled_from(known))
    kept = text[: max(len(text) - draw(st.integers(1, 4)), 4)]
    room = min(longest, len(text) + 3) - len(kept)
    digits = st.lists(st.sampled_from("1234567890"), min_size=min(len(text) - len(kept), room), max_size=room)
    return kept + "".join(draw(digits))


@st.composite
def one_wrong_among(draw: st.DrawFn, words: Sequence[str]) -> list[str]:
    """Words of a vocabulary, and among them one text that is one step from a word."""
    wrong = draw(one_step_from(words))
    right = draw(st.lists(st.sampled_from(words), max_size=4, unique=True))
    at = draw(_PLACES) % (len(right) + 1)
    return [*right[:at], wrong, *right[at:]]


def words_together(words: Sequence[str]) -> st.SearchStrategy[list[str]]:
    """Some of the words of a vocabulary, each once, in any order."""
    return st.lists(st.sampled_from(words), min_size=1, max_size=len(words), unique=True)


def places(known: str) -> st.SearchStrategy[str]:
    """Names of places, or postal codes, that no place has."""
    return st.integers(0, 999).map(partial(unknown_place, known))


def whole_numbers(low: int, high: int) -> st.SearchStrategy[str]:
    """Numbers between two, both included, in digits."""
    return st.integers(low, high).map(str)


def numbers_beyond(limit: int, by: int) -> st.SearchStrategy[str]:
    """Numbers on the far side of a bound, `by` is the direction."""
    steps = range(limit + by, limit + by * 101, by)
    return st.sampled_from(steps).map(str)


def capitals(length: int) -> st.SearchStrategy[str]:
    """Capital letters."""
    return st.lists(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), min_size=length, max_size=length).map("".join)


def strategy_of(source: Source) -> st.SearchStrategy[Any]:
    """What draws the values of a source."""
    name, given = source
    found: st.SearchStrategy[Any] = globals()[name](*given)
    return found

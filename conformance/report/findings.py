"""Groups violations by their cause, so that one wrong wrapper is one finding and not three hundred.

A cause is a clause, a place in the answer, what was expected there and what stood there instead, with everything taken
out that varies from case to case: the parameter, numbers and ids. Five steps find it:

1. violations that look alike in this way are one finding, whichever requirements they break;
2. of two findings about the same value, the one whose cases are all among those of the other belongs to it;
3. one wrong value in place of many right ones is one finding, such as a code that is always the same;
4. many wrong values in place of one right one are one finding, such as a message that never names the parameter;
5. findings about one clause that just the same cases show are one, the others standing beside the first.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from conformance.report.tally import ADVICE, Document, codes_of, level_of
from conformance.report.text import count, fit, printable

#: From so many different values on, they are one finding.
_MANY = 4
OTHER_CASE = "<parameter in another letter case>"
FIELD_NAME, NOTHING = "FieldName", "nothing"
#: What one operation accepts or changes says nothing about another.
_BY_OPERATION = frozenset({"control", "state", "stable"})
_LONG_NUMBER = re.compile(r"\+?\d{5,}")
_ID = re.compile(r"\b(?=[A-Za-z-]*\d)[A-Za-z0-9][A-Za-z0-9-]{9,}\b")
_QUOTED = re.compile(r"\"[^\"]{1,200}\"|'[^']{1,200}'|“[^”]{1,200}”")


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause, and the cases that show it. `example` is the case that shows it most plainly.

    `also` says in words what else is wrong with the same clause of the same answers.
    """

    level: str
    clause: str
    pointer: str
    expected: str
    actual: str
    requirements: tuple[str, ...]
    cases: tuple[str, ...]
    operations: tuple[str, ...]
    codes: tuple[str, ...]
    parameters: tuple[str, ...]
    example: str
    assumed: bool
    also: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many cases show it."""
        return len(self.cases)

    @property
    def title(self) -> str:
        """One line: the clause, what was expected, what came."""
        return f"{self.clause}: {self.words}"

    @property
    def words(self) -> str:
        """What was expected and what came, on one line."""
        return f"expected {_short(self.expected, 90)}, got {_short(self.actual, 90)}"

    @property
    def id(self) -> str:
        """A short name that stays the same from run to run as long as the cause does."""
        text = "\n".join((self.level, self.clause, self.pointer, self.expected, self.actual))
        return "finding-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


class _Key(NamedTuple):
    level: str
    clause: str
    pointer: str
    operation: str
    expected: str
    actual: str


@dataclass(slots=True)
class _Pile:
    """What was gathered under one key while grouping."""

    results: dict[str, Document] = field(default_factory=dict)
    requirements: Counter[str] = field(default_factory=Counter)

    def take(self, other: _Pile) -> None:
        self.results.update(other.results)
        self.requirements.update(other.requirements)


def group(results: Iterable[Document], register: Mapping[str, Any] | None = None) -> list[Finding]:
    """The findings of a run: `must` before advice, the most frequent first."""
    piles: dict[_Key, _Pile] = defaultdict(_Pile)
    for result in results:
        for violation in result.get("violations", ()):
            pile = piles[_key(result, violation, register or {})]
            pile.results[result["case"]] = result
            pile.requirements[violation["requirement"]] += 1
    merged = _widen(_widen(_absorb(dict(piles)), "expected"), "actual")
    found = [_finding(key, pile) for key, pile in merged.items()]
    return _joined(sorted(found, key=lambda each: (each.level != "must", -each.count, each.title, each.id)))


def _key(result: Document, violation: Document, register: Mapping[str, Any]) -> _Key:
    clause = str(violation["clause"])
    # What advice is about has nothing to do with the parameter.
    parameter = "" if clause == ADVICE else str(result.get("parameter") or "")
    expected, actual = shape(violation.get("expected", ""), parameter), shape(violation.get("actual", ""), parameter)
    if clause == FIELD_NAME and actual == NOTHING:
        expected = "the name of the parameter"  # whichever that is, it is lacking in the same way
    return _Key(
        level_of(violation["requirement"], register),
        clause,
        re.sub(r"/\d+(?=/|$)", "/#", str(violation.get("pointer", ""))),
        str(result.get("operation") or "") if clause in _BY_OPERATION else "",
        expected,
        actual,
    )


def shape(value: object, parameter: str = "") -> str:
    """A value with what varies from case to case taken out."""
    text = str(value)[:400]
    if parameter:
        if text != parameter and text.casefold() == parameter.casefold():
            return OTHER_CASE
        word = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(parameter)}(?![A-Za-z0-9_])", re.IGNORECASE)
        text = word.sub(lambda match: _named(match[0], parameter), text)
        if text.casefold().endswith(f" {parameter.casefold()}"):
            text = text[: -len(parameter)] + OTHER_CASE
    text = _QUOTED.sub("<value>", text)
    text = _LONG_NUMBER.sub("<number>", text)
    return " ".join(_ID.sub("<id>", text).split())


def _named(word: str, parameter: str) -> str:
    if word == parameter:
        return "<parameter>"
    # A short name in small letters may be just a word, as `to` is.
    return OTHER_CASE if len(parameter) > 4 else word


def _absorb(piles: dict[_Key, _Pile]) -> dict[_Key, _Pile]:
    """Let a finding take in those about the same value that no other case shows."""
    families: dict[tuple[str, ...], list[_Key]] = defaultdict(list)
    for key in piles:
        families[(key.level, key.clause, key.pointer, key.operation, key.actual)].append(key)
    for family in families.values():
        family.sort(key=lambda key: (-len(piles[key].results), len(key.expected), key))
        kept: list[_Key] = []
        for key in family:
            larger = next((each for each in kept if piles[key].results.keys() <= piles[each].results.keys()), None)
            if larger is None:
                kept.append(key)
            else:
                piles[larger].take(piles.pop(key))
    return piles


def _widen(piles: dict[_Key, _Pile], side: str) -> dict[_Key, _Pile]:
    """Join the findings that differ in nothing but what was expected, or in nothing but what came, where many do."""
    families: dict[_Key, list[_Key]] = defaultdict(list)
    for key in piles:
        families[key._replace(**{side: ""})].append(key)
    found: dict[_Key, _Pile] = {}
    for family, keys in families.items():
        if len(keys) < _MANY:
            found.update((key, piles[key]) for key in keys)
            continue
        keys.sort(key=lambda key: (-len(piles[key].results), key))
        pile = _Pile()
        for key in keys:
            pile.take(piles[key])
        shown = _short(getattr(keys[0], side), 48)
        found[family._replace(**{side: f"{len(keys)} different values, such as {shown}"})] = pile
    return found


def _joined(findings: list[Finding]) -> list[Finding]:
    """Make one finding of those that are about one clause and shown by just the same cases."""
    families: dict[tuple[Any, ...], list[Finding]] = defaultdict(list)
    for each in findings:
        families[(each.level, each.clause, each.cases)].append(each)
    return [
        replace(
            first,
            requirements=tuple(dict.fromkeys(name for each in (first, *others) for name in each.requirements)),
            also=tuple(each.words for each in others),
        )
        for first, *others in families.values()
    ]


def _short(text: str, width: int) -> str:
    return fit(printable(text).rstrip("…"), width)


def _finding(key: _Key, pile: _Pile) -> Finding:
    results = pile.results.values()
    example = min(results, key=lambda each: (_beside(each, pile), len(each["violations"]), len(each["case"]), each["case"]))
    return Finding(
        key.level,
        key.clause,
        key.pointer,
        key.expected,
        key.actual,
        tuple(each for each, _ in sorted(pile.requirements.items(), key=lambda pair: (-pair[1], pair[0]))),
        tuple(sorted(pile.results)),
        names(each.get("operation") for each in results),
        names(code for each in results for code in codes_of(each)),
        names(each.get("parameter") for each in results),
        example["case"],
        all(bool(each.get("assumed")) for each in results),
    )


def _beside(result: Document, pile: _Pile) -> bool:
    """Whether a case asks in the first place something else than the requirements that a finding breaks."""
    return not set(result["requirements"][:1]) & set(pile.requirements)


def names(values: Iterable[Any]) -> tuple[str, ...]:
    """The values that are there, each once, in order."""
    return tuple(sorted({str(each) for each in values if each}))


def by_finding(findings: Iterable[Finding]) -> str:
    """The findings in one clause of a sentence."""
    listed = list(findings)
    musts = sum(each.level == "must" for each in listed)
    texts = [count(musts, "finding")] if musts or not listed else []
    if len(listed) > musts:
        texts.append(f"{len(listed) - musts:,} of advice")
    return " and ".join(texts)

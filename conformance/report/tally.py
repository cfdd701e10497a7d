"""Counts verdicts, and says what they come to: for a requirement, for an error code, for a run.

It works on the rows of a certificate, so that whoever holds a certificate can count again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

PASS, FAIL, ADVICE, UNTESTED, NOT_APPLICABLE, ERROR = "pass", "fail", "advice", "untested", "not applicable", "error"
#: In the order in which reports name them.
VERDICTS = (PASS, FAIL, ADVICE, ERROR, UNTESTED, NOT_APPLICABLE)
#: The worst first: where a case came twice, this is the one that counts.
WORST_FIRST = (FAIL, ERROR, UNTESTED, ADVICE, PASS, NOT_APPLICABLE)

CONFORMANT, NOT_CONFORMANT, INCOMPLETE = "conformant", "not conformant", "incomplete"

#: Where one of these is broken in the body, the code cannot be read, and nothing that depends on it was judged.
HIDING = frozenset({"json.every-response", "envelope.present", "envelope.error-code"})
#: Clauses that are judged without reading the answer's body.
OUTSIDE = frozenset({"status", "control", "state"})

Document = Mapping[str, Any]


def level_of(requirement: str, register: Mapping[str, Any]) -> str:
    """`must` or `advice`; a requirement that the register does not have is taken by its name."""
    entry = register.get(requirement)
    if entry is not None:
        return str(entry["level"])
    return ADVICE if requirement.startswith("advice.") else "must"


def counts(rows: Iterable[Document]) -> dict[str, int]:
    """How many rows have each verdict, every verdict named."""
    found = dict.fromkeys(VERDICTS, 0)
    for row in rows:
        found[row["verdict"]] += 1
    return found


def overall(rows: Iterable[Document], whole: bool = True) -> str:
    """The verdict of a run: a case that failed decides; then whatever is required must have been tested.

    A run of nothing proves nothing: at least one required case must have passed.
    """
    required_passed = False
    lacking = not whole
    failed = False
    for row in rows:
        verdict = row["verdict"]
        failed = failed or verdict == FAIL
        if row["certify"]:
            lacking = lacking or verdict in (UNTESTED, ERROR)
            required_passed = required_passed or verdict in (PASS, ADVICE)
    if failed:
        return NOT_CONFORMANT
    return INCOMPLETE if lacking or not required_passed else CONFORMANT


def violated(row: Document) -> list[str]:
    """The requirements that a case found broken, each once, in the order of finding."""
    return list(dict.fromkeys(each["requirement"] for each in row.get("violations", ())))


def hides(violation: Document) -> bool:
    """Whether a violation made the rest of its answer unreadable."""
    return violation["requirement"] in HIDING and str(violation.get("pointer", "")).startswith("/body")


def codes_of(row: Document) -> list[str]:
    """The codes that a case says something about: the one it is named after, and those whose rule it found broken.

    Where several codes are right the first is the most specific; the others are only allowed.
    """
    broken = [each.partition(".")[2] for each in violated(row) if each.startswith("code.")]
    return list(dict.fromkeys([*list(row.get("error_codes", ()))[:1], *broken]))


def verdict_by_violations(row: Document, register: Mapping[str, Any]) -> str:
    """Fail where a `must` is broken, advice where only advice is, pass where nothing is."""
    broken = violated(row)
    if any(level_of(each, register) == "must" for each in broken):
        return FAIL
    return ADVICE if broken else PASS


def requirements(rows: Sequence[Document], register: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Each requirement of the register with its counts and its verdict."""
    found = {each: dict.fromkeys(VERDICTS, 0) for each in register}
    open_ones: dict[str, bool] = {}
    for row in rows:
        broken = violated(row)
        hidden = any(hides(each) for each in row.get("violations", ()))
        for each in dict.fromkeys([*row["requirements"], *broken]):
            if each not in found:
                continue
            verdict = _of_one(each, row, broken, hidden, register)
            found[each][verdict] += 1
            if row["certify"] and verdict in (UNTESTED, ERROR):
                open_ones[each] = True
    return {
        each: {
            **{key: entry[key] for key in ("level", "basis", "sentence", "cite") if key in entry},
            "verdict": _together(found[each], open_ones.get(each, False)),
            "counts": found[each],
        }
        for each, entry in register.items()
    }


def _of_one(each: str, row: Document, broken: list[str], hidden: bool, register: Mapping[str, Any]) -> str:
    """What one case says about one requirement."""
    if each in broken:
        return FAIL if level_of(each, register) == "must" else ADVICE
    if row["verdict"] in (FAIL, ADVICE):
        # The case broke something else. What stands behind an answer that cannot be read was not judged at all.
        return UNTESTED if hidden else PASS
    return str(row["verdict"])


def codes(rows: Iterable[Document], names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Each error code with the counts and the verdict of the cases that say something about it."""
    found = {each: dict.fromkeys(VERDICTS, 0) for each in names}
    open_ones: dict[str, bool] = {}
    for row in rows:
        for each in codes_of(row):
            if each in found:
                found[each][row["verdict"]] += 1
                if row["certify"] and row["verdict"] in (UNTESTED, ERROR):
                    open_ones[each] = True
    return {
        each: {"verdict": _together(number, open_ones.get(each, False)), "counts": number}
        for each, number in found.items()
    }


def _together(number: Mapping[str, int], lacking: bool) -> str:
    """One verdict for many: what is broken first; a pass only where nothing required was left out."""
    for each in (FAIL, ADVICE, ERROR):
        if number[each]:
            return each
    if number[PASS]:
        return UNTESTED if lacking else PASS
    return UNTESTED if number[UNTESTED] or not number[NOT_APPLICABLE] else NOT_APPLICABLE


def is_whole(run: Document) -> bool:
    """Whether a run came to its end and left no case out by choice."""
    return not (run.get("interrupted") or run.get("selected") or run.get("shard"))

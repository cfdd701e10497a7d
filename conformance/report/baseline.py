"""Holds a run against what is known already, so that only what is newly broken fails it.

What is known comes from an earlier certificate, an earlier JUnit file, or a list of known defects that people keep by
hand. Each case then is newly broken, still broken, fixed, no longer tested, new, or unchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from conformance.errors import ConfigurationError
from conformance.inputs.documents import hold_against
from conformance.report import expectations, junit, tally
from conformance.report.expectations import Expectation
from conformance.report.files import read_bytes, read_json
from conformance.report.junit import Known
from conformance.report.tally import Document

BROKEN, STILL, FIXED, GONE, NEW, SAME = (
    "newly broken",
    "still broken",
    "fixed",
    "no longer tested",
    "new",
    "unchanged",
)
#: In the order in which reports name them.
CHANGE_ORDER = (BROKEN, STILL, FIXED, GONE, NEW, SAME)
_JUDGED = (tally.PASS, tally.ADVICE, tally.FAIL)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is known: the cases of an earlier run, or the entries of a list that is kept by hand."""

    name: str
    kind: str
    cases: Mapping[str, Known]
    entries: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one case since; `note` says more in a few words."""

    case: str
    state: str
    was: str
    now: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every case's change. `problems` are wrong entries of the baseline, which fail; `remarks` only inform."""

    name: str
    changes: tuple[Change, ...]
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something is newly broken, or the baseline itself is wrong."""
        return bool(self.problems) or any(each.state == BROKEN for each in self.changes)

    def counts(self) -> Counter[str]:
        """How many cases are in each state."""
        return Counter(each.state for each in self.changes)

    def by_case(self) -> dict[str, Change]:
        """The change of each case."""
        return {each.case: each for each in self.changes}


def load(path: Path) -> Baseline:
    """Read a certificate, a JUnit file or a list of known defects, told apart by how they begin."""
    data = read_bytes(path)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not start:
        raise ConfigurationError(f"{path}: the file is empty")
    if start == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Baseline(str(path), "junit", junit.read_data(data, path))
    if start == b"{":
        certificate = read_json(path)
        hold_against(certificate, "certificate.json", path)
        return of_certificate(certificate, str(path))
    return Baseline(str(path), "expectations", {}, expectations.read(path))


def of_certificate(certificate: Document, name: str) -> Baseline:
    """What a certificate says of each case."""
    cases = {row["case"]: Known(row["verdict"], tuple(tally.violated(row))) for row in certificate["cases"]}
    return Baseline(name, "certificate", cases)


def of_results(results: Iterable[Document]) -> dict[str, Known]:
    """The same of results."""
    return {each["case"]: Known(each["verdict"], tuple(tally.violated(each))) for each in results}


def compare(
    baseline: Baseline,
    results: Iterable[Document] | Mapping[str, Known],
    *,
    register: Mapping[str, Any] | None = None,
    whole: bool = True,
    today: date | None = None,
) -> Comparison:
    """Hold results against a baseline.

    `whole` says that the run left nothing out by choice: only then is it said what is no longer tested and which
    entries match nothing. `today` decides which entries have expired; without it none has.
    """
    now = dict(results) if isinstance(results, Mapping) else of_results(results)
    if baseline.kind == "expectations":
        return _by_hand(baseline, now, whole, today)
    changes = [_change(case, baseline.cases.get(case), known, register or {}) for case, known in sorted(now.items())]
    if whole:
        lost = sorted(baseline.cases.keys() - now.keys())
        changes += [Change(case, GONE, baseline.cases[case].verdict, "", "the case is not there") for case in lost]
    fixed = sum(each.state == FIXED for each in changes)
    remarks = (f"{fixed} failing of the baseline no longer hold",) if fixed else ()
    return Comparison(baseline.name, tuple(changes), (), remarks)


def _change(case: str, was: Known | None, now: Known, register: Mapping[str, Any]) -> Change:
    if was is None:
        state = BROKEN if now.verdict == tally.FAIL else NEW
        return Change(case, state, "", now.verdict, "not in the baseline")
    if now.verdict == tally.FAIL:
        if was.verdict != tally.FAIL:
            return Change(case, BROKEN, was.verdict, now.verdict, ", ".join(now.violated))
        musts = [each for each in now.violated if tally.level_of(each, register) == "must"]
        # A file that does not say what was broken cannot tell that more is broken now.
        more = [each for each in musts if each not in was.violated] if was.violated else []
        note = f"now also {', '.join(more)}" if more else ""
        return Change(case, BROKEN if more else STILL, was.verdict, now.verdict, note)
    if was.verdict in _JUDGED and now.verdict not in _JUDGED:
        return Change(case, GONE, was.verdict, now.verdict, f"now {now.verdict}")
    if was.verdict == tally.FAIL:
        return Change(case, FIXED, was.verdict, now.verdict)
    if was.verdict not in _JUDGED and now.verdict in _JUDGED:
        return Change(case, NEW, was.verdict, now.verdict, f"was {was.verdict}")
    return Change(case, SAME, was.verdict, now.verdict)


def _by_hand(baseline: Baseline, now: Mapping[str, Known], whole: bool, today: date | None) -> Comparison:
    problems: list[str] = []
    remarks: list[str] = []
    excused: dict[str, Expectation] = {}
    for entry in baseline.entries:
        matched = [case for case in now if entry.matches(case)]
        if entry.expired(today):
            problems.append(f"entry {entry.number} ({entry.case}) expired on {entry.expires}: {entry.reason}")
            continue
        if not matched:
            if whole:
                problems.append(f"entry {entry.number} ({entry.case}) matches no case")
            continue
        if not any(now[case].verdict == entry.verdict for case in matched):
            remarks.append(f"entry {entry.number} ({entry.case}) no longer holds: none of its cases is {entry.verdict}")
        for case in matched:
            excused.setdefault(case, entry)
    changes = [_expected(case, excused.get(case), known) for case, known in sorted(now.items())]
    return Comparison(baseline.name, tuple(changes), tuple(problems), tuple(remarks))


def _expected(case: str, entry: Expectation | None, now: Known) -> Change:
    if entry is None:
        return Change(case, BROKEN if now.verdict == tally.FAIL else SAME, "", now.verdict, ", ".join(now.violated))
    note = f"{entry.reason} ({entry.issue})" if entry.issue else entry.reason
    if now.verdict == entry.verdict:
        return Change(case, STILL if now.verdict == tally.FAIL else SAME, entry.verdict, now.verdict, note)
    if now.verdict == tally.FAIL:
        return Change(case, BROKEN, entry.verdict, now.verdict, f"expected to be {entry.verdict}: {note}")
    if now.verdict in _JUDGED:
        return Change(case, FIXED if entry.verdict == tally.FAIL else NEW, entry.verdict, now.verdict, note)
    return Change(case, GONE, entry.verdict, now.verdict, note)

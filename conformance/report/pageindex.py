"""The index of the page: all that its first screen, its filters and its lists need, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from conformance.report import tally
from conformance.report.baseline import CHANGE_ORDER, SAME, Comparison
from conformance.report.findings import Finding, group
from conformance.report.lacks import Lack, lacking
from conformance.report.picture import CONTROL, LEGEND, LEGEND_OF_SOME, picture
from conformance.report.summary import reservations
from conformance.report.tally import Document

_RUN = (
    "target",
    "suite",
    "digests",
    "seed",
    "effort",
    "allow",
    "facts",
    "requests",
    "started",
    "wall",
    "certify",
    "unsupported",
    "left_over",
)

#: In the order of the list of cases.
_PLACES = (tally.FAIL, tally.ERROR, tally.ADVICE, tally.UNTESTED, tally.PASS, tally.NOT_APPLICABLE)


def slim(result: Document) -> dict[str, Any]:
    """A result without what was exchanged, but for the statuses, so that thousands of them are small."""
    kept = {key: value for key, value in result.items() if key not in ("exchanges", "letter", "curl", "rerun", "node")}
    kept["exchanges"] = [
        {"response": {"status": each["response"]["status"]} if each.get("response") else None}
        for each in result.get("exchanges", ())
    ]
    return kept


def build(run: Document, results: Sequence[Document], comparison: Comparison | None, block: int) -> dict[str, Any]:
    """The index; in it a case is known by its place in the list of cases."""
    codes = list(run.get("codes", ()))
    rank = {code: place for place, code in enumerate(codes)}
    order = sorted(range(len(results)), key=lambda number: _order(results[number], rank))
    place = {results[number]["case"]: at for at, number in enumerate(order)}
    register = run.get("requirements", {})
    changes = comparison.by_case() if comparison is not None else {}
    operations = sorted({str(each["operation"]) for each in results if each.get("operation")})
    target = run.get("target", {})
    return {
        "name": " ".join(str(target[key]) for key in ("name", "version") if target.get(key))
        or str(target.get("url") or "The target"),
        "verdict": tally.overall(results, tally.is_whole(run)),
        "reservations": reservations(run, results),
        "whole": tally.is_whole(run),
        "run": {key: run[key] for key in _RUN if key in run},
        "verdicts": list(tally.VERDICTS),
        "counts": tally.counts(results),
        "required": tally.counts(each for each in results if each["certify"]),
        "legend": LEGEND if tally.is_whole(run) else LEGEND_OF_SOME,
        "picture": picture(run, results),
        "requirements": tally.requirements(results, register),
        "findings": [_finding(each, place) for each in group(results, register)],
        "errors": [_lack(each, place) for each in lacking(results, tally.ERROR)],
        "untested": [_lack(each, place) for each in lacking(results)],
        "absent": [_lack(each, place) for each in lacking(results, tally.NOT_APPLICABLE)],
        "changes": _changes(comparison) if comparison is not None else None,
        "codes": codes,
        "operations": operations,
        "block": block,
        "cases": [_case(results[number], number, changes) for number in order],
    }


def _order(result: Document, rank: dict[str, int]) -> tuple[int, int, str, str]:
    """What is wrong comes first; then the order of the contract, what is about no code before the codes."""
    first = next(iter(result.get("error_codes", ())), None)
    code = -1 if first is None else rank.get(first, len(rank))
    return _PLACES.index(result["verdict"]), code, str(result.get("chapter", "")), result["case"]


def _case(result: Document, number: int, changes: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": result["case"],
        "v": result["verdict"],
        "n": number,
        "o": result.get("operation") or "",
        "c": tally.codes_of(result),
        "r": list(dict.fromkeys([*result["requirements"], *tally.violated(result)])),
        "b": list(dict.fromkeys(each["clause"] for each in result.get("violations", ()))),
    }
    if not result.get("error_codes") and CONTROL in result.get("clauses", ()):
        found["k"] = 1
    if not result["certify"]:
        found["optional"] = 1
    change = changes.get(result["case"])
    if change is not None and change.state != SAME:
        found["s"] = change.state
    return found


def _finding(finding: Finding, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": finding.id,
        "level": finding.level,
        "clause": finding.clause,
        "pointer": finding.pointer,
        "expected": finding.expected,
        "actual": finding.actual,
        "requirements": finding.requirements,
        "operations": finding.operations,
        "codes": finding.codes,
        "parameters": finding.parameters,
        "assumed": finding.assumed,
        "also": finding.also,
        "example": place[finding.example],
        "cases": sorted(place[each] for each in finding.cases),
    }


def _lack(lack: Lack, place: dict[str, int]) -> dict[str, Any]:
    return {"reason": lack.reason, "codes": lack.codes, "required": lack.required, "cases": _places(lack.cases, place)}


def _places(cases: Iterable[str], place: dict[str, int]) -> list[int]:
    return sorted(place[each] for each in cases)


def _changes(comparison: Comparison) -> dict[str, Any]:
    counts = comparison.counts()
    listed = [each for each in comparison.changes if each.state != SAME]
    listed.sort(key=lambda each: CHANGE_ORDER.index(each.state))
    return {
        "name": comparison.name,
        "counts": {state: counts[state] for state in CHANGE_ORDER if counts[state]},
        "problems": comparison.problems,
        "remarks": comparison.remarks,
        "listed": [[each.state, each.case, each.was, each.now, each.note] for each in listed],
    }

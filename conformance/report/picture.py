"""The picture of a run: every error code by every clause, what was judged there and what was found.

A clause that could not be judged, because the answer could not be read or carried another code, counts as neither kept
nor broken; the picture says so instead of painting it green.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from conformance.report.tally import ADVICE, ERROR, FAIL, HIDING, NOT_APPLICABLE, OUTSIDE, PASS, UNTESTED, Document

#: What each state of a cell means, and the symbol that says it without colour.
LEGEND = {
    "pass": ("✓", "kept in every case"),
    "fail": ("✗", "broken"),
    "partly": ("◐", "kept as far as it could be judged"),
    "hidden": ("▨", "not judged: the answer could not be read so far"),
    "untested": ("?", "untested: something is lacking"),
    "error": ("!", "the suite or the set-up failed"),
    "not applicable": ("–", "the target has no such thing"),
    "none": ("·", "the contract asks nothing here"),
}


def picture(run: Document, results: Iterable[Document]) -> dict[str, Any]:
    """The columns, and for each code its cells: state and counts."""
    cells: dict[tuple[str, str], dict[str, int]] = {}
    seen: dict[str, None] = {}
    for result in results:
        for code in result.get("error_codes", ()):
            for clause, state in _states(result, code).items():
                seen[clause] = None
                cell = cells.setdefault((code, clause), {})
                cell[state] = cell.get(state, 0) + 1
    columns = list(run.get("clauses") or _ordered(seen))
    return {
        "columns": columns,
        "rows": [
            {"code": code, "cells": [{"state": state_of(counts), "counts": counts} for counts in row]}
            for code in run.get("codes", ())
            for row in [[cells.get((code, column), {}) for column in columns]]
        ],
    }


def _ordered(seen: Iterable[str]) -> list[str]:
    """The clauses as they came, those about the time after the answer last."""
    listed = list(seen)
    last = [each for each in ("control", "state") if each in listed]
    return [each for each in listed if each not in last] + last


def _states(result: Document, code: str) -> dict[str, str]:
    """What one case says of each of its clauses, as far as it is about one code."""
    clauses = list(result.get("clauses", ()))
    verdict = result["verdict"]
    if verdict in (UNTESTED, ERROR, NOT_APPLICABLE):
        return {each: str(verdict) for each in clauses}
    codes = result.get("error_codes", ())
    mine = [each for each in result.get("violations", ()) if _about(each, code, codes)]
    broken = {each["clause"] for each in mine}
    body = [each for each in clauses if each not in OUTSIDE]
    unread = bool(broken & HIDING) or any(_succeeded(result, each) for each in mine)
    # The first clause of a body says which error it is. Where that is wrong the others were not judged.
    hidden = set(body) if unread else set(body[1:]) if body and body[0] in broken else set()
    extra = [each for each in broken if each in ("control", "state") and each not in clauses]
    return {
        each: FAIL if each in broken else "hidden" if each in hidden else PASS for each in [*clauses, *extra]
    }


def _about(violation: Document, code: str, codes: Iterable[str]) -> bool:
    """Whether a violation counts for a code: one of another code's rule does not."""
    family, _, name = str(violation["requirement"]).partition(".")
    return family != ADVICE and (family != "code" or name == code or name not in codes)


def _succeeded(result: Document, violation: Document) -> bool:
    """Whether the violation is about an answer that reported success, and so carries no error at all."""
    exchanges = result.get("exchanges", ())
    index = int(violation.get("exchange", 0))
    response: Document = (exchanges[index].get("response") if 0 <= index < len(exchanges) else None) or {}
    return violation["clause"] == "status" and 0 < int(response.get("status", 0)) < 400


def state_of(counts: Document) -> str:
    """The state of a cell from the states of its cases."""
    if not counts:
        return "none"
    if counts.get(FAIL):
        return FAIL
    if counts.get(PASS):
        return "partly" if any(counts.get(each) for each in (UNTESTED, ERROR, "hidden")) else PASS
    return next(each for each in (ERROR, "hidden", UNTESTED, NOT_APPLICABLE) if counts.get(each))

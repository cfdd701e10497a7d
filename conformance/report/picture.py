"""The picture of a run: every error code by every clause, what was judged there and what was found.

A clause that could not be judged, because the answer could not be read or carried another code, counts as neither kept
nor broken; the picture says so instead of painting it green.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from conformance.report.tally import (
    ADVICE,
    ERROR,
    FAIL,
    NOT_APPLICABLE,
    OUTSIDE,
    PASS,
    UNTESTED,
    Document,
    codes_of,
    hides,
)

CONTROL = "control"

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


#: The same where cases were left out, which says less.
LEGEND_OF_SOME: dict[str, tuple[str, str]] = {
    **LEGEND,
    PASS: ("✓", "kept in every case that was run"),
    "none": ("·", "the contract asks nothing here, or no case of it was run"),
}


def picture(run: Document, results: Sequence[Document]) -> dict[str, Any]:
    """The columns, and for each code its cells: state and counts.

    A control has no fault and so no code. Those of the operations on which a code is asked stand in the code's row;
    their cell names the operations.
    """
    cells: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    controls: dict[str, Counter[str]] = defaultdict(Counter)
    operations: dict[str, set[str]] = defaultdict(set)
    seen: dict[str, None] = {
        each: None for result in results if result.get("error_codes") for each in result["clauses"]
    }
    bare: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        if result["verdict"] in (UNTESTED, ERROR, NOT_APPLICABLE) and not result.get("clauses"):
            # Nothing at all could be asked of the code.
            bare.update({each: bare[each] + Counter([result["verdict"]]) for each in codes_of(result)})
        operation = str(result.get("operation") or "")
        if not result.get("error_codes") and CONTROL in result.get("clauses", ()):
            controls[operation][_control(result)] += 1
            seen[CONTROL] = None
        for code in codes_of(result):
            if code in result.get("error_codes", ()):
                operations[code].add(operation)
            for clause, state in _states(result, code).items():
                seen[clause] = None
                cells[code][clause][state] += 1
    columns = list(run.get("clauses") or _ordered(seen))
    rows = []
    for code in run.get("codes", ()):
        row = [_cell(cells[code][column] if cells[code] else bare[code]) for column in columns]
        asked = sorted(operations[code] & controls.keys())
        if CONTROL in columns and asked:
            total = sum((controls[each] for each in asked), cells[code][CONTROL])
            row[columns.index(CONTROL)] = {**_cell(total), "operations": asked}
        rows.append({"code": code, "cells": row})
    return {"columns": columns, "rows": rows}


def _cell(counts: Counter[str]) -> dict[str, Any]:
    return {"state": state_of(counts), "counts": dict(counts)}


def _control(result: Document) -> str:
    """What a control says: nothing but a refusal is held against the target here."""
    if any(each["clause"] == CONTROL for each in result.get("violations", ())):
        return FAIL
    verdict = str(result["verdict"])
    return PASS if verdict in (PASS, FAIL, ADVICE) else verdict


def _ordered(seen: Iterable[str]) -> list[str]:
    """The clauses as they came, those about the time after the answer last."""
    listed = list(seen)
    last = [each for each in (CONTROL, "state") if each in listed]
    return [each for each in listed if each not in last] + last


def _states(result: Document, code: str) -> dict[str, str]:
    """What one case says of each of its clauses, as far as it is about one code."""
    verdict = result["verdict"]
    own = list(result.get("error_codes", ()))[:1] == [code]
    clauses = list(result.get("clauses", ())) if own else []
    if verdict in (UNTESTED, ERROR, NOT_APPLICABLE):
        return {each: str(verdict) for each in clauses}
    violations = [each for each in result.get("violations", ()) if not str(each["requirement"]).startswith("advice.")]
    mine = [each for each in violations if _about(each, code)]
    broken = {each["clause"] for each in mine}
    if not own:
        return dict.fromkeys(broken - {"json", "envelope"}, FAIL)
    body = [each for each in clauses if each not in OUTSIDE]
    hidden: set[str] = set()
    if any(hides(each) for each in mine):
        # What tells the error apart is not there to be read.
        broken |= set(body[:1])
    if len(mine) < len(violations):
        # The answer carried another allowed code and broke the rule of that one.
        hidden = set(clauses) - {CONTROL, "state"}
    elif any(_succeeded(result, each) for each in mine):
        hidden = set(body)
    elif body and body[0] in broken:
        # The first clause of a body says which error it is. Where that is wrong the others were not judged.
        hidden = set(body[1:])
    extra = [each for each in (CONTROL, "state") if each in broken and each not in clauses]
    return {each: FAIL if each in broken else "hidden" if each in hidden else PASS for each in [*clauses, *extra]}


def _about(violation: Document, code: str) -> bool:
    """Whether a violation counts for a code: one of another code's rule does not."""
    family, _, name = str(violation["requirement"]).partition(".")
    return family != "code" or name == code


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

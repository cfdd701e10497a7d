"""The certificate: one JSON document that says what was tested, by what, and what came of it.

It holds a row for each case, so that its verdict and all its counts can be found again from it alone. Its schema is
`schemas/meta/certificate.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from conformance.report import tally
from conformance.report.files import write_text
from conformance.report.tally import Document
from conformance.report.text import cut, dumps

#: Of the form of this document. A reader refuses what it does not know.
FORMAT = 1
NAME = "certificate.json"
#: A certificate shows what is wrong; the whole text stands in the page and among the exchanges.
_LONGEST = 300
_COPIED = ("target", "suite", "digests", "seed", "effort", "allow", "facts", "started", "wall", "requests")


def verdict_of(results: Iterable[Document], whole: bool = True) -> str:
    """`conformant`, `not conformant` or `incomplete`; `whole` says that no case was left out by choice or accident."""
    return tally.overall(results, whole)


def row_of(result: Document) -> dict[str, Any]:
    """What the certificate keeps of one result."""
    row: dict[str, Any] = {
        "case": result["case"],
        "chapter": result.get("chapter", ""),
        "verdict": result["verdict"],
        "certify": bool(result["certify"]),
        "requirements": list(result["requirements"]),
        "error_codes": list(result.get("error_codes", ())),
        "operation": result.get("operation"),
        "parameter": result.get("parameter"),
        "requests": int(result.get("requests", 0)),
    }
    if result.get("assumed"):
        row["assumed"] = True
    if result.get("reason"):
        row["reason"] = cut(str(result["reason"]), _LONGEST)
    if result.get("violations"):
        row["violations"] = [_violation(each) for each in result["violations"]]
    return row


def _violation(violation: Document) -> dict[str, Any]:
    names = ("requirement", "clause", "pointer", "expected", "actual")
    return {name: cut(str(violation.get(name, "")), _LONGEST) for name in names}


def rows_of(results: Iterable[Document]) -> list[dict[str, Any]]:
    """One row for each case, by id; of a case that came twice the worst stays."""
    found: dict[str, dict[str, Any]] = {}
    for result in results:
        row = row_of(result)
        known = found.get(row["case"])
        if known is None or _rank(row) < _rank(known):
            found[row["case"]] = row
    return [found[case] for case in sorted(found)]


def _rank(row: Document) -> int:
    return tally.WORST_FIRST.index(row["verdict"])


def build(run: Document, results: Iterable[Document]) -> dict[str, Any]:
    """The certificate of a run."""
    return assemble(run, rows_of(results), run.get("requirements", {}), list(run.get("codes", ())))


def assemble(run: Document, rows: Sequence[Document], register: Document, codes: Sequence[str]) -> dict[str, Any]:
    """The certificate of what is known of a run and of rows that were made already."""
    return {
        "format": FORMAT,
        "verdict": tally.overall(rows, tally.is_whole(run)),
        **{name: run[name] for name in _COPIED if name in run},
        "certify": bool(run.get("certify")),
        "interrupted": bool(run.get("interrupted")),
        "selected": bool(run.get("selected")),
        "shard": list(run["shard"]) if run.get("shard") else None,
        "unsupported": list(run.get("unsupported", ())),
        "left_over": [str(each) for each in run.get("left_over", ())],
        "counts": tally.counts(rows),
        "required": tally.counts(row for row in rows if row["certify"]),
        "requirements": tally.requirements(rows, register),
        "codes": tally.codes(rows, codes),
        "cases": list(rows),
    }


def write(path: Path, certificate: Document) -> None:
    """Write a certificate; a reader finds the old file or the new one, never half of one."""
    write_text(path, dumps(certificate, indent=1) + "\n")

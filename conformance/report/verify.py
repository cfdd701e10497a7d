"""Verifies a certificate offline: whoever holds one can tell whether it says what its cases say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from conformance.errors import ConfigurationError
from conformance.inputs.documents import hold_against
from conformance.report import tally
from conformance.report.tally import Document

_SHOWN = 5


def problems(
    certificate: Any, digests: Mapping[str, str] | None = None, planned: Iterable[str] | None = None
) -> list[str]:
    """Everything that is wrong with a certificate, nothing where it holds.

    `digests` are those of the contract, surface, suite and profile at hand; `planned` are the ids of the cases that the
    suite at hand requires. What is not given is not compared.
    """
    try:
        hold_against(certificate, "certificate.json", "the certificate")
    except ConfigurationError as error:
        return [str(error)]
    found = [*_digests(certificate, digests or {}), *_rows(certificate), *_sums(certificate)]
    if planned is not None:
        found += _missing(certificate, planned)
    return found


def _digests(certificate: Document, digests: Mapping[str, str]) -> Iterable[str]:
    for name, actual in digests.items():
        stated = certificate["digests"].get(name)
        if stated != actual:
            yield f"the digest of the {name} is {actual}, the certificate was made with {stated or 'none'}"


def _rows(certificate: Document) -> Iterable[str]:
    register = certificate["requirements"]
    twice = [case for case, times in Counter(row["case"] for row in certificate["cases"]).items() if times > 1]
    if twice:
        yield f"cases stand in it more than once: {_some(twice)}"
    unknown = {
        each
        for row in certificate["cases"]
        for each in (*row["requirements"], *tally.violated(row))
        if each not in register
    }
    if unknown:
        yield f"cases name requirements that it does not list: {_some(sorted(unknown))}"
    wrong = [row["case"] for row in certificate["cases"] if not _follows(row, register)]
    if wrong:
        yield f"the verdict of cases does not follow from their violations: {_some(wrong)}"


def _follows(row: Document, register: Mapping[str, Any]) -> bool:
    if row["verdict"] in (tally.PASS, tally.FAIL, tally.ADVICE):
        return bool(row["verdict"] == tally.verdict_by_violations(row, register))
    return not row.get("violations")


def _sums(certificate: Document) -> Iterable[str]:
    rows = certificate["cases"]
    wanted = tally.overall(rows, tally.is_whole(certificate))
    if certificate["verdict"] != wanted:
        yield f"its verdict is {certificate['verdict']!r}, its cases come to {wanted!r}"
    if certificate["counts"] != tally.counts(rows):
        yield "its counts are not those of its cases"
    if certificate["required"] != tally.counts(row for row in rows if row["certify"]):
        yield "its counts of required cases are not those of its cases"
    actual = tally.requirements(rows, certificate["requirements"])
    wrong = [each for each in actual if not _agree(certificate["requirements"][each], actual[each])]
    if wrong:
        yield f"the verdict or counts of requirements are not those of its cases: {_some(wrong)}"
    codes = tally.codes(rows, certificate["codes"])
    wrong = [each for each in codes if not _agree(certificate["codes"][each], codes[each])]
    if wrong:
        yield f"the verdict or counts of error codes are not those of its cases: {_some(wrong)}"


def _agree(one: Document, other: Document) -> bool:
    return bool(one["verdict"] == other["verdict"] and one["counts"] == other["counts"])


def _missing(certificate: Document, planned: Iterable[str]) -> Iterable[str]:
    wanted = set(planned)
    rows = {row["case"]: row for row in certificate["cases"]}
    missing = sorted(wanted - rows.keys())
    if missing:
        yield f"required cases are missing ({len(missing):,}): {_some(missing)}"
    relaxed = sorted(case for case in wanted & rows.keys() if not rows[case]["certify"])
    if relaxed:
        yield f"required cases are marked as not required ({len(relaxed):,}): {_some(relaxed)}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more

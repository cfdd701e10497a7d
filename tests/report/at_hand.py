"""Certificates of the suite at hand, made without any target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conformance.planning.cases import Case
from conformance.report import certificate
from conformance.session.examination import Choices, Examination

PASSING: Mapping[str, Any] = {"verdict": "pass", "violations": [], "requests": 1}


def result_of(case: Case) -> dict[str, Any]:
    """What a case comes to that passes."""
    return {
        "case": case.id, "chapter": case.chapter, "requirements": list(case.requirements), "certify": case.certify,
        "error_codes": list(case.error_codes), "operation": case.operation, "parameter": case.parameter, **PASSING,
    }  # fmt: skip


def certified(
    choices: Choices | None = None, chosen: Callable[[Case], bool] = lambda case: True, **changes: Any
) -> dict[str, Any]:
    """The certificate of a run in which every case that was chosen passed; without choices, of the reference target."""
    examination = Examination(choices or Choices(seed=7))
    results = [result_of(case) for case in examination.cases.values() if chosen(case)]
    return certificate.build({**examination.document(), "seed": 7, **changes}, results)

"""A certificate as an in-toto statement with the test-result predicate, ready to be signed with the usual tools."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from conformance.errors import ConfigurationError
from conformance.report import tally
from conformance.report.tally import Document

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"


def statement(
    certificate: Document, data: bytes, subjects: Sequence[Document] = (), name: str = "certificate.json", url: str = ""
) -> dict[str, Any]:
    """The statement about a certificate whose file holds `data`.

    The subject is what was tested, as far as it has a digest, such as the image of the service; without one it is
    the certificate itself. An incomplete run is no pass: its result is FAILED, its untested cases are in no list.
    """
    file = {"name": name, "digest": {"sha256": hashlib.sha256(data).hexdigest()}}
    rows = certificate["cases"]
    predicate: dict[str, Any] = {
        "result": _result(certificate),
        "configuration": [
            *({"name": key, "digest": {"sha256": value}} for key, value in certificate["digests"].items()),
            *([file] if subjects else []),
        ],
        "passedTests": _with(rows, tally.PASS),
        "warnedTests": _with(rows, tally.ADVICE),
        "failedTests": _with(rows, tally.FAIL, tally.ERROR),
    }
    if url:
        predicate["url"] = url
    return {
        "_type": STATEMENT,
        "subject": [dict(each) for each in subjects] or [file],
        "predicateType": PREDICATE,
        "predicate": predicate,
    }


def subject(text: str) -> dict[str, Any]:
    """A subject as the command line writes it: `NAME=sha256:HEX`."""
    match = re.fullmatch(r"(.+)=sha256:([0-9a-fA-F]{64})", text)
    if match is None:
        raise ConfigurationError(f"{text!r} is no subject; write NAME=sha256: and 64 hexadecimal digits")
    return {"name": match[1], "digest": {"sha256": match[2].lower()}}


def _result(certificate: Document) -> str:
    if certificate["verdict"] != tally.CONFORMANT:
        return "FAILED"
    return "WARNED" if certificate["counts"][tally.ADVICE] else "PASSED"


def _with(rows: Sequence[Document], *verdicts: str) -> list[str]:
    return [row["case"] for row in rows if row["verdict"] in verdicts]

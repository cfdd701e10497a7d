from __future__ import annotations

import hashlib

import pytest

from conformance.errors import ConfigurationError
from conformance.report import certificate, intoto

from .samples import DIGESTS, mixed, passing, result, run, violation


def test_a_statement():
    data = b"the file"
    found = intoto.statement(certificate.build(run(), passing(2)), data, url="https://ci.example/1")
    assert found["_type"] == "https://in-toto.io/Statement/v1"
    assert found["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert found["subject"] == [{"name": "certificate.json", "digest": {"sha256": hashlib.sha256(data).hexdigest()}}]
    predicate = found["predicate"]
    assert predicate["result"] == "PASSED"
    assert {each["name"]: each["digest"]["sha256"] for each in predicate["configuration"]} == DIGESTS
    assert len(predicate["passedTests"]) == 2
    assert predicate["url"] == "https://ci.example/1"


def test_results():
    advice = result(
        "advice.challenge/op1/credentials/none", "advice", [violation("advice.challenge", "advice", "a", "b")]
    )
    runs = {
        "WARNED": [*passing(), advice],
        "FAILED": mixed(),
    }
    for wanted, results in runs.items():
        assert intoto.statement(certificate.build(run(), results), b"")["predicate"]["result"] == wanted


def test_an_incomplete_run_is_no_pass():
    found = intoto.statement(certificate.build(run(interrupted=True), passing()), b"")
    assert found["predicate"]["result"] == "FAILED"


def test_a_subject_of_ones_own():
    subject = intoto.subject("image:1=sha256:" + "A" * 64)
    found = intoto.statement(certificate.build(run(), passing()), b"", [subject])
    assert found["subject"] == [{"name": "image:1", "digest": {"sha256": "a" * 64}}]
    assert found["predicate"]["configuration"][-1]["name"] == "certificate.json"
    with pytest.raises(ConfigurationError, match="no subject"):
        intoto.subject("image")

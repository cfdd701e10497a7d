from __future__ import annotations

import json

import pytest

from conformance.inputs.documents import hold_against
from conformance.report import certificate, tally, verify

from .samples import CODES, hostile, mixed, passing, result, run, violation, wrong_status, wrong_wrapper

LIFTS = {
    "interrupted": {"interrupted": True},
    "selected": {"selected": True},
    "shard": {"shard": [1, 8]},
}


def test_a_run_without_faults_is_conformant():
    assert certificate.verdict_of(passing()) == "conformant"


def test_one_failure_decides_whatever_else_is_lacking():
    assert certificate.verdict_of(mixed()) == "not conformant"
    assert certificate.verdict_of(mixed(), whole=False) == "not conformant"


@pytest.mark.parametrize("verdict", ["untested", "error"])
def test_what_is_required_must_be_tested(verdict):
    case = "NAME_INVALID/op9/Name/sign"
    assert certificate.verdict_of([*passing(), result(case, verdict)]) == "incomplete"
    assert certificate.verdict_of([*passing(), result(case, verdict, certify=False)]) == "conformant"


def test_not_applicable_stands_in_nobodys_way():
    assert certificate.verdict_of([*passing(), result("NAME_INVALID/op9/Name/sign", "not applicable")]) == "conformant"


@pytest.mark.parametrize("results", [[], [result("NAME_INVALID/op9/Name/sign", "not applicable")]])
def test_nothing_tested_is_never_conformant(results):
    assert certificate.verdict_of(results) == "incomplete"


@pytest.mark.parametrize("reason", LIFTS)
def test_a_run_that_left_something_out_is_incomplete(reason):
    assert certificate.build(run(**LIFTS[reason]), passing())["verdict"] == "incomplete"


@pytest.mark.parametrize(
    "results", [[], passing(), mixed(), [hostile()]], ids=["empty", "conformant", "mixed", "hostile"]
)
def test_it_keeps_its_schema_also_after_a_journey(results, tmp_path):
    path = tmp_path / "deep" / certificate.NAME
    certificate.write(path, certificate.build(run(), results))
    read = json.loads(path.read_text("utf-8"))
    hold_against(read, "certificate.json", path)
    assert verify.problems(read) == []
    assert [each.name for each in path.parent.iterdir()] == [certificate.NAME]


def test_rows_do_not_depend_on_the_order_of_the_run():
    results = mixed()
    assert certificate.build(run(), results) == certificate.build(run(), results[::-1])


def test_of_a_case_that_came_twice_the_worst_stays():
    case = "THING_NOT_FOUND/op0/Thing/unknown"
    rows = certificate.rows_of([wrong_status(case), result(case)])
    assert [row["verdict"] for row in rows] == ["fail"]


def test_counts_and_codes():
    found = certificate.build(run(), mixed())
    assert found["counts"] == dict.fromkeys(tally.VERDICTS, 1)
    assert found["required"]["not applicable"] == 0
    assert {code: entry["verdict"] for code, entry in found["codes"].items()} == dict(
        zip(CODES, ["error", "untested", "fail", "untested"], strict=True)
    )


def test_a_requirement_is_blamed_for_what_it_asks_only():
    found = certificate.build(run(), [wrong_status("THING_NOT_FOUND/op0/Thing/unknown")])["requirements"]
    verdicts = {name: entry["verdict"] for name, entry in found.items()}
    assert verdicts["status.allowed"] == verdicts["code.THING_NOT_FOUND"] == "fail"
    assert verdicts["state.unchanged"] == "pass"
    assert verdicts["control.accepted"] == "untested"


def test_behind_an_unreadable_answer_nothing_was_judged():
    found = certificate.build(run(), [wrong_wrapper("NAME_INVALID/op0/Name/sign")])["requirements"]
    assert found["envelope.present"]["verdict"] == "fail"
    assert found["code.NAME_INVALID"]["verdict"] == "untested"


def test_long_values_are_cut():
    case = result("NAME_INVALID/op0/Name/sign", "fail", [violation("code.NAME_INVALID", "Message", "x", "y" * 9999)])
    assert len(json.dumps(certificate.build(run(), [case])["cases"])) < 2000

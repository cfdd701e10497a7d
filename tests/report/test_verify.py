from __future__ import annotations

import copy

import pytest

from conformance.report import certificate, verify

from .samples import DIGESTS, mixed, passing, run


def sound():
    return certificate.build(run(), [*mixed(), *passing()])


def test_a_sound_one_has_no_problems():
    found = sound()
    assert verify.problems(found, DIGESTS, [row["case"] for row in found["cases"] if row["certify"]]) == []


def forge_verdict(it):
    it["verdict"] = "conformant"


def forge_case(it):
    row = next(each for each in it["cases"] if each["verdict"] == "fail")
    row["verdict"] = "pass"


def forge_violations(it):
    row = next(each for each in it["cases"] if each["verdict"] == "fail")
    del row["violations"]


def forge_counts(it):
    it["counts"]["pass"] += 1


def forge_required(it):
    it["required"]["pass"] -= 1


def forge_requirement(it):
    it["requirements"]["status.allowed"]["verdict"] = "pass"


def forge_level(it):
    it["requirements"]["code.THING_NOT_FOUND"]["level"] = "advice"
    it["requirements"]["status.allowed"]["level"] = "advice"


def forge_code(it):
    it["codes"]["THING_NOT_FOUND"]["counts"]["fail"] = 0


def forge_register(it):
    del it["requirements"]["status.allowed"]


def drop_case(it):
    it["cases"] = [each for each in it["cases"] if each["verdict"] != "fail"]


def double_case(it):
    it["cases"].append(it["cases"][0])


def hide_interruption(it):
    it["interrupted"] = True
    it["cases"] = [each for each in it["cases"] if each["verdict"] in ("pass", "not applicable")]
    it["verdict"] = "conformant"


def add_member(it):
    it["remark"] = "trust me"


def other_format(it):
    it["format"] = 2


FORGERIES = {
    name: value
    for name, value in globals().items()
    if name.split("_")[0] in ("forge", "drop", "double", "hide", "add", "other")
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_one_is_found_out(name):
    forged = copy.deepcopy(sound())
    FORGERIES[name](forged)
    assert verify.problems(forged)


@pytest.mark.parametrize("wrong", [None, [], 1, "x", {}, {"verdict": "conformant"}])
def test_something_else_is_no_certificate(wrong):
    assert len(verify.problems(wrong)) == 1


def test_digests_of_another_suite():
    (problem,) = verify.problems(sound(), {**DIGESTS, "suite": "f" * 64})
    assert "digest of the suite" in problem


def test_a_planned_case_that_is_missing():
    found = sound()
    planned = [row["case"] for row in found["cases"]] + ["NAME_INVALID/op0/Name/planned"]
    problems = verify.problems(found, DIGESTS, planned)
    assert any("NAME_INVALID/op0/Name/planned" in each for each in problems)
    # One row of the samples is not required, and the plan says it is.
    assert any("marked as not required (1)" in each for each in problems)

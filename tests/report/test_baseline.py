from __future__ import annotations

from datetime import date

import pytest

from conformance.errors import ConfigurationError
from conformance.report import baseline, certificate, compare
from conformance.report.baseline import BROKEN, FIXED, GONE, NEW, SAME, STILL, Baseline, load
from conformance.report.junit import Known

from .samples import REGISTER, hostile, mixed, passing, result, run, violation, wrong_status
from .test_junit import file_of

CASE = "THING_NOT_FOUND/op0/Thing/unknown"
NOW = {"fail": wrong_status(CASE)}


def now(verdict):
    return NOW.get(verdict) or result(CASE, verdict)


TABLE = [
    ("pass", "pass", SAME),
    ("pass", "fail", BROKEN),
    ("pass", "untested", GONE),
    ("pass", "error", GONE),
    ("pass", "not applicable", GONE),
    ("pass", "advice", SAME),
    ("fail", "fail", STILL),
    ("fail", "pass", FIXED),
    ("fail", "advice", FIXED),
    ("fail", "untested", GONE),
    ("untested", "pass", NEW),
    ("untested", "fail", BROKEN),
    ("untested", "untested", SAME),
    ("error", "fail", BROKEN),
    ("", "pass", NEW),
    ("", "fail", BROKEN),
]


@pytest.mark.parametrize(("was", "verdict", "state"), TABLE)
def test_states(was, verdict, state):
    known = {CASE: Known(was, ("status.allowed", "code.THING_NOT_FOUND") if was == "fail" else ())} if was else {}
    found = baseline.compare(Baseline("x", "certificate", known), [now(verdict)])
    assert [each.state for each in found.changes] == [state]
    assert found.failed == (state == BROKEN)


def test_a_known_failure_that_breaks_more_is_newly_broken():
    known = Baseline("x", "junit", {CASE: Known("fail", ("status.allowed",))})
    (change,) = baseline.compare(known, [now("fail")]).changes
    assert (change.state, change.note) == (BROKEN, "now also code.THING_NOT_FOUND")


def test_more_advice_is_not_newly_broken():
    known = Baseline("x", "junit", {CASE: Known("fail", ("status.allowed", "code.THING_NOT_FOUND"))})
    worse = wrong_status(CASE)
    worse["violations"].append(violation("advice.challenge", "advice", "a", "b"))
    assert [each.state for each in baseline.compare(known, [worse], register=REGISTER).changes] == [STILL]


def test_a_case_that_is_gone_is_said_only_of_a_whole_run():
    known = Baseline("x", "junit", {CASE: Known("pass")})
    assert [each.state for each in baseline.compare(known, []).changes] == [GONE]
    assert baseline.compare(known, [], whole=False).changes == ()


def test_certificate_and_junit_say_the_same(tmp_path):
    certificate.write(tmp_path / "c.json", certificate.build(run(), mixed()))
    one, two = load(tmp_path / "c.json"), load(file_of(tmp_path / "j.xml", mixed()))
    assert one.cases == two.cases
    assert {each.state for each in baseline.compare(one, mixed()).changes} == {STILL, SAME}


# A list that is kept by hand


def by_hand(tmp_path, text):
    path = tmp_path / "known.toml"
    path.write_text(text)
    return load(path)


ENTRY = '[[expect]]\ncase = "THING_NOT_FOUND/*"\nreason = "404 until the rewrite"\nissue = "https://example.org/1"\n'


def test_a_known_defect_does_not_fail(tmp_path):
    found = baseline.compare(by_hand(tmp_path, ENTRY), [now("fail"), *passing()], today=date(2026, 1, 1))
    assert not found.failed
    assert found.by_case()[CASE].state == STILL
    assert "404 until the rewrite (https://example.org/1)" in found.by_case()[CASE].note


def test_an_unknown_one_does(tmp_path):
    found = baseline.compare(by_hand(tmp_path, ENTRY), [now("fail"), wrong_status("NAME_INVALID/a/b/c")])
    assert found.failed
    assert found.counts() == {STILL: 1, BROKEN: 1}


def test_an_entry_that_no_longer_holds_is_said_and_does_not_fail(tmp_path):
    found = baseline.compare(by_hand(tmp_path, ENTRY), [result(CASE)])
    assert found.by_case()[CASE].state == FIXED
    assert not found.failed
    assert "no longer holds" in found.remarks[0]


def test_an_entry_that_matches_nothing_fails_a_whole_run(tmp_path):
    known = by_hand(tmp_path, ENTRY)
    others = [result("NAME_INVALID/a/b/c")]
    assert baseline.compare(known, others).problems == ("entry 1 (THING_NOT_FOUND/*) matches no case",)
    assert baseline.compare(known, others).failed
    assert not baseline.compare(known, others, whole=False).failed


@pytest.mark.parametrize("expires", ["2026-01-01", '"2026-01-01"', "2026-01-01T10:00:00Z"])
def test_an_expired_entry_fails_and_excuses_nothing(tmp_path, expires):
    known = by_hand(tmp_path, ENTRY + f"expires = {expires}\n")
    assert not baseline.compare(known, [now("fail")], today=date(2026, 1, 1)).failed
    found = baseline.compare(known, [now("fail")], today=date(2026, 1, 2))
    assert found.by_case()[CASE].state == BROKEN
    assert "expired on 2026-01-01" in found.problems[0]


WRONG = {
    "empty": "",
    "blank": "  \n",
    "not-toml": "nonsense",
    "misspelt": ENTRY.replace("reason", "reasons"),
    "no-reason": '[[expect]]\ncase = "A/*"\n',
    "wrong-day": ENTRY + 'expires = "next year"\n',
    "wrong-type": ENTRY + "expires = 3\n",
    "wrong-verdict": ENTRY + 'verdict = "broken"\n',
    "other-table": '[[except]]\ncase = "A"\nreason = "x"\n',
    "other-json": '{"cases": []}',
    "cut-json": '{"format": 1',
    "deep-json": '{"a":' * 100_000,
    "array": "[1, 2]",
}


@pytest.mark.parametrize("name", WRONG)
def test_every_wrong_file_is_one_sentence(name, tmp_path):
    path = tmp_path / "known"
    path.write_text(WRONG[name])
    with pytest.raises(ConfigurationError) as refusal:
        load(path)
    assert str(refusal.value).startswith(str(path))
    assert "\n" not in str(refusal.value)


def test_files_that_cannot_be_read(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(ConfigurationError, match=str(path)):
            load(path)
    (tmp_path / "latin").write_bytes(b"# \xe9\n")
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        load(tmp_path / "latin")


def test_a_list_of_known_defects_is_no_run(tmp_path):
    known = by_hand(tmp_path, ENTRY)
    with pytest.raises(ConfigurationError, match="name it first"):
        compare.difference(known, known)


def test_texts_name_every_state(tmp_path):
    before = Baseline("before", "junit", {CASE: Known("pass"), "NAME_INVALID/a/b/c": Known("fail", ("x",))})
    found = baseline.compare(before, [now("fail"), result("NAME_INVALID/a/b/c"), hostile("NAME_INVALID/a/b/d")])
    for text in (compare.as_text(found), compare.as_markdown(found)):
        assert "newly broken (2)" in text
        assert "fixed (1)" in text
        assert CASE in text

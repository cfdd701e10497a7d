from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

import junitparser
import pytest

from conformance.errors import ConfigurationError
from conformance.report import baseline, compare, junit

from . import junit_form
from .samples import mixed, result, wrong_status

CHILD = {
    "fail": "<failure message='m'>{text}</failure>",
    "error": "<error message='m'>{text}</error>",
    "untested": "<skipped message='untested: x'/>",
    "not applicable": "<skipped message='not applicable: x'/>",
}


def file_of(path, results, text="t", verdicts=True):
    """A JUnit file as the plugin writes it."""
    lines = []
    for each in results:
        pairs = [("case", each["case"]), *[("requirement", name) for name in each["requirements"]]]
        pairs += [("violated", name) for name in dict.fromkeys(one["requirement"] for one in each["violations"])]
        pairs += [("verdict", each["verdict"])] if verdicts else []
        properties = "".join(f"<property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in pairs)
        child = CHILD.get(each["verdict"], "").format(text=text)
        name = quoteattr(each["case"])
        inside = f"<properties>{properties}</properties>{child}"
        lines.append(f"<testcase classname='suite' name={name} time='0.1'>{inside}</testcase>")
    head = f'<testsuite name="pytest" tests="{len(lines)}" time="1.5" timestamp="2026-01-02T03:04:05">'
    path.write_text(
        f"<?xml version='1.0' encoding='utf-8'?><testsuites>{head}{''.join(lines)}</testsuite></testsuites>"
    )
    return path


@pytest.mark.parametrize("verdicts", [True, False])
def test_verdicts_come_back(tmp_path, verdicts):
    found = junit.read(file_of(tmp_path / "j.xml", mixed(), verdicts=verdicts))
    wanted = {each["case"]: each["verdict"] for each in mixed()}
    if not verdicts:
        # Without the property advice cannot be told from a pass.
        wanted = {case: "pass" if verdict == "advice" else verdict for case, verdict in wanted.items()}
    assert {case: known.verdict for case, known in found.items()} == wanted
    assert found["THING_NOT_FOUND/op0/Thing/unknown"].violated == ("status.allowed", "code.THING_NOT_FOUND")


def test_big_bodies_pass_by(tmp_path):
    assert len(junit.read(file_of(tmp_path / "j.xml", mixed(), text="x" * (1 << 20)))) == 6


def test_a_case_that_comes_twice_counts_with_the_worse(tmp_path):
    case = "THING_NOT_FOUND/op0/Thing/unknown"
    found = junit.read(file_of(tmp_path / "j.xml", [wrong_status(case), result(case, "error")]))
    assert (found[case].verdict, len(found[case].violated)) == ("fail", 2)


BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><testsuites>&b;</testsuites>"
HOSTILE = {
    "entities": BOMB,
    "external": "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><testsuites/>",
    "deep": "<a>" * 5000,
    "cut": "<testsuites><testsuite>",
    "empty": "<testsuites/>",
    "binary": "<\x00\x01",
    "no cases": "<testsuites><testsuite><testcase name='x'/></testsuite></testsuites>",
    "encoding": "<?xml version='1.0' encoding='no-such'?><testsuites/>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_one_sentence(name, tmp_path):
    path = tmp_path / "j.xml"
    path.write_text(HOSTILE[name])
    with pytest.raises(ConfigurationError) as refusal:
        baseline.load(path)
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def regression(tmp_path, before, after):
    one, two = file_of(tmp_path / "a.xml", before), file_of(tmp_path / "b.xml", after)
    return compare.difference(baseline.load(one), baseline.load(two))


def test_the_regression_report_is_read_by_another_program(tmp_path):
    before = [result("NAME_INVALID/a/Name/x"), wrong_status("THING_NOT_FOUND/a/b/c"), result("NAME_INVALID/a/Name/y")]
    after = [
        wrong_status("NAME_INVALID/a/Name/x"),
        wrong_status("THING_NOT_FOUND/a/b/c"),
        result("NAME_INVALID/a/Name/z"),
    ]
    found = regression(tmp_path, before, after)
    path = tmp_path / "r.xml"
    path.write_text(compare.as_junit(found), "utf-8")
    read = junitparser.JUnitXml.fromfile(str(path))
    assert junit_form.faults(junit_form.parsed(path)) == []
    (suite,) = read
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (4, 1, 0, 2)
    listed = [(each.classname, each.name) for each in suite]
    assert len(set(listed)) == len(listed) == 4
    assert sum(isinstance(one, junitparser.Failure) for each in suite for one in each.result) == 1
    assert re.search("newly broken: was pass, is fail", path.read_text())


def test_control_characters_do_not_break_the_regression_report():
    changes = (baseline.Change("A/b/c/\x00\ud800<&\"'", baseline.BROKEN, "pass", "fail", "\x1b]]>"),)
    text = compare.as_junit(baseline.Comparison("x", changes, ("\x00",)))
    read = junitparser.JUnitXml.fromstring(text.encode())
    assert read.failures == 2

"""JUnit XML of real runs: of the form that consumers agree on, and saying what the certificate of the run says."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import junitparser
import pytest
from junit2htmlreport.case_result import CaseResult
from junit2htmlreport.parser import Junit
from plugin.processes import PROFILE, ROOT, command, environment
from real.hostile import CONTROLS, JSON, envelope, says
from wire.scripted import Scripted, answer

from conformance import cli
from conformance.putting import serving

from . import junit_form

pytestmark = pytest.mark.slow

#: Some of every sort: read and written, codes, controls, and what is never allowed without a profile.
FEW = "(CALL_NOT_FOUND or unknown-path or control.accepted/addAddress or configureNumber/Friendly) and not generated"
LIAR = "status-415/CALL_NOT_FOUND"
BIG = b'{"ResponseStatus":{"ErrorCode":"\\u0000\\u001b","Message":"' + b"\x01]]>&\xff" * 180_000 + b'"}}'
#: Nothing but what can be read, and what comes from the hostile one is slow to judge.
OF_HOSTILE = "(unknown-path or CALL_NOT_FOUND) and not generated"
RUNS = ("right", "broken", "parallel", "incomplete", "interrupted", "unreachable", "hostile", "merged", "regression")


@dataclass(frozen=True)
class Made:
    """What one run left."""

    status: int
    junit: Path
    report: Path
    said: str = ""

    @property
    def root(self):
        return junit_form.parsed(self.junit)

    def certificate(self) -> dict:
        return json.loads((self.report / "certificate.json").read_text("utf-8"))

    def rows(self) -> dict[str, str]:
        return {each["case"]: each["verdict"] for each in self.certificate()["cases"]}


def made(folder: Path, *arguments: str | Path) -> Made:
    junit, report = folder / "junit.xml", folder / "report"
    words = command("-q", *arguments, "--junitxml", junit, "--conformance-report", report)
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120)
    return Made(done.returncode, junit, report, done.stdout + done.stderr)


def interrupted(folder: Path, url: str) -> Made:
    """A run that gets SIGINT when some of its cases were told."""
    junit, report = folder / "junit.xml", folder / "report"
    words = command("-v", "--target-url", url, "--target-profile", PROFILE, "-k", "not generated and not fuzz",
                    "--junitxml", junit, "--conformance-report", report)  # fmt: skip
    process = subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = 0
    for line in process.stdout:
        told += " PASSED" in line
        if told == 150:
            process.send_signal(signal.SIGINT)
            break
    process.stdout.read()
    process.stdout.close()
    return Made(process.wait(60), junit, report)


def hostile(folder: Path) -> Made:
    """A run against a server that sends control characters in every place, and bodies of a mebibyte."""
    script = says(
        answer(envelope(CONTROLS, CONTROLS, CONTROLS), "400 Bad", JSON, "X-A: \x9b2J\x80"),
        answer(BIG, "400 Bad", JSON),
        answer(CONTROLS.encode("utf-8"), "500 Bad\x9b2J", "Content-Type: text/\x9b31mplain"),
    )
    with Scripted(script) as server:
        return made(folder, "--target-url", server.url, "-k", OF_HOSTILE)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """Every run once; two at a time."""
    base = tmp_path_factory.mktemp("runs")

    def folder(name: str) -> Path:
        path = base / name
        path.mkdir()
        return path

    reference = [sys.executable, "-m", "conformance.reference", "--port", "0", "--stop-with-stdin"]
    served = [
        serving.Served(reference, "the reference target"),
        serving.Served([*reference, "--liar", LIAR], "a liar"),
        serving.Served([*reference, "--latency-ms", "5"], "a slow reference target"),
    ]
    right, liar, slow = (["--target-url", each.url, "--target-profile", PROFILE] for each in served)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
        try:
            with ThreadPoolExecutor(2) as pool:
                jobs = {
                    "right": pool.submit(made, folder("right"), *right, "-k", FEW),
                    "broken": pool.submit(made, folder("broken"), *liar, "-k", FEW),
                    "interrupted": pool.submit(interrupted, folder("interrupted"), slow[1]),
                    "parallel": pool.submit(made, folder("parallel"), *right, "-k", FEW, "-n", "2"),
                    "incomplete": pool.submit(made, folder("incomplete"), *right[:2], "-k", FEW),
                    "unreachable": pool.submit(made, folder("unreachable"), "--target-url", nowhere),
                    "hostile": pool.submit(hostile, folder("hostile")),
                    **{
                        f"shard-{each}": pool.submit(
                            made, folder(f"shard-{each}"), *liar, "-k", FEW, "--shard", f"{each}/2"
                        )
                        for each in (1, 2)
                    },
                }  # fmt: skip
                found = {name: job.result() for name, job in jobs.items()}
        finally:
            for each in served:
                each.stop()
    found["merged"] = merged(folder("merged"), found["shard-1"], found["shard-2"])
    found["regression"] = regression(folder("regression"), found["right"], found["broken"])
    return found


def merged(folder: Path, *parts: Made) -> Made:
    (folder / "report").mkdir()
    whole = Made(0, folder / "junit.xml", folder / "report")
    for name in ("certificate.json", "exchanges.har"):
        words = [str(each.report / name) for each in parts]
        assert cli.main(["merge", *words, "-o", str(whole.report / name)]) == 0
    assert cli.main(["merge", *[str(each.junit) for each in parts], "-o", str(whole.junit)]) == 0
    return whole


def regression(folder: Path, before: Made, after: Made) -> Made:
    words = [str(each.report / "certificate.json") for each in (before, after)]
    status = cli.main(["compare", *words, "--format", "junit", "-o", str(folder / "junit.xml")])
    return Made(status, folder / "junit.xml", after.report)


def test_the_runs_end_as_they_are_meant_to(runs: dict[str, Made]) -> None:
    wanted = {"right": 0, "broken": 1, "parallel": 0, "incomplete": 0, "interrupted": 2, "unreachable": 6, "hostile": 1,
              "merged": 0, "regression": 1, "shard-1": 1, "shard-2": 1}  # fmt: skip
    assert {name: run.status for name, run in runs.items()} == wanted, [run.said[-2000:] for run in runs.values()]
    sizes = {name: len(list(run.root.iter("testcase"))) for name, run in runs.items()}
    assert sizes["unreachable"] == 1 and min(sizes[name] for name in sizes if name != "unreachable") > 20, sizes


@pytest.mark.parametrize("name", RUNS)
def test_the_form(runs: dict[str, Made], name: str) -> None:
    root = runs[name].root
    assert junit_form.faults(root) == []
    assert junit_form.faults(junit_form.without_properties(root), strict=True) == []


def test_the_strict_form_has_no_properties_in_a_testcase() -> None:
    head = '<testsuites><testsuite name="s" tests="1" failures="0" errors="0"><testcase name="a">'
    text = f'{head}<properties><property name="case" value="x"/></properties></testcase></testsuite></testsuites>'
    assert junit_form.faults(junit_form.parsed(text)) == []
    (fault,) = junit_form.faults(junit_form.parsed(text), strict=True)
    assert "properties" in fault


@pytest.mark.parametrize("name", RUNS)
def test_what_the_head_counts_is_there(runs: dict[str, Made], name: str) -> None:
    root = runs[name].root
    for each in (root, *root.iter("testsuite")):
        assert junit_form.stated(each).items() <= junit_form.outcomes(each).items()
    assert all(len(junit_form.stated(each)) == 4 for each in root.iter("testsuite"))


@pytest.mark.parametrize("name", RUNS)
def test_class_and_name_are_unique(runs: dict[str, Made], name: str) -> None:
    listed = junit_form.names(runs[name].root)
    assert len(set(listed)) == len(listed) and all(all(each) for each in listed)


@pytest.mark.parametrize("name", [name for name in RUNS if name != "unreachable"])
def test_cases_and_verdicts_are_those_of_the_certificate(runs: dict[str, Made], name: str) -> None:
    assert junit_form.verdicts(runs[name].root) == runs[name].rows()


OUTCOMES = {"fail": "failure", "error": "error", "untested": "skipped", "not applicable": "skipped"}


@pytest.mark.parametrize("name", [name for name in RUNS if name != "regression"])
def test_each_verdict_has_its_element_and_errors_stand_apart_from_failures(runs: dict[str, Made], name: str) -> None:
    for testcase in runs[name].root.iter("testcase"):
        pairs = {each.get("name"): each.get("value") for each in testcase.iter("property")}
        children = [each.tag for each in testcase if each.tag != "properties"]
        wanted = OUTCOMES.get(pairs["verdict"])
        assert children == ([wanted] if wanted else []), pairs["case"]
        if wanted == "skipped":
            assert testcase.find("skipped").get("message").startswith(pairs["verdict"] + ": ")


def test_a_target_that_cannot_be_reached_is_one_error(runs: dict[str, Made]) -> None:
    run = runs["unreachable"]
    assert junit_form.verdicts(run.root) == {"target": "error"}
    assert junit_form.outcomes(run.root) == {"tests": 1, "failures": 0, "errors": 1, "skipped": 0}
    assert run.rows() == {} and run.certificate()["verdict"] == "incomplete"


def test_an_interrupted_run_keeps_what_it_told(runs: dict[str, Made]) -> None:
    rows = runs["interrupted"].rows()
    assert 150 <= len(rows) < 2000 and set(rows.values()) <= {"pass", "advice"}
    assert runs["interrupted"].certificate()["interrupted"] is True


def test_two_processes_tell_what_one_tells(runs: dict[str, Made]) -> None:
    assert runs["parallel"].rows() == runs["right"].rows()
    assert sorted(junit_form.names(runs["parallel"].root)) == sorted(junit_form.names(runs["right"].root))


def test_two_shards_come_to_what_one_run_gives(runs: dict[str, Made]) -> None:
    whole, merged = runs["broken"], runs["merged"]
    assert merged.rows() == whole.rows()
    assert not runs["shard-1"].rows().keys() & runs["shard-2"].rows().keys()
    assert sorted(junit_form.names(merged.root)) == sorted(junit_form.names(whole.root))
    for kind in ("counts", "required"):
        assert merged.certificate()[kind] == whole.certificate()[kind]
    assert cases_of(merged.report / "exchanges.har") == cases_of(whole.report / "exchanges.har")


def cases_of(archive: Path) -> set[tuple[str, str]]:
    """The cases of an archive and their verdicts."""
    return {(each["_case"], each["_verdict"]) for each in json.loads(archive.read_text("utf-8"))["log"]["entries"]}


def test_the_regression_report_fails_for_what_is_newly_broken_alone(runs: dict[str, Made]) -> None:
    root = runs["regression"].root
    broken = [case for case, verdict in runs["broken"].rows().items() if verdict == "fail"]
    failed = [each for each in root.iter("testcase") if each.find("failure") is not None]
    assert len(failed) == len(broken) > 0


def test_no_control_character_stands_in_the_file_of_the_hostile_run(runs: dict[str, Made]) -> None:
    text = runs["hostile"].junit.read_text("utf-8")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e\ufffe\uffff]", text)
    assert "ErrorCode" in text and len(text) < 2_000_000


# Read back by programs that others wrote


def by_junitparser(path: Path) -> SimpleNamespace:
    suites = list(junitparser.JUnitXml.fromfile(str(path)))
    kinds = [[type(one).__name__ for one in case.result] for suite in suites for case in suite]
    count = {name: sum(name in each for each in kinds) for name in ("Failure", "Error", "Skipped")}
    return SimpleNamespace(tests=len(kinds), failed=count["Failure"] + count["Error"], skipped=count["Skipped"])


def by_junit2html(path: Path) -> SimpleNamespace:
    """It takes errors for failures."""
    results = [case.outcome() for suite in Junit(str(path)) for case in suite.all()]
    return SimpleNamespace(
        tests=len(results), failed=results.count(CaseResult.FAILED), skipped=results.count(CaseResult.SKIPPED)
    )


@pytest.mark.parametrize("reading", [by_junitparser, by_junit2html])
@pytest.mark.parametrize("name", RUNS)
def test_others_count_the_same(runs: dict[str, Made], name: str, reading) -> None:
    ours = junit_form.outcomes(runs[name].root)
    found = reading(runs[name].junit)
    assert (found.tests, found.failed, found.skipped) == (
        ours["tests"],
        ours["failures"] + ours["errors"],
        ours["skipped"],
    )


@pytest.mark.parametrize("name", ["broken", "regression", "hostile"])
def test_another_program_draws_a_page_of_it(runs: dict[str, Made], name: str) -> None:
    page = Junit(str(runs[name].junit)).html()
    assert page.lstrip().lower().startswith("<!doctype html") and "<x/>" not in page
    for each in runs[name].root.iter("failure"):
        assert str(each.getparent().get("name")).split("[")[-1].rstrip("]") in page

"""What a run ends with: exit statuses, the JUnit file, and one clear message where nothing could be examined."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.errors import ConfigurationError
from conformance.putting import serving
from conformance.reference.world import ACCOUNT, TOKEN

from .processes import PROFILE, ROOT, SECRETS, Run, command, environment, pytest_run

#: A few cases of every sort: read and written, codes and controls.
FEW = "(CALL_NOT_FOUND or unknown-path or control.accepted/addAddress or UNKNOWN_DISPOSITION) and not generated"
ONE = "CALL_NOT_FOUND and not generated"
FIXED = {"case", "requirement", "violated", "error_code", "operation", "parameter", "verdict"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    served = serving.reference()
    yield served.url
    served.stop()


@pytest.fixture(scope="module")
def liar() -> Iterator[str]:
    """A target with the wrong status for a call that is not there."""
    line = [
        sys.executable,
        "-m",
        "conformance.reference",
        "--port",
        "0",
        "--stop-with-stdin",
        "--liar",
        "status-415/CALL_NOT_FOUND",
    ]
    served = serving.Served(line, "a liar")
    yield served.url
    served.stop()


def without_secrets(run: Run) -> None:
    for text in (run.said, run.junit.read_text() if run.junit.is_file() else ""):
        assert not [secret for secret in SECRETS if secret in text]


# 0 and 1


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory, url: str) -> tuple[Run, Path]:
    folder = tmp_path_factory.mktemp("passed")
    report = folder / "report"
    run = pytest_run(
        folder, "--target-url", url, "--target-profile", PROFILE, "-k", FEW, "--conformance-report", report
    )
    return run, report


def test_a_right_target_ends_with_0(passed: tuple[Run, Path]) -> None:
    run, _ = passed
    assert run.status == 0, run.said
    assert set(run.kinds()) == {"bare"} and len(run.testcases()) > 50


def test_the_properties_of_each_testcase_are_the_fixed_ones(passed: tuple[Run, Path]) -> None:
    run, _ = passed
    for case, pairs in run.properties().items():
        names = [name for name, _ in pairs]
        assert set(names) <= FIXED, case
        assert {"case", "requirement", "verdict"} <= set(names) and ("verdict", "pass") in pairs
        first, operation, _, _ = case.split("/")
        assert operation == "-" or ("operation", operation) in pairs
        if not first.startswith(("status.", "control.", "json.", "state.", "answer.", "envelope.", "advice.")):
            assert ("error_code", first) in pairs and ("requirement", f"code.{first}") in pairs


def test_class_and_name_of_each_testcase_are_unique(passed: tuple[Run, Path]) -> None:
    run, _ = passed
    names = [(each.get("classname"), each.get("name")) for each in run.testcases()]
    assert len(set(names)) == len(names)


def test_the_end_says_what_was_tested_and_how_many_requests_were_sent(passed: tuple[Run, Path]) -> None:
    run, _ = passed
    assert f"{len(run.testcases())} of {len(run.testcases())} cases tested" in run.out
    assert " requests" in run.out and "Only a selection of the cases was run." in run.out


def test_the_report_has_its_four_files_and_no_credentials(passed: tuple[Run, Path]) -> None:
    run, report = passed
    without_secrets(run)
    for name in ("certificate.json", "report.html", "summary.md", "exchanges.har"):
        text = (report / name).read_text(encoding="utf-8")
        assert text and not [secret for secret in SECRETS if secret in text]
    assert json.loads((report / "certificate.json").read_text())["verdict"] == "incomplete"


def test_on_two_workers_the_properties_are_the_same(passed: tuple[Run, Path], tmp_path: Path, url: str) -> None:
    pytest.importorskip("xdist")
    run, _ = passed
    options = ("--target-url", url, "--target-profile", PROFILE, "-k", FEW, "-n", "2")
    (tmp_path / "temporary").mkdir()
    parallel = pytest_run(tmp_path, *options, TMPDIR=str(tmp_path / "temporary"))
    assert parallel.status == 0, parallel.said
    assert parallel.properties() == run.properties()
    assert not list((tmp_path / "temporary").glob("conformance*"))


def test_a_broken_requirement_ends_with_1_and_a_letter_also_where_it_is_certified(tmp_path: Path, liar: str) -> None:
    chosen = "(CALL_NOT_FOUND or listFlows/-/base) and not generated"
    run = pytest_run(tmp_path, "--target-url", liar, "--target-profile", PROFILE, "--certify", "-k", chosen)
    assert run.status == 1
    kinds = run.kinds()
    assert kinds["failure"] >= 5 and kinds["bare"] >= 1 and set(kinds) == {"failure", "bare"}
    pairs = run.properties()["CALL_NOT_FOUND/getCall/CallSid/unknown"]
    assert {("violated", "status.allowed"), ("violated", "code.CALL_NOT_FOUND"), ("verdict", "fail")} <= set(pairs)
    letter = next(each for each in run.testcases() if "CallSid/unknown]" in str(each.get("name"))).find("failure")
    assert letter is not None and letter.text
    for part in (
        "errors page",
        "/status",
        "expected",
        "received",
        "415",
        "curl",
        "$CONFORMANCE_PASSWORD",
        "-k CALL_NOT_FOUND/getCall",
    ):
        assert part in letter.text, part
    assert letter.text.index("expected") < letter.text.index("received")
    assert "Traceback" not in run.out and ".py:" not in letter.text
    without_secrets(run)


# 4: what is wrong with options and files


@pytest.mark.parametrize(
    ("arguments", "files", "words"),
    [
        (["--target-profile", "p.toml"], {"p.toml": "[target]\nurl = 'http://127.0.0.1:1'\n[alow]\nwrites = true\n"},
         "p.toml: at /: 'alow' is not known; did you mean 'allow'?"),
        (["--target-profile", "nowhere.toml"], {}, "nowhere.toml: there is no such file"),
        (["--target-spec", "api.json", "--target-url", "http://127.0.0.1:1"], {"api.json": '{"swagger": "2.0"}'},
         "api.json: this is Swagger 2.0"),
        (["--target-url", "127.0.0.1:80"], {}, "127.0.0.1:80"),
        (["--shard", "3/2"], {}, "--shard 3/2: write it as I/N"),
        (["--baseline", "b.json"], {"b.json": "{"}, "b.json"),
    ],
)  # fmt: skip
def test_a_wrong_option_or_file_ends_with_4_and_one_message(
    arguments: list[str], files: dict[str, str], words: str, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    run = pytest_run(tmp_path, *arguments, cwd=tmp_path)
    assert run.status == 4
    lines = [line for line in run.said.splitlines() if line.strip()]
    assert len(lines) == 1 and lines[0].startswith("ERROR: ") and words in lines[0], run.said


# 5: nothing tested


def test_a_run_in_which_nothing_could_be_tested_ends_with_5(tmp_path: Path, url: str) -> None:
    run = pytest_run(
        tmp_path, "--target-url", url, "-k", "configureNumber/Friendly and TOO_LONG or addAddress/Line1/absent"
    )
    assert run.status == 5, run.said
    assert set(run.kinds()) == {"skipped"}
    for each in run.testcases():
        skipped = each.find("skipped")
        assert skipped is not None and str(skipped.get("message")).startswith("untested: ")
        assert "[allow] writes = true" in str(skipped.get("message"))


def test_a_run_has_no_warnings_of_other_packages(tmp_path: Path, url: str) -> None:
    chosen = "NUMBER_NOT_FOUND/getNumber/Number/generated"
    run = pytest_run(tmp_path, "--target-url", url, "--target-profile", PROFILE, "-k", chosen)
    assert run.status == 0 and " warning" not in run.out.replace("-", ""), run.out


def test_a_selection_of_nothing_ends_with_5(tmp_path: Path, url: str) -> None:
    assert pytest_run(tmp_path, "--target-url", url, "-k", "nothing-of-the-kind").status == 5


# 6: the target could not be examined


def test_a_url_without_a_server_ends_with_6_one_message_and_one_error(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        run = pytest_run(tmp_path, "--target-url", url)
    assert run.status == 6
    assert run.said.count("cannot be examined") == 1 and "start the target, or correct --target-url" in run.said
    [case] = run.testcases()
    error = case.find("error")
    assert error is not None and "cannot be examined" in str(error.get("message")) + str(error.text)
    assert ("verdict", "error") in run.properties()["target"]


def test_refused_credentials_end_with_6_and_one_message(tmp_path: Path, url: str) -> None:
    variables = {"CONFORMANCE_USERNAME": "somebody", "CONFORMANCE_PASSWORD": "hunter2hunter2"}
    run = pytest_run(tmp_path, "--target-url", url, "--target-profile", PROFILE, **variables)
    assert run.status == 6 and run.said.count("refuses the credentials") == 1
    assert run.kinds() == {"error": 1}
    assert "hunter2" not in run.said + run.junit.read_text()


def test_on_two_workers_a_url_without_a_server_ends_with_6_as_well(tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    run = pytest_run(tmp_path, "--target-url", "http://127.0.0.1:1", "-n", "2")
    assert run.status == 6 and run.kinds() == {"error": 1}


def test_a_target_killed_in_the_middle_gives_errors_and_no_failures(tmp_path: Path) -> None:
    served = serving.Served([sys.executable, "-m", "tests.plugin.mortal", "150"], "a target that ends")
    try:
        chosen = "(getCall or listFlows or getNumber or listPropertyNumbers) and not generated and not fuzz"
        run = pytest_run(tmp_path, "--target-url", served.url, "--target-profile", PROFILE, "-k", chosen)
    finally:
        served.stop()
    kinds = run.kinds()
    assert run.status == 6, run.said[-3000:]
    assert kinds["failure"] == 0 and kinds["error"] > 20 and kinds["bare"] > 20, kinds
    for case, pairs in run.properties().items():
        assert ("verdict", "error") in pairs or ("verdict", "pass") in pairs, case
        assert not [value for name, value in pairs if name == "violated"], case
    assert "Traceback" not in run.out


# 7: certification


def test_a_certification_that_leaves_cases_out_ends_with_7_also_without_xdist(tmp_path: Path, url: str) -> None:
    arguments = [
        "-p",
        "no:xdist",
        "--target-url",
        url,
        "--target-profile",
        PROFILE,
        "--certify",
        "-k",
        "CALL_NOT_FOUND",
    ]
    run = pytest_run(tmp_path, *arguments)
    assert run.status == 7, run.said
    assert run.kinds().keys() == {"bare"}


@pytest.mark.parametrize(
    "chosen",
    [
        ["conformance/suite/test_01_statuses.py"],
        ["conformance/suite/test_04_codes.py::test_codes[CALL_NOT_FOUND/getCall/CallSid/unknown]"],
        ["-n", "2", "-k", ONE],
    ],
    ids=["a file", "an item", "by two processes"],
)
def test_whatever_leaves_cases_out_certifies_nothing(chosen: list[str], tmp_path: Path, url: str) -> None:
    report = tmp_path / "report"
    run = pytest_run(
        tmp_path, *chosen, "--target-url", url, "--target-profile", PROFILE, "--certify", "--conformance-report", report
    )
    assert run.status == 7, run.said
    assert "Only a selection of the cases was run." in run.out
    certificate = json.loads((report / "certificate.json").read_text())
    assert (certificate["verdict"], certificate["selected"]) == ("incomplete", True)


def test_a_run_that_stops_at_its_first_failure_was_interrupted(tmp_path: Path, liar: str) -> None:
    report = tmp_path / "report"
    arguments = ["-x", "-k", "CALL_NOT_FOUND or unknown-path", "--conformance-report", report]
    run = pytest_run(tmp_path, "--target-url", liar, "--target-profile", PROFILE, *arguments)
    assert run.status == 1 and "The run was interrupted." in run.out
    assert json.loads((report / "certificate.json").read_text())["interrupted"] is True


# 2: interrupted


def addresses(url: str) -> str:
    request = ["curl", "-sS", "-u", f"{ACCOUNT}:{TOKEN}", f"{url}/v2/Accounts/{ACCOUNT}/Addresses"]
    return subprocess.run(request, capture_output=True, text=True, check=True, timeout=20).stdout


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_an_interrupted_run_ends_with_2_and_puts_everything_back(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "conformance.reference", "--port", "0", "--stop-with-stdin", "--latency-ms", "20"]
    served = serving.Served(line, "the reference target")
    try:
        before = addresses(served.url)
        arguments = [
            "--target-url",
            served.url,
            "--target-profile",
            PROFILE,
            "-k",
            "(addAddress or deleteAddress) and not generated",
            "-v",
        ]
        process = subprocess.Popen(command(*arguments), cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        seen = [line for _, line in zip(range(12), (line for line in lines if "PASSED" in line), strict=False)]
        process.send_signal(signal.SIGINT)
        rest = threading.Thread(target=lambda: [None for _ in lines])
        rest.start()
        status = process.wait(30)
        rest.join(5)
        process.stdout.close()
        assert len(seen) == 12 and status == 2
        assert json.loads(addresses(served.url)) == json.loads(before)
    finally:
        served.stop()


# Where it is started


def test_from_another_folder_with_a_profile_outside_of_the_checkout_the_suite_is_run(tmp_path: Path, url: str) -> None:
    (tmp_path / "mine.toml").write_text(PROFILE.read_text().replace("[target]", f"[target]\nurl = '{url}'"))
    run = pytest_run(tmp_path, "--target-profile", "mine.toml", "-k", ONE, cwd=tmp_path)
    assert run.status == 0, run.said
    assert "CALL_NOT_FOUND/getCall/CallSid/unknown" in run.properties()


def test_the_plan_is_shown_and_nothing_is_sent(tmp_path: Path) -> None:
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    calls.append(server.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        run = pytest_run(tmp_path, "--target-url", url, "--collect-only", "-q")
        time.sleep(0.1)
        stop.set()
        thread.join()
    assert run.status == 0 and calls == []
    assert "PARAMETER_REQUIRED/addAddress/Line1/absent" in run.out
    assert " cases from " in run.out and "(not sent)" in run.out


def test_an_application_that_cannot_be_served_is_told_in_one_sentence() -> None:
    with pytest.raises(
        ConfigurationError, match=r"--target-app nowhere\.at\.all:app could not be served: No module named"
    ):
        serving.application("nowhere.at.all:app")
    with pytest.raises(ConfigurationError, match="write it as MODULE:ATTR"):
        serving.application("nowhere")

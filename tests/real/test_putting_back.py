"""Whatever a run does with leave to write, the target holds afterwards what it held before, also where it is cut short."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.http.target import AppTarget
from conformance.judgement.verdict import FAIL
from conformance.planning.cases import Case
from conformance.putting.procedures import put
from conformance.reference import Reference
from conformance.session.examination import Choices, Examination

from .running import REFERENCE, Sent, Watching, command, ended, environment, examined, held, served

WRITES = re.sub(r"\[allow\]\n(\w+ = true\n)+", "[allow]\nwrites = true\n", REFERENCE)
ADDRESSES = re.compile(r"/v2/Accounts/[^/]+/Addresses")


def state(reference: Reference) -> str:
    """All that a run may change."""
    world = reference.world
    found = [sorted(map(repr, world.addresses.items())), sorted(map(repr, world.numbers.items()))]
    return json.dumps(found)


def test_a_whole_run_leaves_nothing_behind_and_marks_what_it_makes(tmp_path: Path) -> None:
    reference = Reference()
    before = state(reference)
    target = Watching(reference.respond)
    examination, _ = examined(tmp_path, WRITES, target)
    assert state(reference) == before
    assert examination.bench is not None and examination.bench.left_over == []
    made = [s for s in target.seen if s.method == "POST" and ADDRESSES.match(s.path) and s.status == 200]
    assert len(made) > 100
    unmarked = [
        s
        for s in made
        if not any(str(v).startswith("conformance-") for v in json.loads(s.body, parse_int=str).values())
    ]
    # A control that has what is required and nothing else has no room for a mark: its members are the samples.
    assert len(unmarked) < 10
    assert not [s for s in unmarked if b'"Friendly"' in s.body or b'"Reference"' in s.body]


def writes(chapter: str) -> Callable[[Case], bool]:
    return lambda case: case.chapter == chapter and case.safety == "write"


class Cut:
    """A target whose run is interrupted when its n-th successful write has been done, and before it is answered."""

    def __init__(self, reference: Reference, after: int) -> None:
        self.reference, self.left = reference, after

    def __call__(self, method: str, target: str, headers: Any, body: bytes) -> Any:
        answer = self.reference.respond(method, target, list(headers), body)
        if method not in ("GET", "HEAD") and answer.status < 300:
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
        return answer


@pytest.mark.parametrize("after", [1, 2, 3, 10, 11, 20, 21, 33])
@pytest.mark.parametrize("chapter", ["generated", "fuzz", "sequences", "controls", "stability"])
def test_a_run_that_is_cut_short_puts_everything_back(tmp_path: Path, chapter: str, after: int) -> None:
    reference = Reference()
    before = state(reference)
    (tmp_path / "profile.toml").write_text(WRITES, "utf-8")
    examination = Examination(Choices(url="http://target.invalid", profile=str(tmp_path / "profile.toml"), seed=7))
    bench = examination.opened(AppTarget(Cut(reference, after), examination.profile.vault))
    bench.discover()
    with pytest.raises(KeyboardInterrupt):
        for case in filter(writes(chapter), examination.cases.values()):
            put(bench, case)
    bench.clean_up()
    if bench.left_over:  # the one thing that had no room for a mark is named
        assert bench.left_over == ["Address, perhaps: a request that would make it had no answer, and no mark"]
        assert chapter in ("controls", "stability")
    else:
        assert state(reference) == before


def test_what_was_changed_by_a_refused_request_is_put_back(tmp_path: Path) -> None:
    """A target that takes what it refuses: it is blamed, and is at the end as it was."""
    reference = Reference()
    before = state(reference)

    def takes(sent: Sent) -> Any:
        found = reference.respond(sent.method, sent.target, list(sent.headers), sent.body)
        try:
            document = json.loads(sent.body)
            carrier = {"Friendly": document["Friendly"]}
        except (ValueError, TypeError, KeyError):
            return found
        if not str(carrier["Friendly"]).startswith("conformance-"):
            return found
        if sent.method == "POST" and "/Numbers/" in sent.path and found.status == 400:
            reference.respond(sent.method, sent.target, list(sent.headers), json.dumps(carrier).encode())
        if sent.method == "POST" and ADDRESSES.match(sent.path) and found.status == 400:
            whole = {"Line1": "1 Example Street", "City": "Canberra", "CountryCode": "AU", **carrier}
            reference.respond(sent.method, sent.target, list(sent.headers), json.dumps(whole).encode())
        return found

    def chosen(case: Case) -> bool:
        return case.chapter in ("codes", "generated") and case.operation in ("configureNumber", "addAddress")

    examination, results = examined(tmp_path, WRITES, Watching(reference.respond, takes), chosen)
    assert "state.unchanged" in {each.requirement for result in results for each in result.violations}
    assert any(result.verdict == FAIL for result in results)
    assert state(reference) == before, examination.bench and examination.bench.left_over


# Processes


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_an_interrupted_run_removes_what_it_made(
    tmp_path: Path, workers: tuple[str, ...], number: signal.Signals
) -> None:
    process, url = served("-m", "conformance.reference", "--port", "0", "--latency-ms", "5")
    (tmp_path / "profile.toml").write_text(WRITES, "utf-8")
    try:
        before = held(url)
        chosen = "(addAddress or configureNumber or sequences) and (generated or fuzz or sequences)"
        words = command(f"--target-url={url}", f"--target-profile={tmp_path / 'profile.toml'}", "-q", "-k", chosen,
                        f"--junitxml={tmp_path / 'junit.xml'}", f"--conformance-report={tmp_path / 'report'}",
                        *workers)  # fmt: skip
        running = subprocess.Popen(words, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, start_new_session=True)  # fmt: skip
        until = time.monotonic() + 20
        while held(url)["Addresses"] == before["Addresses"] and time.monotonic() < until:
            pass
        if number == signal.SIGINT:
            os.killpg(running.pid, number)  # as a terminal does it: every process of the group gets it
        else:
            running.send_signal(number)  # as a CI does it
        output, _ = running.communicate(timeout=25)
        assert running.returncode == 2, output
        assert "Traceback" not in output and "INTERNALERROR" not in output
        assert ("the run was ended by SIGTERM" in output) == (number == signal.SIGTERM)
        assert held(url) == before, output
    finally:
        ended(process)
    assert (tmp_path / "junit.xml").is_file()
    certificate = json.loads((tmp_path / "report" / "certificate.json").read_text("utf-8"))
    assert certificate["verdict"] == "incomplete"
    assert "interrupted" in (tmp_path / "report" / "summary.md").read_text("utf-8")

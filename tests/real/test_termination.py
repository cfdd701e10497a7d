"""A run that gets SIGTERM, as a CI sends it, ends like one that is interrupted; other sessions know nothing of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .running import REFERENCE, command, ended, environment, held, served

WRITES = re.sub(r"\[allow\]\n(\w+ = true\n)+", "[allow]\nwrites = true\n", REFERENCE)


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
@pytest.mark.parametrize("whole_group", [False, True], ids=["one process", "all processes"])
def test_a_run_that_is_ended_puts_everything_back(tmp_path: Path, workers: tuple[str, ...], whole_group: bool) -> None:
    process, url = served("-m", "conformance.reference", "--port", "0", "--latency-ms", "5")
    (tmp_path / "profile.toml").write_text(WRITES, "utf-8")
    report = tmp_path / "report"
    try:
        before = held(url)
        words = command(f"--target-url={url}", f"--target-profile={tmp_path / 'profile.toml'}", "-q", *workers,
                        f"--conformance-report={report}", f"--junitxml={tmp_path / 'junit.xml'}",
                        "-k", "addAddress or configureNumber or sequences")  # fmt: skip
        running = subprocess.Popen(words, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, start_new_session=True)  # fmt: skip
        until = time.monotonic() + 20
        while held(url)["Addresses"] == before["Addresses"] and time.monotonic() < until:
            pass
        (os.killpg if whole_group else os.kill)(running.pid, signal.SIGTERM)
        output, _ = running.communicate(timeout=25)
        assert running.returncode == 2, output
        assert "Traceback" not in output and "INTERNALERROR" not in output
        assert "the run was ended by SIGTERM" in output
        assert held(url) == before, output
    finally:
        ended(process)
    assert (tmp_path / "junit.xml").is_file()
    certificate = json.loads((report / "certificate.json").read_text("utf-8"))
    assert certificate["verdict"] == "incomplete"
    assert "interrupted" in (report / "summary.md").read_text("utf-8")


OTHERS = """
import signal

def test_the_signal_is_left_alone():
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
"""
TWO_SESSIONS = """
import signal, sys
import pytest
mine = lambda number, frame: None
signal.signal(signal.SIGTERM, mine)
status = pytest.main(["-q", "-p", "no:cacheprovider", "--pyargs", "conformance.suite", "-k", "CALL_NOT_FOUND/getCall"])
print("status", int(status), "restored", signal.getsignal(signal.SIGTERM) is mine)
"""


def test_a_session_without_the_suite_never_touches_the_signal(tmp_path: Path) -> None:
    (tmp_path / "test_others.py").write_text(OTHERS)
    words = command("-q", "-p", "conformance.plugin")
    done = subprocess.run(words, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stdout


def test_whoever_had_the_signal_has_it_again(tmp_path: Path) -> None:
    words = [sys.executable, "-c", TWO_SESSIONS]
    done = subprocess.run(words, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60)
    assert "status 0 restored True" in done.stdout, done.stdout + done.stderr

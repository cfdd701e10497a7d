"""A run that gets SIGTERM, as a CI sends it, ends like one that is interrupted; other sessions know nothing of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from .running import REFERENCE, command, ended, environment, held, served

WRITES = re.sub(r"\[allow\]\n(\w+ = true\n)+", "[allow]\nwrites = true\n", REFERENCE)


def test_two_signals_in_a_row_do_not_cut_putting_back_short(tmp_path: Path) -> None:
    """A CI that loses patience sends SIGINT and soon after it SIGTERM, to all processes."""
    process, url = served("-m", "conformance.reference", "--port", "0", "--latency-ms", "30")
    (tmp_path / "profile.toml").write_text(WRITES, "utf-8")
    try:
        before = held(url)
        words = command(f"--target-url={url}", f"--target-profile={tmp_path / 'profile.toml'}", "-q",
                        "-k", "addAddress and generated")  # fmt: skip
        running = subprocess.Popen(words, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, start_new_session=True)  # fmt: skip
        until = time.monotonic() + 20
        while held(url)["Addresses"] == before["Addresses"] and time.monotonic() < until:
            pass
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGTERM):
            os.killpg(running.pid, number)
            time.sleep(0.02)
        output, _ = running.communicate(timeout=25)
        assert running.returncode == 2, output
        assert "Traceback" not in output and "INTERNALERROR" not in output
        assert held(url) == before, output
    finally:
        ended(process)


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

"""SIGTERM ends a run as Ctrl-C does: what was made is removed, and the reports say that the run was interrupted.

A CI sends it when a job takes too long, often right after SIGINT, and kills what is still there some seconds later.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conformance.session.run import Run


class Terminated(KeyboardInterrupt):
    """The process was told to end; pytest takes it for Ctrl-C."""

    def __init__(self) -> None:
        super().__init__("the run was ended by SIGTERM")


class Termination:
    """Listens to SIGTERM for the length of one session, as a plugin of it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._previous: dict[int, Any] = {}
        self._ending = False
        self._nodes: list[Any] = []

    def begin(self) -> None:
        """Listen from now on, unless the signal is ignored on purpose or is not for this thread to take."""
        if signal.getsignal(signal.SIGTERM) not in (signal.SIG_IGN, None):
            self._take(signal.SIGTERM, self._end)

    def _take(self, number: signal.Signals, action: Any) -> None:
        if threading.current_thread() is threading.main_thread():
            self._previous.setdefault(number, signal.signal(number, action))

    def _end(self, number: int, frame: FrameType | None) -> None:
        if self._ending:
            return  # whatever it was that ended the run, putting back goes on
        self._ending = True
        raise Terminated

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self, node: Any) -> None:
        """Know the workers of pytest-xdist, which the signal does not reach where one process alone is told to end."""
        self._nodes.append(node)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Stop at once what other threads do: while Hypothesis draws there, nothing can be told of the interruption.

        Workers are told as well: left to pytest-xdist they would go on, and be killed before they have put back.
        """
        self._ending = True
        if isinstance(excinfo.value, Terminated):
            for node in self._nodes:
                process = getattr(getattr(node.gateway, "_io", None), "popen", None)
                if process is not None and process.poll() is None:
                    with contextlib.suppress(OSError):
                        os.kill(process.pid, signal.SIGTERM)
        if self._run.runner is not None:
            self._run.runner.stop()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Nothing cuts short what a run does at its end."""
        self._ending = True
        if self._run.is_worker:
            # A worker that takes its time is sent SIGINT by the process that started it; more would be a kill.
            self._take(signal.SIGINT, signal.SIG_IGN)

    def pytest_unconfigure(self) -> None:
        """Leave the signals to whoever had them before."""
        while self._previous:
            signal.signal(*self._previous.popitem())

"""A pytest plugin that says when the run began and ended, and how much memory the process took."""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Generator
from typing import Any

import pytest

_SEEN: dict[str, float] = {}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, Any, Any]:
    """From the first look at the target to the last report."""
    _SEEN["began"], _SEEN["cpu"] = time.time(), time.process_time()
    try:
        return (yield)
    finally:
        _SEEN["loop"] = time.time() - _SEEN["began"]
        _SEEN["cpu"] = time.process_time() - _SEEN["cpu"]
        _SEEN["cases"] = session.testscollected


def pytest_unconfigure(config: pytest.Config) -> None:
    """Write down what was seen."""
    path = os.environ.get("BENCH_CLOCK")
    if path and not hasattr(config, "workerinput"):
        _SEEN["memory"] = _peak()
        with open(path, "w", encoding="utf-8") as file:
            json.dump(_SEEN, file)


def _peak() -> int:
    """The most bytes of memory that this program had: what its process had before it began is the one of who started it."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            words = next(line.split() for line in file if line.startswith("VmHWM:"))
        return int(words[1]) * 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

"""Our own tests take every warning for an error; a run against a target must not, for it may not be ours."""

import signal
from pathlib import Path

import pytest

SLOW_ROOT = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors, but those that other packages earn by themselves."""
    # What a script starts in the background ignores SIGINT, and so would the runs that tests interrupt.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("filterwarnings", "error")
    config.addinivalue_line("filterwarnings", "ignore:It looks like `register_random`")
    config.addinivalue_line("filterwarnings", "ignore:Using `httpx` with `starlette.testclient`")


#: Folders whose tests start many processes, build packages, or drive a browser.
SLOW = ("bench", "browser", "docs", "package", "plugin", "real")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes its time, so that a quick run can leave it out."""
    for item in items:
        if SLOW_ROOT in item.path.parents and item.path.relative_to(SLOW_ROOT).parts[0] in SLOW:
            item.add_marker("slow")

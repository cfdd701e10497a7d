"""Reports of cases that pass, in one step.

Pytest takes an item through three phases, and a dozen plugins have their say in each: that costs more than the request.
An item that passes has no output, no fixtures and no traceback for them to see, so its reports are made at once. Where
something else than pytest itself wants a say in a phase, and for every other verdict, the phases are gone through.
"""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from conformance.judgement.verdict import ADVICE, PASS
from conformance.session.items import CaseItem, properties
from conformance.session.run import Run

_PHASES = ("pytest_runtest_setup", "pytest_runtest_call", "pytest_runtest_teardown", "pytest_runtest_makereport")
#: Whose hooks need not see a case that passes.
_OWN = ("_pytest.", "conformance.", "_hypothesis_pytestplugin", "anyio.", "xdist.")
#: Options by which a user asks to see the phases themselves.
_SHOWING = ("setupshow", "setuponly", "setupplan", "usepdb", "trace")


class Quick:
    """Runs the items of one session that pass."""

    def __init__(self, config: pytest.Config, run: Run) -> None:
        self._hook = config.hook
        self._run = run
        self._files: dict[Any, str] = {}
        self._keywords: dict[int, dict[str, int]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Put the case; tell of it where it passes, and leave it to pytest otherwise."""
        if type(item) is not CaseItem:
            return None
        began, clock = time.time(), time.perf_counter()
        result = item.put()
        if result.verdict not in (PASS, ADVICE):
            return None
        item.result = None
        node, location = item.nodeid, self._location(item)
        document = self._run.document(result, node)
        told = list(properties(result))
        duration = time.perf_counter() - clock
        self._hook.pytest_runtest_logstart(nodeid=node, location=location)
        call = pytest.TestReport(node, location, self._keywords_of(item), "passed", None, "call", (), duration, began,
                                 began + duration, told)  # fmt: skip
        last = pytest.TestReport(node, location, call.keywords, "passed", None, "teardown", (), 0.0, call.stop, call.stop,
                                 told)  # fmt: skip
        last.__dict__["conformance"] = json.dumps(document) if self._run.is_worker else document
        self._hook.pytest_runtest_logreport(report=call)
        self._hook.pytest_runtest_logreport(report=last)
        self._hook.pytest_runtest_logfinish(nodeid=node, location=location)
        if item.session._setupstate.stack:  # of items of other kinds
            item.session._setupstate.teardown_exact(nextitem)
        return True

    def _location(self, item: CaseItem) -> tuple[str, int | None, str]:
        file = self._files.get(item.path)
        if file is None:
            file = self._files[item.path] = item.location[0]
        return file, 0, item.name

    def _keywords_of(self, item: CaseItem) -> dict[str, int]:
        """Those of the file; the name of the item itself says no more than its id."""
        found = self._keywords.get(id(item.parent))
        if found is None:
            assert item.parent is not None
            found = self._keywords[id(item.parent)] = dict.fromkeys(item.parent.keywords, 1)
        return found


def possible(config: pytest.Config) -> bool:
    """Whether nobody but pytest itself wants to see the phases of each item."""
    if any(config.getoption(name, False) for name in _SHOWING):
        return False
    for phase in _PHASES:
        for each in getattr(config.hook, phase).get_hookimpls():
            if not (each.function.__module__ or "").startswith(_OWN):
                return False
    return True

"""Pytest items: one for each case.

A case is put to the target in the item's set-up, since only set-up and teardown give an `<error>` in JUnit XML: a
connection that drops is never blamed on the contract. Its verdict is told in the call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest
from _pytest._code.code import ReprEntryNative, ReprExceptionInfo, ReprFileLocation, ReprTracebackNative

from conformance.judgement.verdict import ERROR, FAIL, NOT_APPLICABLE, UNTESTED, Result
from conformance.planning.cases import Case
from conformance.report.text import printable

if TYPE_CHECKING:
    from conformance.session.run import Run


class Broken(Exception):
    """The target breaks a requirement; the text is the letter."""


class CannotTell(Exception):
    """The suite, the set-up or the wire failed: nothing can be said of the target."""


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, run: Run, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case
        self.run = run
        self.result: Result | None = None
        self.letter = ""

    def put(self) -> Result:
        """The result of the case, which is put once."""
        if self.result is None:
            self.result = self.run.result(self.case)
        return self.result

    def setup(self) -> None:
        """Put the case, unless that was done already, and say what cannot be judged."""
        result = self.put()
        document = self.run.document(result, self.nodeid)
        self.letter = document["letter"]
        self.user_properties.extend(properties(result))
        self.run.take(self.nodeid, document)
        self.result = replace(result, steps=())  # the document has them
        reason = document["reason"]
        if result.verdict in (UNTESTED, NOT_APPLICABLE):
            raise pytest.skip.Exception(
                printable(f"{result.verdict}: {reason}", keep_lines=True), _use_item_location=True
            )
        if result.verdict == ERROR:
            raise CannotTell(reason)

    def runtest(self) -> None:
        """Fail where a requirement is broken."""
        assert self.result is not None
        if self.result.verdict == FAIL and not self.run.expected_to_fail(self.case.id):
            raise Broken(self.letter)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The letter, or one sentence: never a traceback of the suite."""
        if isinstance(excinfo.value, Broken):
            assert self.result is not None
            first = self.result.violations[0]
            actual = self.run.secrets.redact_cut(first.actual)
            short = f"{first.requirement}: expected {first.expected}, received {actual}"
            return self._told(self.letter, printable(" ".join(self.run.redact(short).split())))
        return self._repr_failure_py(excinfo)

    def _repr_failure_py(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What pytest asks for in set-up and teardown: no local variables, which would hold what is secret."""
        if isinstance(excinfo.value, CannotTell):
            reason = printable(str(excinfo.value), keep_lines=True)
            return self._told(f"{self.case.id}\n\n{reason}", reason)
        if isinstance(excinfo.value, (pytest.skip.Exception, pytest.fail.Exception)):
            return super()._repr_failure_py(excinfo, style)
        return excinfo.getrepr(style="short", showlocals=False)

    def _told(self, text: str, short: str) -> ReprExceptionInfo:
        lines = [f"{line}\n" for line in text.split("\n")]
        traceback = ReprTracebackNative(lines)
        traceback.reprentries = [ReprEntryNative(lines)]
        return ReprExceptionInfo(traceback, ReprFileLocation(str(self.path), 0, short[:1000]))

    def reportinfo(self) -> tuple[Any, int, str]:
        """Where the item stands, for pytest's reports."""
        return self.path, 0, self.name


def properties(result: Result) -> Iterator[tuple[str, str]]:
    """The JUnit properties of a testcase."""
    case = result.case
    yield "case", case.id
    for requirement in dict.fromkeys(case.requirements):
        yield _pair("requirement", requirement)
    for requirement in dict.fromkeys(each.requirement for each in result.violations):
        yield "violated", requirement
    for code in case.error_codes:
        yield _pair("error_code", code)
    if case.operation:
        yield _pair("operation", case.operation)
    if case.parameter:
        yield _pair("parameter", case.parameter)
    yield _pair("verdict", result.verdict)


@lru_cache(4096)
def _pair(name: str, value: str) -> tuple[str, str]:
    """One of the properties that many testcases have: pytest keeps them all until the run ends."""
    return name, value

"""The difference of two runs: as text, as Markdown, and as JUnit XML, which is the regression report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from conformance.errors import ConfigurationError
from conformance.report.baseline import (
    BROKEN,
    CHANGE_ORDER,
    GONE,
    SAME,
    STILL,
    Baseline,
    Change,
    Comparison,
    compare,
)
from conformance.report.text import code, count, one_line, prose, whole

#: What XML 1.0 has no way to write, not even as a reference.
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SHOWN = 50


def difference(before: Baseline, after: Baseline) -> Comparison:
    """What became of each case from one run to the other; a list that is kept by hand may only stand first."""
    if after.kind == "expectations":
        raise ConfigurationError(f"{after.name}: a list of known defects is not a run; name it first")
    return compare(before, after.cases)


def as_text(comparison: Comparison) -> str:
    """The difference for a terminal, nothing about what is unchanged but its number."""
    lines = [headline(comparison)]
    for state in CHANGE_ORDER:
        some = _of(comparison, state)
        if state != SAME and some:
            lines += ["", f"{state} ({len(some):,})", *(f"  {_line(each)}" for each in some)]
    if comparison.problems:
        lines += ["", "the baseline is wrong", *(f"  {one_line(each, 300)}" for each in comparison.problems)]
    if comparison.remarks:
        lines += ["", *(one_line(each, 300) for each in comparison.remarks)]
    return "\n".join(lines) + "\n"


def as_markdown(comparison: Comparison) -> str:
    """The difference for a pull request."""
    lines = [f"## {'❌' if comparison.failed else '✅'} {headline(comparison)}"]
    for state in CHANGE_ORDER:
        some = _of(comparison, state)
        if state == SAME or not some:
            continue
        lines += ["", f"### {state} ({len(some):,})", "", "| case | was | is | |", "|---|---|---|---|"]
        for each in some[:_SHOWN]:
            move = f"{each.was or '–'} | {each.now or '–'}"
            lines.append(f"| {code(each.case, cell=True)} | {move} | {prose(each.note)} |")
        if len(some) > _SHOWN:
            lines += ["", f"… and {len(some) - _SHOWN:,} more."]
    if comparison.problems:
        lines += ["", "### The baseline is wrong", "", *(f"- {prose(each)}" for each in comparison.problems)]
    if comparison.remarks:
        lines += ["", *(prose(each) for each in comparison.remarks)]
    return "\n".join(lines) + "\n"


def as_junit(comparison: Comparison, suite: str = "regression") -> str:
    """The difference as JUnit XML: only what is newly broken is a failure."""
    body, failures, skipped = [], 0, 0
    for each in comparison.changes:
        failures += each.state == BROKEN
        skipped += each.state in (STILL, GONE)
        body.append(_testcase(suite, each))
    for number, problem in enumerate(comparison.problems, 1):
        failures += 1
        name = f'  <testcase classname="{suite}.baseline" name="entry {number}" time="0">'
        body.append(f"{name}<failure message={_attribute(problem)}/></testcase>")
    counts = f'tests="{len(body)}" failures="{failures}" errors="0" time="0"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            f"<testsuites {counts}>",
            f'<testsuite name={_attribute(suite)} skipped="{skipped}" {counts}>',
            *body,
            "</testsuite>",
            "</testsuites>",
            "",
        ]
    )


def _testcase(suite: str, change: Change) -> str:
    classname = ".".join([suite, *change.case.split("/")[:2]])
    name = "/".join(change.case.split("/")[2:]) or change.case
    message = f"{change.state}: was {change.was or 'not there'}, is {change.now or 'not there'}"
    message += f": {change.note}" if change.note else ""
    child = ""
    if change.state == BROKEN:
        child = f"<failure message={_attribute(message)}>{_text(change.case)}</failure>"
    elif change.state in (STILL, GONE):
        child = f"<skipped message={_attribute(message)}/>"
    pairs = {"case": change.case, "state": change.state, "was": change.was, "verdict": change.now}
    properties = "".join(f'<property name="{key}" value={_attribute(value)}/>' for key, value in pairs.items() if value)
    return (
        f'  <testcase classname={_attribute(classname)} name={_attribute(name)} time="0">'
        f"<properties>{properties}</properties>{child}</testcase>"
    )


def _attribute(text: str) -> str:
    return quoteattr(_allowed(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _text(text: str) -> str:
    return escape(_allowed(text))


def _allowed(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", whole(text))


def headline(comparison: Comparison) -> str:
    """The counts in one sentence."""
    counts = comparison.counts()
    texts = [f"{counts[state]:,} {state}" for state in CHANGE_ORDER if counts[state]]
    if comparison.problems:
        texts.append(count(len(comparison.problems), "wrong entry", "wrong entries"))
    return ", ".join(texts) or "nothing to compare"


def _line(change: Change) -> str:
    move = f"{change.was or '-'} -> {change.now or '-'}"
    return f"{one_line(change.case)}  {move}{'  ' + one_line(change.note, 200) if change.note else ''}"


def _of(comparison: Comparison, state: str) -> Sequence[Change]:
    return [each for each in comparison.changes if each.state == state]

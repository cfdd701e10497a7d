"""Findings as the workflow commands that GitHub Actions turns into annotations."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.report import tally
from conformance.report.findings import group
from conformance.report.lacks import lacking
from conformance.report.tally import Document
from conformance.report.text import count, cut, printable

#: Of each kind no more than ten are shown for a step.
_SHOWN = 10
_LONGEST = 2000


def render(run: Document, results: Sequence[Document]) -> str:
    """The commands of a run, one a line: findings as errors, advice and what is untested as warnings."""
    verdict = tally.overall(results, tally.is_whole(run))
    found = group(results, run.get("requirements", {}))
    errors: list[tuple[str, str]] = []
    warnings: list[tuple[str, str]] = []
    for each in found:
        text = (
            f"{count(each.count, 'case')}, such as {each.example}. Requirements: {', '.join(each.requirements)}. "
            f"Operations: {', '.join(each.operations) or 'none'}."
        )
        (errors if each.level == "must" else warnings).append((each.title, text))
    errors += [("error", f"{count(each.count, 'case')}: {each.reason}") for each in lacking(results, tally.ERROR)]
    warnings += [("untested", f"{count(each.count, 'case')}: {each.reason}") for each in lacking(results)]
    lines = [command("error", text, title) for title, text in errors[:_SHOWN]]
    lines += [command("warning", text, title) for title, text in warnings[:_SHOWN]]
    target = run.get("target", {})
    name = str(target.get("name") or target.get("url") or "the target")
    lines.append(command("notice", f"{name} is {verdict}: {count(len(results), 'case')}.", "Conformance"))
    return "\n".join(lines) + "\n"


def command(kind: str, message: str, title: str = "") -> str:
    """One workflow command; nothing in a message can end it or begin another."""
    place = f" title={_property(title)}" if title else ""
    return f"::{kind}{place}::{_data(message)}"


def _data(text: str) -> str:
    shown = printable(cut(text, _LONGEST), keep_lines=True)
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(cut(text, 200)).replace(":", "%3A").replace(",", "%2C")

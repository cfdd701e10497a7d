"""A summary in Markdown that fits the job summary of a CI service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from conformance.report import tally
from conformance.report.baseline import BROKEN, CHANGE_ORDER, Comparison
from conformance.report.findings import Finding, group
from conformance.report.lacks import Lack, lacking
from conformance.report.tally import Document
from conformance.report.text import code, count, prose

NAME = "summary.md"
_SIGNS = {tally.CONFORMANT: "✅", tally.NOT_CONFORMANT: "❌", tally.INCOMPLETE: "⚠️"}
#: A summary is read at a glance; the page has the rest.
_FINDINGS, _LACKS, _CHANGES = 15, 12, 20


def render(run: Document, results: Sequence[Document], comparison: Comparison | None = None) -> str:
    """The summary of a run."""
    verdict = tally.overall(results, tally.is_whole(run))
    target = run.get("target", {})
    name = prose(" ".join(str(target[key]) for key in ("name", "version") if target.get(key)))
    name = name or (code(target["url"]) if target.get("url") else "the target")
    lines = [f"## {_SIGNS[verdict]} {name}: {verdict}", "", sentence(run, results), ""]
    lines += _table(results)
    if comparison is not None:
        lines += _changes(comparison)
    lines += _findings(group(results, run.get("requirements", {})))
    lines += _lacks("Errors", "The suite or the set-up failed", lacking(results, tally.ERROR))
    lines += _lacks("Not tested", "What to add", lacking(results))
    if run.get("unsupported"):
        lines += ["", "Not applicable by the profile: " + ", ".join(code(each) for each in run["unsupported"]) + "."]
    if run.get("left_over"):
        lines += ["", "**Left over on the target:** " + ", ".join(code(each) for each in run["left_over"]) + "."]
    return "\n".join(lines).rstrip() + "\n"


def sentence(run: Document, results: Sequence[Document]) -> str:
    """What was tested, by what, at what cost."""
    target, suite = run.get("target", {}), run.get("suite", {})
    text = (
        f"{count(len(results), 'case')} and {count(int(run.get('requests', 0)), 'request')} "
        f"to {code(target.get('url', ''))} in {float(run.get('wall', 0)):,.1f} s, "
        f"by {prose(suite.get('name', ''))} {prose(suite.get('version', ''))}, seed {code(run.get('seed', ''))}."
    )
    return " ".join([text, *reservations(run, results)])


def reservations(run: Document, results: Sequence[Document]) -> list[str]:
    """Sentences about what limits the run."""
    found = []
    if run.get("interrupted"):
        left = 0 if run.get("selected") else int(run.get("planned", 0)) - len(results)
        rest = f": {left:,} of {count(run['planned'], 'case')} were not run" if left > 0 else ""
        found.append(f"The run was interrupted{rest}.")
    if run.get("selected"):
        found.append("Only a selection of the cases was run.")
    if run.get("shard"):
        found.append(f"This is shard {run['shard'][0]} of {run['shard'][1]}.")
    refused = [name for name, allowed in (run.get("allow") or {}).items() if not allowed]
    if refused:
        found.append(f"Not allowed: {', '.join(refused)}.")
    return found


def _table(results: Sequence[Document]) -> list[str]:
    all_of, required = tally.counts(results), tally.counts(each for each in results if each["certify"])
    shown = [each for each in tally.VERDICTS if all_of[each]]
    if not shown:
        return ["Nothing was tested."]
    return [
        "| | " + " | ".join(shown) + " | all |",
        "|---|" + "---:|" * (len(shown) + 1),
        "| cases | " + " | ".join(f"{all_of[each]:,}" for each in shown) + f" | {len(results):,} |",
        "| of them required | "
        + " | ".join(f"{required[each]:,}" for each in shown)
        + f" | {sum(required.values()):,} |",
    ]


def _findings(findings: Sequence[Finding]) -> list[str]:
    if not findings:
        return []
    lines = ["", "### Findings", "", "| cases | clause | expected | got | requirements | for example |"]
    lines.append("|---:|---|---|---|---|---|")
    for each in findings[:_FINDINGS]:
        names = ", ".join(code(name, cell=True) for name in each.requirements[:3])
        more = f" and {len(each.requirements) - 3} more" if len(each.requirements) > 3 else ""
        notes = "".join(
            [" (advice)" if each.level not in ("must", each.clause) else "", " (assumed)" if each.assumed else ""]
        )
        lines.append(
            f"| {each.count:,} | {prose(each.clause)}{notes} | {code(each.expected, 100, cell=True)} "
            f"| {code(each.actual, 100, cell=True)} | {names}{more} | {code(each.example, cell=True)} |"
        )
    return lines + _rest(findings, _FINDINGS, "finding")


def _lacks(title: str, what: str, lacks: Sequence[Lack]) -> list[str]:
    if not lacks:
        return []
    lines = ["", f"### {title}", "", f"| cases | required | {what} |", "|---:|---:|---|"]
    for each in lacks[:_LACKS]:
        lines.append(f"| {each.count:,} | {each.required:,} | {code(each.reason, 300, cell=True)} |")
    return lines + _rest(lacks, _LACKS, "reason")


def _changes(comparison: Comparison) -> list[str]:
    lines = ["", f"### Against {code(comparison.name)}", ""]
    counts = comparison.counts()
    lines.append(", ".join(f"{counts[state]:,} {state}" for state in CHANGE_ORDER if counts[state]) or "No change")
    lines[-1] += "."
    lines += ["", *(f"- {prose(each)}" for each in comparison.problems)] if comparison.problems else []
    broken = [each for each in comparison.changes if each.state == BROKEN]
    if broken:
        lines += ["", *(f"- newly broken: {code(each.case)} {prose(each.note)}" for each in broken[:_CHANGES])]
    return lines + _rest(broken, _CHANGES, "newly broken case")


def _rest(listed: Sequence[object], shown: int, noun: str) -> list[str]:
    return ["", f"… and {count(len(listed) - shown, 'more ' + noun)}."] if len(listed) > shown else []


def lines_of(texts: Iterable[str]) -> str:
    """Texts as a list in Markdown."""
    return "\n".join(f"- {each}" for each in texts)

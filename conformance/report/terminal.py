"""The end of a run as it stands on a terminal, and the line that shows its progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.report import tally
from conformance.report.baseline import BROKEN, CHANGE_ORDER, SAME, Comparison
from conformance.report.findings import Finding, by_finding, group
from conformance.report.lacks import Lack, lacking
from conformance.report.summary import reservations
from conformance.report.tally import Document
from conformance.report.text import count, fit, one_line, printable

RED, GREEN, YELLOW, BOLD, PLAIN = "red", "green", "yellow", "bold", ""
_COLOURS = {tally.CONFORMANT: GREEN, tally.NOT_CONFORMANT: RED, tally.INCOMPLETE: YELLOW}
_FINDINGS, _LACKS, _CHANGES = 20, 12, 20
#: What to add is there to be added: nobody should have to run again to see the rest of it.
_REASONS = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One line and the word for how it looks: red, green, yellow, bold or nothing."""

    text: str
    style: str = PLAIN


def render(
    run: Document, results: Sequence[Document], comparison: Comparison | None = None, width: int = 100
) -> list[Line]:
    """The block at the end of a run: findings, what was not tested, and the verdict last, where the eye is."""
    found = group(results, run.get("requirements", {}))
    lines = _findings(found, width)
    lines += _lacks("errors: the suite or the set-up failed", lacking(results, tally.ERROR), width)
    lines += _lacks("untested: what to add", lacking(results), width)
    if comparison is not None:
        lines += _changes(comparison, width)
    if run.get("left_over"):
        lines += _listed("left over on the target", run["left_over"], "which the certificate lists")
    lines += _unbound(run.get("unbound") or ())
    return [*lines, *_verdict(run, results, found)]


def _unbound(unbound: Sequence[str]) -> list[Line]:
    """What the description says and no rule looks at: only one's own descriptions have such things."""
    if not unbound:
        return []
    return [*_listed("of the description, not bound to a rule", unbound, "which --collect-only lists"), Line("")]


def _listed(title: str, texts: Sequence[str], where: str) -> list[Line]:
    lines = [Line(title, BOLD), *(Line(f"  {one_line(each)}") for each in texts[:_LACKS])]
    if len(texts) > _LACKS:
        lines.append(Line(f"… and {len(texts) - _LACKS} more, {where}"))
    return lines


def _findings(found: Sequence[Finding], width: int) -> list[Line]:
    lines: list[Line] = []
    for each in found[:_FINDINGS]:
        note = ", advice" if each.level not in ("must", each.clause) else ""
        note += ", on an assumed constraint" if each.assumed else ""
        style = RED if each.level == "must" else YELLOW
        lines.append(Line(fit(f"{count(each.count, 'case')}{note}  {each.title}", width), style))
        lines += [Line(fit(f"    also     {printable(other)}", width)) for other in each.also]
        lines.append(Line(fit(f"    breaks   {_few(each.requirements)}", width)))
        where = f"    in       {_few(each.operations)}" if each.operations else ""
        lines += [Line(fit(where, width))] if where else []
        lines.append(Line(fit(f"    such as  {each.example}", width)))
    if len(found) > _FINDINGS:
        lines.append(Line(f"… and {count(len(found) - _FINDINGS, 'more finding')}"))
    return [Line("findings, by cause", BOLD), *lines, Line("")] if lines else []


def _lacks(title: str, lacks: Sequence[Lack], width: int) -> list[Line]:
    if not lacks:
        return []
    lines = [Line(title, BOLD)]
    for each in lacks[:_REASONS]:
        first, *rest = printable(each.reason, keep_lines=True).split("\n")
        # The reason is a line to copy, so it is never cut to the width.
        lines.append(Line(f"  {each.count:>5,}  {first}", YELLOW))
        lines += [Line(f"         {line}", YELLOW) for line in rest]
    if len(lacks) > _REASONS:
        lines.append(Line(f"… and {count(len(lacks) - _REASONS, 'more reason')}, which the certificate lists"))
    return [*lines, Line("")]


def _changes(comparison: Comparison, width: int) -> list[Line]:
    counts = comparison.counts()
    shown = ", ".join(f"{counts[state]:,} {state}" for state in CHANGE_ORDER if counts[state])
    lines = [Line(fit(f"against {one_line(comparison.name)}: {shown or 'nothing to compare'}", width), BOLD)]
    listed = [each for each in comparison.changes if each.state not in (SAME,)]
    listed.sort(key=lambda each: CHANGE_ORDER.index(each.state))
    for each in listed[:_CHANGES]:
        text = f"  {each.state:<16}  {each.case}{'  ' + one_line(each.note) if each.note else ''}"
        lines.append(Line(fit(text, width), RED if each.state == BROKEN else PLAIN))
    if len(listed) > _CHANGES:
        lines.append(Line(f"  … and {len(listed) - _CHANGES:,} more"))
    lines += [Line(f"  {one_line(each, 300)}", RED) for each in comparison.problems]
    lines += [Line(f"  {one_line(each, 300)}", YELLOW) for each in comparison.remarks]
    return [*lines, Line("")]


def _verdict(run: Document, results: Sequence[Document], found: Sequence[Finding]) -> list[Line]:
    verdict = tally.overall(results, tally.is_whole(run))
    counts = tally.counts(results)
    tested = counts[tally.PASS] + counts[tally.FAIL] + counts[tally.ADVICE]
    parts = [f"{counts[each]:,} {each}" for each in tally.VERDICTS if counts[each]]
    name = one_line((run.get("target") or {}).get("name") or (run.get("target") or {}).get("url") or "the target", 80)
    cost = f"{count(int(run.get('requests', 0)), 'request')} in {duration(float(run.get('wall', 0)))}"
    lines = [
        Line(f"{name}: {verdict}" + (f", {by_finding(found)}" if found else ""), _COLOURS[verdict]),
        Line(f"{tested:,} of {count(len(results), 'case')} tested ({', '.join(parts) or 'none'}), {cost}"),
    ]
    return lines + [Line(each, YELLOW) for each in reservations(run, results)]


def duration(seconds: float) -> str:
    """A time as people say it: 4.2 s, 3 min 20 s, 1 h 5 min."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def progress(
    *,
    case: str,
    cases: tuple[int, int],
    codes: tuple[int, int],
    requests: int,
    elapsed: float,
    width: int = 80,
) -> str:
    """One line: how far the run is, how fast, how long it will take, and which case is at work; pairs are done, all."""
    done, everything = cases
    rate = requests / elapsed if elapsed > 0 else 0.0
    left = elapsed / done * (everything - done) if done else None
    start = f"{done:,}/{everything:,} cases  {codes[0]}/{codes[1]} codes  {rate:,.0f} req/s  "
    start += f"{duration(left)} left  " if left is not None else ""
    return fit(start + printable(case), width)


def _few(names: Sequence[str], most: int = 4) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more

"""The page of the kill matrix: its figures, a picture, and the liars that each kind of case alone catches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from conformance.liars.matrix import Row

_CELL, _LEFT, _TOP = 26, 300, 150
#: Shares of liars caught, and the fill and letter of their cells: readable without colour as well.
_FILLS = ((1.0, "#1a7f5a", "#ffffff"), (0.95, "#8a6d00", "#ffffff"), (0.0, "#b3261e", "#ffffff"))


def page(rows: Sequence[Row], figures: dict[str, Any], seconds: float) -> str:
    """The page in Markdown, with the picture in it as SVG."""
    today = datetime.now(UTC).date().isoformat()
    wrong = [row for row in rows if row.breaks]
    share = 100 * figures["alone"] / max(1, figures["liars"])
    lines = [
        "# The kill matrix",
        "",
        "A conformance suite that has not been seen to fail proves nothing. Here every liar, a target that is wrong on",
        "purpose, is put to the suite, and every right variant as well. What a liar breaks was written down before it was",
        "first run; some were withdrawn since, where the errors page leaves open what they do, and are right variants now.",
        "",
        f"Worked out on {today} by `python -m conformance.liars.matrix --page docs/kill-matrix.md`, in {seconds:.0f} s.",
        "",
        "| | |",
        "|---|---|",
        f"| liars | {figures['liars']} |",
        f"| caught: some `must` fails | {figures['caught']} |",
        f"| rightly blamed: a requirement that the liar names is among them | {figures['rightly blamed']} |",
        f"| alone: no unrelated requirement is | {figures['alone']} ({share:.1f} %) |",
        f"| survivors | {len(figures['survivors'])} |",
        f"| right variants, alone and in pairs | {figures['right variants']} |",
        f"| of these accused | {len(figures['accused'])} |",
        "",
        "Requirements stand down, families of liars across; a cell says how many of the liars of that family which name",
        "the requirement are caught, of how many.",
        "",
        _picture(wrong),
        "",
    ]
    for title, names in (("Survivors", figures["survivors"]), ("Wrong blames", figures["wrong blames"]),
                         ("Accused", figures["accused"])):  # fmt: skip
        if names:
            lines += [f"## {title}", "", *(f"- `{name}`" for name in names), ""]
    lines += [
        "## What each kind of case is needed for",
        "",
        "Liars that nothing else catches. Chapters that draw values are put only to liars which the planned cases leave",
        "standing, in effort `ci` and then `thorough`, so theirs are those that need them. Right variants get all chapters,",
        "pairs of them the planned ones.",
        "",
        "| kind of case | liars | such as |",
        "|---|---|---|",
    ]
    for chapter, names in figures["only"].items():
        lines.append(f"| {chapter} | {len(names)} | {', '.join(f'`{name}`' for name in names[:3])} |")
    not_alone = [row for row in wrong if row.rightly and not row.alone]
    if not_alone:
        lines += ["", "## Rightly blamed, and not alone", "", "| liar | breaks | fails as well |", "|---|---|---|"]
        lines += [f"| `{r.id}` | {', '.join(r.breaks)} | {', '.join(r.strangers[:4])} |" for r in not_alone]
    return "\n".join(lines) + "\n"


def _picture(rows: Sequence[Row]) -> str:
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        for requirement in row.breaks:
            cell = counts[requirement, row.family]
            cell[0] += row.rightly
            cell[1] += 1
    families = sorted({row.family for row in rows})
    requirements = sorted({requirement for requirement, _ in counts}, key=_order)
    width, height = _LEFT + _CELL * len(families) + 20, _TOP + _CELL * len(requirements) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" role="img" '
        'aria-label="Liars caught, by requirement and family" font-family="system-ui, sans-serif" font-size="11">'
    ]
    for index, family in enumerate(families):
        x = _LEFT + _CELL * index + _CELL / 2
        parts.append(
            f'<text transform="translate({x},{_TOP - 8}) rotate(-55)" fill="currentColor">{escape(family)}</text>'
        )
    for number, requirement in enumerate(requirements):
        y = _TOP + _CELL * number
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 17}" text-anchor="end" fill="currentColor" font-size="10">{escape(requirement)}</text>'
        )
        for index, family in enumerate(families):
            caught, all_of_them = counts.get((requirement, family), (0, 0))
            if not all_of_them:
                continue
            fill, ink = next((f, i) for least, f, i in _FILLS if caught / all_of_them >= least)
            said = str(caught) if caught == all_of_them else f"{caught}/{all_of_them}"
            x = _LEFT + _CELL * index
            parts.append(
                f"<g><title>{escape(requirement)}, {escape(family)}: {caught} of {all_of_them}</title>"
                f'<rect x="{x + 1}" y="{y + 1}" width="{_CELL - 2}" height="{_CELL - 2}" rx="4" fill="{fill}"/>'
                f'<text x="{x + _CELL / 2}" y="{y + 17}" text-anchor="middle" fill="{ink}" font-size="9">{said}</text></g>'
            )
    return "".join([*parts, "</svg>"])


def _order(requirement: str) -> tuple[int, str]:
    heads = ("status", "json", "envelope", "code", "control", "state", "answer", "advice")
    return heads.index(requirement.split(".")[0]) if requirement.split(".")[0] in heads else len(heads), requirement

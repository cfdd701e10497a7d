"""The kill matrix: every liar and every right variant is put to the suite, and what the suite says is written down.

    python -m conformance.liars.matrix [PATTERN] [--sample N] [--json FILE] [--page FILE]

A liar is *caught* where some `must` fails, *rightly blamed* where a requirement that it names is among those that
fail, and *alone* where no unrelated one is. A requirement is unrelated where it fails in a case in which nothing that
the liar names does: what fails together, in one answer, has one cause. A liar that touches every answer of an
operation, or of all, names at most three requirements: others about error codes follow from it where it names one of
them, or a status. The exit status is 1 where a liar survives or is blamed for the wrong thing alone, or where a right
variant is accused.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from conformance.http.target import AppTarget
from conformance.judgement.verdict import ERROR, FAIL
from conformance.liars import liars, variant_pairs, variants
from conformance.putting.procedures import put
from conformance.report.text import count
from conformance.session.examination import Choices, Examination

SEED = 20
#: Right variants in pairs: so many of them in a whole run, drawn by the seed.
PAIRS = 80
PAIRED = "pairs of right variants"
CODES = "code."
#: What the rules of codes speak of: a liar about one of these, everywhere, is one about many codes.
WIDE = (CODES, "status.")
#: Chapters that draw values, which takes their time: they are put to each right variant by itself, and with many more
#: values to the liars that the planned cases leave standing.
DRAWN = ("generated", "sequences", "fuzz")


@dataclass(frozen=True, slots=True)
class Row:
    """What the suite says of one target; `violated` counts failing cases by requirement, `chapters` by chapter."""

    id: str
    family: str
    sentence: str
    breaks: tuple[str, ...]
    scope: str = ""
    violated: dict[str, int] = field(default_factory=dict)
    unrelated: tuple[str, ...] = ()
    chapters: dict[str, int] = field(default_factory=dict)
    example: str = ""
    errors: tuple[str, ...] = ()
    requests: int = 0
    seconds: float = 0.0

    @property
    def caught(self) -> bool:
        """Whether a `must` fails."""
        return bool(self.violated)

    @property
    def rightly(self) -> bool:
        """Whether a requirement that the liar names fails."""
        return bool(set(self.breaks) & set(self.violated))

    @property
    def strangers(self) -> tuple[str, ...]:
        """The unrelated requirements that fail."""
        wide = self.scope in ("everywhere", "one-operation") and any(each.startswith(WIDE) for each in self.breaks)
        return tuple(each for each in self.unrelated if not (wide and each.startswith(CODES)))

    @property
    def alone(self) -> bool:
        """Whether nothing unrelated fails."""
        return self.rightly and not self.strangers


@cache
def _examination(effort: str = "quick") -> Examination:
    return Examination(Choices(seed=SEED, effort=effort))


def examine(build: Callable[[], Any], row: Row) -> Row:
    """Put one target to the whole suite, in this process."""
    began = time.perf_counter()
    found = replace(row, violated={}, chapters={})
    found = _put_all(build, found, drawn=False)
    for effort in ("ci", "thorough") if row.breaks else () if row.family == PAIRED else ("quick",):
        if not found.rightly:
            found = _put_all(build, found, drawn=True, effort=effort)
    return replace(found, seconds=round(time.perf_counter() - began, 3))


def _put_all(build: Callable[[], Any], row: Row, drawn: bool, effort: str = "quick") -> Row:
    """Put the cases that draw, or those that do not, to a new target; liars only until one of those that draw catches them."""
    examination = _examination(effort)
    target = AppTarget(build().respond, examination.profile.vault)
    bench = examination.opened(target)
    bench.discover()
    unrelated, errors, example = dict.fromkeys(row.unrelated), list(row.errors), row.example
    for case in examination.cases.values():
        if (case.chapter in DRAWN) is not drawn:
            continue
        if drawn and row.breaks and row.rightly:
            break
        result = put(bench, case)
        if result.verdict == ERROR:
            errors.append(f"{case.id}: {result.reason}")
        if result.verdict != FAIL:
            continue
        broken = {v.requirement for v in result.violations if examination.contract.is_must(v.requirement)}
        row.chapters[case.chapter] = row.chapters.get(case.chapter, 0) + 1
        example = example or case.id
        for requirement in broken:
            row.violated[requirement] = row.violated.get(requirement, 0) + 1
            if not broken & set(row.breaks):
                unrelated[requirement] = None
    bench.clean_up()
    return replace(row, unrelated=tuple(unrelated), errors=tuple(errors[:3]), example=example,
                   requests=row.requests + target.sent)  # fmt: skip


@cache
def _pairs() -> dict[str, Any]:
    return {each.id: each for each in variant_pairs()}


def _one(name: str) -> Row:
    kind, _, rest = name.partition(" ")
    if kind == "liar":
        liar = liars()[rest]
        return examine(liar.build, Row(liar.id, liar.family, liar.sentence, liar.breaks, liar.scope))
    if kind == "pair":
        pair = _pairs()[rest]
        return examine(pair.build, Row(pair.id, PAIRED, pair.sentence, ()))
    variant = variants()[rest]
    return examine(variant.build, Row(variant.id, "right variants", variant.sentence, ()))


def names(pattern: str = "*", sample: int | None = None, seed: int = SEED) -> list[str]:
    """What is to be put to the suite: liars, right variants and pairs of them."""
    chance = random.Random(seed)
    found = [f"liar {each}" for each in liars() if fnmatch.fnmatch(each, pattern)]
    if sample is not None:
        return sorted(chance.sample(found, min(sample, len(found))))
    if pattern != "*":
        return found + [f"variant {each}" for each in variants() if fnmatch.fnmatch(each, pattern)]
    pairs = [f"pair {each.id}" for each in variant_pairs()]
    chosen = sorted(chance.sample(pairs, min(PAIRS, len(pairs))))
    return found + [f"variant {each}" for each in variants()] + chosen


def matrix(todo: Sequence[str], processes: int = 2, tell: Callable[[str], None] = lambda line: None) -> list[Row]:
    """The rows of the named targets, worked out on several cores."""
    rows = []
    with ProcessPoolExecutor(processes) as pool:
        for index, row in enumerate(pool.map(_one, todo, chunksize=4)):
            rows.append(row)
            if (row.breaks and not row.alone) or (not row.breaks and row.caught):
                tell(said(row))
            if index % 100 == 99:
                tell(f"{index + 1} of {len(todo)}")
    return rows


def said(row: Row) -> str:
    """One line about a row that is not as it should be."""
    if not row.breaks:
        return f"ACCUSED  {row.id}: {row.violated}, such as {row.example}"
    word = "ALONE NOT" if row.rightly else "WRONG BLAME" if row.caught else "SURVIVOR"
    return f"{word}  {row.id} ({row.sentence}) breaks {row.breaks}, failed {row.strangers or tuple(row.violated)} {row.example}"


def figures(rows: Iterable[Row]) -> dict[str, Any]:
    """The figures of a matrix."""
    rows = list(rows)
    wrong = [row for row in rows if row.breaks]
    right = [row for row in rows if not row.breaks]
    return {
        "liars": len(wrong),
        "caught": sum(row.caught for row in wrong),
        "rightly blamed": sum(row.rightly for row in wrong),
        "alone": sum(row.alone for row in wrong),
        "survivors": [row.id for row in wrong if not row.caught],
        "wrong blames": [row.id for row in wrong if row.caught and not row.rightly],
        "right variants": len(right),
        "accused": [row.id for row in right if row.caught],
        "only": _only(wrong),
    }


def _only(wrong: Sequence[Row]) -> dict[str, list[str]]:
    """For each kind of case the liars that nothing else catches."""
    found: dict[str, list[str]] = {case.chapter: [] for case in _examination().cases.values()}
    for row in wrong:
        if len(row.chapters) == 1:
            found[next(iter(row.chapters))].append(row.id)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Work out the matrix, print its figures and write it."""
    parser = argparse.ArgumentParser(prog="conformance.liars.matrix", description="The kill matrix of the suite.")
    parser.add_argument("pattern", nargs="?", default="*", help="ids of liars and variants, with * and ?")
    parser.add_argument("--sample", type=int, help="only so many liars, drawn by the seed")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the matrix here")
    parser.add_argument("--page", type=Path, help="write the page with the picture here")
    chosen = parser.parse_args(arguments)
    began = time.perf_counter()
    todo = names(chosen.pattern, chosen.sample, chosen.seed)
    if chosen.sample is not None:
        todo += [f"variant {each}" for each in variants()]
    if not todo:
        parser.error(f"no liar is called {chosen.pattern!r}")
    rows = matrix(todo, chosen.processes, lambda line: print(line, flush=True))
    found = figures(rows)
    seconds = round(time.perf_counter() - began, 1)
    if chosen.json:
        document = {"figures": found, "seconds": seconds, "rows": [asdict(row) for row in rows]}
        chosen.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    if chosen.page:
        from conformance.liars.page import page

        chosen.page.write_text(page(rows, found, seconds), encoding="utf-8")
    put_to_it, right = count(found["liars"], "liar"), count(found["right variants"], "right variant")
    print(
        f"{put_to_it}: {found['caught']} caught, {found['rightly blamed']} rightly blamed, {found['alone']} alone; "
        f"{right}: {len(found['accused'])} accused; {seconds} s"
    )
    return 1 if found["survivors"] or found["wrong blames"] or found["accused"] else 0


if __name__ == "__main__":
    sys.exit(main())

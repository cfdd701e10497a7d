"""Peace: right targets are put to the suite with many seeds, and whatever it accuses is told.

    python -m conformance.liars.peace [--seeds FIRST-LAST] [--mixes N] [--effort EFFORT]

With each seed the reference target is asked all that a run asks, and so are N mixes of right variants: of about half of
their subjects one variant each. The exit status is 1 where a case fails.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from conformance.http.target import AppTarget
from conformance.judgement.verdict import ERROR, FAIL
from conformance.liars import Variant, combine, variants
from conformance.putting.procedures import put
from conformance.session.examination import Choices, Examination
from conformance.session.options import EFFORTS


@dataclass(frozen=True, slots=True)
class Stay:
    """What the suite said of one right target: its name, the seed, verdicts by their count, and what it accused."""

    target: str
    seed: int
    verdicts: Counter[str]
    accused: tuple[str, ...]
    requests: int
    seconds: float

    def __str__(self) -> str:
        verdicts = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(self.verdicts.items()))
        lines = [f"seed {self.seed}: {verdicts}; {self.requests:,} requests, {self.seconds:.0f} s: {self.target}"]
        return "\n".join(lines + [f"    ACCUSED  {each}" for each in self.accused])


def mix(seed: int, number: int) -> Variant:
    """A right target that is unlike the reference in many ways; number 0 is the reference itself."""
    chance = random.Random(f"{seed}/{number}")
    by_subject = groupby(sorted(variants().values(), key=lambda each: each.subject), key=lambda each: each.subject)
    chosen = [chance.choice(list(group)) for _, group in by_subject]
    return combine(*(each for each in chosen if number and chance.random() < 0.5))


def stay(effort: str, job: tuple[int, int]) -> Stay:
    """Put one right target to everything that a run with this seed asks, in this process."""
    seed, number = job
    began = time.perf_counter()
    examination = Examination(Choices(seed=seed, effort=effort))
    chosen = mix(seed, number)
    target = AppTarget(chosen.build().respond, examination.profile.vault)
    bench = examination.opened(target)
    bench.discover()
    results = [put(bench, case) for case in examination.cases.values()]
    bench.clean_up()
    accused = tuple(f"{each.case.id}: {each.reason or [v.requirement for v in each.violations]}"
                    for each in results if each.verdict in (FAIL, ERROR))  # fmt: skip
    verdicts = Counter(each.verdict for each in results)
    return Stay(chosen.id or "the reference", seed, verdicts, accused, target.sent, time.perf_counter() - began)


def seeds(text: str) -> range:
    """The seeds of `FIRST-LAST`, or of one number."""
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", text)
    if found is None or int(found[1]) > int(found[2] or found[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is no number, and no range such as 1-20")
    return range(int(found[1]), int(found[2] or found[1]) + 1)


def main(arguments: list[str] | None = None) -> int:
    """Run, print a line for each target and seed, and say by the status whether peace was kept."""
    parser = argparse.ArgumentParser(prog="python -m conformance.liars.peace", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--seeds", type=seeds, default=range(1, 21), metavar="FIRST-LAST", help="default: 1-20")
    parser.add_argument("--mixes", type=int, default=1, metavar="N", help="mixes of right variants a seed (default: 1)")
    parser.add_argument("--effort", choices=list(EFFORTS), default="thorough", help="default: thorough")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="default: 2")
    options = parser.parse_args(arguments)
    jobs = [(seed, number) for seed in options.seeds for number in range(options.mixes + 1)]
    accused = 0
    with ProcessPoolExecutor(options.processes) as pool:
        for found in pool.map(partial(stay, options.effort), jobs):
            print(found, flush=True)
            accused += bool(found.accused)
    print(f"runs: {len(jobs)}, seeds: {len(options.seeds)}, runs with an accusation: {accused}")
    return 1 if accused else 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tools.count_codes`: how many cases there are of each code, and how many accept that code alone."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from conformance.planning.cases import REFUSED
from conformance.session.examination import Choices, Examination


@dataclass(frozen=True, slots=True)
class Count:
    """The cases of one code; `alone` must be refused, with that code and no other."""

    code: str
    cases: int
    alone: int
    operations: int
    of_state: bool


def counts(run: Examination) -> list[Count]:
    """The counts of a run, in the order of the errors page; pairs of faults and drawn values are left out."""
    found = []
    for code, rule in run.contract.rules.items():
        cases = [c for c in run.cases.values() if c.chapter == "codes" and c.error_codes[:1] == (code,)]
        alone = [c for c in cases if c.expected.outcome == REFUSED and c.error_codes == (code,)]
        of_state = all("situation" in trigger for trigger in rule.triggers)
        found.append(Count(code, len(cases), len(alone), len({c.operation for c in cases}), of_state))
    return found


def table(run: Examination) -> str:
    """The counts as a table in Markdown."""
    lines = ["| code | cases | accept this code alone | operations | about state |", "|---|---:|---:|---:|---|"]
    lines += [
        f"| {each.code} | {each.cases} | {each.alone} | {each.operations} | {'yes' if each.of_state else ''} |"
        for each in counts(run)
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table(Examination(Choices(seed=0))) + "\n")

"""Groups the cases that were not tested, or ended in an error, by the reason that they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from conformance.report.findings import names
from conformance.report.tally import UNTESTED, Document, codes_of


@dataclass(frozen=True, slots=True)
class Lack:
    """Cases that share the reason why they were not tested, or why they ended in an error."""

    reason: str
    cases: tuple[str, ...]
    codes: tuple[str, ...]
    required: int

    @property
    def count(self) -> int:
        """How many cases share it."""
        return len(self.cases)


def lacking(results: Iterable[Document], verdict: str = UNTESTED) -> list[Lack]:
    """The cases with a verdict, grouped by their reason, the most frequent first."""
    found: dict[str, list[Document]] = defaultdict(list)
    for result in results:
        if result["verdict"] == verdict:
            found[str(result.get("reason") or "no reason is given")].append(result)
    lacks = [
        Lack(
            reason,
            tuple(sorted(each["case"] for each in some)),
            names(code for each in some for code in codes_of(each)),
            sum(bool(each["certify"]) for each in some),
        )
        for reason, some in found.items()
    ]
    return sorted(lacks, key=lambda each: (-each.count, each.reason))

"""The plan of a run as text: what would be sent, and what would stay untested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from conformance.putting.bench import WRITES_LINE
from conformance.session.examination import Examination


def outline(examination: Examination) -> Iterator[str]:
    """Lines that say how many cases each operation gets, by what they may cost, and what is lacking."""
    profile = examination.profile
    yield ""
    yield f"{len(examination.cases)} cases from {examination.contract.title}, {len(examination.surface.operations)} operations"
    counts: Counter[tuple[str, str]] = Counter()
    lacking: Counter[str] = Counter()
    for case in examination.cases.values():
        counts[case.operation or "-", case.safety] += 1
        if case.operation in profile.unsupported:
            lacking["not applicable: the profile says that the operation is unsupported"] += 1
        elif case.untested:
            lacking[f"untested: {case.untested}"] += 1
        elif not profile.permits(case.safety):
            lacking[f"untested: add to the profile: {WRITES_LINE[case.safety]}"] += 1
    width = max(len(name) for name, _ in counts)
    for (name, safety), number in sorted(counts.items()):
        sent = "" if profile.permits(safety) else "  (not sent)"
        yield f"  {name.ljust(width)}  {safety.ljust(8)} {number:5}{sent}"
    for line, number in lacking.most_common():
        yield f"  {number} {line}"
    for line in examination.surface.unbound:
        yield f"  not bound to a rule: {line}"

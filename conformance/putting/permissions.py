"""Credentials that permit less: what each operation says to them, and that one of them at least refuses.

Nobody outside the target knows what such credentials lack, so each operation may take them. All of them may not.
"""

from __future__ import annotations

from collections.abc import Sequence

from conformance.judgement.verdict import Lacking, NotThere, Step, lean
from conformance.judgement.wording import Violation
from conformance.planning.cases import Case
from conformance.putting.belongings import accepted
from conformance.putting.bench import WRITES_LINE, Bench
from conformance.putting.procedures import refusal

Answer = tuple[list[Violation], list[Step]]


def permission(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send a right request of one operation with such credentials; once a run for each operation."""
    violations, own = _answer(bench, case)
    steps += own
    return violations


def somewhere(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """See that at least one operation refuses; stop at the first that does."""
    bench.request(case.template)  # says at once that there are no such credentials
    code, left = case.error_codes[0], []
    for each in case.options["asked"]:
        if each.operation in bench.profile.unsupported:
            continue
        if not bench.profile.permits(each.safety):
            left.append((f"{each.operation} may not be called", WRITES_LINE[each.safety]))
            continue
        try:
            _, own = _answer(bench, each)
        except Lacking as lack:
            left.append((f"{each.operation}: {lack}", lack.line))
            continue
        except NotThere:
            continue
        steps += own
        if _refused(bench, own, code):
            return []
    if left:
        # What was not asked may be what they lack.
        raise Lacking(f"no operation that could be called refused them, and {left[-1][0]}", left[-1][1])
    if not steps:
        raise NotThere("no operation can be called with such credentials")
    statuses = " or ".join(map(str, bench.judge.statuses(code)))
    wanted = f"{statuses} with {code} from one operation at least"
    actual = f"{len(case.options['asked'])} operations, none of which refused"
    return [Violation(case.requirements[0], "status", "/status", wanted, actual, len(steps) - 1)]


def _answer(bench: Bench, case: Case) -> Answer:
    def ask() -> Answer:
        own: list[Step] = []
        return refusal(bench, case, own), list(map(lean, own))

    found: Answer = bench.once(("permission", case.operation, case.template.credentials), ask)
    return found


def _refused(bench: Bench, steps: Sequence[Step], code: str) -> bool:
    for step in steps:
        response = step.exchange.response
        if step.label == "the request" and response is not None and not accepted(step.exchange):
            said = bench.judge.read(response).code
            # An envelope that cannot be read is blamed where it is asked for; the status tells enough here.
            return said == code or (said not in bench.contract.rules and response.status in bench.judge.statuses(code))
    return False

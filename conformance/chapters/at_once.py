"""Many requests at the same moment: each gets the answer that it gets alone, and one success where one can be had.

Of several deletions of one thing at once one succeeds, and the rest find it gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from conformance.chapters.borrowed import self_made
from conformance.chapters.kinds import gone, refused_by
from conformance.chapters.stability import told
from conformance.http.exchange import Exchange, Request
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Operation, Surface
from conformance.judgement.verdict import Lacking, NotThere, Step, Unanswered
from conformance.judgement.wording import Violation
from conformance.planning.cases import ACCEPTED, EITHER, REFUSED, Case, Expected, Template, case_id
from conformance.planning.requests import base, with_mark
from conformance.planning.values import marked
from conformance.putting.bench import Bench
from conformance.putting.watch import accepted

#: How many requests are sent at the same moment, and how often where chance has a part.
AT_ONCE = 16
ROUNDS = 3


def plan(contract: Contract, surface: Surface, profile: Profile, codes: Sequence[Case]) -> Iterator[Case]:
    """The cases of many requests at once."""
    stable = contract.by_role("stable")
    if not stable:
        return

    def case(operation: Operation, what: str, about: str, expected: Expected, codes: tuple[str, ...] = ()) -> Case:
        failure = contract.of_status(contract.statuses.failure) or ""
        return Case(
            id=case_id(stable, operation.id, "at-once", what), chapter="stability", kind=f"at-once-{what}",
            requirements=tuple(filter(None, (stable, about, failure, contract.by_role("json")))),
            template=base(operation), expected=expected, error_codes=codes, operation=operation.id,
            safety=operation.safety,
        )  # fmt: skip

    right = Expected(ACCEPTED, (), (), contract.by_role("control"))
    faulty = [c for c in codes if c.safety == "read" and c.expected.outcome == REFUSED and not c.untested]
    various = [c for c in faulty if self_made(c) and not c.lock]
    first = {c.error_codes[0]: c for c in reversed(various)}
    if len(first) > 1:
        yield Case(
            id=case_id(stable, None, "at-once", "various"), chapter="stability", kind="at-once-various",
            requirements=(stable, contract.by_role("json")), template=Template(None),
            expected=Expected(EITHER, (), (), stable), options={"asked": tuple(reversed(first.values()))},
        )  # fmt: skip
    reading = next((o for o in surface.operations.values() if o.reads.get("many") and o.placed("path")), None)
    if reading is not None:
        yield case(reading, "read", contract.by_role("control"), right)
    for operation in surface.operations.values():
        resource = operation.effect.get("deletes")
        if resource is None or operation.key_parameter(resource) is None:
            continue
        rule = gone(contract, resource)
        making = next((o for o in surface.operations.values() if o.effect.get("creates") == resource), None)
        if making is None or "keyed" in making.effect or operation.id in profile.unsupported:
            continue
        yield case(making, "make", contract.by_role("control"), right)
        if rule is not None:
            late = refused_by(rule, operation, resource)
            yield case(operation, "remove", rule.requirement, late, (rule.code,))


def at_once_read(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send one reading request many times at once: each is accepted, with the same status."""
    return _judged(bench, case, [bench.request(case.template, case)] * AT_ONCE, steps)


def at_once_various(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send faulty requests of many kinds one by one, and then all at once: each gets the answer that it got alone."""
    asked: Sequence[Case] = case.options["asked"]
    requests, lacking = [], None
    for each in asked:
        try:
            requests.append(bench.request(each.template, each))
        except NotThere:
            continue
        except Lacking as error:
            lacking = lacking or error
    if len(requests) < 2:
        raise lacking or NotThere("the target has not two kinds of faults that can be read")
    alone = [bench.judge.summary(bench.send(request, "alone", steps)) for request in requests]
    chosen = [turn % len(requests) for turn in range(AT_ONCE)]
    for _ in range(ROUNDS):
        start = len(steps)
        exchanges = _together(bench, [requests[index] for index in chosen], steps)
        for place, (index, exchange) in enumerate(zip(chosen, exchanges, strict=True)):
            said = bench.judge.summary(exchange)
            if said != alone[index]:
                requirement = case.requirements[0]
                return [Violation(requirement, "stable", "/status", told(alone[index]), told(said), start + place)]
    return []


def at_once_make(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Make many things at once: each is accepted, and each is another thing."""
    operation = case.template.operation
    assert operation is not None
    template, name = with_mark(case.template)
    marks = [marked(bench.salt, case.id, index) for index in range(AT_ONCE)]
    violations = _judged(bench, case, [bench.request(template, case, mark=mark) for mark in marks], steps)
    resource, keys = operation.effect["creates"], []
    for mark, step in zip(marks, list(steps), strict=True):
        if accepted(step.exchange):
            key = bench.identifier(resource, step.exchange, steps, mark, name)
            if key is not None:
                keys.append(key)
                bench.register(resource, key)
    if len(set(keys)) < len(keys):
        violations.append(Violation(bench.contract.by_role("changed"), "state", "/body", "as many things as were made",
                                    f"{len(set(keys))} of {len(keys)}", len(steps) - 1))  # fmt: skip
    for key in dict.fromkeys(keys):
        bench.remove(resource, key, steps)
    return violations


def at_once_remove(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Remove one thing many times at once: one request succeeds, and the rest find it gone.

    Two may look for it in the same instant: where more than one succeeds, that must happen with another thing again.
    """
    found = _removed(bench, case, steps)
    if sum(accepted(step.exchange) for step in steps[-AT_ONCE:]) > 1:
        # What else was wrong, such as a failure, is no matter of the instant.
        found = [each for each in found if not accepted(steps[each.exchange].exchange)]
        return _few([*found, *_removed(bench, case, steps)])
    return found


def _removed(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    operation = case.template.operation
    assert operation is not None
    resource, start = operation.effect["deletes"], len(steps)
    request = bench.request(case.template, case)
    exchanges = _together(bench, [request] * AT_ONCE, steps)
    first = next((index for index, exchange in enumerate(exchanges) if accepted(exchange)), None)
    violations: list[Violation] = []
    for index, exchange in enumerate(exchanges):
        if first is None and index == 0:
            expected = Expected(ACCEPTED, (), (), bench.contract.by_role("control"))
        elif index == first:
            expected = Expected(EITHER, (), (), case.requirements[0])
        else:
            expected = case.expected
        violations += bench.judge.violations(expected, exchange, start + index)
    if first is not None:
        bench.forget(resource, request.target.rsplit("/", 1)[-1])
    return _few(violations)


def _judged(bench: Bench, case: Case, requests: Sequence[Request], steps: list[Step]) -> list[Violation]:
    exchanges = _together(bench, requests, steps)
    violations: list[Violation] = []
    for index, exchange in enumerate(exchanges):
        violations += bench.judge.violations(case.expected, exchange, index)
    return _few(violations)


def _together(bench: Bench, requests: Sequence[Request], steps: list[Step]) -> Sequence[Exchange]:
    """Send requests at the same moment; `Unanswered` where the wire failed for one of them."""
    alone = bench.profile.http.concurrency == 1
    exchanges = bench.send_all(requests, at_once=not alone)
    steps += [Step(f"one of {len(requests)} at once", exchange) for exchange in exchanges]
    for step in steps:
        if step.exchange.response is None:
            raise Unanswered(step)
    return exchanges


def _few(violations: list[Violation]) -> list[Violation]:
    """The first violation of each kind: what is wrong with one answer is wrong with most."""
    seen: dict[Any, Violation] = {}
    for each in violations:
        seen.setdefault((each.requirement, each.clause, each.pointer), each)
    return list(seen.values())

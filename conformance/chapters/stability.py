"""The same request in another shape, and many requests at once: the same answer, and no more than one success.

Members of an object and parameters of a query have no order, names of header fields no letter case. Of several
deletions of one thing at the same moment one succeeds, and the rest find it gone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from conformance.chapters.kinds import gone, refused_by
from conformance.http.exchange import OWNER, Exchange, Request
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Operation, Surface
from conformance.judgement.verdict import Lacking, Step, Unanswered
from conformance.judgement.wording import Violation, shown
from conformance.planning.cases import ACCEPTED, EITHER, REFUSED, Case, Expected, Template, case_id
from conformance.planning.requests import base, with_mark
from conformance.planning.values import marked
from conformance.putting.bench import Bench
from conformance.putting.watch import Watch, accepted


def _query_reversed(request: Request) -> Request:
    path, mark, query = request.target.partition("?")
    return replace(request, target=path + mark + "&".join(reversed(query.split("&"))))


def _members_reversed(request: Request) -> Request:
    members = json.loads(request.body)
    turned = dict(reversed(list(members.items())))
    return replace(request, body=json.dumps(turned, ensure_ascii=request.body.isascii()).encode())


def _field_names_in(change: Callable[[str], str]) -> Callable[[Request], Request]:
    return lambda request: replace(request, headers=tuple((change(name), value) for name, value in request.headers))


#: Other shapes of a request, by name; each where it can be had.
SHAPES: Mapping[str, Callable[[Request], Request]] = {
    "members-reversed": _members_reversed,
    "query-reversed": _query_reversed,
    "fields-in-capitals": _field_names_in(str.upper),
    "fields-in-small-letters": _field_names_in(str.lower),
    "fields-reversed": lambda request: replace(request, headers=tuple(reversed(request.headers))),
}
#: How many requests are sent at the same moment.
AT_ONCE = 16
#: Those that are about the order of parameters.
ORDERS = ("members-reversed", "query-reversed")


def plan(contract: Contract, surface: Surface, profile: Profile, codes: Sequence[Case]) -> Iterator[Case]:
    """The cases of other shapes, and those of many requests at once."""
    stable = contract.by_role("stable")
    if not stable:
        return
    seen: set[tuple[str | None, str]] = set()
    fields: set[str] = set()
    for case in codes:
        key = (case.operation, case.parameter or "")
        its = case.template.operation
        if key in seen or its is None or not _can_be_turned(case):
            continue
        seen.add(key)
        # Names of header fields are read in one place: one fault of each operation asks about them.
        asked = _shapes(stable, case, tuple(SHAPES) if its.id not in fields else ORDERS)
        if its.id not in fields or _ordered(asked.template):
            yield asked
        fields.add(its.id)
    for operation in surface.operations.values():
        if operation.safety == "read" and operation.placed("query") and operation.reads:
            free = [p for p in operation.placed("query") if not p.trait("x-asked") and not p.trait("x-location")]
            template = base(operation, *free[:3])
            yield Case(
                id=case_id(stable, operation.id, None, "right.other-shapes"), chapter="stability", kind="other-shapes",
                requirements=(stable,), template=template, expected=Expected(EITHER, (), (), stable),
                operation=operation.id, options={"shapes": ORDERS},
            )  # fmt: skip
    yield from _at_once(contract, surface, profile, stable)


def _can_be_turned(case: Case) -> bool:
    template = case.template
    plain = case.expected.outcome == REFUSED and not case.untested and not case.not_applicable
    plain = plain and template.text is None and template.credentials == OWNER
    if template.operation is not None and "deletes" in template.operation.effect:
        # A fact is never put at risk: what is removed by mistake would be missed.
        plain = plain and not any(value.how == "fact" for value in template.values.values())
    return plain and not any(value.how in ("made", "deleted", "ahead") for value in template.values.values())


def _ordered(template: Template) -> bool:
    """Whether there is something to turn round."""
    return any(sum(key.startswith(place) for key in template.values) > 1 for place in ("query:", "body:"))


def _shapes(stable: str, case: Case, shapes: tuple[str, ...]) -> Case:
    operation = case.template.operation
    assert operation is not None
    template = case.template
    faulty = operation.parameter(case.parameter or "")
    if faulty is not None:
        # Something must stand beside the fault, or there is nothing to turn round.
        beside = [p for p in operation.placed(faulty.place) if p.example is not None and not p.trait("x-asked")]
        also = [p for p in beside if p != faulty][:2]
        template = base(operation, faulty, *also).setting({**case.template.values})
        if faulty.key not in case.template.values:
            template = template.setting({faulty.key: None})
    return Case(
        id=case_id(stable, case.operation, case.parameter, "other-shapes"), chapter="stability", kind="other-shapes",
        requirements=(stable,), template=template, expected=case.expected, operation=case.operation,
        parameter=case.parameter, safety=case.safety, assumed=case.assumed, lock=case.lock, options={"shapes": shapes},
    )  # fmt: skip


def _at_once(contract: Contract, surface: Surface, profile: Profile, stable: str) -> Iterator[Case]:
    def case(operation: Operation, what: str, about: str, expected: Expected, codes: tuple[str, ...] = ()) -> Case:
        failure = contract.of_status(contract.statuses.failure) or ""
        return Case(
            id=case_id(stable, operation.id, "at-once", what), chapter="stability", kind=f"at-once-{what}",
            requirements=tuple(filter(None, (stable, about, failure, contract.by_role("json")))),
            template=base(operation), expected=expected, error_codes=codes, operation=operation.id,
            safety=operation.safety,
        )  # fmt: skip

    right = Expected(ACCEPTED, (), (), contract.by_role("control"))
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


def other_shapes(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send a request in each shape that it can have: the same status, code and field names come back."""
    request = bench.request(case.template, case, case.safety == "read")
    exchange = bench.send(request, "the request", steps)
    first = bench.judge.summary(exchange)
    if case.safety != "read" and accepted(exchange):
        Watch(bench, case.template, marked(bench.salt, case.id), None, False, request).undo(exchange, steps)
        raise Lacking("the fault is taken, so it is not sent again", "nothing; mend what the cases about it say")
    for name in case.options["shapes"]:
        turned = SHAPES[name](request) if request.body or name != "members-reversed" else request
        if turned == request:
            continue
        said = bench.judge.summary(bench.send(turned, name, steps))
        if said != first:
            requirement = case.requirements[0]
            return [Violation(requirement, "stable", "/status", _text(first), _text(said), len(steps) - 1)]
    return []


def at_once_read(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send one reading request many times at once: each is accepted, with the same status."""
    return _judged(bench, case, [bench.request(case.template, case)] * AT_ONCE, steps)


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
    """Remove one thing many times at once: one request succeeds, and the rest find it gone."""
    operation = case.template.operation
    assert operation is not None
    resource = operation.effect["deletes"]
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
        violations += bench.judge.violations(expected, exchange, index)
    if first is not None:
        bench.forget(resource, request.target.rsplit("/", 1)[-1])
    return _few(violations)


def _judged(bench: Bench, case: Case, requests: Sequence[Request], steps: list[Step]) -> list[Violation]:
    exchanges = _together(bench, requests, steps)
    violations: list[Violation] = []
    for index, exchange in enumerate(exchanges):
        violations += bench.judge.violations(case.expected, exchange, index)
    return _few(violations)


def _together(bench: Bench, requests: Sequence[Request], steps: list[Step]) -> list[Exchange]:
    """Send requests at the same moment; `Unanswered` where the wire failed for one of them."""
    alone = bench.profile.http.concurrency == 1
    exchanges = bench.target.send_all(requests) if alone else bench.target.together(requests)
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


def _text(summary: tuple[Any, ...]) -> str:
    status, code, fields = summary
    return shown(f"{status} {code or 'without a code'} {', '.join(fields)}".strip())

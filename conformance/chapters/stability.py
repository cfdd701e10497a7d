"""The same request in another shape: the same answer.

Members of an object and parameters of a query have no order, names of header fields no letter case.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from conformance.http.exchange import OWNER, Request
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Surface
from conformance.judgement.verdict import Lacking, Step
from conformance.judgement.wording import Violation, shown
from conformance.planning.cases import EITHER, REFUSED, Case, Expected, Template, case_id
from conformance.planning.requests import FORM, base
from conformance.planning.values import marked
from conformance.putting.bench import Bench
from conformance.putting.watch import Watch, accepted


def _query_reversed(request: Request) -> Request:
    path, mark, query = request.target.partition("?")
    return replace(request, target=path + mark + "&".join(reversed(query.split("&"))))


def _members_reversed(request: Request) -> Request:
    """What has one name keeps its order: it is a list."""
    if request.header("content-type") == FORM:
        pairs = request.body.split(b"&")
        names = list(dict.fromkeys(each.partition(b"=")[0] for each in pairs))
        found = sorted(pairs, key=lambda each: -names.index(each.partition(b"=")[0]))
        return replace(request, body=b"&".join(found))
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
#: Those that are about the order of parameters.
ORDERS = ("members-reversed", "query-reversed")


def plan(contract: Contract, surface: Surface, profile: Profile, codes: Sequence[Case]) -> Iterator[Case]:
    """The cases of other shapes."""
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
            return [Violation(requirement, "stable", "/status", told(first), told(said), len(steps) - 1)]
    return []


def told(summary: tuple[Any, ...]) -> str:
    """Status, code and field names in words."""
    status, code, fields = summary
    return shown(f"{status} {code or 'without a code'} {', '.join(fields)}".strip())

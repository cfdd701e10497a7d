"""How cases are put to a target: one procedure for each kind of case.

A procedure sends what its case says, has the answers judged, looks at the state where the request could have changed
it, and puts back what it changed. It knows operations by what they do, never by name.
"""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from conformance.http.exchange import Exchange, Request
from conformance.inputs.surface import Operation
from conformance.judgement.verdict import (
    ERROR,
    NOT_APPLICABLE,
    UNTESTED,
    Lacking,
    NotThere,
    Result,
    Step,
    Unanswered,
    judged,
    lean,
)
from conformance.judgement.wording import Violation, shown
from conformance.planning.cases import EITHER, Case, Expected, Template, Value
from conformance.planning.requests import with_mark
from conformance.planning.safety import of_method
from conformance.planning.values import marked
from conformance.putting.bench import WRITES_LINE, Bench
from conformance.putting.blanks import drops_blanks
from conformance.putting.facts import formed
from conformance.putting.watch import Watch, accepted

Procedure = Callable[[Bench, Case, list[Step]], list[Violation]]


def put(bench: Bench, case: Case) -> Result:
    """Put a case to the target and judge it. Raises nothing: whatever happens is in the result."""
    if case.not_applicable:
        return Result(case, NOT_APPLICABLE, reason=case.not_applicable)
    if case.untested:
        return Result(case, UNTESTED, reason=case.untested)
    if case.operation in bench.profile.unsupported:
        return Result(case, NOT_APPLICABLE, reason=f"the profile says that {case.operation} is unsupported")
    if not bench.profile.permits(case.safety):
        line = {"write": "writes = true"}.get(case.safety, f"writes = true, {case.safety}s = true")
        return Result(case, UNTESTED, reason=f"add to the profile: [allow] {line}")
    steps: list[Step] = []
    try:
        violations = procedure(case.kind)(bench, case, steps)
        violations += beside(bench, case, steps, violations)
    except Lacking as lack:
        return Result(case, UNTESTED, steps=tuple(steps), reason=f"{lack}; add to the profile: {lack.line}")
    except NotThere as error:
        return Result(case, NOT_APPLICABLE, steps=tuple(steps), reason=str(error))
    except Unanswered as error:
        return Result(case, ERROR, steps=tuple(steps), reason=f"{error.step.label}: {error}")
    except Exception as error:
        # A fault of the suite is never blamed on the target, and its traceback would show what is secret.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        said = f"the suite failed: {type(error).__name__} in {where}: {error}"
        return Result(case, ERROR, steps=tuple(steps), reason=said)
    return judged(case, bench.contract, violations, steps)


def beside(bench: Bench, case: Case, steps: list[Step], found: list[Violation]) -> list[Violation]:
    """What is wrong with the other successes that a case got: that answers are JSON holds for every exchange.

    Other refusals are judged where they are asked for, with what is due there.
    """
    if len(steps) < 2 or case.expected.before_the_api:
        return []
    lenient = Expected(EITHER, documented=False, registered=False)
    judged_already = {each.exchange for each in found}
    return [
        violation
        for index, step in enumerate(steps)
        if index not in judged_already and accepted(step.exchange)
        for violation in bench.judge.violations(lenient, step.exchange, index)
    ]


def refusal(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send what is at fault (or may be): the answer, and that a refusal changed nothing."""
    template, name = case.template, case.options.get("carrier")
    operation = template.operation
    writes = operation is not None and case.safety != "read" and template.target is None
    if writes and case.options.get("mark", True):
        template, name = with_mark(template, case.parameter)
    mark = marked(bench.salt, case.id)
    made_up = bool(case.options.get("made_up"))
    request = bench.request(template, case, made_up)
    watch = Watch(bench, template, mark, name, made_up, request) if writes else None
    if watch is not None:
        watch.before(steps)
    exchange = bench.send(request, "the request", steps)
    index = len(steps) - 1
    violations = bench.judge.violations(case.expected, exchange, index)
    if violations and drops_blanks(bench, case, exchange, steps):
        # It has no fault then, and the answer is wrong only if it would be so anywhere.
        free = replace(case.expected, outcome=EITHER, due=())
        violations = bench.judge.violations(free, exchange, index)
    if violations and case.control is not None and about_the_fault(bench, violations):
        excuse_if_the_control_fares_alike(bench, case, exchange, steps)
    if watch is not None:
        if accepted(exchange):
            watch.undo(exchange, steps)
        else:
            violations += watch.after(steps)
    return violations


def acceptance(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send what has no fault: it is accepted, and takes effect."""
    operation = case.template.operation
    if operation is None or case.safety == "read":
        exchange = bench.send(bench.request(case.template, case), "the request", steps)
        return bench.judge.violations(case.expected, exchange, len(steps) - 1)
    template, name = case.template, None
    if case.options.get("mark", "creates" in operation.effect or case.parameter is None):
        # Of what exists already one member is changed at a time: other controls of it may be under way.
        template, name = with_mark(template, case.parameter)
    mark = marked(bench.salt, case.id)
    if operation.effect.get("keyed"):
        template = _with_a_free_thing(bench, operation, template, steps)
    request = bench.request(template, case)
    watch = Watch(bench, template, mark, name, False, request)
    watch.before(steps)
    exchange = bench.send(request, "the request", steps)
    violations = bench.judge.violations(case.expected, exchange, len(steps) - 1)
    if accepted(exchange):
        violations += watch.took_effect(exchange, steps)
        watch.undo(exchange, steps)
    return violations


def repetition(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send the same request several times: the same status, code and field names come back."""
    request = bench.request(case.template, case, bool(case.options.get("made_up")))
    first: tuple[Any, ...] | None = None
    earlier = bench.first_answers.get(request)
    if earlier is not None:
        steps.append(Step("the same request, earlier in the run", earlier.exchange))
        first = bench.judge.summary(earlier.exchange)
    for turn in range(int(case.options.get("times", 3))):
        exchange = bench.send(request, f"the request, turn {turn + 1}", steps)
        said = bench.judge.summary(exchange)
        if first is None:
            first = said
        elif said != first:
            requirement = case.requirements[0]
            return [Violation(requirement, "stable", "/status", _said(first), _said(said), len(steps) - 1)]
        if case.safety != "read" and accepted(exchange):
            break  # other cases say that this should have been refused; it is not done again
    return []


def anything(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send a request whose acceptance is not judged: what is judged is how it is refused."""
    exchange = bench.send(bench.request(case.template, case, True), "the request", steps)
    return bench.judge.violations(case.expected, exchange, len(steps) - 1)


def server_error(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send the request that makes the target fail, as its profile says."""
    fact = bench.facts.get("server_error")
    safety = of_method(fact["method"])
    if not bench.profile.permits(safety):
        raise Lacking(f"{fact['method']} {fact['path']} may not be sent", WRITES_LINE[safety])
    request = Request(fact["method"], fact["path"], (("Accept", "application/json"),))
    exchange = bench.send(request, "the request", steps)
    violations = bench.judge.violations(case.expected, exchange, len(steps) - 1)
    assert exchange.response is not None
    if accepted(exchange):
        violations.append(Violation(case.requirements[0], "status", "/status", str(case.expected.statuses[0]),
                                    f"{exchange.response.status}, a success", len(steps) - 1))  # fmt: skip
    return violations


#: Where the procedure of each kind of case stands. Those that need a heavy library are imported when one is put.
KINDS = {
    "refusal": "conformance.putting.procedures:refusal",
    "acceptance": "conformance.putting.procedures:acceptance",
    "repetition": "conformance.putting.procedures:repetition",
    "anything": "conformance.putting.procedures:anything",
    "server-error": "conformance.putting.procedures:server_error",
    "zero": "conformance.chapters.controls:zero",
    "permission": "conformance.putting.permissions:permission",
    "pair": "conformance.chapters.pairs:pair",
    "somewhere": "conformance.putting.permissions:somewhere",
    "near-misses": "conformance.drawn.generated:near_misses",
    "right-values": "conformance.drawn.generated:right_values",
    "fuzz": "conformance.drawn.fuzz:fuzz",
    "octets": "conformance.chapters.octets:octets",
    "sequence": "conformance.chapters.sequences:sequence",
    "drawn-sequences": "conformance.chapters.sequences:drawn_sequences",
    "other-shapes": "conformance.chapters.stability:other_shapes",
    "at-once-read": "conformance.chapters.at_once:at_once_read",
    "at-once-various": "conformance.chapters.at_once:at_once_various",
    "at-once-make": "conformance.chapters.at_once:at_once_make",
    "at-once-remove": "conformance.chapters.at_once:at_once_remove",
}
#: Kinds whose values Hypothesis draws, which can only do one thing at a time in a thread.
DRAWN = frozenset({"near-misses", "right-values", "fuzz", "drawn-sequences"})


@cache
def procedure(kind: str) -> Procedure:
    """The procedure of a kind of case."""
    module, _, name = KINDS[kind].partition(":")
    found: Procedure = getattr(importlib.import_module(module), name)
    return found


def _said(summary: tuple[Any, ...]) -> str:
    status, code, fields = summary
    return shown(f"{status} {code or 'without a code'} {', '.join(fields)}".strip())


def about_the_fault(bench: Bench, violations: list[Violation]) -> bool:
    """Whether an answer is wrong in what it says of the fault, as it would be if it answered something else."""
    return any(v.clause in ("status", "ErrorCode", "FieldName", "Message") for v in violations)


def excuse_if_the_control_fares_alike(bench: Bench, case: Case, exchange: Exchange, steps: list[Step]) -> None:
    """A control that is refused in the same words shows that the answer is not about the fault.

    The control's own case says so; this one cannot be tested. A control that would cost something is not sent.
    """
    if case.control is None or accepted(exchange) or case.safety in ("purchase", "message"):
        return
    if case.control.operation is not None and "deletes" in case.control.operation.effect:
        return
    try:
        request = bench.request(case.control, case)
    except (Lacking, NotThere):
        return

    def ask() -> tuple[Exchange, int]:
        sent = bench.send(request, "the control", steps)
        # Neither a large body nor a code of its length is kept for the length of the run.
        return lean(Step("", sent)).exchange, hash(bench.judge.summary(sent))

    key = ("control", request.method, request.target, request.body if case.safety == "read" else case.parameter)
    control, said = bench.once(key, ask)
    if control.response is None or accepted(control):
        if case.safety != "read" and accepted(control):
            Watch(bench, case.control, marked(bench.salt, case.id), None, False, request).undo(control, steps)
        return
    if said == hash(bench.judge.summary(exchange)):
        raise Lacking(
            "the same request without the fault is refused in the same way, so nothing can be said of the fault",
            "nothing; mend what control.accepted says of this operation",
        )


def _with_a_free_thing(bench: Bench, operation: Operation, template: Template, steps: list[Step]) -> Template:
    """The first of the things for the taking that is not taken yet."""
    resource, name = operation.effect["creates"], operation.effect["keyed"]
    parameter = operation.parameter(name)
    assert parameter is not None
    fact = str(parameter.trait("x-fact"))
    # From the end: the first one stands in the cases that must be refused.
    for index, value in reversed(list(enumerate(bench.facts.get(fact)))):
        found = bench.read_one(resource, value, steps, "look for a free one")
        if found is None or not accepted(found):
            form = "+" if parameter.trait("format") == "e164" else None
            bench.taken.add(str(formed(value, "digits")))
            return template.setting({parameter.key: Value("fact", fact=fact, item=index, form=form)})
    raise Lacking(f"all of {fact} are taken", f'[facts] {fact} = ["..."] with others')

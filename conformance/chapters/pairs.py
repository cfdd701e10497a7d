"""Two faults at once: every fault of an operation meets every fault of its other parameters, in few requests.

A fault is a parameter and the code that it earns; the cases about that code have several ways of making it. The array
is one of strength two: each pair of faults of different parameters stands in one request, and the ways take turns.
A request with two faults may earn any code that one of the two earns, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

from conformance.http.exchange import OWNER
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Operation, Parameter, Surface
from conformance.judgement.verdict import Lacking, NotThere, Step, Unanswered
from conformance.judgement.wording import Violation
from conformance.planning.cases import LINKS, REFUSED, Case, Due, Expected, Template, Value, case_id, of_operation
from conformance.planning.requests import base
from conformance.putting.bench import Bench
from conformance.putting.procedures import refusal

#: What cannot be laid into another request, or would have to be made for it.
_MADE = ("made", "deleted")
#: The clauses that say whether an answer is about a fault at all.
_ABOUT_THE_FAULT = ("status", "ErrorCode", "FieldName", "Message")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one operation: the values that make it, by key (None is absence), and the ways of making it.

    `parameter` is None where it is about a group of parameters, none of which may then be given.
    """

    code: str
    subject: str
    parameter: Parameter | None
    ways: tuple[Case, ...]

    def changes(self, way: Case) -> dict[str, Value | None]:
        """The values that a way sets."""
        if self.parameter is not None:
            return {self.parameter.key: way.template.values.get(self.parameter.key)}
        assert way.template.operation is not None
        return {p.key: None for p in way.template.operation.placed("body")}

    def excludes(self, other: Fault) -> bool:
        """Whether one request cannot hold both."""
        if self.parameter is not None and other.parameter is not None:
            return self.parameter.key == other.parameter.key
        parameters = [each.parameter for each in (self, other) if each.parameter is not None]
        return not parameters or parameters[0].place == "body"


def plan(contract: Contract, surface: Surface, profile: Profile, codes: Sequence[Case]) -> Iterator[Case]:
    """The cases of all pairs of faults, operation by operation."""
    for operation in surface.operations.values():
        used: dict[str, int] = {}
        watched: set[str] = set()
        faults = faults_of(operation, codes)
        for first, second in combinations(faults, 2):
            if not first.excludes(second):
                # The state is looked at once for each fault: to do so costs a request.
                mark = f"{first.subject}={first.code}" not in watched
                case = _case(contract, operation, first, second, _next(first, used), _next(second, used), mark)
                if case.options["carrier"]:
                    watched.add(f"{first.subject}={first.code}")
                yield case


def pair(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send both faults. Where the answer is wrong, and is for one of them alone as well, that one is to blame."""
    violations = refusal(bench, case, steps)
    if not any(each.clause in _ABOUT_THE_FAULT for each in violations):
        return violations
    for fault in case.options["alone"]:
        found: list[Violation] = bench.once(("alone", fault.id), partial(_alone, bench, fault))
        if any(each.requirement == fault.expected.blame for each in found):
            blame = fault.expected.blame
            about_codes = {rule.requirement for rule in bench.contract.rules.values()}
            return [replace(v, requirement=blame) if v.requirement in about_codes else v for v in violations]
    return violations


def _alone(bench: Bench, fault: Case) -> list[Violation]:
    try:
        return refusal(bench, fault, [])
    except (Lacking, NotThere, Unanswered):
        return []


def faults_of(operation: Operation, codes: Sequence[Case]) -> list[Fault]:
    """The faults of an operation, in the order of the errors page.

    The ways of a fault are those that earn its code alone, where there are such: what may earn another code as well
    says less. A way that needs no fact of its own comes before one that does.
    """
    found: dict[tuple[str, str], list[Case]] = {}
    for case in of_operation(codes, operation.id):
        if _can_be_laid(operation, case):
            found.setdefault((case.parameter or "", case.error_codes[0]), []).append(case)
    faults = []
    for (name, code), cases in found.items():
        alone = [case for case in cases if len(case.error_codes) == 1] or cases
        plain = [case for case in alone if not _waits(operation, case)] or alone
        parameter = _faulty(operation, cases[0])
        faults.append(Fault(code, name or "body", parameter, tuple(plain)))
    return faults


def _can_be_laid(operation: Operation, case: Case) -> bool:
    template = case.template
    if case.expected.outcome != REFUSED or case.untested or case.not_applicable or template.credentials != OWNER:
        return False
    if template.text is not None or template.target is not None:
        return False
    parameter = _faulty(operation, case)
    if parameter is not None:
        value = template.values.get(parameter.key)
        return value is None or value.how not in _MADE
    keys = {p.key for p in operation.placed("body")}
    right = {key: value for key, value in base(operation).values.items() if key not in keys}
    return bool(operation.group) and template.values == right


def _faulty(operation: Operation, case: Case) -> Parameter | None:
    """The parameter at fault: of two that share the name, the one whose value is not that of the control."""
    found = [p for p in operation.parameters if p.name == case.parameter]
    right = case.control.values if case.control is not None else {}
    return next((p for p in found if case.template.values.get(p.key) != right.get(p.key)), found[0] if found else None)


def _waits(operation: Operation, case: Case) -> bool:
    """Whether a fault is a fact of the target that the profile has to name."""
    parameter = _faulty(operation, case)
    value = case.template.values.get(parameter.key) if parameter else None
    return value is not None and value.how == "fact"


def _next(fault: Fault, used: dict[str, int]) -> Case:
    """The way of making a fault whose turn it is."""
    key = f"{fault.subject}={fault.code}"
    turn = used.get(key, 0)
    used[key] = turn + 1
    return fault.ways[turn % len(fault.ways)]


def _case(
    contract: Contract, operation: Operation, first: Fault, second: Fault, one: Case, other: Case, mark: bool
) -> Case:  # fmt: skip
    also = [fault.parameter for fault in (first, second) if fault.parameter is not None]
    right = base(operation, *also)
    changes = {**first.changes(one), **second.changes(other)}
    template = right.setting(changes)
    template, carrier = _with_mark(template, set(changes)) if mark else (template, None)
    unchanged = contract.by_role("unchanged") if carrier else ""
    blame = one.expected.blame
    return Case(
        id=case_id(first.code, operation.id, first.subject, f"with.{second.subject}.{second.code}"),
        chapter="pairs",
        kind="pair",
        requirements=tuple(dict.fromkeys(filter(None, (blame, other.expected.blame, unchanged)))),
        template=template,
        expected=Expected(REFUSED, _due(one, other), (), blame, parameters=one.expected.parameters),
        error_codes=tuple(dict.fromkeys((*one.error_codes, *other.error_codes))),
        operation=operation.id,
        parameter=first.parameter.name if first.parameter else None,
        safety=operation.safety,
        control=right,
        clauses=one.clauses,
        assumed=one.assumed or other.assumed,
        certify=one.certify and other.certify,
        lock=LINKS if LINKS in (one.lock, other.lock) else "",
        options={"mark": False, "carrier": carrier, "alone": (one, other)},
    )


def _due(one: Case, other: Case) -> tuple[Due, ...]:
    """What either case takes for right; where both have a code, it may be about either parameter."""
    due: dict[str, Due] = {}
    for each in (*one.expected.due, *other.expected.due):
        known = due.get(each.code)
        if known is None:
            due[each.code] = each
        elif known != each:
            names = tuple(dict.fromkeys((*known.names, *each.names))) if known.names and each.names else ()
            due[each.code] = replace(known, names=names, faulty=tuple(dict.fromkeys((*known.faulty, *each.faulty))))
    return tuple(due.values())


def _with_mark(template: Template, faulty: set[str]) -> tuple[Template, str | None]:
    """A right change beside the faults, in a parameter that is not at fault, which would show."""
    operation = template.operation
    assert operation is not None
    for parameter in operation.placed("body"):
        if parameter.trait("x-mark") and parameter.key not in faulty:
            return template.setting({parameter.key: Value("mark")}), parameter.name
    return template, None

"""Sequences of requests: what one request does shows in the answers to those after it.

Fixed sequences say what everybody would try; generated ones, drawn by Hypothesis, what nobody thought of. A model of
what the requests have done says which code must come (see `conformance.chapters.ledger`). What was linked is linked back, and
what was made removed, however a sequence ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.chapters.kinds import Holder, Kind, holders, kinds
from conformance.chapters.ledger import Ledger
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Surface
from conformance.judgement.verdict import Drawn, Lacking, NotThere, Step, Unanswered
from conformance.judgement.wording import Violation
from conformance.planning.cases import LINKS, REFUSED, Case, Expected, Template, case_id
from conformance.putting.bench import Bench

Action = tuple[str, int, int]

#: What is done, to which holder and to which thing: counted from 0 on, and after the last from the first again.
ALONE = {
    "made-and-removed": "make, read 0, list 0, remove 0, remove 0, read 0, list 0",
    "one-of-two-removed": "make, make, remove 0, read 1, read 0, list 1, remove 1, remove 0, remove 1",
    "made-after-a-removal": "make, remove 0, make, read 0, read 1, remove 1",
}
LINKED = {
    "linked-and-linked-back": "make, link 0 0, remove 0, read 0, look 0, release 0, remove 0, remove 0, read 0, look 0",
    "linked-to-another": "make, make, link 0 0, link 0 1, remove 0, remove 1, read 1, release 0, remove 1, read 1",
    "linked-by-two": "make, link 0 0, link 1 0, release 0, look 1, release 1, remove 0",
    "linked-again": "make, link 0 0, release 0, link 0 0, remove 0, release 0, remove 0",
    "linked-to-what-is-gone": "make, remove 0, link 0 0, look 0",
}
BOUGHT = {
    "bought-with-what-is-gone": "make, remove 0, buy 0",
    "bought-and-linked": "make, buy 0, remove 0, read 0, release 0, remove 0",
}
#: Of these the first number is that of a holder; of the others the last is that of a thing.
OF_HOLDERS = ("link", "release", "look")
DRAWN = ("make", "read", "list", "remove", "link", "release", "look")
#: How many sequences are drawn, by effort; and how many more are run to find the shortest that fails.
BUDGET = {"quick": 4, "ci": 20, "thorough": 100}
SHRINKING = 60


def plan(contract: Contract, surface: Surface, profile: Profile, codes: Sequence[Case]) -> Iterator[Case]:
    """The cases of sequences, for each kind of thing that the surface makes, links and removes."""
    for kind in kinds(contract, surface):
        maker = _Maker(contract, profile, kind)
        for name, text in ALONE.items():
            yield maker.case(name, text, links=False)
        if kind.linking is not None and kind.link is not None:
            for name, text in LINKED.items():
                yield maker.case(name, text)
            for name, text in BOUGHT.items() if kind.buying is not None else ():
                yield maker.case(name, text, safety="purchase")
        yield maker.case("drawn", "", links=kind.linking is not None)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the cases of one kind of thing."""

    contract: Contract
    profile: Profile
    kind: Kind

    def case(self, name: str, text: str, links: bool = True, safety: str = "write") -> Case:
        """A case of a fixed sequence, or of drawn ones where there is no text."""
        kind, role = self.kind, self.contract.by_role
        rules = [kind.gone, *([kind.linked] if links and kind.linked else [])]
        used = [kind.making, kind.removing, kind.linking if links else None, kind.buying if safety != "write" else None]
        lost = next((o.id for o in used if o is not None and o.id in self.profile.unsupported), None)
        operation = kind.linking if links else kind.making
        asked = (role("changed"), role("unchanged"), role("control"), *(rule.requirement for rule in rules))
        return Case(
            id=case_id(role("changed"), None, f"{kind.resource}.sequences", name),
            chapter="sequences",
            kind="sequence" if text else "drawn-sequences",
            requirements=tuple(filter(None, asked)),
            template=Template(operation),
            expected=Expected(REFUSED, (), (), role("changed")),
            error_codes=tuple(rule.code for rule in rules),
            safety=safety,
            lock=LINKS if links else "",
            assumed=operation is not None and operation.basis == "assumed",
            certify=safety == "write",
            not_applicable=f"the profile says that {lost} is unsupported" if lost else "",
            options={"resource": kind.resource, "actions": _actions(text), "links": links},
        )


def _actions(text: str) -> tuple[Action, ...]:
    found = []
    for part in text.split(", ") if text else ():
        name, *numbers = part.split()
        first, last = (int(numbers[0]), int(numbers[-1])) if numbers else (0, 0)
        found.append((name, first if name in OF_HOLDERS else 0, last))
    return tuple(found)


def sequence(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send the requests of a fixed sequence, as far as they go as they must."""
    kind = _kind(bench, case)
    found = _holders(bench, kind, steps) if case.options["links"] and case.safety != "purchase" else ()
    return _played(bench, kind, found, case.options["actions"], steps)


def drawn_sequences(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Draw sequences and send them; of those that fail, the shortest is reported."""
    from hypothesis import strategies as some

    from conformance.drawn.batches import run

    kind = _kind(bench, case)
    found = _holders(bench, kind, steps) if case.options["links"] else ()
    usual = len(steps)
    failed: list[tuple[list[Action], list[Step], list[Violation]]] = []
    stopped: list[Exception] = []
    more, sent = [SHRINKING], [0]
    actions = some.lists(
        some.tuples(some.sampled_from(DRAWN), some.integers(0, 1), some.integers(0, 3)), min_size=2, max_size=12
    )

    def fine(rest: list[Action]) -> bool:
        if stopped or more[0] <= 0:
            return True
        more[0] -= bool(failed)
        own: list[Step] = []
        whole = [("make", 0, 0), *rest]
        try:
            violations = _played(bench, kind, found, whole, own)
        except (Unanswered, Lacking, NotThere) as error:
            stopped.append(error)
            return True
        finally:
            sent[0] += len(own)
        if violations:
            failed.append((whole, own, violations))
        return not violations

    run(actions, fine, bench.seed, case.id, BUDGET[bench.effort], shrinking=True)
    if failed:
        _, own, violations = min(failed, key=lambda each: (len(each[0]), len(each[1])))
        steps += own
        return Drawn([_moved(each, usual) for each in violations], bench.seed, sent[0])
    if stopped:
        raise stopped[0]
    return Drawn([], bench.seed, sent[0])


def _moved(violation: Violation, by: int) -> Violation:
    return Violation(violation.requirement, violation.clause, violation.pointer, violation.expected, violation.actual,
                     violation.exchange + by)  # fmt: skip


def _kind(bench: Bench, case: Case) -> Kind:
    return next(each for each in kinds(bench.contract, bench.surface) if each.resource == case.options["resource"])


def _holders(bench: Bench, kind: Kind, steps: list[Step]) -> Sequence[Holder]:
    found = holders(bench, kind, steps)
    if not found:
        assert kind.link is not None and kind.linking is not None
        name = next(iter(kind.linking.placed("path"))).trait("x-fact")
        what = f"no {kind.holder} shows the {kind.link.name} that it is linked to"
        raise Lacking(what, f'[facts] {name} = "..." with one that has a {kind.link.name}')
    return found


def _played(
    bench: Bench, kind: Kind, found: Sequence[Holder], actions: Sequence[Action], steps: list[Step]
) -> list[Violation]:
    """Send a sequence, and put everything back."""
    ledger = Ledger(bench, kind, steps, [Holder(each.key, each.home, each.home) for each in found])
    numbers = [bench.changes.begin(each) for each in ledger.links()]
    try:
        for name, holder, thing in actions:
            bench.go_on()
            getattr(ledger, name)(holder, thing)
            if ledger.violations:
                break
    finally:
        ledger.put_back()
    for number, each in zip(numbers, ledger.holders, strict=False):
        if each.link == each.home:
            bench.changes.end(number)
    return ledger.violations

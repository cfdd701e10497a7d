"""Kinds of things that are made, linked and removed again, as a surface and the rules describe them.

A *thing* is made and removed through the API; a *holder* is something else that is linked to one thing at a time, and
keeps it from being removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.inputs.contract import Contract, Rule
from conformance.inputs.surface import Operation, Parameter, Surface
from conformance.judgement.verdict import Step
from conformance.planning.cases import REFUSED, Due, Expected
from conformance.planning.selectors import acceptable
from conformance.putting.bench import Bench
from conformance.putting.facts import Facts, formed, objects


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing, the operations on it, and the rules about one that is gone and one that is linked.

    `link` is the parameter by which `linking` sets the thing of a holder, `buying` an operation that takes a holder
    and sets its thing at once; they are None where there are none.
    """

    resource: str
    making: Operation
    removing: Operation
    key: Parameter
    gone: Rule
    linked: Rule | None = None
    linking: Operation | None = None
    link: Parameter | None = None
    buying: Operation | None = None

    @property
    def holder(self) -> str:
        """The kind of what is linked to things."""
        return self.linking.effect["updates"] if self.linking is not None else ""

    @property
    def needed(self) -> tuple[str, ...]:
        """The facts that name things which something must stay linked to."""
        triggers = self.linked.triggers if self.linked is not None else ()
        return tuple(variant["fact"] for trigger in triggers for variant in trigger["variants"] if "fact" in variant)

    def home(self, facts: Facts) -> str:
        """A thing that is there to stay, for a holder that has none of its own."""
        assert self.link is not None
        name = next((each for each in self.needed if facts.known(each)), str(self.link.trait("x-fact")))
        return str(facts.get(name))


def kinds(contract: Contract, surface: Surface) -> Iterator[Kind]:
    """The kinds of things of a surface that sequences can be about."""
    for removing in surface.operations.values():
        resource = removing.effect.get("deletes", "")
        key, rule = removing.key_parameter(resource), gone(contract, resource)
        operations = list(surface.operations.values())
        makings = [o for o in operations if o.effect.get("creates") == resource and "keyed" not in o.effect]
        if key is None or rule is None or not makings or surface.reading_one(resource) is None:
            continue
        making = makings[0]
        linked = [o for o in operations if _link(o, resource) is not None]
        linking = next((o for o in linked if "updates" in o.effect), None)
        holder = linking.effect["updates"] if linking else None
        buying = next((o for o in linked if "keyed" in o.effect and o.effect.get("creates") == holder), None)
        yield Kind(resource, making, removing, key, rule, _linked(contract, resource), linking,
                   _link(linking, resource) if linking else None, buying)  # fmt: skip


def gone(contract: Contract, resource: str) -> Rule | None:
    """The rule of things of a kind that are not there."""
    for rule in contract.rules.values():
        for trigger in rule.triggers:
            if trigger["on"].get("x-resource") == resource and "situation" not in trigger:
                return rule
    return None


def refused_by(rule: Rule, operation: Operation, resource: str) -> Expected:
    """The refusal that a thing of a kind earns by a rule."""
    names = tuple(p.name for p in operation.parameters if p.trait("x-resource") == resource)
    due = Due(rule.code, acceptable(rule, operation, names), names)
    return Expected(REFUSED, (due,), (), rule.requirement, parameters=operation.names)


def _link(operation: Operation, resource: str) -> Parameter | None:
    return next((p for p in operation.placed("body") if p.trait("x-resource") == resource), None)


def _linked(contract: Contract, resource: str) -> Rule | None:
    """The rule of things that something else still needs."""
    for rule in contract.rules.values():
        for trigger in rule.triggers:
            effect = trigger.get("operation", {}).get("x-effect", {})
            if "situation" in trigger and effect.get("deletes") == resource:
                return rule
    return None


@dataclass(slots=True)
class Thing:
    """Something that the sequence made."""

    key: str
    mark: str
    alive: bool = True


@dataclass(slots=True)
class Holder:
    """Something that is linked to `link`, and was to `home`."""

    key: str
    home: str
    link: str


def holders(bench: Bench, kind: Kind, steps: list[Step]) -> Sequence[Holder]:
    """The holders that the facts name and that show what they are linked to, those in nobody's way first."""
    if kind.linking is None or kind.link is None:
        return ()
    key = kind.linking.key_parameter(kind.holder)
    if key is None:
        return ()
    needed = {bench.facts.values.get(each) for each in kind.needed}
    found: list[Holder] = []
    for fact in (key.trait("x-fact"), *(key.trait("x-also") or ())):
        name = bench.facts.values.get(str(fact))
        if not isinstance(name, str) or any(formed(each.key, "digits") == formed(name, "digits") for each in found):
            continue
        exchange = bench.read_one(kind.holder, name, steps, "what it is linked to")
        for item in objects(bench.document(exchange) if exchange is not None else None):
            home = item.get(kind.link.name)
            if isinstance(home, str) and home:
                found.append(Holder(name, home, home))
                break
    return sorted(found, key=lambda each: each.home in needed)

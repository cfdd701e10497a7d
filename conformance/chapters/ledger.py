"""What a sequence of requests has done so far, and so what must come of the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from conformance.chapters.kinds import Holder, Kind, Thing, refused_by
from conformance.http.exchange import Exchange
from conformance.inputs.contract import Rule
from conformance.inputs.surface import Operation, Parameter
from conformance.judgement.verdict import Lacking, Step, Unanswered
from conformance.judgement.wording import Violation
from conformance.planning.cases import ACCEPTED, Expected, Template, Value, literal
from conformance.planning.requests import base, with_mark
from conformance.planning.values import marked
from conformance.putting.bench import Bench
from conformance.putting.changes import Change
from conformance.putting.facts import formed, objects
from conformance.putting.watch import Watch, accepted

#: Tells the things of one sequence from those of all others.
_NUMBERS = count()


@dataclass
class Ledger:
    """One sequence: its steps, its things and holders as they must be now, and what was found wrong."""

    bench: Bench
    kind: Kind
    steps: list[Step]
    holders: list[Holder] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    turn: int = 0

    def __post_init__(self) -> None:
        #: The holders that showed their link at first; one that is bought need not show it.
        self.showing = frozenset(each.key for each in self.holders)

    def thing(self, index: int) -> Thing | None:
        return self.things[index % len(self.things)] if self.things else None

    def at(self, index: int) -> Holder | None:
        return self.holders[index % len(self.holders)] if self.holders else None

    def say(self, role: str, expected: str, actual: str, pointer: str = "/body") -> None:
        """Note that the state is not what the steps so far have made of it."""
        requirement = self.bench.contract.by_role(role)
        self.violations.append(Violation(requirement, "state", pointer, expected, actual, len(self.steps) - 1))

    def make(self, index: int, _: int) -> None:
        """Make a thing, and read it."""
        mark = marked(self.bench.salt, "sequence", next(_NUMBERS))
        template, name = with_mark(base(self.kind.making))
        request = self.bench.request(template, mark=mark)
        watch = Watch(self.bench, template, mark, name, False, request)
        exchange = self.bench.send(request, self._label("make"), self.steps)
        self._judge(None, self.kind.making)
        if not accepted(exchange):
            return
        self.violations += watch.took_effect(exchange, self.steps)
        if watch.made is None:
            raise Lacking(f"what {self.kind.making.id} makes cannot be found again", "nothing; mend it first")
        if any(each.key == watch.made for each in self.things):
            self.say("changed", "another identifier than those before", watch.made)
        self.things.append(Thing(watch.made, mark))

    def read(self, _: int, index: int) -> None:
        """Read a thing: it is there, or gone."""
        thing = self.thing(index)
        if thing is None:
            return
        if self.bench.read_one(self.kind.resource, thing.key, self.steps, self._label("read", thing)) is not None:
            reader = self.bench.surface.reading_one(self.kind.resource)
            self._judge(None if thing.alive else self.kind.gone, reader or self.kind.removing)

    def list(self, _: int, index: int) -> None:
        """List the things: those that are gone are in no list, the others in one that is narrowed to them."""
        thing = self.thing(index)
        if thing is None:
            return
        name = with_mark(base(self.kind.making))[1]
        paths = self._paths(self.kind.resource)
        requests = self.bench.lists_with(self.kind.resource, paths, thing.mark, name)
        if not thing.alive:
            requests += self.bench.lists_with(self.kind.resource, paths, "", None)
        for request in requests:
            exchange = self.bench.send(request, self._label("list", thing), self.steps)
            seen = any(thing.key in map(str, item.values()) for item in objects(self.bench.document(exchange)))
            if accepted(exchange) and seen and not thing.alive:
                self.say("changed", "nothing that was removed", thing.key)
            elif accepted(exchange) and not seen and thing.alive and thing.mark in request.target:
                self.say("changed", f"{thing.key} in the list that is narrowed to it", "not there")

    def remove(self, _: int, index: int) -> None:
        """Remove a thing: it goes, unless it is gone already or something is linked to it."""
        thing = self.thing(index)
        if thing is None:
            return
        linked = any(each.link == thing.key for each in self.holders)
        rule = self.kind.gone if not thing.alive else self.kind.linked if linked else None
        template = base(self.kind.removing).setting({self.kind.key.key: literal(thing.key)})
        exchange = self.bench.send(self.bench.request(template), self._label("remove", thing), self.steps)
        self._judge(rule, self.kind.removing)
        if accepted(exchange):
            thing.alive = False
            self.bench.forget(self.kind.resource, thing.key)
        elif thing.alive:
            found = self.bench.read_one(self.kind.resource, thing.key, self.steps, "read back")
            if found is not None and not accepted(found):
                self.say("unchanged", f"{thing.key}, whose removal was refused", "not there", "/status")
            for holder in self.holders if linked else ():
                if holder.link == thing.key:
                    self._shows(holder, "unchanged")

    def link(self, holder_index: int, index: int) -> None:
        """Link a holder to a thing, if it is there."""
        holder, thing = self.at(holder_index), self.thing(index)
        if holder is not None and thing is not None:
            self._set(holder, thing.key, None if thing.alive else self.kind.gone, self._label("link to", thing))

    def release(self, holder_index: int, _: int) -> None:
        """Link a holder to what it was linked to at first."""
        holder = self.at(holder_index)
        if holder is not None:
            self._set(holder, holder.home, None, self._label("link back"))

    def look(self, holder_index: int, _: int) -> None:
        """Read a holder, and the lists that it stands in: it shows its link."""
        holder = self.at(holder_index)
        if holder is not None:
            self._shows(holder, "changed")
            for request in self.bench.lists_with(self.kind.holder, self._paths(self.kind.holder), "", None):
                exchange = self.bench.send(request, self._label("list"), self.steps)
                self._compare(self.bench.document(exchange), holder, "changed")

    def buy(self, _: int, index: int) -> None:
        """Take a holder that is linked to a thing from the first; where the thing is gone, nothing is taken."""
        thing, buying = self.thing(index), self.kind.buying
        if thing is None or buying is None:
            return
        parameter = buying.parameter(buying.effect["keyed"])
        link = next(p for p in buying.placed("body") if p.trait("x-resource") == self.kind.resource)
        assert parameter is not None and self.kind.link is not None
        key, home = self._free(str(parameter.trait("x-fact"))), self.kind.home(self.bench.facts)
        template = base(buying).setting({link.key: literal(thing.key)})
        form = "+" if parameter.trait("format") == "e164" else None
        template = template.setting({parameter.key: Value("literal", literal=key, form=form)})
        exchange = self.bench.send(self.bench.request(template), self._label("take one linked to", thing), self.steps)
        self._excuse(thing.alive, exchange)
        self._judge(None if thing.alive else self.kind.gone, buying)
        if accepted(exchange):
            self.holders.append(Holder(key, home, thing.key))
            found = self._shows(self.holders[-1], "changed")
            if found is not None and not accepted(found):
                self.say("changed", f"the {self.kind.holder} {key}, which was taken", "not there", "/status")
        else:
            found = self.bench.read_one(self.kind.holder, key, self.steps, "read back")
            if found is not None and accepted(found):
                self.say("unchanged", f"no {self.kind.holder} {key}, which was refused", "one", "/status")

    def _free(self, fact: str) -> str:
        """The last of the holders for the taking that is not taken; one is left to the control of the operation."""
        free: list[str] = []
        for value in reversed(self.bench.facts.get(fact)):
            found = self.bench.read_one(self.kind.holder, value, self.steps, "look for a free one")
            if found is None or not accepted(found):
                free.append(str(value))
            if len(free) > 1:
                self.bench.taken.add(str(formed(free[0], "digits")))
                return free[0]
        raise Lacking(f"fewer than two of {fact} are free", f'[facts] {fact} = ["...", "..."] with others')

    def _set(self, holder: Holder, key: str, rule: Rule | None, label: str) -> None:
        linking, link = self.kind.linking, self.kind.link
        assert linking is not None and link is not None
        template = Template(linking, {**self._named(holder), link.key: literal(key)})
        exchange = self.bench.send(self.bench.request(template), label, self.steps)
        self._excuse(rule is None and key != holder.home, exchange)
        self._judge(rule, linking)
        if accepted(exchange):
            holder.link = key
        self._shows(holder, "changed" if accepted(exchange) else "unchanged")

    def _excuse(self, due: bool, exchange: Exchange) -> None:
        """A target may want more of a thing before something is linked to it; so the first refusal is no fault."""
        refused = exchange.response is not None and 400 <= exchange.response.status < 500
        if due and (refused or accepted(exchange)):
            if not self.bench.once(("linked to what was made", self.kind.resource), lambda: not refused) and refused:
                what = f"nothing can be linked to a {self.kind.resource} that was just made"
                raise Lacking(what, f"nothing; or mend {self.kind.making.id} first")

    def _shows(self, holder: Holder, role: str) -> Exchange | None:
        """What a holder is read as, where it can be read; it shows its link."""
        found = self.bench.read_one(self.kind.holder, holder.key, self.steps, "read back")
        if found is not None:
            self._compare(self.bench.document(found), holder, role, whole=holder.key in self.showing)
        return found

    def _compare(self, document: Any, holder: Holder, role: str, whole: bool = False) -> None:
        """Say where a holder shows another link; of a `whole` one, which showed its link at first, also where it shows none."""
        assert self.kind.link is not None
        name, own = self.kind.link.name, self._holder_key().name
        for item in objects(document):
            if own in item and formed(str(item[own]), "digits") == formed(holder.key, "digits"):
                if str(item.get(name)) != holder.link and (name in item or whole):
                    self.say(role, f"{name} {holder.link}", f"{name} {item.get(name, 'not shown')}")
                if name in item or whole:
                    return

    def _named(self, holder: Holder) -> dict[str, Value]:
        """The value that names a holder, by the key of its parameter."""
        own = self._holder_key()
        form = "digits" if own.trait("format") == "e164-digits" else None
        return {own.key: Value("literal", literal=holder.key, form=form)}

    def links(self) -> Sequence[Change]:
        """What a sequence may change of the holders."""
        linking, link = self.kind.linking, self.kind.link
        if linking is None or link is None:
            return []
        return [
            Change(linking, self._named(each), self.kind.holder, each.key, {link.name: each.home})
            for each in self.holders
        ]

    def _holder_key(self) -> Parameter:
        assert self.kind.linking is not None
        found = self.kind.linking.key_parameter(self.kind.holder)
        assert found is not None
        return found

    def _paths(self, resource: str) -> dict[str, Any]:
        """What the lists of a kind stand under."""
        parameters = [p for o in self.bench.surface.reading_many(resource) for p in o.placed("path")]
        found = {p.name: self.bench.facts.values.get(str(p.trait("x-fact"))) for p in parameters}
        return {name: value for name, value in found.items() if value}

    def _judge(self, rule: Rule | None, operation: Operation) -> None:
        """Judge the last answer: accepted without a rule, refused by it otherwise."""
        index = len(self.steps) - 1
        if rule is None:
            expected = Expected(ACCEPTED, (), (), self.bench.contract.by_role("control"))
        else:
            expected = refused_by(rule, operation, self.kind.resource)
        self.violations += self.bench.judge.violations(expected, self.steps[index].exchange, index)

    def _label(self, what: str, thing: Thing | None = None) -> str:
        which = f" {self.kind.resource} {self.things.index(thing) + 1}" if thing is not None else ""
        self.turn += 1
        return f"{self.turn}. {what}{which}"

    def put_back(self) -> None:
        """Link holders back and remove what is left, without judging; what cannot be put back is left over."""
        kept, self.violations = self.violations, []
        for holder in self.holders:
            if holder.link != holder.home:
                try:
                    self._set(holder, holder.home, None, "put back")
                except Unanswered:
                    pass
            if holder.link != holder.home:
                left = f"{self.kind.holder} {holder.key}: linked to {holder.link}, and was to {holder.home}"
                self.bench.left_over.append(left)
        for thing in self.things:
            if thing.alive:
                try:
                    self.bench.remove(self.kind.resource, thing.key, self.steps)
                except Unanswered:
                    break  # the end of the run tries once more
        self.violations = kept

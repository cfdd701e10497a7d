"""The same for values without a fault: those that are read go out together, those that write one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from conformance.drawn.asked import Asked
from conformance.drawn.rightness import BOUNDS, bound_codes
from conformance.judgement.leniency import as_text
from conformance.judgement.strange import strange
from conformance.judgement.verdict import Step
from conformance.planning.cases import ACCEPTED, EITHER, Expected, literal
from conformance.planning.faults import other_faults
from conformance.planning.requests import with_mark
from conformance.planning.selectors import fits
from conformance.planning.values import marked
from conformance.putting.watch import Watch, accepted


class AskedAsRight(Asked):
    """Values without a fault of form. What they name need not be there, and free text may be too free."""

    def expected(self, value: Any) -> Expected | None:
        if strange(as_text(value)):
            return None
        finding = self.rightness.of(value)
        if finding.outcome != ACCEPTED:
            return None
        other = other_faults(self.parameter, value)
        if other:
            return replace(self.case.expected, outcome=EITHER, due=self.due(other))
        if not self._names_another(value) and as_text(value).isascii():
            return self.case.expected
        codes = self._of_kin() if self._names_another(value) else self._of_other_letters(value)
        return replace(self.case.expected, outcome=EITHER, due=self.due(codes))

    def _names_another(self, value: Any) -> bool:
        """Whether a value names something of which nobody said that it is there."""
        return self.rightness.known is not None and value != self.rightness.known

    def _of_kin(self) -> list[str]:
        """What may be said of a value that is right in form, wherever the surface has one of that form."""
        form, planner = self.parameter.trait("format"), self.rightness.planner
        kin = [p for o in planner.surface.operations.values() for p in o.parameters if p.trait("format") == form]
        return [
            rule.code
            for rule in planner.contract.rules.values()
            if rule.code not in self.rightness.codes_of_form
            and any(
                any(fits(trigger["on"], p, facet) for p in kin for facet in p.facets)
                for trigger in rule.triggers
                if not any("absent" in variant for variant in trigger["variants"])
            )
        ]

    def _of_other_letters(self, value: Any) -> tuple[str, ...]:
        """What may be said of text beyond ASCII: a target need not take it, and may count its length in bytes."""
        most = self.parameter.trait("maxLength")
        longer = most is not None and len(as_text(value).encode("utf-8", "surrogatepass")) > most
        return bound_codes(self.bench.contract, *BOUNDS, *(["maxLength"] if longer else []))

    def note(self, value: Any, expected: Expected, step: Step) -> None:
        """A refusal for the form of what has none wrong breaks what the case asks, and no rule about another code."""
        super().note(value, expected, step)
        if not self._names_another(value):
            steps, found = self.seen[repr(value)]
            about = self.case.expected.blame
            found = [replace(each, requirement=about) if each.clause == "ErrorCode" else each for each in found]
            self.seen[repr(value)] = steps, found


class AskedInTurn(AskedAsRight):
    """The same for writes: one value at a time, each looked at and put back."""

    def ask(self, todo: Sequence[tuple[Any, Expected]]) -> None:
        for value, expected in todo:
            if not self.stopped:
                self.bench.go_on()
                self._ask_one(value, expected)

    def _ask_one(self, value: Any, expected: Expected) -> None:
        self._turn += 1
        mark = marked(self.bench.salt, self.case.id, self._turn)
        template, name = self.case.template, None
        if "creates" in self.operation.effect:
            template, name = with_mark(template, self.parameter.name)
        template = template.setting({self.parameter.key: literal(self.written(value))})
        request = self.bench.request(template, self.case, mark=mark)
        watch = Watch(self.bench, template, mark, name, False, request)
        steps: list[Step] = []
        watch.before(steps)
        exchange = self.bench.send(request, "the request", steps)
        index = len(steps) - 1
        self.note(value, expected, steps[index])
        if accepted(exchange):
            found = [replace(each, exchange=each.exchange - index) for each in watch.took_effect(exchange, steps)]
            self.seen[repr(value)] = steps[index:], [*self.seen[repr(value)][1], *found]
            watch.undo(exchange, steps)
        else:
            watch.after(steps)  # whether a refusal changes nothing is judged elsewhere; what it made is removed
        self.sent += len(steps)

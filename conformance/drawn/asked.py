"""What one generated case has asked a target so far: batches of values, each value asked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from conformance.drawn.rightness import Rightness
from conformance.judgement.leniency import as_number, as_text, bare
from conformance.judgement.strange import refused_early, sendable_in_path, strange
from conformance.judgement.verdict import Drawn, Lacking, Step, Unanswered, lean
from conformance.judgement.wording import Violation
from conformance.planning.cases import EITHER, Case, Due, Expected, literal
from conformance.planning.requests import with_mark
from conformance.planning.selectors import acceptable
from conformance.planning.values import marked
from conformance.putting.bench import Bench
from conformance.putting.facts import objects
from conformance.putting.procedures import about_the_fault, excuse_if_the_control_fares_alike
from conformance.putting.watch import Watch, accepted

#: How many requests may be spent on shrinking.
SHRINKING = 150
#: How many requests that cost something go out together: none goes out after one of them was accepted.
HANDFUL = 4
_COSTLY = ("purchase", "message")


class Asked:
    """Values of a case that go out together, and what became of each.

    A value is sent once, however often it is drawn, so that the same batch always has the same outcome.
    """

    def __init__(self, bench: Bench, case: Case, rightness: Rightness) -> None:
        self.bench, self.case, self.rightness = bench, case, rightness
        self.operation, self.parameter = rightness.operation, rightness.parameter
        self.seen: dict[str, tuple[list[Step], list[Violation]]] = {}
        self.latest: Step | None = None
        self.worst: tuple[list[Step], list[Violation]] | None = None
        self.fault: Unanswered | None = None
        self.stopped = False
        self.sent = 0
        self._last: int | None = None
        self._turn = 0

    @property
    def writes(self) -> bool:
        """Whether what is sent may change something."""
        return self.case.safety != "read"

    def try_the_base(self) -> None:
        """Raise what keeps the case from being put, before anything is drawn."""
        self.bench.request(self.case.template, self.case)

    def judge(self, values: Sequence[Any]) -> bool:
        """Send those values that were not sent yet; False where an answer is wrong."""
        keyed = {repr(value): value for value in values}
        new = [value for key, value in keyed.items() if key not in self.seen]
        todo = [(value, expected) for value in new if (expected := self.expected(value)) is not None]
        size = HANDFUL if self.case.safety in _COSTLY else max(len(todo), 1)
        for start in range(0, len(todo), size):
            if not self.stopped:
                self.bench.go_on()
                try:
                    self.ask(todo[start : start + size])
                except Unanswered as error:
                    self.fault, self.stopped = error, True
        wrong = [key for key in keyed if key in self.seen and self.seen[key][1]]
        if not wrong:
            return True
        self.worst = self.seen[min(wrong, key=len)]
        if self._last is None:
            self._last = self.sent + SHRINKING
        self.stopped = self.stopped or self.sent >= self._last
        return False

    def end(self, steps: list[Step]) -> Drawn:
        """What was found in all; what was exchanged about it goes into the steps."""
        if self.fault is not None and self.worst is None:
            steps.append(self.fault.step)
            raise self.fault
        if self.latest is None:
            raise Lacking("no value could be drawn that may be sent", "nothing; other cases ask this parameter")
        if self.worst is None:
            steps.append(self.latest)
            return Drawn([], self.bench.seed, self.sent)
        found, violations = self.worst
        steps.extend(found)
        if about_the_fault(self.bench, violations):
            excuse_if_the_control_fares_alike(self.bench, self.case, found[0].exchange, steps)
        return Drawn(violations, self.bench.seed, self.sent)

    # One batch

    def ask(self, todo: Sequence[tuple[Any, Expected]]) -> None:
        """Send values together, judge the answers, and see that nothing changed."""
        self._turn += 1
        mark = marked(self.bench.salt, self.case.id, self._turn)
        template, name = self.case.template, None
        if self.writes:
            template, name = with_mark(template, self.parameter.name)
        templates = [template.setting({self.parameter.key: literal(self.written(value))}) for value, _ in todo]
        requests = [self.bench.request(each, self.case, mark=mark) for each in templates]
        watched = self.writes and self.parameter.place != "path"
        watch = Watch(self.bench, templates[0], mark, name, False, requests[0]) if watched else None
        steps: list[Step] = []
        if watch is not None:
            watch.before(steps)
        exchanges = self.bench.send_all(requests)
        self.sent += len(requests)
        undone = False
        for (value, expected), used, request, exchange in zip(todo, templates, requests, exchanges, strict=True):
            self.note(value, expected, Step("the request", exchange))
            if self.writes and accepted(exchange):
                undone = True
                self.stopped = self.stopped or self.case.safety in _COSTLY
                if watched:
                    Watch(self.bench, used, mark, name, False, request).undo(exchange, steps)
        if watch is not None and undone:
            watch.settled()
        elif watch is not None:
            self._see_that_nothing_changed(watch, todo, steps)
        self.sent += len(steps)

    def note(self, value: Any, expected: Expected, step: Step) -> None:
        """Judge one answer."""
        response = step.exchange.response
        if response is None:
            raise Unanswered(step)
        violations = self.bench.judge.violations(expected, step.exchange)
        if expected.before_the_api and refused_early(self.bench.judge, response):
            violations = []
        if accepted(step.exchange) and self.rightness.near(value):
            violations += self._shows_what_was_not_named(value, step)
        self.latest = step = lean(step)
        self.seen[repr(value)] = [step], violations

    def _shows_what_was_not_named(self, value: Any, step: Step) -> list[Violation]:
        """A neighbour may be there: then the answer shows it, and not the thing that it is a neighbour of."""
        shown = [each.get(self.parameter.name) for each in objects(self.bench.document(step.exchange))]
        if self.rightness.known not in shown or value in shown:
            return []
        wanted, got = f"nothing, or what {value} names", f"what {self.rightness.known} names"
        return [Violation(self.case.expected.blame, "status", "/body", wanted, got)]

    def _see_that_nothing_changed(self, watch: Watch, todo: Sequence[tuple[Any, Expected]], steps: list[Step]) -> None:
        violations = watch.after(steps)
        if not violations:
            return
        if len(todo) > 1:
            # One of them did it: each half by itself, with a mark of its own.
            for half in (todo[: len(todo) // 2], todo[len(todo) // 2 :]):
                for value, _ in half:
                    self.seen.pop(repr(value), None)
                self.ask(half)
            return
        asked, found = self.seen[repr(todo[0][0])]
        more = [replace(each, exchange=each.exchange + len(asked)) for each in violations]
        self.seen[repr(todo[0][0])] = [*asked, *steps], [*found, *more]

    # What is right as an answer

    def written(self, value: Any) -> Any:
        """The value as it goes out: numbers in bodies are JSON numbers."""
        if self.parameter.place != "body" or self.parameter.trait("type") not in ("integer", "number"):
            return value
        number = as_number(str(value))
        return value if number is None else number

    def expected(self, value: Any) -> Expected | None:
        """What is right as an answer to a value; None where it is not sent."""
        text = as_text(value)
        if not bare(text) or (self.parameter.place == "path" and not sendable_in_path(text)):
            return None
        if strange(text):
            # What stands before the API may refuse it, and the API may take it: then that must cost nothing.
            if self.case.safety in _COSTLY or "updates" in self.operation.effect:
                return None
            return replace(self.case.expected, outcome=EITHER, due=(), documented=False, before_the_api=True)
        finding = self.rightness.of(value)
        if not finding.judged or self.case.error_codes[0] not in finding.faults:
            return None
        if self.writes and self.rightness.near(value):
            return None  # it may name something, which would be changed
        return replace(self.case.expected, outcome=finding.outcome, due=self.due(finding.codes))

    def due(self, codes: Sequence[str]) -> tuple[Due, ...]:
        """The codes that are right, with the names that they may bring."""
        names = (self.parameter.name, *self.parameter.aliases)
        rules = self.bench.contract.rules
        return tuple(Due(code, acceptable(rules[code], self.operation, names), names) for code in codes)

"""Fuzzing: Schemathesis draws requests to every operation, and the contract alone judges what comes back.

Whatever is sent to a registered operation with right credentials, the answer has one of the statuses, JSON, and the
envelope where it is a refusal, and the code that it carries keeps its own rule. Which code that is, is not judged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote, unquote_plus

from conformance.drawn.marking import with_a_mark
from conformance.http.exchange import Exchange, Request
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Operation, Surface
from conformance.judgement.leniency import bare
from conformance.judgement.strange import refused_early, sendable_in_path, strange
from conformance.judgement.verdict import Drawn, Lacking, NotThere, Step, Unanswered, lean
from conformance.judgement.wording import Violation
from conformance.planning.cases import EITHER, Case, Expected, case_id
from conformance.planning.requests import base, right
from conformance.planning.values import generator, marked, unknown_like
from conformance.putting.bench import Bench
from conformance.putting.watch import accepted

#: For each effort, how many requests of the coverage phase an operation gets, and how many of each kind of fuzzing.
COVERAGE = {"quick": 40, "ci": 200, "thorough": 1000}
FUZZING = {"quick": 10, "ci": 24, "thorough": 100}
#: What costs something gets a handful.
HANDFUL = 6
#: How many requests may be spent on shrinking.
SHRINKING = 200
#: A request-target beyond this many characters may be too long for the HTTP server.
LONG = 4000
#: How many answers are held at once before they are judged: each may be as large as the bound of a body.
FEW = 16
_COSTLY = ("purchase", "message")


def plan(contract: Contract, surface: Surface, profile: Profile) -> Iterator[Case]:
    """One case for each operation."""
    allowed = contract.by_role("statuses")
    roles = ("json", "envelope", "code-form", "message", "errors", "field")
    failure = contract.of_status(contract.statuses.failure) or ""
    statuses = tuple(s for s in contract.statuses.any_refusal if s != contract.statuses.credentials)
    for operation in surface.operations.values():
        yield Case(
            id=case_id(allowed, operation.id, None, "fuzz"), chapter="fuzz", kind="fuzz",
            requirements=tuple(filter(None, (allowed, failure, *map(contract.by_role, roles)))),
            template=base(operation),
            expected=Expected(EITHER, (), statuses, allowed, parameters=operation.names),
            operation=operation.id, safety=operation.safety, assumed=operation.basis == "assumed",
        )  # fmt: skip


def fuzz(bench: Bench, case: Case, steps: list[Step]) -> Drawn:
    """Send what Schemathesis draws; what fails is shrunk."""
    from conformance.drawn.batches import ALONE, run

    operation = case.template.operation
    assert operation is not None
    bench.needs(case.template.credentials)
    fuzzed = Fuzzed(bench, case, operation)
    names, costly = fuzzed.names(), case.safety in _COSTLY
    most = HANDFUL // 2 if costly else COVERAGE[bench.effort]
    each = HANDFUL // 4 if costly else FUZZING[bench.effort]
    with ALONE:
        from conformance.drawn.fuzz_drawing import Drawing

        drawing = Drawing(bench.contract, operation, names)
        fuzzed.collect(drawing.coverage(most, generator(bench.seed, case.id)))
        strategies = list(drawing.fuzzing())
    for name, strategy in strategies:
        run(strategy, fuzzed.collect_one, bench.seed, f"{case.id} {name}", each)
    if not fuzzed.judge_all() and not costly:
        for name, strategy in strategies:
            run(strategy, fuzzed.judge, bench.seed, f"{case.id} {name}", each, shrinking=True)
    return fuzzed.end(steps)


class Fuzzed:
    """The requests that one operation got, and what became of each; the same request is sent once."""

    def __init__(self, bench: Bench, case: Case, operation: Operation) -> None:
        self.bench, self.case, self.operation = bench, case, operation
        self.waiting: dict[Request, None] = {}
        self.seen: dict[Request, tuple[Step, list[Violation]]] = {}
        self.worst: tuple[Step, list[Violation]] | None = None
        self.fault: Unanswered | None = None
        self.shrunk = 0
        self.mark = marked(bench.salt, case.id)

    def names(self) -> dict[str, str]:
        """What the path names: things that are there for what reads or creates, nothing for what changes or removes."""
        found = {}
        changes = "updates" in self.operation.effect or "deletes" in self.operation.effect
        for parameter in self.operation.placed("path"):
            try:
                known = str(self.bench.facts.resolve(right(parameter), changes))
            except (Lacking, NotThere):
                continue
            found[parameter.name] = unknown_like(known, self.case.id) if changes else known
        return found

    # Gathering

    def collect(self, requests: Iterator[Request | None]) -> None:
        """Keep requests until they are sent."""
        for request in requests:
            self.collect_one(request)

    def collect_one(self, request: Request | None) -> bool:
        """Keep a request if it may be sent at all; nothing is wrong yet."""
        if request is not None and self._belongs(request):
            self.waiting.setdefault(with_a_mark(request, self.operation, self.mark))
        return True

    def _belongs(self, request: Request) -> bool:
        """Whether a request goes to the operation, and to nothing that is at risk."""
        wanted = self.operation.path.split("/")
        found = [unquote(each, errors="surrogateescape") for each in request.target.partition("?")[0].split("/")]
        if len(wanted) != len(found) or request.method != self.operation.method:
            return False
        for pattern, text in zip(wanted, found, strict=True):
            if not pattern.startswith("{"):
                if pattern != text:
                    return False
            elif not text.strip() or strange(text) or not sendable_in_path(text):
                return False
        return True

    # Sending

    def judge_all(self) -> bool:
        """Send what waits, all together; False where an answer is wrong, and then the shortest such is kept."""
        requests = list(self.waiting)
        if self.case.safety in _COSTLY:
            requests = requests[:HANDFUL]
        self._send(requests)
        wrong = [found for found in self.seen.values() if found[1]]
        if wrong:
            self.worst = min(wrong, key=lambda found: _size(found[0].exchange.request))
        return not wrong

    def judge(self, request: Request | None) -> bool:
        """Send one request if it was not sent; False where its answer is wrong."""
        if request is None or not self._belongs(request):
            return True
        request = with_a_mark(request, self.operation, self.mark)
        if request not in self.seen and self.shrunk < SHRINKING:
            self.shrunk += 1
            self._send([request])
        found = self.seen.get(request)
        if found is None or not found[1]:
            return True
        if self.worst is None or _size(request) <= _size(self.worst[0].exchange.request):
            self.worst = found
        return False

    def _send(self, requests: list[Request]) -> None:
        """Send requests, so many at once that their answers do not fill the memory, however large they are."""
        if self.fault is not None:
            return
        for start in range(0, len(requests), FEW):
            self.bench.go_on()
            self._send_few(requests[start : start + FEW])

    def _send_few(self, requests: list[Request]) -> None:
        for exchange in self.bench.send_all(requests):
            step = Step("the request", exchange)
            if exchange.response is None:
                self.fault = Unanswered(step)
                continue
            self.seen[exchange.request] = lean(step), self._violations(exchange)
            if accepted(exchange) and "creates" in self.operation.effect:
                self._remove(exchange)

    def _violations(self, exchange: Exchange) -> list[Violation]:
        assert exchange.response is not None
        target = exchange.request.target
        early = strange(unquote(target, errors="surrogateescape")) or len(target) > LONG
        if early and refused_early(self.bench.judge, exchange.response):
            return []
        expected = replace(self.case.expected, documented=_readable(exchange.request))
        found = self.bench.judge.violations(expected, exchange)
        if _nameless(exchange.request):
            # Whoever refuses a parameter without a name has none to give, nor to make a message of.
            named = [self.bench.contract.by_role(role) for role in ("field", "message")]
            found = [each for each in found if each.requirement not in named and each.clause not in ("FieldName", "Message")]
        return found

    def _remove(self, exchange: Exchange) -> None:
        """Remove what a request made by chance, as far as the API lets one."""
        resource, steps = self.operation.effect["creates"], list[Step]()
        try:
            key = self.bench.identifier(resource, exchange, steps, self.mark, None)
            removable = any(o.effect.get("deletes") == resource for o in self.bench.surface.operations.values())
            if key is not None and removable:
                self.bench.register(resource, key)
                self.bench.remove(resource, key, steps)
        except Unanswered as error:
            self.fault = error

    def end(self, steps: list[Step]) -> Drawn:
        """What was found in all."""
        sent = len(self.seen)
        if self.worst is not None:
            steps.append(self.worst[0])
            return Drawn(self.worst[1], self.bench.seed, sent)
        if self.fault is not None:
            steps.append(self.fault.step)
            raise self.fault
        steps.extend(step for step, _ in list(self.seen.values())[-1:])
        return Drawn([], self.bench.seed, sent)


def _readable(request: Request) -> bool:
    """Whether a request has what its operation reads: JSON, by its media type and by its bytes."""
    media_type = request.header("Content-Type")
    if media_type is None:
        return not request.body
    try:
        return "json" in media_type and isinstance(json.loads(request.body), dict)
    except ValueError:
        return False


def _nameless(request: Request) -> bool:
    """Whether a request gives a parameter whose name is empty, or blank."""
    pairs = request.target.partition("?")[2].split("&")
    names = [unquote_plus(pair.partition("=")[0]) for pair in pairs if pair]
    try:
        document = json.loads(request.body)
    except ValueError:
        document = None
    names += document if isinstance(document, dict) else ()
    return not all(map(bare, names))


def _size(request: Request) -> tuple[int, str]:
    return len(request.target) + len(request.body), request.target

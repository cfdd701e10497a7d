"""The bench: one run against one target, as the procedures see it.

It sends requests, keeps what was learnt of the target, makes things for cases that need some, and puts everything back.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from conformance.http.exchange import NOBODY, OWNER, Exchange, Request
from conformance.http.target import Target
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Operation, Surface
from conformance.judgement.judge import Judge
from conformance.judgement.verdict import KEPT, Lacking, NotThere, Step, Unanswered
from conformance.planning.cases import Case, Template, Value
from conformance.planning.requests import base, build, with_mark
from conformance.planning.values import LONG_MARK, MARK_LENGTH, SHORT_MARK, marked
from conformance.putting.belongings import Belongings, accepted, maker_of, remover_of
from conformance.putting.changes import Changes
from conformance.putting.facts import Facts, discover

WRITES_LINE = {
    "write": "[allow] writes = true",
    "purchase": "[allow] writes = true, purchases = true",
    "message": "[allow] writes = true, messages = true",
}
#: How many first answers are kept: those of a wide surface would fill the memory.
FIRST_ANSWERS = 10_000


@dataclass
class Bench:
    """Everything that a procedure may use. One bench serves all threads of a run."""

    contract: Contract
    surface: Surface
    profile: Profile
    target: Target
    seed: int = 0
    effort: str = "quick"
    facts: Facts = field(default_factory=Facts)
    #: Makes the marks of this run differ from those that an earlier one may have left behind.
    salt: str = field(default_factory=lambda: secrets.token_hex(8))

    def __post_init__(self) -> None:
        self.judge = Judge(self.contract, self.profile.status)
        self.salt = f"{_head(self.surface)}:{self.salt}"
        self.belongings = Belongings(self)
        self.changes = Changes(self)
        #: Set when the run is to end.
        self.stopping = threading.Event()
        #: The first answer to each reading request: later ones to the same request are held against it.
        self.first_answers: dict[Request, Step] = {}
        #: What cases that must be accepted have set out to take, without plus: that it is taken says nothing of others.
        self.taken: set[str] = set()
        #: What things showed before the run first changed them, by kind and identifier.
        self.originals: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._mutex = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        #: A turn that other processes of the run share, where there are some; and what the first of them saw.
        self.shared_turn: Callable[[str], AbstractContextManager[object]] = lambda name: nullcontext()
        self.seen_first: Callable[[str, Callable[[], Any]], Any] = lambda name, look: look()
        self._memo: dict[Any, Any] = {}
        self._made_count = 0
        if not self.facts.values:
            self.facts = Facts.of(self.profile)
        parameters = [p for operation in self.surface.operations.values() for p in operation.parameters]
        named = (str(p.trait("x-location")) for p in parameters if p.trait("x-location"))
        self.facts.places = tuple(dict.fromkeys(named))

    # Sending

    def send(self, request: Request, label: str, steps: list[Step], odd: bool = False) -> Exchange:
        """Send a request as a step of a case; `Unanswered` where the wire failed.

        `odd` says that an HTTP server may choke on it.
        """
        send = self.target.send_odd if odd else self.target.send
        (exchange,) = self.belongings.follow([request], lambda: [send(request)], odd)
        step = Step(label, exchange)
        steps.append(step)
        if exchange.response is None:
            raise Unanswered(step)
        small = exchange.response is not None and len(exchange.response.body) <= KEPT
        if request.method == "GET" and small and len(self.first_answers) < FIRST_ANSWERS:
            self.first_answers.setdefault(request, step)
        return exchange

    def send_all(self, requests: Sequence[Request], at_once: bool = False) -> Sequence[Exchange]:
        """Send requests that do not depend on each other, or all `at_once`; faults are in their exchanges."""
        send = self.target.together if at_once else self.target.send_all
        return self.belongings.follow(requests, lambda: send(requests))

    def request(self, template: Template, case: Case | None = None, made_up: bool = False, mark: str = "") -> Request:
        """The request of a template, its facts filled in; `Lacking` or `NotThere` where one cannot be."""
        text = mark or marked(self.salt, case.id if case else "")

        def resolve(value: Value) -> Any:
            if value.how == "mark":
                return text
            if value.how == "deleted":
                return self.deleted(value.which)
            if value.how == "made":
                able = OWNER in self.profile.vault and self.profile.permits("write")
                return value.fallback if made_up and not able else self.make(value.which)
            return self.facts.resolve(value, made_up)

        self.needs(template.credentials)
        return build(template, resolve)

    def needs(self, credentials: str) -> None:
        """`Lacking` or `NotThere` where the profile does not have such credentials."""
        name = credentials.split(":")[0]
        if name in (NOBODY, *self.profile.vault):
            return
        if self.profile.credentials.get(name) is False:
            raise NotThere(f"the profile says that there are no {name} credentials")
        raise Lacking(f"no {name} credentials", f'[credentials.{name}] username = "...", password_env = "..."')

    def document(self, exchange: Exchange) -> Any:
        """The JSON of an accepted answer; None where it was refused or holds none."""
        response = exchange.response
        if response is None or not 200 <= response.status < 300:
            return None
        return self.judge.read(response).document

    def go_on(self) -> None:
        """Say `Lacking` where the run is to end: what takes long asks between its requests."""
        if self.stopping.is_set():
            raise Lacking("the run was stopped before this case was done", "nothing")

    def discover(self) -> None:
        """Learn what the profile does not say."""
        discover(self.facts, self.surface, self.profile, self.target.send, self.belongings.reader())

    # Reading things

    def read_one(self, resource: str, key: str, steps: list[Step], label: str) -> Exchange | None:
        """Read one thing by its identifier; None where the surface has no operation for that."""
        operation = self.surface.reading_one(resource)
        if operation is None or operation.id in self.profile.unsupported:
            return None
        parameter = operation.key_parameter(resource)
        if parameter is None:
            return None
        form = "digits" if parameter.trait("format") == "e164-digits" else None
        template = base(operation).setting({parameter.key: Value("literal", literal=key, form=form)})
        return self.send(self.request(template), label, steps)

    def lists_with(
        self, resource: str, path_values: Mapping[str, Any], mark: str, marked_name: str | None
    ) -> list[Request]:
        """Requests for the lists that a made thing would stand in, narrowed to its mark where a filter can."""
        found = []
        for operation in self.surface.reading_many(resource):
            if operation.id in self.profile.unsupported or operation.safety != "read":
                continue
            own = operation.placed("path")
            if not own or any(p.name not in path_values for p in own):
                continue
            values: dict[str, Value | None] = {p.key: Value("literal", literal=path_values[p.name]) for p in own}
            for parameter in operation.placed("query"):
                if parameter.name == marked_name:
                    values[parameter.key] = Value("literal", literal=mark)
                if parameter.trait("x-span"):
                    shift = -3600 if parameter.trait("x-span") == "since" else 3600
                    values[parameter.key] = Value("literal", literal=int(time.time()) + shift)
            found.append(self.request(base(operation).setting(values)))
        return found

    # Making and removing things

    def make(self, resource: str) -> str:
        """Make a thing of a kind and answer its identifier; it is removed at the end of the run."""
        operation = maker_of(self.surface, resource)
        if operation is None or operation.id in self.profile.unsupported or operation.effect.get("keyed"):
            raise NotThere(f"no operation makes a {resource}")
        self.permitted(operation)
        with self._mutex:
            self._made_count += 1
            mark = marked(self.salt, "made", resource, self._made_count)
        template, name = with_mark(base(operation))
        steps: list[Step] = []
        exchange = self.send(self.request(template, mark=mark), f"make a {resource}", steps)
        found = self.identifier(resource, exchange, steps, mark, name)
        if found is None:
            status = exchange.response.status if exchange.response else "no answer"
            raise Lacking(
                f"{operation.id} made no {resource} that could be found again ({status})",
                f"[facts] or mend {operation.id} first",
            )
        self.register(resource, found)
        if self.read_one(resource, found, steps, f"read the {resource}") is not None and not accepted(
            steps[-1].exchange
        ):
            raise Lacking(
                f"the {resource} that {operation.id} made cannot be read", f"nothing; mend {operation.id} first"
            )
        return found

    def register(self, resource: str, key: str) -> None:
        """Remember to remove a thing."""
        self.belongings.register(resource, key)

    def deleted(self, resource: str) -> str:
        """The identifier of a thing that was made and removed again."""
        key = self.make(resource)
        steps: list[Step] = []
        exchange = self.remove(resource, key, steps)
        if exchange is None or exchange.response is None or not 200 <= exchange.response.status < 300:
            raise Lacking(f"a {resource} that was made could not be removed", f"mend the removal of a {resource} first")
        return key

    def remove(self, resource: str, key: str, steps: list[Step]) -> Exchange | None:
        """Remove a thing; None where the surface has no operation for that."""
        operation = remover_of(self.surface, resource)
        if operation is None or operation.id in self.profile.unsupported:
            return None
        parameter = operation.key_parameter(resource)
        if parameter is None:
            return None
        template = base(operation).setting({parameter.key: Value("literal", literal=key)})
        exchange = self.send(self.request(template), f"remove the {resource}", steps)
        if accepted(exchange):
            self.forget(resource, key)
        return exchange

    def forget(self, resource: str, key: str) -> None:
        """A thing that was made is gone."""
        self.belongings.forget(resource, key)

    def identifier(
        self, resource: str, exchange: Exchange, steps: list[Step], mark: str, name: str | None
    ) -> str | None:
        """The identifier of what an accepted request made: in the answer, or in a list by its mark."""
        reader = self.surface.reading_one(resource)
        parameter = reader.key_parameter(resource) if reader else None
        if parameter is None or (self.document(exchange) is None and not accepted(exchange)):
            return None
        named = self.belongings.named_in(self.document(exchange), parameter.name)
        return named or self.belongings.marked_with(resource, mark, name, steps)

    def permitted(self, operation: Operation) -> None:
        """`Lacking` where the profile does not allow what an operation may cost."""
        if not self.profile.permits(operation.safety):
            raise Lacking(f"{operation.id} may not be called", WRITES_LINE[operation.safety])

    @property
    def left_over(self) -> list[str]:
        """What was made and could not be removed."""
        return self.belongings.left_over

    def clean_up(self) -> None:
        """Put back what is not as it was, and remove what was made and is still there."""
        self.left_over.extend(self.changes.put_back())
        self.belongings.clean_up()

    @contextmanager
    def turn(self, name: str, wait: Callable[[], None] | None = None) -> Iterator[None]:
        """Let what shares a state take turns, in this process and in the others of the run; no lock without a name.

        Several names stand with blanks between them, and are waited for in one order, so that no two wait for each other.
        `wait` is called as long as somebody else has a turn who can only go on in this very thread.
        """
        with ExitStack() as held:
            for each in sorted(name.split()):
                with self._mutex:
                    lock = self._turns.setdefault(each, threading.Lock())
                while wait is not None and lock.locked():
                    wait()
                held.enter_context(lock)
                held.enter_context(self.shared_turn(each))
            yield

    def once(self, key: Any, make: Any) -> Any:
        """The value of `make()`, made once a run for each key."""
        with self._mutex:
            if key in self._memo:
                return self._memo[key]
        value = make()
        with self._mutex:
            return self._memo.setdefault(key, value)


def _head(surface: Surface) -> str:
    """How marks begin: with the name of the suite, unless a text that carries one has no room for it."""
    rooms = [p.trait("maxLength") for o in surface.operations.values() for p in o.placed("body") if p.trait("x-mark")]
    enough = all(room is None or room >= len(LONG_MARK) + MARK_LENGTH for room in rooms)
    return LONG_MARK if enough else SHORT_MARK

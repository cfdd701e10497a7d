"""What a run made in a target: known by its identifier or sought by its mark, and removed when the run ends.

A broken target makes what it should have refused, and an answer may be lost on its way, so both are looked for. Nothing
that was there before the run, and nothing that the profile names, is ever taken for something made.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from conformance.http.exchange import Exchange, Request
from conformance.inputs.surface import Operation, Surface
from conformance.judgement.verdict import Lacking, NotThere, Step, Unanswered
from conformance.planning.requests import base, with_mark
from conformance.putting.facts import MADE, Facts, objects

if TYPE_CHECKING:
    from conformance.putting.bench import Bench


def accepted(exchange: Exchange) -> bool:
    """Whether a request was answered with a success."""
    return exchange.response is not None and 200 <= exchange.response.status < 300


def maker_of(surface: Surface, resource: str) -> Operation | None:
    """The operation that makes things of a kind."""
    return surface.having_effect("creates", resource)


def remover_of(surface: Surface, resource: str) -> Operation | None:
    """The operation that removes things of a kind."""
    return surface.having_effect("deletes", resource)


class Belongings:
    """The things that one run made, for all its threads. `left_over` says what could not be removed."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.made: list[tuple[str, str]] = []
        self.left_over: list[str] = []
        self._ever: set[tuple[str, str]] = set()
        self._there: set[str] = set()
        self._in_doubt: list[tuple[Operation, str]] = []
        self._mutex = threading.Lock()

    def reader(self) -> Callable[[Exchange], Any]:
        """Reads answers, and remembers what they show as having been there before the run."""

        def read(exchange: Exchange) -> Any:
            document = self.bench.document(exchange)
            self._there.update(str(v) for item in objects(document) for v in item.values() if isinstance(v, (str, int)))
            return document

        return read

    def register(self, resource: str, key: str) -> None:
        """Remember to remove a thing, once for each."""
        with self._mutex:
            if (resource, key) not in self._ever:
                self._ever.add((resource, key))
                self.made.append((resource, key))
                self.bench.facts.learn(f"made:{resource}", key, MADE)

    def forget(self, resource: str, key: str) -> None:
        """A thing that was made is gone."""
        with self._mutex:
            self._ever.add((resource, key))
            self.made = [each for each in self.made if each != (resource, key)]

    def doubt(
        self, operation: Operation, mark: str, steps: Sequence[Step] = (), error: BaseException | None = None
    ) -> None:
        """Remember that a request may have made something, since its answer never came; what never went out made nothing.

        `steps` are those that an `error` ended.
        """
        if isinstance(error, Unanswered):
            sent = [step.exchange for step in steps if step.exchange.request.method == operation.method]
            if all(exchange.fault is not None and exchange.fault.unsent for exchange in sent):
                return
        if _makes(self.bench, operation):
            with self._mutex:
                self._in_doubt.append((operation, mark))

    def account_for(self, operation: Operation, steps: Sequence[Step]) -> None:
        """Register what the requests of a case made and nobody has removed."""
        name = _key_name(self.bench, operation.effect.get("creates", ""))
        if name is None or not _makes(self.bench, operation):
            return
        for step in steps:
            if step.exchange.request.method == operation.method and accepted(step.exchange):
                key = self.named_in(self.bench.document(step.exchange), name)
                if key is not None:
                    self.register(operation.effect["creates"], key)

    def named_in(self, document: Any, name: str) -> str | None:
        """The one new identifier in an answer, None where there is none or are several."""
        found = self.all_named_in(document, name)
        return found[0] if len(found) == 1 else None

    def all_named_in(self, document: Any, name: str) -> tuple[str, ...]:
        """The identifiers in an answer, in its order; none where one of them was there before."""
        found = [str(item[name]) for item in objects(document) if isinstance(item.get(name), (str, int))]
        return () if set(found) & (self._there | _known(self.bench.facts)) else tuple(dict.fromkeys(found))

    def marked_with(self, resource: str, mark: str, marked_name: str | None, steps: list[Step]) -> str | None:
        """The identifier of the thing in a list that carries a mark."""
        name = _key_name(self.bench, resource) or ""
        for request in self._lists(resource, mark, marked_name):
            for item in objects(self.bench.document(self.bench.send(request, "find what was made", steps))):
                if mark in map(str, item.values()) and name in item:
                    return str(item[name])
        return None

    def _lists(self, resource: str, mark: str, marked_name: str | None) -> Iterator[Request]:
        facts = self.bench.facts.values
        parameters = [p for o in self.bench.surface.reading_many(resource) for p in o.placed("path")]
        values = {p.name: facts.get(str(p.trait("x-fact"))) for p in parameters}
        yield from self.bench.lists_with(resource, {k: v for k, v in values.items() if v}, mark, marked_name)

    def clean_up(self) -> None:
        """Remove what was made and is still there; what cannot be removed is listed in `left_over`."""
        for operation, mark in self._in_doubt:
            resource = operation.effect["creates"]
            try:
                key = self.marked_with(resource, mark, with_mark(base(operation))[1], [])
            except (Unanswered, Lacking, NotThere) as error:
                self.left_over.append(f"{resource}, perhaps, marked {mark}: {error}")
                continue
            if key is not None:
                self.register(resource, key)
        self._in_doubt.clear()
        for resource, key in list(self.made):
            try:
                exchange = self.bench.remove(resource, key, [])
            except (Unanswered, Lacking, NotThere) as error:
                self.left_over.append(f"{resource} {key}: {error}")
                continue
            if exchange is None or not accepted(exchange):
                status = exchange.response.status if exchange and exchange.response else "no operation removes it"
                self.left_over.append(f"{resource} {key}: {status}")
        self.made.clear()


def _makes(bench: Bench, operation: Operation) -> bool:
    """Whether an operation makes things that can be removed again."""
    resource = operation.effect.get("creates")
    if resource is None or operation.effect.get("keyed"):
        return False
    remover = remover_of(bench.surface, resource)
    return remover is not None and remover.id not in bench.profile.unsupported


def _key_name(bench: Bench, resource: str) -> str | None:
    reader = bench.surface.reading_one(resource) or remover_of(bench.surface, resource)
    parameter = reader.key_parameter(resource) if reader else None
    return parameter.name if parameter else None


def _known(facts: Facts) -> set[str]:
    return {str(value) for fact, value in facts.values.items() if not fact.startswith("made:")}

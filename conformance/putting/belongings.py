"""What a run made in a target: known by its identifier or sought by its mark, and removed when the run ends.

A broken target makes what it should have refused, and an answer may be lost on its way, so both are looked for. Nothing
that was there before the run, and nothing that the profile names, is ever taken for something made.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from conformance.http.exchange import Exchange, Request
from conformance.inputs.surface import Operation, Surface
from conformance.judgement.verdict import Lacking, NotThere, Step, Unanswered
from conformance.planning.values import MARK_LENGTH
from conformance.putting.facts import MADE, Facts, objects, plain

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
        self._out: list[_Out] = []
        self._before: dict[str, set[str]] = {}
        self._mutex = threading.Lock()
        operations = bench.surface.operations.values()
        self._makers = [(each, _pattern(each)) for each in operations if _makes(bench, each)]
        head = bench.salt.partition(":")[0]
        self._mark = re.compile(f"{re.escape(head)}[0-9a-f]{{{MARK_LENGTH}}}")

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

    def follow(
        self, requests: Sequence[Request], send: Callable[[], Sequence[Exchange]], odd: bool = False
    ) -> Sequence[Exchange]:
        """Send requests, and know of all that they make, whatever becomes of their answers and of the run."""
        out = [_Out(operation, request) for request in requests for operation in self._makers_of(request)]
        if not out:
            return send()
        for each in out:
            if not self._marks(each.request):
                self._look_first(each.operation.effect["creates"])
        with self._mutex:
            self._out += out
        exchanges = send()
        for each, exchange in zip(out, (e for e in exchanges for _ in self._makers_of(e.request)), strict=True):
            if self._known_to_have_made(each, exchange) or (odd and not self._marks(each.request)):
                with self._mutex:
                    self._out.remove(each)
        return exchanges

    def _look_first(self, resource: str) -> None:
        """Know what is there before something is made that no mark will tell from it; once a run."""
        if resource not in self._before:
            with contextlib.suppress(Unanswered, Lacking, NotThere):
                self._before[resource] = {key for key, _ in self._listed(resource)}

    def _listed(self, resource: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """What stands in the lists of a kind, by identifier."""
        name = _key_name(self.bench, resource) or ""
        for request in self._lists(resource, "", None):
            for item in objects(self.bench.document(self.bench.send(request, "see what is there", []))):
                if name in item:
                    yield str(item[name]), item

    def _known_to_have_made(self, out: _Out, exchange: Exchange) -> bool:
        """Whether it is known what a request made, or that it made nothing."""
        if exchange.response is None:
            return exchange.fault is not None and exchange.fault.unsent
        if not accepted(exchange):
            return True
        resource = out.operation.effect["creates"]
        key = self.named_in(self.bench.document(exchange), _key_name(self.bench, resource) or "")
        if key is not None:
            self.register(resource, key)
        return key is not None

    def _makers_of(self, request: Request) -> list[Operation]:
        """The operation that a request goes to, where that makes what can be removed again."""
        path = unquote(request.target.partition("?")[0], errors="replace")
        method = request.method.upper()
        return [o for o, pattern in self._makers if o.method == method and pattern.fullmatch(path)][:1]

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
        for request in self._lists(resource, mark, marked_name):
            for key in self._carriers(resource, mark, self.bench.send(request, "find what was made", steps)):
                with self._mutex:
                    self._out = [each for each in self._out if mark not in self._marks(each.request)]
                return key
        return None

    def take_up(self, operation: Operation, mark: str) -> None:
        """Register all that carries a mark."""
        resource = operation.effect["creates"]
        names = [p.name for p in operation.placed("body") if p.trait("x-mark")]
        asked = [request for name in names for request in self._lists(resource, mark, name)]
        for request in dict.fromkeys(asked):
            for key in self._carriers(resource, mark, self.bench.send(request, "find what was made", [])):
                self.register(resource, key)

    def _carriers(self, resource: str, mark: str, exchange: Exchange) -> Iterator[str]:
        name = _key_name(self.bench, resource) or ""
        for item in objects(self.bench.document(exchange)):
            if mark in map(str, item.values()) and name in item:
                yield str(item[name])

    def _marks(self, request: Request) -> list[str]:
        """The marks that a request carries, however its body is written."""
        text = request.body.replace(b"\0", b"").decode("latin-1")
        with contextlib.suppress(ValueError, RecursionError):
            text += str(json.loads(request.body))
        return list(dict.fromkeys(self._mark.findall(text)))

    def _lists(self, resource: str, mark: str, marked_name: str | None) -> Iterator[Request]:
        facts = self.bench.facts.values
        parameters = [p for o in self.bench.surface.reading_many(resource) for p in o.placed("path")]
        values = {p.name: facts.get(str(p.trait("x-fact"))) for p in parameters}
        yield from self.bench.lists_with(resource, {k: v for k, v in values.items() if v}, mark, marked_name)

    def clean_up(self) -> None:
        """Remove what was made and is still there; what cannot be removed is listed in `left_over`."""
        self._seek()
        for resource, key in list(self.made):
            try:
                exchange = self.bench.remove(resource, key, [])
            except (Unanswered, Lacking, NotThere) as error:
                self.left_over.append(f"{resource} {key}: {error}")
                continue
            if exchange is None or not (accepted(exchange) or self._is_gone(resource, key)):
                status = exchange.response.status if exchange and exchange.response else "no operation removes it"
                self.left_over.append(f"{resource} {key}: {status}")
        self.made.clear()

    def _is_gone(self, resource: str, key: str) -> bool:
        """Whether what cannot be removed is there no more: the answer to an earlier removal may have been lost."""
        try:
            found = self.bench.read_one(resource, key, [], "see whether it is gone")
        except (Unanswered, Lacking, NotThere):
            return False
        known = self.bench.contract.statuses
        said = found.response.status if found is not None and found.response is not None else known.failure
        return said in known.any_refusal and said not in (known.credentials, known.forbidden, known.failure)

    def _seek(self) -> None:
        """Look for what requests without an answer may have made."""
        out, self._out = self._out, []
        sought: set[str] = set()
        for each in out:
            resource, marks = each.operation.effect["creates"], self._marks(each.request)
            try:
                for mark in marks:
                    if mark not in sought:
                        self.take_up(each.operation, mark)
                    sought.add(mark)
                if not marks:
                    self._tell_of_what_is_alike(resource, each.request)
            except (Unanswered, Lacking, NotThere) as error:
                self.left_over.append(
                    f"{resource}, perhaps, {' '.join(('marked', *marks)) if marks else 'unmarked'}: {error}"
                )
                if isinstance(error, Unanswered):
                    return  # whoever does not answer now will not answer the rest

    def _tell_of_what_is_alike(self, resource: str, request: Request) -> None:
        """List what is new since the run began and has all that a request without a mark carried.

        It is not removed: without a mark it may as well be somebody else's.
        """
        try:
            sent = json.loads(request.body)
        except (ValueError, RecursionError):
            return
        if not isinstance(sent, dict) or resource not in self._before:
            return
        for key, item in self._listed(resource):
            if key not in self._before[resource] and key not in _known(self.bench.facts):
                same = [plain(item[name]) == plain(value) for name, value in sent.items() if name in item]
                if same and all(same) and (resource, key) not in self._ever:
                    self.left_over.append(
                        f"{resource} {key}, perhaps: it is new, and as a request without an answer had it"
                    )


@dataclass(frozen=True, slots=True, eq=False)
class _Out:
    """A request that would make something, and of which it is not known yet what it made."""

    operation: Operation
    request: Request


def _pattern(operation: Operation) -> re.Pattern[str]:
    """The paths of an operation, as a lenient target takes them."""
    parts = re.split(r"\{[^}]*\}", operation.path.rstrip("/"))
    return re.compile("[^/]*".join(map(re.escape, parts)) + "/?", re.IGNORECASE)


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

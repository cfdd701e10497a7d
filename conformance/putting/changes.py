"""What a run is changing in a thing that was there before, as it was: looked after until it is put back.

Whoever changes a member puts it back by itself. Where the run is interrupted between the two, where an answer was lost,
and where what was refused has changed something all the same, the end of the run does it.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.inputs.surface import Operation
from conformance.judgement.verdict import Lacking, NotThere, Unanswered
from conformance.planning.cases import Template, Value
from conformance.putting.belongings import accepted
from conformance.putting.facts import formed, objects, plain

if TYPE_CHECKING:
    from conformance.putting.bench import Bench


@dataclass(frozen=True, slots=True)
class Change:
    """Members of one thing as they were before `operation` went out to change them; `path` names the thing."""

    operation: Operation
    path: Mapping[str, Value]
    resource: str
    key: str
    before: Mapping[str, Any]


class Changes:
    """The changes of one run that are under way, for all its threads."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._open: dict[int, Change] = {}
        self._numbers = itertools.count()
        self._mutex = threading.Lock()

    def begin(self, change: Change) -> int:
        """Look after a change from now on; the number under which it is known."""
        with self._mutex:
            number = next(self._numbers)
            self._open[number] = change
            return number

    def end(self, number: int | None) -> None:
        """Everything is as it was before that change."""
        with self._mutex:
            if number is not None:
                self._open.pop(number, None)

    def put_back(self) -> list[str]:
        """Put back what is not as it was, and say what could not be put back."""
        things: dict[tuple[str, str, str], list[Change]] = {}
        for change in self._open.values():
            named = (change.operation.id, change.resource, str(formed(change.key, "digits")))
            things.setdefault(named, []).append(change)
        self._open.clear()
        left = []
        for changes in things.values():
            last = changes[0]
            try:
                found = self._put_back_one(last, {k: v for each in reversed(changes) for k, v in each.before.items()})
            except (Unanswered, Lacking, NotThere) as error:
                found = str(error)
            if found:
                left.append(f"{last.resource} {last.key}, which may be changed: {found}")
        return left

    def _put_back_one(self, change: Change, before: Mapping[str, Any]) -> str:
        bench = self._bench
        exchange = bench.read_one(change.resource, change.key, [], "see that it is as it was")
        if exchange is None:
            return "no operation reads it"
        shown = (each for each in objects(bench.document(exchange)) if before.keys() & each.keys())
        now = next(shown, {})
        other = [name for name in before if name in now and plain(now[name]) != plain(before[name])]
        if not other:
            return "" if now else "it cannot be read"
        template = putting_back(change.operation, change.path, before, other)
        if template is None or any(before[name] is None for name in other):
            return f"{', '.join(other)} had no value before"
        answer = bench.send(bench.request(template), "put back", [])
        return "" if accepted(answer) else f"putting back {', '.join(other)} was refused"


def putting_back(
    operation: Operation, path: Mapping[str, Value], before: Mapping[str, Any], names: Iterable[str]
) -> Template | None:
    """The request that gives members the values which they had; None where they had none.

    What can only be set together is set together.
    """
    values: dict[str, Value | None] = {}
    for name in names:
        if before.get(name) is not None:
            for each in (name, *operation.together.get(name, ())):
                if before.get(each) is not None:
                    values[f"body:{each}"] = Value("literal", literal=before[each])
    return Template(operation, dict(path)).setting(values) if values else None

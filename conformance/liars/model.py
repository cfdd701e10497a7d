"""What a liar and a variant are, and how a reference target is altered.

A *seam* of the reference target is one of its small methods. What stands in its place is a function that is given the
method which it replaces, the target, and the arguments: it is wrong (or merely different) about what it cares for, and
calls the method that it replaces for everything else.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from conformance.reference import Reference

Seam = Callable[..., Any]
Seams = Mapping[str, Seam]
Scope = Literal["everywhere", "one-operation", "one-parameter", "one-value", "one-code"]


class Altered(Reference):
    """A reference target with a place for what a wrong rule remembers: `notes` end with a reset, `counts` do not."""

    def __init__(self) -> None:
        self.counts: Counter[Hashable] = Counter()
        super().__init__()

    def reset(self) -> None:
        self.notes: dict[Hashable, Any] = {}
        super().reset()

    def times(self, *key: Hashable) -> int:
        """How often this was asked for the same key, this time included."""
        with self._lock:
            self.counts[key] += 1
            return self.counts[key]


@dataclass(frozen=True)
class Liar:
    """A target that is wrong on purpose.

    `breaks` names the requirements that it breaks. `logic` tells wrong logic from a layer over right answers.
    """

    id: str
    family: str
    sentence: str
    breaks: tuple[str, ...]
    scope: Scope
    logic: bool
    build: Callable[[], Reference]


@dataclass(frozen=True)
class Variant:
    """A target that differs from the reference and is as right. Two of one subject cannot be had at once."""

    id: str
    subject: str
    sentence: str
    layers: tuple[Seams, ...]

    def build(self) -> Reference:
        return altered(*self.layers)()


def altered(*layers: Seams) -> type[Altered]:
    """A class of targets with other seams; later layers lie over earlier ones."""
    made = Altered
    for layer in layers:
        methods = {name: _method(getattr(made, name), seam) for name, seam in layer.items()}
        made = cast(type[Altered], type("Altered", (made,), methods))
    return made


def _method(replaced: Callable[..., Any], seam: Seam) -> Callable[..., Any]:
    def method(self: Altered, *arguments: Any, **named: Any) -> Any:
        return seam(functools.partial(replaced, self), self, *arguments, **named)

    return method


def builder(*layers: Seams) -> Callable[[], Reference]:
    """Makes targets of one altered class, which is made when the first is wanted."""

    @functools.cache
    def class_() -> type[Altered]:
        return altered(*layers)

    return lambda: class_()()


def written(family: str, id_: str, scope: Scope, breaks: str, sentence: str, **seams: Seam) -> Liar:
    """A liar whose logic is wrong. `breaks` are requirement ids with blanks between them."""
    return Liar(id_, family, sentence, tuple(breaks.split()), scope, True, builder(seams))


def at(place: str, wrong: Seam) -> Seam:
    """What is wrong at one place only: `operation`, `operation.Parameter` or `.Parameter`."""
    operation, _, parameter = place.partition(".")

    def seam(right: Seam, target: Altered, where: Any, *rest: Any, **named: Any) -> Any:
        elsewhere = operation and getattr(where, "id", where) != operation
        if elsewhere or (parameter and getattr(rest[0], "name", rest[0]) != parameter):
            return right(where, *rest, **named)
        return wrong(right, target, where, *rest, **named)

    return seam


def always(answer: Any) -> Seam:
    """Decides the same whatever it is asked."""
    return lambda right, target, *arguments, **named: answer


def scope_of(place: str) -> Scope:
    """The scope of what is wrong at a place."""
    return "one-parameter" if "." in place else "one-operation" if place else "everywhere"

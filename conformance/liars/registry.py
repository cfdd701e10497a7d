"""Every liar by its id."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from . import (
    bounds,
    by_code,
    by_place,
    crashes,
    credentials,
    defaults,
    effects,
    enumerations,
    existence,
    formats,
    further,
    generated,
    near_misses,
    odd_requests,
    ownership,
    pairs,
    requireds,
    sequences,
    states,
    strictness,
    targets,
    unreadable,
    unsteadiness,
)
from .model import Liar

_GENERATED = (generated, by_code, by_place)
_WRITTEN = (
    formats,
    enumerations,
    bounds,
    requireds,
    existence,
    ownership,
    credentials,
    states,
    effects,
    sequences,
    unsteadiness,
    pairs,
    crashes,
    odd_requests,
    unreadable,
    targets,
    defaults,
    strictness,
    near_misses,
    further,
)


def _every() -> Iterator[Liar]:
    for module in (*_GENERATED, *_WRITTEN):
        yield from module.liars()


@functools.cache
def liars() -> Mapping[str, Liar]:
    """Every liar by its id, in an order that does not change. Two of one id are an error."""
    found: dict[str, Liar] = {}
    for liar in _every():
        if liar.id in found:
            raise ValueError(f"two liars are called {liar.id}")
        found[liar.id] = liar
    return MappingProxyType(found)

"""Conformant variants: targets that differ from the reference in what the contract leaves open.

Each is about one subject. Two variants of different subjects make a pair that is as right as each alone.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from .model import Variant
from .variant_answers import ANSWERS
from .variant_habits import HABITS
from .variant_order import ORDER
from .variant_values import VALUES


@functools.cache
def variants() -> Mapping[str, Variant]:
    """Every variant by its id."""
    rows = (*ANSWERS, *VALUES, *ORDER, *HABITS)
    return MappingProxyType({id_: Variant(id_, subject, sentence, (seams,)) for id_, subject, sentence, seams in rows})


def combine(*parts: Variant) -> Variant:
    """One variant that is all of these, the last on top."""
    return Variant(
        "+".join(part.id for part in parts),
        "+".join(part.subject for part in parts),
        " ".join(part.sentence for part in parts),
        tuple(layer for part in parts for layer in part.layers),
    )


def variant_pairs() -> Iterator[Variant]:
    """Every two variants that can be had at once."""
    for first, second in itertools.combinations(variants().values(), 2):
        if first.subject != second.subject:
            yield combine(first, second)

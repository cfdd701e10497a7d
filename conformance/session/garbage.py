"""When to look for garbage: what a run makes stays, so that looking through it again and again finds nothing."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: How many objects are made before they are looked through, and how much rarer older ones are: answers, which go
#: without a search, are most of what a case makes.
_THRESHOLDS = (20_000, 20, 50)


@contextmanager
def left_alone() -> Iterator[None]:
    """No search within. A plan is of many small things, all of which stay: each search would be longer than the last."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def seldom() -> Callable[[], None]:
    """From now on pass over all that is there, and look for new garbage seldom; what is answered puts that back."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    return lambda: gc.set_threshold(*before)

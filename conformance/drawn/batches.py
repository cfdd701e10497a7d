"""Runs of Hypothesis: batches of values that one seed always draws alike, and the smallest of those that fail.

Its settings are given to each run; no profile of Hypothesis is loaded or changed, and no database is kept.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import hypothesis
import hypothesis.errors
from hypothesis import strategies as st

from conformance.drawn.sources import WIDTH, Source, made


class Enough(BaseException):
    """Shrinking has taken as long as it may: what was found is small enough. Hypothesis lets it through."""


@dataclass(frozen=True, slots=True)
class Batches:
    """Batches of values: so many, of a size, always the same ones for one seed and name.

    A run of Hypothesis draws one batch: its first example is the simplest, its second a drawn one, and whatever came
    further would only vary that one.
    """

    sources: Sequence[Source]
    seed: int
    name: str
    number: int
    size: int

    def values(self) -> list[Any]:
        """All values, each once, in the order in which they are drawn."""
        found: dict[str, Any] = {}

        def keep(batch: list[Any]) -> bool:
            found.update({repr(value): value for value in batch if repr(value) not in found})
            return True

        strategy = self._strategy()
        for number in range(self.number):
            run(strategy, keep, self.seed, f"{self.name} {number}", 2)
        return list(found.values())

    def shrink(self, judge: Callable[[list[Any]], bool]) -> None:
        """Shrink the first batch that `judge` fails, by saying False. The last one it fails is then the smallest."""
        strategy = self._strategy()
        for number in range(self.number):
            if not run(strategy, judge, self.seed, f"{self.name} {number}", 2, shrinking=True):
                return

    def _strategy(self) -> st.SearchStrategy[list[Any]]:
        room = WIDTH * self.size
        return st.binary(min_size=room, max_size=room).map(self._values)

    def _values(self, drawn: bytes) -> list[Any]:
        return [made(self.sources, drawn[at : at + WIDTH]) for at in range(0, len(drawn), WIDTH)]


#: Seconds of computing that one run may spend on shrinking. A target that answers alike to nothing has no smallest request,
#: and some requests take long to draw: without a bound a case could take minutes.
PATIENCE = 1.5
#: Hypothesis changes what holds for the whole process, such as the limit of recursion: one thread draws at a time.
ALONE = threading.Lock()


def run(
    strategy: st.SearchStrategy[Any], judge: Callable[[Any], bool], seed: int, name: str, examples: int,
    shrinking: bool = False,
) -> bool:  # fmt: skip
    """Draw so many examples until one fails, which `judge` says by False; then shrink it. True where none failed.

    Only one thread draws at a time; while an example that shrinks is judged, others may.
    """
    digest = hashlib.sha256(name.encode()).digest()
    failed, began = False, time.thread_time()

    def fails(example: Any) -> bool:
        nonlocal failed
        if failed and time.thread_time() - began > PATIENCE:
            raise Enough
        if shrinking:
            ALONE.release()
        try:
            fine = judge(example)
        finally:
            if shrinking:
                ALONE.acquire()
        failed = failed or not fine
        return not fine

    phases = (hypothesis.Phase.generate, hypothesis.Phase.shrink) if shrinking else (hypothesis.Phase.generate,)
    settings = hypothesis.settings(
        max_examples=examples, phases=phases, database=None, deadline=None, derandomize=False, print_blob=False,
        verbosity=hypothesis.Verbosity.quiet,
    )  # fmt: skip
    with ALONE:
        try:
            hypothesis.find(strategy, fails, settings=settings, random=Random(seed ^ int.from_bytes(digest[:8], "big")))
        except (Enough, hypothesis.errors.Flaky):  # a target that is not steady was wrong all the same
            return False
        except (hypothesis.errors.NoSuchExample, hypothesis.errors.Unsatisfiable):
            return True  # where nothing fits, nothing is drawn
    return False

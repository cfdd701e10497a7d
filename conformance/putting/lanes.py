"""Lanes: several cases under way at once in one thread.

While one case waits for its answer, the next one is judged and built. Threads would do the same for a slow target, but
are in each other's way where an answer takes no longer than a case does; to go from lane to lane costs next to nothing.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Sequence

from greenlet import getcurrent, greenlet

#: The third lane fills what two leave of the wait for an answer; a fourth gains nothing.
LANES = 3


class Lanes:
    """Does jobs, in their order, as far as somebody waits for them. All of it belongs to one thread."""

    def __init__(self, jobs: Sequence[Callable[[], None]], number: int = LANES) -> None:
        self._jobs = iter(jobs)
        self._lanes: list[greenlet] = []
        self._next = 0
        for _ in range(number):
            lane = greenlet(self._work)
            lane.gr_context = contextvars.copy_context()
            self._lanes.append(lane)

    def step(self) -> bool:
        """Let one lane work until it waits for something, or has done a job; False once all is done.

        What a job raises comes here.
        """
        if not self._lanes:
            return False
        self._next = (self._next + 1) % len(self._lanes)
        lane = self._lanes[self._next]
        lane.parent = getcurrent()
        try:
            lane.switch()
        finally:
            if lane.dead:
                self._lanes.remove(lane)
        return True

    def pause(self) -> None:
        """Give way to the other lanes; called outside of the lanes it does nothing."""
        lane = getcurrent()
        if lane in self._lanes:
            assert lane.parent is not None
            lane.parent.switch()

    def give_way(self) -> None:
        """Let the other lanes go on, from outside of the lanes too."""
        if getcurrent() in self._lanes:
            self.pause()
        else:
            self.step()

    def _work(self) -> None:
        for job in self._jobs:
            job()
            self.pause()

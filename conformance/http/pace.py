"""What bounds the requests of a run: their rate, their number, and a target that has stopped answering."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import TypeGuard

from conformance.http.exchange import Request, Response, WireFault

#: Faults of these kinds in a row, with no response between, are taken for a dead target.
DEADLY = frozenset({"timeout", "connect", "name"})
DEADLY_NUMBER = 3
#: After so many busy answers that the API itself meant, the next is believed at once.
EARNEST = 5
#: Seconds before a busy target is asked again: what it says itself up to the bound, otherwise the default.
AGAIN_AFTER, AGAIN_BOUND = 0.2, 2.0
#: So much of a request-target tells which request it was.
_TOLD = 120


class Pace:
    """Hands out moments to send at, evenly spaced, to all threads alike. `rate` is in requests a second."""

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._gap = 1.0 / rate
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Come back when the next request may go out."""
        with self._lock:
            now = self._clock()
            moment = max(now, self._next)
            self._next = moment + self._gap
        # Sleeps may end early by a hair.
        while now < moment:
            self._sleep(moment - now)
            now = self._clock()


class Bounds:
    """Counts requests and faults over all threads, and says when no more are to be sent."""

    def __init__(self, max_requests: int | None = None) -> None:
        self.sent = 0
        self._left = max_requests
        self._lock = threading.Lock()
        self._row = 0
        self._first: Request | None = None
        self._dead: WireFault | None = None

    @property
    def dead(self) -> bool:
        """True once the target counts as dead; it stays so."""
        return self._dead is not None

    @property
    def fault(self) -> WireFault | None:
        """What a request gets that was admitted before the target was found dead, and has not gone out yet."""
        return self._dead

    def admit(self) -> WireFault | None:
        """Count one request that is about to be sent; the fault that it gets instead where it may not be sent."""
        with self._lock:
            if self._dead is not None:
                return self._dead
            if self._left is not None:
                if self._left <= 0:
                    return WireFault("budget", f"Not sent: the run may send {self.sent} requests, and has.")
                self._left -= 1
            self.sent += 1
        return None

    def note(self, outcome: Response | WireFault, request: Request, odd: bool = False) -> None:
        """Learn what became of a request; an odd one may go unanswered, and be what the target died of all the same."""
        if isinstance(outcome, Response):
            self._row, self._first = 0, None
            return
        with self._lock:
            self._first = self._first or request
            if outcome.kind in DEADLY and not odd:
                self._row += 1
                if self._row >= DEADLY_NUMBER and self._dead is None:
                    asked = f"{self._first.method} {self._first.target[:_TOLD]}"
                    said = f"the target had not answered {self._row} requests in a row; the first that it did not was {asked}"
                    self._dead = WireFault("dead", f"Not sent: {said}. {outcome.message}")


class Busy:
    """Knows a target that is busy by the status of its answers, unless the API itself means what it answers."""

    def __init__(self, statuses: frozenset[int], meant: Callable[[Response], bool]) -> None:
        self._statuses = statuses
        self._meant = meant
        self._earnest = 0

    def may_pass(self, outcome: Response | WireFault) -> TypeGuard[Response]:
        """Whether to ask again: no more where the API has meant it often enough."""
        if not isinstance(outcome, Response) or outcome.status not in self._statuses:
            return False
        return self._earnest < EARNEST or not self._meant(outcome)

    def told(self, outcome: Response | WireFault) -> Response | WireFault:
        """What is told of the last answer: the fault `busy`, or the answer itself."""
        if not isinstance(outcome, Response) or outcome.status not in self._statuses:
            return outcome
        if self._meant(outcome):
            self._earnest += 1
            return outcome
        said = f"{outcome.status} {outcome.reason}".strip()
        return WireFault("busy", f"The target answered {said}, also when it was asked again.")


def seconds_until_again(response: Response, now: Callable[[], float] = time.time) -> float:
    """How long to wait before a busy target is asked again, by its Retry-After and within the bounds."""
    value = (response.header("Retry-After") or "").strip()
    if value.isascii() and value.isdigit():
        # More digits than matter could be more than an int is parsed from.
        return min(float(value[:9]), AGAIN_BOUND)
    try:
        seconds = parsedate_to_datetime(value).timestamp() - now()
    except (ValueError, OverflowError):
        return AGAIN_AFTER
    return min(max(seconds, 0.0), AGAIN_BOUND)

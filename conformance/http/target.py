"""Targets: what requests are put to.

`HttpTarget` is a server behind a URL; `AppTarget` is the same without a network, over a function in this process. Both
take a `Request`, which names credentials, and give back an `Exchange`, which holds none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Protocol

from conformance.http.credentials import Credentials, authorization
from conformance.http.exchange import Exchange, Headers, Request, Response, WireFault
from conformance.http.pace import Bounds, Busy, Pace, seconds_until_again
from conformance.http.wire import Wire

#: Where a request takes less than this many seconds, sending several at once costs more than it gains.
WORTH_WAITING = 0.002
#: How many connections are tried beside each other; a target that serves so many is taken to serve more.
PROBED = 4
#: How long a further connection may stay without an answer while others are kept, in seconds.
PATIENCE = 2.0
_WITH_BODY = ("POST", "PUT", "PATCH")


class Target(Protocol):
    """Something that answers requests. No method raises for what a target does: that is a fault in the exchange."""

    @property
    def concurrency(self) -> int:
        """How many requests may be in flight at once."""

    @property
    def sent(self) -> int:
        """How many requests have been sent."""

    def send(self, request: Request) -> Exchange:
        """Send one request."""

    def send_all(self, requests: Sequence[Request]) -> list[Exchange]:
        """Send requests that do not depend on each other; their exchanges, in the order of the requests."""

    def together(self, requests: Sequence[Request]) -> list[Exchange]:
        """Send a few requests at the same moment, each over a connection of its own."""

    def send_odd(self, request: Request) -> Exchange:
        """Send what a server may well choke on: it gets less time, and its silence does not make the target dead."""

    def see_how_many_it_serves(self, request: Request, latency: float) -> None:
        """Find out how many requests may be under way at once, and keep to that from then on."""

    def while_waiting(self, work: Callable[[], None]) -> None:
        """Call `work` each time that a request is out and its answer is to come."""

    def close(self) -> None:
        """Let go of connections and threads."""


class _Vault:
    """The header fields of each credentials name, worked out once.

    LookupError: the profile has no such credentials; ValueError: they cannot be spoilt that way.
    """

    def __init__(self, credentials: Mapping[str, Credentials]) -> None:
        self._credentials = credentials
        self._fields: dict[str, Headers] = {}

    def headers(self, request: Request) -> Headers:
        """The header fields of a request, its credentials among them."""
        name = request.credentials
        fields = self._fields.get(name)
        if fields is None:
            fields = self._fields[name] = authorization(self._credentials, name)
        return request.headers + fields if fields else request.headers


class HttpTarget:
    """A server behind a wire.

    `rate` is in requests a second over all threads; after `max_requests` requests each further one gets the fault
    `budget`. A response whose status is in `again` is asked for once more after a pause, and is then the fault `busy`,
    unless `meant` says that the API itself answers so.
    After three requests in a row that nobody answered the target counts as dead, and gets no more.
    """

    def __init__(
        self,
        wire: Wire,
        vault: Mapping[str, Credentials],
        *,
        concurrency: int = 4,
        rate: float | None = None,
        max_requests: int | None = None,
        again: frozenset[int] = frozenset(),
        meant: Callable[[Response], bool] = lambda response: False,
    ) -> None:
        self.concurrency = concurrency
        self._wire = wire
        self._vault = _Vault(vault)
        self._pace = Pace(rate) if rate else None
        self._bounds = Bounds(max_requests)
        self._busy = Busy(again, meant)
        self._usual = WORTH_WAITING
        self._pool: ThreadPoolExecutor | None = None
        self._pool_lock = threading.Lock()

    @property
    def sent(self) -> int:
        return self._bounds.sent

    @property
    def dead(self) -> bool:
        """True once the target has stopped answering."""
        return self._bounds.dead

    def send(self, request: Request) -> Exchange:
        headers = self._vault.headers(request)
        outcome, started, elapsed = self._attempt(request, headers)
        if self._busy.may_pass(outcome):
            time.sleep(seconds_until_again(outcome))
            outcome, started, elapsed = self._attempt(request, headers)
        outcome = self._busy.told(outcome)
        if isinstance(outcome, Response):
            return Exchange(request, outcome, None, started, elapsed)
        return Exchange(request, None, outcome, started, elapsed)

    def send_all(self, requests: Sequence[Request]) -> list[Exchange]:
        todo = enumerate(requests)
        results: list[Any] = [None] * len(requests)
        workers = min(self.concurrency, len(requests)) - 1
        lock = threading.Lock()
        helping: list[Future[None]] = []
        try:
            # This thread works too, and calls others in only where the target takes its time.
            for index, request in _shared(todo, lock):
                if workers > 0 and not helping and self._usual >= WORTH_WAITING:
                    executor = self._executor()
                    helping = [executor.submit(self._work, todo, lock, results) for _ in range(workers)]
                results[index] = self.send(request)
        finally:
            with lock:
                for _ in todo:  # nothing is left to the others after an error
                    pass
            for each in helping:
                each.result()
        return results

    def together(self, requests: Sequence[Request]) -> list[Exchange]:
        start = threading.Barrier(len(requests))
        # A server that serves one connection at a time must be rid of each before it can turn to the next.
        self._wire.let_go()
        closing = [replace(each, headers=(*each.headers, ("Connection", "close"))) for each in requests]

        def send(request: Request) -> Exchange:
            start.wait()
            return self.send(request)

        with ThreadPoolExecutor(len(requests), thread_name_prefix="together") as pool:
            return list(pool.map(send, closing))

    def send_odd(self, request: Request) -> Exchange:
        refusal = self._bounds.admit()
        started = time.time()
        if refusal is not None:
            return Exchange(request, None, refusal, started)
        self._wire.let_go()
        headers = (*self._vault.headers(request), ("Connection", "close"))
        outcome, elapsed = self._wire.send(
            request.method, request.target, headers, request.body, beside=min(self._wire.timeout, PATIENCE)
        )
        self._bounds.note(outcome, request, odd=True)
        if isinstance(outcome, Response):
            return Exchange(request, outcome, None, started, elapsed)
        return Exchange(request, None, outcome, started, elapsed)

    def see_how_many_it_serves(self, request: Request, latency: float) -> None:
        """Ask beside the kept connections, one more each time, until nobody answers; answers take `latency` seconds."""
        patience = max(PATIENCE, 4 * latency)
        for kept in range(1, min(self.concurrency, PROBED)):
            if not self._wire.keeps or self._bounds.admit() is not None:
                return
            head = request.method, request.target, self._vault.headers(request)
            outcome, _ = self._wire.send(*head, request.body, beside=patience)
            if isinstance(outcome, WireFault) and outcome.kind == "timeout":
                self.concurrency = kept
                return

    def while_waiting(self, work: Callable[[], None]) -> None:
        self._wire.meanwhile = work

    def close(self) -> None:
        with self._pool_lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
        self._wire.close()

    def _attempt(self, request: Request, headers: Headers) -> tuple[Response | WireFault, float, float]:
        refusal = self._bounds.admit()
        if refusal is None and self._pace is not None:
            self._pace.wait()
            # Others may have found out while this one waited.
            refusal = self._bounds.fault
        started = time.time()
        if refusal is not None:
            return refusal, started, 0.0
        outcome, elapsed = self._wire.send(request.method, request.target, headers, request.body)
        self._bounds.note(outcome, request)
        self._usual += (elapsed - self._usual) / 8
        return outcome, started, elapsed

    def _work(self, todo: Iterator[tuple[int, Request]], lock: threading.Lock, results: list[Any]) -> None:
        for index, request in _shared(todo, lock):
            results[index] = self.send(request)

    def _executor(self) -> ThreadPoolExecutor:
        with self._pool_lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.concurrency, thread_name_prefix="target")
            return self._pool


class Answerer(Protocol):
    """A function that answers as a server would; the answer has `status`, `headers` and `body`."""

    def __call__(self, method: str, target: str, headers: Headers, body: bytes, /) -> Any: ...


class AppTarget:
    """A function of this process as a target: one request at a time, no network.

    The function gets the header fields of the request, its credentials, and Content-Length where a wire would add it.
    What it raises is the fault `reset`.
    """

    concurrency = 1

    def __init__(self, respond: Answerer, vault: Mapping[str, Credentials], *, max_requests: int | None = None) -> None:
        self._respond = respond
        self._vault = _Vault(vault)
        self._bounds = Bounds(max_requests)

    @property
    def sent(self) -> int:
        return self._bounds.sent

    def send(self, request: Request) -> Exchange:
        headers = self._vault.headers(request)
        refusal = self._bounds.admit()
        if refusal is not None:
            return Exchange(request, None, refusal, time.time())
        body = request.body
        if (body or request.method in _WITH_BODY) and request.header("Content-Length") is None:
            headers += (("Content-Length", str(len(body))),)
        started = time.time()
        began = time.perf_counter()
        try:
            answer = self._respond(request.method, request.target, headers, body)
        except Exception as error:  # a server would have dropped the connection
            fault = WireFault("reset", f"The application raised {type(error).__name__}: {error}.")
            return Exchange(request, None, fault, started, time.perf_counter() - began)
        status = answer.status
        bodiless = request.method == "HEAD" or status in (204, 304) or status < 200
        response = Response(status, "", tuple(answer.headers), b"" if bodiless else answer.body)
        return Exchange(request, response, None, started, time.perf_counter() - began)

    def send_odd(self, request: Request) -> Exchange:
        return self.send(request)

    def see_how_many_it_serves(self, request: Request, latency: float) -> None:
        pass

    def while_waiting(self, work: Callable[[], None]) -> None:
        pass

    def send_all(self, requests: Sequence[Request]) -> list[Exchange]:
        return [self.send(each) for each in requests]

    def together(self, requests: Sequence[Request]) -> list[Exchange]:
        return self.send_all(requests)

    def close(self) -> None:
        pass


def _shared(todo: Iterator[tuple[int, Request]], lock: threading.Lock) -> Iterator[tuple[int, Request]]:
    """What one of several threads takes from an iterator that they share."""
    while True:
        with lock:
            item = next(todo, None)
        if item is None:
            return
        yield item

"""Puts the cases of a run to the target, ahead of whoever asks for their results.

Where the target answers slowly, as many cases are under way at once as `http.concurrency` allows; where it answers at
once, threads would only be in each other's way, and each case is put when it is asked for. Cases with the same lock
take turns. Which cases run together makes no difference to a verdict.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from conformance.http.target import WORTH_WAITING
from conformance.judgement.verdict import ERROR, Result
from conformance.planning.cases import Case
from conformance.putting.bench import Bench
from conformance.putting.procedures import put


class Runner:
    """The results of cases, each put once."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self._futures: dict[str, Future[Result]] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._stopped = threading.Event()

    def start(self, cases: Sequence[Case], latency: float) -> None:
        """Begin with the cases, in their order, if the latency of the target in seconds makes that worth while."""
        if latency < WORTH_WAITING or self.bench.target.concurrency < 2:
            return
        self._pool = ThreadPoolExecutor(self.bench.target.concurrency, "case")
        for case in cases:
            self._futures[case.id] = Future()
        # What may upset a server comes last: if it dies of it, all else has been asked.
        for upsetting in (False, True):
            tasks: dict[str, list[Case]] = {}
            for case in cases:
                if case.may_upset is upsetting:
                    tasks.setdefault(f"lock {case.lock}" if case.lock else case.id, []).append(case)
            # Those that take turns make the longest chains: begun last, they would be under way when all else is done.
            for together in sorted(tasks.values(), key=len, reverse=True):
                self._pool.submit(self._put_all, [(case, self._futures[case.id]) for case in together])

    def result(self, case: Case) -> Result:
        """The result of a case, put now if it was not yet."""
        future = self._futures.get(case.id)
        if future is None:
            return self._put(case)
        try:
            return future.result()
        finally:
            del self._futures[case.id]  # exchanges are large, and nobody asks twice

    def stop(self) -> None:
        """Put no further case."""
        self._stopped.set()
        self.bench.stopping.set()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
        for future in self._futures.values():
            future.cancel()

    def _put_all(self, cases: Sequence[tuple[Case, Future[Result]]]) -> None:
        for case, future in cases:
            if self._stopped.is_set():
                return
            try:
                future.set_result(self._put(case))
            except BaseException as error:  # whoever asks for the result gets it
                future.set_exception(error)

    def _put(self, case: Case) -> Result:
        if self._stopped.is_set():
            return Result(case, ERROR, reason="the run was stopped before this case")
        with self.bench.turn(case.lock):
            return put(self.bench, case)

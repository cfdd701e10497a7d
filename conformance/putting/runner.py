"""Puts the cases of a run to the target, ahead of whoever asks for their results.

Where the target answers slowly, as many cases are under way at once as `http.concurrency` allows, each in a thread; where
it answers at once, a few lanes of this thread go on in turns. Cases with the same lock take turns. Which cases run together
makes no difference to a verdict.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from conformance.http.target import WORTH_WAITING
from conformance.judgement.verdict import ERROR, Result
from conformance.planning.cases import Case
from conformance.putting.bench import Bench
from conformance.putting.lanes import LANES, Lanes
from conformance.putting.procedures import DRAWN, put


class Runner:
    """The results of cases, each put once."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self._futures: dict[str, Future[Result]] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._lanes: Lanes | None = None
        #: What is to be put in lanes and was not asked for, and what became of it: futures would cost more than a case.
        self._planned: set[str] = set()
        self._done: dict[str, Result | Exception] = {}
        self._stopped = threading.Event()

    def start(self, cases: Sequence[Case], latency: float) -> None:
        """Begin with the cases, in their order; `latency` is that of the target, in seconds."""
        if self.bench.target.concurrency < 2:
            return
        if latency < WORTH_WAITING:
            self._start_lanes([case for case in cases if case.kind not in DRAWN])
        else:
            self._start_threads(cases)

    def _start_lanes(self, cases: Sequence[Case]) -> None:
        self._planned = {case.id for case in cases}
        number = min(LANES, self.bench.target.concurrency)
        self._lanes = Lanes([partial(self._put_in_lane, case) for case in cases], number)
        self.bench.target.while_waiting(self._lanes.pause)

    def _start_threads(self, cases: Sequence[Case]) -> None:
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
        if case.id in self._planned:
            return self._result_of_lanes(case)
        future = self._futures.get(case.id)
        if future is None:
            return self._put(case)
        try:
            return future.result()
        finally:
            del self._futures[case.id]  # exchanges are large, and nobody asks twice

    def _result_of_lanes(self, case: Case) -> Result:
        assert self._lanes is not None
        while case.id not in self._done:
            if not self._lanes.step():  # they were interrupted
                return self._put(case)
        self._planned.remove(case.id)
        found = self._done.pop(case.id)
        if isinstance(found, Exception):
            raise found
        return found

    def stop(self) -> None:
        """Put no further case; those under way come to their end."""
        self._stopped.set()
        self.bench.stopping.set()
        while self._lanes is not None and self._lanes.step():
            pass
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
        self._futures = {id_: future for id_, future in self._futures.items() if not future.cancel()}

    def _put_all(self, cases: Sequence[tuple[Case, Future[Result]]]) -> None:
        for case, future in cases:
            if self._stopped.is_set():
                return
            try:
                future.set_result(self._put(case))
            except BaseException as error:  # whoever asks for the result gets it
                future.set_exception(error)

    def _put_in_lane(self, case: Case) -> None:
        if self._stopped.is_set():
            return
        try:
            self._done[case.id] = self._put(case)
        except Exception as error:  # whoever asks for the result gets it
            self._done[case.id] = error

    def _put(self, case: Case) -> Result:
        if self._stopped.is_set():
            return Result(case, ERROR, reason="the run was stopped before this case")
        with self.bench.turn(case.lock, self._lanes.give_way if self._lanes is not None else None):
            return put(self.bench, case)

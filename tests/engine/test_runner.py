"""The runner: many cases under way at once make no difference to any verdict."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conformance.http.exchange import Exchange, Request, Response
from conformance.http.target import AppTarget, HttpTarget
from conformance.http.wire import Wire, WireOptions
from conformance.judgement.verdict import ERROR, Result
from conformance.liars import liars
from conformance.planning.cases import Case
from conformance.putting import procedures, serving
from conformance.putting.facts import Facts
from conformance.putting.lanes import LANES
from conformance.putting.runner import Runner
from conformance.reference import Reference

from .benches import Told, answer, bench_over, examination, verdicts

LATENCY = 0.003


class Slow(AppTarget):
    """A target of this process that answers many requests at once, each a little late."""

    def __init__(self, respond: Callable[..., Any], concurrency: int) -> None:
        super().__init__(respond, examination().profile.vault)
        self.concurrency = concurrency
        self._mutex = threading.Lock()
        self.under_way = self.most = 0

    def send(self, request: Request) -> Exchange:
        with self._mutex:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        try:
            time.sleep(LATENCY)
            return super().send(request)
        finally:
            with self._mutex:
                self.under_way -= 1


def sample() -> list[Case]:
    """A selection of cases: all that share something, and some of each chapter."""
    every = [c for c in examination().cases.values() if c.kind in ("refusal", "acceptance", "repetition", "anything")]
    return [case for index, case in enumerate(every) if index % 3 == 0 or case.lock]


def run(target: Slow, cases: list[Case]) -> dict[str, Result]:
    bench = bench_over(target)
    bench.facts = Facts.of(bench.profile)
    bench.discover()
    runner = Runner(bench)
    runner.start(cases, LATENCY)
    found = {case.id: runner.result(case) for case in cases}
    runner.stop()
    bench.clean_up()
    return found


@pytest.mark.parametrize("liar", ["", "status-404/ADDRESS_CANNOT_BE_DELETED", "deleted-readable/getAddress"])
def test_verdicts_are_the_same_with_one_request_in_flight_and_with_sixteen(liar: str) -> None:
    def build() -> Reference:
        made: Reference = liars()[liar].build() if liar else Reference()
        return made

    cases = sample()
    assert len(cases) > 200 and len({case.lock for case in cases if case.lock}) >= 3
    # Without a thread nothing can be in anything's way, so no time is lost on waiting.
    alone = bench_over(AppTarget(build().respond, examination().profile.vault))
    alone.discover()
    expected = {case.id: Runner(alone).result(case) for case in cases}
    target = Slow(build().respond, 16)
    found = run(target, cases)
    assert target.most > 8
    assert {id_: (each.verdict, each.violations and each.violations[0].requirement) for id_, each in found.items()} == {
        id_: (each.verdict, each.violations and each.violations[0].requirement) for id_, each in expected.items()
    }
    assert (verdicts(found)["fail"] > 0) == bool(liar)


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    there = serving.reference()
    yield there.url
    there.stop()


def test_a_served_target_passes_over_many_connections(served: str) -> None:
    run_ = examination()
    target = HttpTarget(Wire(served, WireOptions()), run_.profile.vault, concurrency=16)
    bench = bench_over(target)
    bench.discover()
    runner = Runner(bench)
    cases = sample()[::2]
    runner.start(cases, 1.0)
    found = {case.id: runner.result(case) for case in cases}
    runner.stop()
    bench.clean_up()
    target.close()
    assert verdicts(found) == {"pass": len(cases)} and bench.left_over == []


# Turns


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What was under way at the same time, in the place of what cases do."""
    told: dict[str, Any] = {
        "under_way": defaultdict(int),
        "most": defaultdict(int),
        "order": [],
        "mutex": threading.Lock(),
    }

    def put(bench: Any, case: Case) -> Result:
        with told["mutex"]:
            told["order"].append(case.id)
            for key in ("", case.lock or case.id):
                told["under_way"][key] += 1
                told["most"][key] = max(told["most"][key], told["under_way"][key])
        time.sleep(0.002)
        with told["mutex"]:
            for key in ("", case.lock or case.id):
                told["under_way"][key] -= 1
        return Result(case, "pass")

    monkeypatch.setattr("conformance.putting.runner.put", put)
    yield told


def test_cases_with_the_same_lock_take_turns_and_others_do_not(noted: dict[str, Any]) -> None:
    cases = sample()[:80] + [case for case in sample() if case.lock]
    cases = list(dict.fromkeys(case.id for case in cases))
    chosen = [examination().cases[each] for each in cases]
    runner = Runner(bench_over(Slow(Reference().respond, 16)))
    runner.start(chosen, 1.0)
    found = [runner.result(case).case.id for case in chosen]
    runner.stop()
    assert found == cases and sorted(noted["order"]) == sorted(cases)
    assert noted["most"][""] > 4
    assert {key: most for key, most in noted["most"].items() if key and most > 1} == {}


def test_each_case_is_put_once_in_whatever_order_results_are_asked_for(noted: dict[str, Any]) -> None:
    cases = sample()[:10]
    runner = Runner(bench_over(Slow(Reference().respond, 4)))
    runner.start(cases, 1.0)
    assert [runner.result(case).case for case in reversed(cases)] == list(reversed(cases))
    runner.stop()
    assert sorted(noted["order"]) == sorted(case.id for case in cases)


def test_what_may_upset_a_server_is_put_last(noted: dict[str, Any]) -> None:
    every = list(examination().cases.values())
    upsetting = [case for case in every if case.may_upset][:20]
    cases = [*upsetting, *(case for case in every if not case.may_upset and not case.lock)][:60]
    runner = Runner(bench_over(Slow(Reference().respond, 4)))
    runner.start(cases, 1.0)
    for case in cases:
        runner.result(case)
    runner.stop()
    last = {case.id for case in upsetting}
    assert len(upsetting) == 20 and not last & set(noted["order"][:36])


class Waiting(AppTarget):
    """A target of this process during whose answers the one thread has time for other work."""

    def __init__(self, respond: Callable[..., Any], concurrency: int = 16) -> None:
        super().__init__(respond, examination().profile.vault)
        self.concurrency = concurrency
        self.under_way = self.most = 0
        self.work: Callable[[], None] = lambda: None

    def while_waiting(self, work: Callable[[], None]) -> None:
        self.work = work

    def send(self, request: Request) -> Exchange:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        self.work()
        self.under_way -= 1
        return super().send(request)


@pytest.mark.parametrize(
    ("liar", "lanes"),
    [("", 2), ("", 3), ("status-404/ADDRESS_CANNOT_BE_DELETED", 3), ("deleted-readable/getAddress", 3)],
)
def test_verdicts_are_the_same_in_lanes(liar: str, lanes: int) -> None:
    def build() -> Reference:
        made: Reference = liars()[liar].build() if liar else Reference()
        return made

    cases = sample()
    alone = bench_over(AppTarget(build().respond, examination().profile.vault))
    alone.discover()
    expected = {case.id: Runner(alone).result(case) for case in cases}
    target = Waiting(build().respond, 2 if lanes == 2 else 16)
    bench = bench_over(target)
    bench.discover()
    runner = Runner(bench)
    runner.start(cases, 0.0001)
    found = {case.id: runner.result(case) for case in cases}
    runner.stop()
    bench.clean_up()
    assert target.most == lanes and bench.left_over == []
    assert {id_: (each.verdict, [v.requirement for v in each.violations]) for id_, each in found.items()} == {
        id_: (each.verdict, [v.requirement for v in each.violations]) for id_, each in expected.items()
    }
    assert (verdicts(found)["fail"] > 0) == bool(liar)


@pytest.fixture
def in_lanes(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What was under way at the same time in lanes, in the place of what cases do: each waits twice."""
    told: dict[str, Any] = {"under_way": [], "together": [], "ended": []}

    def put(bench: Any, case: Case) -> Result:
        told["under_way"].append(case)
        for _ in range(2):
            told["together"].append(tuple(told["under_way"]))
            bench.target.work()
        told["under_way"].remove(case)
        told["ended"].append(case.id)
        if case.id == told.get("interrupted"):
            raise KeyboardInterrupt
        return Result(case, "pass")

    monkeypatch.setattr("conformance.putting.runner.put", put)
    return told


def test_in_lanes_too_cases_with_the_same_lock_take_turns(in_lanes: dict[str, Any]) -> None:
    locked = [case for case in sample() if case.lock]
    drawn = [case for case in examination().cases.values() if case.kind in procedures.DRAWN]
    cases = [*locked, *sample()[:40], *(case for case in drawn if case.lock), *drawn[:4]]
    cases = [examination().cases[each] for each in dict.fromkeys(case.id for case in cases)]
    runner = Runner(bench_over(Waiting(Reference().respond)))
    runner.start(cases, 0.0001)
    assert [runner.result(case).case for case in cases] == cases
    runner.stop()
    assert max(map(len, in_lanes["together"])) == LANES
    for together in in_lanes["together"]:
        names = [name for case in together for name in case.lock.split()]
        assert len(names) == len(set(names))
        assert sum(case.kind in procedures.DRAWN for case in together) < 2


def test_an_interrupted_case_interrupts_at_once_and_the_other_lanes_come_to_their_end(in_lanes: dict[str, Any]) -> None:
    cases = [case for case in sample() if not case.lock][:10]
    in_lanes["interrupted"] = cases[LANES].id  # the first to end of the second round
    runner = Runner(bench_over(Waiting(Reference().respond)))
    runner.start(cases, 0.0001)
    with pytest.raises(KeyboardInterrupt):
        for case in cases:
            runner.result(case)
    under_way, ended = len(in_lanes["under_way"]), len(in_lanes["ended"])
    assert under_way == LANES - 1
    runner.stop()
    assert in_lanes["under_way"] == [] and len(in_lanes["ended"]) == ended + under_way
    result = runner.result(cases[9])
    assert result.verdict == ERROR and "stopped" in result.reason


def test_what_a_case_raises_in_a_lane_comes_to_who_asks_for_its_result(
    in_lanes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def put(bench: Any, case: Case) -> Result:
        raise RuntimeError(case.id)

    monkeypatch.setattr("conformance.putting.runner.put", put)
    runner = Runner(bench_over(Waiting(Reference().respond)))
    runner.start(sample()[:4], 0.0001)
    for case in sample()[:4]:
        with pytest.raises(RuntimeError, match=case.id.replace("+", r"\+")):
            runner.result(case)


def test_against_a_fast_target_no_thread_is_started(noted: dict[str, Any]) -> None:
    before = threading.active_count()
    runner = Runner(bench_over(Slow(Reference().respond, 16)))
    runner.start(sample()[:20], 0.0001)
    assert threading.active_count() == before and noted["order"] == []
    assert runner.result(sample()[0]).verdict == "pass" and len(noted["order"]) == 1
    runner.stop()


def test_after_a_stop_nothing_more_is_put(noted: dict[str, Any]) -> None:
    cases = sample()[:60]
    runner = Runner(bench_over(Slow(Reference().respond, 2)))
    runner.start(cases, 1.0)
    time.sleep(0.01)
    runner.stop()
    put = len(noted["order"])
    time.sleep(0.01)
    assert 0 < put < len(cases) and len(noted["order"]) == put
    fresh = Runner(runner.bench)
    fresh.stop()
    result = fresh.result(cases[0])
    assert result.verdict == ERROR and "stopped" in result.reason


def test_what_a_case_raises_comes_to_who_asks_for_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def put(bench: Any, case: Case) -> Result:
        raise RuntimeError(case.id)

    monkeypatch.setattr("conformance.putting.runner.put", put)
    cases = sample()[:4]
    runner = Runner(bench_over(Slow(Reference().respond, 4)))
    runner.start(cases, 1.0)
    for case in cases:
        with pytest.raises(RuntimeError, match=case.id.replace("+", r"\+")):
            runner.result(case)
    runner.stop()


# Procedures


def test_each_kind_of_case_has_a_procedure() -> None:
    for kind in {case.kind for case in examination().cases.values()}:
        assert callable(procedures.procedure(kind))
    for kind in procedures.KINDS:
        assert callable(procedures.procedure(kind))


def test_putting_a_case_raises_nothing_whatever_comes_back() -> None:
    odd = [
        Response(0),
        Response(999, "", (), b"\xff"),
        Response(200, "", (), b"[" * 5000),
        answer(200, {"AddressSid": None}),
        answer(500, {"ResponseStatus": None}),
        answer(200, [[[]]]),
        Response(101),
    ]
    for response in odd:
        bench = bench_over(Told(lambda request, response=response: response))
        for case in sample()[::5]:
            assert procedures.put(bench, case).case == case

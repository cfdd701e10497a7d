"""The pre-flight: whether a target can be examined at all, told in one sentence."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from conformance.errors import TargetError
from conformance.http.exchange import Exchange, Request, Response, WireFault
from conformance.http.target import HttpTarget
from conformance.http.wire import Wire, WireOptions
from conformance.putting.bench import Bench
from conformance.putting.preflight import examine

from .benches import Told, answer, bench_over, examination, reference_bench, refusal

URL = "http://127.0.0.1:8080"


def refused(bench: Bench) -> str:
    with pytest.raises(TargetError) as caught:
        examine(bench, URL)
    text = str(caught.value)
    assert "\n" not in text and text.startswith(URL)
    return text


@pytest.mark.parametrize(
    ("kind", "mend"),
    [
        ("name", "correct the host"),
        ("connect", "start the target"),
        ("tls", "ca_file"),
        ("timeout", "timeout"),
        ("reset", "https"),
        ("not-http", "https"),
        ("too-large", "names an API"),
        ("busy", "rate"),
        ("budget", "max_requests"),
        ("dead", "start the target"),
    ],
)
def test_a_fault_of_the_wire_is_told_once_with_what_mends_it(kind: str, mend: str) -> None:
    target = Told(lambda request: WireFault(kind, "It went wrong."))
    text = refused(bench_over(target))
    assert "It went wrong" in text and mend in text
    assert len(target.requests) <= 4


def test_refused_credentials_are_told_once_with_where_they_stand() -> None:
    target = Told(lambda request: refusal("UNAUTHORIZED", status=401))
    text = refused(bench_over(target))
    assert "refuses the credentials" in text and "[credentials.owner]" in text and "CONFORMANCE_PASSWORD" in text
    assert 1 <= len(target.requests) <= 3
    assert examination().profile.vault["owner"].password not in text


def test_one_operation_that_refuses_the_credentials_is_a_finding_and_not_the_end() -> None:
    first: list[Request] = []

    def respond(request: Request) -> Response:
        first.append(request)
        return refusal("UNAUTHORIZED", status=401) if len(first) == 1 else answer(200, {})

    assert examine(bench_over(Told(respond)), URL) >= 0


@pytest.mark.parametrize(
    "response",
    [Response(500), Response(404, "", (), b"<html>"), Response(302, "", (("location", "/login"),)), Response(200),
     refusal("FORBIDDEN", status=403)],
)  # fmt: skip
def test_a_target_that_answers_wrongly_can_be_examined(response: Response) -> None:
    assert examine(bench_over(Told(lambda request: response)), URL) >= 0


def test_the_pre_flight_reads_and_costs_next_to_nothing() -> None:
    target = Told(lambda request: answer(200, {}))
    examine(bench_over(target), URL)
    assert len(target.requests) == 2
    assert {(each.method, each.credentials) for each in target.requests} == {("GET", "owner"), ("GET", "nobody")}


def test_without_credentials_the_target_is_asked_as_nobody() -> None:
    run = examination()
    target = Told(lambda request: refusal("UNAUTHORIZED", status=401))
    bench = Bench(run.contract, run.surface, replace(run.profile, credentials={}, facts={}), target)
    examine(bench, URL)
    assert {each.credentials for each in target.requests} == {"nobody"}


def test_the_latency_of_the_target_is_measured() -> None:
    assert 0 < examine(reference_bench(), URL) < 0.5


class Timed(Told):
    """A target whose answers to right requests take what is said, and to the wrong one no time at all."""

    def __init__(self, *seconds: float) -> None:
        super().__init__(lambda request: answer(200, {}))
        self.seconds = seconds

    def send(self, request: Request) -> Exchange:
        right = sum(each.credentials == "owner" for each in self.requests)
        exchange = super().send(request)
        elapsed = self.seconds[min(right, len(self.seconds) - 1)] if request.credentials == "owner" else 0.0001
        return replace(exchange, elapsed=elapsed)


@pytest.mark.parametrize(
    ("seconds", "latency", "requests"),
    [
        ((0.0005,), 0.0005, 2),
        ((0.005, 0.0005), 0.0005, 3),  # the first one opens a connection
        ((0.005, 0.004, 0.006), 0.004, 4),
        ((0.2,), 0.2, 2),  # whatever stands before it answers at once
    ],
)
def test_the_latency_is_that_of_right_requests(seconds: tuple[float, ...], latency: float, requests: int) -> None:
    target = Timed(*seconds)
    assert examine(bench_over(target), URL) == latency
    assert len(target.requests) == requests


def test_nothing_that_listens_is_told_as_such() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        target = HttpTarget(Wire(url, WireOptions(timeout=2)), examination().profile.vault)
        with pytest.raises(TargetError, match=f"^{url} cannot be examined: .*To mend it: start the target"):
            examine(bench_over(target), url)
        target.close()

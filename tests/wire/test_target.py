"""Targets: credentials, order, rate, budget, a second try, and a target that has stopped answering."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import pytest

from conformance.http.credentials import Credentials
from conformance.http.exchange import Headers, Request, Response, WireFault
from conformance.http.pace import Bounds, Pace, seconds_until_again
from conformance.http.target import AppTarget, HttpTarget, Target
from conformance.http.wire import Wire, WireOptions

from .scripted import LIFE, Peer, Scripted, always, answer, once

VAULT = {"owner": Credentials("me", "secret")}
OWNED = "Authorization: Basic bWU6c2VjcmV0"
AGAIN = frozenset({429, 502, 503, 504})


def echo(peer: Peer) -> None:
    while request := peer.request():
        peer.send(answer(request.split(b" ")[1]))


def numbered(count: int) -> list[Request]:
    return [Request("GET", f"/{number}") for number in range(count)]


def test_credentials_are_sent_and_not_kept() -> None:
    with Scripted(echo) as server:
        target: Target = HttpTarget(Wire(server.url), VAULT)
        before = time.time()
        exchange = target.send(Request("GET", "/x", (("X-A", "1"),)))
        target.send(Request("GET", "/x", credentials="nobody"))
        target.send(Request("GET", "/x", credentials="owner:nothing"))
        target.close()
    assert OWNED in server.requests[0].decode()
    assert b"Authorization" not in server.requests[1]
    assert b"Authorization: Basic\r\n" in server.requests[2]
    assert exchange.response == Response(200, "OK", (("Content-Length", "2"),), b"/x")
    assert "secret" not in repr(exchange) and "bWU6c2VjcmV0" not in repr(exchange)
    assert exchange.elapsed > 0 and before <= exchange.started <= time.time()
    with pytest.raises(LookupError):
        target.send(Request("GET", "/x", credentials="limited"))


def test_exchanges_come_in_the_order_of_the_requests() -> None:
    together = threading.Barrier(4)

    def script(peer: Peer) -> None:
        while request := peer.request():
            together.wait(LIFE)  # comes to pass only if four are in flight at once
            peer.pause(0.002 * (int(request.split(b" ")[1][1:]) % 3))
            peer.send(answer(request.split(b" ")[1]))

    with Scripted(script) as server:
        target = HttpTarget(Wire(server.url), VAULT, concurrency=4)
        requests = numbered(40)
        exchanges = target.send_all(requests)
        target.close()
        assert [each.request for each in exchanges] == requests
        assert [each.response and each.response.body for each in exchanges] == [
            each.target.encode() for each in requests
        ]
        assert target.sent == 40
        assert server.connections == 4


def test_no_more_are_in_flight_than_the_concurrency_allows() -> None:
    flying, most, lock = 0, 0, threading.Lock()

    def script(peer: Peer) -> None:
        nonlocal flying, most
        while peer.request():
            with lock:
                flying += 1
                most = max(most, flying)
            peer.pause(0.01)
            with lock:
                flying -= 1
            peer.send(answer())

    with Scripted(script) as server:
        target = HttpTarget(Wire(server.url), VAULT, concurrency=3)
        target.send_all(numbered(30))
        target.send_all(numbered(30))
    assert most == 3


def test_send_all_passes_on_an_error_of_the_caller_and_stops() -> None:
    with Scripted(echo) as server:
        target = HttpTarget(Wire(server.url), VAULT)
        wrong = [Request("GET", "/\u0100"), *numbered(2000)]
        with pytest.raises(ValueError):
            target.send_all(wrong)
        assert target.sent < 1000
        assert target.send_all([]) == []


def test_a_pace_is_kept_over_all_threads() -> None:
    """Time stands still but for the sleeps, and each thread notes the moment that it may send at."""
    now, moments, lock = 0.0, [], threading.Lock()

    def sleep(seconds: float) -> None:
        nonlocal now
        with lock:
            now += seconds

    pace = Pace(20.0, lambda: now, sleep)

    def work() -> None:
        for _ in range(25):
            pace.wait()
            with lock:
                moments.append(now)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(moments) == 100
    assert now >= 99 / 20.0 - 1e-6
    for number, moment in enumerate(sorted(moments)):
        assert moment >= number / 20.0 - 1e-6


def test_the_rate_holds_on_the_wire() -> None:
    with Scripted(echo) as server:
        target = HttpTarget(Wire(server.url), VAULT, concurrency=8, rate=50.0)
        began = time.monotonic()
        target.send_all(numbered(11))
        assert time.monotonic() - began >= 10 / 50.0


def test_the_budget_is_never_exceeded() -> None:
    with Scripted(echo) as server:
        target = HttpTarget(Wire(server.url), VAULT, concurrency=6, max_requests=25)
        exchanges = target.send_all(numbered(60))
        kinds = [each.fault.kind for each in exchanges if each.fault]
        assert kinds == ["budget"] * 35
        assert target.sent == len(server.requests) == 25


@pytest.mark.parametrize("status", sorted(AGAIN))
def test_a_busy_target_is_asked_once_more(status: int) -> None:
    busy = answer(b"", f"{status} Busy", "Retry-After: 0")

    def script(peer: Peer) -> None:
        for data in (busy, answer(b"right"), busy, busy, answer()):
            peer.request()
            peer.send(data)

    with Scripted(script) as server:
        target = HttpTarget(Wire(server.url), VAULT, again=AGAIN)
        first, second = target.send(Request("GET", "/")), target.send(Request("POST", "/"))
        assert first.response is not None and first.response.body == b"right"
        assert second.fault is not None and second.fault.kind == "busy" and str(status) in second.fault.message
        assert target.sent == len(server.requests) == 4


def test_a_busy_status_that_the_api_means_is_an_answer() -> None:
    with Scripted(always(answer(b"own", "503 Busy"))) as server:
        target = HttpTarget(Wire(server.url), VAULT, again=AGAIN, meant=lambda response: response.body == b"own")
        exchange = target.send(Request("GET", "/"))
        assert exchange.response is not None and exchange.response.status == 503
        assert target.sent == 2  # it might have passed
        for _ in range(4):
            target.send(Request("GET", "/"))
        assert target.sent == 10
        target.send(Request("GET", "/"))
        assert target.sent == 11  # and it never does


def test_a_busy_status_is_an_ordinary_one_where_the_caller_does_not_name_it() -> None:
    with Scripted(always(answer(b"", "503 Busy"))) as server:
        exchange = HttpTarget(Wire(server.url), VAULT).send(Request("GET", "/"))
    assert exchange.response is not None and exchange.response.status == 503


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, 0.2),
        ("1", 1.0),
        ("0", 0.0),
        ("3600", 2.0),
        ("9" * 5000, 2.0),
        ("soon", 0.2),
        ("-1", 0.2),
        ("1.5", 0.2),
        ("\xb2", 0.2),
        ("Thu, 01 Jan 1970 00:16:41 GMT", 1.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Thu, 01 Jan 2099 00:00:00 GMT", 2.0),
        ("Thu, 99 Jan 2099 00:00:00 GMT", 0.2),
    ],
)
def test_how_long_a_busy_target_is_left_alone(value: str | None, seconds: float) -> None:
    headers: Headers = () if value is None else (("retry-after", value),)
    assert seconds_until_again(Response(429, "", headers), lambda: 1000.0) == seconds


@pytest.mark.parametrize(
    ("serves", "wanted", "found"), [(1, 4, 1), (2, 4, 2), (3, 8, 3), (9, 8, 8), (2, 2, 2), (1, 1, 1)]
)
def test_no_more_is_asked_at_once_than_the_target_serves(
    serves: int, wanted: int, found: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that serves so many connections, each as long as its client keeps it."""
    monkeypatch.setattr("conformance.http.target.PATIENCE", 0.2)
    places = threading.Semaphore(serves)

    def script(peer: Peer) -> None:
        with places:
            while peer.request():
                peer.send(answer())

    with Scripted(script) as server:
        target = HttpTarget(Wire(server.url), VAULT, concurrency=wanted)
        target.send(Request("GET", "/"))
        target.see_how_many_it_serves(Request("GET", "/"), 0.001)
        assert target.concurrency == found
        assert all(each.response for each in target.send_all(numbered(20)))
        target.close()


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_target_that_has_stopped_answering_gets_no_more(concurrency: int) -> None:
    with Scripted(once(LIFE)) as server:
        target = HttpTarget(Wire(server.url, WireOptions(timeout=0.3)), VAULT, concurrency=concurrency)
        began = time.monotonic()
        exchanges = target.send_all(numbered(200))
        assert time.monotonic() - began < 3 * 0.3 + 0.3
        kinds = [each.fault.kind for each in exchanges if each.fault]
        assert len(kinds) == 200 and target.dead
        assert 3 <= kinds.count("timeout") <= 2 + concurrency
        assert set(kinds) == {"timeout", "dead"}
        assert target.send(Request("GET", "/")).fault is not None
        assert target.sent == kinds.count("timeout")


def test_a_response_between_shows_that_the_target_lives() -> None:
    def script(peer: Peer) -> None:
        while request := peer.request():
            if request.startswith(b"GET /hang"):
                peer.pause()
                return
            peer.send(answer())

    with Scripted(script) as server:
        target = HttpTarget(Wire(server.url, WireOptions(timeout=0.1)), VAULT)
        for path in ["/hang", "/hang", "/"] * 3:
            target.send(Request("GET", path))
        assert not target.dead
        assert target.sent == 9


def test_a_refused_connection_counts_and_a_reset_does_not() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.reset()

    bounds = Bounds()
    with Scripted(script) as server:
        outcome, _ = Wire(server.url).send("GET", "/")
        url = server.url
    for request in numbered(9):
        bounds.note(outcome, request)
    assert not bounds.dead
    target = HttpTarget(Wire(url), VAULT)
    assert [target.send(each).fault.kind for each in numbered(5)] == ["connect"] * 3 + ["dead"] * 2  # type: ignore[union-attr]


def test_a_dead_target_is_told_with_the_request_that_it_first_left_unanswered() -> None:
    bounds, fault = Bounds(), WireFault("connect", "No connection.")
    asked = numbered(6)
    bounds.note(fault, asked[0])
    bounds.note(Response(200, "", (), b""), asked[1])
    bounds.note(WireFault("reset", "Closed."), asked[2], odd=True)
    for request in asked[3:]:
        assert not bounds.dead
        bounds.note(fault, request)
    dead = bounds.admit()
    assert dead is not None and dead.unsent and f"GET {asked[2].target}." in dead.message


@dataclass
class Answered:
    status: int
    headers: Headers
    body: bytes


def test_an_application_is_a_target_too() -> None:
    got: list[tuple[str, str, Headers, bytes]] = []

    def respond(method: str, target: str, headers: Headers, body: bytes) -> Answered:
        got.append((method, target, headers, body))
        if target == "/fail":
            raise RuntimeError("odd")
        return Answered(204 if target == "/none" else 400, (("X", "1"),), b"\xff{}")

    target: Target = AppTarget(respond, VAULT, max_requests=5)
    first, none, head, failed, nobody, over = target.send_all(
        [
            Request("POST", "/\xe9", (("A", "b"),), b"{}"),
            Request("GET", "/none"),
            Request("HEAD", "/"),
            Request("GET", "/fail"),
            Request("GET", "/", credentials="nobody"),
            Request("GET", "/"),
        ]
    )
    name, value = OWNED.split(": ")
    assert got[0] == ("POST", "/\xe9", (("A", "b"), (name, value), ("Content-Length", "2")), b"{}")
    assert got[4][2] == ()
    assert first.response == Response(400, "", (("X", "1"),), b"\xff{}")
    assert none.response is not None and none.response.body == b""
    assert head.response is not None and head.response.body == b""
    assert failed.fault is not None and failed.fault.kind == "reset" and "RuntimeError: odd" in failed.fault.message
    assert nobody.response is not None
    assert over.fault is not None and over.fault.kind == "budget"
    assert (target.sent, target.concurrency) == (5, 1)
    target.close()


def test_an_application_and_a_server_get_the_same_answers() -> None:
    def respond(method: str, target: str, headers: Headers, body: bytes) -> Answered:
        return Answered(200, (("Content-Length", str(len(body))),), body)

    def script(peer: Peer) -> None:
        while request := peer.request():
            peer.send(answer(request.partition(b"\r\n\r\n")[2]))

    requests = [Request("POST", "/", (), body) for body in (b"", b"\x00\r\n\r\n", bytes(range(256)) * 99)]
    with Scripted(script) as server:
        far = HttpTarget(Wire(server.url), VAULT).send_all(requests)
    near = AppTarget(respond, VAULT).send_all(requests)
    assert [each.response and each.response.body for each in far] == [
        each.response and each.response.body for each in near
    ]

"""Whatever a server does, a request ends: with a response or a fault, in its time, within its bounds."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from collections.abc import Callable

import pytest

from conformance.http.answer import BODY_BOUND
from conformance.http.exchange import Response, WireFault
from conformance.http.wire import Wire, WireOptions

from .scripted import LIFE, Peer, Scripted, always, answer, once

TIMEOUT = 0.3
HEAD = b"HTTP/1.1 200 OK\r\n"


def sent_to(
    script: Callable[[Peer], object], method: str = "GET", body: bytes = b""
) -> tuple[Response | WireFault, float]:
    with Scripted(script) as server:
        wire = Wire(server.url, WireOptions(timeout=TIMEOUT))
        began = time.monotonic()
        outcome, elapsed = wire.send(method, "/", (), body)
        assert elapsed <= time.monotonic() - began
        wire.close()
    return outcome, elapsed


def trickle(prefix: bytes, rest: bytes, gap: float = 0.2) -> Callable[[Peer], object]:
    """The rest one byte at a time."""
    return once(prefix, *(step for byte in rest for step in (gap, bytes([byte]))))


def resets_late(peer: Peer) -> None:
    peer.request()
    peer.reset()


def torrent(prefix: bytes, piece: bytes) -> Callable[[Peer], object]:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(prefix)
        end = time.monotonic() + LIFE
        while time.monotonic() < end:
            peer.send(piece * (65536 // len(piece)))

    return script


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(lambda peer: peer.pause(), id="reads nothing"),
        pytest.param(once(LIFE), id="before the head"),
        pytest.param(once(b"HTTP/1.1 200 OK\r\nX-A: ", LIFE), id="within the head"),
        pytest.param(once(HEAD + b"Content-Length: 9\r\n\r\n", LIFE), id="after the head"),
        pytest.param(once(HEAD + b"Content-Length: 9\r\n\r\n1234", LIFE), id="within the body"),
        pytest.param(once(HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n", LIFE), id="between chunks"),
        pytest.param(once(HEAD + b"\r\nno length", LIFE), id="never closes"),
        pytest.param(once(b"HTTP/1.1 100 Continue\r\n\r\n", LIFE), id="after an interim response"),
        pytest.param(trickle(b"", answer()), id="trickles all of it"),
        pytest.param(trickle(HEAD, b"X" * 99, 0.05), id="trickles a header"),
        pytest.param(trickle(HEAD + b"Content-Length: 99\r\n\r\n", b"x" * 99), id="trickles a body"),
        pytest.param(once(*(b"HTTP/1.1 102 Processing\r\n\r\n", 0.05) * 15), id="trickles interim responses"),
    ],
)
def test_a_hang_ends_at_the_deadline(script: Callable[[Peer], object]) -> None:
    outcome, elapsed = sent_to(script)
    assert isinstance(outcome, WireFault) and outcome.kind == "timeout"
    assert TIMEOUT <= elapsed < TIMEOUT + 0.5
    assert "0.3 s" in outcome.message


def test_a_server_that_takes_no_body_ends_at_the_deadline() -> None:
    outcome, elapsed = sent_to(lambda peer: peer.pause(), "POST", b"x" * (16 << 20))
    assert isinstance(outcome, WireFault) and outcome.kind == "timeout"
    assert elapsed < TIMEOUT + 0.5


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        pytest.param(lambda peer: None, "reset", id="closes at once"),
        pytest.param(lambda peer: peer.reset(), "reset or connect", id="resets at once"),
        pytest.param(resets_late, "reset", id="resets after the request"),
        pytest.param(once(b"HTTP/1.1 200 O"), "reset", id="closes within the status line"),
        pytest.param(once(HEAD + b"Content-Le"), "reset", id="closes within the head"),
        pytest.param(once(HEAD + b"Content-Length: 9\r\n\r\n1234"), "reset", id="closes within the body"),
        pytest.param(once(HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\n12"), "reset", id="closes within a chunk"),
        pytest.param(once(b"hello\r\n\r\n"), "not-http", id="garbage"),
        pytest.param(once(b"SSH-2.0-OpenSSH_9.6\r\n"), "not-http", id="another protocol"),
        pytest.param(once(b"garbage\r\n" + answer()), "not-http", id="garbage before HTTP"),
        pytest.param(once(b"\x15\x03\x01\x00\x02\x02\x50"), "not-http", id="a TLS alert"),
        pytest.param(once(b"HTTP/1.1 99 Odd\r\n\r\n"), "not-http", id="status 99"),
        pytest.param(once(b"HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n"), "not-http", id="status 099"),
        pytest.param(once(b"HTTP/1.1 1000 Odd\r\n\r\n"), "not-http", id="status 1000"),
        pytest.param(once(b"HTTP/1.1 two Odd\r\n\r\n"), "not-http", id="a status in words"),
        pytest.param(once(HEAD + b"Content-Length: -5\r\n\r\n"), "not-http", id="a negative length"),
        pytest.param(once(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n12"), "not-http", id="two lengths"),
        pytest.param(once(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), "not-http", id="a bad chunk size"),
        pytest.param(once(HEAD + b"no colon\r\n\r\n"), "not-http", id="a header without a colon"),
        pytest.param(once(b"HTTP/1.1 100 C\r\n\r\n" * 100 + answer()), "not-http", id="too many interim responses"),
        pytest.param(torrent(HEAD + b"X: ", b"x"), "too-large", id="an endless header"),
        pytest.param(torrent(HEAD, b"X-A: 1\r\n"), "too-large", id="endless headers"),
        pytest.param(torrent(HEAD[:-2], b"K"), "too-large", id="an endless status line"),
        pytest.param(once(HEAD + b"A: b\r\n" * 201 + b"Content-Length: 0\r\n\r\n"), "too-large", id="201 headers"),
        pytest.param(once(HEAD + b"A: " + b"b" * 66000 + b"\r\n\r\n"), "too-large", id="a header of 66,000 bytes"),
        pytest.param(once(answer(b"plain", "200 OK", "Content-Encoding: gzip")), "not-http", id="no gzip at all"),
        pytest.param(
            once(answer(gzip.compress(b"x" * 99)[:-9], "200 OK", "Content-Encoding: gzip")),
            "not-http",
            id="half a gzip",
        ),
        pytest.param(
            once(answer(b"x", "200 OK", "Content-Encoding: gzip, gzip, gzip, gzip")), "not-http", id="gzip four times"
        ),
    ],
)
def test_a_fault_says_its_kind_in_a_sentence(script: Callable[[Peer], object], kind: str) -> None:
    outcome, elapsed = sent_to(script)
    assert isinstance(outcome, WireFault)
    # A reset may come before the connection is there for the one who asked for it, or after.
    assert outcome.kind in kind.split(" or ")
    assert outcome.message[0].isupper() and outcome.message.endswith(".") and "\n" not in outcome.message
    assert elapsed < TIMEOUT + 0.5


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome, _ = Wire(f"http://127.0.0.1:{port}").send("GET", "/")
    assert isinstance(outcome, WireFault) and outcome.kind == "connect"
    assert f"127.0.0.1 port {port}: connection refused" in outcome.message


def test_a_name_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    outcome, _ = Wire("http://nowhere.example").send("GET", "/")
    assert isinstance(outcome, WireFault) and outcome.kind == "name"
    assert "'nowhere.example'" in outcome.message


def test_a_name_server_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*args: object, flags: int = 0, **options: object) -> list[object]:
        if flags:
            raise socket.gaierror(socket.EAI_NONAME, "not a number")
        time.sleep(1)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    outcome, elapsed = Wire("http://slow.example", WireOptions(timeout=0.1)).send("GET", "/")
    assert isinstance(outcome, WireFault) and outcome.kind == "name"
    assert elapsed < 0.5


@pytest.mark.parametrize(
    ("prefix", "piece"),
    [
        pytest.param(HEAD + b"\r\n", b"x", id="until close"),
        pytest.param(HEAD + b"Content-Length: 9999999999\r\n\r\n", b"x", id="a long length"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"4\r\nxxxx\r\n", id="chunks"),
    ],
)
def test_an_endless_body_is_cut(prefix: bytes, piece: bytes) -> None:
    with Scripted(torrent(prefix, piece)) as server:
        outcome, _ = Wire(server.url, WireOptions(timeout=3.0)).send("GET", "/")
    assert isinstance(outcome, Response)
    assert outcome.truncated and outcome.body == b"x" * BODY_BOUND


def test_endless_chunk_extensions_are_cut() -> None:
    with Scripted(torrent(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a")) as server:
        outcome, _ = Wire(server.url, WireOptions(timeout=3.0)).send("GET", "/")
    assert isinstance(outcome, WireFault) or outcome.truncated


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_gzip_bomb_is_cut(layers: int) -> None:
    body = b"\0" * (40 << 20)
    for _ in range(layers):
        body = gzip.compress(body, 6)
    coding = ", ".join(["gzip"] * layers)
    with Scripted(once(answer(body, "200 OK", f"Content-Encoding: {coding}"))) as server:
        outcome, elapsed = Wire(server.url).send("GET", "/")
    assert isinstance(outcome, Response)
    assert outcome.truncated and outcome.body == b"\0" * BODY_BOUND
    assert elapsed < 1


def test_a_bomb_of_many_small_gzip_members_ends_soon() -> None:
    body = gzip.compress(b"") * 50_000
    with Scripted(once(answer(body, "200 OK", "Content-Encoding: gzip"))) as server:
        outcome, elapsed = Wire(server.url).send("GET", "/")
    assert isinstance(outcome, Response) and outcome.truncated
    assert elapsed < 1


def _gzipped(data: bytes) -> bytes:
    """The same at every time of day, since ids of tests are made of it."""
    return gzip.compress(data, mtime=0)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", _gzipped(b"right")),
        ("X-GZIP", _gzipped(b"right")),
        ("gzip", _gzipped(b"ri") + _gzipped(b"ght")),
        ("gzip", _gzipped(b"right") + b"\0" * 9),
        ("deflate", zlib.compress(b"right")),
        ("deflate", zlib.compress(b"right")[2:-4]),
        ("deflate, gzip", _gzipped(zlib.compress(b"right"))),
        ("identity", b"right"),
        ("", b"right"),
        ("unheard-of", b"right"),
    ],
)
def test_content_codings_are_decoded_though_none_was_asked_for(coding: str, body: bytes) -> None:
    outcome, _ = sent_to(once(answer(body, "200 OK", f"Content-Encoding: {coding}")))
    assert isinstance(outcome, Response)
    assert (outcome.body, outcome.truncated) == (b"right", False)


def test_status_999_and_a_head_without_a_reason_are_responses() -> None:
    outcome, _ = sent_to(once(answer(b"x", "999 Odd")))
    assert isinstance(outcome, Response) and (outcome.status, outcome.reason) == (999, "Odd")
    outcome, _ = sent_to(once(b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"))
    assert isinstance(outcome, Response) and (outcome.status, outcome.reason) == (200, "")


def test_bytes_of_other_alphabets_in_headers_are_kept() -> None:
    outcome, _ = sent_to(once(HEAD + b"X: \xff\xe9\r\nY:\r\nContent-Length: 0\r\n\r\n"))
    assert isinstance(outcome, Response)
    assert (outcome.header("x"), outcome.header("y")) == ("\xff\xe9", "")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_never_followed(status: int) -> None:
    with Scripted(always(answer(b"", f"{status} Elsewhere", "Location: /other"))) as server:
        outcome, _ = Wire(server.url).send("GET", "/")
        assert isinstance(outcome, Response) and outcome.status == status
        assert len(server.requests) == 1


@pytest.mark.parametrize("end", ["close", "reset later", "hang"])
def test_an_early_answer_to_a_big_body_is_read(end: str) -> None:
    def script(peer: Peer) -> None:
        peer.sock.recv(100)
        peer.send(answer(b"too large", "413 Content Too Large", "Connection: close"))
        if end == "close":
            peer.sock.shutdown(socket.SHUT_WR)
            while peer.sock.recv(65536):
                pass
        elif end == "reset later":
            peer.pause(0.1)
        else:
            peer.pause()

    with Scripted(script) as server:
        outcome, elapsed = Wire(server.url, WireOptions(timeout=1.0)).send("POST", "/", (), b"x" * (32 << 20))
    assert isinstance(outcome, Response), outcome
    assert (outcome.status, outcome.body) == (413, b"too large")
    assert elapsed < 0.9


@pytest.mark.parametrize("junk", [b"HT", b"{}", answer(b"stray"), b"\x00"])
def test_bytes_after_a_response_do_not_get_into_the_next(junk: bytes) -> None:
    with Scripted(always(answer(b"right") + junk)) as server:
        wire = Wire(server.url)
        for _ in range(3):
            outcome, _ = wire.send("GET", "/")
            assert isinstance(outcome, Response) and outcome.body == b"right"
        wire.close()
        assert server.connections == 3

"""What keeps a target from being examined is told in one message that says what mends it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from wire.scripted import Peer, Scripted, always, answer

from conformance.errors import ConfigurationError, TargetError
from conformance.putting import preflight
from conformance.session.examination import Choices, Examination

from .running import run

ENVELOPE = b'{"ResponseStatus":{"ErrorCode":"FORBIDDEN","Message":"no"}}'
PROFILE = """
[credentials.owner]
username = "somebody"
password = "a-secret-word"

[facts]
account = "A1"

[http]
timeout = 0.3
"""


def asked(tmp_path: Path, url: str, more: str = "", profile: str = PROFILE) -> float:
    (tmp_path / "profile.toml").write_text(profile + more, "utf-8")
    examination = Examination(Choices(url=url, profile=str(tmp_path / "profile.toml")))
    bench = examination.open(url)
    try:
        return preflight.examine(bench, url)
    finally:
        bench.target.close()


def message(tmp_path: Path, url: str, more: str = "", profile: str = PROFILE) -> str:
    with pytest.raises(TargetError) as error:
        asked(tmp_path, url, more, profile)
    text = str(error.value)
    assert text.startswith(url) and "\n" not in text and "a-secret-word" not in text
    return text


@contextmanager
def nobody_there() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


def test_connection(tmp_path: Path) -> None:
    with nobody_there() as url:
        text = message(tmp_path, url)
    assert "connection refused" in text and "start the target, or correct --target-url" in text


def test_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    text = message(tmp_path, "http://api.nowhere.invalid")
    assert "'api.nowhere.invalid'" in text and "correct the host in --target-url" in text


@pytest.mark.parametrize("url", ["api.example.com", "ftp://a", "http://", "http://a:b@c", "http://a/?q", "http://[::1"])
def test_url(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError):
        asked(tmp_path, url)


@contextmanager
def secure(names: tuple[str, ...], script: Callable[[Peer], object]) -> Iterator[tuple[str, trustme.CA]]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    with Scripted(script, tls=context) as server:
        yield server.url, authority


RIGHT = always(answer(b"[]", "200 OK", "Content-Type: application/json"))


def test_tls(tmp_path: Path) -> None:
    with secure(("127.0.0.1",), RIGHT) as (url, authority):
        text = message(tmp_path, url)
        assert "not trusted" in text and "[http] ca_file" in text and "verify = false" in text
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        asked(tmp_path, url, 'ca_file = "ca.pem"\n')
        asked(tmp_path, url, "verify = false\n")
        assert "says https where it must" in message(tmp_path, url.replace("https", "http"))
    with secure(("other.example",), RIGHT) as (url, authority):
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        assert "not trusted" in message(tmp_path, url, 'ca_file = "ca.pem"\n')

    def plain(peer: Peer) -> None:
        peer.sock.recv(9)
        peer.send(answer(b"", "400 Bad"))

    with Scripted(plain) as server:
        text = message(tmp_path, server.url.replace("http", "https"))
        assert "does not speak TLS" in text


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (always(b"SSH-2.0-OpenSSH_9.6\r\n"), "is not an HTTP/1.1 response"),
        (lambda peer: (peer.request(), peer.reset()), "see whether a proxy stands before the target"),
        (lambda peer: peer.pause(1), "raise [http] timeout"),
        (always(answer(b"", "503 Later", "Retry-After: 0")), "lower [http] rate, or wait"),
    ],
    ids=["another protocol", "resets", "hangs", "busy"],
)
def test_http(tmp_path: Path, script: Callable[[Peer], object], said: str) -> None:
    with Scripted(script) as server:
        assert said in message(tmp_path, server.url)


def test_credentials(tmp_path: Path) -> None:
    with Scripted(always(answer(ENVELOPE, "401 No"))) as server:
        text = message(tmp_path, server.url)
        assert "refuses the credentials" in text and "[credentials.owner]" in text and "CONFORMANCE_PASSWORD" in text
        token = PROFILE.replace('username = "somebody"\npassword = ', "token = ")
        text = message(tmp_path, server.url, profile=token)
        assert "CONFORMANCE_TOKEN" in text and "CONFORMANCE_PASSWORD" not in text


def test_a_budget_that_is_spent(tmp_path: Path) -> None:
    with Scripted(always(answer(ENVELOPE, "401 No"))) as server:
        text = message(tmp_path, server.url, "max_requests = 1\n")
    assert "refuses the credentials" in text


@pytest.mark.parametrize("status", ["400 Bad", "403 No", "404 Not", "500 Failed", "302 Found", "418 Odd"])
def test_a_target_that_refuses_a_right_request_is_examined(tmp_path: Path, status: str) -> None:
    with Scripted(always(answer(ENVELOPE, status))) as server:
        asked(tmp_path, server.url)
        # One to three right requests, as fast as the answers are, and a wrong one, over each of four connections.
        assert 5 <= len(server.requests) <= 7


def test_a_target_that_fails_at_one_thing_lives(tmp_path: Path) -> None:
    def script(peer: Peer) -> None:
        while request := peer.request():
            if peer.server.requests.index(request) == 0:
                return
            peer.send(answer(ENVELOPE, "400 Bad"))

    with Scripted(script) as server:
        asked(tmp_path, server.url)


def test_one_right_and_one_wrong_request(tmp_path: Path) -> None:
    with Scripted(RIGHT) as server:
        asked(tmp_path, server.url + "/base/path")
        first, second = server.requests[:2]
    assert first.startswith(b"GET /base/path/v2/") and b"Authorization: Basic " in first
    assert second.startswith(b"GET /base/path/ HTTP/1.1") and b"Authorization" not in second


def test_a_run_says_it_once_and_ends_with_6(tmp_path: Path) -> None:
    with nobody_there() as url:
        for options in ((), ("-n", "2")):
            found = run(tmp_path, f"--target-url={url}", "-q", *options)
            assert found.status == 6, found.output
            assert found.output.count("connection refused") <= 2 and "Traceback" not in found.output
            (case,) = found.testcases()
            assert [child.tag for child in case if child.tag != "properties"] == ["error"]

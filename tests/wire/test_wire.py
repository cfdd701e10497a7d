"""What goes out, what comes back from servers in order, and how connections are kept."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from conformance.errors import ConfigurationError
from conformance.http import connection as connection_module
from conformance.http.exchange import Response, WireFault
from conformance.http.url import parse_url, proxy_for
from conformance.http.wire import Wire, WireOptions

from .scripted import Peer, Scripted, always, answer, once

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def plain() -> Iterator[Scripted]:
    with Scripted(always(answer(b"right"))) as server:
        yield server


def right(outcome: tuple[Response | WireFault, float]) -> Response:
    assert isinstance(outcome[0], Response), outcome[0]
    return outcome[0]


# What goes out


@pytest.mark.parametrize(
    "target",
    ["/a%zz%2", "/a/../b", "/a//b?x=%zz&&y", "/caf\xe9?\xff", "*", "http://other.example/x", "/a b", "/?a=1#b", ""],
)
def test_the_request_target_goes_out_as_written(plain: Scripted, target: str) -> None:
    right(Wire(plain.url).send("GET", target))
    assert plain.requests[0].startswith(f"GET {target} HTTP/1.1\r\n".encode("latin-1"))


@pytest.mark.parametrize("method", ["get", "FOO", "F(O", "OPTIONS", "DELETE"])
def test_the_method_goes_out_as_written(plain: Scripted, method: str) -> None:
    right(Wire(plain.url).send(method, "/"))
    assert plain.requests[0].startswith(f"{method} / HTTP/1.1\r\n".encode())


def test_headers_go_out_as_written_and_what_lacks_is_added(plain: Scripted) -> None:
    headers = (("X-A", "1"), ("x-a", "\xe9\xff"), ("X-a", ""))
    right(Wire(plain.url, WireOptions(headers=(("X-Extra", "e"),))).send("POST", "/", headers, b"\x00\xff"))
    head, _, body = plain.requests[0].partition(b"\r\n\r\n")
    assert body == b"\x00\xff"
    lines = head.decode("latin-1").split("\r\n")[1:]
    assert lines[0] == f"Host: 127.0.0.1:{plain.port}"
    assert lines[-3:] == ["X-A: 1", "x-a: \xe9\xff", "X-a: "]
    assert sorted(line.split(":")[0] for line in lines[1:-3]) == [
        "Accept-Encoding",
        "Connection",
        "Content-Length",
        "User-Agent",
        "X-Extra",
    ]


def test_what_the_request_holds_itself_is_not_added(plain: Scripted) -> None:
    own = (
        ("host", "other.example"),
        ("CONNECTION", "close"),
        ("accept-encoding", "gzip"),
        ("user-agent", "me"),
        ("x-extra", "mine"),
    )
    right(Wire(plain.url, WireOptions(headers=(("X-Extra", "e"),))).send("GET", "/", own))
    lines = plain.requests[0].decode().split("\r\n")
    assert lines == ["GET / HTTP/1.1", *(f"{name}: {value}" for name, value in own), "", ""]


def test_content_length_stands_where_a_body_is_or_might_be(plain: Scripted) -> None:
    wire = Wire(plain.url)
    for method, body in [("GET", b""), ("DELETE", b""), ("GET", b"ab"), ("POST", b""), ("PUT", b""), ("PATCH", b"abc")]:
        right(wire.send(method, "/", (), body))
    lengths = [
        [line[16:] for line in each.split(b"\r\n") if line.startswith(b"Content-Length")] for each in plain.requests
    ]
    assert lengths == [[], [], [b"2"], [b"0"], [b"0"], [b"3"]]


@pytest.mark.parametrize("own", [("Content-Length", "99"), ("transfer-encoding", "chunked")])
def test_a_lying_length_and_raw_chunks_go_out_as_written(own: tuple[str, str]) -> None:
    got = []

    def script(peer: Peer) -> None:
        time.sleep(0.05)
        got.append(peer.sock.recv(65536))
        peer.send(answer())

    with Scripted(script) as server:
        right(Wire(server.url).send("POST", "/", (own,), b"2\r\n{}\r\n0\r\n\r\n"))
    head, _, body = got[0].partition(b"\r\n\r\n")
    assert body == b"2\r\n{}\r\n0\r\n\r\n"
    assert f"{own[0]}: {own[1]}".encode() in head
    assert (b"Content-Length: 1" in head) is False


def test_a_base_path_stands_in_front(plain: Scripted) -> None:
    wire = Wire(f"{plain.url}/base/caf\xe9/")
    right(wire.send("GET", "/v2/x"))
    right(wire.send("OPTIONS", "*"))
    assert plain.requests[0].startswith(b"GET /base/caf%C3%A9/v2/x HTTP/1.1\r\n")
    assert plain.requests[1].startswith(b"OPTIONS * HTTP/1.1\r\n")


def test_characters_beyond_one_byte_are_an_error_of_the_caller(plain: Scripted) -> None:
    with pytest.raises(ValueError):
        Wire(plain.url).send("GET", "/\u0100")


def test_head_and_body_go_out_together(plain: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    got = []

    def script(peer: Peer) -> None:
        got.append(peer.sock.recv(65536))
        peer.send(answer())

    with Scripted(script) as server:
        right(Wire(server.url).send("POST", "/", (), b"x" * 1000))
    assert got[0].endswith(b"\r\n\r\n" + b"x" * 1000)


def test_a_big_body_arrives_whole(plain: Scripted) -> None:
    body = bytes(range(256)) * (32 << 10)
    right(Wire(plain.url).send("POST", "/", (), body))
    assert plain.requests[0].endswith(b"\r\n\r\n" + body)


# What comes back


@pytest.mark.parametrize(
    ("data", "body", "kept"),
    [
        pytest.param(answer(b"right"), b"right", True, id="length"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\nright", b"right", False, id="until close"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nri\r\n3\r\nght\r\n0\r\nX-T: t\r\n\r\n",
            b"right",
            True,
            id="chunked",
        ),
        pytest.param(answer(b"right", version="HTTP/1.0"), b"right", False, id="HTTP/1.0"),
        pytest.param(answer(b"right", "200 OK", "Connection: close"), b"right", False, id="says that it closes"),
        pytest.param(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer(b"right"),
            b"right",
            True,
            id="interim responses",
        ),
        pytest.param(answer(b"right").replace(b"\r\n", b"\n"), b"right", True, id="line feeds alone"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", b"", True, id="204"),
        pytest.param(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", b"", True, id="304"),
        pytest.param(b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}", b"", False, id="204 with a body"),
        pytest.param(b"HTTP/1.1 101 Up\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nxyz", b"", False, id="101"),
    ],
)
def test_responses_of_all_framings(data: bytes, body: bytes, kept: bool) -> None:
    def script(peer: Peer) -> None:
        while peer.request():
            peer.send(data)
            if not kept:
                return

    with Scripted(script) as server:
        wire = Wire(server.url)
        for _ in range(3):
            response = right(wire.send("GET", "/"))
            assert (response.body, response.truncated) == (body, False)
            assert response.header("Link") is None and response.header("X-T") is None
        wire.close()
        assert server.connections == (1 if kept else 3)


def test_a_response_in_single_bytes_is_the_same() -> None:
    data = b"HTTP/1.1 100 C\r\n\r\n" + answer(b"right", "403 Not At All", "X-A: 1", "X-A: 2", "X-B:")

    def script(peer: Peer) -> None:
        peer.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer.request()
        for byte in data:
            peer.send(bytes([byte]))

    with Scripted(script) as server:
        response = right(Wire(server.url).send("GET", "/"))
    fields = (("X-A", "1"), ("X-A", "2"), ("X-B", ""), ("Content-Length", "5"))
    assert response == Response(403, "Not At All", fields, b"right")


def test_the_answer_to_head_has_no_body_and_the_connection_is_kept() -> None:
    def script(peer: Peer) -> None:
        while request := peer.request():
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + (b"" if request[:4] == b"HEAD" else b"right"))

    with Scripted(script) as server:
        wire = Wire(server.url)
        bodies = [right(wire.send(method, "/")).body for method in ("HEAD", "GET", "HEAD", "HEAD", "GET")]
        wire.close()
        assert bodies == [b"", b"right", b"", b"", b"right"]
        assert server.connections == 1


def test_a_body_in_the_answer_to_head_does_not_get_into_the_next() -> None:
    with Scripted(always(answer(b"right"))) as server:
        wire = Wire(server.url)
        assert right(wire.send("HEAD", "/")).body == b""
        assert right(wire.send("GET", "/")).body == b"right"


# How connections are kept


def test_a_connection_is_kept(plain: Scripted) -> None:
    wire = Wire(plain.url)
    for _ in range(20):
        right(wire.send("POST", "/", (), b"{}"))
    assert plain.connections == 1
    wire.close()
    right(wire.send("GET", "/"))
    right(wire.send("GET", "/"))
    assert plain.connections == 3


def test_an_idle_connection_is_not_used_for_long(plain: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(plain.url)
    right(wire.send("GET", "/"))
    monkeypatch.setattr(connection_module, "IDLE_BOUND", -1.0)
    right(wire.send("GET", "/"))
    assert plain.connections == 2


def test_a_server_that_closes_after_each_answer_without_saying_so() -> None:
    with Scripted(once(answer(b"right"))) as server:
        wire = Wire(server.url)
        for _ in range(20):
            right(wire.send("POST", "/", (), b"{}"))
        assert len(server.requests) == 20


@pytest.mark.parametrize("end", ["close", "reset"])
def test_a_kept_connection_that_ends_before_the_response_is_opened_anew_once(end: str) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        if peer.number == 0:
            peer.send(answer(b"first"))
            peer.sock.recv(65536)  # the next request is taken, and never answered
            if end == "reset":
                peer.reset()
        elif peer.number == 1:
            peer.send(answer(b"second"))
            peer.request()
        else:
            peer.reset()

    with Scripted(script) as server:
        wire = Wire(server.url)
        assert right(wire.send("GET", "/")).body == b"first"
        assert right(wire.send("GET", "/")).body == b"second"
        outcome, _ = wire.send("GET", "/")
        assert isinstance(outcome, WireFault) and outcome.kind == "reset"
        assert server.connections == 3


def test_a_new_connection_that_ends_before_the_response_is_not_opened_again() -> None:
    with Scripted(lambda peer: peer.request()) as server:
        outcome, _ = Wire(server.url).send("POST", "/")
        assert isinstance(outcome, WireFault) and outcome.kind == "reset"
        assert len(server.requests) == server.connections == 1


def test_threads_share_the_wire_and_get_their_own_answers() -> None:
    def script(peer: Peer) -> None:
        while request := peer.request():
            peer.send(answer(request.split(b" ")[1]))

    wrong: list[str] = []
    with Scripted(script) as server:
        wire = Wire(server.url)

        def work(name: int) -> None:
            for number in range(100):
                target = f"/{name}/{number}"
                if right(wire.send("GET", target)).body != target.encode():
                    wrong.append(target)

        threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert (wrong, len(server.requests)) == ([], 600)
        assert server.connections <= 6


def test_ipv6() -> None:
    try:
        server = Scripted(always(answer(b"right")), host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        assert right(Wire(server.url).send("GET", "/")).body == b"right"
        assert f"Host: [::1]:{server.port}\r\n".encode() in server.requests[0]


def test_each_address_of_a_name_is_tried(plain: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in (closed, plain.port)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: found)
    assert right(Wire("http://two.example").send("GET", "/")).body == b"right"


# TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def serving(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_tls_with_its_own_authority_keeps_connections(authority: trustme.CA, ca_file: str) -> None:
    body = b"x" * 300_000
    with Scripted(always(answer(body)), tls=serving(authority, "127.0.0.1")) as server:
        wire = Wire(server.url, WireOptions(ca_file=ca_file))
        for _ in range(5):
            assert right(wire.send("POST", "/", (), body)).body == body
        assert server.connections == 1
        assert b"Host: 127.0.0.1:" in server.requests[0]


def test_tls_names_the_host_to_the_server(authority: trustme.CA, ca_file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[str | None] = []
    context = serving(authority, "api.example")
    context.sni_callback = lambda sock, name, _: named.append(name)
    with Scripted(always(answer(b"right")), tls=context) as server:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: found)
        right(Wire(f"https://api.example:{server.port}", WireOptions(ca_file=ca_file)).send("GET", "/"))
    assert named == ["api.example"]


@pytest.mark.parametrize(
    ("name", "known", "words"),
    [("other.example", True, "not valid for '127.0.0.1'"), ("127.0.0.1", False, "the certificate is not trusted")],
)
def test_a_certificate_that_is_wrong_is_refused(
    authority: trustme.CA, ca_file: str, name: str, known: bool, words: str
) -> None:
    with Scripted(always(answer()), tls=serving(authority, name)) as server:
        outcome, _ = Wire(server.url, WireOptions(ca_file=ca_file if known else None)).send("GET", "/")
        assert isinstance(outcome, WireFault) and outcome.kind == "tls"
        assert words in outcome.message
        assert server.requests == []
        right(Wire(server.url, WireOptions(verify=False)).send("GET", "/"))


def test_a_client_certificate(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    context = serving(authority, "127.0.0.1")
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    mine = authority.issue_cert("client@example.org")
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    mine.cert_chain_pems[0].write_to_path(str(certificate))
    mine.private_key_pem.write_to_path(str(key))
    with Scripted(always(answer(b"right")), tls=context) as server:
        options = WireOptions(ca_file=ca_file, client_certificate=str(certificate), client_key=str(key))
        assert right(Wire(server.url, options).send("GET", "/")).body == b"right"
        outcome, _ = Wire(server.url, WireOptions(ca_file=ca_file)).send("GET", "/")
    assert isinstance(outcome, WireFault) and outcome.kind in ("tls", "reset")


def test_no_tls_where_tls_is_spoken_to(plain: Scripted) -> None:
    with Scripted(once(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        outcome, _ = Wire(server.url.replace("http:", "https:"), WireOptions(timeout=0.5)).send("GET", "/")
    assert isinstance(outcome, WireFault) and outcome.kind in ("tls", "timeout")


def test_a_tls_handshake_that_hangs_ends_at_the_deadline() -> None:
    with Scripted(lambda peer: peer.pause()) as server:
        outcome, elapsed = Wire(server.url.replace("http:", "https:"), WireOptions(timeout=0.3)).send("GET", "/")
    assert isinstance(outcome, WireFault) and outcome.kind == "timeout"
    assert elapsed < 0.8


@pytest.mark.parametrize(
    "options",
    [
        WireOptions(ca_file="/nowhere/ca.pem"),
        WireOptions(ca_file=__file__),
        WireOptions(client_certificate="/nowhere/c.pem"),
        WireOptions(client_certificate=__file__),
        WireOptions(client_key="/nowhere/k.pem"),
    ],
)
def test_files_that_cannot_be_used_are_named(options: WireOptions) -> None:
    with pytest.raises(ConfigurationError, match=r"'/.*' (cannot be used|is of no use)"):
        Wire("https://api.example", options)


# Proxies


def test_a_proxy_gets_the_absolute_form(plain: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://me:se%63ret@127.0.0.1:{plain.port}")
    right(Wire("http://api.example/base").send("GET", "/v2/x?y"))
    head = plain.requests[0].decode()
    assert head.startswith("GET http://api.example/base/v2/x?y HTTP/1.1\r\nHost: api.example\r\n")
    assert "Proxy-Authorization: Basic bWU6c2VjcmV0\r\n" in head


@pytest.mark.parametrize("target", ["http://127.0.0.1:9", "http://localhost", "http://[::1]", "http://in.example"])
def test_the_loopback_and_what_is_excepted_need_no_proxy(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "in.example")
    assert proxy_for(parse_url(target)) is None
    assert proxy_for(parse_url("http://out.example")) is not None


@pytest.mark.parametrize("status", ["200 Connection established", "407 Proxy Authentication Required"])
def test_a_tunnel_through_a_proxy(
    status: str, authority: trustme.CA, ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = serving(authority, "api.example")

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(f"HTTP/1.1 {status}\r\n\r\n".encode())
        if status[0] == "2":
            peer.sock = context.wrap_socket(peer.sock, server_side=True)
            always(answer(b"right"))(peer)

    with Scripted(script) as server:
        monkeypatch.setenv("https_proxy", f"127.0.0.1:{server.port}")
        outcome, _ = Wire("https://api.example", WireOptions(ca_file=ca_file)).send("GET", "/v2/x")
        assert server.requests[0].startswith(b"CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n")
        if status[0] == "2":
            assert isinstance(outcome, Response) and outcome.body == b"right"
            assert server.requests[1].startswith(b"GET /v2/x HTTP/1.1\r\nHost: api.example\r\n")
        else:
            assert isinstance(outcome, WireFault) and outcome.kind == "connect"
            assert "it answered 407" in outcome.message


@pytest.mark.parametrize("proxy", ["socks5://proxy.example:1080", "https://proxy.example", "http://:80"])
def test_a_proxy_that_cannot_be_used_is_named(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(ConfigurationError):
        Wire("http://api.example")


# URLs


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("http://api.example", ("http", "api.example", 80, "", "api.example")),
        ("HTTPS://API.example:443/", ("https", "api.example", 443, "", "api.example")),
        ("https://api.example.:8443/a//b/", ("https", "api.example", 8443, "/a//b", "api.example:8443")),
        ("http://[2001:DB8::1]:8080/v2", ("http", "2001:db8::1", 8080, "/v2", "[2001:db8::1]:8080")),
        ("http://[fe80::1%25eth0]", ("http", "fe80::1%eth0", 80, "", "[fe80::1]")),
        ("http://b\xfccher.example", ("http", "xn--bcher-kva.example", 80, "", "xn--bcher-kva.example")),
        ("http://127.0.0.1:1/%20", ("http", "127.0.0.1", 1, "/%20", "127.0.0.1:1")),
        ("http://a_b.example/@x", ("http", "a_b.example", 80, "/@x", "a_b.example")),
    ],
)
def test_right_urls(url: str, parts: tuple[str, str, int, str, str]) -> None:
    read = parse_url(url)
    assert (read.scheme, read.host, read.port, read.prefix, read.field) == parts


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "empty"),
        ("localhost:8080", "no scheme: write http://localhost:8080"),
        ("api.example/v2", "no scheme"),
        ("ftp://api.example", "scheme 'ftp'"),
        ("://api.example", "scheme ''"),
        ("http://", "no host"),
        ("http:///v2", "no host"),
        ("http://:80", "no host"),
        ("http://me:secret@api.example", "holds credentials: give them in the profile"),
        ("http://@api.example", "holds credentials"),
        ("http://api.example/#x", "fragment"),
        ("http://api.example/?x=1", "query"),
        ("http://api.example?", "query"),
        ("http://api.example:99999", "bad port"),
        ("http://api.example:0", "bad port"),
        ("http://api.example:", "bad port"),
        ("http://api.example:eighty", "bad port"),
        ("http://api.example:-1", "bad port"),
        ("http://[::1", "IPv6"),
        ("http://[1.2.3.4]", "IPv6"),
        ("http://[zz::1]", "IPv6"),
        ("http://2001:db8::1", "bad port"),
        ("http://a..b", "no right name"),
        ("http://api.example/a b", "blank"),
        ("http://api.example\n", "control character"),
    ],
)
def test_wrong_urls_are_refused_with_one_sentence(url: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_url(url)
    sentence = str(caught.value)
    assert words in sentence
    assert "secret" not in sentence and "\n" not in sentence and sentence.endswith(".")

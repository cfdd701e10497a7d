"""Ways of reaching a target that its URL, the profile and the environment choose, each with a whole examination."""

from __future__ import annotations

import base64
import socket
import ssl
from pathlib import Path

import pytest
import trustme
from wire.scripted import Peer, Scripted, always, answer

from conformance.putting import preflight
from conformance.putting.procedures import put
from conformance.session.examination import Choices, Examination

OWNER = '[credentials.owner]\nusername = "somebody"\npassword = "a-secret-word"\n[facts]\naccount = "A1"\n'
TOKEN = '[credentials.owner]\ntoken = "a-secret-token"\n[facts]\naccount = "A1"\n'
EMPTY = answer(b"[]", "200 OK", "Content-Type: application/json")
BASIC = b"Authorization: Basic " + base64.b64encode(b"somebody:a-secret-word") + b"\r\n"


def examined(tmp_path: Path, url: str, profile: str = OWNER, http: str = "", spec: str | None = None) -> None:
    """Pre-flight, discovery, and a case that reads."""
    (tmp_path / "profile.toml").write_text(f"{profile}\n[http]\ntimeout = 2\n{http}\n", "utf-8")
    examination = Examination(Choices(url=url, profile=str(tmp_path / "profile.toml"), spec=spec))
    bench = examination.open(url)
    try:
        preflight.examine(bench, url)
        bench.discover()
        case = next(each for each in examination.cases.values() if each.safety == "read" and each.chapter == "statuses")
        put(bench, case)
    finally:
        bench.target.close()


def test_a_base_path(tmp_path: Path) -> None:
    with Scripted(always(EMPTY)) as server:
        examined(tmp_path, server.url + "/a%20b/api/")
        assert all(request.split()[1].startswith(b"/a%20b/api/") for request in server.requests)


def test_an_authority_and_a_client_certificate(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    mine = authority.issue_cert("someone@example.com")
    mine.private_key_and_cert_chain_pem.write_to_path(tmp_path / "me.pem")
    with Scripted(always(EMPTY), tls=context) as server:
        examined(tmp_path, server.url, http='ca_file = "ca.pem"\nclient_certificate = "me.pem"')
        assert len(server.requests) > 2


def test_further_headers(tmp_path: Path) -> None:
    with Scripted(always(EMPTY)) as server:
        examined(tmp_path, server.url, http='headers = { X-Stage = "blue", User-Agent = "ours" }')
        assert all(b"\r\nX-Stage: blue\r\n" in r and b"\r\nUser-Agent: ours\r\n" in r for r in server.requests)


def test_a_proxy_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Scripted(always(EMPTY)) as proxy:
        monkeypatch.setenv("http_proxy", f"http://us:er%40@{proxy.host}:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        examined(tmp_path, "http://api.nowhere.invalid/base")
        allowed = b"Proxy-Authorization: Basic " + base64.b64encode(b"us:er@")
        assert proxy.requests
        for request in proxy.requests:
            assert request.split()[1].startswith(b"http://api.nowhere.invalid/base/") and allowed in request


def test_a_tunnel_through_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("api.nowhere.invalid").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")

    def tunnel(peer: Peer) -> None:
        assert peer.request().startswith(b"CONNECT api.nowhere.invalid:443 HTTP/1.1\r\n")
        peer.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        peer.sock = context.wrap_socket(peer.sock, server_side=True)
        always(EMPTY)(peer)

    with Scripted(tunnel) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        examined(tmp_path, "https://api.nowhere.invalid", http='ca_file = "ca.pem"')
        inside = [request for request in proxy.requests if not request.startswith(b"CONNECT")]
        outside = [request for request in proxy.requests if request.startswith(b"CONNECT")]
    assert any(BASIC in request for request in inside)
    assert not any(b"\r\nAuthorization" in request for request in outside)


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_an_ipv6_address(tmp_path: Path) -> None:
    try:
        server = Scripted(always(EMPTY), host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with server:
        examined(tmp_path, server.url)
        assert f"Host: [::1]:{server.port}\r\n".encode() in server.requests[0]


@pytest.mark.parametrize(
    ("scheme", "field"),
    [
        ("{ type: http, scheme: bearer }", b"Authorization: Bearer a-secret-token"),
        ("{ type: oauth2, flows: {} }", b"Authorization: Bearer a-secret-token"),
        ("{ type: apiKey, in: header, name: X-Shop-Key }", b"X-Shop-Key: a-secret-token"),
    ],
)
def test_tokens_go_where_the_description_says(tmp_path: Path, scheme: str, field: bytes) -> None:
    spec = tmp_path / "shop.yaml"
    spec.write_text(f"""
openapi: 3.0.3
info: {{ title: Shop, version: "1" }}
security: [{{ Key: [] }}]
components:
  securitySchemes:
    Key: {scheme}
paths:
  /things/{{id}}:
    get:
      x-reads: {{ one: Thing }}
      parameters:
        - {{ name: id, in: path, required: true, schema: {{ type: string, x-resource: Address, x-fact: account }} }}
""")
    with Scripted(always(EMPTY)) as server:
        examined(tmp_path, server.url, TOKEN, spec=str(spec))
        assert b"\r\n" + field + b"\r\n" in server.requests[0]
        assert not any(b"a-secret-token" in request.replace(field, b"") for request in server.requests)


def test_a_server_that_closes_each_connection(tmp_path: Path) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(EMPTY.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))

    with Scripted(script) as server:
        examined(tmp_path, server.url)
        assert server.connections == len(server.requests) > 2


@pytest.mark.parametrize("where", ["http://elsewhere.invalid/", "//elsewhere.invalid/", "/loop"])
def test_credentials_follow_no_redirect(tmp_path: Path, where: str) -> None:
    elsewhere: list[bytes] = []

    def other(peer: Peer) -> None:
        elsewhere.append(peer.request())

    with Scripted(other) as trap:
        location = where.replace("elsewhere.invalid", f"{trap.host}:{trap.port}")
        with Scripted(always(answer(b"", "307 Go", f"Location: {location}"))) as server:
            examined(tmp_path, server.url)
            assert not any(request.split()[1] == b"/loop" for request in server.requests)
    assert elsewhere == []

"""Secrets stand in nothing that a run prints or writes, whatever the target does with them."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from wire.scripted import Peer, Scripted

from conformance.http.credentials import Credentials, Secrets

from .running import run

PASSWORD, TOKEN, KEY, SESSION = (
    "tide/tàble+7&more",
    "Zm9vLWJhci1iYXo.tok3n-value",
    "k3y-0123456789abcdef",
    "s3ssion-c00kie-value",
)
USERNAME = "harbour-owner"
PROFILE = f"""
[credentials.owner]
username = "{USERNAME}"
password_env = "OWNER_PASSWORD"

[credentials.limited]
username = "limited"
password_env = "LIMITED_PASSWORD"

[allow]
writes = true

[http]
timeout = 0.7
headers = {{ X-Api-Key = "{KEY}", Cookie = "theme=dark; sid={SESSION}", X-Access-Token = "{TOKEN}" }}

[facts]
account = "{USERNAME}"
"""
LIMITED = "0ther-passw0rd-of-the-limited"


def forms(secret: str) -> Iterator[str]:
    """A secret as it must not stand anywhere: as it is, escaped, and in Base64."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield base64.b64encode(secret.encode()).decode()


FORBIDDEN = [
    form
    for secret in (PASSWORD, TOKEN, KEY, SESSION, LIMITED, f"{USERNAME}:{PASSWORD}", f"limited:{LIMITED}")
    for form in forms(secret)
]


def echo(peer: Peer) -> None:
    """Answers with all that it got, in every place, decoded and not, and with another status each time."""
    number = 0
    while request := _read(peer):
        number += 1
        head = request.partition(b"\r\n\r\n")[0].decode("latin-1")
        fields = {n.lower(): v for n, _, v in (line.partition(": ") for line in head.split("\r\n")[1:])}
        sent = fields.get("authorization", "")
        try:
            decoded = base64.b64decode(sent.partition(" ")[2]).decode()
        except ValueError:
            decoded = "?"
        said = f"{decoded} {sent} {fields.get('cookie')} {fields.get('x-api-key')} {fields.get('x-access-token')}"
        message = "x" * (240 + number % 60) + said
        envelope = {"ErrorCode": decoded if number % 3 else "PARAMETER_INVALID", "Message": message,
                    "Errors": [{"FieldName": said}, {"FieldName": sent}]}  # fmt: skip
        body = [
            json.dumps({"ResponseStatus": envelope, "head": head}),
            said,
            json.dumps([said] * 200),
            "p" * 2040 + said,
        ]
        data = body[number % 4].encode()
        status = [400, 401, 403, 500, 200, 302, 307, 418][number % 8] if number > 2 else 400
        lines = [f"HTTP/1.1 {status} {decoded}", f"X-Echo: {sent}", f"Set-Cookie: {fields.get('cookie')}",
                 f"Location: http://{decoded.replace('/', '%2F')}@elsewhere.invalid/?key={fields.get('x-api-key')}",
                 f"WWW-Authenticate: {sent}", "Content-Type: " + ("application/json" if number % 5 else said)]  # fmt: skip
        if number % 7 == 0:
            data = gzip.compress(data)
            lines.append("Content-Encoding: gzip")
        if number % 41 == 0:  # a reason that is no fault of the contract: the wire breaks off
            peer.send(f"HTTP/1.1 200 {decoded}\r\n{sent}\r\n\r\n".encode())
            return
        peer.send("\r\n".join([*lines, f"Content-Length: {len(data)}", "", ""]).encode() + data)


def _read(peer: Peer) -> bytes:
    try:
        return peer.request()
    except ValueError:  # a Content-Length that is no number
        return b""


@pytest.mark.parametrize(
    "options",
    [
        ("-q", "--shard=1/16"),
        ("-v", "--shard=2/16"),
        ("-vv", "-rA", "--tb=long", "--showlocals", "--shard=3/16"),
        ("-n", "2", "-vv", "--tb=short", "--shard=4/16"),
    ],
    ids=" ".join,
)
def test_no_secret_is_printed_or_written(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "profile.toml").write_text(PROFILE, "utf-8")
    secrets = {"OWNER_PASSWORD": PASSWORD, "LIMITED_PASSWORD": LIMITED}
    with Scripted(echo) as server:
        arguments = [f"--target-url={server.url}", f"--target-profile={tmp_path / 'profile.toml'}", *options]
        found = run(tmp_path, *arguments, env=secrets, cwd=tmp_path)
    assert found.status == 1, found.output[-3000:]
    assert "INTERNALERROR" not in found.output
    assert len(server.requests) > 100
    written = {
        path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "profile.toml"
    }
    assert {"junit.xml", "certificate.json", "report.html", "summary.md", "exchanges.har"} <= {p.name for p in written}
    written[Path("the terminal")] = found.output.encode()
    leaks = [
        f"{path.name}: ... {data[max(0, at - 60) : at + len(form) + 20]!r}"
        for path, data in written.items()
        for form in FORBIDDEN
        if (at := data.find(form.encode())) >= 0
    ]
    assert leaks == []
    assert b"[redacted]" in written[tmp_path / "report" / "exchanges.har"]


@pytest.mark.parametrize("status", ["401 No", "400 Bad"])
def test_a_preflight_that_fails_says_none(tmp_path: Path, status: str) -> None:
    def script(peer: Peer) -> None:
        while request := peer.request():
            if status == "400 Bad":
                peer.send(b"HTTP/1.1 " + request.split(b"Basic ")[-1].split(b"\r")[0] + b" nonsense\r\n\r\n")
                return
            peer.send(f"HTTP/1.1 {status}\r\nContent-Length: {len(request)}\r\n\r\n".encode() + request)

    (tmp_path / "profile.toml").write_text(PROFILE, "utf-8")
    with Scripted(script) as server:
        arguments = [f"--target-url={server.url}", f"--target-profile={tmp_path / 'profile.toml'}", "-vv"]
        found = run(tmp_path, *arguments, env={"OWNER_PASSWORD": PASSWORD, "LIMITED_PASSWORD": LIMITED})
    assert found.status == 6
    assert not [form for form in FORBIDDEN if form in found.output or form in found.junit.read_text()]


def test_secret_fields_of_the_profile() -> None:
    fields = (
        ("X-Api-Key", KEY),
        ("Authorization", "Basic " + base64.b64encode(b"u:hidden-password").decode()),
        ("cookie", f"theme=dark; sid={SESSION}"),
        ("X-CSRF-Token", TOKEN),
        ("Accept-Language", "en-NZ"),
    )
    secrets = Secrets({"owner": Credentials("u", "another-password")}, fields)
    text = f"{KEY} hidden-password {SESSION} {TOKEN} en-NZ dark another-password " + fields[1][1]
    assert secrets.redact(text) == re.sub(r"\S+", "[redacted]", "a b c d") + " en-NZ dark [redacted] [redacted]"


def test_a_cut_secret_is_one_as_well() -> None:
    secrets = Secrets({"owner": Credentials("u", "another-password")})
    for cut, kept in (("received another-pa... (900 characters)", "received [redacted]... (900 characters)"),
                      ("b'received another-p'", "b'received [redacted]'"), ("received anot", "received anot"),
                      ("received another-password", "received [redacted]")):  # fmt: skip
        assert secrets.redact_cut(cut) == kept

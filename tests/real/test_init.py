"""`conformance init` asks by reading alone, and writes a profile that a run can use at once."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from wire.scripted import Peer, Scripted, always, answer

from conformance.inputs import profile as profiles
from conformance.reference.world import ACCOUNT, TOKEN
from conformance.session.examination import Choices, Examination

from .running import REFERENCE, ended, environment, run, served

CREDENTIALS = {"CONFORMANCE_USERNAME": ACCOUNT, "CONFORMANCE_PASSWORD": TOKEN}


def init(
    tmp_path: Path, url: str, *options: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "conformance.cli", "init", f"--target-url={url}", *options]
    more = environment(CREDENTIALS if env is None else env)
    return subprocess.run(words, cwd=tmp_path, env=more, capture_output=True, text=True, timeout=30, check=False)


def test_it_writes_what_it_found_and_what_it_did_not(tmp_path: Path) -> None:
    process, url = served("-m", "conformance.reference", "--port", "0")
    path = tmp_path / "profile.toml"
    try:
        done = init(tmp_path, url)
        assert done.returncode == 0, done.stderr
        text = path.read_text("utf-8")
        assert TOKEN not in text + done.stdout + done.stderr
        written, known = tomllib.loads(text), tomllib.loads(REFERENCE)["facts"]
        assert written["target"]["url"] == url
        assert written["credentials"]["owner"] == {"username": ACCOUNT, "password_env": "CONFORMANCE_PASSWORD"}
        found = written["facts"]
        assert {"account", "number", "property", "address", "linked_address", "call"} <= set(found)
        assert found["account"] == known["account"]
        for name in set(known) - set(found):
            assert f"\n# {name} = " in text
        assert "# location = { Region" in text and "# COUNTRY_UNAVAILABLE = 400  # or 403" in text
        assert "\n[limits]\n" in text and "\n# Line1 = { min = 1, max = 100 }" in text
        # Every line that is in comments could be used, where it stands.
        profiles.load(path, {"CONFORMANCE_PASSWORD": "x"})
        used = tmp_path / "used.toml"
        lines = [line.removeprefix("# ") if re.match(r"# (\S+ = |\[)", line) else line for line in text.splitlines()]
        used.write_text("\n".join(line for line in lines if not line.startswith(("limited", "ca_file"))), "utf-8")
        Examination(Choices(url=url, profile=str(used)), secrets=False)
        used.write_text(text.replace("# limited = false", "limited = false"), "utf-8")
        assert profiles.load(used, {"CONFORMANCE_PASSWORD": "x"}).credentials["limited"] is False

        again = init(tmp_path, url)
        assert again.returncode == 4 and "--force" in again.stderr
        path.write_text("kept = 1")
        assert init(tmp_path, url).returncode == 4 and path.read_text() == "kept = 1"
        assert init(tmp_path, url, "--force").returncode == 0 and path.read_text("utf-8") == text

        found_run = run(tmp_path, f"--target-profile={path}", "-q", env={"CONFORMANCE_PASSWORD": TOKEN})
        assert found_run.status == 0, found_run.output[-2000:]
    finally:
        ended(process)


def test_it_only_reads(tmp_path: Path) -> None:
    with Scripted(always(answer(b"[]", "200 OK", "Content-Type: application/json"))) as server:
        done = init(
            tmp_path, server.url, "--username", "somebody", "-o", "other.toml", env={"CONFORMANCE_PASSWORD": "word"}
        )
        assert done.returncode == 0, done.stderr
        assert {request.split()[0] for request in server.requests} == {b"GET"}
    text = (tmp_path / "other.toml").read_text("utf-8")
    assert 'username = "somebody"' in text and "word" not in text.replace("password", "")


def test_what_a_target_says_cannot_break_the_file(tmp_path: Path) -> None:
    strange = (
        rb'[{"Number": "\ud800\"\n\u007f]#", "PropertySid": "a\u0000b", "AddressSid": "\u2028\"\"\"", '
        rb'"CallSid": "reference-owner-token"}]'
    )
    with Scripted(always(answer(strange, "200 OK", "Content-Type: application/json"))) as server:
        done = init(tmp_path, server.url)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "profile.toml").read_text("utf-8")
    assert tomllib.loads(text)["facts"]["property"] == "a\0b"
    assert TOKEN not in text


@pytest.mark.parametrize(
    ("env", "options", "status", "said"),
    [
        ({}, ("--username", "x"), 4, "CONFORMANCE_PASSWORD is not set"),
        (CREDENTIALS, ("--target-spec", "nowhere.yaml"), 4, "nowhere.yaml: there is no such file"),
        (CREDENTIALS, (), 6, "refuses the credentials"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    tmp_path: Path, env: dict[str, str], options: tuple[str, ...], status: int, said: str
) -> None:
    def script(peer: Peer) -> None:
        while peer.request():
            peer.send(answer(b"{}", "401 No"))

    with Scripted(script) as server:
        done = init(tmp_path, server.url, *options, env=env)
    assert done.returncode == status and said in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "profile.toml").exists()

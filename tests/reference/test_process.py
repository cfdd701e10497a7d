"""The target as a process of its own, and the profile that stands for it."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.reference import Reference
from conformance.reference.surface import LIMITS

from .client import OWNER, ask, basic

ROOT = Path(__file__).resolve().parents[2]
PROFILE = tomllib.loads((ROOT / "fixtures" / "reference.toml").read_text("utf-8"))
FACTS = PROFILE["facts"]
COMMAND = [sys.executable, "-m", "conformance.reference", "--port", "0"]


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[bytes], http.client.HTTPConnection]]:
    process = subprocess.Popen([*COMMAND, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    connection = None
    try:
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        assert line.startswith("listening on http://127.0.0.1:")
        connection = http.client.HTTPConnection("127.0.0.1", int(line.rsplit(":", 1)[1]), timeout=10)
        yield process, connection
    finally:
        if connection is not None:
            connection.close()
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def test_it_is_served() -> None:
    with running() as (process, connection):
        headers = dict([OWNER])
        for _ in range(50):
            connection.request("GET", f"/v2/Numbers/{FACTS['number'][1:]}", headers=headers)
            answer = connection.getresponse()
            assert json.loads(answer.read())["Number"] == FACTS["number"]
        spent = []
        for _ in range(50):
            started = time.perf_counter()
            connection.request("POST", f"/v2/Accounts/{FACTS['account']}/Addresses", b"{}", headers)
            answer = connection.getresponse()
            assert (answer.status, answer.headers["Content-Type"]) == (400, "application/json; charset=utf-8")
            answer.read()
            spent.append(time.perf_counter() - started)
        # An answer that waits for the other side's acknowledgement comes 40 ms late, each time.
        assert min(spent) < 0.035

        connection.request("HEAD", "/v2/Nowhere", headers=headers)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (400, b"")
        connection.request("POST", f"/v2/Accounts/{FACTS['account']}/Addresses", b" " * (5 * 1024 * 1024), headers)
        assert b"UNREADABLE_REQUEST" in connection.getresponse().read()
        connection.request("GET", "/v2/Calls/x", headers={"X-Reference-Delay-Ms": "200"})
        started = time.perf_counter()
        answer = connection.getresponse()
        assert (answer.status, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic")
        assert time.perf_counter() - started > 0.19
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.mark.parametrize("end", ["stdin", "SIGINT"])
def test_it_ends(end: str) -> None:
    with running("--stop-with-stdin", "--latency-ms", "50") as (process, connection):
        started = time.perf_counter()
        connection.request("GET", "/")
        assert connection.getresponse().status == 400
        assert time.perf_counter() - started > 0.049
        if end == "stdin":
            assert process.stdin is not None
            process.stdin.close()
        else:
            process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with running() as (_, connection):
        ended = subprocess.run(
            [*COMMAND[:-1], str(connection.port)], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith("cannot listen on 127.0.0.1 port ") and ended.stderr.count("\n") == 1


def test_the_profile_says_what_is_so() -> None:
    target = Reference()
    world = target.world
    stated = {key: (bounds["min"], bounds["max"]) for key, bounds in PROFILE["limits"].items()}
    assert stated | LIMITS == stated
    assert all(stated[key] == LIMITS[key.split(".")[-1]] for key in stated.keys() - LIMITS.keys())
    owner, limited = (
        basic(PROFILE["credentials"][name]["username"], PROFILE["credentials"][name]["password"])
        for name in ("owner", "limited")
    )
    for credential, status in ((owner, 200), (limited, 403)):
        body = b'{"Line1": "1 Example Street", "City": "Canberra", "CountryCode": "AU"}'
        answer = target.respond("POST", f"/v2/Accounts/{FACTS['account']}/Addresses", [credential], body)
        assert answer.status == status
    linked = {number["AddressSid"] for number in world.numbers.values()}
    assert FACTS["linked_address"] in linked and FACTS["address"] not in linked
    assert FACTS["foreign_address"] in world.addresses and FACTS["foreign_call"] in world.calls
    assert world.numbers[FACTS["number"]]["PropertySid"] == FACTS["property"]
    assert world.numbers[FACTS["other_property_number"]]["PropertySid"] == FACTS["other_property"]
    assert world.numbers[FACTS["foreign_number"]]["AccountSid"] == FACTS["foreign_account"]
    assert world.properties[FACTS["foreign_property"]] == FACTS["foreign_account"]
    assert world.calls[FACTS["call"]]["AccountSid"] == FACTS["account"]
    assert len(FACTS["available_numbers"]) >= 40 and set(FACTS["available_numbers"]) <= set(world.available)
    for place, status in ((FACTS["location"], 200), (FACTS["impossible_location"], 400)):
        query = "&".join(f"{name}={value}" for name, value in place.items())
        path = f"/v2/AvailableNumbers?CountryCode={FACTS['served_country']}&{query}"
        assert ask(target, "GET", path).status == status
    assert ask(target, "GET", f"/v2/AvailableNumbers?CountryCode={FACTS['unavailable_country']}").status == 403
    assert ask(target, FACTS["server_error"]["method"], FACTS["server_error"]["path"]).status == 500

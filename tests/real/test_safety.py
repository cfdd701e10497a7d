"""What a run sends under each rung of the ladder, what becomes of what it makes, and how much it sends."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from wire.scripted import Scripted, always, answer

from conformance.http.exchange import Request
from conformance.http.target import HttpTarget
from conformance.http.wire import Wire
from conformance.judgement.verdict import PASS, UNTESTED
from conformance.planning.cases import Case
from conformance.reference import Reference

from .running import REFERENCE, Sent, Watching, examined, run

READ_ONLY = re.sub(r"\[allow\]\n(\w+ = true\n)+", "", REFERENCE)
WRITES = re.sub(r"\[allow\]\n(\w+ = true\n)+", "[allow]\nwrites = true\n", REFERENCE)
NO_FACTS = re.sub(r"\[facts\].*?\n\]\n", "", READ_ONLY, flags=re.DOTALL)
#: What can be bought or sent, and all that a write could reach.
COSTLY = re.compile(r"/v2/Properties/[^/]+/(Numbers|Messages|BatchMessages)/?$", re.IGNORECASE)
ONLY_WRITTEN = re.compile(r"/v2/Properties/[^/]+/BatchMessages", re.IGNORECASE)
ADDRESSES = re.compile(r"/v2/Accounts/[^/]+/Addresses")


def makes(case: Case) -> bool:
    """Whether a case may make or remove something."""
    effect = case.template.operation.effect if case.template.operation else {}
    return "creates" in effect or "deletes" in effect


def takes_everything(sent: Sent) -> Any:
    """A broken target: whatever it should refuse, it takes."""
    body = b'{"AddressSid": "D7777777777777777777777777777777", "Number": "+61255501001"}'
    return SimpleNamespace(status=200, headers=(("Content-Type", "application/json"),), body=body)


@pytest.mark.parametrize("profile", [READ_ONLY, NO_FACTS], ids=["with facts", "without facts"])
@pytest.mark.parametrize("instead", [lambda sent: None, takes_everything], ids=["right", "takes everything"])
def test_nothing_that_could_write_is_sent_without_leave(tmp_path: Path, profile: str, instead: Any) -> None:
    assert "[allow]" not in profile
    target = Watching(Reference().respond, instead)
    examination, results = examined(tmp_path, profile, target)
    assert len(target.seen) > 300
    wrong = [sent for sent in target.seen if sent.method not in ("GET", "HEAD") or ONLY_WRITTEN.match(sent.path)]
    assert wrong == []
    # What may be written to is asked by its own GET alone, and by HEAD.
    for sent in target.seen:
        if COSTLY.fullmatch(sent.path):
            assert sent.method in ("GET", "HEAD"), sent
    chapters = {result.case.chapter for result in results if result.verdict == PASS}
    if profile is READ_ONLY and instead(target.seen[0]) is None:
        assert chapters >= {each.chapter for each in examination.cases.values() if each.safety == "read"}
        assert {result.verdict for result in results} == {PASS, UNTESTED}
        assert chapters >= {"statuses", "codes", "bytes", "stability", "generated", "fuzz"}
    # Sequences are writes from their first request on.
    sequences = [result for result in results if result.case.chapter == "sequences"]
    assert len(sequences) > 5 and {result.verdict for result in sequences} == {UNTESTED}


def test_a_process_without_leave_only_reads(tmp_path: Path) -> None:
    """The whole way of a process, from the pre-flight to the clean-up, and the bytes that arrive."""
    with Scripted(always(answer(b'{"ResponseStatus":{"ErrorCode":"X","Message":"x"}}', "400 Bad"))) as server:
        (tmp_path / "profile.toml").write_text(READ_ONLY, "utf-8")
        profile = f"--target-profile={tmp_path / 'profile.toml'}"
        found = run(tmp_path, f"--target-url={server.url}", profile, "-q", "--shard=1/4")
    assert found.status == 1 and len(found.testcases()) > 500
    assert len(server.requests) > 500
    assert {request.split(b" ")[0] for request in server.requests} <= {b"GET", b"HEAD"}


@pytest.mark.parametrize("instead", [lambda sent: None, takes_everything], ids=["right", "takes everything"])
def test_leave_to_write_is_none_to_buy_or_to_send(tmp_path: Path, instead: Any) -> None:
    target = Watching(Reference().respond, instead)
    examined(tmp_path, WRITES, target)
    assert {"POST", "DELETE"} <= {sent.method for sent in target.seen}
    wrong = [sent for sent in target.seen if COSTLY.fullmatch(sent.path) and sent.method not in ("GET", "HEAD")]
    assert wrong == []


def test_a_failure_on_demand_that_writes_is_a_write(tmp_path: Path) -> None:
    profile = READ_ONLY.replace('{ method = "GET", path = "/v2/Calls/', '{ method = "POST", path = "/v2/Boom/')
    target = Watching(Reference().respond)
    _, results = examined(tmp_path, profile, target, lambda case: case.kind == "server-error")
    assert not any("/v2/Boom/" in sent.target for sent in target.seen)
    result = next(each for each in results if each.case.kind == "server-error")
    assert result.verdict == UNTESTED and "[allow] writes = true" in result.reason


# What is made


def test_marks_are_short_where_there_is_no_room(tmp_path: Path) -> None:
    profile = WRITES.replace("[limits.Reference]\nmin = 1\nmax = 64", "[limits.Reference]\nmin = 1\nmax = 12")
    reference = Reference()
    target = Watching(reference.respond)
    examined(tmp_path, profile, target, lambda case: case.kind == "refusal" and case.chapter == "codes")
    assert any(b'"ct' in sent.body for sent in target.seen)
    assert [sent for sent in target.seen if b'"conformance-' in sent.body] == []


def test_what_a_broken_target_makes_of_a_refused_request_is_removed(tmp_path: Path) -> None:
    reference = Reference()
    before = set(reference.world.addresses)
    right = ("Content-Type", "application/json")
    account = "/v2/Accounts/ATLZBCMU3F7EC4XX6SBQGFRZQBAUBTMR/Addresses"

    def lenient(sent: Sent) -> Any:
        if (
            sent.method != "POST"
            or not ADDRESSES.match(sent.path)
            or not any(n == "Authorization" for n, _ in sent.headers)
        ):
            return None
        found = reference.respond("POST", sent.target, list(sent.headers), sent.body)
        if found.status != 400:
            return found
        owner = [each for each in sent.headers if each[0] == "Authorization"]
        whole = json.dumps(
            {"Line1": "1 Example Street", "City": "Canberra", "CountryCode": "AU", "Friendly": "unmarked"}
        )
        return reference.respond("POST", account, [right, *owner], whole.encode())

    examination, results = examined(tmp_path, WRITES, Watching(reference.respond, lenient), makes)
    assert any(result.violations for result in results)
    assert set(reference.world.addresses) == before
    assert examination.bench is not None and examination.bench.left_over == []


def test_what_cannot_be_removed_is_listed(tmp_path: Path) -> None:
    reference = Reference()

    def keeps(sent: Sent) -> Any:
        body = b'{"ResponseStatus": {"ErrorCode": "FORBIDDEN", "Message": "Never."}}'
        if sent.method == "DELETE":
            return SimpleNamespace(status=403, headers=(("Content-Type", "application/json"),), body=body)
        return None

    examination, _ = examined(tmp_path, WRITES, Watching(reference.respond, keeps), makes)
    assert examination.bench is not None and examination.bench.left_over
    assert all(re.fullmatch(r"Address D\w+: 403", each) for each in examination.bench.left_over)


def test_nothing_that_was_there_is_ever_removed(tmp_path: Path) -> None:
    """A target that answers the making of a thing with one that was there already, or with the whole list."""
    for answered in ('{"AddressSid": "D3AGJX6IQ6FCHHDXZQNZEXQCL226T6F6"}', "list"):
        reference = Reference()
        before = set(reference.world.addresses)

        def old(sent: Sent, reference: Reference = reference, answered: str = answered) -> Any:
            if sent.method != "POST" or not ADDRESSES.match(sent.path):
                return None
            body = (
                answered
                if answered != "list"
                else json.dumps([{"AddressSid": key} for key in reference.world.addresses])
            )
            return SimpleNamespace(status=200, headers=(("Content-Type", "application/json"),), body=body.encode())

        target = Watching(reference.respond, old)
        examined(tmp_path, WRITES.replace("foreign_address", "#"), target, makes)
        assert before <= set(reference.world.addresses)


# How much is sent


def test_rate_and_number_are_kept_by_all_threads_together() -> None:
    moments: list[float] = []

    def script(peer: Any) -> None:
        while peer.request():
            moments.append(time.monotonic())
            peer.send(answer())

    with Scripted(script) as server:
        target = HttpTarget(Wire(server.url), {}, concurrency=8, rate=100, max_requests=50)
        request = Request("GET", "/", credentials="nobody")
        threads = [threading.Thread(target=lambda: [target.send(request) for _ in range(10)]) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        exchanges = target.send_all([request] * 3) + target.together([request] * 3)
        target.close()
    assert target.sent == 50 == len(moments)
    assert {each.fault.kind for each in exchanges if each.fault} == {"budget"}
    assert max(moments) - min(moments) >= 49 / 100 * 0.95


def test_rate_and_number_are_kept_by_a_run(tmp_path: Path) -> None:
    with Scripted(always(answer(b'{"ResponseStatus":{"ErrorCode":"X","Message":"x"}}', "400 Bad"))) as server:
        profile = READ_ONLY + '\n[http]\nrate = "200/s"\nmax_requests = 120\nconcurrency = 8\n'
        (tmp_path / "profile.toml").write_text(profile, "utf-8")
        found = run(tmp_path, f"--target-url={server.url}", f"--target-profile={tmp_path / 'profile.toml'}", "-q")
    assert len(server.requests) <= 120
    assert found.seconds >= 119 / 200
    assert found.status == 1
    kinds = Counter(child.tag for case in found.testcases() for child in case if child.tag in ("error", "failure"))
    assert kinds["error"] and kinds["failure"]

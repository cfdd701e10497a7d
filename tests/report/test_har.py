from __future__ import annotations

import json
import tracemalloc

import pytest

from conformance.errors import ConfigurationError
from conformance.report.har import HarWriter, entries_of

from .samples import exchange, hostile, mixed, result

SUITE = {"name": "conformance", "version": "0.1.0"}
REQUEST = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"}
RESPONSE = {
    "status",
    "statusText",
    "httpVersion",
    "cookies",
    "headers",
    "content",
    "redirectURL",
    "headersSize",
    "bodySize",
}


def written(path, results):
    with HarWriter(path, "http://127.0.0.1:8080/", SUITE) as writer:
        for each in results:
            writer.add(each)
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("results", [[], mixed(), [hostile()]], ids=["empty", "mixed", "hostile"])
def test_every_required_member_is_there(results, tmp_path):
    log = written(tmp_path / "a.har", results)["log"]
    assert log["version"] == "1.2"
    assert log["creator"] == SUITE
    assert len(log["entries"]) == sum(len(each["exchanges"]) for each in results)
    for entry in log["entries"]:
        assert entry.keys() >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
        assert entry["request"].keys() >= REQUEST
        assert entry["response"].keys() >= RESPONSE
        assert entry["response"]["content"].keys() >= {"size", "mimeType"}
        assert entry["timings"].keys() >= {"send", "wait", "receive"}
        assert entry["time"] == sum(entry["timings"].values())
        assert entry["request"]["url"].startswith("http://127.0.0.1:8080/v2/")


def test_what_was_sent_and_came(tmp_path):
    (entry,) = written(tmp_path / "a.har", [result("NAME_INVALID/op0/Name/sign")])["log"]["entries"]
    assert entry["startedDateTime"] == "2026-01-02T03:04:05.250Z"
    assert entry["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": " "}]
    assert entry["request"]["postData"] == {"mimeType": "application/json", "params": [], "text": '{"Name": ""}'}
    assert (entry["response"]["status"], entry["response"]["content"]["text"]) == (400, '{"Problem": {}}')
    assert entry["_case"] == "NAME_INVALID/op0/Name/sign"


def test_a_fault_of_the_wire_is_said(tmp_path):
    (entry,) = written(tmp_path / "a.har", [result("NAME_INVALID/op0/Name/sign", "error")])["log"]["entries"]
    assert entry["response"]["status"] == 0
    assert "the connection ended early" in entry["_error"]


def test_bytes_that_are_no_text(tmp_path):
    odd = exchange()
    odd["response"]["body"] = {"text": "AAEC", "encoding": "base64"}
    (entry,) = written(tmp_path / "a.har", [result("NAME_INVALID/op0/Name/sign", exchanges=[odd])])["log"]["entries"]
    assert entry["response"]["content"] == {
        "size": 3,
        "mimeType": "application/json",
        "text": "AAEC",
        "encoding": "base64",
    }


def test_the_file_is_whole_after_every_case(tmp_path):
    path = tmp_path / "a.har"
    writer = HarWriter(path, "http://h", SUITE)
    for number in range(4):
        assert len(list(entries_of(path))) == number
        writer.add(result(f"NAME_INVALID/op0/Name/v{number}"))
    writer.close()


def test_memory_does_not_grow_with_the_run(tmp_path):
    big = result("NAME_INVALID/op0/Name/sign", exchanges=[exchange(400, "x" * 100_000)])
    with HarWriter(tmp_path / "a.har", "http://h", SUITE) as writer:
        writer.add(big)
        tracemalloc.start()
        for _ in range(200):
            writer.add(big)
        kept, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert kept < 100_000
    assert peak < 3_000_000
    assert (tmp_path / "a.har").stat().st_size > 20_000_000


def test_another_file_is_no_archive(tmp_path):
    (tmp_path / "a.har").write_text('{"log": 1}')
    with pytest.raises(ConfigurationError, match="no HTTP Archive"):
        list(entries_of(tmp_path / "a.har"))

"""The smallest figures of the benchmark run, and what keeps a run cheap makes no difference to what it says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import main
from conformance.planning.cases import ByOperation, of_operation
from conformance.report import har, merge
from conformance.session.examination import Choices, Examination
from tools.bench import against_replay, scale
from tools.bench.__main__ import line
from tools.bench.running import PROFILE, environment, served

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = ["conformance/suite/test_01_statuses.py", "conformance/suite/test_05_controls.py"]


def test_the_suite_is_timed_against_a_replay_of_its_exchanges() -> None:
    rows = against_replay.whole(pairs=1, chapters=CHAPTER[:1])
    assert rows[0]["requests"] > 50
    assert all(0 < row["value"] < 1000 for row in rows)
    assert "(a)" in line(rows[0]) and "reached" in line(rows[0])


def test_start_up_is_timed_to_the_first_request() -> None:
    rows = scale.startup(1)
    assert 0.05 < rows[0]["value"] < 30
    assert all(row["figure"] == "g" and row["value"] < 30 for row in rows)


def test_a_wide_surface_has_the_cases_of_its_copies() -> None:
    rows = scale.wide((10, 30), sample=100)
    assert [row["cases"] for row in rows[::2]][1] > 2.5 * rows[0]["cases"]


def test_cases_are_found_by_operation_in_their_order() -> None:
    every = list(Examination(Choices()).cases.values())[:500]
    grouped = ByOperation(every)
    for name in {case.operation for case in every if case.operation}:
        assert list(of_operation(grouped, name)) == list(of_operation(every, name))


def test_what_may_write_the_same_member_takes_turns() -> None:
    locks: dict[str, set[str]] = {}
    for case in Examination(Choices()).cases.values():
        if case.parameter == "SendEmailTo" and case.chapter in ("controls", "bytes", "generated"):
            if case.expected.outcome != "refused":
                locks.setdefault(case.chapter, set()).update(case.lock.split())
    assert locks["controls"] <= locks["bytes"]
    assert locks["controls"]


def run(folder: Path, *options: str, more: Mapping[str, str] | None = None) -> tuple[ElementTree.Element, str]:
    """One run of a chapter or two: its JUnit file, and what it printed."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--junitxml={folder / 'junit.xml'}",
               f"--conformance-report={folder / 'report'}", "--hypothesis-seed=1", *CHAPTER, *options]  # fmt: skip
    env = {**environment(), **(more or {})}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return ElementTree.parse(folder / "junit.xml").getroot(), done.stdout


def told(root: ElementTree.Element) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """The properties of each testcase."""
    return {
        (each.attrib["classname"], each.attrib["name"]): [
            (p.attrib["name"], p.attrib["value"]) for p in each.iter("property")
        ]
        for each in root.iter("testcase")
    }


def cases_of(folder: Path) -> list[dict[str, Any]]:
    """The cases of a certificate. How often a case looked at the state depends on what the run had seen before."""
    document = json.loads((folder / "report/certificate.json").read_text("utf-8"))
    return [{name: value for name, value in each.items() if name != "requests"} for each in document["cases"]]


def test_reports_made_at_once_say_what_those_of_three_phases_say(tmp_path: Path) -> None:
    (tmp_path / "phases.py").write_text("def pytest_runtest_setup(item): pass\n")
    names = ("quick", "phased", "xdist")
    for name in names:
        (tmp_path / name).mkdir()
    quick, _ = run(tmp_path / "quick")
    phased, _ = run(tmp_path / "phased", "-p", "phases", more={"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"})
    xdist, _ = run(tmp_path / "xdist", "-n", "2")
    assert told(quick) == told(phased) == told(xdist)
    assert len(told(quick)) > 200
    certificates = [cases_of(tmp_path / name) for name in names]
    assert certificates[0] == certificates[1] == certificates[2]


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three runs against one target: the whole, and its two halves."""
    found = {}
    with served() as url:
        target = ("--target-url", url, "--target-profile", str(PROFILE))
        for name, options in {"whole": (), "1": ("--shard", "1/2"), "2": ("--shard", "2/2")}.items():
            found[name] = tmp_path_factory.mktemp(f"part-{name}")
            run(found[name], *target, *options)
    return found


def merged(shards: dict[str, Path], name: str, into: Path, expected: int = 0) -> Path:
    """What `conformance merge` makes of the files of both halves."""
    assert main(["merge", *(str(shards[each] / name) for each in ("1", "2")), "-o", str(into)]) == expected
    return into


def test_certificates_of_shards_come_to_that_of_the_whole(shards: dict[str, Path], tmp_path: Path) -> None:
    name = "report/certificate.json"
    whole = json.loads((shards["whole"] / name).read_text("utf-8"))
    (tmp_path / "report").mkdir()
    both = json.loads(merged(shards, name, tmp_path / name).read_text("utf-8"))
    assert cases_of(tmp_path) == cases_of(shards["whole"])
    for part in ("requirements", "verdict", "digests"):
        assert both[part] == whole[part]
    alone = json.loads((shards["1"] / name).read_text("utf-8"))
    assert any("2/2" in each or "shard 2" in each for each in merge.certificates({"1": alone}).problems)


def test_junit_files_of_shards_come_to_that_of_the_whole(shards: dict[str, Path], tmp_path: Path) -> None:
    both = ElementTree.parse(merged(shards, "junit.xml", tmp_path / "junit.xml")).getroot()
    assert told(both) == told(ElementTree.parse(shards["whole"] / "junit.xml").getroot())


def test_archives_of_shards_come_to_that_of_the_whole(shards: dict[str, Path], tmp_path: Path) -> None:
    def asked(path: Path) -> Counter[str]:
        """The requests that cases are about: what else is looked at depends on what the run had seen before."""
        return Counter(each["comment"] for each in har.entries_of(path) if each["comment"].endswith(": the request"))

    both = asked(merged(shards, "report/exchanges.har", tmp_path / "all.har"))
    assert both.total() > 200
    assert both == asked(shards["whole"] / "report/exchanges.har")


@pytest.mark.skipif(not shutil.which("redis-server"), reason="there is no redis-server: apt-get install redis-server")
def test_examples_are_shared_through_redis(tmp_path: Path) -> None:
    redis = pytest.importorskip("redis", reason="pip install redis")
    from hypothesis.database import ExampleDatabase
    from hypothesis.extra.redis import RedisExampleDatabase

    place = tmp_path / "redis.sock"
    command = ["redis-server", "--port", "0", "--unixsocket", str(place), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            client = redis.Redis(unix_socket_path=str(place))
            until = time.monotonic() + 10
            while time.monotonic() < until:
                try:
                    client.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.05)
            first: ExampleDatabase = RedisExampleDatabase(client)
            first.save(b"case", b"example")
            other: ExampleDatabase = RedisExampleDatabase(redis.Redis(unix_socket_path=str(place)))
            assert set(other.fetch(b"case")) == {b"example"}
        finally:
            server.terminate()

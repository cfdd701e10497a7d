"""Whatever a target does, a run ends by itself, in bounded time and memory, and writes its reports."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from wire.scripted import Scripted

from .hostile import BLAMED, GONE, Script, dies
from .running import REFERENCE, Run, run

PROFILE = re.sub(r"\[allow\]\n(\w+ = true\n)+", "", REFERENCE) + "\n[http]\ntimeout = 0.3\n"
REPORTS = {"certificate.json", "report.html", "summary.md", "exchanges.har"}
#: Seconds and MiB; what a run may take beyond a right target's is its deadlines, and those are few.
SECONDS, MEMORY = 120.0, 500.0
#: Each of the servers gets another part of the cases, or all of them where the environment asks for that.
PARTS, WHOLE = 40, bool(os.environ.get("WHOLE_RUNS"))


def against(folder: Path, script: Script, *options: str) -> Run:
    (folder / "profile.toml").write_text(PROFILE, "utf-8")
    with Scripted(script) as server:
        arguments = [f"--target-url={server.url}", f"--target-profile={folder / 'profile.toml'}", "-q", *options]
        return run(folder, *arguments, bound=SECONDS)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Run]]]:
    """A run against each of the servers; most of the time they wait, so several are under way."""
    with ThreadPoolExecutor(3) as pool:
        found = {}
        for index, (name, script) in enumerate([*GONE.items(), *BLAMED.items()]):
            part = () if WHOLE else (f"--shard={index % PARTS + 1}/{PARTS}",)
            found[name] = pool.submit(against, tmp_path_factory.mktemp("run"), script, *part)
        yield found


def sane(found: Run) -> None:
    """What holds of the end of every run."""
    assert found.seconds < SECONDS and found.peak < MEMORY
    assert "Traceback (most recent call last)" not in found.output, found.output[-3000:]
    assert "INTERNALERROR" not in found.output and "the suite failed" not in found.output, found.output[-3000:]
    strange = {c for c in found.output if not c.isprintable()} - {"\n", "\r", "\ufffe", "\uffff"}
    assert not strange, strange
    text = found.junit.read_text("utf-8")
    ElementTree.fromstring(text)
    assert "the suite failed" not in text, re.findall("the suite failed[^&]*", text)[:3]
    assert found.testcases()


@pytest.mark.parametrize("name", GONE)
def test_what_cannot_be_examined_ends_with_6(runs: dict[str, Future[Run]], name: str) -> None:
    found = runs[name].result()
    sane(found)
    assert found.status == 6, found.output[-2000:]
    assert found.seconds < 15
    assert [child.tag for case in found.testcases() for child in case if child.tag != "properties"] == ["error"]


@pytest.mark.parametrize("name", BLAMED)
def test_what_answers_wrongly_is_blamed(runs: dict[str, Future[Run]], name: str) -> None:
    found = runs[name].result()
    sane(found)
    assert found.status == 1, found.output[-2000:]
    assert {path.name for path in found.report.iterdir()} >= REPORTS
    json.loads((found.report / "certificate.json").read_text("utf-8"))
    json.loads((found.report / "exchanges.har").read_text("utf-8"))


def test_a_dead_target_costs_a_few_deadlines_and_not_one_a_case(tmp_path: Path) -> None:
    found = against(tmp_path, dies(40))
    sane(found)
    assert found.status in (1, 6), found.output[-2000:]
    assert len(found.testcases()) > 500


def test_a_target_that_dies_under_two_workers(tmp_path: Path) -> None:
    found = against(tmp_path, dies(40), "-n", "2")
    sane(found)
    assert found.status in (1, 6), found.output[-2000:]

"""Whatever a target does, a run ends by itself, in bounded time and memory, and writes its reports."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from wire.scripted import Scripted

from .hostile import BLAMED, GONE, Script, dies
from .running import REFERENCE, Run, run

PROFILE = re.sub(r"\[allow\]\n(\w+ = true\n)+", "", REFERENCE) + "\n[http]\ntimeout = 0.3\n"
REPORTS = {"certificate.json", "report.html", "summary.md", "exchanges.har"}
#: Seconds and MiB; what a run may take beyond a right target's is its deadlines, and those are few.
SECONDS, MEMORY = 60.0, 500.0
#: Each of the servers gets another part of the cases, or all of them where the environment asks for that.
PARTS, WHOLE = 24, bool(os.environ.get("WHOLE_RUNS"))


def against(tmp_path: Path, script: Script, *options: str) -> Run:
    (tmp_path / "profile.toml").write_text(PROFILE, "utf-8")
    with Scripted(script) as server:
        arguments = [f"--target-url={server.url}", f"--target-profile={tmp_path / 'profile.toml'}", "-q", *options]
        return run(tmp_path, *arguments, bound=SECONDS)


def sane(found: Run) -> None:
    """What holds of the end of every run."""
    assert found.seconds < SECONDS and found.peak < MEMORY
    assert "Traceback (most recent call last)" not in found.output, found.output[-3000:]
    assert "INTERNALERROR" not in found.output and "the suite failed" not in found.output, found.output[-3000:]
    strange = {c for c in found.output if not c.isprintable()} - {"\n", "\r"}
    assert not strange, strange
    text = found.junit.read_text("utf-8")
    ElementTree.fromstring(text)
    assert "the suite failed" not in text, re.findall("the suite failed[^&]*", text)[:3]
    assert found.testcases()


@pytest.mark.parametrize("name", GONE)
def test_what_cannot_be_examined_ends_with_6(tmp_path: Path, name: str) -> None:
    found = against(tmp_path, GONE[name])
    sane(found)
    assert found.status == 6, found.output[-2000:]
    assert found.seconds < 15
    assert [child.tag for case in found.testcases() for child in case if child.tag != "properties"] == ["error"]


@pytest.mark.parametrize("name", BLAMED)
def test_what_answers_wrongly_is_blamed(tmp_path: Path, name: str) -> None:
    part = () if WHOLE else (f"--shard={list(BLAMED).index(name) % PARTS + 1}/{PARTS}",)
    found = against(tmp_path, BLAMED[name], *part)
    sane(found)
    assert found.status == 1, found.output[-2000:]
    assert {path.name for path in found.report.iterdir()} >= REPORTS
    json.loads((found.report / "certificate.json").read_text("utf-8"))
    json.loads((found.report / "exchanges.har").read_text("utf-8"))


def test_a_dead_target_costs_a_few_deadlines_and_not_one_a_case(tmp_path: Path) -> None:
    found = against(tmp_path, dies(40))
    sane(found)
    assert found.status == 1, found.output[-2000:]
    assert len(found.testcases()) > 500
    assert found.seconds < 20


def test_a_target_that_dies_under_two_workers(tmp_path: Path) -> None:
    found = against(tmp_path, dies(40), "-n", "2")
    sane(found)
    assert found.status in (1, 6), found.output[-2000:]

"""Whatever a target does, a run ends by itself, in bounded time and memory, and writes its reports."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from wire.scripted import Scripted

from .hostile import BLAMED, GONE, Script
from .running import REFERENCE, Run, run

PROFILE = re.sub(r"\[allow\]\n(\w+ = true\n)+", "", REFERENCE) + "\n[http]\ntimeout = 0.3\n"
REPORTS = {"certificate.json", "report.html", "summary.md", "exchanges.har"}
#: Seconds and MiB; what a run may take beyond a right target's is its deadlines, and those are few.
SECONDS, MEMORY = 40.0, 500.0


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
    # A part of the cases is put to each; the ones before have shown that the whole is bounded.
    found = against(tmp_path, BLAMED[name], f"--shard={list(BLAMED).index(name) % 8 + 1}/8")
    sane(found)
    assert found.status == 1, found.output[-2000:]
    assert {path.name for path in found.report.iterdir()} >= REPORTS
    json.loads((found.report / "certificate.json").read_text("utf-8"))
    json.loads((found.report / "exchanges.har").read_text("utf-8"))


@pytest.mark.parametrize("name", ["dies", "control-characters", "large"])
def test_whole_runs(tmp_path: Path, name: str) -> None:
    found = against(tmp_path, BLAMED[name], *(["-n", "2"] if name == "dies" else []))
    sane(found)
    assert found.status == 1, found.output[-2000:]



from __future__ import annotations

import json
import subprocess
import sys

import pytest

from conformance import cli
from conformance.report import certificate
from conformance.report.har import HarWriter

from .samples import mixed, passing, result, run
from .test_junit import file_of


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.json"
    certificate.write(path, certificate.build(run(), passing()))
    return path


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.json"
    certificate.write(path, certificate.build(run(), [*mixed(), *passing()]))
    return path


def call(*arguments):
    return cli.main([str(each) for each in arguments])


def test_compare(good, bad, tmp_path, capsys):
    assert call("compare", good, good) == 0
    assert call("compare", good, bad) == 1
    assert "newly broken (1)" in capsys.readouterr().out
    assert call("compare", good, bad, "--format", "markdown", "-o", tmp_path / "x.md") == 1
    assert (tmp_path / "x.md").read_text().startswith("## ❌")
    assert call("compare", good, file_of(tmp_path / "j.xml", passing()), "--format", "junit") == 0
    assert capsys.readouterr().out.startswith("<?xml")


def test_merge(tmp_path, capsys):
    for each in range(2):
        certificate.write(tmp_path / f"{each}.json", certificate.build(run(shard=[each + 1, 2]), passing()[each::2]))
    assert call("merge", tmp_path / "0.json", tmp_path / "1.json", "-o", tmp_path / "all.json") == 0
    assert json.loads((tmp_path / "all.json").read_text())["verdict"] == "conformant"
    assert call("merge", tmp_path / "0.json", "-o", tmp_path / "part.json") == 1
    assert not (tmp_path / "part.json").exists()
    assert "missing of 2: shard 2" in capsys.readouterr().err
    assert call("merge", tmp_path / "0.json", "-o", tmp_path / "part.json", "--partial") == 0
    file_of(tmp_path / "j.xml", passing())
    assert call("merge", tmp_path / "j.xml", "-o", tmp_path / "all.xml") == 0
    assert call("merge", tmp_path / "j.xml", tmp_path / "0.json", "-o", tmp_path / "no") == 4
    with HarWriter(tmp_path / "a.har", "http://h", {}) as writer:
        writer.add(result("NAME_INVALID/a/b/c"))
    assert call("merge", tmp_path / "a.har", "-o", tmp_path / "all.har") == 0


def test_badge_and_attest(good, bad, tmp_path, capsys):
    assert call("badge", good) == 0
    assert capsys.readouterr().out.startswith("<svg")
    assert call("badge", bad, "--format", "shields") == 0
    assert json.loads(capsys.readouterr().out)["message"] == "not conformant: 1 failed"
    assert call("attest", good, "-o", tmp_path / "s.json") == 0
    assert json.loads((tmp_path / "s.json").read_text())["predicate"]["result"] == "PASSED"
    assert call("attest", good, "--subject", "x") == 4


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["compare", "a"],
        ["badge", "none.json"],
        ["compare", "none", "none"],
        ["merge", "x"],
        ["verify", "."],
    ],
)
def test_wrong_input_is_one_sentence_and_status_4(arguments):
    done = subprocess.run(
        [sys.executable, "-m", "conformance.cli", *arguments], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 4
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_goes_away_is_no_error(good, bad):
    command = f"{sys.executable} -m conformance.cli compare {good} {bad} --format junit | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr

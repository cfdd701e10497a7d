"""In a project that has nothing to do with the suite the plugin changes nothing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from .processes import command, environment, pytest_run

TESTS = """
import sys
import pytest

def test_right():
    assert 1 + 1 == 2

def test_wrong():
    assert 1 + 1 == 3

@pytest.mark.skip(reason="not today")
def test_skipped():
    pass

@pytest.fixture
def broken():
    raise RuntimeError("broken")

def test_broken(broken):
    pass

def test_nothing_of_the_engine_is_loaded():
    loaded = {name for name in sys.modules if name.startswith("conformance")}
    own = ("", ".session", ".session.chapter", ".session.options", ".plugin", ".pytest_fixtures")
    assert loaded <= {f"conformance{each}" for each in own}, loaded
"""


def outcome(folder: Path, *more: str) -> tuple[int, list[str]]:
    done = subprocess.run(
        command("-q", "-rA", *more), cwd=folder, env=environment(), capture_output=True, text=True, timeout=60
    )
    lines = [re.sub(r" in [\d.]+s", "", line) for line in done.stdout.splitlines()]
    return done.returncode, [line for line in lines if "loaded" not in line]


def test_a_project_of_its_own_has_the_same_result_with_the_plugin_and_without(tmp_path: Path) -> None:
    (tmp_path / "test_things.py").write_text(TESTS)
    # The installed entry point loads it; here it is kept out, and the project cannot tell the difference.
    status, lines = outcome(tmp_path)
    other_status, other_lines = outcome(tmp_path, "-p", "no:conformance.plugin")
    assert (status, lines) == (other_status, other_lines)
    assert status == 1 and "1 failed, 2 passed, 1 skipped, 1 error" in lines[-1]


def test_the_options_are_told_by_help(tmp_path: Path) -> None:
    run = pytest_run(tmp_path, "--help", cwd=tmp_path)
    for option in (
        "--target-url",
        "--target-profile",
        "--target-spec",
        "--target-contract",
        "--target-app",
        "--certify",
        "--baseline",
        "--shard",
        "--conformance-effort",
        "--conformance-report",
    ):
        assert option in run.out


def test_where_another_plugin_has_the_name_of_an_option_the_other_name_is_left(tmp_path: Path) -> None:
    (tmp_path / "others.py").write_text(
        "import pytest\n"
        "@pytest.hookimpl(tryfirst=True)\n"
        "def pytest_addoption(parser):\n"
        "    parser.addoption('--baseline', action='store_true')\n"
    )
    (tmp_path / "test_it.py").write_text(
        "def test_it(request): assert request.config.getoption('--baseline') is True\n"
    )
    run = pytest_run(tmp_path, "-p", "others", "--baseline", "-q", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert run.status == 0, run.said

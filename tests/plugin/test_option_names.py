"""The short names of options, which others may have for options of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from .processes import Run, pytest_run

NAMES = ("--certify", "--baseline", "--shard")
CONFTEST = """
def pytest_addoption(parser):
    for name in ("--certify", "--baseline", "--shard"):
        parser.addoption(name, default="theirs")
"""
TEST = """
def test_the_project_has_its_own_options(request):
    assert [request.config.getoption(name) for name in ("--certify", "--baseline", "--shard")] == ["theirs", "mine", "theirs"]
"""
#: Whoever reads this file has loaded it: before the suite's plugin, after it, or as the conftest.py of the project.
WAYS = {"a conftest.py": ("conftest.py", []), "a plugin": ("others.py", ["-p", "others"])}


@pytest.fixture(params=WAYS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, list[str]]:
    name, arguments = WAYS[request.param]
    (tmp_path / name).write_text(CONFTEST)
    (tmp_path / "test_own.py").write_text(TEST)
    return tmp_path, arguments


def run(project: tuple[Path, list[str]], *arguments: str) -> Run:
    folder, more = project
    return pytest_run(folder, "-q", *more, *arguments, cwd=folder, PYTHONPATH=str(folder))


def test_a_project_keeps_its_options(project: tuple[Path, list[str]]) -> None:
    found = run(project, "--baseline", "mine")
    assert found.status == 0, found.said


@pytest.mark.parametrize("name", NAMES)
def test_a_run_of_the_suite_with_an_ambiguous_name_ends_with_4_and_names_the_other(
    project: tuple[Path, list[str]], name: str
) -> None:
    found = run(project, "--target-url", "http://127.0.0.1:1", f"{name}=1")
    assert found.status == 4
    lines = [line for line in found.said.splitlines() if line.strip()]
    wanted = f"ERROR: {name}: another plugin or conftest.py has an option of this name; write --conformance-{name[2:]}"
    assert lines == [wanted]


def test_the_long_names_work_there(project: tuple[Path, list[str]]) -> None:
    found = run(project, "--target-url", "http://127.0.0.1:1", "--conformance-shard", "3/2")
    assert found.status == 4 and "3/2: write it as I/N" in found.said
    found = run(project, "--target-url", "http://127.0.0.1:1", "--conformance-baseline", "nowhere.json")
    assert found.status == 4 and "nowhere.json: there is no such file" in found.said
    found = run(project, "--conformance-certify", "-k", "CALL_NOT_FOUND/getCall/CallSid/unknown")
    assert found.status == 7, found.said


def test_values_of_short_names_are_not_taken_for_tests(tmp_path: Path) -> None:
    """Else the conftest.py beside a baseline would be loaded, and not that of the project."""
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    project.mkdir(), elsewhere.mkdir()
    (project / "conftest.py").write_text("def pytest_addoption(parser):\n    parser.addoption('--own')\n")
    (elsewhere / "conftest.py").write_text("raise SystemExit('loaded')")
    (elsewhere / "known.json").write_text("{")
    found = pytest_run(tmp_path, "--own", "1", "--baseline", elsewhere / "known.json", cwd=project)
    assert found.status == 4 and "known.json: this is not JSON" in found.said, found.said


def test_the_short_names_work_where_a_conftest_loads_the_suite(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["conformance.plugin"]')
    found = pytest_run(tmp_path, "--shard", "3/2", cwd=tmp_path, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert found.status == 4 and "--shard 3/2: write it as I/N" in found.said, found.said


def test_help_names_both(tmp_path: Path) -> None:
    found = pytest_run(tmp_path, "--help", cwd=tmp_path)
    for name in NAMES:
        assert f"  {name}" in found.out and f"short for --conformance-{name[2:]}" in found.out

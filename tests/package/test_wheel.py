"""What is built is what is needed: sdist and wheel, installed into an empty environment, used from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = [path for name in ("schemas", "fixtures") for path in sorted((ROOT / name).rglob("*")) if path.is_file()]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON", "COV_"))}


def run(command: Sequence[str | Path], folder: Path, seconds: float = 300) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command], cwd=folder, env=CLEAN, capture_output=True, text=True, timeout=seconds,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that is built out of it."""
    folder = tmp_path_factory.mktemp("dist")
    ended = run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def test_the_sdist_is_complete(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {path.relative_to(ROOT).as_posix() for path in DATA}
    wanted |= {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "tox.ini", "conftest.py", "constraints.txt"}
    wanted |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py")}
    assert wanted - held == set()
    assert not [name for name in held if "__pycache__" in name or name.startswith((".venv", ".hypothesis"))]


def test_the_wheel_holds_the_data_and_says_that_it_is_typed(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as archive:
        held = set(archive.namelist())
        metadata = archive.read(next(name for name in held if name.endswith("METADATA"))).decode()
        entry_points = archive.read(next(name for name in held if name.endswith("entry_points.txt"))).decode()
    wanted = {f"conformance/_data/{path.relative_to(ROOT).as_posix()}" for path in DATA}
    sources = (path for path in (ROOT / "conformance").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    wanted |= {path.relative_to(ROOT).as_posix() for path in sources} | {"conformance/py.typed"}
    assert wanted - held == set()
    assert not [name for name in held if name.split("/")[0] != "conformance" and ".dist-info/" not in name]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"Name: {project['name']}\n" in metadata and "Requires-Python: >=3.11\n" in metadata
    assert "conformance.plugin = conformance.plugin" in entry_points
    assert "conformance = conformance.cli:main" in entry_points


@pytest.mark.slow
def test_the_wheel_works_from_an_empty_folder(built: tuple[Path, Path], tmp_path: Path) -> None:
    environment, folder = tmp_path / "venv", tmp_path / "empty"
    folder.mkdir()
    venv.create(environment, with_pip=True)
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    ended = run([python, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", built[1]], folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr

    ended = run([python, "-m", "pytest", "--pyargs", "conformance.suite"], folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "reference target: conformant" in ended.stdout

    server = subprocess.Popen(
        [python, "-m", "conformance.reference", "--port", "0", "--stop-with-stdin"], cwd=folder, env=CLEAN,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with server:
        assert server.stdout is not None and server.stdin is not None
        url = server.stdout.readline().split()[-1]
        profile = folder / "profile.toml"
        profile.write_text((ROOT / "fixtures" / "reference.toml").read_text("utf-8"), "utf-8")
        options: list[str | Path] = ["--target-url", url, "--target-profile", profile, "--conformance-report", "report"]
        ended = run([python, "-m", "pytest", *options, "-k", "status"], folder)
        alone = run([python, "-m", "pytest", "--target-url", url, "-q"], folder)
        server.stdin.close()
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert {each.name for each in (folder / "report").iterdir()} >= {"certificate.json", "summary.md", "exchanges.har"}
    # Nothing is known of the target but its URL: what needs no more is tested, and the rest is said to be untested.
    assert alone.returncode == 0 and " untested" in alone.stdout, alone.stdout + alone.stderr

    ended = run([python, "-m", "conformance.cli", "explain", "PARAMETER_REQUIRED"], folder)
    assert ended.returncode == 0 and "ErrorCode  PARAMETER_REQUIRED" in ended.stdout
    assert next(environment.glob("lib/python*/site-packages/conformance/py.typed")).is_file()

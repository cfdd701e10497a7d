"""The contract's judgements as checks of the real `st` command, with the configuration that the documentation shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.data import SCHEMAS
from conformance.putting.serving import Served, application, reference

from .trials import PROFILE

ROOT = Path(__file__).parents[2]
DOCUMENTATION = ROOT / "docs" / "schemathesis.md"
OWNER = PROFILE.vault["owner"]


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Served]]:
    """What is put into the list is stopped at the end."""
    monkeypatch.chdir(ROOT)
    found: list[Served] = []
    yield found
    for each in found:
        each.stop()


def _configuration() -> str:
    found = re.search(r"```toml\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def _st(
    folder: Path, url: str, *operations: str, checks: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    chosen = [word for each in operations for word in ("--include-operation-id", each)]
    command = [str(Path(sys.executable).with_name("st")), "run", str(SCHEMAS / "surface.json"), "--url", url]
    command += ["--auth", f"{OWNER.username}:{OWNER.password}"]
    command += ["--phases", "coverage,fuzzing", "-n", "5", "--seed", "1"]
    command += ["--checks", checks] if checks else []
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [*command, *chosen], cwd=folder, capture_output=True, text=True, timeout=240,
        env={**os.environ, "PYTHONPATH": paths, "NO_COLOR": "1", "COLUMNS": "200", **environment},
    )  # fmt: skip


def test_the_reference_target_passes(tmp_path: Path, serving: list[Served]) -> None:
    (tmp_path / "schemathesis.toml").write_text(_configuration(), encoding="utf-8")
    serving.append(reference())
    done = _st(tmp_path, serving[0].url)
    assert done.returncode == 0, done.stdout + done.stderr
    tested = re.search(r"Tested: (\d+)", done.stdout)
    assert tested and int(tested[1]) == 18, done.stdout


def test_each_family_of_requirements_is_told_by_its_check(tmp_path: Path, serving: list[Served]) -> None:
    (tmp_path / "schemathesis.toml").write_text(_configuration(), encoding="utf-8")
    serving.append(application("tests.depth.wrong_app:app"))
    done = _st(tmp_path, serving[0].url, "getCall", "getAddress", "listFlows", "addAddress", "listAddresses")
    assert done.returncode == 1, done.stdout + done.stderr
    told = re.split(r"^_{5,} ", done.stdout, flags=re.MULTILINE)
    of_operation = {each.split(" _", 1)[0]: each for each in told[1:]}
    assert set(of_operation) == {
        "GET /v2/Calls/{CallSid}", "GET /v2/Addresses/{AddressSid}", "GET /v2/Properties/{PropertySid}/Flows",
        "POST /v2/Accounts/{AccountSid}/Addresses",
    }  # fmt: skip
    assert "status.allowed" in of_operation["GET /v2/Calls/{CallSid}"]
    assert "json.every-response" in of_operation["GET /v2/Addresses/{AddressSid}"]
    assert "envelope.message" in of_operation["GET /v2/Properties/{PropertySid}/Flows"]
    assert "code.PARAMETER_REQUIRED" in of_operation["POST /v2/Accounts/{AccountSid}/Addresses"]
    assert "expected" in done.stdout and "curl" in done.stdout


def test_checks_can_be_named_on_the_command_line_instead(tmp_path: Path, serving: list[Served]) -> None:
    serving.append(application("tests.depth.wrong_app:app"))
    named = {"SCHEMATHESIS_HOOKS": "conformance.schemathesis_hooks"}
    done = _st(tmp_path, serving[0].url, "getCall", "getAddress", checks="contract_json", **named)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "json.every-response" in done.stdout
    assert "status.allowed" not in done.stdout

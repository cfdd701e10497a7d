"""The pytest fixtures, in a project that has nothing else to do with the suite, and what the plugin costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RIGHT = """
    response = 400, {"Content-Type": "application/json"}, (
        b'{"ResponseStatus": {"ErrorCode": "PARAMETER_REQUIRED", "Message": "Line1 is required.",'
        b' "Errors": [{"FieldName": "Line1"}]}}'
    )
"""
PROJECT = f"""
def test_right(assert_keeps_contract, contract_violations):
{RIGHT}
    assert_keeps_contract(response, code="PARAMETER_REQUIRED", field="Line1")
    assert contract_violations(response) == []

def test_wrong(assert_keeps_contract):
{RIGHT}
    assert_keeps_contract(response, code="PARAMETER_REQUIRED", field="Line2")
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:schemathesis", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_the_fixtures_judge(tmp_path: Path) -> None:
    (tmp_path / "test_api.py").write_text(PROJECT, "utf-8")
    ended = run(tmp_path)
    assert ended.returncode == 1 and "1 failed, 1 passed" in ended.stdout
    assert "code.PARAMETER_REQUIRED (must, stated; errors page, Error Codes)" in ended.stdout
    assert "expected  Line2" in ended.stdout
    # No traceback leads into the suite.
    assert "judging.py" not in ended.stdout.replace("conformance.judging", "")


def test_a_project_says_which_contract(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import pytest\n\n@pytest.fixture(scope='session')\ndef conformance_contract():\n    return 'no-such-folder'\n",
        "utf-8",
    )
    (tmp_path / "test_api.py").write_text(PROJECT, "utf-8")
    assert "no-such-folder: there is no such folder" in run(tmp_path).stdout


def test_an_unrelated_project_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "test_api.py").write_text(
        "import sys\n\ndef test_nothing_is_loaded():\n"
        "    loaded = {name for name in sys.modules if name.split('.')[0] == 'conformance'}\n"
        "    own = ('', '.plugin', '.session', '.session.options', '.session.chapter', '.pytest_fixtures')\n"
        "    assert loaded <= {'conformance' + each for each in own}, sorted(loaded)\n"
        "    assert 'jsonschema_rs' not in sys.modules and 'schemathesis' not in sys.modules\n",
        "utf-8",
    )
    ended = run(tmp_path, "-q")
    assert ended.returncode == 0 and "1 passed" in ended.stdout
    assert "conformance" not in ended.stdout
    assert {each.name for each in tmp_path.iterdir()} <= {"__pycache__", "test_api.py"}

"""Real pytest processes, as a user starts them."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from conformance.data import FIXTURES

ROOT = Path(__file__).resolve().parents[2]
PROFILE = FIXTURES / "reference.toml"
SECRETS = ("reference-owner-token", "reference-limited-token")


def environment(**more: str) -> dict[str, str]:
    """The environment without what would change a run."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("CONFORMANCE_", "PYTEST_", "CI", "GITHUB_", "COLUMNS"))
    }
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **more}


@dataclass(frozen=True)
class Run:
    """How a process ended, and what it said."""

    status: int
    out: str
    err: str
    junit: Path

    @property
    def said(self) -> str:
        """All that it said."""
        return self.out + self.err

    def testcases(self) -> list[ElementTree.Element]:
        """The testcases of its JUnit file."""
        return list(ElementTree.parse(self.junit).getroot().iter("testcase"))

    def kinds(self) -> Counter[str]:
        """How many testcases are bare, skipped, failures and errors."""
        return Counter(next((e.tag for e in each if e.tag != "properties"), "bare") for each in self.testcases())

    def properties(self) -> dict[str, list[tuple[str, str]]]:
        """The properties of each testcase, by the id of its case."""
        found: dict[str, list[tuple[str, str]]] = {}
        for each in self.testcases():
            pairs = [(p.get("name", ""), p.get("value", "")) for p in each.iter("property")]
            found[dict(pairs)["case"]] = pairs
        return found


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)]


def pytest_run(folder: Path, *arguments: str | Path, cwd: Path = ROOT, **variables: str) -> Run:
    """Run pytest in the checkout, or in another folder, with a JUnit file in `folder`."""
    junit = folder / "junit.xml"
    done = subprocess.run(
        command(*arguments, "--junitxml", junit), cwd=cwd, env=environment(**variables), capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr, junit)

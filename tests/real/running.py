"""Runs of the suite: in this process over a function, and as a process of its own with its cost measured."""

from __future__ import annotations

import base64
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from conformance.http.target import AppTarget
from conformance.judgement.verdict import Result
from conformance.planning.cases import Case
from conformance.putting.procedures import put
from conformance.session.examination import Choices, Examination

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "fixtures" / "reference.toml").read_text("utf-8")


@dataclass(frozen=True)
class Sent:
    """One request as a target saw it."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    status: int = 0

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass
class Watching:
    """A layer over a target that writes down each request, and answers as `instead` says where it says something."""

    respond: Callable[..., Any]
    instead: Callable[[Sent], Any] = lambda sent: None
    seen: list[Sent] = field(default_factory=list)

    def __call__(self, method: str, target: str, headers: tuple[tuple[str, str], ...], body: bytes) -> Any:
        sent = Sent(method, target, headers, body)
        answer = self.instead(sent) or self.respond(method, target, list(headers), body)
        self.seen.append(replace(sent, status=answer.status))
        return answer


def examined(
    folder: Path, profile: str, respond: Callable[..., Any], chosen: Callable[[Case], bool] = lambda case: True
) -> tuple[Examination, list[Result]]:
    """Put every case that is chosen to a function, as a run would, and clean up after it."""
    path = folder / "profile.toml"
    path.write_text(profile, "utf-8")
    examination = Examination(Choices(url="http://target.invalid", profile=str(path), seed=7))
    bench = examination.opened(AppTarget(respond, examination.profile.vault))
    bench.discover()
    results = [put(bench, case) for case in examination.cases.values() if chosen(case)]
    bench.clean_up()
    return examination, results


@dataclass(frozen=True)
class Run:
    """What a process said and cost; `peak` is in MiB, of the program alone."""

    status: int
    output: str
    seconds: float
    peak: float
    junit: Path
    report: Path

    def testcases(self) -> list[ElementTree.Element]:
        return list(ElementTree.parse(self.junit).getroot().iter("testcase"))


def command(*arguments: str) -> list[str]:
    """The command line of a run."""
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]


def run(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT, bound: float = 60
) -> Run:
    """A whole run with its reports; the process is ended when it has taken `bound` seconds."""
    junit, report = folder / "junit.xml", folder / "report"
    words = command(f"--junitxml={junit}", f"--conformance-report={report}", *arguments)
    began = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(words, cwd=cwd, env=environment(env), stdout=output, stderr=output)
        status, peak = _waited(process, began + bound)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    return Run(status, text, time.monotonic() - began, peak / 1024, junit, report)


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without what would change a run."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("CONFORMANCE_", "PYTEST_")) and "proxy" not in k.lower()
    }
    return {**kept, "COLUMNS": "120", **(more or {})}


def _waited(process: subprocess.Popen[bytes], until: float) -> tuple[int, float]:
    """Exit status, and the most KiB that the program had: what the system tells at the end counts who started it, too."""
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _high_water(process.pid))
        if time.monotonic() > until:
            process.kill()
        time.sleep(0.02)
    return process.returncode, peak


def _high_water(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0.0)


def served(*words: str) -> tuple[subprocess.Popen[bytes], str]:
    """A process that says where it listens; whoever starts it ends it."""
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    return process, process.stdout.readline().decode().split("listening on ")[1].strip()


def ended(process: subprocess.Popen[bytes]) -> None:
    """End a process that `served` began."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def held(url: str) -> dict[str, Any]:
    """What a reference target holds that a run may change: its addresses and how its numbers are set up."""
    account, password = "ATLZBCMU3F7EC4XX6SBQGFRZQBAUBTMR", "reference-owner-token"
    token = base64.b64encode(f"{account}:{password}".encode()).decode()
    found = {}
    connection = http.client.HTTPConnection(url.split("//")[1], timeout=10)
    for name in ("Addresses", "Numbers"):
        connection.request("GET", f"/v2/Accounts/{account}/{name}", headers={"Authorization": f"Basic {token}"})
        found[name] = json.loads(connection.getresponse().read())
    connection.close()
    return found


def requirements_broken(results: Sequence[Result]) -> set[str]:
    """The requirements that some result finds broken."""
    return {violation.requirement for result in results for violation in result.violations}

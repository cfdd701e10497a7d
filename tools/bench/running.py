"""Targets and runs that are measured, and the least that their exchanges can cost."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conformance.http.wire import Wire
from conformance.planning.cases import Case
from conformance.putting.bench import Bench
from conformance.putting.procedures import DRAWN
from conformance.putting.runner import Runner
from conformance.session import garbage
from conformance.session.examination import Choices, Examination

ROOT = Path(__file__).resolve().parents[2]
PROFILE = ROOT / "fixtures" / "reference.toml"
#: The chapters without drawn values.
CHAPTERS = [f"conformance/suite/{path.name}" for path in sorted((ROOT / "conformance/suite").glob("test_0[1-8]*.py"))]

Sent = tuple[str, str, Sequence[tuple[str, str]], bytes]


def environment() -> dict[str, str]:
    """That of measured processes: byte code is kept, as it is where the suite is installed, but not in the tree."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "CONFORMANCE"))
    }
    cache = Path(tempfile.gettempdir()) / f"conformance-bench-{os.getuid()}"
    return {**kept, "PYTHONPYCACHEPREFIX": str(cache), "PYTHONPATH": str(ROOT), "CI": "1"}


@contextmanager
def served(module: str = "conformance.reference", *options: str) -> Iterator[str]:
    """The URL of a target in a process of its own."""
    command = [sys.executable, "-m", module, "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment(), cwd=ROOT
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().rsplit(" ", 1)[1].strip()
        finally:
            process.kill()


def suite(*options: str, cwd: Path = ROOT) -> dict[str, Any]:
    """Run pytest as a process: what its clock saw, its wall time, its exit status, and the last lines."""
    with tempfile.TemporaryDirectory() as folder:
        clock = Path(folder) / "clock.json"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tools.bench.clock", "-p", "no:cacheprovider", *options]
        began = time.time()
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**environment(), "BENCH_CLOCK": str(clock)},
            capture_output=True,
            text=True,
            check=False,
        )
        found: dict[str, Any] = json.loads(clock.read_text("utf-8")) if clock.exists() else {}
    said = [line for line in done.stdout.splitlines() if "requests in" in line]
    requests = int(said[-1].split("), ")[-1].split()[0].replace(",", "")) if said else 0
    return {**found, "wall": time.time() - began, "status": done.returncode, "requests": requests,
            "start": found.get("began", began) - began, "output": done.stdout[-2000:] + done.stderr[-2000:]}  # fmt: skip


def profile_with(folder: Path, text: str) -> Path:
    """The reference target's profile with something added."""
    path = folder / "profile.toml"
    path.write_text(PROFILE.read_text("utf-8") + text, "utf-8")
    return path


# The least


def replay(sent: Sequence[Sent], url: str) -> float:
    """Seconds that the exchanges take with the suite's own client, over one connection."""
    wire = Wire(url)
    began = time.perf_counter()
    for method, target, headers, body in sent:
        wire.send(method, target, headers, body)
    seconds = time.perf_counter() - began
    wire.close()
    return seconds


def replay_raw(sent: Sequence[Sent], url: str) -> float:
    """The same with nothing but a socket: requests written beforehand, of responses only the length read."""
    wire = Wire(url)
    written = [(method, wire._written(method, target, headers, body)) for method, target, headers, body in sent]
    place = (wire.url.host, wire.url.port)
    sock = socket.create_connection(place)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    began = time.perf_counter()
    for method, data in written:
        sock.sendall(data)
        got = sock.recv(65536)
        while got and b"\r\n\r\n" not in got:
            got += sock.recv(65536)
        head, _, body = got.partition(b"\r\n\r\n")
        at = head.lower().find(b"content-length:")
        size = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 and method != "HEAD" else 0
        left = size - len(body)
        while left > 0:
            left -= len(sock.recv(65536)) or left
        if not got or b"connection: close" in head.lower():
            sock.close()
            sock = socket.create_connection(place)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    seconds = time.perf_counter() - began
    sock.close()
    return seconds


class Noting(Wire):
    """A wire that notes what it sends."""

    sent: list[Sent]

    def send(self, method: str, target: str, headers: Any = (), body: bytes = b"", *more: Any, **named: Any) -> Any:
        self.sent.append((method, target, headers, body))
        return super().send(method, target, headers, body, *more, **named)


def engine(choose: Callable[[Examination], list[Case]], url: str, note: bool = False) -> tuple[float, int, list[Sent]]:
    """Plan, send and judge without pytest: seconds, requests, and what was sent if that is asked for."""
    began = time.perf_counter()
    examination = Examination(Choices(url=url, profile=str(PROFILE), seed=1))
    cases = choose(examination)
    bench: Bench = examination.open(url)
    noting: Any = bench.target
    if note:
        wire = Noting(url)
        wire.sent, noting._wire = [], wire
    bench.discover()
    ordinary = garbage.seldom()
    runner = Runner(bench)
    runner.start(cases, 0.0)
    for case in cases:
        runner.result(case)
    seconds, requests = time.perf_counter() - began, bench.target.sent
    ordinary()
    sent = noting._wire.sent if note else []
    bench.clean_up()
    bench.target.close()
    return seconds, requests, sent


def fixed(examination: Examination) -> list[Case]:
    """The cases whose requests are not drawn, of the chapters that are run."""
    return [case for case in examination.cases.values() if case.kind not in DRAWN and case.chapter != "sequences"]


def drawn(examination: Examination) -> list[Case]:
    """The cases whose values are drawn."""
    from conformance.drawn import generated
    from conformance.planning.codes import Planner

    own = [case for case in examination.cases.values() if case.chapter == "generated"]
    if own:
        return own
    codes = list(Planner(examination.contract, examination.surface, examination.profile).code_cases())
    return list(generated.plan(examination.contract, examination.surface, examination.profile, codes))


def median(values: Sequence[float]) -> float:
    return statistics.median(values)

"""Figures (d) to (g) and (i): latency, wide surfaces, memory, start-up, several processes."""

from __future__ import annotations

import json
import multiprocessing
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from conformance.data import SCHEMAS
from conformance.http.target import AppTarget
from conformance.inputs import contract, description
from conformance.putting import serving
from conformance.putting.procedures import put
from conformance.reference import Reference
from conformance.session import garbage
from conformance.session.examination import Choices, Examination, known_facts

from .running import CHAPTERS, PROFILE, ROOT, environment, median, profile_with, served, suite

Figure = dict[str, Any]
#: Longest bound of one measured run, in seconds.
LONGEST = 8.0


def latency() -> list[Figure]:
    """(d) wall time of a run against requests x latency / concurrency."""
    rows: list[Figure] = []
    start = startup(3)[0]["value"]
    for milliseconds in (0, 10, 50, 200):
        for concurrency in (1, 8, 32):
            parts = max(1, round(4800 * milliseconds / 1000 / concurrency / LONGEST))
            with (
                tempfile.TemporaryDirectory() as folder,
                served("conformance.reference", "--latency-ms", str(milliseconds)) as url,
            ):
                path = profile_with(Path(folder), f"\n[http]\nconcurrency = {concurrency}\n")
                run = suite(*CHAPTERS, "--target-url", url, "--target-profile", str(path), "--shard", f"1/{parts}")
            bound = run["requests"] * milliseconds / 1000 / concurrency
            row: Figure = {
                "figure": "d", "what": f"{milliseconds} ms, concurrency {concurrency}: wall / (bound + start-up)",
                "value": run["wall"] / (bound + start), "requests": run["requests"], "seconds": run["wall"], "bound": bound,
            }  # fmt: skip
            if (milliseconds, concurrency) == (50, 32):
                row["aim"] = 1.3
            rows.append(row)
    return rows


def widened(operations: int, folder: Path, of: int = 10) -> tuple[Path, Path]:
    """A description of so many operations, copies of the first `of` of the bundled one, and a profile that fits it.

    Lists stand in the first copy alone, since a thing that was written is looked for in all the lists of its kind.
    """
    document = json.loads((SCHEMAS / "surface.json").read_text("utf-8"))
    paths: dict[str, Any] = {}
    for copy in range(operations // of):
        count = 0
        for path, item in document["paths"].items():
            kept: dict[str, Any] = {}
            for method, each in item.items():
                if isinstance(each, dict) and "operationId" in each:
                    count += 1
                    if count > of:
                        continue
                    each = {**each, "operationId": each["operationId"] + (f"{copy}" if copy else "")}
                    if copy and "many" in each.get("x-reads", {}):
                        del each["x-reads"]
                kept[method] = each
            if any(isinstance(each, dict) and "operationId" in each for each in kept.values()):
                paths[f"/c{copy}{path}" if copy else path] = kept
    there = {each.get("operationId") for item in paths.values() for each in item.values() if isinstance(each, dict)}
    steps = [each for each in document["x-discovery"] if {each.get("read"), each.get("taken")} - {None} <= there]
    spec, profile = folder / f"surface-{operations}.json", folder / f"profile-{operations}.toml"
    spec.write_text(json.dumps({**document, "paths": paths, "x-discovery": steps}), "utf-8")
    given = tomllib.loads(PROFILE.read_text("utf-8"))
    known = known_facts(contract.load(SCHEMAS), description.load(spec))
    lines = ["[allow]", "writes = true", "[facts]"]
    lines += [f"{name} = {_toml(value)}" for name, value in given["facts"].items() if name in known]
    for name, each in given["credentials"].items():
        lines += [f"[credentials.{name}]", *(f"{key} = {json.dumps(value)}" for key, value in each.items())]
    profile.write_text("\n".join(lines) + "\n", "utf-8")
    return spec, profile


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {json.dumps(each)}" for key, each in value.items()) + " }"
    return json.dumps(value)


def _unwidened(respond: Any) -> Any:
    return lambda method, target, headers, body: respond(method, re.sub(r"^/c\d+/", "/", target), list(headers), body)


def _planned_and_put(spec: Path, profile: Path, times: int, sample: int) -> tuple[float, float, int]:
    """Seconds for each case to plan it, and to put and judge it, and how many cases there are."""
    planning, putting = [], []
    for _ in range(times):
        began = time.perf_counter()
        examination = Examination(Choices(url="http://target.invalid", profile=str(profile), spec=str(spec), seed=1))
        planning.append((time.perf_counter() - began) / len(examination.cases))
        cases = [case for case in examination.cases.values() if case.kind == "refusal" and case.operation]
        bench = examination.opened(AppTarget(_unwidened(Reference().respond), examination.profile.vault))
        bench.discover()
        chosen = cases[:: max(1, len(cases) // sample)]
        ordinary = garbage.seldom()
        began = time.perf_counter()
        for case in chosen:
            put(bench, case)
        putting.append((time.perf_counter() - began) / len(chosen))
        ordinary()
    return min(planning), min(putting), len(examination.cases)


def wide(sizes: tuple[int, ...] = (10, 100, 1000), sample: int = 3000) -> list[Figure]:
    """(e) seconds for each case to plan it, and to put and judge it, as the description grows."""
    rows: list[Figure] = []
    first: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            spec, profile = widened(size, Path(folder))
            # Each in a new process: what one leaves in memory costs the next one time, and those that it starts memory.
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
                found = alone.submit(_planned_and_put, spec, profile, 3 if size < 1000 else 2, sample).result()
            *seconds_of, cases = found
            for what, seconds in zip(("planning", "putting and judging"), seconds_of, strict=True):
                first.setdefault(what, seconds)
                row: Figure = {"figure": "e", "what": f"{size} operations: {what}, for each case / the same at {sizes[0]}",
                               "value": seconds / first[what], "cases": cases, "seconds": seconds}  # fmt: skip
                if size == 1000:
                    row["aim"] = 1.2
                rows.append(row)
    return rows


def memory(sizes: tuple[int, ...] = (1000, 10_000, 100_000)) -> list[Figure]:
    """(f) peak memory of the pytest process."""
    rows: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            spec, profile = widened(max(10, round(size / 1400) * 10), Path(folder))
            run = suite(
                *CHAPTERS,
                "--target-app",
                "tools.bench.wide:app",
                "--target-spec",
                str(spec),
                "--target-profile",
                str(profile),
            )
            cases = int(run["cases"])
            rows.append({
                "figure": "f", "what": f"{cases:,} cases: peak memory / (200 MiB + 2 KiB a case)", "aim": 1.0,
                "value": run["memory"] / (200 * 2**20 + 2048 * cases), "bytes": run["memory"], "seconds": run["wall"],
                "status": run["status"],
            })  # fmt: skip
    return rows


def startup(times: int = 7) -> list[Figure]:
    """(g) from the start of the process to the first request that a server sees."""
    seconds = []
    for turn in range(times + 1):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            seen: list[float] = []

            def first(listener: socket.socket = listener, seen: list[float] = seen) -> None:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1)
                    seen.append(time.time())

            thread = threading.Thread(target=first, daemon=True)
            thread.start()
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            command = [sys.executable, "-m", "pytest", "-q", "--target-url", url, "--target-profile", str(PROFILE)]
            began = time.time()
            with subprocess.Popen(
                command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as process:
                thread.join(30)
                process.kill()
            if turn:
                seconds.append(seen[0] - began)
    return [
        {"figure": "g", "what": "start-up to first request, seconds", "value": median(seconds), "aim": 1.0},
        {"figure": "g", "what": "the reference target is there, seconds", "value": _serving(times), "aim": 0.5},
        {
            "figure": "g",
            "what": "loading the plugin in an unrelated project, seconds",
            "value": _loading(times),
            "aim": 0.03,
        },
    ]


def _serving(times: int) -> float:
    """From the start of the process of the reference target until it says where it is."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        served = serving.reference()
        seconds.append(time.perf_counter() - began)
        served.stop()
    return median(seconds)


def _loading(times: int) -> float:
    """What the plugin adds to a pytest process that has nothing to do with the suite."""
    code = "import time, pytest; began = time.perf_counter(); import conformance.plugin; print(time.perf_counter() - began)"
    command = [sys.executable, "-c", code]
    return median([float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(times)])


def processes(pairs: int = 3) -> list[Figure]:
    """(i) two processes of pytest-xdist, and two shards at once, against one process; at 0 and at 20 ms."""
    rows: list[Figure] = []
    for milliseconds, part in ((0, 1), (20, 4)):
        found: list[tuple[float, float]] = []

        def run(*options: str, milliseconds: int = milliseconds) -> float:
            with served("conformance.reference", "--latency-ms", str(milliseconds)) as url:
                return float(suite(*CHAPTERS, "--target-url", url, "--target-profile", str(PROFILE), *options)["wall"])

        for _ in range(pairs):
            one = run("--shard", f"1/{part}")
            xdist = run("--shard", f"1/{part}", "-n", "2")
            began = time.time()
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(run, ("--shard",) * 2, (f"1/{2 * part}", f"{1 + part}/{2 * part}")))
            found.append((xdist / one, (time.time() - began) / one))
        for index, what in enumerate(("pytest-xdist -n 2", "two shards at once")):
            value = median([each[index] for each in found])
            rows.append({"figure": "i", "what": f"{milliseconds} ms: {what} / one process", "value": value})
    return rows

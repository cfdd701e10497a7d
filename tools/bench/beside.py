"""Figure (h): the command of Schemathesis on the same description and targets."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
import tomllib
from typing import Any

from conformance.data import SCHEMAS

from .running import PROFILE, ROOT, environment, served, suite

Figure = dict[str, Any]
#: Its checks that the reference target passes: the others ask for what the contract forbids, 405 among it.
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
LONGEST = 20.0


def chosen() -> tuple[str, ...]:
    """Ten liars: the first of each family, in the order of the list."""
    listed = subprocess.run(
        [sys.executable, "-m", "conformance.liars", "--list"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found: dict[str, str] = {}
    for line in listed.splitlines():
        name, family = line.split("\t")[:2]
        if family != "variants":
            found.setdefault(family, name)
    return tuple(found.values())[:10]


def theirs(url: str, *options: str) -> tuple[float, int, str]:
    """Seconds, exit status and output of Schemathesis' command."""
    owner = tomllib.loads(PROFILE.read_text("utf-8"))["credentials"]["owner"]
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", str(SCHEMAS / "surface.json"), "--url", url, "--checks", CHECKS,
        "--auth", f"{owner['username']}:{owner['password']}", "--no-color", "--seed", "1", *options,
    ]  # fmt: skip
    # What it keeps of a run goes into the folder it runs in.
    with tempfile.TemporaryDirectory() as folder:
        began = time.time()
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=LONGEST, check=False
            )
        except subprocess.TimeoutExpired as error:
            return time.time() - began, -1, (error.stdout or b"").decode("utf-8", "replace")
        return time.time() - began, done.returncode, done.stdout + done.stderr


def side_by_side(liars: tuple[str, ...] = ()) -> list[Figure]:
    """Requests a second, and seconds until each liar is found."""
    with served() as url:
        seconds, status, said = theirs(url, "--phases", "coverage,fuzzing", "--max-examples", "20")
    generated = re.search(r"([\d,]+) generated", said)
    count = int(generated[1].replace(",", "")) if generated else 0
    with served() as url:
        ours = suite("--target-url", url, "--target-profile", str(PROFILE))
    rows: list[Figure] = [
        {"figure": "h", "what": "requests a second, the suite / Schemathesis", "seconds": ours["wall"], "status": status,
         "value": (ours["requests"] / ours["wall"]) / (count / seconds) if count else 0.0, "theirs": count / seconds},
    ]  # fmt: skip
    for liar in liars or chosen():
        with served("conformance.liars", "--serve", liar) as url:
            run = suite("-x", "--target-url", url, "--target-profile", str(PROFILE))
        with served("conformance.liars", "--serve", liar) as url:
            seconds, status, _ = theirs(url, "--max-failures", "1")
        found = "found" if status == 1 else "not found"
        rows.append({"figure": "h", "what": f"{liar}: seconds until found, the suite / Schemathesis ({found})", "aim": 0.1,
                     "value": run["wall"] / seconds, "seconds": run["wall"],
                     "theirs": seconds, "status": run["status"]})  # fmt: skip
    return rows

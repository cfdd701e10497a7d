"""An API of another domain, with its own envelope, codes and requirements, certified by the same engine."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .running import ROOT, Run, ended, environment, run, served

LIBRARY = ROOT / "docs" / "examples" / "library"
OPTIONS = (
    f"--target-contract={LIBRARY / 'contract'}", f"--target-spec={LIBRARY / 'openapi.yaml'}",
    f"--target-profile={LIBRARY / 'profile.toml'}",
)  # fmt: skip


def examined(tmp_path: Path, *options: str, wrong: str = "") -> Run:
    process, url = served(str(LIBRARY / "server.py"), "--port", "0", *(["--wrong", wrong] if wrong else []))
    try:
        return run(tmp_path, f"--target-url={url}", *OPTIONS, "-q", *options)
    finally:
        ended(process)


def violated(found: Run) -> set[str]:
    return {
        each.attrib["value"]
        for case in found.testcases()
        if case.find("failure") is not None
        for each in case.iter("property")
        if each.attrib["name"] == "violated"
    }


def test_a_right_library_is_certified(tmp_path: Path) -> None:
    found = examined(tmp_path, "--certify")
    assert found.status == 0, found.output[-3000:]
    certificate = json.loads((found.report / "certificate.json").read_text())
    assert certificate["verdict"] == "conformant"
    asked = {
        e.attrib["value"]
        for case in found.testcases()
        for e in case.iter("property")
        if e.attrib["name"] == "error_code"
    }
    assert asked == {path.stem for path in (LIBRARY / "contract" / "codes").iterdir()}
    assert "librarian-7a91c3" not in found.output + found.junit.read_text()


@pytest.mark.parametrize(
    ("wrong", "blamed"),
    [
        ("not-found", {"type.book-not-found", "http.404"}),
        ("forgets", {"type.book-not-found", "behaviour.changed"}),
    ],
)
def test_wrong_libraries_are_blamed_for_what_is_wrong(tmp_path: Path, wrong: str, blamed: set[str]) -> None:
    found = examined(tmp_path, wrong=wrong)
    assert found.status == 1, found.output[-3000:]
    assert violated(found) == blamed
    assert '-H "X-Library-Card: $CONFORMANCE_TOKEN"' in found.junit.read_text().replace("&quot;", '"')


def test_a_reader_without_leave_writes_nothing(tmp_path: Path) -> None:
    profile = (LIBRARY / "profile.toml").read_text().replace("writes = true", "writes = false")
    (tmp_path / "profile.toml").write_text(profile)
    found = examined(tmp_path, f"--target-profile={tmp_path / 'profile.toml'}")
    assert found.status == 0, found.output[-3000:]
    assert "[allow] writes = true" in found.output


# The guide, word for word


def commands() -> Iterator[str]:
    text = (ROOT / "docs" / "another-api.md").read_text("utf-8")
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from block.strip().splitlines()


def test_the_guide_can_be_followed(tmp_path: Path) -> None:
    """Each command as it stands, in one shell, but with ports that are free."""
    script, ports = [], {}
    for command in commands():
        for port in re.findall(r"\b800\d\b", command):
            ports.setdefault(port, _free_port())
            command = command.replace(port, str(ports[port]))
        command = command.replace("--output library.toml", f"--output {tmp_path / 'library.toml'}")
        ends = "sleep 1.5" if command.endswith("&") else 'printf "\\nstatus %s\\n" $?'
        script += [f"set -o pipefail; {command}", ends]
    more = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    (tmp_path / "guide.sh").write_text("\n".join([*script, "kill $(jobs -p)"]), "utf-8")
    done = subprocess.run(["bash", str(tmp_path / "guide.sh")], cwd=ROOT, env=environment(more),
                          capture_output=True, text=True,
                          timeout=90, check=False)  # fmt: skip
    said = re.findall(r"^status (\d+)$", done.stdout, re.MULTILINE)
    assert said == ["0", "0", "0", "0", "1"], done.stdout[-4000:] + done.stderr[-2000:]
    assert '"type": "https://library.example/problems/book-not-found"' in done.stdout
    assert "lending library: conformant" in done.stdout
    assert "behaviour.changed" in done.stdout and "type.book-not-found" in done.stdout
    written = (tmp_path / "library.toml").read_text()
    assert 'book = "bk-' in written
    assert "location" not in written and "[status]" not in written  # nothing of it is for this contract


def test_what_the_guide_shows_is_so() -> None:
    text = (ROOT / "docs" / "another-api.md").read_text("utf-8")
    files = " ".join(" ".join(p.read_text("utf-8").split()) for p in (LIBRARY / "contract").rglob("*.json"))
    shown = re.findall(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    plain = re.sub(r"\s", "", files)
    assert len(shown) == 4
    for block in shown[2:]:
        assert re.sub(r"\s", "", block) in plain, block


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])

"""Runs the console blocks of a page: lines after `$ ` are commands, `> ` continues one, the rest is what comes out.

`...` stands for anything: a line of it for any lines, within a line for any characters.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "\x1eended"


@dataclass(frozen=True)
class Command:
    """One command of a page, with what the page shows of its output."""

    text: str
    shown: str


def commands(page: str) -> Iterator[Command]:
    """The commands of a page, in order."""
    for block in _BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            end = next((i for i, line in enumerate(lines[1:], 1) if not line.startswith(">")), len(lines))
            text = [lines[0], *(re.sub("^> ?", "", line) for line in lines[1:end])]
            yield Command("\n".join(text), "\n".join(lines[end:]))


def fits(shown: str, came: str) -> bool:
    """Whether the output is what the page shows."""
    pattern = ""
    for line in shown.splitlines():
        if line == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += r".*".join(map(re.escape, re.split(r"\.\.\.", line))) + r"[ \t]*\n"
    return re.fullmatch(pattern, came if came.endswith("\n") or not came else came + "\n") is not None


def outputs(listed: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float = 120) -> list[str]:
    """What each of the commands prints, run one after another by one bash, in which variables last."""
    script = folder / ".commands"
    script.write_text("".join(f"{{\n{each}\n}} </dev/null\necho; echo '{_END}'\n" for each in listed), "utf-8")
    ended = subprocess.run(
        ["bash", "--norc", "--noprofile", script], cwd=folder, env=dict(environment), text=True, timeout=seconds,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    parts = ended.stdout.split(f"\n{_END}\n")
    assert len(parts) == len(listed) + 1, ended.stdout
    return parts[:-1]

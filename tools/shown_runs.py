"""Makes the runs that README.md shows, and the picture of a report: `python -m tools.shown_runs`.

The picture needs Chromium; without it only the texts are made.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "images" / "report.png"
LIAR = "field-name-missing/PARAMETER_REQUIRED"
CASE = "PARAMETER_REQUIRED/addAddress/Line1/absent"
#: Of a long output the beginning and the end are shown, with a line of dots between.
HEAD, TAIL = 6, 12


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        profile = folder / "profile.toml"
        shutil.copy(ROOT / "fixtures" / "reference.toml", profile)
        texts = {"right": shown("pytest", pytest([], ROOT), tail=9)}
        with liar() as url:
            options = ["--target-url", url, "--target-profile", "profile.toml"]
            wrong = pytest([*options, "--conformance-report", "report"], folder)
            texts["wrong"] = fenced(tail_of(wrong))
            letter = pytest([*options, "-k", CASE], folder)
            texts["letter"] = fenced(between(letter, CASE, "pytest --target-url"))
        write(texts)
        return photograph(folder / "report" / "report.html")


@contextmanager
def liar() -> Iterator[str]:
    """A target that is wrong on purpose, at the address that the texts name."""
    command = [sys.executable, "-m", "conformance.liars", "--serve", LIAR, "--port", "8080"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def pytest(options: Sequence[str], folder: Path) -> list[str]:
    """The lines that a run prints."""
    command = [str(Path(sys.executable).with_name("pytest")), "-p", "no:cacheprovider", *options]
    environment = {**os.environ, "COLUMNS": "118"}
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return [line.replace(" -p no:cacheprovider", "").rstrip() for line in ended.stdout.splitlines()]


def shown(command: str, lines: list[str], head: int = HEAD, tail: int = TAIL) -> str:
    """A command with the beginning and the end of its output."""
    kept = [line for line in lines if not line.startswith(("rootdir", "plugins", "configfile", "platform"))]
    if len(kept) > head + tail:
        kept = [*kept[:head], "...", *kept[-tail:]]
    return fenced([f"$ {command}", *kept], "console")


def tail_of(lines: list[str]) -> list[str]:
    """What stands below the line that the suite draws itself."""
    start = next(i for i, line in enumerate(lines) if re.match(r"=+ conformance =+", line))
    return lines[start:]


def between(lines: list[str], first: str, last: str) -> list[str]:
    """From the line that holds `first` alone to the line that begins with `last`."""
    start = next(i for i, line in enumerate(lines) if line.strip(" _") == first)
    end = next(i for i, line in enumerate(lines) if i > start and line.strip().startswith(last))
    return lines[start : end + 1]


def fenced(lines: Sequence[str], language: str = "text") -> str:
    return "\n".join([f"```{language}", *lines, "```"])


def write(texts: dict[str, str]) -> None:
    """Put the texts between their marks in README.md."""
    text = README.read_text("utf-8")
    for name, made in texts.items():
        pattern = rf"(<!-- run: {name} -->\n).*?(<!-- end -->)"
        found = re.search(pattern, text, re.DOTALL)
        assert found is not None, name
        text = f"{text[: found.end(1)]}{made}\n{text[found.start(2) :]}"
    README.write_text(text, "utf-8")


def photograph(page: Path) -> int:
    """The first screen of a report as a picture."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    if browser is None:
        print("no Chromium: the picture is left as it is")
        return 0
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1180,760"]
    command = [browser, *options, f"--screenshot={PICTURE}", page.as_uri()]
    return subprocess.run(command, capture_output=True, check=False, timeout=120).returncode


if __name__ == "__main__":
    sys.exit(main())

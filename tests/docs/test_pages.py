"""What the docs claim: commands print what is shown, examples pass, links lead somewhere, pages are up to date."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.cli import COMMANDS
from conformance.reference.world import ACCOUNT, TOKEN
from tools.docs_pages import FOLDER, stale

from .consoles import commands, fits, outputs

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.glob("*.md"))
#: Pages whose commands other tests run.
ELSEWHERE = ("schemathesis.md", "another-api.md")
CONSOLE = [each.name for each in PAGES if "```console" in each.read_text("utf-8") and each.name not in ELSEWHERE]
PYTHON = ["own-tests.md", "reference-target.md", "extend.md"]
LINKING = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *PAGES,
    *sorted((DOCS / FOLDER).glob("*.md")),
]
LIAR = re.compile(r"conformance\.liars --serve (\S+) --port 8081")


@contextmanager
def served(module: str, *options: str) -> Iterator[str]:
    """The port of a server."""
    command = [sys.executable, "-m", module, "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().rsplit(":", 1)[1].strip()
        finally:
            process.terminate()


def environment(clone: bool = False, **more: str) -> Mapping[str, str]:
    """That of a shell in which the environment of the suite is active."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CONFORMANCE", "COV_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    # In a clone, where the pages are followed, pytest's own configuration says which tests are meant.
    chosen = "-p no:schemathesis" + (" --pyargs conformance.suite" if clone else "")
    return {**kept, "PATH": path, "PYTEST_ADDOPTS": chosen, "COLUMNS": "120", **more}


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="needs bash and curl")
@pytest.mark.parametrize("name", CONSOLE)
def test_commands_print_what_is_shown(name: str, tmp_path: Path) -> None:
    page = (DOCS / name).read_text("utf-8")
    for data in ("schemas", "fixtures"):
        (tmp_path / data).symlink_to(ROOT / data)
    liar = LIAR.search(page)
    with (
        served("conformance.reference") as port,
        served("conformance.liars", "--serve", liar[1] if liar else "wrapper/null") as other,
    ):
        profile = f'[target]\nname = "my server"\nurl = "http://127.0.0.1:{port}"\n[allow]\nwrites = true\n'
        if "$ conformance init" not in page:
            (tmp_path / "profile.toml").write_text(profile, "utf-8")
        more = {} if name == "start.md" else {"CONFORMANCE_USERNAME": ACCOUNT, "CONFORMANCE_PASSWORD": TOKEN}
        found = list(commands(page))
        texts = [each.text.replace("8080", port).replace("8081", other) for each in found]
        for each, came in zip(found, outputs(texts, tmp_path, environment(clone=True, **more)), strict=True):
            came = came.replace(f":{port}", ":8080").replace(f":{other}", ":8081")
            assert fits(each.shown, came), f"{name}\n$ {each.text}\nshown:\n{each.shown}\ncame:\n{came}"


@pytest.mark.parametrize("name", PYTHON)
def test_examples_in_python_pass(name: str, tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", (DOCS / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    for index, block in enumerate(blocks):
        (tmp_path / f"test_example_{index}.py").write_text(block, "utf-8")
    with served("conformance.reference") as port:
        (tmp_path / "conftest.py").write_text(
            "import httpx\nimport pytest\n\n\n@pytest.fixture\ndef api():\n"
            f"    with httpx.Client(base_url='http://127.0.0.1:{port}', auth=({ACCOUNT!r}, {TOKEN!r})) as client:\n"
            "        yield client\n",
            "utf-8",
        )
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
        ended = subprocess.run(
            command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=120, check=False
        )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", LINKING, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_file() or target.is_dir(), f"{page.name}: {link}"
        assert not anchor or anchor in _anchors(target), f"{page.name}: {link}"


def test_what_is_generated_is_up_to_date() -> None:
    found = [path.name for path, _ in stale()]
    assert not found, f"run python -m tools.docs_pages for {', '.join(found)}"


def test_options_and_commands_that_the_docs_name_are_there() -> None:
    command = [sys.executable, "-m", "pytest", "--help"]
    known = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True, timeout=60).stdout
    known += "--junitxml"
    for page in (ROOT / "README.md", *PAGES):
        text = page.read_text("utf-8")
        for line in re.findall(r"(?:^|[`$ ])pytest ([^`\n]*)", text):
            for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", line):
                assert option in known, f"{page.name}: {option}"
        for name in re.findall(r"conformance (explain|init|compare|verify|merge|badge|attest)\b", text):
            assert name in {each.name for each in COMMANDS}, f"{page.name}: conformance {name}"


def test_the_commands_of_the_readme_are_those_of_ci() -> None:
    lines = re.findall(r"^python3\.11 -m venv .*$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert [line.rsplit("&& ", 1)[1] for line in lines] == [
        ".venv/bin/pytest",
        '.venv/bin/pytest tests -m "not slow"',
    ]
    assert r"^python3\.11 -m venv " in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_page_is_in_the_navigation() -> None:
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert {path.name for path in PAGES} <= set(re.findall(r": (\S+\.md)$", text, re.MULTILINE))

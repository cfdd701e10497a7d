"""Writes the page that a person opens: `report.html`, one file that needs nothing else.

The details of each case go to disk as they come, in blocks that the page reads one by one when somebody opens a case;
what the first screen needs stands in one small index. Nothing that a target has sent is ever part of the markup.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

from conformance.report import pageindex, tally
from conformance.report.baseline import Comparison
from conformance.report.tally import Document
from conformance.report.text import count, cut_bytes, dumps, printable

NAME = "report.html"
#: Of each body so many bytes are shown; the exchanges hold the rest.
BODY = 2048
_LETTER = 16384
#: Cases in one block: opening a case parses this many.
_BLOCK = 40


class PageWriter:
    """A page that takes results one by one and is written when it is closed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        # It lives as long as the writer, so no block of code can close it.
        self._blocks: IO[bytes] = tempfile.TemporaryFile(dir=path.parent)  # noqa: SIM115
        self._block: list[dict[str, Any]] = []
        self._number = 0
        self._kept: list[dict[str, Any]] = []

    def add(self, result: Document) -> None:
        """Take one result."""
        self._kept.append(pageindex.slim(result))
        self._block.append(details(result))
        if len(self._block) == _BLOCK:
            self._flush()

    def _flush(self) -> None:
        if self._block:
            self._blocks.write(_data(f"block-{self._number}", self._block))
            self._number += 1
            self._block = []

    def close(self, run: Document, comparison: Comparison | None = None) -> None:
        """Write the page."""
        self._flush()
        index = pageindex.build(run, self._kept, comparison, _BLOCK)
        before, after = _template(index)
        part = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        self._blocks.seek(0)
        with part.open("wb") as file:
            file.write(before.encode("utf-8"))
            file.write(_data("index", index))
            shutil.copyfileobj(self._blocks, file)
            file.write(after.encode("utf-8"))
        os.replace(part, self._path)
        self.discard()

    def discard(self) -> None:
        """Forget what was taken."""
        self._blocks.close()


def write(path: Path, run: Document, results: Iterable[Document], comparison: Comparison | None = None) -> None:
    """Write the page of a run whose results are all at hand."""
    writer = PageWriter(path)
    try:
        for result in results:
            writer.add(result)
        writer.close(run, comparison)
    finally:
        writer.discard()


def render(run: Document, results: Iterable[Document], comparison: Comparison | None = None) -> str:
    """The same page as text."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / NAME, run, results, comparison)
        return (Path(folder) / NAME).read_text("utf-8")


def details(result: Document) -> dict[str, Any]:
    """What the page shows of a case that somebody opens."""
    found: dict[str, Any] = {
        "violations": [
            {key: str(each.get(key, ""))[:1000] for key in ("requirement", "clause", "pointer", "expected", "actual")}
            | {"exchange": int(each.get("exchange", 0))}
            for each in result.get("violations", ())
        ],
        "exchanges": [_exchange(each) for each in result.get("exchanges", ())],
        "letter": cut_bytes(str(result.get("letter") or ""), _LETTER)[0],
    }
    for name in ("reason", "curl", "rerun", "node", "safety", "chapter"):
        if result.get(name):
            found[name] = str(result[name])
    if result.get("assumed"):
        found["assumed"] = True
    return found


def _exchange(exchange: Document) -> dict[str, Any]:
    request, response, fault = exchange["request"], exchange.get("response"), exchange.get("fault")
    found: dict[str, Any] = {
        "label": str(exchange.get("label", "")),
        "line": f"{request['method']} {request['target']}",
        "credentials": str(request.get("credentials", "")),
        "headers": _headers(request),
        "body": _body(request),
        "elapsed": round(float(exchange.get("elapsed") or 0) * 1000, 1),
    }
    if response:
        found["status"] = f"{response['status']} {response.get('reason', '')}".strip()
        found["answerHeaders"] = _headers(response)
        found["answer"] = _body(response)
    if fault:
        found["fault"] = f"{fault.get('kind', '')}: {fault.get('message', '')}"
    return found


def _headers(message: Document) -> list[list[str]]:
    return [[str(name), str(value)[:500]] for name, value in list(message.get("headers", ()))[:100]]


def _body(message: Document) -> dict[str, Any]:
    body = message.get("body") or {}
    text, size = cut_bytes(str(body.get("text") or ""), BODY)
    found: dict[str, Any] = {"text": text}
    if size > BODY:
        found["size"] = size
    if body.get("encoding"):
        found["encoding"] = str(body["encoding"])
    if message.get("truncated"):
        found["truncated"] = True
    return found


def _data(name: str, value: Any) -> bytes:
    """A value as a data block. No `<` stands in it, so nothing in it can end the block or begin a comment."""
    text = dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'<script type="application/json" id="{name}">{text}</script>\n'.encode()


def _template(index: Document) -> tuple[str, str]:
    """What stands before and after the data."""
    assets = files("conformance.report") / "assets"
    page, style, script = ((assets / f"page.{each}").read_text(encoding="utf-8") for each in ("html", "css", "js"))
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    before, after = page.split("<!--DATA-->")
    name = escape(printable(index["name"]))
    said = escape(f"{index['verdict']}. {count(sum(index['counts'].values()), 'case')}: ") + escape(
        ", ".join(f"{index['counts'][each]:,} {each}" for each in tally.VERDICTS if index["counts"][each])
    )
    values = {"TITLE": f"{name}: {escape(index['verdict'])}", "POLICY": policy, "STYLE": style, "SAID": said}
    for key, value in values.items():
        before = before.replace(f"<!--{key}-->", value)
    return before, after.replace("<!--SCRIPT-->", script)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()

"""Writes the exchanges of a run as an HTTP Archive (HAR 1.2), entry by entry.

The file is complete JSON after every case, so that it can be read even when a run was killed, and the memory it takes
does not grow with the run. What the format has no place for stands in members that begin with an underscore.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, urlsplit

from conformance.report.files import read_json
from conformance.report.tally import Document
from conformance.report.text import dumps

NAME = "exchanges.har"
_TAIL = b"\n]}}\n"


class HarWriter:
    """A HAR file that grows with each result. `url` is the address of the target, `suite` its maker."""

    def __init__(self, path: Path, url: str, suite: Document | None = None) -> None:
        self._url = url.rstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = path.open("wb")
        made_by = suite or {}
        creator = {"name": str(made_by.get("name", "conformance")), "version": str(made_by.get("version", ""))}
        self._file.write(b'{"log":{"version":"1.2","creator":' + dumps(creator).encode() + b',"entries":[')
        self._end = self._file.tell()
        self._first = True
        self._file.write(_TAIL)
        self._file.flush()

    def add(self, result: Document) -> None:
        """Write the exchanges of one result."""
        self.add_entries(entry(self._url, result, index) for index in range(len(result.get("exchanges", ()))))

    def add_entries(self, entries: Iterable[Document]) -> None:
        """Write entries that were made already."""
        texts = [dumps(each) for each in entries]
        if not texts:
            return
        data = (("\n" if self._first else ",\n") + ",\n".join(texts)).encode("utf-8")
        self._first = False
        self._file.seek(self._end)
        self._file.write(data)
        self._end = self._file.tell()
        self._file.write(_TAIL)
        self._file.flush()

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        self._file.close()

    def __enter__(self) -> HarWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def entry(url: str, result: Document, index: int) -> dict[str, Any]:
    """One exchange of a result as an entry."""
    exchange = result["exchanges"][index]
    request, response, fault = exchange["request"], exchange.get("response"), exchange.get("fault")
    elapsed = round(float(exchange.get("elapsed") or 0) * 1000, 3)
    found: dict[str, Any] = {
        "startedDateTime": _moment(float(exchange.get("started") or 0)),
        "time": elapsed,
        "request": _request(url, request),
        "response": _response(response) if response else _no_response(fault or {}),
        "cache": {},
        # Only the whole is measured: it stands where most of it goes, in waiting.
        "timings": {"send": 0, "wait": elapsed, "receive": 0},
        "comment": f"{result['case']}: {exchange.get('label', '')}",
        "_case": result["case"],
        "_label": exchange.get("label", ""),
        "_verdict": result["verdict"],
    }
    if fault:
        found["_error"] = f"{fault.get('kind', '')}: {fault.get('message', '')}"
    return found


def _request(url: str, request: Document) -> dict[str, Any]:
    target, headers = str(request["target"]), _pairs(request.get("headers", ()))
    body = request.get("body") or {}
    found: dict[str, Any] = {
        "method": str(request["method"]),
        "url": target if "://" in target.split("?")[0] else url + target,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers,
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(target.partition("?")[2], keep_blank_values=True, errors="replace")
        ],
        "headersSize": -1,
        "bodySize": _size(body),
        "_credentials": request.get("credentials", ""),
    }
    if body.get("text"):
        found["postData"] = {"mimeType": _media_type(headers), "params": [], "text": body["text"]}
        if body.get("encoding"):
            found["postData"]["_encoding"] = body["encoding"]
    return found


def _response(response: Document) -> dict[str, Any]:
    headers = _pairs(response.get("headers", ()))
    body = response.get("body") or {}
    content: dict[str, Any] = {"size": _size(body), "mimeType": _media_type(headers), "text": body.get("text", "")}
    if body.get("encoding"):
        content["encoding"] = body["encoding"]
    if response.get("truncated"):
        content["comment"] = "cut at the bound of the suite"
    location = next((each["value"] for each in headers if each["name"].lower() == "location"), "")
    return {
        "status": int(response["status"]),
        "statusText": str(response.get("reason", "")),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers,
        "content": content,
        "redirectURL": location,
        "headersSize": -1,
        "bodySize": -1,
    }


def _no_response(fault: Document) -> dict[str, Any]:
    """What stands for a response that never came: readers expect one, with the status 0."""
    return {
        "status": 0,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": "x-unknown"},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
        "comment": str(fault.get("message", "")),
    }


def _pairs(headers: Iterable[Any]) -> list[dict[str, str]]:
    return [{"name": str(name), "value": str(value)} for name, value in headers]


def _media_type(headers: list[dict[str, str]]) -> str:
    return next((each["value"] for each in headers if each["name"].lower() == "content-type"), "x-unknown")


def _size(body: Document) -> int:
    text = str(body.get("text", ""))
    if body.get("encoding"):
        return len(text.rstrip("=")) * 3 // 4
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def entries_of(path: Path) -> Iterator[Document]:
    """The entries of a HAR file."""
    document = read_json(path)
    log = document.get("log") if isinstance(document, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        from conformance.errors import ConfigurationError

        raise ConfigurationError(f"{path}: this is no HTTP Archive: it has no log.entries")
    yield from entries


def host_of(url: str) -> str:
    """The host in an address, for a title."""
    return urlsplit(url).netloc

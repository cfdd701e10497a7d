"""A lending library: a small API on Python's own HTTP server, with problems as RFC 9457 has them.

    python docs/examples/library/server.py --port 8000

`--wrong` makes it wrong on purpose: `not-found` answers 400 for a book that is not there, `forgets` answers that a book
was removed and keeps it.
"""

from __future__ import annotations

import argparse
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

BASE = "/api/v1/books"
CARDS = {"librarian-7a91c3": True, "reader-55d0e2": False}
GENRES = ("fiction", "history", "science")
LENGTHS = {"title": 120, "author": 80, "note": 80}
BOUNDS = {"year": (0, 2100), "limit": (1, 100)}
WRONG = ("not-found", "forgets")


class Problem(Exception):
    """A refusal: status, type, detail, and the member at fault."""

    def __init__(self, status: int, kind: str, detail: str, member: str = "") -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail, self.member = status, kind, detail, member


class Library:
    """The books, and what may be done with them."""

    def __init__(self, wrong: str = "") -> None:
        self.wrong = wrong
        self.lock = threading.Lock()
        self.books: dict[str, dict[str, Any]] = {}
        for number, title in enumerate(("Emma", "Persuasion", "Mansfield Park"), 1):
            key = f"bk-1000000{number}"
            self.books[key] = {"bookId": key, "title": title, "author": "Jane Austen", "genre": "fiction",
                               "year": 1815, "note": "", "onLoan": number == 2}  # fmt: skip

    def answer(self, method: str, target: str, card: str | None, body: bytes) -> tuple[int, Any]:
        """The status and the document of an answer."""
        parts = urlsplit(target)
        path = unquote(parts.path, errors="replace")
        one = path.startswith(BASE + "/") and path.count("/") == 4
        if not one and path != BASE:
            raise Problem(404, "no-such-path", "There is nothing at this path.")
        if method not in (("GET", "HEAD", "PATCH", "DELETE") if one else ("GET", "HEAD", "POST")):
            raise Problem(405, "no-such-method", "This method does nothing here.")
        if card not in CARDS:
            raise Problem(401, "no-card", "Show a library card in X-Library-Card.")
        if method not in ("GET", "HEAD") and not CARDS[card]:
            raise Problem(403, "not-permitted", "This card only permits to look.")
        with self.lock:
            if one:
                return self.of_one(method, path.rsplit("/", 1)[1], body)
            if method == "POST":
                return 201, self.add(members(body))
            return 200, self.found(dict(parse_qsl(parts.query, keep_blank_values=True)))

    def of_one(self, method: str, key: str, body: bytes) -> tuple[int, Any]:
        if key not in self.books:
            status = 400 if self.wrong == "not-found" else 404
            raise Problem(status, "book-not-found", "There is no such book.", "bookId")
        book = self.books[key]
        if method == "PATCH":
            book.update(right(members(body)))
        elif method == "DELETE":
            if book["onLoan"]:
                raise Problem(409, "book-on-loan", "The book is on loan.", "bookId")
            if self.wrong != "forgets":
                del self.books[key]
            return 204, None
        return 200, book

    def add(self, given: dict[str, Any]) -> dict[str, Any]:
        for name in ("title", "author"):
            if given.get(name) in (None, ""):
                raise Problem(400, "missing-field", f"The member {name} is required.", name)
        key = f"bk-{secrets.randbelow(10**8):08}"
        blank = {"genre": "fiction", "year": 0, "note": "", "onLoan": False}
        self.books[key] = {"bookId": key, **blank, **right(given)}
        return self.books[key]

    def found(self, filters: dict[str, str]) -> list[dict[str, Any]]:
        wanted: dict[str, Any] = {
            name: value for name, value in filters.items() if name in (*LENGTHS, "genre", "limit")
        }
        if "limit" in wanted:
            text = wanted["limit"]
            wanted["limit"] = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text
        wanted = right(wanted)
        limit = wanted.pop("limit", 100)
        books = [book for book in self.books.values() if all(value in ("", book.get(n)) for n, value in wanted.items())]
        return books[-limit:]


def members(body: bytes) -> dict[str, Any]:
    """The members of a body."""
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Problem(400, "unreadable", "The body is no JSON.") from None
    if not isinstance(found, dict):
        raise Problem(400, "unreadable", "The body is no JSON object.")
    return found


def right(given: dict[str, Any]) -> dict[str, Any]:
    """The members that the library knows, each of them right."""
    kept = {}
    for name, value in given.items():
        if name in LENGTHS and value is not None:
            if not isinstance(value, str):
                raise Problem(400, "invalid-field", f"The member {name} must be a text.", name)
            if len(value) > LENGTHS[name]:
                raise Problem(400, "field-too-long", f"The member {name} takes {LENGTHS[name]} characters.", name)
        elif name in BOUNDS and value is not None:
            low, high = BOUNDS[name]
            if type(value) is not int or not low <= value <= high:
                raise Problem(400, "invalid-field", f"The member {name} must be a number from {low} to {high}.", name)
        elif name == "genre" and value is not None:
            if value not in GENRES:
                raise Problem(400, "unknown-genre", f"Known genres are {', '.join(GENRES)}.", name)
        else:
            continue
        kept[name] = value
    return kept


class Handler(BaseHTTPRequestHandler):
    """One connection to the library."""

    library: Library
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self) -> None:
        try:
            length = self.headers.get("Content-Length", "0")
            if "Transfer-Encoding" in self.headers or not length.isdigit():
                self.close_connection = True
                raise Problem(411, "no-length", "Send a Content-Length.")
            body = self.rfile.read(int(length))
            status, document = self.library.answer(self.command, self.path, self.headers.get("X-Library-Card"), body)
            media_type = "application/json"
        except Problem as problem:
            status, media_type = problem.status, "application/problem+json"
            document = {
                "type": f"https://library.example/problems/{problem.kind}",
                "title": problem.kind.replace("-", " ").capitalize(),
                "status": problem.status,
                "detail": problem.detail,
            }
            if problem.member:
                document["errors"] = [{"pointer": f"#/{problem.member}"}]
        data = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        if data:
            self.send_header("Content-Type", media_type)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing of each request."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the lending library.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--wrong", choices=WRONG, default="")
    options = parser.parse_args()
    Handler.library = Library(options.wrong)
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}/api/v1", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

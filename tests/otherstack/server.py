"""The harbour desk on Flask: a second implementation of the API, built unlike the reference target, and right as well.

    python -m tests.otherstack.server --port 0

Where the contract leaves a freedom this server takes the less usual branch; profile.toml says what a suite may rely on.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hmac
import io
import json
import re
import signal
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping
from email.utils import formatdate
from http.client import responses
from typing import Any
from urllib.parse import parse_qsl, unquote

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import DechunkedInput, WSGIRequestHandler, make_server

from .desk import OPERATIONS, Call, Operation
from .reading import NAMED, Fault, Reader, Refusal
from .world import USERS, User, World

OUTAGE_PATH = "/v2/Diagnostics/Outage"
BODY_LIMIT, DRAIN_LIMIT = 4 << 20, 64 << 20
ERROR_TYPE = "application/vnd.skerry.refusal+json; charset=utf-8"
LIST_TYPE = 'Application/Json; Charset="UTF-8"'
ONE_TYPE = "application/json"
_JSON_TYPE = re.compile(r"(?i)application/(?:[a-z0-9!#$&^_.-]+\+)?json")
_TARGET_ORIGIN = re.compile(r"(?i)https?://[^/?#]*")
_BASIC = re.compile(r"(?i)basic +([A-Za-z0-9+/]+)={0,2} *")


class Unreadable(Exception):
    """The body cannot be read at all."""


def _envelope(status: int, code: str, message: str, errors: list[dict[str, object]] | None = None) -> Response:
    inner: dict[str, object] = {"Errors": errors} if errors else {}
    inner |= {"Message": message, "TicketId": str(uuid.uuid4()), "ErrorCode": code, "Final": status != 500}
    response = Response(json.dumps({"ResponseStatus": inner}, indent=1) + "\n", status, content_type=ERROR_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(faults: tuple[Fault, ...]) -> Response:
    named = [fault for fault in faults if fault.field and (fault.code in NAMED or len(faults) > 1)]
    errors: list[dict[str, object]] = [
        {"Position": position, "FieldName": fault.field, "Reason": fault.text} for position, fault in enumerate(named)
    ]
    return _envelope(faults[0].status, faults[0].code, " ".join(fault.text for fault in faults), errors)


def _answered(body: object) -> Response:
    if body is None:
        empty = Response(status=204)
        del empty.headers["Content-Type"]
        return empty
    if not isinstance(body, list):
        return Response(json.dumps(body, ensure_ascii=False), content_type=ONE_TYPE)

    def pieces() -> Iterator[str]:
        """A list goes out in pieces, one for each member, hence without a Content-Length."""
        yield "["
        for position, member in enumerate(body):
            yield (",\n" if position else "") + json.dumps(member, ensure_ascii=False)
        yield "]"

    return Response(pieces(), content_type=LIST_TYPE)


def _user(header: str | None) -> User | None:
    match = _BASIC.fullmatch(header or "")
    if match is None:
        return None
    try:
        text = base64.b64decode(match[1] + "=" * (-len(match[1]) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    name, _, password = text.partition(":")
    user = USERS.get(name)
    return user if user is not None and hmac.compare_digest(password.encode(), user.password.encode()) else None


def _never(word: str) -> object:
    raise ValueError(word)


def _body(operation: str) -> dict[str, object]:
    """The parameters in the body, from JSON or from a form."""
    data = request.get_data()
    kind = (request.headers.get("Content-Type") or "").partition(";")[0].strip()
    if len(data) > BODY_LIMIT:
        raise Unreadable("The body is larger than we read.")
    if not data.strip():
        return {}
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise Unreadable("We read bodies in UTF-8 only.")
    try:
        text = data.decode("utf-8")
        if kind.lower() == "application/x-www-form-urlencoded" and operation != "send_message_batch":
            return dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
        if kind and not _JSON_TYPE.fullmatch(kind):
            raise Unreadable("We read JSON, or where that is enough a form.")
        parsed = json.loads(text, parse_constant=_never)
    except (ValueError, RecursionError):
        raise Unreadable("The body does not say what its media type promises.") from None
    return parsed if isinstance(parsed, dict) else {}


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("/" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))


def _routes() -> list[tuple[re.Pattern[str], dict[str, Operation]]]:
    table: dict[str, dict[str, Operation]] = {}
    for method, template, operation in OPERATIONS:
        table.setdefault(template, {})[method] = operation
    for methods in table.values():
        if "GET" in methods:
            methods["HEAD"] = methods["GET"]
    return [(_pattern(template), methods) for template, methods in table.items()]


ROUTES = _routes()


def _find(path: str) -> tuple[Mapping[str, str], dict[str, Operation]] | None:
    for pattern, methods in ROUTES:
        match = pattern.fullmatch(path)
        if match:
            return {name: unquote(value, errors="replace") for name, value in match.groupdict().items()}, methods
    return None


def _not_logged_in() -> Response:
    response = _envelope(401, "NOT_LOGGED_IN", "Tell us who you are: these credentials open nothing here.")
    response.headers["WWW-Authenticate"] = 'Basic realm="harbour desk", charset="UTF-8"'
    return response


def create_app(world: World | None = None) -> Flask:
    world = world or World()
    app = Flask("otherstack", static_folder=None)

    @app.before_request
    def front_door() -> Response:
        """Answers every request itself: Flask's own routing, with its 404 and 405, never gets a turn."""
        target = _TARGET_ORIGIN.sub("", request.environ.get("RAW_URI") or request.path, count=1)
        path = target.partition("?")[0]
        user = _user(request.headers.get("Authorization"))
        if path == OUTAGE_PATH and user is not None:
            raise RuntimeError("asked for")
        found = _find(path)
        if found is None:
            return _envelope(403, "FORBIDDEN", "There is nothing here for you.")
        names, methods = found
        operation = methods.get(request.method)
        if operation is None:
            return _envelope(400, "METHOD_UNKNOWN", "This resource does not understand that method.")
        body: dict[str, object] = {}
        if request.method == "POST":
            try:
                body = _body(operation.__name__)
            except Unreadable as fault:
                return _envelope(400, "UNREADABLE_BODY", str(fault))
        if user is None:
            return _not_logged_in()
        values = body if request.method == "POST" else {name: said[-1] for name, said in request.args.lists()}
        read = Reader(values, empty_is_missing=request.method != "POST")
        with world.lock:
            try:
                return _answered(operation(Call(world, user, names, read)))
            except Refusal as refusal:
                return _refused(refusal.faults)

    def failed(error: Exception) -> Response:
        if isinstance(error, HTTPException) and (error.code or 500) < 500:
            return _envelope(400, "UNREADABLE_REQUEST", "We could not make sense of this request.")
        return _envelope(500, "OUTAGE", "Something broke on our side. It is not your fault.")

    app.register_error_handler(Exception, failed)
    app.register_error_handler(500, failed)
    return app


class Handler(WSGIRequestHandler):
    """Keeps the connection, reads each body whole before the answer, and sends each answer in one write."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _take_body(self) -> bytes | None:
        """The body, cut one byte after the limit; None where its framing is broken."""
        coding, length = self.headers.get("Transfer-Encoding"), self.headers.get("Content-Length")
        if coding is not None:
            if coding.strip().lower() != "chunked" or length is not None:
                self.close_connection = True
            if coding.strip().lower() != "chunked":
                return None
            source: Any = io.BufferedReader(DechunkedInput(self.rfile), 1 << 16)  # type: ignore[arg-type]
            left = DRAIN_LIMIT
        elif length is None:
            return b""
        elif re.fullmatch(r"[0-9]{1,15}", length):
            source, left = self.rfile, int(length)
        else:
            self.close_connection = True
            return None
        kept, stop = bytearray(), max(left - DRAIN_LIMIT, 0)
        self.close_connection = self.close_connection or stop > 0
        try:
            while left > stop:
                piece = source.read(min(left - stop, 1 << 16))
                if not piece:
                    break
                left -= len(piece)
                kept += piece[: max(BODY_LIMIT + 1 - len(kept), 0)]
        except OSError:
            self.close_connection = True
            return None
        if (left > 0) == (coding is None):  # cut off by the sender, or more than we drain
            self.close_connection = True
        return bytes(kept)

    def run_wsgi(self) -> None:
        body = self._take_body()
        try:
            environ = self.make_environ()
        except ValueError:  # a target that is no URL
            body = None
        if body is None:
            self.send_error(400)
            return
        self.environ = environ
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ |= {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": str(len(body))}
        environ["HTTP_HOST"] = "harbour.invalid"
        begun: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            begun[:] = [status, headers]

        pieces: Iterable[bytes] = self.server.app(environ, start)  # type: ignore[arg-type]
        try:
            self._send(begun, [piece for piece in pieces if piece])
        finally:
            getattr(pieces, "close", lambda: None)()

    def _send(self, begun: list[Any], pieces: list[bytes]) -> None:
        status, headers = str(begun[0]), list(begun[1])
        bare = self.command == "HEAD" or status.startswith("204")
        if not bare and "content-length" not in {name.lower() for name, _ in headers}:
            if self.request_version == "HTTP/1.1":
                headers.append(("Transfer-Encoding", "chunked"))
                pieces = [b"%X\r\n%s\r\n" % (len(piece), piece) for piece in pieces] + [b"0\r\n\r\n"]
            else:
                headers.append(("Content-Length", str(sum(map(len, pieces)))))
        headers.append(("Date", formatdate(usegmt=True)))
        headers.append(("Connection", "close" if self.close_connection else "keep-alive"))
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        start = f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1")
        self.wfile.write(start + (b"" if bare else b"".join(pieces)))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the server would refuse in HTML before any application sees it: the envelope as well, with 400."""
        self.close_connection = True
        said = _envelope(400, "UNREADABLE_REQUEST", "We could not make sense of this request.")
        self.request_version, self.command = "HTTP/1.0", self.command or "GET"
        self._send([f"400 {responses[400]}", said.headers.to_wsgi_list()], [said.get_data()])

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.otherstack.server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args(arguments)
    server = make_server(options.host, options.port, create_app(), threaded=True, request_handler=Handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"listening on http://{options.host}:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

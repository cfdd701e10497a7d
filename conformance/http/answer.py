"""Reading one HTTP/1.1 response out of bytes, within bounds.

`Answer` is fed with what arrives and knows when the response is complete, what is wrong with it, and whether the
connection can serve again. It holds no socket.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from conformance.http.exchange import Response, WireFault

#: Bounds of one response, in bytes and in fields. What is larger than the body's bound is cut there.
BODY_BOUND = 1 << 20
HEAD_BOUND = 64 << 10
FIELD_BOUND = 200
#: Everything on the wire, with chunk sizes, extensions and trailers.
TOTAL_BOUND = 8 << 20
INTERIM_BOUND = 16
CODING_BOUND = 3
MEMBER_BOUND = 64
#: Fields up to so many bytes are worth knowing again.
_SHORT = 100


@lru_cache(1024)
def _field(name: bytes, value: bytes) -> tuple[str, str]:
    """A header field as text; most answers of a server have the same ones, and many answers are kept."""
    return name.decode("latin-1"), value.decode("latin-1")


class Answer:
    """One response in the making; `begin` makes it ready for the next on the same connection."""

    __slots__ = (
        "_bodiless",
        "_chunks",
        "_fields",
        "_headed",
        "_interims",
        "_parser",
        "_reason",
        "_room",
        "_spoilt",
        "_status",
        "_total",
        "_weight",
        "complete",
        "fault",
        "reusable",
        "truncated",
    )

    def __init__(self) -> None:
        self._new_parser()
        self.begin("GET")

    def _new_parser(self) -> None:
        self._parser = HttpResponseParser(self)
        # RFC 9112, section 2.2: a line feed alone may be read as a line's end.
        self._parser.set_dangerous_leniencies(lenient_optional_cr_before_lf=True)
        self._spoilt = False

    def begin(self, method: str) -> None:
        """Make ready for the response to a request with this method."""
        if self._spoilt:
            self._new_parser()
        self._bodiless = method == "HEAD"
        self._spoilt = method == "HEAD"
        self._fields: list[tuple[str, str]] = []
        self._chunks: list[bytes] = []
        self._reason = b""
        self._status = 0
        self._interims = 0
        self._weight = 0
        self._total = 0
        self._room = BODY_BOUND
        self._headed = False
        self.complete = False
        self.reusable = False
        self.truncated = False
        self.fault: WireFault | None = None

    @property
    def begun(self) -> bool:
        """True from the first byte of a response on."""
        return self._total > 0

    def feed(self, data: bytes) -> bool:
        """Take bytes as they came; True when nothing more is to be read: `complete` or `fault` is set."""
        self._total += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self.complete, self.reusable = True, False
        except HttpParserError as error:
            self.reusable = False
            if not self.complete and self.fault is None:
                reason = str(error).strip().rstrip(".") or type(error).__name__
                self.fault = WireFault("not-http", f"What came back is not an HTTP/1.1 response: {reason}.")
        if self.complete or self.fault is not None:
            return True
        if not self._headed:
            if self._total > HEAD_BOUND:
                self._too_large(f"more than {HEAD_BOUND >> 10} KiB")
        elif self._total > TOTAL_BOUND:
            self._cut()
        return self.complete or self.fault is not None

    def end(self) -> None:
        """The far side has closed: a body that has no length of its own is complete, all else is broken off."""
        self.reusable = False
        if self._headed and self._ends_with_the_connection():
            self.complete = True
        elif not self._headed:
            self.fault = WireFault("reset", "The connection was closed before a whole response head had come.")
        else:
            got = sum(map(len, self._chunks))
            self.fault = WireFault("reset", f"The connection was closed within the body, after {got} bytes of it.")

    def outcome(self) -> Response | WireFault:
        """The response, or why there is none; to be asked when `feed` or `end` was the last of it."""
        if self.fault is not None:
            return self.fault
        body = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        if body:
            for name, value in self._fields:
                if len(name) == 16 and name.lower() == "content-encoding":
                    decoded = self._decoded(body)
                    if decoded is None:
                        return WireFault("not-http", f"The body is not what its Content-Encoding says: {value}.")
                    body = decoded
                    break
            if len(body) > BODY_BOUND:
                self.truncated, body = True, body[:BODY_BOUND]
        return Response(self._status, self._reason.decode("latin-1"), tuple(self._fields), body, self.truncated)

    def on_message_begin(self) -> None:
        if self.complete:  # bytes beyond the response that was asked for: never read the next one out of them
            self.reusable = False
            self._spoilt = True

    def on_status(self, reason: bytes) -> None:
        if not self.complete:
            self._reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._headed:  # trailers
            return
        short = len(name) + len(value) < _SHORT
        self._fields.append(_field(name, value) if short else (name.decode("latin-1"), value.decode("latin-1")))
        self._weight += len(name) + len(value) + 4
        if len(self._fields) > FIELD_BOUND:
            self._too_large(f"more than {FIELD_BOUND} fields")
        elif self._weight > HEAD_BOUND:
            self._too_large(f"more than {HEAD_BOUND >> 10} KiB")

    def on_headers_complete(self) -> None:
        if self.complete:
            return
        self._status = status = self._parser.get_status_code()
        if 99 < status < 200 and status != 101:
            return
        if status < 100:
            self.fault = WireFault("not-http", f"The status {status:03} is none of HTTP.")
        self._headed = True
        if self._bodiless:
            self.complete, self.reusable = True, self._parser.should_keep_alive()

    def on_body(self, data: bytes) -> None:
        if self.complete:
            self.reusable = False
            return
        self._chunks.append(data)
        self._room -= len(data)
        if self._room < 0:
            self._cut()

    def on_message_complete(self) -> None:
        if self.complete:
            return
        if self._headed:
            self.complete, self.reusable = True, self._parser.should_keep_alive()
            return
        self._interims += 1
        self._fields, self._reason = [], b""
        if self._interims > INTERIM_BOUND:
            self.fault = WireFault("not-http", f"More than {INTERIM_BOUND} interim responses came and no final one.")

    def _cut(self) -> None:
        self.complete, self.truncated, self.reusable = True, True, False

    def _too_large(self, what: str) -> None:
        if self.fault is None:
            self.fault = WireFault("too-large", f"The head of the response is too large to read on: {what}.")

    def _ends_with_the_connection(self) -> bool:
        for name, value in self._fields:
            name = name.lower()
            if name == "content-length" or (name == "transfer-encoding" and "chunked" in value.lower()):
                return False
        return True

    def _decoded(self, body: bytes) -> bytes | None:
        """The body without its content codings; as it is where one is not known; None where it is not what is said."""
        listed = ",".join(value for name, value in self._fields if name.lower() == "content-encoding")
        named = [part.strip().lower() for part in listed.split(",")]
        codings = [each for each in named if each not in ("", "identity")]
        if len(codings) > CODING_BOUND:
            return None
        for coding in reversed(codings):
            if coding in ("gzip", "x-gzip", "deflate"):
                inflated = _inflated(body, coding == "deflate", self.truncated)
                if inflated is None:
                    return None
                body, cut = inflated
                self.truncated |= cut
            else:
                return body
        return body


def _inflated(data: bytes, deflate: bool, cut: bool) -> tuple[bytes, bool] | None:
    """At most the bound of a body out of gzip or deflate, and whether it was cut; None where it is neither."""
    try:
        return _unzipped(data, zlib.MAX_WBITS | 32, cut)
    except zlib.error:
        if not deflate:
            return None
    try:  # deflate is zlib by the RFC, and bare by the habit of some servers
        return _unzipped(data, -zlib.MAX_WBITS, cut)
    except zlib.error:
        return None


def _unzipped(data: bytes, bits: int, cut: bool) -> tuple[bytes, bool]:
    out = b""
    for _ in range(MEMBER_BOUND):
        stream = zlib.decompressobj(bits)
        out += stream.decompress(data, BODY_BOUND + 1 - len(out))
        if len(out) > BODY_BOUND:
            return out[:BODY_BOUND], True
        if not stream.eof:
            if cut:
                return out, True
            raise zlib.error("the data ends early")
        data = stream.unused_data if bits > 0 else b""
        if not data.strip(b"\0"):  # the end, or padding after the last gzip member
            return out, cut
    return out, True

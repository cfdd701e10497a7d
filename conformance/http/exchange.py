"""What is sent and what comes back, as values.

A `Request` is written down exactly as it goes out, with one exception: it names the credentials that it uses and never
holds them, so that no report can print them. An `Exchange` is one request with its response, or with the fault of the
wire that stood in the way of one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Headers = tuple[tuple[str, str], ...]

#: The credentials of the profile, by the name of their table there.
OWNER = "owner"
LIMITED = "limited"
#: No credentials are sent.
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request.

    `target` is the request-target as it stands in the request line (RFC 9112, section 3.2): path and query, already
    percent-encoded, each character standing for one byte (ISO 8859-1). `headers` hold neither credentials nor Host,
    Content-Length and Connection, which the wire adds. `credentials` is `owner`, `limited`, `nobody`, or one of these
    and a way of spoiling it, as in `owner:wrong-password` (see `conformance.http.credentials`).
    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    credentials: str = OWNER

    def header(self, name: str) -> str | None:
        """The first value of a header field, its name in any letter case; None where it is absent."""
        return first_value(self.headers, name)


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response; `body` is decoded from its content coding and cut at the bound of the wire."""

    status: int
    reason: str = ""
    headers: Headers = ()
    body: bytes = b""
    truncated: bool = False

    def header(self, name: str) -> str | None:
        """The first value of a header field, its name in any letter case; None where it is absent."""
        return first_value(self.headers, name)


@dataclass(frozen=True, slots=True)
class WireFault:
    """Why no response came: a `kind` for programs, and a sentence for people.

    Kinds: `name` (the host name has no address), `connect`, `tls`, `timeout`, `reset` (the connection ended before
    the response did), `not-http`, `too-large` (headers beyond the bound), `budget` (the run may send no more),
    `dead` (the target had stopped answering, nothing was sent), `busy` (429 or 502 to 504, twice).
    """

    kind: str
    message: str

    @property
    def unsent(self) -> bool:
        """Whether nothing of the request can have reached the target."""
        return self.kind in ("name", "connect", "tls", "budget", "dead")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it: either `response` or `fault` is set.

    `started` is in seconds since the epoch, `elapsed` in seconds; neither is ever judged.
    """

    request: Request
    response: Response | None = None
    fault: WireFault | None = None
    started: float = field(default=0.0, compare=False)
    elapsed: float = field(default=0.0, compare=False)


def first_value(headers: Headers, name: str) -> str | None:
    """The first value of the named header field, or None."""
    wanted = name.lower()
    for each, value in headers:
        if each.lower() == wanted:
            return value
    return None


def text_of(data: bytes) -> dict[str, Any]:
    """A body as a JSON value: its text where it is UTF-8, otherwise Base64, which `encoding` then says."""
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:
        import base64

        return {"text": base64.b64encode(data).decode("ascii"), "encoding": "base64"}

"""Requests: the request-target, the headers, the JSON body, the credentials."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from .envelope import Envelopes
from .surface import PATH, QUERY, Operation, by_path
from .world import CREDENTIALS, Credential

MAX_BODY: Final = 4 * 1024 * 1024
_BASIC = re.compile(r"basic +([A-Za-z0-9+/]+={0,2}) *", re.IGNORECASE | re.ASCII)
_JSON_MEDIA_TYPE = re.compile(r"application/(?:[a-z0-9!#$&^_.+-]+\+)?json", re.IGNORECASE | re.ASCII)
_PRINCIPALS: Final = {(credential.account, credential.token): credential for credential in CREDENTIALS}


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came: a path of decoded segments, the query, headers by lower-case name, and the body."""

    method: str
    segments: list[str]
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes


def decode(data: bytes) -> str:
    """Percent-decoded text. What is not UTF-8 becomes lone surrogates, which no parameter accepts."""
    return unquote_to_bytes(data).decode("utf-8", "surrogateescape")


def _octets(target: str) -> bytes:
    try:
        return target.encode("latin-1")
    except UnicodeEncodeError:
        return target.encode("utf-8", "surrogatepass")


def read_request(method: str, target: str | bytes, headers: Sequence[tuple[str, str]], body: bytes) -> Request:
    raw = target if isinstance(target, bytes) else _octets(target)
    path, _, query_string = raw.partition(b"?")
    query: dict[str, str] = {}
    if query_string:
        for pair in query_string.replace(b"+", b" ").split(b"&"):
            name, _, value = pair.partition(b"=")
            query[decode(name)] = decode(value)
    by_name: dict[str, str] = {}
    for header, text in headers:
        by_name.setdefault(header.lower(), text)
    # Every path begins with a slash. One that does not keeps an empty segment in front, which fits no operation.
    segments = [decode(segment) for segment in path.removeprefix(b"/").split(b"/")]
    return Request(method, segments if path.startswith(b"/") else ["", *segments], query, by_name, body)


def _integer(digits: str) -> int | float:
    # Python refuses to read integers of thousands of digits. One that long is beyond every bound: infinity is, too.
    return int(digits) if len(digits) <= 400 else float("inf")


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


class Reading(Envelopes):
    """What a request asks for, and who asks."""

    def route(self, method: str, segments: list[str]) -> tuple[Operation, dict[str, str]] | None:
        """The operation and its path parameters. HEAD asks for what GET would answer."""
        wanted = "GET" if method == "HEAD" else method
        for operation, values in by_path(segments):
            if operation.method == wanted:
                return operation, values
        return None

    def identify(self, operation: str, authorization: str) -> Credential | None:
        """Who the Authorization header stands for: None when it is missing, malformed or wrong."""
        match = _BASIC.fullmatch(authorization)
        if match is None:
            return None
        try:
            username, colon, token = base64.b64decode(match[1]).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return self.principal(operation, username, token) if colon else None

    def principal(self, operation: str, username: str, token: str) -> Credential | None:
        return _PRINCIPALS.get((username, token))

    def authenticate(self, operation: str, request: Request) -> Credential:
        credential = self.identify(operation, request.headers.get("authorization", ""))
        if credential is None:
            raise self.refusal(operation, "UNAUTHORIZED")
        return credential

    def permits(self, operation: Operation, credential: Credential) -> bool:
        """Whether the credentials may do this at all. Limited ones may read only."""
        return not (operation.writes and credential.limited)

    def authorise(self, operation: Operation, credential: Credential) -> None:
        if not self.permits(operation, credential):
            raise self.refusal(operation.id, "FORBIDDEN")

    def is_json(self, operation: str, content_type: str) -> bool:
        """Whether a body of this media type is read. None at all counts as JSON."""
        media_type = content_type.partition(";")[0].strip()
        return not media_type or _JSON_MEDIA_TYPE.fullmatch(media_type) is not None

    def parse(self, operation: str, body: bytes) -> Any:
        """The JSON value of a body. ValueError or RecursionError when there is none."""
        return json.loads(body.decode("utf-8"), parse_int=_integer, parse_constant=_constant)

    def read_body(self, operation: str, request: Request) -> Any:
        """The JSON body. An empty one gives no parameter."""
        if not request.body:
            return {}
        if len(request.body) > MAX_BODY or not self.is_json(operation, request.headers.get("content-type", "")):
            raise self.refusal(operation, "UNREADABLE_REQUEST")
        try:
            return self.parse(operation, request.body)
        except (ValueError, RecursionError):
            raise self.refusal(operation, "UNREADABLE_REQUEST") from None

    def given(self, operation: Operation, path_values: dict[str, str], request: Request) -> dict[str, Any]:
        """The raw value of each parameter of the operation that the request carries."""
        # A JSON body that is no object carries no parameter, so what is required is then missing.
        body = self.read_body(operation.id, request) if operation.has_body else {}
        fields = body if isinstance(body, dict) else {}
        sources: dict[str, Mapping[str, Any]] = {PATH: path_values, QUERY: request.query}
        return {
            parameter.name: source[parameter.name]
            for parameter in operation.parameters
            if parameter.name in (source := sources.get(parameter.place, fields))
        }

"""Taking secrets out of texts.

Targets echo what they get: in messages, in headers, percent-encoded, escaped, in Base64. All the forms that a secret
may take are collected once, and then looked for in each text.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from conformance.http.exchange import Headers

REDACTED = "[redacted]"
#: Secrets of fewer characters are replaced only where they are the whole value of a header field.
SHORT = 4
#: Pieces of Base64 of fewer characters stand for too little to be looked for.
PIECE = 8
#: So many characters of a secret at the end of a text that was cut are its beginning, and no chance.
BEGINNING = 5
_CUT = re.compile(r"(?:['\"]?(?:\.\.\. \(\d+ characters\))?)\Z")

_FIELD_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"


class Redaction:
    """Replaces given secrets, in all their forms. Costs little where a text holds none of them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        given = {each for each in secrets if each}
        self._short = frozenset(each for each in given if len(each) < SHORT)
        long = given - self._short
        forms = {form for each in long for form in (*_forms(each), *_pieces(each.encode())) if len(form) >= SHORT}
        # Where none of these stands none of the others does, for each of those holds one of these.
        first = sorted(each for each in forms if not any(form != each and form in each for form in forms))
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._first = tuple(first)
        self._first_bytes = tuple(form.encode() for form in first)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))
        self._pattern_bytes = re.compile(b"|".join(re.escape(form.encode()) for form in longest_first))
        values = "|".join(re.escape(each) for each in sorted(self._short, key=lambda each: (-len(each), each)))
        lines = rf"^({_FIELD_NAME}:[ \t]*)(?:{values})(?=[ \t]*\r?$)"
        self._lines = re.compile(lines, re.MULTILINE)
        self._lines_bytes = re.compile(lines.encode(), re.MULTILINE)

    def redact(self, text: str) -> str:
        """The text with each secret replaced."""
        for form in self._first:
            if form in text:
                text = self._pattern.sub(REDACTED, text)
                break
        return self._lines.sub(rf"\1{REDACTED}", text) if self._short else text

    def redact_cut(self, text: str) -> str:
        """The same for a text that may have been cut within a secret: what begins one at its end is replaced too."""
        text = self.redact(text)
        head = text[: _CUT.search(text).start()]  # type: ignore[union-attr]
        for form in self._first:
            if form[:BEGINNING] not in head[-len(form) :]:
                continue
            for length in range(min(len(form), len(head)) - 1, BEGINNING - 1, -1):
                if head.endswith(form[:length]):
                    return head[:-length] + REDACTED + text[len(head) :]
        return text

    def redact_bytes(self, data: bytes) -> bytes:
        """The bytes with each secret replaced, where it stands in UTF-8."""
        for form in self._first_bytes:
            if form in data:
                data = self._pattern_bytes.sub(REDACTED.encode(), data)
                break
        return self._lines_bytes.sub(rb"\1" + REDACTED.encode(), data) if self._short else data

    def redact_headers(self, headers: Headers) -> Headers:
        """Header fields with each secret replaced, also those too short to be looked for elsewhere."""
        return tuple(
            (self.redact(name), REDACTED if value.strip() in self._short else self.redact(value))
            for name, value in headers
        )


def _forms(secret: str) -> Iterable[str]:
    """A secret as it may stand in URLs, JSON, HTML and source code."""
    octets = secret.encode()
    yield secret
    yield octets.decode("latin-1")
    if secret.rstrip("="):
        yield secret.rstrip("=")
    for encoded in (quote(octets, safe=""), quote(octets), quote_plus(octets)):
        yield encoded
        yield re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), encoded)
    for escaped in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield escaped
        yield escaped.replace("/", "\\/")
        yield re.sub(r"\\u[0-9a-f]{4}", lambda match: "\\u" + match[0][2:].upper(), escaped)
    # Some writers of JSON also escape what HTML could read as its own.
    yield re.sub("[<>&'+\"]", lambda match: f"\\u{ord(match[0]):04x}", secret)
    yield re.sub("[<>&'+\"]", lambda match: f"\\u{ord(match[0]):04X}", secret)
    yield html.escape(secret)
    yield html.escape(secret, quote=False)
    yield html.escape(secret).replace("&#x27;", "&#39;")
    yield repr(secret)[1:-1]


def _pieces(secret: bytes) -> Iterable[str]:
    """What of a secret's Base64 is the same wherever in a longer text the secret stands: one for each alignment."""
    for start in range(3):
        end = start + (len(secret) - start) // 3 * 3
        piece = base64.b64encode(secret[start:end]).decode("ascii")
        if len(piece) >= PIECE:
            yield piece
            yield piece.replace("+", "-").replace("/", "_")

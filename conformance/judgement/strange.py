"""Texts and answers that what stands before the API has a word in: HTTP servers, gateways and parsers."""

from __future__ import annotations

import re

from conformance.http.exchange import Response
from conformance.judgement.judge import Judge


def refused_early(judge: Judge, response: Response) -> bool:
    """Whether an answer may come from what stands before the API: a refusal in other words than those of the API."""
    return 400 <= response.status < 500 and not judge.read(response).has_envelope


def strange(text: str) -> bool:
    """Whether a text holds what a parser or a server may stumble over before the API sees it."""
    return _STRANGE.search(text) is not None


#: Controls but blanks, halves of surrogate pairs, and the last two points of each plane, which are no characters.
_STRANGE = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff"
    + "".join(chr(plane + point) for plane in range(0, 0x110000, 0x10000) for point in (0xFFFE, 0xFFFF))
    + "]"
)


def sendable_in_path(text: str) -> bool:
    """Whether a text can be one segment: a slash or dots alone name another path, and half a character has no bytes."""
    return not any(c in "/\\" or 0xD800 <= ord(c) < 0xE000 for c in text) and text.strip(".") != ""

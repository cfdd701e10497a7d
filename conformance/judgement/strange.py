"""Texts and answers that what stands before the API has a word in: HTTP servers, gateways and parsers."""

from __future__ import annotations

from conformance.http.exchange import Response
from conformance.judgement.judge import Judge


def refused_early(judge: Judge, response: Response) -> bool:
    """Whether an answer may come from what stands before the API: a refusal in other words than those of the API."""
    return 400 <= response.status < 500 and not judge.read(response).has_envelope


def strange(text: str) -> bool:
    """Whether a text holds what a parser or a server may stumble over before the API sees it."""
    return any(_is_strange(ord(c)) for c in text)


def _is_strange(point: int) -> bool:
    control = (point < 32 and point not in (9, 10, 13)) or 0x7F <= point < 0xA0
    return control or 0xD800 <= point < 0xE000 or point & 0xFFFE == 0xFFFE


def sendable_in_path(text: str) -> bool:
    """Whether a text can be one segment: a slash or dots alone name another path, and half a character has no bytes."""
    return not any(c in "/\\" or 0xD800 <= ord(c) < 0xE000 for c in text) and text.strip(".") != ""

"""Marks in requests that were drawn: what they make can be told from what was there, whatever becomes of the run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from conformance.http.exchange import Request
from conformance.inputs.surface import Operation, Parameter
from conformance.planning.requests import FORM
from conformance.planning.values import generator


def with_a_mark(request: Request, operation: Operation, mark: str) -> Request:
    """The request with the mark in one of the texts that may carry it, where it may make something.

    A text that was not drawn comes first. Where all were, one that was drawn right gives way, not always the same; where
    all are wrong, the request must be refused, and is left as it is.
    """
    able = [p for p in operation.placed("body") if p.trait("x-mark")]
    if "creates" not in operation.effect or not able:
        return request
    if operation.media_type == FORM:
        drawn = {pair.partition(b"=")[0] for pair in request.body.split(b"&")}
        free = next((p.name for p in able if quote(p.name, safe="").encode() not in drawn), None)
        pair = f"{quote(free, safe='')}={mark}".encode() if free else b""
        return replace(request, body=b"&".join(filter(None, (request.body, pair))))
    try:
        document = json.loads(request.body)
    except (ValueError, RecursionError):
        return request
    if not isinstance(document, dict):
        return request
    carrier = _carrier(document, able, request)
    if carrier is None:
        return request
    return replace(request, body=json.dumps({**document, carrier: mark}).encode())


def _carrier(document: dict[str, Any], able: Sequence[Parameter], request: Request) -> str | None:
    absent = [p.name for p in able if p.name not in document]
    right = [p.name for p in able if p.name in document and _right(document[p.name], p)]
    if absent:
        return absent[0]
    return generator(request.body.decode("latin-1")).choice(right) if right else None


def _right(value: Any, parameter: Parameter) -> bool:
    if not isinstance(value, str) or not value.strip():
        return False
    least, most = parameter.trait("minLength"), parameter.trait("maxLength")
    return (least is None or len(value) >= least) and (most is None or len(value) <= most)

"""Requests to a reference target, with the credentials of its owner."""

from __future__ import annotations

import base64
import json

from conformance.reference import Answer, Reference
from conformance.reference.world import ACCOUNT, TOKEN


def basic(username: str, token: str) -> tuple[str, str]:
    return "Authorization", "Basic " + base64.b64encode(f"{username}:{token}".encode()).decode()


OWNER = basic(ACCOUNT, TOKEN)


def ask(target: Reference, method: str, path: str | bytes, *headers: tuple[str, str], body: bytes = b"") -> Answer:
    return target.respond(method, path, [OWNER, *headers], body)


def post(target: Reference, path: str, body: object) -> Answer:
    return ask(target, "POST", path, ("Content-Type", "application/json"), body=json.dumps(body).encode())


def code_of(answer: Answer) -> str | None:
    """The ErrorCode of an answer, or None where it is a success."""
    document = json.loads(answer.body)
    if answer.status == 200:
        assert not isinstance(document, dict) or "ResponseStatus" not in document
        return None
    return str(document["ResponseStatus"]["ErrorCode"])

"""The reference target under further paths, which begin with `/c` and a number."""

from __future__ import annotations

import re
from typing import Any

from conformance.reference import Reference
from conformance.reference.asgi import Application

_inner = Application(Reference())
_COPY = re.compile(rb"^/c\d+/")


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer as the reference target does under the path that was copied."""
    if scope["type"] == "http":
        raw = _COPY.sub(b"/", scope.get("raw_path") or scope["path"].encode())
        scope = {**scope, "raw_path": raw, "path": raw.decode("latin-1")}
    await _inner(scope, receive, send)

"""The reference target as a bare ASGI application, without a framework."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from .app import Reference
from .reading import MAX_BODY

Message = MutableMapping[str, Any]
LONGEST_DELAY_MS: Final = 10_000


class Application:
    """Serves one target. Every answer comes `latency_ms` late, and later still by the header X-Reference-Delay-Ms."""

    def __init__(self, reference: Reference, latency_ms: int = 0) -> None:
        self.reference = reference
        self.latency_ms = latency_ms

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _live(
        self, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _answer(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            # Once too much has come, the rest is read and dropped: the target refuses a body beyond its bound.
            if len(body) <= MAX_BODY:
                body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        target = scope.get("raw_path") or scope["path"].encode()
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        delay = self.latency_ms + self._delay(headers)
        if delay:
            await asyncio.sleep(delay / 1000)
        answer = self.reference.respond(scope["method"], target, headers, body)
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        if not any(name == b"content-length" for name, _ in raw) and answer.status != 204:
            raw.append((b"content-length", b"%d" % len(answer.body)))
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.body})

    def _delay(self, headers: list[tuple[str, str]]) -> int:
        for name, value in headers:
            if name == "x-reference-delay-ms" and value.isascii() and value.isdigit():
                return min(int(value[:9]), LONGEST_DELAY_MS)
        return 0


app = Application(Reference())

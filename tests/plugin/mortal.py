"""`python -m tests.plugin.mortal N`: a reference target whose process ends at its N-th request, without an answer."""

from __future__ import annotations

import os
import socket
import sys
import threading
from typing import Any

import uvicorn

from conformance.reference import Reference
from conformance.reference.asgi import Application


class Mortal(Application):
    """Ends the process when it has answered enough."""

    def __init__(self, lives: int) -> None:
        super().__init__(Reference(), latency_ms=2)
        self.lives = lives

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.lives -= scope["type"] == "http"
        if self.lives <= 0:
            os._exit(1)
        await super().__call__(scope, receive, send)


def main() -> None:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(256)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print(f"listening on http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(Mortal(int(sys.argv[1])), log_config=None, access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()

"""`python -m conformance.reference`: serve the reference target until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator

import uvicorn

from .app import Reference
from .asgi import Application


class Server(uvicorn.Server):
    """Says in one line where it listens, and ends with status 0 when it is told to end."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self.address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"listening on {self.address}", flush=True)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own raises the signal once more when the server has ended.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only on a socket whose protocol is named; without it each answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(512)
    return listener


def _end_with_stdin(server: Server) -> None:
    # Not sys.stdin: Python cannot end while another thread waits inside its buffer.
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    server.should_exit = True


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance.reference", description="Serve the reference target.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one (default: 8080)")
    parser.add_argument("--latency-ms", type=int, default=0, metavar="N", help="answer every request N ms late")
    parser.add_argument("--liar", metavar="ID", help="serve a target that is wrong on purpose (see conformance.liars)")
    parser.add_argument("--stop-with-stdin", action="store_true", help="end when standard input is closed")
    options = parser.parse_args()
    reference = Reference()
    if options.liar:
        from conformance.liars.__main__ import build  # only here: the reference does not rest on its liars

        try:
            reference = build(options.liar)
        except LookupError as error:
            parser.error(str(error.args[0]))
    try:
        listener = _listen(options.host, options.port)
    except OSError as error:
        parser.exit(1, f"cannot listen on {options.host} port {options.port}: {error.strerror}\n")
    config = uvicorn.Config(
        Application(reference, options.latency_ms),
        http="httptools" if importlib.util.find_spec("httptools") else "h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        log_level="error",  # clients are meant to send what no HTTP is
        server_header=False,
        backlog=512,
        timeout_graceful_shutdown=2,
    )
    host = f"[{options.host}]" if ":" in options.host else options.host
    server = Server(config, f"http://{host}:{listener.getsockname()[1]}")
    if options.stop_with_stdin:
        threading.Thread(target=_end_with_stdin, args=(server,), daemon=True).start()
    server.run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())

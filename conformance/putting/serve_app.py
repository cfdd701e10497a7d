"""`python -m conformance.putting.serve_app MODULE:ATTR`: serves an ASGI or WSGI application until standard input ends."""

from __future__ import annotations

import importlib
import inspect
import os
import socket
import sys
import threading
from typing import Any


def main() -> int:
    """Serve the named application on a free port of 127.0.0.1, and say which."""
    module, _, attribute = sys.argv[1].partition(":")
    sys.path.insert(0, os.getcwd())
    try:
        application: Any = importlib.import_module(module)
        for part in attribute.split("."):
            application = getattr(application, part)
    except (ImportError, AttributeError) as error:
        print(f"{_line(error)}; name a module that can be imported here and an application in it", file=sys.stderr)
        return 1
    except (Exception, SystemExit) as error:
        print(f"importing {module} failed: {type(error).__name__}: {_line(error)}", file=sys.stderr)
        return 1
    if not callable(application):
        print(f"{attribute} in {module} is no application: it cannot be called", file=sys.stderr)
        return 1
    if inspect.isfunction(application) and not inspect.signature(application).parameters:
        try:
            application = application()  # an application factory
        except Exception as error:
            print(f"calling {attribute} failed: {type(error).__name__}: {_line(error)}", file=sys.stderr)
            return 1
        if not callable(application):
            print(f"{attribute} in {module} gives no application: it cannot be called", file=sys.stderr)
            return 1
    # The protocol is named, or else asyncio would leave Nagle's algorithm on and each answer would wait.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(256)
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    print(f"listening on http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    if is_asgi(application):
        _serve_asgi(application, listening)
    else:
        _serve_wsgi(application, listening)
    return 0


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:500]


def is_asgi(application: Any) -> bool:
    """Whether an application is called with scope, receive and send, and answers asynchronously."""
    call = application if inspect.isroutine(application) else type(application).__call__
    if inspect.iscoroutinefunction(call):
        return True
    parameters = [p for p in inspect.signature(call).parameters if p != "self"]
    return len(parameters) == 3


def _serve_asgi(application: Any, listening: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(application, log_level="warning", access_log=False, lifespan="auto")
    uvicorn.Server(config).run(sockets=[listening])


def _serve_wsgi(application: Any, listening: socket.socket) -> None:
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log(self, type: str, message: str, *args: Any) -> None:
            """Say nothing of each request."""

    host, port = listening.getsockname()[:2]
    make_server(host, port, application, threaded=True, request_handler=Quiet, fd=listening.fileno()).serve_forever()


def _end_with_standard_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())

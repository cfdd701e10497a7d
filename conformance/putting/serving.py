"""Serves a target for the length of a run: the reference target, or an application, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

from conformance.errors import ConfigurationError

#: How long a server may take until it listens, in seconds.
PATIENCE = 30.0
_ANNOUNCES = "listening on "


class Served:
    """A server in a process of its own, on a free port of 127.0.0.1; `stop` ends that process."""

    def __init__(self, command: Sequence[str], what: str) -> None:
        # In a session of its own Ctrl-C does not reach it: what was made in it can still be removed.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
            start_new_session=True,
        )  # fmt: skip
        self._said: list[str] = []
        self._readers = [self._reading(self._listen)]
        self.url = self._announced(what)

    @staticmethod
    def _reading(what: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=what, daemon=True)
        thread.start()
        return thread

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._said = [*self._said[-20:], line.rstrip()]

    def _announced(self, what: str) -> str:
        """Wait for the line that names the address; then let go of what the server prints further."""
        assert self._process.stdout is not None
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(PATIENCE, give_up)
        timer.start()
        try:
            for line in self._process.stdout:
                if _ANNOUNCES in line:
                    self._readers.append(self._reading(self._drain))
                    return line.split(_ANNOUNCES, 1)[1].strip()
        finally:
            timer.cancel()
        self.stop()
        silent = "it did not listen in time" if late.is_set() else "it ended without a word"
        last = next((line for line in reversed(self._said) if line.strip()), silent)
        raise ConfigurationError(f"{what} could not be served: {last.strip()}")

    def _drain(self) -> None:
        assert self._process.stdout is not None
        for _ in self._process.stdout:
            pass

    def stop(self) -> None:
        """End the process, and see that it has ended."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for thread in self._readers:
            thread.join(1)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()


def reference() -> Served:
    """The embedded reference target."""
    command = [sys.executable, "-m", "conformance.reference", "--port", "0", "--stop-with-stdin"]
    return Served(command, "the reference target")


def application(name: str) -> Served:
    """An ASGI or WSGI application named as MODULE:ATTR."""
    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise ConfigurationError(f"--target-app {name}: write it as MODULE:ATTR, for instance shop.main:app")
    return Served([sys.executable, "-m", "conformance.putting.serve_app", name], f"--target-app {name}")

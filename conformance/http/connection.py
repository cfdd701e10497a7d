"""One connection that is open already: a request out, a response in, until a deadline.

Sockets here never block: each wait is for the rest of the time that the request has, so that no trickle of bytes can
stretch it.
"""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable
from time import monotonic

from conformance.http.answer import Answer
from conformance.http.exchange import Response, WireFault
from conformance.http.tls import tls_reason

#: Seconds after which an idle connection is not used again: servers close theirs, and the news may still be under way.
IDLE_BOUND = 3.0
READ, WRITE = 1, 2

_CHUNK = 64 << 10
_POLL = getattr(select, "poll", None)


class Failure(Exception):
    """A fault on its way to the caller; `stale` where a kept connection may simply have been closed meanwhile."""

    def __init__(self, kind: str, message: str, stale: bool = False) -> None:
        super().__init__(message)
        self.fault = WireFault(kind, message)
        self.stale = stale


class Connection:
    """A connection that serves one request at a time; `reusable` says after each whether it can serve another."""

    __slots__ = ("_answer", "_poll", "_sock", "_tls", "_used", "reusable")

    def __init__(self, sock: socket.socket) -> None:
        """Take over a connected socket that does not block."""
        self._sock = sock
        self._tls = isinstance(sock, ssl.SSLSocket)
        self._answer = Answer()
        self._used = 0.0
        self._poll = None
        if _POLL is not None:
            self._poll = _POLL()
            self._poll.register(sock.fileno(), select.POLLIN)
        self.reusable = False

    def alive(self) -> bool:
        """False if the far side has closed, has sent what nobody asked for, or has been idle for long."""
        if monotonic() - self._used > IDLE_BOUND:
            return False
        try:
            self._sock.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        self.reusable = False
        self._sock.close()

    def exchange(
        self, method: str, data: bytes, deadline: float, limit: float, meanwhile: Callable[[], None] | None = None
    ) -> Response | WireFault:
        """Send a request and read its response.

        `deadline` is on the monotonic clock, `limit` the seconds that it stands for. `meanwhile` is called once the
        request is out. Failure: the deadline passed, or the connection broke.
        """
        answer = self._answer
        answer.begin(method)
        self.reusable = False
        whole = self._send(data, deadline, limit)
        if meanwhile is not None:
            meanwhile()
        if not (answer.complete or answer.fault):
            self._receive_all(deadline, limit)
        outcome = answer.outcome()
        self.reusable = whole and answer.reusable and answer.complete and answer.fault is None
        self._used = monotonic()
        return outcome

    def _send(self, data: bytes, deadline: float, limit: float) -> bool:
        """Send all of it; False where the far side answered, or closed, before it had taken everything.

        What has come from a far side that closed early can still be read, so a broken send is no failure yet.
        """
        rest: bytes | memoryview = data
        while True:
            try:
                sent = self._sock.send(rest)
            except (BlockingIOError, ssl.SSLWantWriteError):
                events = READ | WRITE
            except ssl.SSLWantReadError:
                events = READ
            except OSError:
                return False
            else:
                if sent == len(rest):
                    return True
                rest = memoryview(rest)[sent:]
                continue
            left = deadline - monotonic()
            seen = ready(self._sock, events, left) if left > 0 else 0
            if not seen:
                raise Failure("timeout", f"The target did not take the whole request within {limit:g} s.")
            if seen & READ:
                try:
                    if self._took(self._sock.recv(_CHUNK)):
                        return False
                except (BlockingIOError, ssl.SSLWantReadError):
                    pass
                except OSError:
                    return False

    def _receive_all(self, deadline: float, limit: float) -> None:
        sock, poll = self._sock, self._poll
        wait = not self._tls  # decrypted bytes may be there that no poll can see
        while True:
            if wait:
                # What came in time is read, however long this thread was busy with something else.
                left = max(0.0, deadline - monotonic())
                if not (poll.poll(left * 1000) if poll else ready(sock, READ, left)):
                    raise self._late(limit)
            try:
                data = sock.recv(_CHUNK)
            except (BlockingIOError, ssl.SSLWantReadError):
                wait = True
                continue
            except OSError as error:
                raise self._broken(error) from None
            if self._took(data):
                return
            wait = not self._tls

    def _took(self, data: bytes) -> bool:
        """Pass on what came, nothing being the end of it; True when nothing more is to be read."""
        if data:
            return self._answer.feed(data)
        if not self._answer.begun:
            raise self._broken(None)
        self._answer.end()
        return True

    def _late(self, limit: float) -> Failure:
        if self._answer.begun:
            return Failure("timeout", f"The response had not ended within {limit:g} s.")
        return Failure("timeout", f"No response came within {limit:g} s.")

    def _broken(self, error: OSError | None) -> Failure:
        if isinstance(error, ssl.SSLError):
            return Failure("tls", f"TLS failed before the whole response had come: {tls_reason(error)}.")
        how = "was closed" if error is None else f"broke off ({words(error)})"
        begun = self._answer.begun
        place = "within" if begun else "before"
        return Failure("reset", f"The connection {how} {place} the response.", bool(self._used) and not begun)


def ready(sock: socket.socket, events: int, seconds: float) -> int:
    """Wait until a socket can be read or written: which of the events asked for are there, 0 when the time is over."""
    if _POLL is None:
        watched = [sock]
        reads, writes, _ = select.select(watched * bool(events & READ), watched * bool(events & WRITE), [], seconds)
        return READ * bool(reads) | WRITE * bool(writes)
    poll = _POLL()
    poll.register(sock.fileno(), select.POLLIN * bool(events & READ) | select.POLLOUT * bool(events & WRITE))
    seen = 0
    for _, event in poll.poll(seconds * 1000):
        seen |= WRITE * bool(event & select.POLLOUT) | READ * bool(event & select.POLLIN)
        if event & (select.POLLERR | select.POLLHUP | select.POLLNVAL):
            seen |= events
    return seen


def words(error: OSError) -> str:
    """An error of the operating system in words."""
    text = error.strerror or str(error) or type(error).__name__
    return text[:1].lower() + text[1:]

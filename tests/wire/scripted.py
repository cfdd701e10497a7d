"""A server on the loopback that does with each connection exactly what a function says."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from types import TracebackType

#: Seconds after which anything here gives up by itself.
LIFE = 4.0


def answer(body: bytes = b"{}", status: str = "200 OK", *fields: str, version: str = "HTTP/1.1") -> bytes:
    """The bytes of a response with a right Content-Length."""
    head = [f"{version} {status}", *fields, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(head).encode("latin-1") + body


class Peer:
    """One connection, from the server's side. `number` counts connections from 0."""

    def __init__(self, server: Scripted, sock: socket.socket, number: int) -> None:
        self.server, self.sock, self.number = server, sock, number
        self._rest = b""

    def request(self) -> bytes:
        """Read one request with a right Content-Length; nothing when the client has closed."""
        data = self._rest
        while b"\r\n\r\n" not in data:
            more = self.sock.recv(65536)
            if not more:
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        while len(body) < length:
            more = self.sock.recv(65536)
            if not more:  # the client has given up, and would be waited for without end
                return b""
            body += more
        self._rest = body[length:]
        whole = head + b"\r\n\r\n" + body[:length]
        with self.server.lock:
            self.server.requests.append(whole)
        return whole

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def pause(self, seconds: float = LIFE) -> bool:
        """Do nothing for some time; False when the server is being closed."""
        return not self.server.over.wait(seconds)

    def reset(self) -> None:
        """End the connection with RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class Scripted:
    """Listens on a free port until the end of a `with` block.

    `requests` are those that were read, `connections` counts those accepted, `errors` are those of the script but for
    broken connections.
    """

    def __init__(
        self,
        script: Callable[[Peer], object],
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._script, self._tls = script, tls
        self._listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.host, self.port = host, self._listener.getsockname()[1]
        self.lock, self.over = threading.Lock(), threading.Event()
        self.requests: list[bytes] = []
        self.connections = 0
        self.errors: list[Exception] = []

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    def __enter__(self) -> Scripted:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        if kind is None:
            assert self.errors == []

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self.lock:
                number, self.connections = self.connections, self.connections + 1
            threading.Thread(target=self._serve, args=(sock, number), daemon=True).start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        sock.settimeout(LIFE)
        try:
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
            peer = Peer(self, sock, number)
            try:
                self._script(peer)
            finally:
                peer.sock.close()
        except OSError:
            sock.close()
        except Exception as error:
            self.errors.append(error)


def always(data: bytes) -> Callable[[Peer], object]:
    """A script that gives each request of each connection the same answer."""

    def script(peer: Peer) -> None:
        while peer.request():
            peer.send(data)

    return script


def once(*steps: bytes | float) -> Callable[[Peer], object]:
    """A script that reads one request, sends the steps, pausing where one is a number of seconds, and closes."""

    def script(peer: Peer) -> None:
        peer.request()
        for step in steps:
            if isinstance(step, bytes):
                peer.send(step)
            elif not peer.pause(step):
                return

    return script

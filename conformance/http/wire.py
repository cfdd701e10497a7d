"""The wire: the one module that opens sockets.

A blocking HTTP/1.1 client that writes each request exactly as it is given, reads one response within bounds, and turns
every failure into a `WireFault`. It follows no redirects, repeats nothing that was answered, and keeps connections open
for the next request. All of it may be used from several threads at once.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from conformance import __version__
from conformance.http.connection import READ, WRITE, Connection, Failure, ready, words
from conformance.http.exchange import Headers, Response, WireFault
from conformance.http.tls import TlsOptions, tls_context, tls_reason
from conformance.http.url import Url, parse_url, proxy_for

_WITH_BODY = ("POST", "PUT", "PATCH")


@dataclass(frozen=True, slots=True)
class WireOptions:
    """How to reach a target. `timeout` is in seconds, for a whole request; `headers` are sent with each request."""

    timeout: float = 10.0
    verify: bool = True
    ca_file: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None
    headers: Headers = ()


class Wire:
    """Sends requests to one target. ConfigurationError: the URL or an option is wrong."""

    def __init__(self, url: str, options: WireOptions = WireOptions()) -> None:
        self.url: Url = parse_url(url)
        self.options = options
        self._timeout = options.timeout
        self._proxy = proxy_for(self.url)
        self._tls: ssl.SSLContext | None = None
        if self.url.scheme == "https":
            self._tls = tls_context(
                TlsOptions(options.verify, options.ca_file, options.client_certificate, options.client_key)
            )
        self._addresses: list[Any] = []
        self._idle: list[Connection] = []
        self._closed = False
        #: What the thread of a request does between sending it and reading the answer.
        self.meanwhile: Callable[[], None] | None = None
        self._prefix = self.url.prefix
        own = {name.lower() for name, _ in options.headers}
        fields = [
            ("Host", self.url.field),
            ("User-Agent", f"conformance/{__version__}"),
            ("Accept-Encoding", "identity"),
            ("Connection", "keep-alive"),
        ]
        fields = [each for each in fields if each[0].lower() not in own] + list(options.headers)
        if self._proxy is not None and self._tls is None:
            self._prefix = f"http://{self.url.field}{self._prefix}"
            if self._proxy.authorization:
                fields.append(("Proxy-Authorization", self._proxy.authorization))
        self._fields = [(name.lower(), f"{name}: {value}\r\n") for name, value in fields]
        self._field_names = frozenset(name for name, _ in self._fields)
        self._field_lines = "".join(line for _, line in self._fields)

    def send(
        self, method: str, target: str, headers: Sequence[tuple[str, str]] = (), body: bytes = b"",
        beside: float | None = None,
    ) -> tuple[Response | WireFault, float]:  # fmt: skip
        """Send one request and read what comes back; also the seconds that took.

        `beside` asks for a connection of its own beside the kept ones, and gives up after so many seconds.

        Method, target and headers are written as ISO 8859-1 and otherwise untouched, the body as it is. Host,
        User-Agent, Accept-Encoding, Connection, the extra fields of the options, and Content-Length (with a body, or
        for POST, PUT and PATCH) are added unless `headers` hold a field of that name; Content-Length also stays away
        from Transfer-Encoding. ValueError: a character is beyond ISO 8859-1.
        """
        data = self._written(method, target, headers, body)
        began = monotonic()
        try:
            if beside is not None:
                outcome = self._over(self._opened(began + beside), method, data, began + beside)
            else:
                outcome = self._exchange(method, data, began + self._timeout)
        except Failure as failure:
            outcome = failure.fault
        return outcome, monotonic() - began

    @property
    def timeout(self) -> float:
        """Seconds that a request may take."""
        return self._timeout

    @property
    def keeps(self) -> bool:
        """Whether a connection is kept for the next request."""
        return bool(self._idle)

    def let_go(self) -> None:
        """Close the kept connections."""
        while self._idle:
            try:
                self._idle.pop().close()
            except IndexError:  # another thread was faster
                return

    def close(self) -> None:
        """Close the kept connections; those in use are closed when their request ends."""
        self._closed = True
        self.let_go()

    def _written(self, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
        own = {name.lower() for name, _ in headers}
        front = self._prefix if target[:1] == "/" else ""
        if own.isdisjoint(self._field_names):
            lines = self._field_lines
        else:
            lines = "".join(line for name, line in self._fields if name not in own)
        if body or method in _WITH_BODY:
            if "content-length" not in own and "transfer-encoding" not in own:
                lines = f"{lines}Content-Length: {len(body)}\r\n"
        own_lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
        return f"{method} {front}{target} HTTP/1.1\r\n{lines}{own_lines}\r\n".encode("latin-1") + body

    def _exchange(self, method: str, data: bytes, deadline: float) -> Response | WireFault:
        connection = self._kept()
        if connection is not None:
            try:
                return self._over(connection, method, data, deadline)
            except Failure as failure:
                if not failure.stale:
                    raise
        return self._over(self._opened(deadline), method, data, deadline)

    def _over(self, connection: Connection, method: str, data: bytes, deadline: float) -> Response | WireFault:
        reusable = False
        try:
            outcome = connection.exchange(method, data, deadline, self._timeout, self.meanwhile)
            reusable = connection.reusable and not self._closed
        finally:
            if not reusable:
                connection.close()
        if reusable:
            self._idle.append(connection)
        return outcome

    def _kept(self) -> Connection | None:
        """The connection that was used last and is still open."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                return None
            if connection.alive():
                return connection
            connection.close()
        return None

    def _opened(self, deadline: float) -> Connection:
        url, proxy = self.url, self._proxy
        host, port = (url.host, url.port) if proxy is None else (proxy.host, proxy.port)
        sock = self._connected(host, port, deadline)
        if self._tls is None:
            return Connection(sock)
        try:
            if proxy is not None:
                self._tunnel(sock, deadline)
            sock = self._secured(sock, self._tls, deadline)
        except BaseException:
            sock.close()
            raise
        return Connection(sock)

    def _connected(self, host: str, port: int, deadline: float) -> socket.socket:
        if not self._addresses:
            self._addresses = _resolved(host, port, deadline)
        addresses = self._addresses
        reason = ""
        for index, (family, kind, protocol, _, address) in enumerate(addresses):
            try:
                sock = socket.socket(family, kind, protocol)
            except OSError as error:  # a family that this machine does not have
                reason = words(error)
                continue
            try:
                sock.settimeout(max(0.001, (deadline - monotonic()) / (len(addresses) - index)))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.setblocking(False)
                return sock
            except BaseException as error:
                sock.close()
                if not isinstance(error, OSError):
                    raise
                timed_out = isinstance(error, TimeoutError)
                reason = f"nothing answered within {self._timeout:g} s" if timed_out else words(error)
        self._addresses = []  # ask for them again next time
        raise Failure("connect", f"No connection to {host} port {port}: {reason or 'it has no address'}.")

    def _tunnel(self, sock: socket.socket, deadline: float) -> None:
        assert self._proxy is not None
        place = self.url.authority
        lines = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n"
        if self._proxy.authorization:
            lines += f"Proxy-Authorization: {self._proxy.authorization}\r\n"
        # The answer to CONNECT has no body, like that to HEAD.
        answer = Connection(sock).exchange("HEAD", f"{lines}\r\n".encode("latin-1"), deadline, self._timeout)
        if isinstance(answer, WireFault):
            raise Failure("connect", f"The proxy gave no tunnel to {place}: {answer.message}")
        if not 200 <= answer.status < 300:
            said = f"{answer.status} {answer.reason}".strip()
            raise Failure("connect", f"The proxy gave no tunnel to {place}: it answered {said}.")

    def _secured(self, sock: socket.socket, context: ssl.SSLContext, deadline: float) -> ssl.SSLSocket:
        try:
            secured = context.wrap_socket(sock, server_hostname=self.url.host, do_handshake_on_connect=False)
        except (OSError, ValueError) as error:
            raise self._insecure(error) from None
        try:
            while True:
                try:
                    secured.do_handshake()
                    return secured
                except ssl.SSLWantReadError:
                    events = READ
                except ssl.SSLWantWriteError:
                    events = WRITE
                left = deadline - monotonic()
                if left <= 0 or not ready(secured, events, left):
                    raise Failure("timeout", f"The TLS handshake had not ended within {self._timeout:g} s.")
        except BaseException as error:
            secured.close()
            if isinstance(error, OSError):
                raise self._insecure(error) from None
            raise

    def _insecure(self, error: Exception) -> Failure:
        reason = tls_reason(error) if isinstance(error, OSError) else str(error)
        return Failure("tls", f"No TLS connection to {self.url.host} port {self.url.port}: {reason}.")


def _resolved(host: str, port: int, deadline: float) -> list[Any]:
    """The addresses of a host, as `socket.getaddrinfo` gives them, before the deadline."""
    kind = socket.SOCK_STREAM
    try:
        return socket.getaddrinfo(host, port, type=kind, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        pass
    found: list[Any] = []
    reason = ["the name server did not answer in time"]

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=kind))
        except OSError as error:
            reason[0] = words(error)

    # Looking a name up knows no deadline of its own.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - monotonic()))
    if not found:
        raise Failure("name", f"The host name {host!r} has no address: {reason[0]}.")
    return found

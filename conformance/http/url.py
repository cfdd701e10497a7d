"""URLs of targets and of proxies.

A target's URL has a scheme, a host, perhaps a port and perhaps a base path; everything else is refused with one
sentence that says what to write.
"""

from __future__ import annotations

import base64
import ipaddress
import re
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urlsplit

from conformance.errors import ConfigurationError

_PORTS = {"http": 80, "https": 443}
_UNWRITABLE = re.compile(r"[\x00-\x20\x7f]")
_KEPT_IN_PATHS = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Url:
    """An address to send requests to.

    `host` is what is resolved and named to TLS: a name in ASCII, or an IP address without brackets. `prefix` is the
    base path, percent-encoded, without a final slash, and is written in front of each request-target. `field` is the
    value of Host.
    """

    scheme: str
    host: str
    port: int
    prefix: str
    field: str

    @property
    def authority(self) -> str:
        """Host and port, the port always given, as CONNECT wants it."""
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def loopback(self) -> bool:
        """True for this machine itself."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy; `authorization` is the value of Proxy-Authorization, empty where the proxy asks for none."""

    host: str
    port: int
    authorization: str = field(default="", repr=False)


def parse_url(url: str) -> Url:
    """Take the URL of a target apart; ConfigurationError says in one sentence what is wrong with it."""
    shown = _without_userinfo(url)
    if not url:
        raise ConfigurationError("The target URL is empty: write one such as https://api.example.com.")
    if _UNWRITABLE.search(url):
        raise ConfigurationError(f"The target URL {shown!r} holds a blank or a control character: take it out.")
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise ConfigurationError(f"The target URL {shown!r} has no scheme: write http://{shown} or https://{shown}.")
    if scheme.lower() not in _PORTS:
        raise ConfigurationError(f"The target URL {shown!r} has the scheme {scheme!r}: only http and https are known.")
    if "#" in url:
        raise ConfigurationError(f"The target URL {shown!r} has a fragment: leave out everything from the '#' on.")
    if "?" in url:
        raise ConfigurationError(f"The target URL {shown!r} has a query: leave out everything from the '?' on.")
    parts = _split(url, shown)
    if "@" in parts.netloc:
        raise ConfigurationError(
            f"The target URL {shown!r} holds credentials: give them in the profile, under [credentials.owner]."
        )
    host, port = _host_and_port(parts, shown)
    name = _bracketed(host.partition("%")[0])
    field = name if port == _PORTS[parts.scheme] else f"{name}:{port}"
    return Url(parts.scheme, host, port, quote(parts.path.rstrip("/"), safe=_KEPT_IN_PATHS), field)


def proxy_for(url: Url) -> Proxy | None:
    """The proxy that the environment names for a target; None for the loopback and for what NO_PROXY lists."""
    if url.loopback:
        return None
    named = urllib.request.getproxies()
    address = named.get(url.scheme) or named.get("all")
    if not address or urllib.request.proxy_bypass(url.host):
        return None
    shown = _without_userinfo(address)
    if "://" not in address:
        address = f"http://{address}"
    parts = _split(address, shown)
    if parts.scheme != "http":
        raise ConfigurationError(
            f"The proxy {shown!r} of the environment has the scheme {parts.scheme!r}: only http:// proxies are known; "
            "name another, or list the target in NO_PROXY."
        )
    host, port = _host_and_port(parts, shown)
    authorization = ""
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        authorization = "Basic " + base64.b64encode(pair).decode("ascii")
    return Proxy(host, port, authorization)


def _split(url: str, shown: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise ConfigurationError(f"The URL {shown!r} has no right host: an IPv6 address stands in brackets.") from None


def _host_and_port(parts: SplitResult, shown: str) -> tuple[str, int]:
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise ConfigurationError(f"The URL {shown!r} has no host: write one such as https://api.example.com.")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0 or (port is None and parts.netloc.endswith(":")):
        raise ConfigurationError(f"The URL {shown!r} has a bad port: write a number from 1 to 65535, or none.")
    if ":" in host:
        host = host.replace("%25", "%")
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise ConfigurationError(f"The URL {shown!r} has no right IPv6 address in its brackets.") from None
    else:
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            raise ConfigurationError(f"The URL {shown!r} has a host that is no right name.") from None
    return host, port or _PORTS[parts.scheme]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _without_userinfo(url: str) -> str:
    """The URL as messages show it: what stands before an `@` might be a password."""
    start, separator, rest = url.partition("://")
    if not separator:
        start, rest = "", url
    return f"{start}{separator}***@{rest.rpartition('@')[2]}" if "@" in rest else url

"""Credentials: how they are sent, how they are spoilt, and how they are kept out of what is written.

A request names its credentials (`owner`, `limited`, `nobody`, or `owner:wrong-password`); only here are they turned
into header fields.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from conformance.errors import ConfigurationError
from conformance.http.exchange import NOBODY, Headers
from conformance.http.redaction import Redaction
from conformance.http.spoiling import (
    BASIC_WAYS,
    BEARER_WAYS,
    HARMLESS,
    KEY_WAYS,
    Way,
    base64_of,
    basic_can_be_spoilt,
    token_can_be_spoilt,
)

BASIC, BEARER, HEADER = "basic", "bearer", "header"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SECRET_FIELD = re.compile(
    r"authorization|cookie|key$|token|secret|password|passwd|session|signature|-auth$", re.IGNORECASE
)
#: A cookie's value of fewer characters may be a word that stands in any text.
LONG_COOKIE = 8
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_WAYS: Mapping[str, Mapping[str, Way]] = {BASIC: BASIC_WAYS, BEARER: BEARER_WAYS, HEADER: KEY_WAYS}


@dataclass(frozen=True)
class Credentials:
    """Credentials of one scheme.

    `basic` has a username and a password. `bearer` has its token in `password`, `header` its API key, which is the
    whole value of the field `header_name`. ConfigurationError: they cannot be sent in a header field.
    """

    username: str
    password: str = field(repr=False)
    scheme: str = BASIC
    header_name: str = "Authorization"

    def __post_init__(self) -> None:
        username, password = self.username, self.password
        if self.scheme not in _WAYS:
            raise ConfigurationError(f"The credentials have the scheme {self.scheme!r}: write basic, bearer or header.")
        if _CONTROL.search(username) or _CONTROL.search(password):
            raise ConfigurationError("The credentials hold a line end or another control character: take it out.")
        if self.scheme == BASIC:
            if ":" in username:
                raise ConfigurationError("The username holds a colon, which Basic credentials cannot: take it out.")
            if not (username + password).strip():
                raise ConfigurationError("The credentials are empty: give a username and a password.")
        elif not password.isascii() or not password.strip("=") or password != password.strip():
            raise ConfigurationError("The token is empty, not ASCII, or has blanks around it: write it as issued.")
        if not _FIELD_NAME.fullmatch(self.header_name):
            raise ConfigurationError(f"The header name {self.header_name!r} is none: write one such as X-API-Key.")

    @property
    def header(self) -> tuple[str, str]:
        """The header field that carries them."""
        if self.scheme == BASIC:
            return "Authorization", f"Basic {base64_of(f'{self.username}:{self.password}')}"
        if self.scheme == BEARER:
            return "Authorization", f"Bearer {self.password}"
        return self.header_name, self.password


def authorization(vault: Mapping[str, Credentials], name: str) -> Headers:
    """The header fields for a credentials name of a request.

    LookupError: the vault has no such credentials, or there is no such way of spoiling them; ValueError: these cannot
    be spoilt that way (see `spoilable`).
    """
    if name == NOBODY:
        return ()
    who, _, spoiling = name.partition(":")
    if who not in vault:
        raise LookupError(f"there are no credentials {who!r}")
    right = vault[who]
    if not spoiling:
        return (right.header,)
    if spoiling not in BASIC_WAYS:
        raise LookupError(f"there is no way {spoiling!r} of spoiling credentials")
    if not spoilable(right, spoiling):
        raise ValueError(f"the credentials {who!r} cannot be spoilt by {spoiling!r}")
    return (_spoilt(right, spoiling),)


def spoilable(credentials: Credentials, spoiling: str) -> bool:
    """False where a spoiling has no sense for the scheme, or might give what can be read as the right credentials."""
    if spoiling not in _WAYS[credentials.scheme] or _spoilt(credentials, spoiling) == credentials.header:
        return False
    if credentials.scheme == BASIC:
        return basic_can_be_spoilt(credentials.username, credentials.password, spoiling)
    return token_can_be_spoilt(credentials.password, spoiling)


def spoilings(credentials: Credentials) -> tuple[str, ...]:
    """The ways in which these credentials can be spoilt."""
    return tuple(each for each in _WAYS[credentials.scheme] if spoilable(credentials, each))


class Secrets(Redaction):
    """All that must not be written: the secrets of a vault, what is sent for them, and their close spoilings.

    Of further header fields those whose name says so are secret as well.
    """

    def __init__(self, vault: Mapping[str, Credentials], headers: Headers = ()) -> None:
        #: What precedes the secret in the header line of credentials that are no username and password, by name.
        self.lines = {
            name: f"{each.header[0]}: " + ("Bearer " if each.scheme == BEARER else "")
            for name, each in vault.items()
            if each.scheme != BASIC
        }
        found = [secret for each in vault.values() for secret in _secrets(each)]
        super().__init__([*found, *(secret for name, value in headers for secret in _secrets_of_field(name, value))])


def _spoilt(right: Credentials, spoiling: str) -> tuple[str, str]:
    return right.header[0], _WAYS[right.scheme][spoiling](right.username, right.password)


def _secrets(right: Credentials) -> Iterator[str]:
    secret = right.password
    yield from (secret, secret[:-1], secret.swapcase())
    if len(secret) > 3:
        yield base64_of(secret)
    values = [right.header[1]]
    values += [_spoilt(right, each)[1] for each in spoilings(right) if each not in HARMLESS]
    for value in values:
        if right.scheme == HEADER:
            yield value
        else:
            yield value.partition(" ")[2]


def _secrets_of_field(name: str, value: str) -> Iterator[str]:
    """A field's value where its name is that of a secret: whole, without a scheme, and the values of cookies."""
    if not _SECRET_FIELD.search(name):
        return
    value = value.strip()
    yield value
    scheme, blank, rest = value.partition(" ")
    if blank and _FIELD_NAME.fullmatch(scheme):
        yield rest.strip()
        try:
            yield base64.b64decode(rest, validate=True).decode().partition(":")[2]
        except ValueError:
            pass
    for part in value.split(";"):
        cookie = part.partition("=")[2].strip()
        if len(cookie) >= LONG_COOKIE:
            yield cookie

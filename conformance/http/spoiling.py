"""Ways of spoiling credentials.

Each way makes, out of the right ones, the value of a header field that no decoder, however lenient, can read as right.
"""

from __future__ import annotations

import base64
import hashlib
import string
from collections.abc import Callable, Mapping

#: Makes a header value of a username and a password.
Way = Callable[[str, str], str]

_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)


def base64_of(text: str) -> str:
    """The Base64 of the UTF-8 of a text."""
    return base64.b64encode(text.encode()).decode("ascii")


def other(text: str) -> str:
    """Text of the same length and shape, in which each letter and digit is another, also regardless of letter case.

    It is always the same for the same text, and does not give it away.
    """
    seed = hashlib.sha256(b"another than " + text.encode()).digest()
    # A text of signs alone must change as well; elsewhere signs are part of the shape, as in an e-mail address.
    signs = not any(char in each for char in text for each in _CLASSES)
    return "".join(_other_character(char, seed[index % 32] + index, signs) for index, char in enumerate(text))


def _other_character(char: str, number: int, signs: bool) -> str:
    for each in _CLASSES:
        if char in each:
            others = each.replace(char, "")
            return others[number % len(others)]
    return "x" if signs or not char.isascii() else char


def _octets(text: str) -> str:
    """Text as the wire writes it: UTF-8, one character for each byte."""
    return text.encode().decode("latin-1")


def _basic(pair: Way) -> Way:
    return lambda user, password: f"Basic {base64_of(pair(user, password))}"


def _digest(user: str, password: str) -> str:
    name = _octets(user).replace("\\", "\\\\").replace('"', '\\"')
    return f'Digest username="{name}", realm="none", nonce="0", uri="/", response="{"0" * 32}"'


BASIC_WAYS: Mapping[str, Way] = {
    "wrong-password": _basic(lambda user, password: f"{user}:{other(password)}"),
    "password-and-more": _basic(lambda user, password: f"{user}:{password}x"),
    "password-cut": _basic(lambda user, password: f"{user}:{password[:-1]}"),
    "password-case": _basic(lambda user, password: f"{user}:{password.swapcase()}"),
    "empty-password": _basic(lambda user, password: f"{user}:"),
    "wrong-user": _basic(lambda user, password: f"{other(user)}:{password}"),
    "user-and-more": _basic(lambda user, password: f"{user}x:{password}"),
    "empty-user": _basic(lambda user, password: f":{password}"),
    "swapped": _basic(lambda user, password: f"{password}:{user}"),
    "no-colon": _basic(lambda user, password: user),
    "not-base64": lambda user, password: "Basic !not*base64!",
    "nothing": lambda user, password: "Basic",
    "other-scheme": lambda user, password: f"Bearer {base64_of(f'{user}:{password}')}",
    "digest-scheme": _digest,
    "plain": lambda user, password: f"Basic {_octets(user)}:{_octets(password)}",
    "twice-encoded": _basic(lambda user, password: base64_of(f"{user}:{password}")),
}

_SECRET_WAYS: Mapping[str, Callable[[str], str]] = {
    "wrong-password": other,
    "password-and-more": lambda secret: f"{secret}x",
    "password-cut": lambda secret: secret[:-1],
    "password-case": str.swapcase,
    "twice-encoded": base64_of,
}


def _with_secret(way: Callable[[str], str], scheme: str) -> Way:
    return lambda user, secret: f"{scheme}{way(secret)}"


#: For a token in Authorization.
BEARER_WAYS: Mapping[str, Way] = {
    **{name: _with_secret(way, "Bearer ") for name, way in _SECRET_WAYS.items()},
    "nothing": lambda user, secret: "Bearer",
    "other-scheme": lambda user, secret: f"Basic {base64_of(f':{secret}')}",
    "digest-scheme": _digest,
}
#: For an API key in a field of its own.
KEY_WAYS: Mapping[str, Way] = {
    **{name: _with_secret(way, "") for name, way in _SECRET_WAYS.items()},
    "nothing": lambda user, secret: "",
}

#: These hold no secret: nothing, or only the name of the user.
HARMLESS = frozenset({"empty-password", "no-colon", "not-base64", "nothing", "digest-scheme"})


def basic_can_be_spoilt(user: str, password: str, way: str) -> bool:
    """False where a way might give what a lenient decoder reads as the right username and password."""
    if way == "wrong-password":
        return bool(password)
    if way == "password-cut":  # of one character it is `empty-password`; a blank at the end may be trimmed
        return len(password) > 1 and password[:-1].strip() != password.strip()
    if way in ("empty-password", "no-colon"):  # a name without a colon may be read as one with an empty password
        return bool(password.strip())
    if way in ("wrong-user", "user-and-more", "empty-user"):
        return bool(user.strip())
    if way == "plain":
        return bool(user or password)
    return True


def token_can_be_spoilt(token: str, way: str) -> bool:
    """False where a way might give what a lenient decoder reads as the right token."""
    if way in ("password-cut", "password-and-more") and token.endswith("="):  # padding may be overlooked
        return False
    return way != "password-cut" or len(token) > 1

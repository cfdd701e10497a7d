"""Wrong logic: credentials that are not looked at, by halves, too late, or in a way that fails."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Any

from conformance.reference import Refusal
from conformance.reference.reading import Request
from conformance.reference.surface import OPERATIONS
from conformance.reference.world import CREDENTIALS, Credential

from .model import Liar, Seam, at, scope_of, written

_OWNER = CREDENTIALS[0]


def _pair(authorization: str) -> tuple[str, str]:
    """User name and token as a lenient reader finds them; empty where there are none."""
    try:
        username, _, token = base64.b64decode(authorization.rpartition(" ")[2]).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return username, token


Accepts = Callable[[str], bool]


def _also(accepts: Accepts) -> Seam:
    """Somebody who is not recognised is taken for the owner where the header is such."""

    def identify(right: Seam, target: Any, operation: str, authorization: str) -> Credential | None:
        found: Credential | None = right(operation, authorization)
        return _OWNER if found is None and accepts(authorization) else found

    return identify


def _user(authorization: str) -> bool:
    return _pair(authorization)[0] == _OWNER.account


_LAX: dict[str, tuple[str, Accepts]] = {
    "ignored": ("whatever the credentials are", lambda header: True),
    "none-at-all": ("without credentials", lambda header: not header),
    "any-password": ("with a wrong password", _user),
    "any-user": ("with another user name", lambda header: _pair(header)[1] == _OWNER.token),
    "password-case": (
        "with a password in other letter case",
        lambda header: _user(header) and _pair(header)[1].casefold() == _OWNER.token,
    ),
    "password-begins": (
        "with a password that begins like the right one",
        lambda header: _user(header) and len(_pair(header)[1]) > 3 and _OWNER.token[:4] == _pair(header)[1][:4],
    ),
    "any-scheme": ("with another scheme than Basic", lambda header: header[:6].lower() != "basic " and _user(header)),
    "empty-password": ("with an empty password", lambda header: _user(header) and not _pair(header)[1]),
    "any-basic": ("with any credentials at all", lambda header: header[:6].lower() == "basic "),
    "malformed": ("with malformed credentials", lambda header: bool(header) and _pair(header) == ("", "")),
}
_PLACES: dict[str, str] = {
    "ignored": "getNumber listAddresses findAvailableNumbers listFlows getCall deleteAddress sendMessage",
    "none-at-all": "listPropertyNumbers findMessages addAddress listAccountCalls getMessage",
    "any-password": " getAddress configureNumber listAccountNumbers",
    "any-user": " purchaseNumber listPropertyCalls",
    "password-case": " getNumber",
    "password-begins": " addAddress",
    "any-scheme": " listAddresses",
    "empty-password": " sendMessageBatch getCall",
    "any-basic": "listFlows",
    "malformed": " getAddress",
}


def lax() -> Iterator[Liar]:
    for name, places in _PLACES.items():
        phrase, accepts = _LAX[name]
        for place in places.split(" "):
            where = place or "everywhere"
            yield written(
                "credentials",
                f"credentials-{name}/{where}",
                scope_of(place),
                "status.401",
                f"A request {phrase} is served by {place or 'every operation'}.",
                identify=at(place, _also(accepts)) if place else _also(accepts),
            )


def _late(right: Seam, target: Any, request: Request) -> Any:
    """Credentials are looked at once the values are in order."""
    route = target.route(request.method, request.segments)
    if route:
        target.values(route[0], target.given(route[0], route[1], request))
    return right(request)


def _late_for(*operations: str) -> Seam:
    def answer(right: Seam, target: Any, request: Request) -> Any:
        route = target.route(request.method, request.segments)
        return _late(right, target, request) if route and route[0].id in operations else right(request)

    return answer


def _last(right: Seam, target: Any, request: Request) -> Any:
    """Credentials are looked at once everything that is named has been found."""
    route = target.route(request.method, request.segments)
    if route and not route[0].writes:
        from conformance.reference.access import Call

        try:
            values = target.values(route[0], target.given(route[0], route[1], request))
            target.perform(Call(route[0], _OWNER, values))
        except Refusal as refusal:
            if refusal.fault.code.endswith("_NOT_FOUND"):
                raise
    return right(request)


def late() -> Iterator[Liar]:
    yield written(
        "credentials",
        "credentials-late/everywhere",
        "everywhere",
        "status.401",
        "Faulty values are refused before wrong credentials.",
        answer=_late,
    )
    for operation in ("addAddress", "findMessages", "purchaseNumber", "getNumber"):
        sentence = f"{operation} refuses faulty values before wrong credentials."
        yield written(
            "credentials",
            f"credentials-late/{operation}",
            "one-operation",
            "status.401",
            sentence,
            answer=_late_for(operation),
        )
    yield written(
        "credentials",
        "credentials-last/everywhere",
        "everywhere",
        "status.401",
        "What is not found is said before wrong credentials.",
        answer=_last,
    )


def _refused_as(code: str, fits: Accepts) -> Seam:
    """Wrong credentials of one kind are refused as something else."""

    def authenticate(right: Seam, target: Any, operation: str, request: Request) -> Any:
        try:
            return right(operation, request)
        except Refusal:
            if fits(request.headers.get("authorization", "")):
                raise target.refusal(operation, code) from None
            raise

    return authenticate


def _fails(fits: Accepts) -> Seam:
    def authenticate(right: Seam, target: Any, operation: str, request: Request) -> Any:
        if fits(request.headers.get("authorization", "")):
            raise target.refusal(operation, "INTERNAL_SERVER_ERROR")
        return right(operation, request)

    return authenticate


def _no_base64(header: str) -> bool:
    try:
        bare = header.partition(" ")[2].strip().rstrip("=")
        base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return bool(header)
    return False


def _not_utf_8(header: str) -> bool:
    try:
        base64.b64decode(header.rpartition(" ")[2] + "==").decode()
    except UnicodeDecodeError:
        return True
    except (binascii.Error, ValueError):
        return False
    return False


def _no_colon(header: str) -> bool:
    return header[:6].lower() == "basic " and not _no_base64(header) and not _pair(header)[1]


def other_answers() -> Iterator[Liar]:
    for name, code, fits, phrase in (
        ("missing-FORBIDDEN", "FORBIDDEN", lambda header: not header, "Missing credentials are"),
        ("wrong-FORBIDDEN", "FORBIDDEN", lambda header: bool(header), "Wrong credentials are"),
        ("missing-UNKNOWN", "UNKNOWN_OPERATION", lambda header: not header, "Missing credentials are"),
        (
            "malformed-UNREADABLE",
            "UNREADABLE_REQUEST",
            lambda header: bool(header) and not _pair(header)[0],
            "Malformed credentials are",
        ),
        (
            "user-ACCOUNT_NOT_FOUND",
            "ACCOUNT_NOT_FOUND",
            lambda header: bool(_pair(header)[0]) and not _user(header),
            "An unknown user name is",
        ),
    ):
        yield written(
            "credentials",
            f"credentials-{name}/everywhere",
            "everywhere",
            "status.401",
            f"{phrase} refused as {code}.",
            authenticate=_refused_as(code, fits),
        )
    for name, fits, phrase in (
        ("no-base64", _no_base64, "that are not Base64"),
        ("no-colon", _no_colon, "without a colon"),
        ("not-utf-8", _not_utf_8, "that are not UTF-8"),
        ("no-scheme", lambda header: bool(header) and " " not in header, "without a scheme"),
    ):
        yield written(
            "credentials",
            f"credentials-crash-{name}/everywhere",
            "everywhere",
            "status.401 status.500",
            f"Credentials {phrase} are answered with 500.",
            authenticate=_fails(fits),
        )
    reads = {operation.id for operation in OPERATIONS if not operation.writes}
    yield written(
        "credentials",
        "credentials-writes-only/reads",
        "everywhere",
        "status.401",
        "Credentials are asked for where something is written only.",
        identify=lambda right, target, operation, header: _OWNER if operation in reads else right(operation, header),
    )


def liars() -> Iterator[Liar]:
    for chapter in (lax, late, other_answers):
        yield from chapter()

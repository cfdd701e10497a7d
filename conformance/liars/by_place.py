"""Generated liars that spoil the answers of one operation, or those about one parameter, only."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.reference.surface import OPERATIONS

from .answers import Occasion, Way, When, during, earns, generated, status, succeeded
from .model import Liar
from .ways import BYTES, CODE, FIELD_LOST, FIELD_WRONG, MESSAGE, MESSAGE_NAMELESS, OUTSIDE, WRAPPER

_NOT_EMPTY = tuple(way for way in BYTES if way.id not in ("empty", "not-utf-8", "line-end-in-text"))


def operations() -> Iterator[Liar]:
    """Status, envelope and bytes of the refusals of one operation, and the bytes of its successes."""
    for turn, operation in enumerate(each.id for each in OPERATIONS):
        number = OUTSIDE[(turn * 3 + 1) % len(OUTSIDE)]
        yield generated(
            "one-operation",
            f"{operation}/status-{number}",
            "one-operation",
            "status.allowed status.400",
            f"A refusal of {operation} has {number} for 400.",
            during(operation, earns(400)),
            status(number),
        )
        for family, ways in (("wrapper", WRAPPER), ("error-code", CODE), ("message", MESSAGE), ("bytes", BYTES)):
            if (turn + len(family)) % 2 and family != "bytes":
                continue
            way = ways[(turn * 5 + 2) % len(ways)]
            sentence = f"Every refusal of {operation} {way.phrase}."
            yield generated(
                "one-operation",
                f"{operation}/{family}-{way.id}",
                "one-operation",
                way.breaks,
                sentence,
                during(operation),
                way.spoil,
            )
        way = _NOT_EMPTY[turn % len(_NOT_EMPTY)]
        yield generated(
            "one-operation",
            f"{operation}/success-{way.id}",
            "one-operation",
            "json.every-response",
            f"Every success of {operation} {way.phrase}.",
            during(operation, succeeded),
            way.spoil,
        )


# Code, and the places where it is spoilt.
_PLACES: tuple[tuple[str, str], ...] = (
    ("PARAMETER_REQUIRED", "addAddress.Line1 addAddress.City addAddress.CountryCode purchaseNumber.Number"),
    ("PARAMETER_REQUIRED", "sendMessage.To sendMessage.Text findMessages.Date_From findMessages.Date_To"),
    ("PARAMETER_REQUIRED", "findAvailableNumbers.CountryCode sendMessageBatch.Messages"),
    ("PARAMETER_INVALID", "listPropertyNumbers.Results_Count listPropertyNumbers.Results_Skip"),
    ("PARAMETER_INVALID", "listAccountNumbers.Results_Count listAddresses.Results_Skip listFlows.Results_Count"),
    ("PARAMETER_INVALID", "findMessages.Date_From findMessages.Date_To listAccountCalls.Date_From"),
    ("PARAMETER_INVALID", "listPropertyCalls.Date_To sendMessage.Schedule"),
    ("PARAMETER_TOO_LONG", "addAddress.Friendly addAddress.City configureNumber.SendEmailTo sendMessage.Text"),
    ("PARAMETER_TOO_SHORT", "addAddress.Line1 addAddress.City configureNumber.SendEmailFrom"),
    ("INVALID_PHONENUMBER_FORMAT", "configureNumber.EndpointNumber configureNumber.SendSmsTo sendMessage.To"),
    ("INVALID_COUNTRYCODE_FORMAT", "addAddress.CountryCode findAvailableNumbers.CountryCode"),
)


def _about(operation: str, code: str, parameter: str) -> When:
    def when(occasion: Occasion) -> bool:
        return occasion.code == code and occasion.fields == [parameter] and occasion.operation == operation

    return when


def parameters() -> Iterator[Liar]:
    """FieldName and message of the refusals of one parameter."""
    promised = (FIELD_LOST[0], MESSAGE_NAMELESS, *FIELD_WRONG, FIELD_LOST[1])
    turn = 0
    for code, places in _PLACES:
        ways: tuple[Way, ...] = (
            promised if code.startswith("PARAMETER_REQ") or code.endswith("INVALID") else FIELD_WRONG
        )
        for place in places.split():
            operation, _, parameter = place.partition(".")
            way = ways[turn % len(ways)]
            turn += 1
            name = "message" if way is MESSAGE_NAMELESS else "field-name"
            yield generated(
                "one-parameter",
                f"{place}/{code}-{name}-{way.id}",
                "one-parameter",
                f"code.{code}",
                f"A refusal of {place} as {code} {way.phrase}.",
                _about(operation, code, parameter),
                way.spoil,
            )


def liars() -> Iterator[Liar]:
    yield from operations()
    yield from parameters()

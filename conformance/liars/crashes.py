"""Wrong logic: 500 where the value of a parameter is odd."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .model import Liar, Seam, at, scope_of, written

_CRASH = "status.500 status.400"
Odd = Callable[[Any], bool]


def text_that(odd: Callable[[str], bool]) -> Odd:
    return lambda value: isinstance(value, str) and odd(value)


def _crash_on_value(odd: Odd) -> Seam:
    """The target fails on such a value of a parameter."""

    def accept(right: Seam, target: Any, operation: str, parameter: Any, value: Any) -> Any:
        if odd(value):
            raise target.refusal(operation, "INTERNAL_SERVER_ERROR")
        return right(operation, parameter, value)

    return accept


_ASTRAL = text_that(lambda text: any(ord(character) > 0xFFFF for character in text))
_NUL = text_that(lambda text: "\0" in text)
_VALUES: tuple[tuple[str, Odd, str, str, str], ...] = (
    (
        "emoji",
        _ASTRAL,
        "an emoji",
        "status.500 control.accepted",
        "addAddress.Friendly configureNumber.Friendly sendMessage.Text",
    ),
    ("nul", _NUL, "a NUL", "status.500 status.400", "addAddress.Line2 getAddress.AddressSid listAddresses.City"),
    (
        "line-end",
        text_that(lambda text: "\n" in text),
        "a line end",
        "status.500 status.400",
        "configureNumber.SendSmsTo getNumber.Number sendMessage.Text",
    ),
    ("quote", text_that(lambda text: "'" in text), "an apostrophe", "status.500 status.400", " listAddresses.City"),
    (
        "not-ascii",
        text_that(lambda text: not text.isascii()),
        "a letter beyond ASCII",
        "status.500 status.400",
        "getCall.CallSid listPropertyNumbers.PropertySid configureNumber.EndpointNumber findAvailableNumbers.City",
    ),
    (
        "percent",
        text_that(lambda text: "%" in text),
        "a percent sign",
        "status.500 status.400",
        " listAccountCalls.AccountSid",
    ),
    (
        "surrogate",
        text_that(lambda text: any("\ud800" <= character <= "\udfff" for character in text)),
        "half a surrogate pair",
        "status.500 status.400",
        " addAddress.Line1 listAddresses.Friendly",
    ),
    (
        "number",
        lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
        "a JSON number",
        "status.500 status.400",
        "addAddress.Line1 purchaseNumber.Number configureNumber.RoutingMethod",
    ),
    (
        "array",
        lambda value: isinstance(value, list),
        "a JSON array",
        "status.500 status.400",
        "addAddress.City configureNumber.AddressSid sendMessage.To",
    ),
    (
        "object",
        lambda value: isinstance(value, dict),
        "a JSON object",
        "status.500 status.400",
        "addAddress.CountryCode configureNumber.Recording sendMessageBatch.Messages",
    ),
    (
        "boolean",
        lambda value: isinstance(value, bool),
        "a JSON boolean",
        "status.500 status.400",
        "addAddress.Friendly configureNumber.EndpointNumber sendMessage.Schedule",
    ),
    ("text-for-array", text_that(bool), "a JSON string", "status.500 status.400", "sendMessageBatch.Messages"),
    ("text-for-boolean", text_that(bool), "a JSON string", "status.500 status.400", "sendMessage.DeliveryReceipt"),
    (
        "huge-integer",
        text_that(lambda text: text.isdigit() and len(text) > 9),
        "a number beyond 32 bits",
        "status.500 status.400",
        "listPropertyNumbers.Results_Count listAddresses.Results_Skip listFlows.Results_Count",
    ),
    (
        "immense-integer",
        text_that(lambda text: text.isdigit() and len(text) > 18),
        "a number beyond 64 bits",
        "status.500 status.400",
        "listAccountNumbers.Results_Skip findMessages.Date_To",
    ),
    (
        "negative",
        text_that(lambda text: text.startswith("-")),
        "a negative number",
        f"{_CRASH} code.PARAMETER_INVALID",
        "listAccountNumbers.Results_Skip findMessages.Date_From",
    ),
    (
        "no-integer",
        text_that(lambda text: not text.isdigit()),
        "what is no number",
        f"{_CRASH} code.PARAMETER_INVALID",
        "listAddresses.Results_Count listPropertyCalls.Date_From",
    ),
    (
        "long",
        text_that(lambda text: len(text) > 255),
        "more than 255 characters",
        f"{_CRASH} code.PARAMETER_TOO_LONG",
        "addAddress.Line1 listAddresses.Friendly configureNumber.SendEmailTo",
    ),
    (
        "over-limit",
        text_that(lambda text: len(text) > 64),
        "more than 64 characters",
        f"{_CRASH} code.PARAMETER_TOO_LONG",
        "configureNumber.Friendly addAddress.Reference",
    ),
    (
        "long-id",
        text_that(lambda text: len(text) > 64),
        "an id of more than 64 characters",
        _CRASH,
        "getAddress.AddressSid getCall.CallSid listFlows.PropertySid",
    ),
    (
        "unknown-word",
        text_that(lambda text: text not in ("Off", "Call", "Endpoint", "Flow")),
        "an unknown word",
        _CRASH,
        "configureNumber.Recording configureNumber.RoutingMethod",
    ),
    (
        "letters",
        text_that(lambda text: any(character.isalpha() for character in text)),
        "a letter",
        f"{_CRASH} code.INVALID_PHONENUMBER_FORMAT",
        "getNumber.Number purchaseNumber.Number",
    ),
    (
        "three",
        text_that(lambda text: len(text) > 3),
        "more than three characters",
        f"{_CRASH} code.INVALID_COUNTRYCODE_FORMAT",
        "addAddress.CountryCode findAvailableNumbers.CountryCode",
    ),
)


# The code that is due where an odd value of a parameter is refused, whatever is odd about it.
_OWED = {
    "AddressSid": "code.ADDRESS_NOT_FOUND",
    "CallSid": "code.CALL_NOT_FOUND",
    "PropertySid": "code.PROPERTY_NOT_FOUND",
    "AccountSid": "code.ACCOUNT_NOT_FOUND",
    "Number": "code.INVALID_PHONENUMBER_FORMAT",
    "EndpointNumber": "code.INVALID_PHONENUMBER_FORMAT",
    "SendSmsTo": "code.INVALID_PHONENUMBER_FORMAT",
    "RoutingMethod": "code.UNKNOWN_ROUTING_METHOD",
    "Recording": "code.UNKNOWN_RECORDING_OPTION",
}


# What is odd and may well be right.
_RIGHT = ("quote", "percent", "line-end")


def liars() -> Iterator[Liar]:
    for name, odd, phrase, breaks, places in _VALUES:
        for place in places.split(" "):
            where, seam = place or "everywhere", _crash_on_value(odd)
            sentence = f"{phrase.capitalize()} in {place or 'any parameter'} is answered with 500."
            if phrase.startswith(("a NUL", "a JSON", "an emoji")):
                sentence = f"{phrase[0].upper()}{phrase[1:]} in {place or 'any parameter'} is answered with 500."
            owed = _OWED.get(place.partition(".")[2], "") if breaks == _CRASH else ""
            if name in _RIGHT and not owed:
                owed = "control.accepted"
            yield written(
                "crashes",
                f"crash-{name}/{where}",
                scope_of(place),
                f"{breaks} {owed}",
                sentence,
                accept=at(place, seam) if place else seam,
            )

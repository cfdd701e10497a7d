"""Wrong logic: lengths and integers, off by one at each bound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .model import Liar, Seam, at, written

_FILTERS = ("listPropertyNumbers", "listAccountNumbers", "listAddresses", "listFlows", "findMessages")


def _moved(low: int, high: int) -> Seam:
    def bounds(right: Seam, target: Any, operation: str, parameter: str) -> Any:
        found = right(operation, parameter)
        return found and (found[0] + low, found[1] + high)

    return bounds


# Which bound is moved by one, and where.
_MOVED: tuple[tuple[str, int, int, str, str, str], ...] = (
    (
        "max-plus-one",
        0,
        1,
        "code.PARAMETER_TOO_LONG status.400",
        "One character too many passes",
        "addAddress.Friendly addAddress.Reference addAddress.Line1 addAddress.Line2 addAddress.City addAddress.Region "
        "addAddress.PostalCode listAddresses.City listAddresses.Friendly configureNumber.Friendly "
        "configureNumber.Attribution_Source configureNumber.Attribution_Content configureNumber.SendSmsFrom "
        "configureNumber.SendEmailTo sendMessage.Text sendMessage.ExternalId sendMessage.From",
    ),
    (
        "max-minus-one",
        0,
        -1,
        "control.accepted",
        "As many characters as are right are refused",
        "addAddress.Friendly addAddress.Line1 addAddress.City addAddress.PostalCode configureNumber.Friendly "
        "configureNumber.Attribution_Medium configureNumber.SendEmailFrom sendMessage.Text sendMessage.From "
        "listAddresses.Reference",
    ),
    (
        "min-minus-one",
        -1,
        0,
        "code.PARAMETER_TOO_SHORT status.400",
        "One character too few passes",
        "addAddress.Line1 addAddress.City addAddress.Region addAddress.PostalCode listAddresses.City "
        "listAddresses.PostalCode configureNumber.SendEmailFrom configureNumber.SendEmailTo",
    ),
    (
        "min-plus-one",
        1,
        0,
        "control.accepted",
        "As few characters as are right are refused",
        "addAddress.Line1 addAddress.City addAddress.Friendly addAddress.PostalCode "
        "configureNumber.Attribution_Campaign sendMessage.Text configureNumber.SendEmailTo listAddresses.Region",
    ),
)


def lengths() -> Iterator[Liar]:
    for name, low, high, breaks, phrase, places in _MOVED:
        for place in places.split():
            seam = at(place, _moved(low, high))
            yield written(
                "lengths",
                f"length-{name}/{place}",
                "one-parameter",
                breaks,
                f"{phrase} in {place}.",
                length_bounds=seam,
            )


def _cut(right: Seam, target: Any, operation: str, parameter: str, value: Any) -> Any:
    """What is too long is cut off without a word."""
    bounds = target.length_bounds(operation, parameter)
    return right(operation, parameter, value[: bounds[1]] if isinstance(value, str) and bounds else value)


def _never(right: Seam, target: Any, *arguments: Any) -> bool:
    return False


def _other_code(wrong: str, *codes: str) -> Seam:
    """Another code for some faults of one place."""

    def refusal(right: Seam, target: Any, operation: str, code: str, *parameters: str, **named: Any) -> Any:
        return right(operation, wrong if code in codes else code, *parameters, **named)

    return refusal


def other_lengths() -> Iterator[Liar]:
    long, short = "code.PARAMETER_TOO_LONG", "code.PARAMETER_TOO_SHORT"
    for place in ("addAddress.Line1", "configureNumber.Friendly", "sendMessage.Text", "listAddresses.Friendly"):
        sentence = f"What is too long for {place} is cut off and taken."
        yield written(
            "lengths",
            f"length-cut/{place}",
            "one-parameter",
            f"{long} status.400",
            sentence,
            accept_text=at(place, _cut),
        )
    for place in ("listAddresses", "configureNumber", "sendMessage"):
        sentence = f"No text is too long for {place}."
        yield written(
            "lengths",
            f"length-unlimited/{place}",
            "one-operation",
            f"{long} status.400",
            sentence,
            is_too_long=at(place, _never),
        )
    for place in ("listAddresses", "configureNumber", "addAddress"):
        sentence = f"No text is too short for {place}."
        yield written(
            "lengths",
            f"length-any-short/{place}",
            "one-operation",
            f"{short} status.400",
            sentence,
            is_too_short=at(place, _never),
        )
    for operation, wrong, code in (
        ("addAddress", "PARAMETER_TOO_LONG", "PARAMETER_TOO_SHORT"),
        ("listAddresses", "PARAMETER_TOO_SHORT", "PARAMETER_TOO_LONG"),
        ("configureNumber", "PARAMETER_INVALID", "PARAMETER_TOO_LONG"),
        ("sendMessage", "PARAMETER_INVALID", "PARAMETER_TOO_LONG"),
    ):
        sentence = f"What is {code} is refused as {wrong} in {operation}."
        seam = at(operation, _other_code(wrong, code))
        yield written(
            "lengths", f"length-{code}-as-{wrong}/{operation}", "one-operation", f"code.{code}", sentence, refusal=seam
        )


# How an integer is read from text too laxly.
def _number_read(pattern: str) -> Seam:
    compiled = re.compile(pattern)

    def integer(right: Seam, target: Any, operation: str, parameter: str, value: Any, *, in_json: bool) -> Any:
        found = right(operation, parameter, value, in_json=in_json)
        if found is not None or not isinstance(value, str):
            return found
        match = compiled.fullmatch(value)
        return int(match[1]) if match else None

    return integer


def _any_number(right: Seam, target: Any, operation: str, parameter: str, value: Any, *, in_json: bool) -> Any:
    found = right(operation, parameter, value, in_json=in_json)
    return 0 if found is None else found


_READ: tuple[tuple[str, Seam, str, str], ...] = (
    ("tail", _number_read(r"([0-9]+).*"), "Digits with anything after them pass", "listPropertyNumbers.Results_Count"),
    ("tail", _number_read(r"([0-9]+).*"), "Digits with anything after them pass", "findMessages.Date_To"),
    ("fraction", _number_read(r"([0-9]+)\.[0-9]*"), "A fraction passes", "listAddresses.Results_Count"),
    ("fraction", _number_read(r"([0-9]+)\.[0-9]*"), "A fraction passes", "listPropertyCalls.Date_From"),
    ("sign", _number_read(r"-([0-9]+)"), "A minus is not seen", "listAccountNumbers.Results_Skip"),
    ("sign", _number_read(r"-([0-9]+)"), "A minus is not seen", "findMessages.Date_From"),
    ("sign", _number_read(r"-([0-9]+)"), "A minus is not seen", "listAccountCalls.Date_To"),
    ("comma", _number_read(r"([0-9]+),[0-9]+"), "A decimal comma passes", "listFlows.Results_Count"),
    ("head", _number_read(r"[a-zA-Z]+([0-9]+)"), "Letters before the digits pass", "listAddresses.Results_Skip"),
    ("any", _any_number, "Any text stands for zero", "listPropertyNumbers.Results_Skip"),
    ("any", _any_number, "Any text stands for zero", "listAccountNumbers.Results_Count"),
    ("any", _any_number, "Any text stands for zero", "findMessages.Results_Count"),
    ("any", _any_number, "Any text stands for zero", "findMessages.Date_From"),
    ("any", _any_number, "Any text stands for zero", "listPropertyCalls.Date_To"),
    ("any", _any_number, "Any text stands for zero", "listAccountCalls.Date_From"),
    ("any", _any_number, "Any text stands for zero", "listFlows.Results_Skip"),
)


def _clamped(right: Seam, target: Any, operation: str, parameter: str, value: Any, **named: Any) -> Any:
    """A negative number becomes zero."""
    text = str(value)
    zero: Any = 0 if named.get("in_json") else "0"
    return right(operation, parameter, zero if text.startswith("-") and text[1:].isdigit() else value, **named)


def _rounded(right: Seam, target: Any, operation: str, parameter: str, value: Any, **named: Any) -> Any:
    return target.now() if isinstance(value, float) else right(operation, parameter, value, **named)


def _most(limit: int) -> Seam:
    return lambda right, target, operation, parameter: (0, limit)


def integers() -> Iterator[Liar]:
    lax = "code.PARAMETER_INVALID status.400"
    for name, seam, phrase, place in _READ:
        yield written(
            "integers",
            f"integer-{name}/{place}",
            "one-parameter",
            lax,
            f"{phrase} in {place}.",
            integer_of=at(place, seam),
        )
    for place in (
        *(f"{operation}.Results_Skip" for operation in _FILTERS),
        "listPropertyCalls.Date_From",
        "sendMessage.Schedule",
    ):
        if place == "sendMessage.Schedule":
            sentence = "A message with a fraction of a second as its Schedule is sent."
            yield written(
                "integers",
                f"integer-fraction/{place}",
                "one-parameter",
                lax,
                sentence,
                accept_integer=at(place, _rounded),
            )
            continue
        sentence = f"A negative number stands for zero in {place}."
        yield written(
            "integers", f"integer-negative/{place}", "one-parameter", lax, sentence, accept_integer=at(place, _clamped)
        )
    for place in ("listPropertyNumbers.Results_Count", "listAccountNumbers.Results_Count"):
        sentence = f"As many results as the documents allow are refused in {place}."
        yield written(
            "over-strictness",
            f"integer-200-refused/{place}",
            "one-value",
            "control.accepted",
            sentence,
            integer_bounds=at(place, _most(199)),
        )
    for place in ("findMessages.Date_To", "listAccountCalls.Date_To"):
        sentence = f"A time of today is refused in {place}, as if it were 2001."
        yield written(
            "over-strictness",
            f"integer-time-refused/{place}",
            "one-parameter",
            "control.accepted",
            sentence,
            integer_bounds=at(place, _most(10**9)),
        )
    for operation, wrong in (
        ("listAddresses", "PARAMETER_REQUIRED"),
        ("listFlows", "PARAMETER_TOO_LONG"),
        ("findMessages", "PARAMETER_TOO_SHORT"),
    ):
        sentence = f"A faulty integer is refused as {wrong} in {operation}."
        seam = at(operation, _other_code(wrong, "PARAMETER_INVALID"))
        yield written(
            "integers",
            f"integer-as-{wrong}/{operation}",
            "one-operation",
            "code.PARAMETER_INVALID",
            sentence,
            refusal=seam,
        )


def liars() -> Iterator[Liar]:
    for chapter in (lengths, other_lengths, integers):
        yield from chapter()

"""Wrong logic that two particular faults bring out together: failure, success, or the code of neither."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.reference import Refusal

from .model import Liar, Seam, at, written

#: A value in order for each parameter, that stands in where a faulty pair is let pass.
_RIGHT: dict[str, Any] = {
    "Friendly": "Desk",
    "Line1": "1 Example Street",
    "City": "Canberra",
    "CountryCode": "AU",
    "Number": "+61255511022",
    "To": "+61255509001",
    "Text": "Hello",
    "Date_From": "0",
    "Date_To": "4000000000",
}


def _faults(target: Any, operation: Any, given: Mapping[str, Any]) -> dict[str, str]:
    """The code of each parameter that is faulty by itself."""
    found: dict[str, str] = {}
    for parameter in operation.parameters:
        value = given.get(parameter.name)
        if not target.is_given(operation.id, parameter.name, value):
            if parameter.required:
                found[parameter.name] = "PARAMETER_REQUIRED"
            continue
        try:
            target.accept(operation.id, parameter, value)
        except Refusal as refusal:
            found[parameter.name] = refusal.fault.code
    return found


def _meeting(pair: Mapping[str, str], outcome: str) -> Seam:
    """What happens where both faults of a pair are there."""

    def values(right: Seam, target: Any, operation: Any, given: Mapping[str, Any]) -> Any:
        found = _faults(target, operation, given)
        if any(not found.get(name, "").startswith(code) or name not in found for name, code in pair.items()):
            return right(operation, given)
        if outcome == "crash":
            raise target.refusal(operation.id, "INTERNAL_SERVER_ERROR")
        if outcome == "success":
            kept = {name: value for name, value in given.items() if name not in pair}
            return right(operation, {**kept, **{name: _RIGHT[name] for name in pair if name in _RIGHT}})
        raise target.refusal(operation.id, outcome, *((next(iter(pair)),) if outcome == "PARAMETER_INVALID" else ()))

    return values


# The operation, its two faulty parameters with the codes that they earn, and what comes of them.
_PAIRS: tuple[tuple[str, str, str], ...] = (
    ("addAddress", "Line1=PARAMETER_REQUIRED CountryCode=INVALID_COUNTRYCODE_FORMAT", "crash"),
    ("addAddress", "Line1=PARAMETER_REQUIRED City=PARAMETER_REQUIRED", "crash"),
    ("addAddress", "Friendly=PARAMETER_TOO_LONG City=PARAMETER_TOO_SHORT", "crash"),
    ("addAddress", "City=PARAMETER_REQUIRED CountryCode=PARAMETER_REQUIRED", "success"),
    ("addAddress", "Line1=PARAMETER_TOO_LONG Line2=PARAMETER_TOO_LONG", "success"),
    ("addAddress", "Line1=PARAMETER_TOO_SHORT CountryCode=COUNTRY_NOT_FOUND", "success"),
    ("addAddress", "Reference=PARAMETER_TOO_LONG PostalCode=PARAMETER_TOO_LONG", "FORBIDDEN"),
    (
        "addAddress",
        "City=PARAMETER_TOO_LONG CountryCode=INVALID_COUNTRYCODE_FORMAT",
        "ONE_OF_SEVERAL_PARAMETERS_REQUIRED",
    ),
    ("configureNumber", "RoutingMethod=UNKNOWN Recording=UNKNOWN", "crash"),
    ("configureNumber", "EndpointNumber=INVALID SendSmsTo=INVALID", "crash"),
    ("configureNumber", "Recording=UNKNOWN EndpointNumber=INVALID", "PARAMETER_INVALID"),
    ("configureNumber", "Friendly=PARAMETER_TOO_LONG Recording=UNKNOWN", "success"),
    ("configureNumber", "RoutingMethod=UNKNOWN EndpointNumber=INVALID", "success"),
    ("configureNumber", "Number=INVALID Recording=UNKNOWN", "crash"),
    ("configureNumber", "Number=INVALID Friendly=PARAMETER_TOO_LONG", "FORBIDDEN"),
    ("sendMessage", "To=PARAMETER_REQUIRED Text=PARAMETER_REQUIRED", "crash"),
    ("sendMessage", "To=INVALID Text=PARAMETER_TOO_LONG", "success"),
    ("sendMessage", "From=PARAMETER_TOO_LONG To=INVALID", "crash"),
    ("findMessages", "Date_From=PARAMETER_REQUIRED Date_To=PARAMETER_REQUIRED", "success"),
    ("findMessages", "Date_From=PARAMETER_INVALID Date_To=PARAMETER_INVALID", "crash"),
    ("findMessages", "Status=PARAMETER_INVALID Direction=PARAMETER_INVALID", "success"),
    ("findMessages", "Results_Count=PARAMETER_INVALID Results_Skip=PARAMETER_INVALID", "crash"),
    ("listPropertyNumbers", "Type=UNKNOWN Capabilites=UNKNOWN", "success"),
    ("listPropertyNumbers", "Type=UNKNOWN Results_Count=PARAMETER_INVALID", "crash"),
    ("listAccountNumbers", "Results_Count=PARAMETER_INVALID Results_Skip=PARAMETER_INVALID", "success"),
    ("listAccountNumbers", "Type=UNKNOWN Capabilites=UNKNOWN", "crash"),
    ("listAddresses", "CountryCode=INVALID Results_Count=PARAMETER_INVALID", "crash"),
    ("listAddresses", "City=PARAMETER_TOO_LONG Region=PARAMETER_TOO_LONG", "success"),
    ("listAddresses", "Friendly=PARAMETER_TOO_LONG Results_Skip=PARAMETER_INVALID", "FORBIDDEN"),
    ("listFlows", "Results_Count=PARAMETER_INVALID Results_Skip=PARAMETER_INVALID", "success"),
    ("listPropertyCalls", "Date_From=PARAMETER_INVALID Disposition=UNKNOWN", "crash"),
    ("listAccountCalls", "Date_From=PARAMETER_INVALID Date_To=PARAMETER_INVALID", "success"),
    ("findAvailableNumbers", "CountryCode=INVALID Type=UNKNOWN", "crash"),
    ("findAvailableNumbers", "Type=UNKNOWN Capabilities=UNKNOWN", "success"),
)
_FULL = {
    "RoutingMethod": "UNKNOWN_ROUTING_METHOD",
    "Recording": "UNKNOWN_RECORDING_OPTION",
    "Type": "UNKNOWN_NUMBERTYPE",
    "Capabilites": "UNKNOWN_CAPABILITY",
    "Capabilities": "UNKNOWN_CAPABILITY",
    "Disposition": "UNKNOWN_DISPOSITION",
    "CountryCode": "INVALID_COUNTRYCODE_FORMAT",
}


def _code(parameter: str, code: str) -> str:
    """The whole code, of which the table has the beginning."""
    return _FULL.get(parameter, "INVALID_PHONENUMBER_FORMAT") if code in ("UNKNOWN", "INVALID") else code


def liars() -> Iterator[Liar]:
    for operation, text, outcome in _PAIRS:
        pair = {name: code for name, _, code in (each.partition("=") for each in text.split())}
        codes = list(dict.fromkeys(f"code.{_code(name, code)}" for name, code in pair.items()))
        if outcome == "crash":
            breaks, phrase = ["status.500", "status.400"], "are answered with 500"
        elif outcome == "success":
            breaks, phrase = ["status.400", *codes], "are let pass"
        else:
            breaks, phrase = (
                [*codes, *(["status.400"] if outcome == "FORBIDDEN" else [])],
                f"are answered with {outcome}",
            )
        yield written(
            "pairs",
            f"pair-{outcome}/{operation}.{'+'.join(pair)}"
            + ("" if len(set(pair.values())) > 1 else f".{codes[0][5:]}"),
            "one-operation",
            " ".join(breaks),
            f"{operation}: faults of {' and '.join(pair)} that come together {phrase}.",
            values=at(operation, _meeting(pair, outcome)),
        )

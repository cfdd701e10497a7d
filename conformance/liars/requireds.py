"""Wrong logic: required parameters and groups, geographical filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .model import Liar, Seam, always, at, written

_STAND_INS: dict[str, Any] = {
    "addAddress.Line1": "Unknown",
    "addAddress.City": "Unknown",
    "addAddress.CountryCode": "AU",
    "purchaseNumber.Number": "+61255511023",
    "sendMessage.To": "+61255509001",
    "sendMessage.Text": "Hello",
    "sendMessageBatch.Messages": [{"To": "+61255509001", "Text": "Hello"}],
    "findMessages.Date_From": "0",
    "findMessages.Date_To": "4000000000",
}


def _stand_in(parameter: str, value: Any, kind: str) -> Seam:
    """A value is made up where the parameter is absent, null, empty, or any of these."""

    def given(right: Seam, target: Any, operation: Any, *arguments: Any) -> dict[str, Any]:
        found: dict[str, Any] = right(operation, *arguments)
        lacking = {
            "absent": parameter not in found,
            "null": parameter in found and found[parameter] is None,
            "empty": found.get(parameter) == "",
            "lacking": found.get(parameter) in (None, ""),
        }
        return {**found, parameter: value} if lacking[kind] else found

    return given


def optional() -> Iterator[Liar]:
    """Required parameters that may be left out."""
    for place, value in _STAND_INS.items():
        operation, _, parameter = place.partition(".")
        in_body = operation != "findMessages"
        for kind in ("lacking", "null" if in_body else "absent"):
            phrase = {"lacking": "absent, null or empty", "null": "null", "absent": "absent"}[kind]
            yield written(
                "requireds",
                f"required-{kind}-taken/{place}",
                "one-parameter" if kind == "lacking" else "one-value",
                "code.PARAMETER_REQUIRED status.400",
                f"{place} may be {phrase}, and something is made up for it.",
                given=at(operation, _stand_in(parameter, value, kind)),
            )
    for place in (
        "addAddress.Line1",
        "addAddress.City",
        "sendMessage.Text",
        "findMessages.Date_To",
    ):
        operation, _, parameter = place.partition(".")
        yield written(
            "requireds",
            f"required-empty-taken/{place}",
            "one-value",
            "code.PARAMETER_REQUIRED status.400",
            f"{place} may be empty, and something is made up for it.",
            given=at(operation, _stand_in(parameter, _STAND_INS[place], "empty")),
        )


def _renamed_refusal(code: str, *parameters: str, because: str = "PARAMETER_REQUIRED") -> Seam:
    def refusal(right: Seam, target: Any, operation: str, found: str, *names: str, **named: Any) -> Any:
        return (
            right(operation, code, *(parameters or names), **named)
            if found == because
            else right(operation, found, *names, **named)
        )

    return refusal


def other_codes() -> Iterator[Liar]:
    for operation, code in (
        ("addAddress", "PARAMETER_INVALID"),
        ("purchaseNumber", "INVALID_PHONENUMBER_FORMAT"),
        ("sendMessage", "PARAMETER_TOO_SHORT"),
        ("findMessages", "PARAMETER_INVALID"),
        ("findAvailableNumbers", "COUNTRY_NOT_FOUND"),
        ("sendMessageBatch", "ONE_OF_SEVERAL_PARAMETERS_REQUIRED"),
    ):
        yield written(
            "requireds",
            f"required-as-{code}/{operation}",
            "one-operation",
            "code.PARAMETER_REQUIRED" + (f" code.{code}" if code.startswith("ONE_OF") else ""),
            f"{operation} answers {code} where a required parameter is missing.",
            refusal=at(operation, _renamed_refusal(code)),
        )
    for operation, parameter in (
        ("addAddress", "Friendly"),
        ("sendMessage", "From"),
        ("findMessages", "Status"),
        ("purchaseNumber", "AddressSid"),
    ):
        yield written(
            "requireds",
            f"required-names-{parameter}/{operation}",
            "one-operation",
            "code.PARAMETER_REQUIRED",
            f"{operation} names {parameter}, which is optional, whatever is missing.",
            refusal=at(operation, _renamed_refusal("PARAMETER_REQUIRED", parameter)),
        )


def _and(*parameters: str) -> Seam:
    """More parameters are required than are."""
    return lambda right, target, operation, parameter: right(operation, parameter) or parameter.name in parameters


def too_many() -> Iterator[Liar]:
    for operation, parameter in (
        ("addAddress", "Friendly"),
        ("addAddress", "PostalCode"),
        ("addAddress", "Region"),
        ("addAddress", "Reference"),
        ("sendMessage", "From"),
        ("purchaseNumber", "AddressSid"),
        ("listPropertyNumbers", "Results_Count"),
        ("listAddresses", "CountryCode"),
        ("listPropertyCalls", "Date_From"),
        ("findAvailableNumbers", "City"),
        ("findMessages", "Direction"),
        ("listFlows", "Results_Skip"),
    ):
        yield written(
            "over-strictness",
            f"optional-required/{operation}.{parameter}",
            "one-parameter",
            "control.accepted",
            f"{operation} asks for {parameter}, which is optional.",
            is_required=at(f"{operation}.{parameter}", always(True)),
        )


_GROUP = "code.ONE_OF_SEVERAL_PARAMETERS_REQUIRED"


def _group_without(*parameters: str) -> Seam:
    def lacks(right: Seam, target: Any, operation: Any, given: Mapping[str, Any]) -> bool:
        return bool(right(operation, {name: value for name, value in given.items() if name not in parameters}))

    return lacks


def group() -> Iterator[Liar]:
    place = "configureNumber"
    yield written(
        "requireds",
        "group-empty-taken/configureNumber",
        "one-operation",
        f"{_GROUP} status.400",
        "A configuration that gives nothing is taken.",
        lacks_group=at(place, always(False)),
    )
    yield written(
        "requireds",
        "group-as-PARAMETER_REQUIRED/configureNumber",
        "one-operation",
        f"{_GROUP} code.PARAMETER_REQUIRED",
        "A configuration that gives nothing is answered with PARAMETER_REQUIRED, which names Number.",
        refusal=at(
            place, _renamed_refusal("PARAMETER_REQUIRED", "Number", because="ONE_OF_SEVERAL_PARAMETERS_REQUIRED")
        ),
    )
    for name, size in (("first", 1), ("five", 5), ("all-but-one", -1)):
        sentence = f"What one of the group must be given is named for {name.replace('-', ' ')} only."
        yield written(
            "requireds",
            f"group-names-{name}/configureNumber",
            "one-operation",
            _GROUP,
            sentence,
            group=at(place, lambda right, target, operation, size=size: right(operation)[:size]),
        )
    for parameter in ("Friendly", "Recording", "Attribution_Content", "AddressSid"):
        sentence = f"A configuration that gives {parameter} alone is refused."
        yield written(
            "over-strictness",
            f"group-without/{parameter}",
            "one-parameter",
            "control.accepted",
            sentence,
            lacks_group=at(place, _group_without(parameter)),
        )


_PLACE = "findAvailableNumbers"


def _each_alone(right: Seam, target: Any, operation: str, country: str, places: Mapping[str, str]) -> bool:
    return all(right(operation, country, {name: value}) for name, value in places.items())


def _only(*names: str) -> Seam:
    def is_location(right: Seam, target: Any, operation: str, country: str, places: Mapping[str, str]) -> bool:
        asked = {name: value for name, value in places.items() if name in names}
        return not asked or bool(right(operation, country, asked))

    return is_location


def _any_one(right: Seam, target: Any, operation: str, country: str, places: Mapping[str, str]) -> bool:
    return any(right(operation, country, {name: value}) for name, value in places.items())


def _at_most(number: int) -> Seam:
    def is_location(right: Seam, target: Any, operation: str, country: str, places: Mapping[str, str]) -> bool:
        return len(places) <= number and bool(right(operation, country, places))

    return is_location


def locations() -> Iterator[Liar]:
    lost = "code.LOCATION_NOT_FOUND status.400"
    rows: tuple[tuple[str, str, str, Seam], ...] = (
        ("one-by-one", lost, "Filters are judged one by one: a combination that is nowhere passes.", _each_alone),
        ("any-one", lost, "One filter that is right is enough.", _any_one),
        ("ignored", lost, "Any place is known.", always(True)),
        ("city-only", lost, "Only City is judged.", _only("City")),
        ("region-only", lost, "Only Region is judged.", _only("Region")),
        ("postal-code-only", lost, "Only PostalCode is judged.", _only("PostalCode")),
        ("not-together", "control.accepted", "Region, City and PostalCode of one place are refused.", _at_most(2)),
        ("alone-only", "control.accepted", "More than one filter is refused.", _at_most(1)),
    )
    for name, breaks, sentence, seam in rows:
        yield written("locations", f"location-{name}/{_PLACE}", "one-operation", breaks, sentence, is_location=seam)
    for parameter in ("Region", "City", "PostalCode"):
        others = [name for name in ("Region", "City", "PostalCode") if name != parameter]
        sentence = f"A {parameter} that is nowhere passes."
        yield written(
            "locations", f"location-unjudged/{parameter}", "one-parameter", lost, sentence, is_location=_only(*others)
        )
    for code, fields in (
        ("COUNTRY_NOT_FOUND", ("CountryCode",)),
        ("PARAMETER_INVALID", ("City",)),
        ("LOCATION_NOT_FOUND", ("Type",)),
        ("LOCATION_NOT_FOUND", ("Location",)),
    ):
        what = f"names {fields[0]} with it" if code.startswith("LOC") else f"answers {code}"
        id_ = f"location-names-{fields[0]}/{_PLACE}" if code.startswith("LOC") else f"location-as-{code}/{_PLACE}"
        yield written(
            "locations",
            id_,
            "one-operation",
            "code.LOCATION_NOT_FOUND" + (f" code.{code}" if code == "PARAMETER_INVALID" else ""),
            f"For a place that is nowhere it {what}.",
            refusal=at(_PLACE, _renamed_refusal(code, *fields, because="LOCATION_NOT_FOUND")),
        )


def liars() -> Iterator[Liar]:
    for chapter in (optional, other_codes, too_many, group, locations):
        yield from chapter()

"""Conformant variants of which values are taken and which are refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from conformance.reference import Refusal

from .model import Seam, Seams

_ALPHA_3 = {"AUS": "AU", "NZL": "NZ", "USA": "US", "GBR": "GB", "CAN": "CA", "IRL": "IE", "SGP": "SG"}
_NUMERIC = {"036": "AU", "554": "NZ", "840": "US", "826": "GB", "124": "CA", "372": "IE", "702": "SG"}


def _other_forms(right: Seam, target: Any, operation: str, parameter: str, value: Any) -> Any:
    taken = {**_ALPHA_3, **_NUMERIC}
    if isinstance(value, str) and re.fullmatch("[A-Za-z]{3}|[0-9]{3}", value) and value.upper() not in taken:
        raise target.refusal(operation, "COUNTRY_NOT_FOUND", parameter)
    return right(operation, parameter, taken.get(value.upper(), value) if isinstance(value, str) else value)


def _exact_word(right: Seam, target: Any, operation: str, parameter: str, value: str) -> Any:
    return value if value in target.vocabulary(operation, parameter) else None


def _capitals(right: Seam, target: Any, operation: str, parameter: str, value: str) -> bool:
    return bool(right(operation, parameter, value)) and value.isupper()


def _coerced(right: Seam, target: Any, operation: str, parameter: Any, value: Any) -> Any:
    """Numbers and booleans stand for text, text for numbers and booleans."""
    match parameter.kind, value:
        case "boolean", "true" | "false":
            value = value == "true"
        case "boolean", 0 | 1:
            value = bool(value)
        case "integer", str() if parameter.place == "body" and re.fullmatch("[0-9]{1,18}", value):
            value = int(value)
        case "text" | "sender", bool():
            value = str(value).lower()
        case "text" | "sender", int() | float():
            value = str(value)
    return right(operation, parameter, value)


_NUMBER_LISTS = ("listPropertyNumbers", "listAccountNumbers")
_LISTS = (*_NUMBER_LISTS, "listAddresses", "listFlows", "findMessages")


def _counted(low: int, high: int, operations: tuple[str, ...]) -> Seam:
    def bounds(right: Seam, target: Any, operation: str, parameter: str) -> Any:
        asked = parameter == "Results_Count" and operation in operations
        return (low, high) if asked else right(operation, parameter)

    return bounds


def _at_least_one(right: Seam, target: Any, operation: str, asked: int | None) -> Any:
    return right(operation, max(asked, 1) if asked is not None else None)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a member comes twice")
    return dict(pairs)


def _no_duplicates(right: Seam, target: Any, operation: str, body: bytes) -> Any:
    value = right(operation, body)
    json.loads(body.removeprefix(b"\xef\xbb\xbf"), object_pairs_hook=_once)
    return value


def _mark_taken(right: Seam, target: Any, operation: str, body: bytes) -> Any:
    return right(operation, body.removeprefix(b"\xef\xbb\xbf"))


def _empty_judged(right: Seam, target: Any, operation: Any, given: Mapping[str, Any]) -> Any:
    """A required parameter that is null is invalid, and one that is empty is too short."""
    for parameter in operation.parameters:
        if parameter.required and parameter.name in given and given[parameter.name] in (None, ""):
            code = "PARAMETER_INVALID" if given[parameter.name] is None else "PARAMETER_TOO_SHORT"
            raise target.refusal(operation.id, code, parameter.name)
    return right(operation, given)


def _clears(right: Seam, target: Any, operation: Any, given: Mapping[str, Any]) -> Any:
    """An optional parameter of a configuration that is null or empty clears what it names."""
    cleared = [name for name in operation.one_of if name in given and given[name] in (None, "")]
    if not cleared:
        return right(operation, given)
    kept = {name: value for name, value in given.items() if name not in cleared}
    if any(name in kept for name in operation.one_of):
        return {**right(operation, kept), **dict.fromkeys(cleared)}
    number = operation.parameters[0]
    return {number.name: target.accept(operation.id, number, kept[number.name]), **dict.fromkeys(cleared)}


def _nothing_found(right: Seam, target: Any, operation: str, owner: Any, thing: str | None) -> Any:
    return None if thing is None else right(operation, owner, thing)


def _known_place(right: Seam, target: Any, operation: str, parameter: str, value: Any) -> Any:
    """A filter by a country that does not exist, or is not served, matches nothing."""
    try:
        return right(operation, parameter, value)
    except Refusal as refusal:
        if operation == "listAddresses" and refusal.fault.code in ("COUNTRY_NOT_FOUND", "COUNTRY_UNAVAILABLE"):
            return value
        raise


def _everywhere(right: Seam, target: Any, operation: str, parameter: str, code: str) -> bool:
    return operation == "addAddress" or bool(right(operation, parameter, code))


def _printable(right: Seam, target: Any, operation: str, parameter: str, value: Any) -> Any:
    return right(operation, parameter, value) and not re.search("[\0-\x08]", value)


def _long_numbers(right: Seam, target: Any, operation: str, parameter: str, value: str) -> Any:
    return right(operation, parameter, value) and len(value) > 4


def _sender_of_words(right: Seam, target: Any, operation: str, parameter: str, value: Any) -> Any:
    """A sender is a number where it has nothing that a number has not."""
    if isinstance(value, str) and value.startswith("+") and re.search("[^-+0-9 ().]", value):
        raise target.refusal(operation, "PARAMETER_INVALID", parameter)
    return right(operation, parameter, value)


def _stripped(right: Seam, target: Any, operation: str, parameter: Any, value: Any) -> Any:
    """Blanks alone are refused."""
    if isinstance(value, str) and value and value.strip(" ") == "" and parameter.kind == "text":
        raise target.refusal(operation, "PARAMETER_INVALID", parameter.name)
    return right(operation, parameter, value)


def _upper(right: Seam, target: Any, operation: str, parameter: str, value: str) -> Any:
    """Words are compared in capitals, in which a dotless I is one like any other."""
    return next((word for word in target.vocabulary(operation, parameter) if word.upper() == value.upper()), None)


def _upper_country(right: Seam, target: Any, operation: str, parameter: str, value: Any) -> Any:
    """Three letters are taken for a code, and name nothing; letters beyond ASCII have capitals within it."""
    if isinstance(value, str) and re.fullmatch("[A-Z]{3}", value.upper()):
        raise target.refusal(operation, "COUNTRY_NOT_FOUND", parameter)
    return right(operation, parameter, value)


def _trimmed_with_nul(right: Seam, target: Any, operation: str, parameter: str, value: str) -> Any:
    return right(operation, parameter, value.strip(" \t\n\r\0\x0b"))


def _strict_items(right: Seam, target: Any, operation: str, parameter: str, value: str) -> Any:
    return value.split(",")


VALUES: tuple[tuple[str, str, str, Seams], ...] = (
    (
        "alpha-3",
        "country",
        "Country codes of three letters and of three digits are taken.",
        {"accept_country": _other_forms},
    ),
    ("capitals", "country", "Country codes in small letters are refused.", {"is_country_code": _capitals}),
    ("exact-words", "words", "Words of enumerations in another letter case are refused.", {"known_word": _exact_word}),
    (
        "words-in-capitals",
        "words",
        "Words are compared in capitals, as other alphabets have them.",
        {"known_word": _upper},
    ),
    (
        "trimmed-with-nul",
        "words",
        "Blanks around words are dropped, and NUL is one.",
        {"known_word": _trimmed_with_nul},
    ),
    (
        "countries-in-capitals",
        "country",
        "Codes of countries are put in capitals, and three letters name none.",
        {"accept_country": _upper_country},
    ),
    ("coerced", "types", "Wrong JSON types are coerced.", {"accept": _coerced}),
    ("zero-refused", "count", "Zero results are refused.", {"integer_bounds": _counted(1, 10**18, _LISTS)}),
    (
        "most-refused",
        "count",
        "More than 200 numbers are refused.",
        {"integer_bounds": _counted(0, 200, _NUMBER_LISTS)},
    ),
    ("zero-clamped", "count", "Zero results become one.", {"most_results": _at_least_one}),
    ("duplicates-refused", "duplicates", "A member that comes twice in a body is refused.", {"parse": _no_duplicates}),
    ("mark-taken", "mark", "A byte order mark before a body is taken.", {"parse": _mark_taken}),
    ("null-invalid", "null", "A required null is invalid, and an empty text too short.", {"values": _empty_judged}),
    (
        "empty-clears",
        "null",
        "What is optional and empty clears what it names.",
        {"values": _clears, "find_address": _nothing_found, "find_flow": _nothing_found},
    ),
    (
        "country-matches-nothing",
        "listed-country",
        "A filter by an unknown country matches nothing.",
        {"accept_country": _known_place},
    ),
    ("addresses-everywhere", "address-country", "Addresses are taken in every country.", {"is_served": _everywhere}),
    ("control-characters", "characters", "Control characters in texts are refused.", {"is_text": _printable}),
    (
        "surrogates",
        "characters",
        "Half a surrogate pair is taken for text.",
        {"is_text": lambda right, target, operation, parameter, value: isinstance(value, str)},
    ),
    (
        "long-numbers",
        "short-numbers",
        "Numbers of fewer than four digits are refused.",
        {"is_e164": _long_numbers, "is_e164_in_path": _long_numbers},
    ),
    (
        "sender-of-words",
        "sender",
        "A sender that begins with a plus, and has letters, is no number and an invalid sender.",
        {"accept_sender": _sender_of_words},
    ),
    ("blanks-refused", "blanks", "Texts of blanks alone are refused.", {"accept": _stripped}),
    (
        "items-exact",
        "items",
        "Blanks around the items of a list belong to them, and empty items are words.",
        {"items_of": _strict_items},
    ),
)

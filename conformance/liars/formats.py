"""Wrong logic: phone numbers and country codes that are taken too laxly or too strictly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .model import Liar, Seam, at, scope_of, written

# The pattern of a number, without its plus, and what it lets pass that is wrong.
_LAX: dict[str, tuple[str, str]] = {
    "line-end": ("[1-9][0-9]{1,14}\n?", "A line end after the digits"),
    "leading-zero": ("[0-9]{2,15}", "A zero as the first digit"),
    "sixteen-digits": ("[1-9][0-9]{1,15}", "A number of 16 digits"),
    "no-end": ("[1-9][0-9]+", "Any number of digits"),
    "other-digits": (r"[1-9]\d{1,14}", "A digit of another alphabet"),
    "other-first-digit": (r"(?!0)\d[0-9]{1,14}", "A first digit of another alphabet"),
    "blanks": ("[1-9](?: ?[0-9]){1,14}", "Blanks between the digits"),
    "hyphens": ("[1-9](?:-?[0-9]){1,14}", "Hyphens between the digits"),
    "parentheses": ("[1-9][0-9]*(?:\\([0-9]+\\))?[0-9]+", "Parentheses around some digits"),
    "blank-at-end": ("[1-9][0-9]{1,14} *", "A blank after the digits"),
    "letters": ("[1-9][0-9A-Za-z]{1,14}", "Letters among the digits"),
    "anything-after": ("(?s:[1-9][0-9]{1,14}.*)", "Anything after the first digits"),
    "dots": (r"[1-9](?:\.?[0-9]){1,14}", "Dots between the digits"),
    "extension": ("[1-9][0-9]{1,14}(?:x[0-9]+|;ext=[0-9]+)?", "An extension after the number"),
}
# For bodies only: what stands where the plus should.
_HEADS: dict[str, tuple[str, str]] = {
    "no-plus": (r"\+?[1-9][0-9]{1,14}", "A number without its plus"),
    "two-plus": (r"\++[1-9][0-9]{1,14}", "A number with a second plus"),
    "double-zero": (r"(?:\+|00)[1-9][0-9]{1,14}", "A double zero for the plus"),
    "national": (r"(?:\+[1-9]|0)[0-9]{1,14}", "A national number"),
    "blank-at-head": (r" *\+[1-9][0-9]{1,14}", "A blank before the plus"),
    "wide-plus": ("[+\uff0b][1-9][0-9]{1,14}", "A full-width plus"),
    "tel": (r"(?:tel:)?\+[1-9][0-9]{1,14}", "The prefix tel:"),
    "anything-before": (r"(?s:.*)\+[1-9][0-9]{1,14}", "Anything before the plus"),
    "one-line": (r"(?s:(?:.+\n)?)\+[1-9][0-9]{1,14}(?s:(?:\n.+)?)", "A number that is one line of several"),
    "plus-alone": (r"\+[1-9]?[0-9]{0,14}", "A plus without digits"),
}
_PLACES: dict[str, str] = {
    "configureNumber.EndpointNumber": (
        "line-end no-plus sixteen-digits other-digits blanks leading-zero anything-before tel"
    ),
    "configureNumber.SendSmsTo": "no-end letters double-zero hyphens line-end other-first-digit plus-alone one-line",
    "purchaseNumber.Number": "no-plus line-end sixteen-digits two-plus dots",
    "sendMessage.To": "national other-digits blank-at-end blank-at-head extension leading-zero wide-plus",
    "sendMessage.From": "sixteen-digits line-end letters",
    "getNumber.Number": "line-end leading-zero sixteen-digits other-digits anything-after letters",
    "configureNumber.Number": "blank-at-end hyphens no-end parentheses",
}
_IN_PATH = ("getNumber.Number", "configureNumber.Number")
# Where a number that passes must still be one that is there, so that a wrong one is still refused, but otherwise.
_LOOKED_UP = ("purchaseNumber.Number", "sendMessage.From", *_IN_PATH)


def _matches(pattern: str) -> Seam:
    compiled = re.compile(pattern)
    return lambda right, target, operation, parameter, value: compiled.fullmatch(value) is not None


def lax_numbers() -> Iterator[Liar]:
    for place, names in _PLACES.items():
        in_path = place in _IN_PATH
        breaks = "code.INVALID_PHONENUMBER_FORMAT" + ("" if place in _LOOKED_UP else " status.400")
        for name in names.split():
            plus = "" if in_path else r"\+"
            pattern, phrase = _HEADS[name] if name in _HEADS else (plus + _LAX[name][0], _LAX[name][1])
            yield written(
                "formats",
                f"e164-{name}/{place}",
                "one-parameter",
                breaks,
                f"{place} takes {phrase[0].lower()}{phrase[1:]} for right.",
                **{"is_e164_in_path" if in_path else "is_e164": at(place, _matches(pattern))},
            )


_NARROW: tuple[tuple[str, str, str, str], ...] = (
    ("at-most-14-digits", "configureNumber.EndpointNumber", r"\+[1-9][0-9]{1,13}", "A number of 15 digits"),
    ("at-most-14-digits", "sendMessage.To", r"\+[1-9][0-9]{1,13}", "A number of 15 digits"),
    ("australian-only", "configureNumber.EndpointNumber", r"\+61[0-9]{9}", "A number of another country"),
    ("australian-only", "sendMessage.To", r"\+61[0-9]{9}", "A number of another country"),
    ("australian-only", "configureNumber.SendSmsTo", r"\+61[0-9]{9}", "A number of another country"),
    ("plus-refused", "configureNumber.SendSmsTo", r"[1-9][0-9]{1,14}", "A number with its plus"),
)


def narrow_numbers() -> Iterator[Liar]:
    for name, place, pattern, phrase in _NARROW:
        yield written(
            "formats",
            f"e164-{name}/{place}",
            "one-parameter",
            "control.accepted",
            f"{phrase} is refused in {place}.",
            is_e164=at(place, _matches(pattern)),
        )


# The pattern of a country code, and what it lets pass. What passes names no country, so COUNTRY_NOT_FOUND comes.
_COUNTRY: tuple[tuple[str, str, str, str], ...] = (
    ("digit", "[A-Za-z0-9]{2}", "A digit", "addAddress findAvailableNumbers listAddresses"),
    ("a-line", "[A-Za-z]{2}\n.+", "A line of letters before other lines", "addAddress findAvailableNumbers"),
    ("one-letter", "[A-Za-z]{1,2}", "One letter alone", "addAddress listAddresses"),
    ("long", "[A-Za-z]{2,}", "A word of any length", "addAddress findAvailableNumbers"),
    ("other-alphabets", r"[^\W\d_]{2}", "A letter of another alphabet", "addAddress findAvailableNumbers"),
    ("anything", "(?s:.+)", "Any text", "listAddresses"),
    ("hyphen", "[A-Za-z-]{2}", "A hyphen", "findAvailableNumbers"),
)


def countries() -> Iterator[Liar]:
    for name, pattern, phrase, operations in _COUNTRY:
        for operation in operations.split():
            place = f"{operation}.CountryCode"
            yield written(
                "countries",
                f"country-{name}/{operation}",
                "one-parameter",
                "code.INVALID_COUNTRYCODE_FORMAT",
                f"{place} takes {phrase[0].lower()}{phrase[1:]} for right in form, and then finds no country.",
                is_country_code=at(place, _matches(pattern)),
            )


def _taken_as_au(pattern: str) -> Seam:
    compiled = re.compile(pattern)

    def accept(right: Seam, target: object, operation: str, parameter: str, value: object) -> object:
        return "AU" if isinstance(value, str) and compiled.fullmatch(value) else right(operation, parameter, value)

    return accept


# Values that are taken for Australia.
_TAKEN: tuple[tuple[str, str, str, str, str], ...] = (
    ("ZZ", "ZZ", "addAddress findAvailableNumbers", "code.COUNTRY_NOT_FOUND", "ZZ"),
    (
        "name",
        "(?i:australia)",
        "addAddress findAvailableNumbers",
        "code.INVALID_COUNTRYCODE_FORMAT",
        "The name Australia",
    ),
    ("a-line", "(?s:AU\n.+)", "addAddress", "code.INVALID_COUNTRYCODE_FORMAT", "AU with further lines"),
    ("cut", "(?s:AU.+)", "findAvailableNumbers", "code.INVALID_COUNTRYCODE_FORMAT", "Whatever begins with AU"),
    (
        "three-letters",
        "(?!AUS)[A-Z]{3}",
        "addAddress findAvailableNumbers",
        "code.INVALID_COUNTRYCODE_FORMAT code.COUNTRY_NOT_FOUND",
        "A made-up code of three letters",
    ),
    ("wide", "[\uff21-\uff3a]{2}", "addAddress", "code.INVALID_COUNTRYCODE_FORMAT", "A code in full-width letters"),
)


def taken() -> Iterator[Liar]:
    for name, pattern, operations, breaks, phrase in _TAKEN:
        for operation in operations.split():
            place = f"{operation}.CountryCode"
            sentence = f"{phrase} is taken for Australia in {place}."
            seam = at(place, _taken_as_au(pattern))
            yield written(
                "countries",
                f"country-taken-{name}/{operation}",
                "one-value",
                f"{breaks} status.400",
                sentence,
                accept_country=seam,
            )


def _refuse(code: str, *values: str) -> Seam:
    def accept(right: Seam, target: object, operation: str, parameter: str, value: object) -> object:
        if value in values:
            raise target.refusal(operation, code, parameter)  # type: ignore[attr-defined]
        return right(operation, parameter, value)

    return accept


def served() -> Iterator[Liar]:
    """Countries that are confused: unknown with unavailable, right with wrong."""
    rows = (
        ("unknown-unavailable", "addAddress", "code.COUNTRY_NOT_FOUND status.400", "COUNTRY_UNAVAILABLE", "ZZ"),
        (
            "unknown-unavailable",
            "findAvailableNumbers",
            "code.COUNTRY_NOT_FOUND status.400",
            "COUNTRY_UNAVAILABLE",
            "ZZ",
        ),
        ("unknown-malformed", "addAddress", "code.COUNTRY_NOT_FOUND", "INVALID_COUNTRYCODE_FORMAT", "ZZ"),
        ("unknown-malformed", "findAvailableNumbers", "code.COUNTRY_NOT_FOUND", "INVALID_COUNTRYCODE_FORMAT", "ZZ"),
        ("unknown-invalid", "addAddress", "code.COUNTRY_NOT_FOUND", "PARAMETER_INVALID", "ZZ"),
        ("unavailable-unknown", "findAvailableNumbers", "code.COUNTRY_UNAVAILABLE", "COUNTRY_NOT_FOUND", "IS"),
        (
            "unavailable-malformed",
            "findAvailableNumbers",
            "code.COUNTRY_UNAVAILABLE",
            "INVALID_COUNTRYCODE_FORMAT",
            "IS",
        ),
        ("unavailable-forbidden", "findAvailableNumbers", "code.COUNTRY_UNAVAILABLE", "FORBIDDEN", "IS"),
        ("served-unavailable", "addAddress", "control.accepted", "COUNTRY_UNAVAILABLE", "AU"),
        ("served-unavailable", "listAddresses", "control.accepted", "COUNTRY_UNAVAILABLE", "AU"),
        ("served-unknown", "findAvailableNumbers", "control.accepted", "COUNTRY_NOT_FOUND", "AU"),
    )
    for name, operation, breaks, code, value in rows:
        yield written(
            "countries",
            f"country-{name}/{operation}",
            "one-value",
            breaks,
            f"{value} is refused as {code} in {operation}.",
            accept_country=at(f"{operation}.CountryCode", _refuse(code, value)),
        )
    yield written(
        "countries",
        "country-unavailable-served/findAvailableNumbers",
        scope_of("findAvailableNumbers"),
        "code.COUNTRY_UNAVAILABLE",
        "A country that is not served gets an empty list.",
        is_served=at("findAvailableNumbers", lambda right, target, *arguments: True),
    )


def liars() -> Iterator[Liar]:
    for chapter in (lax_numbers, narrow_numbers, countries, taken, served):
        yield from chapter()

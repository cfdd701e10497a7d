"""The places that this target knows, and the numbers that can be bought there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# CountryCode, Region, City, PostalCode, and the digits with which the local numbers begin.
PLACES: Final = (
    ("AU", "ACT", "Canberra", "2601", "6125551"),
    ("AU", "ACT", "Canberra", "2620", "6125552"),
    ("AU", "NSW", "Sydney", "2000", "6125553"),
    ("AU", "VIC", "Melbourne", "3000", "6135551"),
    ("AU", "QLD", "Brisbane", "4000", "6175551"),
    ("AU", "WA", "Perth", "6000", "6185551"),
    ("NZ", "AUK", "Auckland", "1010", "6495551"),
    ("NZ", "WGN", "Wellington", "6011", "6445551"),
    ("US", "NY", "New York", "10001", "1212555"),
    ("US", "CA", "Los Angeles", "90001", "1213555"),
    ("US", "IL", "Springfield", "62701", "1217555"),
    ("US", "MA", "Springfield", "01103", "1413555"),
    ("CA", "ON", "Toronto", "M5H", "1416555"),
    ("GB", "ENG", "London", "SW1A", "442079460"),
    ("IE", "L", "Dublin", "D01", "35315550"),
    ("SG", "SG", "Singapore", "018956", "656555"),
)
_PER_PLACE = 24
_WITHOUT_PLACE = (("Toll-Free", "AU", "611800555"), ("Shared-Rate", "AU", "611300555"), ("National", "AU", "61875559"))
_CAPABILITIES = ("Voice,SMS,MMS", "Voice,SMS", "Voice")


def available_numbers() -> dict[str, Mapping[str, Any]]:
    """The stock, in the order in which it is listed."""
    stock: dict[str, Mapping[str, Any]] = {}
    for index in range(_PER_PLACE):
        for country, region, city, postal_code, digits in PLACES:
            number = f"+{digits}{1000 + index if len(digits) < 8 else 100 + index}"
            stock[number] = {
                **_common(number, country, "Local", index),
                "Region": region,
                "City": city,
                "PostalCode": postal_code,
            }
        for type_, country, digits in _WITHOUT_PLACE:
            number = f"+{digits}{100 + index}"
            stock[number] = _common(number, country, type_, index)
    return stock


def _common(number: str, country: str, type_: str, index: int) -> dict[str, str]:
    return {"Number": number, "CountryCode": country, "Type": type_, "Capabilities": _CAPABILITIES[index % 3]}

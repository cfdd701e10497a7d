"""Conformant variants as servers on other stacks were seen to be: each was accused once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conformance.reference.reading import Request

from .model import Seam, Seams


def _in_order(right: Seam, target: Any, operation: Any, given: Mapping[str, Any]) -> Any:
    """A span that ends before it begins is refused, and its end named."""
    found = right(operation, given)
    if "Date_To" in found and found["Date_To"] < found.get("Date_From", 0):
        raise target.refusal(operation.id, "PARAMETER_INVALID", "Date_To")
    return found


def _mail(right: Seam, target: Any, operation: str, parameter: str, value: Any) -> Any:
    found = right(operation, parameter, value)
    labels = r"[^@\s]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}"
    if parameter in ("SendEmailFrom", "SendEmailTo") and not re.fullmatch(labels, str(value)):
        raise target.refusal(operation, "PARAMETER_INVALID", parameter)
    return found


def _method_needed(right: Seam, target: Any, operation: Any, given: Mapping[str, Any]) -> Any:
    """Where an endpoint is given without a method, what the method is has to be said."""
    if given.get("EndpointNumber") and given.get("RoutingMethod") == "":
        raise target.refusal(operation.id, "PARAMETER_REQUIRED", "RoutingMethod")
    return right(operation, given)


def _comma_too_many(right: Seam, target: Any, operation: str, body: bytes) -> Any:
    """As Json.NET reads it."""
    try:
        return right(operation, body)
    except ValueError:
        return right(operation, re.sub(rb",\s*([}\]])", rb"\1", body))


def _slashes_first(right: Seam, target: Any, request: Request) -> Any:
    """The path is decoded before it is split, and nothing at all may be done on a path that is none."""
    segments = [part for each in request.segments for part in each.split("/")]
    if len(segments) != len(request.segments):
        raise target.refusal("", "FORBIDDEN")
    return right(replace(request, segments=segments))


def _stripped_country(right: Seam, target: Any, operation: str, parameter: str, value: Any) -> Any:
    return right(operation, parameter, value.strip() if isinstance(value, str) else value)


def _any_country(right: Seam, target: Any, operation: Any, *arguments: Any) -> dict[str, Any]:
    found: dict[str, Any] = right(operation, *arguments)
    lacking = operation.id == "findAvailableNumbers" and not found.get("CountryCode")
    return {**found, "CountryCode": "AU"} if lacking else found


def _stripped_number(right: Seam, target: Any, operation: str, parameter: str, value: Any, **more: Any) -> Any:
    return right(operation, parameter, value.strip() if isinstance(value, str) else value, **more)


HABITS: tuple[tuple[str, str, str, Seams], ...] = (
    ("span-in-order", "span", "A span that ends before it begins is refused.", {"values": _in_order}),
    ("mail-addresses", "mail", "What is no e-mail address is refused where one is due.", {"accept_text": _mail}),
    (
        "method-needed",
        "routing",
        "An endpoint with an empty routing method lacks the method.",
        {"values": _method_needed},
    ),
    ("comma-too-many", "unreadable", "A comma too many in a body is passed over.", {"parse": _comma_too_many}),
    ("slashes-first", "path", "A slash in a path is one, however it is written.", {"answer": _slashes_first}),
    (
        "countries-stripped",
        "country",
        "Blanks around a country code are dropped.",
        {"accept_country": _stripped_country},
    ),
    (
        "numbers-stripped",
        "number",
        "Blanks around a phone number are dropped.",
        {"accept_number": _stripped_number, "accept_sender": _stripped_number},
    ),
    ("home-country", "country", "Numbers are found without a country: then in that of the target.", {"given": _any_country}),
)

"""Conformant variants of what is taken and what is refused, and in which order."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from conformance.reference import Refusal
from conformance.reference.access import Call
from conformance.reference.reading import Request

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


def _counted(low: int, high: int) -> Seam:
    def bounds(right: Seam, target: Any, operation: str, parameter: str) -> Any:
        return (low, high) if parameter == "Results_Count" else right(operation, parameter)

    return bounds


def _at_least_one(right: Seam, target: Any, operation: str, asked: int | None) -> Any:
    return right(operation, max(asked, 1) if asked is not None else None)


def _unknown_refused(right: Seam, target: Any, operation: Any, path_values: Any, request: Request) -> Any:
    found = right(operation, path_values, request)
    known = {parameter.name for parameter in operation.parameters}
    body = target.read_body(operation.id, request) if operation.has_body else {}
    for name in (*request.query, *(body if isinstance(body, dict) else ())):
        if name not in known:
            raise target.refusal(operation.id, "PARAMETER_INVALID", name)
    return found


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


def _several(right: Seam, target: Any, operation: Any, given: Mapping[str, Any]) -> Any:
    """Every missing parameter is named, each in an Error."""
    try:
        return right(operation, given)
    except Refusal as refusal:
        if refusal.fault.code != "PARAMETER_REQUIRED":
            raise
        lacking = [
            parameter.name
            for parameter in operation.parameters
            if parameter.required and not target.is_given(operation.id, parameter.name, given.get(parameter.name))
        ]
        raise target.refusal(operation.id, "PARAMETER_REQUIRED", *lacking) from None


def _empty_judged(right: Seam, target: Any, operation: Any, given: Mapping[str, Any]) -> Any:
    """A required parameter that is null is invalid, and one that is empty is too short."""
    for parameter in operation.parameters:
        if parameter.required and parameter.name in given and given[parameter.name] in (None, ""):
            code = "PARAMETER_INVALID" if given[parameter.name] is None else "PARAMETER_TOO_SHORT"
            raise target.refusal(operation.id, code, parameter.name)
    return right(operation, given)


def _clears(right: Seam, target: Any, operation: Any, given: Mapping[str, Any]) -> Any:
    """An optional parameter that is null or empty clears what it names."""
    if operation.id != "configureNumber":
        return right(operation, given)
    cleared = {name for name in operation.one_of if name in given and given[name] in (None, "")}
    kept = {name: value for name, value in given.items() if name not in cleared}
    if not cleared:
        return right(operation, given)
    if not any(name in kept for name in operation.one_of):
        values = {"Number": target.accept(operation.id, operation.parameters[0], kept["Number"])}
    else:
        values = right(operation, kept)
    target.notes["cleared"] = cleared
    return values


def _configure(right: Seam, target: Any, call: Call) -> Any:
    cleared = target.notes.pop("cleared", set())
    answer = right(call)
    if cleared:
        answer = {**answer, **dict.fromkeys(cleared)}
        target.world.numbers[answer["Number"]] = answer
    return answer


def _backwards(right: Seam, target: Any, operation: Any, given: Mapping[str, Any]) -> Any:
    """The values are judged from the last parameter to the first, and only then what is missing."""
    for parameter in reversed(operation.parameters):
        if target.is_given(operation.id, parameter.name, given.get(parameter.name)):
            target.accept(operation.id, parameter, given[parameter.name])
    return right(operation, given)


def _authorised_late(right: Seam, target: Any, request: Request) -> Any:
    """A body is read before permissions are looked at, but after credentials."""
    route = target.route(request.method, request.segments)
    if route and "x-reference-error" not in request.headers:
        target.authenticate(route[0].id, request)
        target.values(route[0], target.given(*route, request))
    return right(request)


def _foreign_forbidden(things: str) -> Seam:
    """A foreign object is FORBIDDEN."""

    def find(right: Seam, target: Any, operation: str, credential: Any, *names: str) -> Any:
        record = getattr(target.world, things).get(names[-1])
        if record is not None and record["AccountSid"] != credential.account:
            raise target.refusal(operation, "FORBIDDEN")
        return right(operation, credential, *names)

    return find


def _foreign_offer(right: Seam, target: Any, operation: str, credential: Any, property_: str, number: str) -> Any:
    owned = target.world.numbers.get(number)
    if owned is not None and owned["AccountSid"] != credential.account:
        raise target.refusal(operation, "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY", "Number")
    return right(operation, credential, property_, number)


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


def _first_wins(right: Seam, target: Any, method: str, path: str | bytes, *rest: Any) -> Any:
    """Of a parameter that comes twice in a query the first counts."""
    octets = path if isinstance(path, bytes) else path.encode("utf-8", "surrogatepass")
    before, mark, query = octets.partition(b"?")
    pairs = {pair.partition(b"=")[0]: pair for pair in reversed(query.split(b"&"))}
    return (
        right(method, before + mark + b"&".join(reversed(pairs.values())), *rest)
        if mark
        else right(method, path, *rest)
    )


def _any_type(right: Seam, target: Any, operation: str, content_type: str) -> bool:
    return True


def _type_needed(right: Seam, target: Any, operation: str, content_type: str) -> bool:
    return bool(content_type) and bool(right(operation, content_type))


def _no_body_on_get(right: Seam, target: Any, request: Request) -> Any:
    route = target.route(request.method, request.segments)
    if route and route[0].method == "GET" and request.body:
        target.authenticate(route[0].id, request)
        raise target.refusal(route[0].id, "UNREADABLE_REQUEST")
    return right(request)


def _printable(right: Seam, target: Any, operation: str, parameter: str, value: Any) -> Any:
    return right(operation, parameter, value) and not re.search("[\0-\x08]", value)


def _long_numbers(right: Seam, target: Any, operation: str, parameter: str, value: str) -> Any:
    return right(operation, parameter, value) and len(value) > 4


def _stripped(right: Seam, target: Any, operation: str, parameter: Any, value: Any) -> Any:
    """Blanks alone are refused."""
    if isinstance(value, str) and value and value.strip(" ") == "" and parameter.kind == "text":
        raise target.refusal(operation, "PARAMETER_INVALID", parameter.name)
    return right(operation, parameter, value)


def _strict_items(right: Seam, target: Any, operation: str, parameter: str, value: str) -> Any:
    return value.split(",")


def _unreadable_is_nothing(right: Seam, target: Any, operation: str, body: bytes) -> Any:
    """A body that cannot be read gives no parameter."""
    try:
        return right(operation, body)
    except (ValueError, RecursionError):
        return {}


VALUES: tuple[tuple[str, str, str, Seams], ...] = (
    (
        "alpha-3",
        "country",
        "Country codes of three letters and of three digits are taken.",
        {"accept_country": _other_forms},
    ),
    ("capitals", "country", "Country codes in small letters are refused.", {"is_country_code": _capitals}),
    ("exact-words", "words", "Words of enumerations in another letter case are refused.", {"known_word": _exact_word}),
    ("coerced", "types", "Wrong JSON types are coerced.", {"accept": _coerced}),
    ("zero-refused", "count", "Zero results are refused.", {"integer_bounds": _counted(1, 10**18)}),
    ("most-refused", "count", "More than 200 results are refused.", {"integer_bounds": _counted(0, 200)}),
    ("zero-clamped", "count", "Zero results become one.", {"most_results": _at_least_one}),
    ("unknown-refused", "unknown-parameters", "Unknown parameters are refused.", {"given": _unknown_refused}),
    ("duplicates-refused", "duplicates", "A member that comes twice in a body is refused.", {"parse": _no_duplicates}),
    ("mark-taken", "mark", "A byte order mark before a body is taken.", {"parse": _mark_taken}),
    ("several-errors", "several", "Every missing parameter is named at once.", {"values": _several}),
    ("null-invalid", "null", "A required null is invalid, and an empty text too short.", {"values": _empty_judged}),
    (
        "empty-clears",
        "null",
        "What is optional and empty clears what it names.",
        {"values": _clears, "configure_number": _configure},
    ),
    ("backwards", "precedence", "Faults are looked for from the last parameter to the first.", {"values": _backwards}),
    ("authorised-late", "precedence", "Values are judged before permissions.", {"answer": _authorised_late}),
    (
        "foreign-forbidden",
        "foreign",
        "Foreign addresses, numbers and calls are FORBIDDEN.",
        {
            "find_address": _foreign_forbidden("addresses"),
            "find_number": _foreign_forbidden("numbers"),
            "find_call": _foreign_forbidden("calls"),
        },
    ),
    (
        "foreign-elsewhere",
        "foreign",
        "A foreign number belongs to a different property.",
        {"find_offer": _foreign_offer},
    ),
    (
        "country-matches-nothing",
        "listed-country",
        "A filter by an unknown country matches nothing.",
        {"accept_country": _known_place},
    ),
    ("addresses-everywhere", "address-country", "Addresses are taken in every country.", {"is_served": _everywhere}),
    ("first-wins", "repeated", "Of a repeated parameter the first counts.", {"respond": _first_wins}),
    ("any-type", "content-type", "A body is read whatever its media type says.", {"is_json": _any_type}),
    ("type-needed", "content-type", "A body without a media type is refused.", {"is_json": _type_needed}),
    ("no-body-on-get", "get-body", "A body on GET is refused.", {"answer": _no_body_on_get}),
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
    ("blanks-refused", "blanks", "Texts of blanks alone are refused.", {"accept": _stripped}),
    (
        "items-exact",
        "items",
        "Blanks around the items of a list belong to them, and empty items are words.",
        {"items_of": _strict_items},
    ),
    (
        "unreadable-is-nothing",
        "unreadable",
        "A body that cannot be read gives no parameter.",
        {"parse": _unreadable_is_nothing},
    ),
    (
        "all-permitted",
        "permissions",
        "Right credentials may do everything.",
        {"permits": lambda right, target, operation, credential: True},
    ),
)

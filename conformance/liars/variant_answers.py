"""Conformant variants of how an answer looks."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conformance.reference import Answer, Fault, Refusal
from conformance.reference.reading import Request
from conformance.reference.surface import ATTRIBUTION

from .codes import NAMED
from .model import Seam, Seams


def _members(change: Any) -> Seam:
    """Another ResponseStatus: `change` is given the members and the fault."""

    def envelope(right: Seam, target: Any, operation: str, fault: Fault) -> Any:
        found = right(operation, fault)
        return {**found, "ResponseStatus": change(dict(found["ResponseStatus"]), fault)}

    return envelope


def _without_empty(members: dict[str, Any], fault: Fault) -> dict[str, Any]:
    return members if members["Errors"] else {name: value for name, value in members.items() if name != "Errors"}


def _more(members: dict[str, Any], fault: Fault) -> dict[str, Any]:
    if "Errors" in members:
        errors = [{"ErrorCode": fault.code, **error, "Message": "See above."} for error in members["Errors"]]
        members = {**members, "Errors": errors}
    return {**members, "Meta": {"Documentation": "https://example.com/errors"}, "Severity": 3}


def _reversed(members: dict[str, Any], fault: Fault) -> dict[str, Any]:
    return dict(reversed(members.items()))


def _top(right: Seam, target: Any, operation: str, fault: Fault) -> Any:
    return {"RequestId": "0001", **right(operation, fault), "Version": 2}


def _promised_only(right: Seam, target: Any, operation: str, fault: Fault) -> Any:
    return right(operation, fault) if fault.code in NAMED else ()


def _joined(separator: str) -> Seam:
    def names(right: Seam, target: Any, operation: str, fault: Fault) -> Any:
        if fault.code == "ONE_OF_SEVERAL_PARAMETERS_REQUIRED":
            return (separator.join(fault.parameters),)
        return right(operation, fault)

    return names


def _place_joined(right: Seam, target: Any, operation: str, fault: Fault) -> Any:
    return (",".join(fault.parameters),) if fault.code == "LOCATION_NOT_FOUND" else right(operation, fault)


def _place_first(right: Seam, target: Any, operation: str, fault: Fault) -> Any:
    return fault.parameters[:1] if fault.code == "LOCATION_NOT_FOUND" else right(operation, fault)


def _place_in_country(right: Seam, target: Any, operation: str, fault: Fault) -> Any:
    return ("CountryCode", *fault.parameters) if fault.code == "LOCATION_NOT_FOUND" else right(operation, fault)


def _status(number: int) -> Seam:
    def status_of(right: Seam, target: Any, operation: str, code: str) -> Any:
        open_ = code in ("NUMBER_BELONGS_TO_DIFFERENT_PROPERTY", "COUNTRY_UNAVAILABLE")
        return number if open_ else right(operation, code)

    return status_of


_OWN_CODES = {
    "UNAUTHORIZED": "AUTHENTICATION_REQUIRED",
    "UNKNOWN_OPERATION": "NOT_FOUND",
    "UNREADABLE_REQUEST": "BAD_REQUEST",
    "INTERNAL_SERVER_ERROR": "ERROR500",
}


def _own_codes(members: dict[str, Any], fault: Fault) -> dict[str, Any]:
    return {**members, "ErrorCode": _OWN_CODES.get(fault.code, fault.code)}


def _german(right: Seam, target: Any, operation: str, fault: Fault) -> str:
    names = " und ".join(f"„{name}“" for name in fault.parameters)
    return f"Das ging leider nicht: {names or 'etwas'} – bitte prüfen."


def _terse(right: Seam, target: Any, operation: str, fault: Fault) -> str:
    return f"{' '.join(fault.parameters) or 'no'}"


def _media(refusals: str, successes: str) -> Seam:
    return lambda right, target, operation, status: refusals if status >= 400 else successes


def _printed(**how: Any) -> Seam:
    def render(right: Seam, target: Any, operation: str, status: int, document: Any) -> Any:
        try:
            return json.dumps(document, **how).encode()
        except UnicodeEncodeError:
            return right(operation, status, document)

    return render


def _bare_list(right: Seam, target: Any, call: Any, name: str, *rest: Any) -> Any:
    return right(call, name, *rest)[name]


def _no_content(right: Seam, target: Any, *arguments: Any) -> Answer:
    answer: Answer = right(*arguments)
    return Answer(204, (), b"") if arguments[0] == "DELETE" and answer.status == 200 else answer


def _created(right: Seam, target: Any, method: str, *rest: Any) -> Answer:
    answer: Answer = right(method, *rest)
    return replace(answer, status=201) if method == "POST" and answer.status == 200 else answer


def _wrapped(name: str) -> Seam:
    return lambda right, target, call: {name: right(call)}


def _unwrapped(right: Seam, target: Any, call: Any) -> Any:
    return right(call)["Message"]


def _other_ids(right: Seam, target: Any, call: Any, account: str) -> Any:
    record = right(call, account)
    return {**record, "AddressSid": str(uuid.uuid5(uuid.NAMESPACE_URL, record["AddressSid"]))}


def _numbered(right: Seam, target: Any, call: Any, account: str) -> Any:
    return {**right(call, account), "AddressSid": f"address-{target.world.serial}"}


def _unknown_403(right: Seam, target: Any, request: Request) -> Refusal:
    return Refusal("", Fault("FORBIDDEN"))


def _unknown_401(right: Seam, target: Any, request: Request) -> Any:
    target.authenticate("", request)
    return right(request)


def _headers(right: Seam, target: Any, *arguments: Any) -> Answer:
    answer: Answer = right(*arguments)
    extra = (("Cache-Control", "no-store"), ("Vary", "Accept"), ("X-Powered-By", "ServiceStack/4"))
    return replace(answer, headers=(*answer.headers, *extra))


def _hidden(right: Seam, target: Any, operation: str, code: str, *parameters: str, **named: Any) -> Any:
    return (
        right(operation, code, **named)
        if code.endswith("_NOT_FOUND") and code != "LOCATION_NOT_FOUND"
        else right(operation, code, *parameters, **named)
    )


def _digits_grouped(right: Seam, target: Any, operation: str, fault: Fault) -> str:
    """A message that quotes the names, with capitals around them."""
    return re.sub(r"\b([A-Z][A-Za-z0-9]*(?:_[A-Za-z]+)?)\b(?=[,.)]|$)", r"[\1]", right(operation, fault))


_CALL_FILTERS = ("Disposition", "To", "Endpoint", "Prompts_keys", "Unique", *ATTRIBUTION)


def _bare_calls(right: Seam, target: Any, call: Any, owner: str, sid: str) -> Any:
    """The calls of an account or property, as an array."""
    start, end = target.period(call)

    def fits(record: Mapping[str, Any]) -> bool:
        return record[owner] == sid and bool(target.is_within(call.id, start, end, record["DateStart"]))

    filters = [parameter.name for parameter in call.operation.parameters if parameter.name in _CALL_FILTERS]
    return target.listing(call, "Calls", target.world.calls.values(), filters, fits)


ANSWERS: tuple[tuple[str, str, str, Seams], ...] = (
    ("errors-absent", "errors", "Errors is absent where it would be empty.", {"envelope": _members(_without_empty)}),
    ("more-members", "members", "Errors and ResponseStatus have more members.", {"envelope": _members(_more)}),
    (
        "members-reversed",
        "member-order",
        "The members of ResponseStatus come in another order.",
        {"envelope": _members(_reversed)},
    ),
    ("more-at-the-top", "top", "More members stand beside ResponseStatus.", {"envelope": _top}),
    (
        "field-name-promised-only",
        "field-names",
        "FieldName is given only where it is promised.",
        {"field_names": _promised_only},
    ),
    ("no-names-of-not-found", "field-names", "What is not found is named by no FieldName.", {"refusal": _hidden}),
    ("group-blank", "group", "A blank stands between the names of a group.", {"field_names": _joined(" ")}),
    ("group-together", "group", "Nothing stands between the names of a group.", {"field_names": _joined("")}),
    ("group-bars", "group", "A bar and blanks stand between the names of a group.", {"field_names": _joined(" | ")}),
    ("place-joined", "place", "The filters that are nowhere stand in one FieldName.", {"field_names": _place_joined}),
    (
        "place-in-country",
        "place",
        "The country is named with the filters that are nowhere in it.",
        {"field_names": _place_in_country},
    ),
    ("place-first", "place", "Only the first filter that is nowhere is named.", {"field_names": _place_first}),
    ("ambiguous-400", "status", "Where 400 and 403 are right, 400 comes.", {"status_of": _status(400)}),
    (
        "own-codes",
        "own-codes",
        "The codes of 401, 500, unknown paths and unreadable bodies are others.",
        {"envelope": _members(_own_codes)},
    ),
    ("german", "message", "Messages are in German.", {"message_of": _german}),
    ("terse", "message", "Messages hold the names and nothing else.", {"message_of": _terse}),
    ("brackets", "message", "Messages have the names in brackets.", {"message_of": _digits_grouped}),
    (
        "no-charset",
        "media-type",
        "The media type has no charset.",
        {"media_type": _media("application/json", "application/json")},
    ),
    (
        "problem-json",
        "media-type",
        "Refusals are application/problem+json.",
        {"media_type": _media("application/problem+json", "application/json")},
    ),
    (
        "vendor-json",
        "media-type",
        "The media type is a vendor's, in capitals.",
        {"media_type": _media("Application/Vnd.Example.V2+JSON;Charset=UTF-8", "application/vnd.example.v2+json")},
    ),
    (
        "indented",
        "print",
        "JSON is indented, and not in ASCII alone.",
        {"render": _printed(indent=2, ensure_ascii=False)},
    ),
    (
        "bare-lists",
        "lists",
        "Lists are arrays without an object around them.",
        {"listing": _bare_list, "calls_of": _bare_calls},
    ),
    ("no-content", "delete", "A deletion is answered with 204.", {"respond": _no_content}),
    ("created", "created", "A POST is answered with 201.", {"respond": _created}),
    ("wrapped-created", "wrapped", "A new address comes in an object.", {"add_address": _wrapped("Address")}),
    (
        "wrapped-single",
        "wrapped",
        "An address and a number come in an object.",
        {
            "add_address": _wrapped("Address"),
            "get_address": _wrapped("Address"),
            "get_number": _wrapped("Number"),
            "configure_number": _wrapped("Number"),
            "get_call": _wrapped("Call"),
        },
    ),
    (
        "bare-message",
        "message-object",
        "A message comes without an object around it.",
        {"send_message": _unwrapped, "get_message": _unwrapped},
    ),
    ("uuid", "ids", "New addresses have UUIDs.", {"new_address": _other_ids}),
    ("numbered", "ids", "New addresses have numbered ids.", {"new_address": _numbered}),
    ("unknown-403", "unknown", "An unknown path is FORBIDDEN.", {"unknown_operation": _unknown_403}),
    (
        "unknown-401",
        "unknown",
        "An unknown path without credentials is answered with 401.",
        {"unknown_operation": _unknown_401},
    ),
    ("headers", "headers", "Answers have more headers.", {"respond": _headers}),
)

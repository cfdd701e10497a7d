"""The operations of the reference target and their parameters, as tables.

Nothing here decides anything: the decisions are methods (see `conformance.reference.app`) and only look things up here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

PATH, QUERY, BODY = "path", "query", "body"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `kind` names the way its value is accepted: see `Values.accept`."""

    name: str
    place: str
    kind: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `one_of` names the parameters of which at least one must be given."""

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    one_of: tuple[str, ...] = ()
    segments: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "segments", tuple(self.path[1:].split("/")))

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def has_body(self) -> bool:
        return any(parameter.place == BODY for parameter in self.parameters)


def _path(name: str, kind: str = "sid") -> Parameter:
    return Parameter(name, PATH, kind, required=True)


def _query(kind: str, *names: str, required: bool = False) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, QUERY, kind, required) for name in names)


def _body(kind: str, *names: str, required: bool = False) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, BODY, kind, required) for name in names)


ATTRIBUTION: Final = ("Attribution_Source", "Attribution_Medium", "Attribution_Campaign", "Attribution_Content")
GEOGRAPHY: Final = ("Region", "City", "PostalCode")
CAPABILITIES: Final = ("Capabilites", "Capabilities")  # the documents spell the first; both are taken

_ACCOUNT, _PROPERTY, _ADDRESS = _path("AccountSid"), _path("PropertySid"), _path("AddressSid")
_NUMBER, _CALL, _MESSAGE = _path("Number", "number-in-path"), _path("CallSid"), _path("MessageSid")
_PAGE = _query("integer", "Results_Count", "Results_Skip")
_NUMBER_FILTERS = _query("words", "Type", *CAPABILITIES) + _PAGE
_CALL_FILTERS = (
    _query("integer", "Date_From", "Date_To")
    + _query("text", "Token")
    + _query("words", "Disposition")
    + _query("texts", "To", "Endpoint", *ATTRIBUTION)
    + _query("text", "Prompts_keys")
    + _query("word", "Unique")
    + _PAGE
)
_CONFIGURATION = (
    _body("text", "Friendly")
    + _body("sid", "AddressSid")
    + _body("text", *ATTRIBUTION)
    + _body("word", "RoutingMethod")
    + _body("number", "EndpointNumber")
    + _body("sid", "Flow")
    + _body("word", "Recording")
    + _body("text", "SendSmsFrom")
    + _body("number", "SendSmsTo")
    + _body("text", "SendEmailFrom", "SendEmailTo")
)
CONFIGURABLE: Final = tuple(parameter.name for parameter in _CONFIGURATION)
MESSAGE_PARAMETERS: Final = (
    _body("sender", "From")
    + _body("number", "To", required=True)
    + _body("text", "Text", required=True)
    + _body("integer", "Schedule")
    + _body("boolean", "DeliveryReceipt")
    + _body("text", "DeliveryReceiptWebhookUri", "WebhookUri", "ExternalId")
    + _body("word", "DeliveryReceiptWebhookMethod", "WebhookMethod")
    + _body("number", "ForwardToSms")
    + _body("text", "ForwardFromSms", "ForwardToEmail", "ForwardFromEmail")
)

OPERATIONS: Final = (
    Operation("getNumber", "GET", "/v2/Numbers/{Number}", (_NUMBER,)),
    Operation("configureNumber", "POST", "/v2/Numbers/{Number}", (_NUMBER, *_CONFIGURATION), CONFIGURABLE),
    Operation("listPropertyNumbers", "GET", "/v2/Properties/{PropertySid}/Numbers", (_PROPERTY, *_NUMBER_FILTERS)),
    Operation("listAccountNumbers", "GET", "/v2/Accounts/{AccountSid}/Numbers", (_ACCOUNT, *_NUMBER_FILTERS)),
    Operation(
        "purchaseNumber",
        "POST",
        "/v2/Properties/{PropertySid}/Numbers",
        (_PROPERTY, *_body("number", "Number", required=True), *_body("sid", "AddressSid")),
    ),
    Operation(
        "findAvailableNumbers",
        "GET",
        "/v2/AvailableNumbers",
        (*_query("country", "CountryCode", required=True), *_query("text", *GEOGRAPHY), *_NUMBER_FILTERS),
    ),
    Operation(
        "listAddresses",
        "GET",
        "/v2/Accounts/{AccountSid}/Addresses",
        (
            _ACCOUNT,
            *_query("text", "Friendly", "Reference", "City", "Region"),
            *_query("country", "CountryCode"),
            *_query("text", "PostalCode"),
            *_PAGE,
        ),
    ),
    Operation(
        "addAddress",
        "POST",
        "/v2/Accounts/{AccountSid}/Addresses",
        (
            _ACCOUNT,
            *_body("text", "Friendly", "Reference"),
            *_body("text", "Line1", required=True),
            *_body("text", "Line2"),
            *_body("text", "City", required=True),
            *_body("text", "Region"),
            *_body("country", "CountryCode", required=True),
            *_body("text", "PostalCode"),
        ),
    ),
    Operation("getAddress", "GET", "/v2/Addresses/{AddressSid}", (_ADDRESS,)),
    Operation("deleteAddress", "DELETE", "/v2/Addresses/{AddressSid}", (_ADDRESS,)),
    Operation("getCall", "GET", "/v2/Calls/{CallSid}", (_CALL,)),
    Operation("listPropertyCalls", "GET", "/v2/Properties/{PropertySid}/Calls", (_PROPERTY, *_CALL_FILTERS)),
    Operation("listAccountCalls", "GET", "/v2/Accounts/{AccountSid}/Calls", (_ACCOUNT, *_CALL_FILTERS)),
    Operation("listFlows", "GET", "/v2/Properties/{PropertySid}/Flows", (_PROPERTY, *_PAGE)),
    Operation("sendMessage", "POST", "/v2/Properties/{PropertySid}/Messages", (_PROPERTY, *MESSAGE_PARAMETERS)),
    Operation(
        "findMessages",
        "GET",
        "/v2/Properties/{PropertySid}/Messages",
        (
            _PROPERTY,
            *_query("integer", "Date_From", "Date_To", required=True),
            *_query("word", "Status", "Direction"),
            *_PAGE,
        ),
    ),
    Operation("getMessage", "GET", "/v2/Messages/{MessageSid}", (_MESSAGE,)),
    Operation(
        "sendMessageBatch",
        "POST",
        "/v2/Properties/{PropertySid}/BatchMessages",
        (_PROPERTY, *_body("items", "Messages", required=True)),
    ),
)

# The least and the greatest length, in characters. `operation.Parameter` stands for one operation only; the
# geographical filters of findAvailableNumbers have none, for what is no place is LOCATION_NOT_FOUND there.
LIMITS: Final[dict[str, tuple[int, int]]] = {
    "Friendly": (1, 64),
    "Reference": (1, 64),
    "Line1": (3, 100),
    "Line2": (1, 100),
    **{
        f"{operation}.{name}": bounds
        for operation in ("addAddress", "listAddresses")
        for name, bounds in (("City", (2, 60)), ("Region", (2, 40)), ("PostalCode", (3, 12)))
    },
    **dict.fromkeys(ATTRIBUTION, (1, 128)),
    "SendSmsFrom": (1, 20),
    "SendEmailFrom": (3, 254),
    "SendEmailTo": (3, 254),
    "From": (1, 11),  # a sender id; a value that begins with + is a number instead
    "Text": (1, 1600),
    "ExternalId": (1, 64),
}

# What an enumeration may say, and the code that refuses anything else.
_NUMBER_CAPABILITY = (("Voice", "SMS", "MMS"), "UNKNOWN_CAPABILITY")
_WEBHOOK_METHOD = (("Post", "Get"), "PARAMETER_INVALID")
VOCABULARIES: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "Type": (("Local", "Toll-Free", "Shared-Rate", "National"), "UNKNOWN_NUMBERTYPE"),
    "Capabilites": _NUMBER_CAPABILITY,
    "Capabilities": _NUMBER_CAPABILITY,
    "RoutingMethod": (("Endpoint", "Flow"), "UNKNOWN_ROUTING_METHOD"),
    "Recording": (("Off", "Call"), "UNKNOWN_RECORDING_OPTION"),
    "Disposition": (("Answered", "IVR", "Busy", "NoAnswer", "Failed"), "UNKNOWN_DISPOSITION"),
    "Status": (("Processing", "Submitted", "Delivered", "Failed", "Received"), "PARAMETER_INVALID"),
    "Direction": (("Transmit", "Receive"), "PARAMETER_INVALID"),
    "Unique": (("All",), "PARAMETER_INVALID"),
    "DeliveryReceiptWebhookMethod": _WEBHOOK_METHOD,
    "WebhookMethod": _WEBHOOK_METHOD,
}


def by_path(segments: list[str]) -> Iterator[tuple[Operation, dict[str, str]]]:
    """The operations whose path has these segments, with the values of their path parameters."""
    for operation in OPERATIONS:
        if len(operation.segments) != len(segments):
            continue
        values: dict[str, str] = {}
        for pattern, segment in zip(operation.segments, segments, strict=True):
            if pattern[0] == "{" and segment:
                values[pattern[1:-1]] = segment
            elif pattern != segment:
                break
        else:
            yield operation, values

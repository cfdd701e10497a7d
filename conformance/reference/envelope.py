"""Answers: the codes and their statuses, the ResponseStatus envelope, and the JSON on the wire.

The errors page pairs no code with a status. 400 is its status for missing or invalid data, and 404 is not among the four;
so all that is not found is 400, and what is not permitted or would create an invalid state is 403.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

STATUSES: Final[dict[str, int]] = {
    "ADDRESS_CANNOT_BE_DELETED": 403,
    "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY": 403,
    "COUNTRY_UNAVAILABLE": 403,
    "FORBIDDEN": 403,
    "PARAMETER_REQUIRED": 400,
    "PARAMETER_INVALID": 400,
    "PARAMETER_TOO_SHORT": 400,
    "PARAMETER_TOO_LONG": 400,
    "ONE_OF_SEVERAL_PARAMETERS_REQUIRED": 400,
    "ADDRESS_NOT_FOUND": 400,
    "NUMBER_NOT_FOUND": 400,
    "LOCATION_NOT_FOUND": 400,
    "COUNTRY_NOT_FOUND": 400,
    "PROPERTY_NOT_FOUND": 400,
    "ACCOUNT_NOT_FOUND": 400,
    "CALL_NOT_FOUND": 400,
    "UNKNOWN_ROUTING_METHOD": 400,
    "UNKNOWN_RECORDING_OPTION": 400,
    "UNKNOWN_CAPABILITY": 400,
    "UNKNOWN_DISPOSITION": 400,
    "UNKNOWN_NUMBERTYPE": 400,
    "INVALID_PHONENUMBER_FORMAT": 400,
    "INVALID_COUNTRYCODE_FORMAT": 400,
}
# The page gives no code for these; the names are this target's own.
OWN_STATUSES: Final[dict[str, int]] = {
    "UNAUTHORIZED": 401,
    "UNKNOWN_OPERATION": 400,
    "UNREADABLE_REQUEST": 400,
    "INTERNAL_SERVER_ERROR": 500,
}

_MESSAGES: Final[dict[str, str]] = {
    "ADDRESS_CANNOT_BE_DELETED": "This address is linked to a number and cannot be deleted ({names}).",
    "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY": "This number belongs to another property ({names}).",
    "COUNTRY_UNAVAILABLE": "Numbers and addresses in this country are not available ({names}).",
    "FORBIDDEN": "You do not have the permission to do this ({names}).",
    "PARAMETER_REQUIRED": "Please give the parameter {names}.",
    "PARAMETER_INVALID": "The value of {names} cannot be used.",
    "PARAMETER_TOO_SHORT": "The value of {names} is too short.",
    "PARAMETER_TOO_LONG": "The value of {names} is too long.",
    "ONE_OF_SEVERAL_PARAMETERS_REQUIRED": "Please give at least one of these parameters: {names}.",
    "ADDRESS_NOT_FOUND": "There is no such address ({names}).",
    "NUMBER_NOT_FOUND": "There is no such phone number ({names}).",
    "LOCATION_NOT_FOUND": "We know no place that fits {names}.",
    "COUNTRY_NOT_FOUND": "There is no such country ({names}).",
    "PROPERTY_NOT_FOUND": "There is no such property ({names}).",
    "ACCOUNT_NOT_FOUND": "There is no such account ({names}).",
    "CALL_NOT_FOUND": "There is no such call ({names}).",
    "UNKNOWN_ROUTING_METHOD": "We do not know this routing method ({names}).",
    "UNKNOWN_RECORDING_OPTION": "We do not know this recording option ({names}).",
    "UNKNOWN_CAPABILITY": "We do not know this capability of a number ({names}).",
    "UNKNOWN_DISPOSITION": "We do not know this disposition of a call ({names}).",
    "UNKNOWN_NUMBERTYPE": "We do not know this type of number ({names}).",
    "INVALID_PHONENUMBER_FORMAT": "Please write {names} as an E.164 phone number.",
    "INVALID_COUNTRYCODE_FORMAT": "Please write {names} as a country code of two letters.",
    "UNAUTHORIZED": "Please send your AccountSid and a token of that account.",
    "UNKNOWN_OPERATION": "There is no such operation.",
    "UNREADABLE_REQUEST": "The body of the request must be one JSON object in UTF-8.",
    "INTERNAL_SERVER_ERROR": "Something went wrong on our side. Please try again later.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the client. Content-Length is left to the server, but for the answer to HEAD."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a request: a code, the parameters concerned, and more words for the message."""

    code: str
    parameters: tuple[str, ...] = ()
    detail: str = ""


class Refusal(Exception):
    """Ends a request with a fault."""

    def __init__(self, operation: str, fault: Fault) -> None:
        super().__init__(fault.code)
        self.operation = operation
        self.fault = fault


class Envelopes:
    """How an answer is put into words and bytes. `operation` is an operationId, or "" where none was recognised."""

    def refusal(self, operation: str, code: str, *parameters: str, detail: str = "") -> Refusal:
        """Every fault that is found passes here."""
        return Refusal(operation, Fault(code, parameters, detail))

    def status_of(self, operation: str, code: str) -> int:
        return STATUSES.get(code) or OWN_STATUSES[code]

    def message_of(self, operation: str, fault: Fault) -> str:
        message = _MESSAGES[fault.code].format(names=", ".join(fault.parameters))
        # A fault may concern no parameter; then no name is in the sentence.
        message = message.replace(" ()", "")
        return f"{message} {fault.detail}" if fault.detail else message

    def field_names(self, operation: str, fault: Fault) -> tuple[str, ...]:
        """The FieldName of each Error."""
        if fault.code == "ONE_OF_SEVERAL_PARAMETERS_REQUIRED":
            return (",".join(fault.parameters),)
        return fault.parameters

    def errors_of(self, operation: str, fault: Fault) -> list[dict[str, Any]]:
        return [{"FieldName": name} for name in self.field_names(operation, fault)]

    def envelope(self, operation: str, fault: Fault) -> Any:
        return {
            "ResponseStatus": {
                "ErrorCode": fault.code,
                "Message": self.message_of(operation, fault),
                "Errors": self.errors_of(operation, fault),
            }
        }

    def challenge(self, operation: str) -> str | None:
        """The WWW-Authenticate of a 401."""
        return 'Basic realm="reference", charset="UTF-8"'

    def media_type(self, operation: str, status: int) -> str:
        return "application/json; charset=utf-8"

    def render(self, operation: str, status: int, document: Any) -> bytes:
        return json.dumps(document, separators=(",", ":")).encode()

    def refuse(self, operation: str, fault: Fault) -> Answer:
        """The answer to a request that has a fault."""
        status = self.status_of(operation, fault.code)
        headers = [("Content-Type", self.media_type(operation, status))]
        challenge = self.challenge(operation) if status == 401 else None
        if challenge is not None:
            headers.append(("WWW-Authenticate", challenge))
        return Answer(status, tuple(headers), self.render(operation, status, self.envelope(operation, fault)))

    def succeed(self, operation: str, document: Any) -> Answer:
        """The answer to a request that has none."""
        return Answer(200, (("Content-Type", self.media_type(operation, 200)),), self.render(operation, 200, document))

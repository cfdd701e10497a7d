"""What the errors page says of its codes, as far as the liars need it. Written from the page, not from the rules."""

from __future__ import annotations

from typing import Final

#: Each code, the statuses that are right for it, and another code that its condition does not earn.
CODES: Final[dict[str, tuple[tuple[int, ...], str]]] = {
    "ADDRESS_CANNOT_BE_DELETED": ((403,), "FORBIDDEN"),
    "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY": ((400, 403), "ADDRESS_CANNOT_BE_DELETED"),
    "COUNTRY_UNAVAILABLE": ((400, 403), "COUNTRY_NOT_FOUND"),
    "FORBIDDEN": ((403,), "ADDRESS_CANNOT_BE_DELETED"),
    "PARAMETER_REQUIRED": ((400,), "PARAMETER_TOO_SHORT"),
    "PARAMETER_INVALID": ((400,), "PARAMETER_TOO_LONG"),
    "PARAMETER_TOO_SHORT": ((400,), "PARAMETER_TOO_LONG"),
    "PARAMETER_TOO_LONG": ((400,), "PARAMETER_TOO_SHORT"),
    "ONE_OF_SEVERAL_PARAMETERS_REQUIRED": ((400,), "PARAMETER_TOO_SHORT"),
    "ADDRESS_NOT_FOUND": ((400,), "NUMBER_NOT_FOUND"),
    "NUMBER_NOT_FOUND": ((400,), "ADDRESS_NOT_FOUND"),
    "LOCATION_NOT_FOUND": ((400,), "COUNTRY_NOT_FOUND"),
    "COUNTRY_NOT_FOUND": ((400,), "LOCATION_NOT_FOUND"),
    "PROPERTY_NOT_FOUND": ((400,), "ACCOUNT_NOT_FOUND"),
    "ACCOUNT_NOT_FOUND": ((400,), "PROPERTY_NOT_FOUND"),
    "CALL_NOT_FOUND": ((400,), "ADDRESS_NOT_FOUND"),
    "UNKNOWN_ROUTING_METHOD": ((400,), "UNKNOWN_RECORDING_OPTION"),
    "UNKNOWN_RECORDING_OPTION": ((400,), "UNKNOWN_ROUTING_METHOD"),
    "UNKNOWN_CAPABILITY": ((400,), "UNKNOWN_NUMBERTYPE"),
    "UNKNOWN_DISPOSITION": ((400,), "UNKNOWN_CAPABILITY"),
    "UNKNOWN_NUMBERTYPE": ((400,), "UNKNOWN_CAPABILITY"),
    "INVALID_PHONENUMBER_FORMAT": ((400,), "INVALID_COUNTRYCODE_FORMAT"),
    "INVALID_COUNTRYCODE_FORMAT": ((400,), "INVALID_PHONENUMBER_FORMAT"),
}

#: The codes whose FieldName the page promises.
NAMED: Final = frozenset({"PARAMETER_REQUIRED", "PARAMETER_INVALID", "ONE_OF_SEVERAL_PARAMETERS_REQUIRED"})

#: The codes whose FieldName, where it is given, may say anything.
UNNAMED: Final = frozenset({"FORBIDDEN", "COUNTRY_UNAVAILABLE"})


def due(code: str) -> tuple[str, ...]:
    """The requirement on the status of a code, where only one status is right."""
    statuses = CODES[code][0]
    return (f"status.{statuses[0]}",) if len(statuses) == 1 else ()

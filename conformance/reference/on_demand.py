"""Errors on demand: one natural request for each code, and the header X-Reference-Error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from . import world
from .envelope import OWN_STATUSES, STATUSES, Envelopes, Refusal
from .surface import CONFIGURABLE, Operation

_NOWHERE: Final = "NOWHERE" + "0" * 25
_ADDRESSES: Final = f"/v2/Accounts/{world.ACCOUNT}/Addresses"
_NUMBER: Final = f"/v2/Numbers/{world.NUMBER[1:]}"
_NUMBERS: Final = f"/v2/Properties/{world.PROPERTY}/Numbers"
_STREET: Final = {"Line1": "1 Example Street", "City": "Canberra", "CountryCode": "AU"}


@dataclass(frozen=True, slots=True)
class Example:
    """A request of the owner that earns a code, and the parameters that the answer names."""

    code: str
    method: str
    path: str
    body: Any = None
    parameters: tuple[str, ...] = ()


EXAMPLES: Final = (
    Example("ADDRESS_CANNOT_BE_DELETED", "DELETE", f"/v2/Addresses/{world.LINKED_ADDRESS}", parameters=("AddressSid",)),
    Example(
        "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY",
        "POST",
        _NUMBERS,
        {"Number": world.OTHER_PROPERTY_NUMBER},
        ("Number",),
    ),
    Example("COUNTRY_UNAVAILABLE", "GET", "/v2/AvailableNumbers?CountryCode=IS", parameters=("CountryCode",)),
    Example("FORBIDDEN", "GET", f"/v2/Accounts/{world.FOREIGN_ACCOUNT}/Numbers", parameters=("AccountSid",)),
    Example(
        "PARAMETER_REQUIRED", "POST", _ADDRESSES, {name: _STREET[name] for name in ("City", "CountryCode")}, ("Line1",)
    ),
    Example("PARAMETER_INVALID", "GET", f"{_NUMBERS}?Results_Count=many", parameters=("Results_Count",)),
    Example("PARAMETER_TOO_SHORT", "POST", _ADDRESSES, {**_STREET, "Line1": "1"}, ("Line1",)),
    Example("PARAMETER_TOO_LONG", "POST", _NUMBER, {"Friendly": "x" * 65}, ("Friendly",)),
    Example("ONE_OF_SEVERAL_PARAMETERS_REQUIRED", "POST", _NUMBER, {}, CONFIGURABLE),
    Example("ADDRESS_NOT_FOUND", "GET", f"/v2/Addresses/{_NOWHERE}", parameters=("AddressSid",)),
    Example("NUMBER_NOT_FOUND", "GET", "/v2/Numbers/61255509999", parameters=("Number",)),
    Example(
        "LOCATION_NOT_FOUND",
        "GET",
        "/v2/AvailableNumbers?CountryCode=AU&Region=ACT&City=Sydney",
        parameters=("Region", "City"),
    ),
    Example("COUNTRY_NOT_FOUND", "GET", "/v2/AvailableNumbers?CountryCode=ZZ", parameters=("CountryCode",)),
    Example("PROPERTY_NOT_FOUND", "GET", f"/v2/Properties/{_NOWHERE}/Flows", parameters=("PropertySid",)),
    Example("ACCOUNT_NOT_FOUND", "GET", f"/v2/Accounts/{_NOWHERE}/Calls", parameters=("AccountSid",)),
    Example("CALL_NOT_FOUND", "GET", f"/v2/Calls/{_NOWHERE}", parameters=("CallSid",)),
    Example("UNKNOWN_ROUTING_METHOD", "POST", _NUMBER, {"RoutingMethod": "Pigeon"}, ("RoutingMethod",)),
    Example("UNKNOWN_RECORDING_OPTION", "POST", _NUMBER, {"Recording": "Always"}, ("Recording",)),
    Example("UNKNOWN_CAPABILITY", "GET", f"{_NUMBERS}?Capabilites=Telex", parameters=("Capabilites",)),
    Example(
        "UNKNOWN_DISPOSITION",
        "GET",
        f"/v2/Properties/{world.PROPERTY}/Calls?Disposition=Asleep",
        parameters=("Disposition",),
    ),
    Example("UNKNOWN_NUMBERTYPE", "GET", f"{_NUMBERS}?Type=Lunar", parameters=("Type",)),
    Example("INVALID_PHONENUMBER_FORMAT", "GET", "/v2/Numbers/0255501001", parameters=("Number",)),
    Example("INVALID_COUNTRYCODE_FORMAT", "POST", _ADDRESSES, {**_STREET, "CountryCode": "A1"}, ("CountryCode",)),
)
_BY_CODE: Final = {example.code: example for example in EXAMPLES}
HEADER: Final = "X-Reference-Error"


class OnDemand(Envelopes):
    def on_demand(self, operation: Operation | None, code: str) -> Refusal:
        """The refusal that the header asks for, with the parameters of the operation where it has such ones."""
        operation_id = operation.id if operation else ""
        if code not in STATUSES and code not in OWN_STATUSES:
            return self.refusal(operation_id, "PARAMETER_INVALID", HEADER)
        example = _BY_CODE.get(code)
        return self.refusal(operation_id, code, *(self.named(operation, example) if example else ()))

    def named(self, operation: Operation | None, example: Example) -> tuple[str, ...]:
        """What the answer names: as in the example, but a parameter that is required here where one is missing."""
        if example.code == "PARAMETER_REQUIRED" and operation:
            required = [parameter.name for parameter in operation.parameters if parameter.required]
            return tuple(required[-1:]) or example.parameters
        return example.parameters

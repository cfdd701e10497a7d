"""Things: does what a request names exist, and may the credentials use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .surface import Operation
from .values import Values
from .world import ACCOUNT, DAMAGED_CALL, FOREIGN_ACCOUNT, Credential, Record, World

MOST_RESULTS: Final = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One request whose parameters are all in order: the operation, who asks, and what was given."""

    operation: Operation
    credential: Credential
    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        return self.operation.id


class Access(Values):
    """What exists, and for whom.

    An account or a property of somebody else is FORBIDDEN. Their addresses, numbers, calls and messages are not found.
    """

    world: World

    def account_exists(self, operation: str, account: str) -> bool:
        return account in (ACCOUNT, FOREIGN_ACCOUNT)

    def may_use_account(self, operation: str, credential: Credential, account: str) -> bool:
        return account == credential.account

    def find_account(self, operation: str, credential: Credential, account: str) -> str:
        if not self.account_exists(operation, account):
            raise self.refusal(operation, "ACCOUNT_NOT_FOUND", "AccountSid")
        if not self.may_use_account(operation, credential, account):
            raise self.refusal(operation, "FORBIDDEN", "AccountSid")
        return account

    def property_exists(self, operation: str, property_: str) -> bool:
        return property_ in self.world.properties

    def may_use_property(self, operation: str, credential: Credential, property_: str) -> bool:
        return self.world.properties.get(property_) == credential.account

    def find_property(self, operation: str, credential: Credential, property_: str) -> str:
        if not self.property_exists(operation, property_):
            raise self.refusal(operation, "PROPERTY_NOT_FOUND", "PropertySid")
        if not self.may_use_property(operation, credential, property_):
            raise self.refusal(operation, "FORBIDDEN", "PropertySid")
        return property_

    def sees(self, operation: str, credential: Credential, thing: str, record: Record) -> bool:
        """Whether a record is one of the asking account. `thing` is Address, Number, Call or Message."""
        return bool(record["AccountSid"] == credential.account)

    def find_address(self, operation: str, credential: Credential, address: str) -> Record:
        record = self.world.addresses.get(address)
        if record is None or not self.sees(operation, credential, "Address", record):
            raise self.refusal(operation, "ADDRESS_NOT_FOUND", "AddressSid")
        return record

    def find_number(self, operation: str, credential: Credential, parameter: str, number: str) -> Record:
        record = self.world.numbers.get(number)
        if record is None or not self.sees(operation, credential, "Number", record):
            raise self.refusal(operation, "NUMBER_NOT_FOUND", parameter)
        return record

    def belongs(self, operation: str, parameter: str, number: Record, property_: str) -> bool:
        """Whether a number is one of the property that the request names."""
        return bool(number["PropertySid"] == property_)

    def is_damaged(self, operation: str, call: str) -> bool:
        return call == DAMAGED_CALL

    def find_call(self, operation: str, credential: Credential, call: str) -> Record:
        if self.is_damaged(operation, call):
            raise self.refusal(operation, "INTERNAL_SERVER_ERROR")
        record = self.world.calls.get(call)
        if record is None or not self.sees(operation, credential, "Call", record):
            raise self.refusal(operation, "CALL_NOT_FOUND", "CallSid")
        return record

    def find_message(self, operation: str, credential: Credential, message: str) -> Record:
        """None of the documented codes says that a message is not found; PARAMETER_INVALID comes nearest."""
        record = self.world.messages.get(message)
        if record is None or not self.sees(operation, credential, "Message", record):
            raise self.refusal(operation, "PARAMETER_INVALID", "MessageSid")
        return record

    def find_flow(self, operation: str, property_: str, flow: str) -> Record:
        """None of the documented codes says that a flow is not found; PARAMETER_INVALID comes nearest."""
        record = self.world.flows.get(flow)
        if record is None or record["PropertySid"] != property_:
            raise self.refusal(operation, "PARAMETER_INVALID", "Flow")
        return record

    # Lists

    def selects(self, operation: str, parameter: str, value: Any, record: Record) -> bool:
        """Whether a record passes one filter. The value of a list filter is a list."""
        match parameter:
            case "Type" | "Disposition" | "To" | "Endpoint":
                return not value or record.get(parameter) in value
            case "Capabilites" | "Capabilities":
                return set(value) <= set(record["Capabilities"].split(","))
            case "Attribution_Source" | "Attribution_Medium" | "Attribution_Campaign" | "Attribution_Content":
                return not value or record.get(parameter) in value
            case "Unique":
                return True
            case _:
                return bool(record.get(parameter) == value)

    def most_results(self, operation: str, asked: int | None) -> int:
        """How many records one answer holds: never more than 200."""
        return MOST_RESULTS if asked is None else min(asked, MOST_RESULTS)

    def listing(
        self,
        call: Call,
        name: str,
        records: Iterable[Record],
        filters: Iterable[str],
        fits: Callable[[Record], bool] | None = None,
    ) -> dict[str, Any]:
        """One page of the records that pass every filter that was given."""
        asked = [(name_, call.values[name_]) for name_ in filters if name_ in call.values]
        found = [
            record
            for record in records
            if (fits is None or fits(record)) and all(self.selects(call.id, *pair, record) for pair in asked)
        ]
        skip = call.values.get("Results_Skip", 0)
        end = skip + self.most_results(call.id, call.values.get("Results_Count"))
        page: dict[str, Any] = {name: found[skip:end], "TotalCount": len(found)}
        if end < len(found):
            page["NextPageToken"] = str(end)
        return page

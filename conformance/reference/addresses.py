"""The four operations on addresses."""

from __future__ import annotations

from typing import Any, Final

from .access import Access, Call
from .world import Credential, Record

_MEMBERS: Final = ("Friendly", "Reference", "Line1", "Line2", "City", "Region", "CountryCode", "PostalCode")
_FILTERS: Final = ("Friendly", "Reference", "City", "Region", "CountryCode", "PostalCode")


class Addresses(Access):
    def list_addresses(self, call: Call) -> Any:
        account = self.find_account(call.id, call.credential, call.values["AccountSid"])
        return self.listing(
            call, "Addresses", self.world.addresses.values(), _FILTERS, lambda record: record["AccountSid"] == account
        )

    def get_address(self, call: Call) -> Any:
        return self.find_address(call.id, call.credential, call.values["AddressSid"])

    def add_address(self, call: Call) -> Any:
        account = self.find_account(call.id, call.credential, call.values["AccountSid"])
        address = self.new_address(call, account)
        self.world.addresses[address["AddressSid"]] = address
        return address

    def new_address(self, call: Call, account: str) -> Record:
        return {
            "AddressSid": self.world.new_sid("D"),
            "AccountSid": account,
            **{name: call.values.get(name) for name in _MEMBERS},
            "Status": "Active",
        }

    def delete_address(self, call: Call) -> Any:
        address = self.find_address(call.id, call.credential, call.values["AddressSid"])
        if not self.may_delete(call.id, call.credential, address):
            raise self.refusal(call.id, "ADDRESS_CANNOT_BE_DELETED", "AddressSid")
        self.remove_address(call.id, address)
        return {"AddressSid": address["AddressSid"]}

    def may_delete(self, operation: str, credential: Credential, address: Record) -> bool:
        """An address that a number is linked to must stay."""
        return not any(number["AddressSid"] == address["AddressSid"] for number in self.world.numbers.values())

    def remove_address(self, operation: str, address: Record) -> None:
        del self.world.addresses[address["AddressSid"]]

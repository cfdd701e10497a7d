"""The six operations on phone numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .access import Access, Call
from .stock import PLACES
from .surface import CAPABILITIES, CONFIGURABLE, GEOGRAPHY
from .world import Credential, Record

_FILTERS = ("Type", *CAPABILITIES)


class Numbers(Access):
    def get_number(self, call: Call) -> Any:
        return self.find_number(call.id, call.credential, "Number", call.values["Number"])

    def list_property_numbers(self, call: Call) -> Any:
        property_ = self.find_property(call.id, call.credential, call.values["PropertySid"])
        return self.listing(
            call, "Numbers", self.world.numbers.values(), _FILTERS, lambda record: record["PropertySid"] == property_
        )

    def list_account_numbers(self, call: Call) -> Any:
        account = self.find_account(call.id, call.credential, call.values["AccountSid"])
        return self.listing(
            call, "Numbers", self.world.numbers.values(), _FILTERS, lambda record: record["AccountSid"] == account
        )

    # Configure

    def configure_number(self, call: Call) -> Any:
        number = self.find_number(call.id, call.credential, "Number", call.values["Number"])
        changes = {name: call.values[name] for name in CONFIGURABLE if name in call.values}
        if "AddressSid" in changes:
            self.find_address(call.id, call.credential, changes["AddressSid"])
        if "Flow" in changes:
            self.find_flow(call.id, number["PropertySid"], changes["Flow"])
        lacking = self.lacking_destination(call.id, number, changes)
        if lacking is not None:
            raise self.refusal(call.id, "PARAMETER_REQUIRED", lacking)
        configured = self.apply_configuration(call.id, number, changes)
        self.world.numbers[number["Number"]] = configured
        return configured

    def lacking_destination(self, operation: str, number: Record, changes: Mapping[str, Any]) -> str | None:
        """The parameter that a new routing method needs, where neither the request nor the number has it."""
        method = changes.get("RoutingMethod")
        if method is None:
            return None
        needed = "Flow" if method == "Flow" else "EndpointNumber"
        return None if changes.get(needed) or number[needed] else needed

    def apply_configuration(self, operation: str, number: Record, changes: Mapping[str, Any]) -> Record:
        return {**number, **changes}

    # Purchase

    def purchase_number(self, call: Call) -> Any:
        property_ = self.find_property(call.id, call.credential, call.values["PropertySid"])
        offer = self.find_offer(call.id, call.credential, property_, call.values["Number"])
        if "AddressSid" in call.values:
            address: str | None = self.find_address(call.id, call.credential, call.values["AddressSid"])["AddressSid"]
        else:
            address = self.suitable_address(call.id, call.credential, offer)
        number = self.apply_purchase(call.id, call.credential, property_, offer, address)
        return {name: number[name] for name in ("Number", "Status", "AccountSid", "PropertySid", "AddressSid")}

    def find_offer(self, operation: str, credential: Credential, property_: str, number: str) -> Record:
        """The available number that is to be bought."""
        owned = self.world.numbers.get(number)
        seen = owned is not None and self.sees(operation, credential, "Number", owned)
        if owned is not None and seen and not self.belongs(operation, "Number", owned, property_):
            raise self.refusal(operation, "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY", "Number")
        offer = self.world.available.get(number)
        if offer is None:
            raise self.refusal(operation, "NUMBER_NOT_FOUND", "Number")
        return offer

    def suitable_address(self, operation: str, credential: Credential, offer: Record) -> str | None:
        """The first address of the account in the country of the number."""
        for sid, address in self.world.addresses.items():
            if address["AccountSid"] == credential.account and address["CountryCode"] == offer["CountryCode"]:
                return sid
        return None

    def apply_purchase(
        self, operation: str, credential: Credential, property_: str, offer: Record, address: str | None
    ) -> Record:
        number = {
            **dict.fromkeys(CONFIGURABLE),
            **offer,
            "AccountSid": credential.account,
            "PropertySid": property_,
            "AddressSid": address,
            "Status": "Active" if address else "Pending",
            "RoutingMethod": "Endpoint",
            "Recording": "Off",
        }
        del self.world.available[offer["Number"]]
        self.world.numbers[offer["Number"]] = number
        return number

    # Find available numbers

    def find_available_numbers(self, call: Call) -> Any:
        country = call.values["CountryCode"]
        places = {name: call.values[name] for name in GEOGRAPHY if name in call.values}
        unresolved = self.unresolved_filters(call.id, country, places)
        if unresolved:
            raise self.refusal(call.id, "LOCATION_NOT_FOUND", *unresolved)

        def fits(record: Record) -> bool:
            return record["CountryCode"] == country and all(
                record.get(name, "").casefold() == value.casefold() for name, value in places.items()
            )

        return self.listing(call, "Numbers", self.world.available.values(), _FILTERS, fits)

    def is_location(self, operation: str, country: str, places: Mapping[str, str]) -> bool:
        """Whether there is a place that has all of these: Region, City, PostalCode."""
        wanted = [(GEOGRAPHY.index(name) + 1, value.casefold()) for name, value in places.items()]
        return any(
            place[0] == country and all(place[index].casefold() == value for index, value in wanted) for place in PLACES
        )

    def unresolved_filters(self, operation: str, country: str, places: Mapping[str, str]) -> tuple[str, ...]:
        """The filters that fit no place: those that fit none by themselves, or else all of them."""
        if not places or self.is_location(operation, country, places):
            return ()
        alone = tuple(name for name in places if not self.is_location(operation, country, {name: places[name]}))
        return alone or tuple(places)

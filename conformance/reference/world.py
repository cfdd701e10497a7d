"""What exists in the reference target: accounts, properties, numbers, addresses, calls, messages, flows.

A record is the JSON object that stands for it on the wire. Records are replaced, never changed, so that a new world
shares them all with the seed and costs next to nothing.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .stock import available_numbers
from .surface import ATTRIBUTION

Record = Mapping[str, Any]


def sid(prefix: str, *words: object) -> str:
    """The id of a thing: 32 characters in A-Z and 2-7, always the same for the same words."""
    digest = hashlib.sha256("/".join(map(str, words)).encode()).digest()
    return prefix + base64.b32encode(digest)[:31].decode()


ACCOUNT: Final = sid("A", "account")
FOREIGN_ACCOUNT: Final = sid("A", "foreign account")
PROPERTY: Final = sid("S", "property")
OTHER_PROPERTY: Final = sid("S", "other property")
FOREIGN_PROPERTY: Final = sid("S", "foreign property")
LINKED_ADDRESS: Final = sid("D", "linked address")
ADDRESS: Final = sid("D", "address")
FOREIGN_ADDRESS: Final = sid("D", "foreign address")
NUMBER: Final = "+61255501001"
OTHER_PROPERTY_NUMBER: Final = "+61255502001"
FOREIGN_NUMBER: Final = "+61255503001"
CALL: Final = sid("C", PROPERTY, 0)
FOREIGN_CALL: Final = sid("C", FOREIGN_PROPERTY, 0)
DAMAGED_CALL: Final = sid("C", "damaged")  # reading it is the one request that makes this target answer 500
MESSAGE: Final = sid("M", PROPERTY, 0)
TOKEN: Final = "reference-owner-token"
LIMITED_TOKEN: Final = "reference-limited-token"
FOREIGN_TOKEN: Final = "reference-foreign-token"
SEED_TIME: Final = 1_750_000_000


@dataclass(frozen=True, slots=True)
class Credential:
    """Who asks: a token of an account. A limited one may read only."""

    account: str
    token: str
    limited: bool = False


CREDENTIALS: Final = (
    Credential(ACCOUNT, TOKEN),
    Credential(ACCOUNT, LIMITED_TOKEN, limited=True),
    Credential(FOREIGN_ACCOUNT, FOREIGN_TOKEN),
)


@dataclass(slots=True)
class World:
    """Everything that a request may read or change. `serial` numbers what is created and never goes back."""

    properties: dict[str, str]
    addresses: dict[str, Record]
    numbers: dict[str, Record]
    available: dict[str, Record]
    calls: dict[str, Record]
    flows: dict[str, Record]
    messages: dict[str, Record]
    serial: int = 0

    def new_sid(self, prefix: str) -> str:
        self.serial += 1
        return sid(prefix, "created", self.serial)

    def copy(self) -> World:
        return World(
            dict(self.properties),
            dict(self.addresses),
            dict(self.numbers),
            dict(self.available),
            dict(self.calls),
            dict(self.flows),
            dict(self.messages),
        )


def new_world() -> World:
    return _seed().copy()


def _address(sid_: str, account: str, friendly: str, line: str, city: str, region: str, code: str, post: str) -> Record:
    return {
        "AddressSid": sid_,
        "AccountSid": account,
        "Friendly": friendly,
        "Reference": f"REF-{sid_[1:7]}",
        "Line1": line,
        "Line2": "Level 1",
        "City": city,
        "Region": region,
        "CountryCode": code,
        "PostalCode": post,
        "Status": "Active",
    }


def _number(number: str, account: str, property_: str, address: str | None, flow: str) -> Record:
    return {
        "Number": number,
        "AccountSid": account,
        "PropertySid": property_,
        "Status": "Active",
        "Type": "Local",
        "Capabilities": "Voice,SMS,MMS",
        "CountryCode": "AU",
        "Region": "ACT",
        "City": "Canberra",
        "Friendly": f"Line {number[-4:]}",
        "AddressSid": address,
        "RoutingMethod": "Endpoint",
        "EndpointNumber": "+61255509001",
        "Flow": flow,
        "Recording": "Off",
        "SendSmsFrom": "Reception",
        "SendSmsTo": "+61455509002",
        "SendEmailFrom": "phone@example.com",
        "SendEmailTo": "desk@example.com",
        **dict(zip(ATTRIBUTION, ("web", "cpc", "spring", "banner"), strict=True)),
    }


def _call(index: int, account: str, property_: str, to: str) -> Record:
    return {
        "CallSid": sid("C", property_, index),
        "AccountSid": account,
        "PropertySid": property_,
        "From": f"+6145550{8000 + index}",
        "To": to,
        "Endpoint": "+61255509001",
        "Disposition": ("Answered", "IVR", "Busy", "NoAnswer", "Failed")[index % 5],
        "DateStart": SEED_TIME + 60 * index,
        "Duration": 30 + index,
        "Prompts_keys": "1,2",
        **dict(zip(ATTRIBUTION, ("web", "cpc", "spring", "banner"), strict=True)),
    }


def _message(index: int, account: str, property_: str, number: str) -> Record:
    receive = index % 3 == 2
    mobile = f"+6145550{7000 + index}"
    return {
        "MessageSid": sid("M", property_, index),
        "AccountSid": account,
        "PropertySid": property_,
        "From": mobile if receive else number,
        "To": number if receive else mobile,
        "Text": f"Message {index}",
        "DeliveryReceipt": False,
        "NumSegments": 1,
        "Status": "Received" if receive else "Delivered",
        "Direction": "Receive" if receive else "Transmit",
        "Created": SEED_TIME + 60 * index,
    }


def _flow(index: int, property_: str) -> Record:
    return {
        "PropertySid": property_,
        "ConfigId": sid("F", property_, index),
        "Revision": "1",
        "Name": ("Reception", "After hours")[index],
        "Type": "IVR",
        "LastUpdated": SEED_TIME,
    }


@functools.cache
def _seed() -> World:
    properties = {PROPERTY: ACCOUNT, OTHER_PROPERTY: ACCOUNT, FOREIGN_PROPERTY: FOREIGN_ACCOUNT}
    lines = {PROPERTY: ("+6125550100", 8), OTHER_PROPERTY: ("+6125550200", 4), FOREIGN_PROPERTY: ("+6125550300", 2)}
    addresses = [
        _address(LINKED_ADDRESS, ACCOUNT, "Head office", "1 Constitution Avenue", "Canberra", "ACT", "AU", "2601"),
        _address(ADDRESS, ACCOUNT, "Warehouse", "20 George Street", "Sydney", "NSW", "AU", "2000"),
        _address(sid("D", "third"), ACCOUNT, "Branch", "3 Queen Street", "Auckland", "AUK", "NZ", "1010"),
        _address(FOREIGN_ADDRESS, FOREIGN_ACCOUNT, "Elsewhere", "4 Collins Street", "Melbourne", "VIC", "AU", "3000"),
    ]
    numbers, calls, messages, flows = [], [], [], []
    for property_, account in properties.items():
        prefix, count = lines[property_]
        flows += [_flow(index, property_) for index in range(2)]
        home = LINKED_ADDRESS if account == ACCOUNT else FOREIGN_ADDRESS
        for index in range(1, count + 1):
            # The last number of each property is linked to no address.
            linked = home if index < count else None
            numbers.append(_number(f"{prefix}{index}", account, property_, linked, sid("F", property_, 0)))
        calls += [_call(index, account, property_, f"{prefix}1") for index in range(12)]
        messages += [_message(index, account, property_, f"{prefix}1") for index in range(9)]
    return World(
        properties,
        {record["AddressSid"]: record for record in addresses},
        {record["Number"]: record for record in numbers},
        available_numbers(),
        {record["CallSid"]: record for record in calls},
        {record["ConfigId"]: record for record in flows},
        {record["MessageSid"]: record for record in messages},
    )

"""The eighteen operations. Each reads its parameters first, then finds what the path names, then asks for permission."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .reading import Fault, Reader, Refusal, refuse
from .world import Line, Property, User, World, flows_of, plain

KINDS = ("Local", "Toll-Free", "Shared-Rate", "National")
ABILITIES = ("Voice", "SMS", "MMS")
ENDINGS = ("Answered", "IVR", "Busy", "NoAnswer", "Failed")
LABELS = ("Attribution_Source", "Attribution_Medium", "Attribution_Campaign", "Attribution_Content")
SETTINGS = (
    "Friendly", "AddressSid", *LABELS, "RoutingMethod", "EndpointNumber", "Flow", "Recording",
    "SendSmsFrom", "SendSmsTo", "SendEmailFrom", "SendEmailTo",
)  # fmt: skip
SHOWN = ("Friendly", "AddressSid")
FORTNIGHT, HOUR = 14 * 86400, 3600


@dataclass(frozen=True)
class Call:
    """One request that was let in: who asks, what the path says, what the parameters say."""

    world: World
    user: User
    path: Mapping[str, str]
    read: Reader

    def account(self) -> str:
        sid = self.path["AccountSid"]
        if sid not in self.world.accounts:
            raise refuse("ACCOUNT_NOT_FOUND", "AccountSid", "We keep no account under this AccountSid.")
        if sid != self.user.account:
            raise refuse("FORBIDDEN", "AccountSid", "This account is not yours to use.")
        return sid

    def property(self) -> Property:
        found = self.world.properties.get(self.path["PropertySid"])
        if found is None:
            raise refuse("PROPERTY_NOT_FOUND", "PropertySid", "We keep no property under this PropertySid.")
        if found.account != self.user.account:
            raise refuse("FORBIDDEN", "PropertySid", "This property is not yours to use.")
        return found

    def address(self, sid: str) -> dict[str, str]:
        found = self.world.addresses.get(sid)
        if found is None or found["AccountSid"] != self.user.account:
            raise refuse("ADDRESS_NOT_FOUND", "AddressSid", "You keep no address under this AddressSid.")
        return found

    def line(self, digits: str, name: str = "Number") -> Line:
        found = self.world.lines.get(digits)
        if found is None or self.world.owner_of(found) != self.user.account:
            raise refuse("NUMBER_NOT_FOUND", name, "You hold no such number.")
        return found

    def permit(self) -> None:
        if not self.user.may_write:
            raise refuse("FORBIDDEN", "", "You may look, and change nothing.")


Answer = object
Operation = Callable[[Call], Answer]


def _show(line: Line) -> dict[str, str]:
    return {name: line.settings[name] for name in SHOWN if name in line.settings} | {
        "PropertySid": line.property_sid, "Number": line.digits
    }  # fmt: skip


def get_number(call: Call) -> Answer:
    digits = call.read.bare_phone("Number", call.path["Number"])
    call.read.done()
    return _show(call.line(digits))


def configure_number(call: Call) -> Answer:
    read = call.read
    digits = read.bare_phone("Number", call.path["Number"])
    given: dict[str, str | None] = {"Friendly": read.text("Friendly", low=2, high=40)}
    given["AddressSid"] = read.text("AddressSid")
    given |= {name: read.text(name, high=55) for name in LABELS}
    given["RoutingMethod"] = read.choice("RoutingMethod", ("Endpoint", "Flow"), "UNKNOWN_ROUTING_METHOD")
    given["Recording"] = read.choice("Recording", ("Off", "Call"), "UNKNOWN_RECORDING_OPTION")
    given |= {name: read.phone(name) for name in ("EndpointNumber", "SendSmsTo")}
    given |= {name: read.text(name) for name in ("Flow", "SendSmsFrom", "SendEmailFrom", "SendEmailTo")}
    wanted = {name: value for name, value in given.items() if value is not None}
    if not wanted and not any(fault.field in SETTINGS for fault in read.faults):
        text = f"Give one of these at least: {', '.join(SETTINGS)}."
        read.blame("ONE_OF_SEVERAL_PARAMETERS_REQUIRED", "".join(SETTINGS), text)
    read.done()
    line = call.line(digits)
    if "AddressSid" in wanted:
        call.address(wanted["AddressSid"])
    call.permit()
    line.settings.update(wanted)
    return _show(line)


def _list_numbers(call: Call, owned: Callable[[], Callable[[Line], bool]]) -> Answer:
    kinds = call.read.choices("Type", KINDS, "UNKNOWN_NUMBERTYPE")
    abilities = _abilities(call.read)
    page = call.read.page()
    call.read.done()
    mine = owned()
    return [
        _show(line)
        for line in call.world.lines.values()
        if mine(line) and (kinds is None or line.kind in kinds) and line.abilities >= abilities
    ][page]


def _abilities(read: Reader) -> set[str]:
    names = ("Capabilites", "Capabilities")
    found = [read.choices(name, ABILITIES, "UNKNOWN_CAPABILITY") for name in names]
    return set().union(*(words for words in found if words))


def list_property_numbers(call: Call) -> Answer:
    def owned() -> Callable[[Line], bool]:
        sid = call.property().sid
        return lambda line: line.property_sid == sid

    return _list_numbers(call, owned)


def list_account_numbers(call: Call) -> Answer:
    def owned() -> Callable[[Line], bool]:
        account = call.account()
        return lambda line: call.world.owner_of(line) == account

    return _list_numbers(call, owned)


def purchase_number(call: Call) -> Answer:
    digits, address = call.read.phone("Number", required=True), call.read.text("AddressSid")
    call.read.done()
    buyer, world = call.property(), call.world
    assert digits is not None
    held, stocked = world.lines.get(digits), world.stock.get(digits)
    if held is not None and world.owner_of(held) != buyer.account:
        held = None
    if held is not None and held.property_sid != buyer.sid:
        raise refuse("NUMBER_BELONGS_TO_DIFFERENT_PROPERTY", "Number", "Another property of yours holds this number.")
    if held is None and stocked is None:
        raise refuse("NUMBER_NOT_FOUND", "Number", "This number is not on sale.")
    if address is not None:
        call.address(address)
    call.permit()
    if held is None and stocked is not None:
        settings = {"Friendly": f"Line {digits[-4:]}"}
        held = Line(digits, buyer.sid, stocked.kind, stocked.abilities, settings)
        world.lines[digits] = held
        del world.stock[digits]
    assert held is not None
    if address is not None:
        held.settings["AddressSid"] = address
    return {"Status": "Active" if "AddressSid" in held.settings else "Pending", "Number": digits}


def find_available_numbers(call: Call) -> Answer:
    read = call.read
    country = read.country("CountryCode", required=True)
    country_right = country is not None or any(fault.code == "PARAMETER_REQUIRED" for fault in read.faults)
    where = {name: read.text(name) for name in ("Region", "City", "PostalCode")}
    if country_right and any(where.values()) and not call.world.place_known(country, *where.values()):
        named = [name for name, value in where.items() if value]
        read.blame("LOCATION_NOT_FOUND", named[-1], "We know no place where all of these filters meet.")
    kinds, abilities = read.choices("Type", KINDS, "UNKNOWN_NUMBERTYPE"), _abilities(read)
    page = read.page()
    read.done()
    return [
        {"Number": item.digits, "Type": item.kind, "Region": item.place.region, "City": item.place.city}
        for item in call.world.stock.values()
        if item.country == country
        and (where["Region"] is None or _same(where["Region"], item.place.region))
        and (where["City"] is None or _same(where["City"], item.place.city))
        and (where["PostalCode"] is None or where["PostalCode"] in item.place.post_codes)
        and (kinds is None or item.kind in kinds)
        and item.abilities >= abilities
    ][page]


def _same(one: str, other: str) -> bool:
    return plain(one) == plain(other)


def list_addresses(call: Call) -> Answer:
    read = call.read
    asked = {"Friendly": read.text("Friendly", low=2, high=40), "Reference": read.text("Reference", high=24)}
    asked |= {name: read.text(name) for name in ("City", "Region", "PostalCode")}
    asked["CountryCode"] = read.country("CountryCode")
    page = read.page()
    read.done()
    account = call.account()
    rows = [row for row in call.world.addresses.values() if row["AccountSid"] == account]
    rows = [row for row in rows if all(row.get(name) == value for name, value in asked.items() if value is not None)]
    return rows[::-1][page]


def add_address(call: Call) -> Answer:
    read = call.read
    given = {
        "Friendly": read.text("Friendly", low=2, high=40),
        "Reference": read.text("Reference", high=24),
        "Line1": read.text("Line1", required=True, low=3, high=72),
        "Line2": read.text("Line2", high=72),
        "City": read.text("City", required=True, low=2, high=45),
        "Region": read.text("Region", low=2, high=30),
        "CountryCode": read.country("CountryCode", required=True),
        "PostalCode": read.text("PostalCode", low=3, high=9),
    }
    read.done()
    account = call.account()
    call.permit()
    return {"Address": call.world.new_address(account, {k: v for k, v in given.items() if v is not None})}


def get_address(call: Call) -> Answer:
    return call.address(call.path["AddressSid"])


def delete_address(call: Call) -> Answer:
    address = call.address(call.path["AddressSid"])
    call.permit()
    if call.world.linked(address["AddressSid"]):
        text = "A number is still linked to this address."
        raise refuse("ADDRESS_CANNOT_BE_DELETED", "AddressSid", text)
    del call.world.addresses[address["AddressSid"]]
    return None


def get_call(call: Call) -> Answer:
    found = call.world.calls.get(call.path["CallSid"])
    if found is None or call.world.properties[str(found["PropertySid"])].account != call.user.account:
        raise refuse("CALL_NOT_FOUND", "CallSid", "You had no call under this CallSid.")
    return found


def _list_calls(call: Call, owned: Callable[[], set[str]]) -> Answer:
    read = call.read
    start, end = read.whole("Date_From"), read.whole("Date_To")
    asked = {name: read.words(name) for name in ("To", "Endpoint", *LABELS)}
    asked["Disposition"] = read.choices("Disposition", ENDINGS, "UNKNOWN_DISPOSITION")
    read.choice("Unique", ("All",), "PARAMETER_INVALID")
    page = read.page()
    read.done()
    sids = owned()
    rows = [
        row
        for row in call.world.calls.values()
        if row["PropertySid"] in sids
        and (start is None or int(str(row["DateStart"])) >= start)
        and (end is None or int(str(row["DateStart"])) < end)
        and all(row.get(name) in words for name, words in asked.items() if words)
    ]
    return sorted(rows, key=lambda row: int(str(row["DateStart"])))[page]


def list_property_calls(call: Call) -> Answer:
    return _list_calls(call, lambda: {call.property().sid})


def list_account_calls(call: Call) -> Answer:
    def owned() -> set[str]:
        account = call.account()
        return {sid for sid, item in call.world.properties.items() if item.account == account}

    return _list_calls(call, owned)


def list_flows(call: Call) -> Answer:
    page = call.read.page(usual=50)
    call.read.done()
    return flows_of(call.property())[page]


def _message(call: Call, read: Reader, sender: Callable[[], Property]) -> dict[str, object]:
    """Reads one message and sends it, or refuses it."""
    origin = read.sender("From")
    given: dict[str, object] = {"To": read.phone("To", required=True), "Text": read.text("Text", True, high=640)}
    given["ExternalId"] = read.text("ExternalId", high=36)
    given["Scheduled"] = due = read.whole("Schedule")
    given["DeliveryReceipt"] = read.flag("DeliveryReceipt")
    for name in ("DeliveryReceiptWebhookMethod", "WebhookMethod"):
        read.choice(name, ("Post", "Get"), "PARAMETER_INVALID")
    now = time.time()
    if due is not None and not now - HOUR < due <= now + FORTNIGHT:
        read.blame("PARAMETER_INVALID", "Schedule", "Schedule lies too far back, or more than 14 days ahead.")
    read.done()
    owner = sender()
    if origin is not None and origin.startswith("+"):
        if call.line(origin[1:], "From").property_sid != owner.sid:
            text = "The sender's number is held by another property of yours."
            raise refuse("NUMBER_BELONGS_TO_DIFFERENT_PROPERTY", "From", text)
        origin = origin[1:]
    call.permit()
    given["From"] = origin or "SKERRY"
    return call.world.new_message(owner, {name: value for name, value in given.items() if value is not None})


def send_message(call: Call) -> Answer:
    return {"Message": _message(call, call.read, call.property)}


def send_message_batch(call: Call) -> Answer:
    items = call.read.raw("Messages", required=True)
    if items is not None and not isinstance(items, list):
        call.read.blame("PARAMETER_INVALID", "Messages", "Messages is not an array.")
    call.read.done()
    owner = call.property()
    call.permit()
    answers: list[dict[str, object]] = []
    for item in items if isinstance(items, list) else ():
        try:
            read = Reader(item if isinstance(item, dict) else {}, empty_is_missing=False)
            answers.append(_message(call, read, lambda: owner))
        except Refusal as refusal:
            answers.append({"ErrorCode": refusal.faults[0].code, "Message": refusal.faults[0].text})
    return answers


def find_messages(call: Call) -> Answer:
    read = call.read
    start, end = read.whole("Date_From", required=True), read.whole("Date_To", required=True)
    states = ("Processing", "Submitted", "Delivered", "Failed", "Received")
    status = read.choices("Status", states, "UNKNOWN_DISPOSITION")
    direction = read.choices("Direction", ("Transmit", "Receive"), "PARAMETER_INVALID")
    page = read.page()
    read.done()
    owner = call.property()
    assert start is not None and end is not None
    return [
        row
        for row in call.world.messages.values()
        if row["PropertySid"] == owner.sid
        and start <= int(str(row["Created"])) < end
        and (status is None or row["Status"] in status)
        and (direction is None or row["Direction"] in direction)
    ][::-1][page]


def get_message(call: Call) -> Answer:
    found = call.world.messages.get(call.path["MessageSid"])
    if found is None or found["AccountSid"] != call.user.account:
        raise Refusal(Fault("PARAMETER_INVALID", "MessageSid", "MessageSid is none that we gave out."))
    return {"Message": found}


OPERATIONS: tuple[tuple[str, str, Operation], ...] = (
    ("GET", "v2/Numbers/{Number}", get_number),
    ("POST", "v2/Numbers/{Number}", configure_number),
    ("GET", "v2/Properties/{PropertySid}/Numbers", list_property_numbers),
    ("POST", "v2/Properties/{PropertySid}/Numbers", purchase_number),
    ("GET", "v2/Accounts/{AccountSid}/Numbers", list_account_numbers),
    ("GET", "v2/AvailableNumbers", find_available_numbers),
    ("GET", "v2/Accounts/{AccountSid}/Addresses", list_addresses),
    ("POST", "v2/Accounts/{AccountSid}/Addresses", add_address),
    ("GET", "v2/Addresses/{AddressSid}", get_address),
    ("DELETE", "v2/Addresses/{AddressSid}", delete_address),
    ("GET", "v2/Calls/{CallSid}", get_call),
    ("GET", "v2/Properties/{PropertySid}/Calls", list_property_calls),
    ("GET", "v2/Accounts/{AccountSid}/Calls", list_account_calls),
    ("GET", "v2/Properties/{PropertySid}/Flows", list_flows),
    ("POST", "v2/Properties/{PropertySid}/Messages", send_message),
    ("GET", "v2/Properties/{PropertySid}/Messages", find_messages),
    ("GET", "v2/Messages/{MessageSid}", get_message),
    ("POST", "v2/Properties/{PropertySid}/BatchMessages", send_message_batch),
)

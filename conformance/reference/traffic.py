"""The eight operations on calls, flows and messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from .access import Access, Call
from .envelope import Refusal
from .surface import ATTRIBUTION, MESSAGE_PARAMETERS, Operation
from .world import Credential, Record

_CALL_FILTERS: Final = ("Disposition", "To", "Endpoint", *ATTRIBUTION, "Prompts_keys", "Unique")
_TOKEN: Final = re.compile(r"T([0-9]{1,18})")
_BATCH_ITEM: Final = Operation("sendMessageBatch", "POST", "/", MESSAGE_PARAMETERS)


class Traffic(Access):
    # Calls

    def get_call(self, call: Call) -> Any:
        return self.find_call(call.id, call.credential, call.values["CallSid"])

    def list_property_calls(self, call: Call) -> Any:
        property_ = self.find_property(call.id, call.credential, call.values["PropertySid"])
        return self.calls_of(call, "PropertySid", property_)

    def list_account_calls(self, call: Call) -> Any:
        account = self.find_account(call.id, call.credential, call.values["AccountSid"])
        return self.calls_of(call, "AccountSid", account)

    def calls_of(self, call: Call, owner: str, sid: str) -> dict[str, Any]:
        """The calls of an account or property, and a Token that asks for those that come later."""
        start, end = self.period(call)
        page = self.listing(
            call,
            "Calls",
            self.world.calls.values(),
            _CALL_FILTERS,
            lambda record: record[owner] == sid and self.is_within(call.id, start, end, record["DateStart"]),
        )
        return {**page, "Token": f"T{self.now()}"}

    def period(self, call: Call) -> tuple[int, int | None]:
        """From when (inclusive) to when (exclusive). A Token stands in the place of both dates."""
        token = call.values.get("Token")
        if token is None:
            return call.values.get("Date_From", 0), call.values.get("Date_To")
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise self.refusal(call.id, "PARAMETER_INVALID", "Token")
        return int(match[1]), None

    def is_within(self, operation: str, start: int, end: int | None, moment: int) -> bool:
        return start <= moment and (end is None or moment < end)

    # Flows

    def list_flows(self, call: Call) -> Any:
        property_ = self.find_property(call.id, call.credential, call.values["PropertySid"])
        return self.listing(
            call, "Flows", self.world.flows.values(), (), lambda record: record["PropertySid"] == property_
        )

    # Messages

    def get_message(self, call: Call) -> Any:
        return {"Message": self.find_message(call.id, call.credential, call.values["MessageSid"])}

    def find_messages(self, call: Call) -> Any:
        property_ = self.find_property(call.id, call.credential, call.values["PropertySid"])
        start, end = call.values["Date_From"], call.values["Date_To"]
        return self.listing(
            call,
            "Messages",
            self.world.messages.values(),
            ("Status", "Direction"),
            lambda record: (
                record["PropertySid"] == property_ and self.is_within(call.id, start, end, record["Created"])
            ),
        )

    def send_message(self, call: Call) -> Any:
        property_ = self.find_property(call.id, call.credential, call.values["PropertySid"])
        return {"Message": self.send(call.id, call.credential, property_, call.values)}

    def send_message_batch(self, call: Call) -> Any:
        """One element for each message, in order. A faulty message does not keep the others from being sent."""
        property_ = self.find_property(call.id, call.credential, call.values["PropertySid"])
        return [self.send_item(call, property_, item) for item in call.values["Messages"]]

    def send_item(self, call: Call, property_: str, item: Any) -> Any:
        try:
            if not isinstance(item, dict):
                raise self.refusal(call.id, "PARAMETER_INVALID", "Messages")
            values = self.values(_BATCH_ITEM, item)
            return self.send(call.id, call.credential, property_, values)
        except Refusal as refusal:
            return {"ErrorCode": refusal.fault.code, "Message": self.message_of(call.id, refusal.fault)}

    def send(self, operation: str, credential: Credential, property_: str, values: Mapping[str, Any]) -> Record:
        sender = self.sender(operation, credential, property_, values.get("From"))
        message = self.new_message(operation, credential, property_, sender, values)
        self.world.messages[message["MessageSid"]] = message
        return message

    def sender(self, operation: str, credential: Credential, property_: str, value: str | None) -> str:
        """The sender of a message: a sender id, a number of the property, or its first number if none is given."""
        if value is None:
            numbers = self.world.numbers.values()
            return next((record["Number"] for record in numbers if record["PropertySid"] == property_), "")
        if value.startswith("+"):
            number = self.find_number(operation, credential, "From", value)
            if not self.belongs(operation, "From", number, property_):
                raise self.refusal(operation, "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY", "From")
        return value

    def new_message(
        self, operation: str, credential: Credential, property_: str, sender: str, values: Mapping[str, Any]
    ) -> Record:
        optional = {name: values[name] for name in ("ExternalId",) if name in values}
        if "Schedule" in values:
            optional["Scheduled"] = values["Schedule"]
        return {
            "MessageSid": self.world.new_sid("M"),
            "AccountSid": credential.account,
            "PropertySid": property_,
            "From": sender,
            "To": values["To"],
            "Text": values["Text"],
            "DeliveryReceipt": values.get("DeliveryReceipt", True),
            "NumSegments": 1 + len(values["Text"]) // 160,
            "Status": "Processing",
            "Direction": "Transmit",
            "Created": self.now(),
            **optional,
        }

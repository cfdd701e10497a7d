"""Wrong logic: what is accepted has no effect, or not the whole of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.reference.access import Call
from conformance.reference.world import new_world

from .model import Liar, Seam, written

# Where a link is not made, one address may be deleted that must stay, and one must stay that may be deleted.
_UNLINKED = "code.ADDRESS_CANNOT_BE_DELETED control.accepted"


def _undone(*worlds: str) -> Seam:
    """The answer is right, and what it says is forgotten."""

    def perform(right: Seam, target: Any, call: Call) -> Any:
        before = {name: dict(getattr(target.world, name)) for name in worlds}
        answer = right(call)
        for name, records in before.items():
            setattr(target.world, name, records)
        return answer

    return perform


def _kept(parameter: str) -> Seam:
    """One parameter keeps its old value; the answer says the new one."""

    def configure(right: Seam, target: Any, call: Call) -> Any:
        number = call.values["Number"]
        old = target.world.numbers.get(number)
        answer = right(call)
        target.world.numbers[number] = {**target.world.numbers[number], parameter: old[parameter]}
        return answer

    return configure


def _lost(parameter: str, value: Any = None) -> Seam:
    """One member of a new address is lost; the answer has it."""

    def add(right: Seam, target: Any, call: Call) -> Any:
        answer = right(call)
        if parameter in call.values:
            target.world.addresses[answer["AddressSid"]] = {**answer, parameter: value}
        return answer

    return add


def _seed_only(right: Seam, target: Any, call: Call) -> Any:
    """Only what was there at the start is listed."""
    seed, world = new_world().addresses, target.world
    hidden = {sid: record for sid, record in world.addresses.items() if sid not in seed}
    page = right(call)
    page["Addresses"] = [record for record in page["Addresses"] if record["AddressSid"] not in hidden]
    return page


def _only_with_address(right: Seam, target: Any, operation: str, number: Any, changes: Any) -> Any:
    return right(operation, number, changes) if "AddressSid" in changes else number


def _elsewhere(right: Seam, target: Any, call: Call) -> Any:
    answer = right(call)
    message = target.world.messages.pop(answer["Message"]["MessageSid"])
    other = target.world.new_sid("M")
    target.world.messages[other] = {**message, "MessageSid": other}
    return answer


def liars() -> Iterator[Liar]:
    for operation, method, worlds, also in (
        ("addAddress", "add_address", "addresses", "control.accepted"),
        ("deleteAddress", "delete_address", "addresses", "code.ADDRESS_NOT_FOUND status.400"),
        ("configureNumber", "configure_number", "numbers", _UNLINKED),
        ("purchaseNumber", "purchase_number", "numbers available", ""),
        ("sendMessage", "send_message", "messages", ""),
        ("sendMessageBatch", "send_message_batch", "messages", ""),
    ):
        sentence = f"{operation} answers as if it had acted, and has not."
        yield written(
            "state",
            f"accepted-idle/{operation}",
            "one-operation",
            f"state.changed {also}",
            sentence,
            **{method: _undone(*worlds.split())},
        )
    for parameter in (
        "Friendly",
        "Recording",
        "AddressSid",
        "EndpointNumber",
        "SendSmsTo",
        "Attribution_Source",
        "SendEmailTo",
    ):
        sentence = f"configureNumber answers with the new {parameter} and keeps the old."
        yield written(
            "state",
            f"accepted-kept/{parameter}",
            "one-parameter",
            "state.changed" + (f" {_UNLINKED}" if parameter == "AddressSid" else ""),
            sentence,
            configure_number=_kept(parameter),
        )
    for parameter in ("Friendly", "Reference", "Line1", "Line2", "City", "PostalCode"):
        sentence = f"addAddress answers with {parameter} and does not store it."
        yield written(
            "state",
            f"accepted-lost/{parameter}",
            "one-parameter",
            "state.changed",
            sentence,
            add_address=_lost(parameter),
        )
    yield written(
        "state",
        "accepted-idle-linked-only/configureNumber",
        "one-parameter",
        "state.changed",
        "Only configurations that name an address take effect.",
        apply_configuration=_only_with_address,
    )
    yield written(
        "state",
        "accepted-unlisted/listAddresses",
        "one-operation",
        "state.changed",
        "A new address is never listed.",
        list_addresses=_seed_only,
    )
    yield written(
        "state",
        "accepted-elsewhere/sendMessage",
        "one-operation",
        "state.changed",
        "A message is stored under another id than the answer says.",
        send_message=_elsewhere,
    )

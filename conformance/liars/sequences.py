"""Wrong logic that one request alone does not show: what was deleted, linked or configured before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.reference.access import Call

from .model import Liar, Seam, at, written

_LINKED = "code.ADDRESS_CANNOT_BE_DELETED status.403"
_GONE = "code.ADDRESS_NOT_FOUND status.400"
# Where a link is not made, one address may be deleted that must stay, and one must stay that may be deleted.
_UNLINKED = "state.changed code.ADDRESS_CANNOT_BE_DELETED control.accepted"


def _remember(right: Seam, target: Any, operation: str, address: Any) -> None:
    target.notes.setdefault("deleted", {})[address["AddressSid"]] = address
    right(operation, address)


def _deleted(target: Any) -> dict[str, Any]:
    found: dict[str, Any] = target.notes.setdefault("deleted", {})
    return found


def _still_found(right: Seam, target: Any, operation: str, credential: Any, address: str) -> Any:
    return _deleted(target).get(address) or right(operation, credential, address)


def _found_once_more(right: Seam, target: Any, operation: str, credential: Any, address: str) -> Any:
    return _deleted(target).pop(address, None) or right(operation, credential, address)


def _crash(right: Seam, target: Any, operation: str, credential: Any, address: str) -> Any:
    if address in _deleted(target):
        raise target.refusal(operation, "INTERNAL_SERVER_ERROR")
    return right(operation, credential, address)


def _deleted_as(code: str, *fields: str) -> Seam:
    def find(right: Seam, target: Any, operation: str, credential: Any, address: str) -> Any:
        if address in _deleted(target):
            raise target.refusal(operation, code, *fields)
        return right(operation, credential, address)

    return find


def _delete_again(right: Seam, target: Any, call: Call) -> Any:
    sid = call.values["AddressSid"]
    return {"AddressSid": sid} if sid in _deleted(target) else right(call)


def _still_listed(right: Seam, target: Any, call: Call) -> Any:
    page = right(call)
    if call.values["AccountSid"] == call.credential.account and len(call.values) == 1:
        page["Addresses"] = [*page["Addresses"], *_deleted(target).values()]
    return page


def after_deletion() -> Iterator[Liar]:
    rows: tuple[tuple[str, str, str, dict[str, Seam]], ...] = (
        ("deleted-twice/deleteAddress", _GONE, "An address can be deleted twice.", {"delete_address": _delete_again}),
        (
            "deleted-readable/getAddress",
            f"{_GONE} state.changed",
            "A deleted address can still be read.",
            {"find_address": at("getAddress", _still_found)},
        ),
        (
            "deleted-readable-once/getAddress",
            f"{_GONE} state.changed",
            "A deleted address can be read once more.",
            {"find_address": at("getAddress", _found_once_more)},
        ),
        (
            "deleted-linkable/configureNumber",
            _GONE,
            "A deleted address can be linked to a number.",
            {"find_address": at("configureNumber", _still_found)},
        ),
        (
            "deleted-linkable/purchaseNumber",
            _GONE,
            "A number can be bought with a deleted address.",
            {"find_address": at("purchaseNumber", _still_found)},
        ),
        (
            "deleted-crash/getAddress",
            "status.500 status.400 code.ADDRESS_NOT_FOUND",
            "To read a deleted address is answered with 500.",
            {"find_address": at("getAddress", _crash)},
        ),
        (
            "deleted-crash/deleteAddress",
            "status.500 status.400 code.ADDRESS_NOT_FOUND",
            "To delete an address again is answered with 500.",
            {"find_address": at("deleteAddress", _crash)},
        ),
        (
            "deleted-forbidden/getAddress",
            _GONE,
            "To read a deleted address is FORBIDDEN.",
            {"find_address": at("getAddress", _deleted_as("FORBIDDEN"))},
        ),
        (
            "deleted-invalid/deleteAddress",
            "code.ADDRESS_NOT_FOUND",
            "To delete an address again is PARAMETER_INVALID.",
            {"find_address": at("deleteAddress", _deleted_as("PARAMETER_INVALID", "AddressSid"))},
        ),
        (
            "deleted-linked/deleteAddress",
            _GONE,
            "To delete an address again is ADDRESS_CANNOT_BE_DELETED.",
            {"find_address": at("deleteAddress", _deleted_as("ADDRESS_CANNOT_BE_DELETED", "AddressSid"))},
        ),
        (
            "deleted-listed/listAddresses",
            "state.changed",
            "A deleted address is still listed.",
            {"list_addresses": _still_listed},
        ),
    )
    for id_, breaks, sentence, seams in rows:
        yield written("sequences", id_, "one-operation", breaks, sentence, **{**seams, "remove_address": _remember})


def _first_only(right: Seam, target: Any, operation: str, address: Any) -> None:
    if not target.notes.setdefault("any", False):
        target.notes["any"] = True
        right(operation, address)


def _ever_linked(right: Seam, target: Any, operation: str, credential: Any, address: Any) -> bool:
    return address["AddressSid"] not in target.notes.get("linked", ()) and bool(right(operation, credential, address))


def _note_link(right: Seam, target: Any, operation: str, number: Any, changes: Any) -> Any:
    target.notes.setdefault("linked", set()).update({changes.get("AddressSid"), number["AddressSid"]})
    return right(operation, number, changes)


def _seed_links(right: Seam, target: Any, operation: str, credential: Any, address: Any) -> bool:
    """Links that were made by configuring are not known."""
    linked = [
        number["Number"] for number in target.world.numbers.values() if number["AddressSid"] == address["AddressSid"]
    ]
    return all(number in target.notes.get("numbers", ()) for number in linked)


def _note_number(right: Seam, target: Any, operation: str, number: Any, changes: Any) -> Any:
    if "AddressSid" in changes:
        target.notes.setdefault("numbers", set()).add(number["Number"])
    return right(operation, number, changes)


def _note_purchase(right: Seam, target: Any, *arguments: Any) -> Any:
    number = right(*arguments)
    target.notes.setdefault("numbers", set()).add(number["Number"])
    return number


def _first_link(right: Seam, target: Any, operation: str, number: Any, changes: Any) -> Any:
    """The first link of a number is made, later ones are not."""
    if "AddressSid" in changes and number["Number"] in target.notes.setdefault("relinked", set()):
        changes = {**changes, "AddressSid": number["AddressSid"]}
    elif "AddressSid" in changes:
        target.notes["relinked"].add(number["Number"])
    return right(operation, number, changes)


def _same_id(right: Seam, target: Any, call: Call, account: str) -> Any:
    """The second address of one city gets the id of the first."""
    key = ("city", call.values["City"])
    return {**right(call, account), "AddressSid": target.notes.setdefault(key, f"D{target.world.serial:031}")}


def _frozen(right: Seam, target: Any, operation: str, number: Any, changes: Any) -> Any:
    """A number can be configured once only."""
    if target.notes.setdefault(number["Number"], 0):
        return number
    target.notes[number["Number"]] = 1
    return right(operation, number, changes)


def links() -> Iterator[Liar]:
    yield written(
        "sequences",
        "deletes-once/deleteAddress",
        "one-operation",
        f"state.changed {_GONE}",
        "Only the first deletion has an effect.",
        remove_address=_first_only,
    )
    yield written(
        "sequences",
        "lock-stays/deleteAddress",
        "one-operation",
        "control.accepted",
        "An address that was ever linked can never be deleted.",
        may_delete=_ever_linked,
        apply_configuration=_note_link,
    )
    yield written(
        "sequences",
        "link-unseen/deleteAddress",
        "one-operation",
        _LINKED,
        "An address can be deleted though a number was linked to it by configuring.",
        may_delete=_seed_links,
        apply_configuration=_note_number,
    )
    yield written(
        "sequences",
        "purchase-unseen/deleteAddress",
        "one-operation",
        _LINKED,
        "An address can be deleted though a number was bought with it.",
        may_delete=_seed_links,
        apply_purchase=_note_purchase,
    )
    yield written(
        "sequences",
        "relink-lost/configureNumber",
        "one-parameter",
        _UNLINKED,
        "A number that was linked once keeps that address.",
        apply_configuration=_first_link,
    )
    yield written(
        "sequences",
        "same-id/addAddress",
        "one-operation",
        "state.changed",
        "The second address of a city takes the place of the first.",
        new_address=_same_id,
    )
    yield written(
        "sequences",
        "configured-once/configureNumber",
        "one-operation",
        _UNLINKED,
        "A number can be configured once.",
        apply_configuration=_frozen,
    )


def liars() -> Iterator[Liar]:
    for chapter in (after_deletion, links):
        yield from chapter()

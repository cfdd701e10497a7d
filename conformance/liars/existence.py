"""Wrong logic: what exists nowhere is found, or is refused as something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.reference.world import ACCOUNT, FOREIGN_ACCOUNT, PROPERTY

from .model import Liar, Seam, at, written

_OF_ACCOUNT = ("listAccountNumbers", "listAddresses", "listAccountCalls")
_OF_PROPERTY = ("listPropertyNumbers", "listPropertyCalls", "listFlows", "findMessages")
_WRITES = {
    "addAddress": "Account",
    "purchaseNumber": "Property",
    "sendMessage": "Property",
    "sendMessageBatch": "Property",
}


def _other_code(wrong: str, *codes: str, field: str = "") -> Seam:
    """Another code for some faults, and another parameter named with it."""

    def refusal(right: Seam, target: Any, operation: str, code: str, *parameters: str, **named: Any) -> Any:
        if code not in codes:
            return right(operation, code, *parameters, **named)
        return right(operation, wrong, *((field,) if field else parameters), **named)

    return refusal


def _exists(right: Seam, target: Any, operation: str, name: str) -> bool:
    return True


def _usable() -> Seam:
    """What exists nowhere may be used by everybody."""

    def may_use(right: Seam, target: Any, operation: str, credential: Any, name: str) -> bool:
        known = name in target.world.properties or name in (ACCOUNT, FOREIGN_ACCOUNT)
        return bool(right(operation, credential, name)) or not known

    return may_use


def _own(own: str, kind: str) -> Seam:
    """What exists nowhere stands for one's own."""

    def find(right: Seam, target: Any, operation: str, credential: Any, name: str) -> Any:
        exists = target.account_exists if kind == "Account" else target.property_exists
        return right(operation, credential, name if exists(operation, name) else own)

    return find


def unknown_owners() -> Iterator[Liar]:
    """Accounts and properties that exist nowhere."""
    for operations, kind in ((_OF_ACCOUNT, "Account"), (_OF_PROPERTY, "Property")):
        for operation in operations:
            code = f"{kind.upper()}_NOT_FOUND"
            seam = f"may_use_{kind.lower()}"
            exists = f"{kind.lower()}_exists"
            yield written(
                "not-found",
                f"unknown-{kind.lower()}-empty/{operation}",
                "one-operation",
                f"code.{code} status.400",
                f"For an {kind.lower()} that exists nowhere {operation} gives an empty list.",
                **{exists: at(operation, _exists), seam: at(operation, _usable())},
            )
            yield written(
                "not-found",
                f"unknown-{kind.lower()}-forbidden/{operation}",
                "one-operation",
                f"code.{code} status.400",
                f"For an {kind.lower()} that exists nowhere {operation} answers FORBIDDEN.",
                **{exists: at(operation, _exists)},
            )
    for operation, kind in _WRITES.items():
        own = ACCOUNT if kind == "Account" else PROPERTY
        yield written(
            "not-found",
            f"unknown-{kind.lower()}-own/{operation}",
            "one-operation",
            f"code.{kind.upper()}_NOT_FOUND status.400",
            f"{operation} takes an {kind.lower()} that exists nowhere for one's own.",
            **{f"find_{kind.lower()}": at(operation, _own(own, kind))},
        )


# The code that is due, the code that comes, the parameter that it names, where.
_CONFUSED: tuple[tuple[str, str, str, str], ...] = (
    ("ADDRESS_NOT_FOUND", "NUMBER_NOT_FOUND", "", "getAddress"),
    ("ADDRESS_NOT_FOUND", "PARAMETER_INVALID", "AddressSid", "deleteAddress"),
    ("ADDRESS_NOT_FOUND", "FORBIDDEN", "", "configureNumber"),
    ("ADDRESS_NOT_FOUND", "PROPERTY_NOT_FOUND", "", "purchaseNumber"),
    ("ADDRESS_NOT_FOUND", "ADDRESS_CANNOT_BE_DELETED", "AddressSid", "deleteAddress"),
    ("NUMBER_NOT_FOUND", "ADDRESS_NOT_FOUND", "", "getNumber"),
    ("NUMBER_NOT_FOUND", "PARAMETER_INVALID", "Number", "configureNumber"),
    ("NUMBER_NOT_FOUND", "INVALID_PHONENUMBER_FORMAT", "Number", "purchaseNumber"),
    ("NUMBER_NOT_FOUND", "INVALID_PHONENUMBER_FORMAT", "Number", "getNumber"),
    ("CALL_NOT_FOUND", "NUMBER_NOT_FOUND", "", "getCall"),
    ("PROPERTY_NOT_FOUND", "ACCOUNT_NOT_FOUND", "", "listPropertyCalls"),
    ("PROPERTY_NOT_FOUND", "NUMBER_NOT_FOUND", "", "purchaseNumber"),
    ("PROPERTY_NOT_FOUND", "PARAMETER_INVALID", "PropertySid", "sendMessage"),
    ("ACCOUNT_NOT_FOUND", "PROPERTY_NOT_FOUND", "", "listAccountNumbers"),
    ("ACCOUNT_NOT_FOUND", "ADDRESS_NOT_FOUND", "", "listAddresses"),
    ("ACCOUNT_NOT_FOUND", "PARAMETER_INVALID", "AccountSid", "addAddress"),
    ("COUNTRY_NOT_FOUND", "LOCATION_NOT_FOUND", "", "findAvailableNumbers"),
)


def confused() -> Iterator[Liar]:
    for code, wrong, field, operation in _CONFUSED:
        sentence = f"{operation} answers {wrong} where {code} is due."
        # Without the parameters of the right code, which the wrong one could not name.
        fields = at(
            operation,
            lambda right, target, at_, fault, wrong=wrong, field=field: (
                right(at_, fault) if field or fault.code != wrong else ()
            ),
        )
        yield written(
            "not-found",
            f"{code}-as-{wrong}/{operation}",
            "one-operation",
            f"code.{code}" + (" status.400" if wrong in ("FORBIDDEN", "ADDRESS_CANNOT_BE_DELETED") else ""),
            sentence,
            refusal=at(operation, _other_code(wrong, code, field=field)),
            field_names=fields,
        )


def _nothing(code: str, document: Any) -> Seam:
    """A success with nothing in it, where something is not found."""
    from conformance.reference import Refusal

    def perform(right: Seam, target: Any, call: Any) -> Any:
        try:
            return right(call)
        except Refusal as refusal:
            if refusal.fault.code == code:
                return document
            raise

    return perform


def empty() -> Iterator[Liar]:
    for operation, method, code, document, phrase in (
        ("getAddress", "get_address", "ADDRESS_NOT_FOUND", None, "the value null"),
        ("getNumber", "get_number", "NUMBER_NOT_FOUND", {}, "an empty object"),
        ("getCall", "get_call", "CALL_NOT_FOUND", {"Call": None}, "a Call that is null"),
        ("deleteAddress", "delete_address", "ADDRESS_NOT_FOUND", {"AddressSid": None}, "a success"),
        ("configureNumber", "configure_number", "NUMBER_NOT_FOUND", {}, "an empty object"),
        ("purchaseNumber", "purchase_number", "NUMBER_NOT_FOUND", {"Status": "Pending"}, "Pending"),
    ):
        yield written(
            "not-found",
            f"{code}-as-success/{operation}",
            "one-operation",
            f"code.{code} status.400",
            f"For what is not found {operation} answers with 200 and {phrase}.",
            **{method: _nothing(code, document)},
        )
    yield written(
        "not-found",
        "unknown-message-as-success/getMessage",
        "one-operation",
        "status.400",
        "For a message that is not found getMessage answers with 200 and null.",
        get_message=_nothing("PARAMETER_INVALID", {"Message": None}),
    )


def _by_beginning(world: str, length: int, position: int) -> Seam:
    """What begins like a known id is found by it."""

    def find(right: Seam, target: Any, operation: str, *arguments: Any) -> Any:
        name = arguments[position]
        known = getattr(target.world, world)
        near = next((each for each in known if len(name) >= length and each[:length] == name[:length]), name)
        return right(operation, *(near if index == position else each for index, each in enumerate(arguments)))

    return find


def near() -> Iterator[Liar]:
    """Ids that are nearly right."""
    for operation, method, world, length, position, code in (
        ("getAddress", "find_address", "addresses", 31, 1, "ADDRESS_NOT_FOUND"),
        ("configureNumber", "find_address", "addresses", 31, 1, "ADDRESS_NOT_FOUND"),
        ("getCall", "find_call", "calls", 31, 1, "CALL_NOT_FOUND"),
        ("listPropertyNumbers", "find_property", "properties", 31, 1, "PROPERTY_NOT_FOUND"),
        ("listFlows", "find_property", "properties", 31, 1, "PROPERTY_NOT_FOUND"),
        ("getNumber", "find_number", "numbers", 12, 2, "NUMBER_NOT_FOUND"),
    ):
        yield written(
            "not-found",
            f"near-id/{operation}-{method.removeprefix('find_')}",
            "one-parameter",
            f"code.{code} status.400",
            f"{operation} looks at the first {length} characters of an id only.",
            **{method: at(operation, _by_beginning(world, length, position))},
        )


def _unlooked(right: Seam, target: Any, operation: str, credential: Any, address: str) -> Any:
    return target.world.addresses.get(address) or {"AddressSid": address, "AccountSid": credential.account}


def unlooked() -> Iterator[Liar]:
    for operation in ("configureNumber", "purchaseNumber"):
        yield written(
            "not-found",
            f"unknown-address-taken/{operation}",
            "one-parameter",
            "code.ADDRESS_NOT_FOUND status.400",
            f"{operation} takes any AddressSid, whether or not there is such an address.",
            find_address=at(operation, _unlooked),
        )


def liars() -> Iterator[Liar]:
    for chapter in (unknown_owners, confused, empty, near, unlooked):
        yield from chapter()

"""Wrong logic: what belongs to another account or another property."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .model import Liar, Seam, always, at, written

_OF_ACCOUNT = ("listAccountNumbers", "listAddresses", "listAccountCalls", "addAddress")
_OF_PROPERTY = (
    "listPropertyNumbers",
    "listPropertyCalls",
    "listFlows",
    "findMessages",
    "purchaseNumber",
    "sendMessage",
    "sendMessageBatch",
)
_OBJECTS = {
    "getAddress": ("Address", "code.FORBIDDEN code.ADDRESS_NOT_FOUND"),
    "getNumber": ("Number", "code.FORBIDDEN code.NUMBER_NOT_FOUND"),
    "getCall": ("Call", "code.FORBIDDEN code.CALL_NOT_FOUND"),
    "configureNumber": ("Number", "code.FORBIDDEN code.NUMBER_NOT_FOUND state.unchanged"),
}


def _sees(thing: str) -> Seam:
    def sees(right: Seam, target: Any, operation: str, credential: Any, kind: str, record: Any) -> bool:
        return kind == thing or bool(right(operation, credential, kind, record))

    return sees


def foreign() -> Iterator[Liar]:
    """What belongs to another account is read and written."""
    for operations, kind in ((_OF_ACCOUNT, "account"), (_OF_PROPERTY, "property")):
        for operation in operations:
            yield written(
                "ownership",
                f"foreign-{kind}-open/{operation}",
                "one-operation",
                "code.FORBIDDEN status.403",
                f"{operation} serves the {kind} of another account.",
                **{f"may_use_{kind}": at(operation, always(True))},
            )
    for operation, (thing, breaks) in _OBJECTS.items():
        yield written(
            "ownership",
            f"foreign-{thing.lower()}-open/{operation}",
            "one-operation",
            breaks,
            f"{operation} serves a {thing.lower()} of another account.",
            sees=at(operation, _sees(thing)),
        )
    for operation in ("configureNumber", "purchaseNumber"):
        yield written(
            "ownership",
            f"foreign-address-linked/{operation}",
            "one-parameter",
            "code.FORBIDDEN code.ADDRESS_NOT_FOUND",
            f"{operation} links an address of another account.",
            sees=at(operation, _sees("Address")),
        )
    yield written(
        "ownership",
        "foreign-address-deletable/deleteAddress",
        "one-operation",
        "code.FORBIDDEN code.ADDRESS_NOT_FOUND state.unchanged",
        "deleteAddress removes an address of another account, even a linked one.",
        sees=at("deleteAddress", _sees("Address")),
        may_delete=at(
            "deleteAddress",
            lambda right, target, operation, credential, record: (
                record["AccountSid"] != credential.account or right(operation, credential, record)
            ),
        ),
    )
    yield written(
        "ownership",
        "foreign-sender/sendMessage",
        "one-parameter",
        "code.FORBIDDEN code.NUMBER_NOT_FOUND code.NUMBER_BELONGS_TO_DIFFERENT_PROPERTY",
        "sendMessage sends from a number of another account.",
        sees=at("sendMessage", _sees("Number")),
        belongs=at("sendMessage.From", always(True)),
    )


def _hidden(code: str) -> Seam:
    def refusal(right: Seam, target: Any, operation: str, wrong: str, *parameters: str, **named: Any) -> Any:
        return right(operation, code if wrong == "FORBIDDEN" else wrong, *parameters, **named)

    return refusal


def hidden() -> Iterator[Liar]:
    """What exists and is foreign is refused as something else than FORBIDDEN."""
    for operation, code in (
        ("listAccountNumbers", "ACCOUNT_NOT_FOUND"),
        ("listAddresses", "ACCOUNT_NOT_FOUND"),
        ("addAddress", "ACCOUNT_NOT_FOUND"),
        ("listPropertyNumbers", "PROPERTY_NOT_FOUND"),
        ("sendMessage", "PROPERTY_NOT_FOUND"),
        ("listFlows", "PARAMETER_INVALID"),
        ("findMessages", "UNAUTHORIZED"),
        ("listAccountCalls", "UNAUTHORIZED"),
        ("purchaseNumber", "NUMBER_NOT_FOUND"),
    ):
        breaks = "code.FORBIDDEN status.403" + (" code.NUMBER_NOT_FOUND" if code == "NUMBER_NOT_FOUND" else "")
        yield written(
            "ownership",
            f"foreign-as-{code}/{operation}",
            "one-operation",
            breaks,
            f"{operation} answers {code} for what another account has.",
            refusal=at(operation, _hidden(code)),
        )


def _belongs_as(code: str, *fields: str) -> Seam:
    def refusal(right: Seam, target: Any, operation: str, wrong: str, *parameters: str, **named: Any) -> Any:
        if wrong != "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY":
            return right(operation, wrong, *parameters, **named)
        return right(operation, code, *(fields or parameters), **named)

    return refusal


def _moved(right: Seam, target: Any, operation: str, credential: Any, property_: str, number: str) -> Any:
    """A number of another property is an offer like any other."""
    owned = target.world.numbers.get(number)
    if owned is None or owned["AccountSid"] != credential.account or owned["PropertySid"] == property_:
        return right(operation, credential, property_, number)
    target.world.available[number] = owned
    return owned


def other_property() -> Iterator[Liar]:
    """Numbers of another property of the same account."""
    own = "code.NUMBER_BELONGS_TO_DIFFERENT_PROPERTY"
    yield written(
        "ownership",
        "other-property-sender/sendMessage",
        "one-parameter",
        own,
        "sendMessage sends from a number of another property.",
        belongs=at("sendMessage.From", always(True)),
    )
    yield written(
        "ownership",
        "other-property-not-in-stock/purchaseNumber",
        "one-operation",
        own,
        "purchaseNumber says of a number of another property that it is not there.",
        belongs=at("purchaseNumber.Number", always(True)),
    )
    yield written(
        "ownership",
        "other-property-moved/purchaseNumber",
        "one-operation",
        own,
        "purchaseNumber moves a number from another property.",
        find_offer=_moved,
    )
    for operation, code, field in (
        ("sendMessage", "FORBIDDEN", ""),
        ("sendMessage", "NUMBER_NOT_FOUND", "From"),
        ("sendMessage", "PARAMETER_INVALID", "From"),
        ("purchaseNumber", "FORBIDDEN", ""),
        ("purchaseNumber", "PROPERTY_NOT_FOUND", "PropertySid"),
        ("purchaseNumber", "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY", "AddressSid"),
    ):
        phrase = f"names {field} with it" if code.startswith("NUMBER_B") else f"answers {code}"
        yield written(
            "ownership",
            f"other-property-as-{code}/{operation}",
            "one-operation",
            own,
            f"{operation} {phrase} for a number of another property.",
            refusal=at(operation, _belongs_as(code, *((field,) if field else ()))),
        )


def limited() -> Iterator[Liar]:
    """Right credentials with fewer permissions are refused as wrong ones."""
    for operation, code, breaks in (
        ("addAddress", "UNAUTHORIZED", "status.403 code.FORBIDDEN"),
        ("deleteAddress", "UNAUTHORIZED", "status.403 code.FORBIDDEN"),
        ("configureNumber", "PARAMETER_INVALID", "status.403 code.FORBIDDEN"),
        ("sendMessage", "PROPERTY_NOT_FOUND", "status.403 code.FORBIDDEN"),
    ):

        def authorise(right: Seam, target: Any, where: Any, credential: Any, code: str = code) -> None:
            if not target.permits(where, credential):
                field = {"PARAMETER_INVALID": "Number", "PROPERTY_NOT_FOUND": "PropertySid"}.get(code)
                raise target.refusal(where.id, code, *((field,) if field else ()))

        yield written(
            "ownership",
            f"limited-as-{code}/{operation}",
            "one-operation",
            breaks,
            f"{operation} answers {code} where permissions are missing.",
            authorise=at(operation, authorise),
        )


def unlimited() -> Iterator[Liar]:
    """A write that does not look at permissions."""
    for operation in ("configureNumber", "purchaseNumber", "addAddress", "deleteAddress", "sendMessage", "sendMessageBatch"):
        yield written(
            "ownership",
            f"limited-may/{operation}",
            "one-operation",
            "code.FORBIDDEN status.403",
            f"{operation} asks for no permission, and is carried out with credentials that have none to write.",
            permits=at(operation, always(True)),
        )


def liars() -> Iterator[Liar]:
    for chapter in (foreign, hidden, other_property, limited, unlimited):
        yield from chapter()

"""Wrong logic: what is refused acts all the same, and what may be deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.reference import Refusal
from conformance.reference.access import Call
from conformance.reference.world import CREDENTIALS

from .model import Liar, Seam, at, written

_OWNER = CREDENTIALS[0]
_CREATING = {"addAddress": "Line1 City CountryCode", "sendMessage": "To Text"}
_SAMPLE = {"Line1": "Unknown", "City": "Unknown", "CountryCode": "AU", "To": "+61255509001", "Text": "Hello"}
_FOUND: dict[str, str] = {
    "addAddress": "PARAMETER_TOO_LONG PARAMETER_REQUIRED INVALID_COUNTRYCODE_FORMAT UNAUTHORIZED FORBIDDEN",
    "sendMessage": "INVALID_PHONENUMBER_FORMAT PARAMETER_REQUIRED",
    "configureNumber": "UNKNOWN_RECORDING_OPTION ADDRESS_NOT_FOUND INVALID_PHONENUMBER_FORMAT PARAMETER_TOO_LONG",
}


def _sound(target: Any, operation: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The values that are in order, and stand-ins for what is required beside them."""
    values: dict[str, Any] = {}
    for parameter in operation.parameters:
        try:
            if target.is_given(operation.id, parameter.name, given.get(parameter.name)):
                values[parameter.name] = target.accept(operation.id, parameter, given[parameter.name])
        except Refusal:
            continue
    lacking = {name: _SAMPLE[name] for name in _CREATING.get(operation.id, "").split() if name not in values}
    return {**values, **lacking}


def _acts(operation_id: str, code: str) -> Seam:
    """What is in order takes effect, and then the request is refused."""

    def answer(right: Seam, target: Any, request: Any) -> Any:
        route = target.route(request.method, request.segments)
        try:
            return right(request)
        except Refusal as refusal:
            if not route or route[0].id != operation_id or refusal.fault.code != code:
                raise
            try:
                values = _sound(target, route[0], target.given(*route, request))
                if code == "ADDRESS_NOT_FOUND":
                    values.pop("AddressSid", None)
                target.perform(Call(route[0], _OWNER, values))
            except (Refusal, KeyError):
                pass
            raise refusal from None

    return answer


def refused() -> Iterator[Liar]:
    for operation, codes in _FOUND.items():
        for code in codes.split():
            sentence = f"{operation} refuses with {code} and acts on the rest of the request all the same."
            yield written(
                "state",
                f"refused-acts-{code}/{operation}",
                "one-operation",
                "state.unchanged",
                sentence,
                answer=_acts(operation, code),
            )
    for code, breaks in (("UNAUTHORIZED", "state.unchanged"), ("FORBIDDEN", "state.unchanged")):
        sentence = f"deleteAddress refuses with {code} and removes the address."
        yield written(
            "state",
            f"refused-acts-{code}/deleteAddress",
            "one-operation",
            breaks,
            sentence,
            answer=_acts("deleteAddress", code),
        )
    yield written(
        "state",
        "refused-acts-UNAUTHORIZED/configureNumber",
        "one-operation",
        "state.unchanged",
        "configureNumber refuses wrong credentials and configures.",
        answer=_acts("configureNumber", "UNAUTHORIZED"),
    )
    yield written(
        "state",
        "refused-acts-linked/deleteAddress",
        "one-operation",
        "state.unchanged code.ADDRESS_CANNOT_BE_DELETED",
        "A linked address is refused to be deleted, and is gone.",
        may_delete=_gone,
    )
    yield written(
        "state",
        "refused-unlinks/deleteAddress",
        "one-operation",
        "state.unchanged code.ADDRESS_CANNOT_BE_DELETED",
        "A linked address is refused to be deleted, and loses its numbers.",
        may_delete=_unlinked,
    )
    yield written(
        "state",
        "refused-buys/purchaseNumber",
        "one-operation",
        "state.unchanged control.accepted",
        "A purchase with an unknown address is refused, and the number bought.",
        purchase_number=_bought,
    )


def _gone(right: Seam, target: Any, operation: str, credential: Any, address: Any) -> bool:
    allowed = bool(right(operation, credential, address))
    if not allowed:
        target.remove_address(operation, address)
    return allowed


def _unlinked(right: Seam, target: Any, operation: str, credential: Any, address: Any) -> bool:
    allowed = bool(right(operation, credential, address))
    for key, number in list(target.world.numbers.items()):
        if number["AddressSid"] == address["AddressSid"]:
            target.world.numbers[key] = {**number, "AddressSid": None}
    return allowed


def _bought(right: Seam, target: Any, call: Call) -> Any:
    try:
        return right(call)
    except Refusal as refusal:
        if refusal.fault.code == "ADDRESS_NOT_FOUND":
            right(
                Call(
                    call.operation,
                    call.credential,
                    {name: value for name, value in call.values.items() if name != "AddressSid"},
                )
            )
        raise


def may_delete() -> Iterator[Liar]:
    """Which addresses may be deleted."""
    linked = "code.ADDRESS_CANNOT_BE_DELETED status.403"

    rows: tuple[tuple[str, str, str, Seam], ...] = (
        ("always", linked, "A linked address may be deleted.", lambda right, target, *rest: True),
        ("never", "control.accepted", "No address may be deleted.", lambda right, target, *rest: False),
        ("several", linked, "An address may be deleted while one number is linked to it.", _several),
        ("country", "control.accepted", "No address of Australia may be deleted.", _not_in("AU")),
    )
    for name, breaks, sentence, seam in rows:
        yield written("state", f"deletable-{name}/deleteAddress", "one-operation", breaks, sentence, may_delete=seam)
    for code, fields in (
        ("FORBIDDEN", ()),
        ("PARAMETER_INVALID", ("AddressSid",)),
        ("ADDRESS_NOT_FOUND", ("AddressSid",)),
        ("ADDRESS_CANNOT_BE_DELETED", ("Number",)),
    ):

        def refusal(
            right: Seam,
            target: Any,
            operation: str,
            found: str,
            *names: str,
            code: str = code,
            fields: tuple[str, ...] = fields,
            **named: Any,
        ) -> Any:
            return (
                right(operation, code, *fields)
                if found == "ADDRESS_CANNOT_BE_DELETED"
                else right(operation, found, *names, **named)
            )

        breaks = "code.ADDRESS_CANNOT_BE_DELETED" + (
            " status.403" if code in ("PARAMETER_INVALID", "ADDRESS_NOT_FOUND") else ""
        )
        phrase = "names Number with it" if fields == ("Number",) else f"answers {code}"
        yield written(
            "state",
            f"linked-as-{'naming-Number' if fields == ('Number',) else code}/deleteAddress",
            "one-operation",
            breaks,
            f"For a linked address deleteAddress {phrase}.",
            refusal=at("deleteAddress", refusal),
        )


def _several(right: Seam, target: Any, operation: str, credential: Any, address: Any) -> bool:
    linked = [number for number in target.world.numbers.values() if number["AddressSid"] == address["AddressSid"]]
    return len(linked) < 2


def _not_in(country: str) -> Seam:
    def may(right: Seam, target: Any, operation: str, credential: Any, address: Any) -> bool:
        return address["CountryCode"] != country and bool(right(operation, credential, address))

    return may


def liars() -> Iterator[Liar]:
    yield from refused()
    yield from may_delete()

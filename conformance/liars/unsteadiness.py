"""Wrong logic: a request is answered otherwise when it comes again, comes at once with others, or in another order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.reference import Answer, Refusal
from conformance.reference.access import Call

from .model import Liar, Seam, at, written


def _from_the(nth: int, outcome: str) -> Seam:
    """Deletions of one address: the first acts, and from the nth on something goes wrong, as in a race that is lost."""

    def delete(right: Seam, target: Any, call: Call) -> Any:
        sid = call.values["AddressSid"]
        if sid in target.notes:
            target.notes[sid] += 1
        count = target.notes.get(sid, 0)
        try:
            answer = right(call)
            target.notes[sid] = 1
            return answer
        except Refusal as refusal:
            if count < nth or refusal.fault.code != "ADDRESS_NOT_FOUND":
                raise
            if outcome == "success":
                return {"AddressSid": sid}
            raise target.refusal(call.id, "INTERNAL_SERVER_ERROR") from None

    return delete


def _torn(right: Seam, target: Any, method: str, path: Any, *rest: Any) -> Answer:
    """From the fourth deletion of one address on, the answer ends too early."""
    answer: Answer = right(method, path, *rest)
    if method != "DELETE" or not (answer.status == 200 or path in target.notes):
        return answer
    count = target.notes[path] = target.notes.get(path, 0) + 1
    if count < 4:
        return answer
    return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])


def parallel() -> Iterator[Liar]:
    gone = "code.ADDRESS_NOT_FOUND"
    yield written(
        "parallel",
        "parallel-success/deleteAddress",
        "one-operation",
        f"{gone} status.400 answer.stable",
        "Of many deletions of one address the first and all from the third on succeed.",
        delete_address=_from_the(3, "success"),
    )
    yield written(
        "parallel",
        "parallel-crash/deleteAddress",
        "one-operation",
        f"{gone} status.400 status.500",
        "Of many deletions of one address all from the fourth on are answered with 500.",
        delete_address=_from_the(4, "crash"),
    )
    yield written(
        "parallel",
        "parallel-torn/deleteAddress",
        "one-operation",
        "json.every-response envelope.present",
        "Of many deletions of one address all from the fourth on get half an answer.",
        respond=_torn,
    )


def _other(code: str, *fields: str, because: str, turns: int, first: int = 2) -> Seam:
    """The same operation answers the same fault with another code once in so many times."""

    def refusal(right: Seam, target: Any, operation: str, found: str, *names: str, **named: Any) -> Any:
        if found == because and target.times(operation, found) % turns == first % turns:
            return right(operation, code, *(fields or names), **named)
        return right(operation, found, *names, **named)

    return refusal


def _second_accepted(right: Seam, target: Any, request: Any) -> Any:
    """What was refused once is accepted when it comes again just so."""
    key = (request.method, tuple(request.segments), request.body, tuple(request.query.items()))
    try:
        return right(request)
    except Refusal as refusal:
        if refusal.fault.code == "UNAUTHORIZED" or target.times(key) % 2:
            raise
        return target.succeed(refusal.operation, {})


def _second_silent(right: Seam, target: Any, operation: str, fault: Any) -> Any:
    """The second refusal of one fault names no field."""
    return () if target.times(operation, fault) % 2 == 0 else right(operation, fault)


def _second_status(right: Seam, target: Any, operation: str, code: str) -> int:
    found = int(right(operation, code))
    return 403 if found == 400 and target.times(operation, code) % 2 == 0 else found


def _first_member(right: Seam, target: Any, operation: Any, path_values: Any, request: Any) -> Any:
    """Only the parameter that comes first in the query is judged: the others are dropped where they are faulty."""
    found = dict(right(operation, path_values, request))
    for name in list(request.query)[1:]:
        parameter = next((each for each in operation.parameters if each.name == name and each.place == "query"), None)
        if parameter is None or parameter.required:
            continue
        try:
            target.accept(operation.id, parameter, found[name])
        except Refusal:
            del found[name]
    return found


def _last_member(right: Seam, target: Any, operation: Any, path_values: Any, request: Any) -> Any:
    """The last member of a body is dropped where it is faulty and optional."""
    found = dict(right(operation, path_values, request))
    body = target.read_body(operation.id, request) if operation.has_body else {}
    for name in list(body)[-1:] if isinstance(body, dict) else ():
        parameter = next((each for each in operation.parameters if each.name == name and not each.required), None)
        if parameter is None or len(body) < 2:
            continue
        try:
            target.accept(operation.id, parameter, found[name])
        except Refusal:
            del found[name]
    return found


def unsteady() -> Iterator[Liar]:
    stable = "answer.stable"
    rows: tuple[tuple[str, str, str, str, dict[str, Seam]], ...] = (
        (
            "second-FORBIDDEN/getCall",
            "one-operation",
            f"{stable} code.CALL_NOT_FOUND status.400",
            "Every second unknown call is FORBIDDEN.",
            {"refusal": at("getCall", _other("FORBIDDEN", because="CALL_NOT_FOUND", turns=2))},
        ),
        (
            "second-TOO_SHORT/addAddress",
            "one-operation",
            f"{stable} code.PARAMETER_REQUIRED",
            "Every second missing parameter is too short.",
            {"refusal": at("addAddress", _other("PARAMETER_TOO_SHORT", because="PARAMETER_REQUIRED", turns=2))},
        ),
        (
            "third-INVALID/getAddress",
            "one-operation",
            f"{stable} code.ADDRESS_NOT_FOUND",
            "Every third unknown address is PARAMETER_INVALID.",
            {"refusal": at("getAddress", _other("PARAMETER_INVALID", because="ADDRESS_NOT_FOUND", turns=3))},
        ),
        (
            "second-500/listFlows",
            "one-operation",
            "status.500 status.400 code.PROPERTY_NOT_FOUND",
            "Every second unknown property is answered with 500.",
            {"refusal": at("listFlows", _other("INTERNAL_SERVER_ERROR", because="PROPERTY_NOT_FOUND", turns=2))},
        ),
        (
            "second-500/getMessage",
            "one-operation",
            "status.500 status.400 answer.stable",
            "Every second unknown message is answered with 500.",
            {"refusal": at("getMessage", _other("INTERNAL_SERVER_ERROR", because="PARAMETER_INVALID", turns=2))},
        ),
        (
            "second-FORBIDDEN/getNumber",
            "one-operation",
            f"{stable} code.INVALID_PHONENUMBER_FORMAT status.400",
            "Every second malformed number is FORBIDDEN.",
            {"refusal": at("getNumber", _other("FORBIDDEN", because="INVALID_PHONENUMBER_FORMAT", turns=2))},
        ),
        (
            "second-INVALID/configureNumber",
            "one-operation",
            f"{stable} code.UNKNOWN_RECORDING_OPTION",
            "Every second unknown recording option is PARAMETER_INVALID.",
            {
                "refusal": at(
                    "configureNumber", _other("PARAMETER_INVALID", because="UNKNOWN_RECORDING_OPTION", turns=2)
                )
            },
        ),
        (
            "second-accepted/everywhere",
            "everywhere",
            f"{stable} status.400",
            "What is refused is accepted when it comes again just so.",
            {"answer": _second_accepted},
        ),
        (
            "second-silent/everywhere",
            "everywhere",
            f"{stable} code.PARAMETER_REQUIRED code.PARAMETER_INVALID",
            "The second refusal of one fault names no field.",
            {"field_names": _second_silent},
        ),
        (
            "second-403/everywhere",
            "everywhere",
            f"{stable} status.400",
            "Every second refusal of one kind has 403 for 400.",
            {"status_of": _second_status},
        ),
        (
            "second-silent/findMessages",
            "one-operation",
            f"{stable} code.PARAMETER_REQUIRED code.PARAMETER_INVALID",
            "In findMessages the second refusal of one fault names no field.",
            {"field_names": at("findMessages", _second_silent)},
        ),
        (
            "query-order/listPropertyNumbers",
            "one-operation",
            f"{stable} code.PARAMETER_INVALID status.400",
            "Only the first parameter of a query is judged.",
            {"given": at("listPropertyNumbers", _first_member)},
        ),
        (
            "query-order/listAddresses",
            "one-operation",
            f"{stable} code.PARAMETER_INVALID status.400",
            "Only the first parameter of a query is judged.",
            {"given": at("listAddresses", _first_member)},
        ),
        (
            "member-order/addAddress",
            "one-operation",
            f"{stable} code.PARAMETER_TOO_LONG status.400",
            "A fault of the last member of a body is not seen.",
            {"given": at("addAddress", _last_member)},
        ),
        (
            "member-order/configureNumber",
            "one-operation",
            f"{stable} code.PARAMETER_TOO_LONG status.400",
            "A fault of the last member of a body is not seen.",
            {"given": at("configureNumber", _last_member)},
        ),
    )
    for id_, scope, breaks, sentence, seams in rows:
        name, _, place = id_.partition("/")
        yield written(
            "unsteadiness",
            f"{name}/{place}",
            "everywhere" if scope == "everywhere" else "one-operation",
            breaks,
            sentence,
            **seams,
        )


def liars() -> Iterator[Liar]:
    yield from parallel()
    yield from unsteady()

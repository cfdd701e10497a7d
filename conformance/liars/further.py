"""Wrong logic that other servers were seen to have, or might well: each at one place, of no family of its own."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from conformance.reference.access import Call
from conformance.reference.envelope import Answer
from conformance.reference.reading import Request

from .model import Altered, Liar, Seam, at, written
from .odd_requests import type_of


def _by_turns(right: Seam, target: Altered, operation: Any, given: Any) -> Any:
    """As from a table without an order, another of several missing parameters is named each time."""
    required = [p.name for p in operation.parameters if target.is_required(operation.id, p)]
    missing = [name for name in required if not target.is_given(operation.id, name, given.get(name))]
    return missing[target.times("missing") % len(missing)] if missing else right(operation, given)


def _no_default(default: int) -> Seam:
    def accept(right: Seam, target: Altered, operation: str, parameter: str, value: Any, **named: Any) -> Any:
        if str(value) == str(default):
            raise target.refusal(operation, "PARAMETER_INVALID", parameter)
        return right(operation, parameter, value, **named)

    return accept


def _not_in_the_past(right: Seam, target: Altered, operation: str, parameter: str) -> tuple[int, int]:
    return target.now(), right(operation, parameter)[1]


def _no_object(right: Seam, target: Altered, call: Call) -> Any:
    if not all(isinstance(item, dict) for item in call.values["Messages"]):
        raise target.refusal(call.id, "INTERNAL_SERVER_ERROR")
    return right(call)


def _first_of_batch(right: Seam, target: Altered, call: Call) -> Any:
    """The answer names every message, and the first alone is kept."""
    answer = right(call)
    for item in answer[1:]:
        target.world.messages.pop(item.get("MessageSid"), None)
    return answer


def _to_another_property(
    right: Seam, target: Altered, operation: str, credential: Any, property_: str, *rest: Any
) -> Any:
    others = [each for each in target.world.properties if each != property_]
    return right(operation, credential, others[0], *rest)


def _nothing_in_zero(right: Seam, target: Altered, operation: str, parameter: str, value: object) -> bool:
    return value != "0" and bool(right(operation, parameter, value))


def _nothing_in_number_zero(right: Seam, target: Altered, operation: str, parameter: str, value: object) -> bool:
    return str(value) != "0" and bool(right(operation, parameter, value))


def _a_line_of_digits(
    right: Seam, target: Altered, operation: str, parameter: str, value: Any, *, in_json: bool
) -> int | None:
    found: int | None = right(operation, parameter, value, in_json=in_json)
    line = re.search("^[0-9]+$", value, re.MULTILINE) if isinstance(value, str) else None
    return int(line[0]) if found is None and line else found


def _fails_on(odd: object, name: str) -> Seam:
    """The target fails where this is given, before it looks at anything else."""

    def values(right: Seam, target: Altered, operation: Any, given: Any) -> Any:
        if name in given and given[name] == odd:
            raise target.refusal(operation.id, "INTERNAL_SERVER_ERROR")
        return right(operation, given)

    return values


def _with_entities(right: Seam, target: Altered, operation: str, parameter: str, value: Any) -> Any:
    found = right(operation, parameter, value)
    return html.escape(found) if isinstance(found, str) else found


def _no_blank(right: Seam, target: Altered, operation: str, parameter: str, value: str) -> bool:
    return " " not in value and bool(right(operation, parameter, value))


def _word_by_turns(right: Seam, target: Altered, operation: str, fault: Any) -> Any:
    """Two processes answer by turns, and each has its own word for wrong credentials."""
    document = right(operation, fault)
    if fault.code == "UNAUTHORIZED" and target.times("word") % 2:
        document["ResponseStatus"]["ErrorCode"] = "WRONG_CREDENTIALS"
    return document


def _told_with(status: int) -> Seam:
    def refuse(right: Seam, target: Altered, operation: str, fault: Any) -> Answer:
        answer: Answer = right(operation, fault)
        return Answer(status, answer.headers, answer.body)

    return refuse


def _one_less(right: Seam, target: Altered, operation: str, parameter: str, value: str) -> bool:
    bounds = target.length_bounds(operation, parameter)
    return (bounds is not None and len(value) >= bounds[1]) or bool(right(operation, parameter, value))


def _array_in_query(operation: str, name: str) -> Seam:
    """A reader of queries makes an array of the parameter, and the target takes it for a text."""

    def answer(right: Seam, target: Altered, request: Request) -> Any:
        route = target.route(request.method, request.segments)
        if route and route[0].id == operation and f"{name}[]" in request.query:
            raise target.refusal(operation, "INTERNAL_SERVER_ERROR")
        return right(request)

    return answer


def _json_alone(operation: str) -> Seam:
    """A web framework refuses bodies of other types before the target has a say."""

    def answer(right: Seam, target: Altered, request: Request) -> Any:
        route = target.route(request.method, request.segments)
        if route and route[0].id == operation and request.body and "json" not in type_of(request):
            return Answer(415, (("Content-Type", "application/json"),), b'{"title":"Unsupported Media Type"}')
        return right(request)

    return answer


def _pages(operation: str, status: int) -> Seam:
    """A list has pages as the others have, and what is no number for them ends outside the contract."""

    def answer(right: Seam, target: Altered, request: Request) -> Any:
        route = target.route(request.method, request.segments)
        count = request.query.get("Results_Count", "1")
        if route and route[0].id == operation and not str(count).isdecimal():
            if status == 500:
                raise target.refusal(operation, "INTERNAL_SERVER_ERROR")
            return Answer(status, (("Content-Type", "text/html"),), b"<h1>Not Found</h1>")
        return right(request)

    return answer


def liars() -> Iterator[Liar]:
    for operation, status in (("listAccountCalls", 404), ("findAvailableNumbers", 500)):
        yield written("status", f"pages-{status}/{operation}", "one-operation", "status.allowed" if status == 404 else "status.500",
                      f"{operation} takes Results_Count, which it does not document, and answers {status} to what is no number.",
                      answer=_pages(operation, status))  # fmt: skip
    yield written("over-strictness", "longest-refused/sendMessage.From", "one-value", "control.accepted",
                  "A sender id of just as many characters as it may have is too long.",
                  is_too_long=at("sendMessage.From", _one_less))  # fmt: skip
    for place in ("listPropertyNumbers.Type", "listAccountCalls.To", "listAddresses.City", "findMessages.Status"):
        yield written("crashes", f"array-in-query-500/{place}", "one-parameter", "status.500 status.400",
                      f"{place} with brackets behind its name ends in a failure.",
                      answer=_array_in_query(*place.split(".")))  # fmt: skip
    for operation in ("purchaseNumber", "sendMessage", "configureNumber"):
        yield written("status", f"type-415/{operation}", "one-operation", "status.allowed envelope.present status.400",
                      f"{operation} answers 415 to a body that does not say that it is JSON.",
                      answer=_json_alone(operation))  # fmt: skip
    for status, name in ((200, "told-as-success"), (422, "told-as-unprocessable")):
        yield written("status", f"{name}/getCall", "one-operation", "status.allowed",
                      f"getCall answers {status} to everything that it refuses, with the envelope.",
                      refuse=at("getCall", _told_with(status)))  # fmt: skip
    for place in ("sendMessage.Text", "addAddress.Reference"):
        yield written("over-strictness", f"zero-is-nothing/{place}", "one-value", "control.accepted state.changed",
                      f"The text 0 counts as not given in {place}.",
                      is_given=at(place, _nothing_in_zero))  # fmt: skip
    for place in ("sendMessage.Text", "addAddress.Line2", "configureNumber.Friendly"):
        yield written("state", f"kept-with-entities/{place}", "one-value", "state.changed",
                      f"{place} is kept with entities of HTML in it.",
                      accept_text=at(place, _with_entities))  # fmt: skip
    yield written("over-strictness", "no-blank/sendMessage.From", "one-value", "control.accepted",
                  "A sender id with a blank in it is refused.",
                  is_sender_id=at("sendMessage.From", _no_blank))  # fmt: skip
    yield written("unsteadiness", "word-by-turns/everywhere", "everywhere", "answer.stable",
                  "The ErrorCode for wrong credentials is one of two, by turns.",
                  envelope=_word_by_turns)  # fmt: skip
    yield written("unsteadiness", "missing-by-turns/addAddress", "one-operation", "answer.stable",
                  "addAddress names another of several missing parameters each time.",
                  missing=at("addAddress", _by_turns))  # fmt: skip
    for place, default in (
        ("listFlows.Results_Skip", 0),
        ("listFlows.Results_Count", 50),
        ("findMessages.Results_Count", 200),
    ):
        yield written("integers", f"default-refused/{place}", "one-value", "control.accepted",
                      f"The documented default is refused in {place}.",
                      accept_integer=at(place, _no_default(default)))  # fmt: skip
    for place in ("findMessages.Date_From", "findMessages.Date_To"):
        yield written("over-strictness", f"number-zero-is-nothing/{place}", "one-value", "control.accepted",
                      f"The number 0 counts as not given in {place}.",
                      is_given=at(place, _nothing_in_number_zero))  # fmt: skip
    for place in ("findMessages.Date_To", "listAccountCalls.Date_From", "listFlows.Results_Count"):
        yield written("integers", f"integer-a-line/{place}", "one-value", "code.PARAMETER_INVALID status.400",
                      f"One line of digits among several lines is enough in {place}.",
                      integer_of=at(place, _a_line_of_digits))  # fmt: skip
    for place in ("purchaseNumber.AddressSid", "addAddress.Line2", "sendMessage.ExternalId"):
        yield written("crashes", f"null-500/{place}", "one-value", "status.500 status.400",
                      f"null in {place} ends in a failure.",
                      values=at(place.partition(".")[0], _fails_on(None, place.partition(".")[2])))  # fmt: skip
    for place in ("listAddresses.Reference", "listAccountCalls.Date_To", "listFlows.Results_Skip", "addAddress.Region"):
        yield written("crashes", f"empty-500/{place}", "one-value", "status.500 status.400",
                      f"An empty {place} ends in a failure.",
                      values=at(place.partition(".")[0], _fails_on("", place.partition(".")[2])))  # fmt: skip
    yield written("integers", "just-past-refused/sendMessage.Schedule", "one-value", "control.accepted",
                  "A Schedule less than an hour in the past is refused.",
                  integer_bounds=at("sendMessage.Schedule", _not_in_the_past))  # fmt: skip
    yield written("crashes", "item-500/sendMessageBatch.Messages", "one-parameter", "status.500 status.400",
                  "A batch with an item that is no object ends in a failure.",
                  send_message_batch=_no_object)  # fmt: skip
    yield written("state", "first-of-batch/sendMessageBatch", "one-operation", "state.changed",
                  "Of a batch the first message alone is kept.",
                  send_message_batch=_first_of_batch)  # fmt: skip
    yield written("state", "purchased-elsewhere/purchaseNumber", "one-operation", "state.changed",
                  "A purchased number goes to another property.",
                  apply_purchase=_to_another_property)  # fmt: skip

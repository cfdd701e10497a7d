"""Wrong logic that shows at values, and at requests, which nobody writes down: they have to be drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.reference.envelope import Answer

from .model import Altered, Liar, Seam, altered, at, written

FAMILY = "near-misses"


def _wide_ninth(right: Seam, target: Altered, operation: str, parameter: str, value: str) -> Any:
    if len(value) > 9 and "０" <= value[8] <= "９":
        value = value[:8] + "0" + value[9:]
    return right(operation, parameter, value)


def _thirteen_digits(right: Seam, target: Altered, operation: str, parameter: str, value: str) -> bool:
    return len(value) != 14 and bool(right(operation, parameter, value))


def _beyond_ascii(right: Seam, target: Altered, operation: str, parameter: str, value: str) -> bool:
    return not value.isascii() or bool(right(operation, parameter, value))


def _forgets_the_tenth(right: Seam, target: Altered, operation: str, credential: Any, property_: str) -> Any:
    found = [each for each in target.world.properties if each[:9] + each[10:] == property_[:9] + property_[10:]]
    return right(operation, credential, found[0] if found else property_)


def _doubled(right: Seam, target: Altered, operation: str, parameter: str, value: str) -> Any:
    for index in range(1, len(value)):
        once = value[:index] + value[index + 1 :]
        if value[index] == value[index - 1] and right(operation, parameter, once):
            return right(operation, parameter, once)
    return right(operation, parameter, value)


def _trimmed(right: Seam, target: Altered, operation: str, parameter: str, value: Any, *, in_json: bool) -> Any:
    if isinstance(value, str):
        value = value.rstrip("%;:!?*/#&=") or value
    return right(operation, parameter, value, in_json=in_json)


def _outside_the_first_plane(right: Seam, target: Altered, operation: str, parameter: str, value: str) -> Any:
    if any(ord(c) > 0xFFFF for c in value):
        raise target.refusal(operation, "INTERNAL_SERVER_ERROR")
    return right(operation, parameter, value)


def _latin(right: Seam, target: Altered, operation: str, parameter: str, value: Any) -> Any:
    found = right(operation, parameter, value)
    return found.encode("latin-1", "replace").decode("latin-1") if isinstance(found, str) else found


def _much_too_long(right: Seam, target: Altered, operation: str, parameter: str, value: str) -> bool:
    too_long = bool(right(operation, parameter, value))
    if too_long and 140 < len(value) < 300:
        target.notes["late"] = True
    return too_long


class _Late(altered({"is_too_long": at(".Attribution_Medium", _much_too_long)})):  # type: ignore[misc]
    """Carries out what it refused, where that was much too long."""

    def respond(self, method: str, target: Any, headers: Any = (), body: bytes = b"") -> Any:
        answer = super().respond(method, target, headers, body)
        if self.notes.pop("late", False):
            friendly = json.loads(body).get("Friendly")
            for number, record in self.world.numbers.items():
                self.world.numbers[number] = {**record, "Friendly": friendly or record.get("Friendly")}
        return answer


def near_misses() -> Iterator[Liar]:
    yield written(FAMILY, "wide-ninth-digit/configureNumber.EndpointNumber", "one-value", "code.INVALID_PHONENUMBER_FORMAT",
                  "The ninth character of an EndpointNumber may be a full-width digit.",
                  is_e164=at("configureNumber.EndpointNumber", _wide_ninth))  # fmt: skip
    yield written(FAMILY, "thirteen-digits-refused/configureNumber.SendSmsTo", "one-value", "control.accepted",
                  "A number of 13 digits is refused in SendSmsTo.",
                  is_e164=at("configureNumber.SendSmsTo", _thirteen_digits))  # fmt: skip
    yield written(FAMILY, "beyond-ascii-too-long/configureNumber.Friendly", "one-parameter", "control.accepted",
                  "A Friendly with a letter beyond ASCII is too long, however short it is.",
                  is_too_long=at("configureNumber.Friendly", _beyond_ascii))  # fmt: skip
    yield written(FAMILY, "tenth-character-free/listPropertyNumbers", "one-operation", "code.PROPERTY_NOT_FOUND",
                  "listPropertyNumbers does not look at the tenth character of a property.",
                  find_property=at("listPropertyNumbers", _forgets_the_tenth))  # fmt: skip
    yield written(FAMILY, "doubled-letter/listAccountCalls.Disposition", "one-parameter", "code.UNKNOWN_DISPOSITION",
                  "A word with a letter doubled by mistake passes in listAccountCalls.Disposition.",
                  known_word=at("listAccountCalls.Disposition", _doubled))  # fmt: skip
    yield written(FAMILY, "marks-dropped/listFlows.Results_Skip", "one-parameter", "code.PARAMETER_INVALID",
                  "Marks after the digits are dropped in listFlows.Results_Skip.",
                  integer_of=at("listFlows.Results_Skip", _trimmed))  # fmt: skip
    yield written(FAMILY, "second-plane-500/listPropertyNumbers.Type", "one-value", "status.500 status.400",
                  "A character outside the first plane ends in a failure in listPropertyNumbers.Type.",
                  known_word=at("listPropertyNumbers.Type", _outside_the_first_plane))  # fmt: skip
    yield written(FAMILY, "kept-as-latin/addAddress.Reference", "one-parameter", "state.changed",
                  "Reference is kept in ISO 8859-1, and loses what that has no letters for.",
                  accept_text=at("addAddress.Reference", _latin))  # fmt: skip
    yield Liar("much-too-long-acts/configureNumber", FAMILY,
               "What is too long by far is refused in Attribution_Medium, and what stands beside it is done.",
               ("state.unchanged",), "one-value", True, _Late)  # fmt: skip


# Requests that only fuzzing sends


def _array_breaks_down(right: Seam, target: Altered, operation: str, body: bytes) -> Any:
    found = right(operation, body)
    if isinstance(found, list):
        raise target.refusal(operation, "INTERNAL_SERVER_ERROR")
    return found


def _strange_token(right: Seam, target: Altered, operation: str, parameter: str, value: Any) -> Any:
    if isinstance(value, str) and not value.isascii():
        target.notes["strange"] = True
        raise target.refusal(operation, "PARAMETER_INVALID", parameter)
    return right(operation, parameter, value)


def _unknown_member(right: Seam, target: Altered, operation: Any, path_values: Any, request: Any) -> Any:
    body = target.read_body(operation.id, request)
    known = {parameter.name for parameter in operation.parameters}
    if isinstance(body, Mapping) and set(body) - known:
        target.notes["strange"] = True
        raise target.refusal(operation.id, "PARAMETER_INVALID", "body")
    return right(operation, path_values, request)


def _answering_with(answer: Answer, **seams: Seam) -> type[Altered]:
    """Targets that answer just so where one of the seams found something strange in a request."""

    def respond(right: Seam, target: Altered, *arguments: Any) -> Answer:
        given: Answer = right(*arguments)
        return answer if target.notes.pop("strange", False) else given

    return altered({"respond": respond, **seams})


_UNPROCESSABLE = Answer(
    422, (("Content-Type", "application/json"),),
    b'{"ResponseStatus":{"ErrorCode":"UNPROCESSABLE_ENTITY","Message":"What is that?"}}',
)  # fmt: skip
_WORDLESS = Answer(400, (("Content-Type", "text/plain"),), b"unknown member")


def fuzzing() -> Iterator[Liar]:
    yield written(FAMILY, "array-500/configureNumber", "one-operation", "status.500 status.400",
                  "configureNumber breaks down at a body that is an array.",
                  parse=at("configureNumber", _array_breaks_down))  # fmt: skip
    yield Liar("strange-token-422/listAccountCalls", FAMILY,
               "listAccountCalls answers strange letters in a Token with 422.",
               ("status.allowed", "status.400"), "one-parameter", True,
               _answering_with(_UNPROCESSABLE, accept_text=at("listAccountCalls.Token", _strange_token)))  # fmt: skip
    yield Liar("unknown-member-wordless/addAddress", FAMILY,
               "addAddress answers a member that it does not know in plain text.",
               ("json.every-response",), "one-operation", True,
               _answering_with(_WORDLESS, given=at("addAddress", _unknown_member)))  # fmt: skip


def liars() -> Iterator[Liar]:
    """Every liar of this module."""
    yield from near_misses()
    yield from fuzzing()

"""Values: is a parameter there, is its value in order, and what does it mean.

Each `accept_…` takes the raw value of one parameter and gives what it means, or raises a Refusal. What it asks on the way
is a method of its own that knows the operation and the name of the parameter.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any, Final

from .countries import ASSIGNED, SERVED
from .reading import Reading
from .surface import LIMITS, VOCABULARIES, Operation, Parameter

# [0-9] and no \d, fullmatch and no $: other alphabets have digits too, and $ lets a line end pass.
_E164 = re.compile(r"\+[1-9][0-9]{1,14}")
_E164_IN_PATH = re.compile(r"[1-9][0-9]{1,14}")
_COUNTRY_CODE = re.compile(r"[A-Za-z]{2}")
_SENDER = re.compile(r"[A-Za-z0-9 ]*[A-Za-z][A-Za-z0-9 ]*")
_DIGITS = re.compile(r"[0-9]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HUGE: Final = 10**18
_HOUR, _FORTNIGHT = 3600, 14 * 24 * 3600


class Values(Reading):
    """Whether the parameters of a request are in order."""

    def now(self) -> int:
        return int(time.time())

    # Is it there?

    def is_given(self, operation: str, parameter: str, value: object) -> bool:
        """null and the empty string count as not given."""
        return value is not None and value != ""

    def is_required(self, operation: str, parameter: Parameter) -> bool:
        return parameter.required

    def missing(self, operation: Operation, given: Mapping[str, Any]) -> str | None:
        """The first required parameter that is not given."""
        for parameter in operation.parameters:
            if self.is_required(operation.id, parameter) and not self.is_given(
                operation.id, parameter.name, given.get(parameter.name)
            ):
                return parameter.name
        return None

    def group(self, operation: Operation) -> tuple[str, ...]:
        """The parameters of which at least one must be given."""
        return operation.one_of

    def lacks_group(self, operation: Operation, given: Mapping[str, Any]) -> bool:
        return bool(operation.one_of) and not any(
            self.is_given(operation.id, name, given.get(name)) for name in operation.one_of
        )

    def values(self, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
        """What the given parameters mean, or the Refusal of the first that is faulty."""
        absent = self.missing(operation, given)
        if absent is not None:
            raise self.refusal(operation.id, "PARAMETER_REQUIRED", absent)
        if self.lacks_group(operation, given):
            raise self.refusal(operation.id, "ONE_OF_SEVERAL_PARAMETERS_REQUIRED", *self.group(operation))
        return {
            parameter.name: self.accept(operation.id, parameter, given[parameter.name])
            for parameter in operation.parameters
            if self.is_given(operation.id, parameter.name, given.get(parameter.name))
        }

    def accept(self, operation: str, parameter: Parameter, value: Any) -> Any:
        name = parameter.name
        match parameter.kind:
            case "text":
                return self.accept_text(operation, name, value)
            case "texts":
                return self.accept_texts(operation, name, value)
            case "sid":
                return self.accept_sid(operation, name, value)
            case "number" | "number-in-path":
                return self.accept_number(operation, name, value, in_path=parameter.kind == "number-in-path")
            case "sender":
                return self.accept_sender(operation, name, value)
            case "country":
                return self.accept_country(operation, name, value)
            case "word":
                return self.accept_word(operation, name, value)
            case "words":
                return self.accept_words(operation, name, value)
            case "integer":
                return self.accept_integer(operation, name, value, in_json=parameter.place == "body")
            case "boolean":
                return self.accept_boolean(operation, name, value)
            case _:
                return self.accept_items(operation, name, value)

    # Text and its length

    def is_text(self, operation: str, parameter: str, value: object) -> bool:
        """Text is a string of Unicode characters. A lone surrogate is none, and could not be answered as JSON."""
        return isinstance(value, str) and (value.isascii() or _SURROGATE.search(value) is None)

    def length_bounds(self, operation: str, parameter: str) -> tuple[int, int] | None:
        return LIMITS.get(f"{operation}.{parameter}") or LIMITS.get(parameter)

    def is_too_short(self, operation: str, parameter: str, value: str) -> bool:
        bounds = self.length_bounds(operation, parameter)
        return bounds is not None and len(value) < bounds[0]

    def is_too_long(self, operation: str, parameter: str, value: str) -> bool:
        bounds = self.length_bounds(operation, parameter)
        return bounds is not None and len(value) > bounds[1]

    def accept_text(self, operation: str, parameter: str, value: Any) -> Any:
        if not self.is_text(operation, parameter, value):
            raise self.refusal(operation, "PARAMETER_INVALID", parameter)
        low, high = self.length_bounds(operation, parameter) or (0, 0)
        if self.is_too_short(operation, parameter, value):
            raise self.refusal(
                operation, "PARAMETER_TOO_SHORT", parameter, detail=f"At least {low} characters, please."
            )
        if self.is_too_long(operation, parameter, value):
            raise self.refusal(operation, "PARAMETER_TOO_LONG", parameter, detail=f"At most {high} characters, please.")
        return value

    def items_of(self, operation: str, parameter: str, value: str) -> list[str]:
        """The items of a comma-separated list. Blanks around them and empty items mean nothing."""
        return [item for part in value.split(",") if (item := part.strip())]

    def accept_texts(self, operation: str, parameter: str, value: Any) -> Any:
        if not self.is_text(operation, parameter, value):
            raise self.refusal(operation, "PARAMETER_INVALID", parameter)
        return [self.accept_text(operation, parameter, item) for item in self.items_of(operation, parameter, value)]

    def accept_sid(self, operation: str, parameter: str, value: Any) -> Any:
        if not isinstance(value, str):
            raise self.refusal(operation, "PARAMETER_INVALID", parameter)
        return value

    # Phone numbers and senders

    def is_e164(self, operation: str, parameter: str, value: str) -> bool:
        return _E164.fullmatch(value) is not None

    def is_e164_in_path(self, operation: str, parameter: str, value: str) -> bool:
        return _E164_IN_PATH.fullmatch(value) is not None

    def accept_number(self, operation: str, parameter: str, value: Any, *, in_path: bool = False) -> Any:
        if not isinstance(value, str):
            raise self.refusal(operation, "PARAMETER_INVALID", parameter)
        judge = self.is_e164_in_path if in_path else self.is_e164
        if not judge(operation, parameter, value):
            raise self.refusal(operation, "INVALID_PHONENUMBER_FORMAT", parameter)
        return f"+{value}" if in_path else value

    def is_sender_id(self, operation: str, parameter: str, value: str) -> bool:
        return _SENDER.fullmatch(value) is not None

    def accept_sender(self, operation: str, parameter: str, value: Any) -> Any:
        """A number, when it begins with +, or else a sender id."""
        if isinstance(value, str) and value.startswith("+"):
            return self.accept_number(operation, parameter, value)
        self.accept_text(operation, parameter, value)
        if not self.is_sender_id(operation, parameter, value):
            raise self.refusal(operation, "PARAMETER_INVALID", parameter)
        return value

    # Countries

    def is_country_code(self, operation: str, parameter: str, value: str) -> bool:
        return _COUNTRY_CODE.fullmatch(value) is not None

    def is_country(self, operation: str, parameter: str, code: str) -> bool:
        return code in ASSIGNED

    def is_served(self, operation: str, parameter: str, code: str) -> bool:
        return code in SERVED

    def accept_country(self, operation: str, parameter: str, value: Any) -> Any:
        if not isinstance(value, str):
            raise self.refusal(operation, "PARAMETER_INVALID", parameter)
        if not self.is_country_code(operation, parameter, value):
            raise self.refusal(operation, "INVALID_COUNTRYCODE_FORMAT", parameter)
        code = value.upper()
        if not self.is_country(operation, parameter, code):
            raise self.refusal(operation, "COUNTRY_NOT_FOUND", parameter)
        if not self.is_served(operation, parameter, code):
            raise self.refusal(operation, "COUNTRY_UNAVAILABLE", parameter)
        return code

    # Enumerations

    def vocabulary(self, operation: str, parameter: str) -> tuple[str, ...]:
        return VOCABULARIES[parameter][0]

    def unknown_word_code(self, operation: str, parameter: str) -> str:
        return VOCABULARIES[parameter][1]

    def known_word(self, operation: str, parameter: str, value: str) -> str | None:
        """The word of the vocabulary that is meant, whatever the letter case."""
        wanted = value.casefold()
        return next((word for word in self.vocabulary(operation, parameter) if word.casefold() == wanted), None)

    def accept_word(self, operation: str, parameter: str, value: Any) -> Any:
        if not isinstance(value, str):
            raise self.refusal(operation, "PARAMETER_INVALID", parameter)
        word = self.known_word(operation, parameter, value)
        if word is None:
            raise self.refusal(operation, self.unknown_word_code(operation, parameter), parameter)
        return word

    def accept_words(self, operation: str, parameter: str, value: Any) -> Any:
        if not isinstance(value, str):
            raise self.refusal(operation, "PARAMETER_INVALID", parameter)
        return [self.accept_word(operation, parameter, item) for item in self.items_of(operation, parameter, value)]

    # Integers, booleans, arrays

    def integer_of(self, operation: str, parameter: str, value: Any, *, in_json: bool) -> int | None:
        """The integer that a value is, or None. In a query it is written in digits, in JSON it is a number."""
        if in_json:
            return value if isinstance(value, int) and not isinstance(value, bool) else None
        if _DIGITS.fullmatch(value) is None:
            return None
        return int(value) if len(value) <= 18 else _HUGE

    def integer_bounds(self, operation: str, parameter: str) -> tuple[int, int]:
        """A message may be scheduled up to 14 days ahead, and less than an hour in the past."""
        if parameter == "Schedule":
            return self.now() - _HOUR + 1, self.now() + _FORTNIGHT
        return 0, _HUGE

    def accept_integer(self, operation: str, parameter: str, value: Any, *, in_json: bool = False) -> Any:
        number = self.integer_of(operation, parameter, value, in_json=in_json)
        low, high = self.integer_bounds(operation, parameter)
        if number is None or not low <= number <= high:
            raise self.refusal(operation, "PARAMETER_INVALID", parameter)
        return number

    def accept_boolean(self, operation: str, parameter: str, value: Any) -> Any:
        if not isinstance(value, bool):
            raise self.refusal(operation, "PARAMETER_INVALID", parameter)
        return value

    def accept_items(self, operation: str, parameter: str, value: Any) -> Any:
        if not isinstance(value, list) or not 1 <= len(value) <= 1000:
            raise self.refusal(operation, "PARAMETER_INVALID", parameter)
        return value

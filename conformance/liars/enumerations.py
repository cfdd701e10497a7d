"""Wrong logic: enumerations that are taken by halves, or too narrowly, or answered with another code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .model import Liar, Seam, always, at, written

_NUMBERS = ("listPropertyNumbers", "listAccountNumbers")
_CODES = {
    "Type": "UNKNOWN_NUMBERTYPE",
    "Capabilites": "UNKNOWN_CAPABILITY",
    "Capabilities": "UNKNOWN_CAPABILITY",
    "Disposition": "UNKNOWN_DISPOSITION",
    "RoutingMethod": "UNKNOWN_ROUTING_METHOD",
    "Recording": "UNKNOWN_RECORDING_OPTION",
    "Status": "PARAMETER_INVALID",
    "Direction": "PARAMETER_INVALID",
}
_PLACES = (
    *(f"{operation}.{name}" for operation in _NUMBERS for name in ("Type", "Capabilites")),
    "findAvailableNumbers.Type",
    "findAvailableNumbers.Capabilities",
    "listPropertyCalls.Disposition",
    "listAccountCalls.Disposition",
    "configureNumber.RoutingMethod",
    "configureNumber.Recording",
    "findMessages.Status",
    "findMessages.Direction",
)

Fits = Callable[[str, str], bool]


def _lax(fits: Fits) -> Seam:
    """A word passes where it fits one of the vocabulary; both are in small letters."""

    def known(right: Seam, target: Any, operation: str, parameter: str, value: str) -> Any:
        words = target.vocabulary(operation, parameter)
        wanted = value.casefold()
        return next((word for word in words if wanted and fits(wanted, word.casefold())), None)

    return known


_WAYS: dict[str, tuple[str, Fits]] = {
    "longer": ("with letters after it", lambda wanted, word: wanted.startswith(word)),
    "cut": ("that is cut off", lambda wanted, word: word.startswith(wanted)),
    "inside": ("inside another", lambda wanted, word: word in wanted),
    "any": ("that is none at all", lambda wanted, word: True),
    "suffix": ("with letters before it", lambda wanted, word: wanted.endswith(word)),
    "two-letters": ("of which two letters are right", lambda wanted, word: wanted[:2] == word[:2]),
}
_DEALT = (
    ("longer", "any"),
    ("cut", "inside"),
    ("any", "cut"),
    ("suffix", "any"),
    ("inside", "longer"),
    ("two-letters", "any"),
    ("any", "cut"),
    ("longer", "any"),
    ("cut", "any"),
    ("any", "longer"),
    ("any", "longer"),
    ("any", "cut"),
)


def lax() -> Iterator[Liar]:
    for place, names in zip(_PLACES, _DEALT, strict=True):
        code = _CODES[place.partition(".")[2]]
        for name in names:
            phrase, fits = _WAYS[name]
            sentence = f"A word {phrase} passes in {place}."
            yield written(
                "enumerations",
                f"word-{name}/{place}",
                "one-parameter",
                f"code.{code} status.400",
                sentence,
                known_word=at(place, _lax(fits)),
            )


def _some_items(choose: Callable[[list[str]], list[str]]) -> Seam:
    return lambda right, target, operation, parameter, value: choose(right(operation, parameter, value))


def _first_counts(right: Seam, target: Any, operation: str, parameter: str, value: Any) -> Any:
    """A list passes as soon as one of its items is right."""
    if not isinstance(value, str):
        return right(operation, parameter, value)
    known = [target.known_word(operation, parameter, item) for item in target.items_of(operation, parameter, value)]
    found = [word for word in known if word is not None]
    return found or right(operation, parameter, value)


def lists() -> Iterator[Liar]:
    """Lists of which only some items are looked at."""
    for place, name in (
        ("listPropertyNumbers.Type", "first"),
        ("listAccountNumbers.Capabilites", "first"),
        ("listPropertyCalls.Disposition", "first"),
        ("findAvailableNumbers.Capabilities", "last"),
        ("listAccountCalls.Disposition", "last"),
        ("listAccountNumbers.Type", "any"),
        ("listPropertyNumbers.Capabilites", "any"),
        ("findAvailableNumbers.Type", "any"),
    ):
        code = _CODES[place.partition(".")[2]]
        seams = {
            "first": {"items_of": at(place, _some_items(lambda items: items[:1]))},
            "last": {"items_of": at(place, _some_items(lambda items: items[-1:]))},
            "any": {"accept_words": at(place, _first_counts)},
        }[name]
        phrase = {"first": "Only the first item", "last": "Only the last item", "any": "One right item"}[name]
        sentence = f"{phrase} of a list decides in {place}."
        yield written(
            "enumerations", f"items-{name}/{place}", "one-parameter", f"code.{code} status.400", sentence, **seams
        )


def _but(word: str) -> Seam:
    def known(right: Seam, target: Any, operation: str, parameter: str, value: str) -> Any:
        found = right(operation, parameter, value)
        return None if found == word else found

    return known


def narrow() -> Iterator[Liar]:
    """Documented words that are refused."""
    for place, word in (
        ("listPropertyNumbers.Type", "Toll-Free"),
        ("listAccountNumbers.Type", "Shared-Rate"),
        ("findAvailableNumbers.Type", "National"),
        ("listPropertyNumbers.Capabilites", "MMS"),
        ("listAccountNumbers.Capabilites", "SMS"),
        ("findAvailableNumbers.Capabilities", "MMS"),
        ("listPropertyCalls.Disposition", "NoAnswer"),
        ("listAccountCalls.Disposition", "IVR"),
        ("configureNumber.Recording", "Call"),
        ("configureNumber.RoutingMethod", "Endpoint"),
        ("findMessages.Status", "Submitted"),
        ("findMessages.Direction", "Receive"),
    ):
        yield written(
            "over-strictness",
            f"word-refused-{word}/{place}",
            "one-value",
            "control.accepted",
            f"The documented word {word} is refused in {place}.",
            known_word=at(place, _but(word)),
        )
    for place in ("listPropertyNumbers.Type", "findAvailableNumbers.Capabilities", "listAccountCalls.Disposition"):
        yield written(
            "over-strictness",
            f"list-refused/{place}",
            "one-parameter",
            "control.accepted",
            f"A list of two words is refused in {place}.",
            items_of=at(place, lambda right, target, operation, parameter, value: [value]),
        )


def other_codes() -> Iterator[Liar]:
    for place, code in (
        ("listPropertyNumbers.Type", "PARAMETER_INVALID"),
        ("listAccountNumbers.Capabilites", "UNKNOWN_NUMBERTYPE"),
        ("findAvailableNumbers.Capabilities", "PARAMETER_INVALID"),
        ("findAvailableNumbers.Type", "UNKNOWN_CAPABILITY"),
        ("configureNumber.RoutingMethod", "PARAMETER_INVALID"),
        ("configureNumber.Recording", "UNKNOWN_ROUTING_METHOD"),
        ("listPropertyCalls.Disposition", "PARAMETER_INVALID"),
        ("findMessages.Status", "PARAMETER_TOO_LONG"),
    ):
        yield written(
            "enumerations",
            f"word-{code}/{place}",
            "one-parameter",
            f"code.{_CODES[place.partition('.')[2]]}",
            f"An unknown word is refused as {code} in {place}.",
            unknown_word_code=at(place, always(code)),
        )


def liars() -> Iterator[Liar]:
    for chapter in (lax, lists, narrow, other_codes):
        yield from chapter()

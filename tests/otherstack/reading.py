"""Reads the parameters of a request, and collects every fault it meets instead of stopping at the first."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .world import ALPHA_2, ALPHA_3, SERVED

FORBIDDEN_STATUS = frozenset(
    {"FORBIDDEN", "ADDRESS_CANNOT_BE_DELETED", "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY", "COUNTRY_UNAVAILABLE"}
)
NAMED = frozenset({"PARAMETER_REQUIRED", "PARAMETER_INVALID", "ONE_OF_SEVERAL_PARAMETERS_REQUIRED"})
_PHONE = re.compile(r"\+[1-9][0-9]{0,14}")
_BARE_PHONE = re.compile(r"[1-9][0-9]{0,14}")
_DIGITS = re.compile(r"[0-9]+")
_TWO, _THREE = re.compile(r"[A-Za-z]{2}"), re.compile(r"[A-Za-z]{3}")
_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]+")


@dataclass(frozen=True)
class Fault:
    code: str
    field: str
    text: str

    @property
    def status(self) -> int:
        return 403 if self.code in FORBIDDEN_STATUS else 400


class Refusal(Exception):
    """One fault or several; the first gives the answer its code and status."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


def refuse(code: str, field: str, text: str) -> Refusal:
    return Refusal(Fault(code, field, text))


class Reader:
    """Typed access to the parameters of one request."""

    def __init__(self, values: Mapping[str, object], *, empty_is_missing: bool) -> None:
        self.values = values
        self.empty_is_missing = empty_is_missing
        self.faults: list[Fault] = []

    def done(self) -> None:
        """Refuses when something was wrong; what was asked for last is reported first."""
        if self.faults:
            raise Refusal(*reversed(self.faults))

    def blame(self, code: str, field: str, text: str) -> None:
        self.faults.append(Fault(code, field, text))

    def raw(self, name: str, required: bool = False) -> object | None:
        value = self.values.get(name)
        if value is None or (value == "" and self.empty_is_missing):
            if required:
                self.blame("PARAMETER_REQUIRED", name, f"{name} is missing.")
            return None
        if value == "":
            if required:
                self.blame("PARAMETER_TOO_SHORT", name, f"{name} is empty.")
            return None
        return value

    def text(self, name: str, required: bool = False, low: int | None = None, high: int | None = None) -> str | None:
        value = self.raw(name, required)
        if value is None:
            return None
        whole = isinstance(value, int) and not isinstance(value, bool)
        if whole or (isinstance(value, float) and math.isfinite(value)):
            value = str(value)
        if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value):
            self.blame("PARAMETER_INVALID", name, f"{name} is not a text.")
            return None
        if low is not None and len(value) < low:
            self.blame("PARAMETER_TOO_SHORT", name, f"{name} wants {low} characters or more.")
            return None
        if high is not None and len(value) > high:
            self.blame("PARAMETER_TOO_LONG", name, f"{name} takes {high} characters and no more.")
            return None
        return value

    def whole(self, name: str, required: bool = False) -> int | None:
        value = self.raw(name, required)
        if value is None:
            return None
        if isinstance(value, float) and math.isfinite(value) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        if isinstance(value, str) and _DIGITS.fullmatch(value):
            return int(value) if len(value) <= 30 else 10**30
        self.blame("PARAMETER_INVALID", name, f"{name} is no whole number, or below zero.")
        return None

    def flag(self, name: str) -> bool | None:
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        said = {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower())
        if said is None:
            self.blame("PARAMETER_INVALID", name, f"{name} is neither true nor false.")
        return said

    def phone(self, name: str, required: bool = False) -> str | None:
        """The digits of an E.164 number that was written with its plus."""
        value = self.text(name, required)
        if value is None:
            return None
        if not _PHONE.fullmatch(value):
            self.blame("INVALID_PHONENUMBER_FORMAT", name, f"{name} is no E.164 number.")
            return None
        return value[1:]

    def bare_phone(self, name: str, value: str) -> str:
        """The digits of a number in a path, where the plus is left out."""
        if not _BARE_PHONE.fullmatch(value):
            self.blame("INVALID_PHONENUMBER_FORMAT", name, f"{name} is no E.164 number, written without its plus.")
        return value

    def sender(self, name: str) -> str | None:
        """Who a message says it is from: a number with its plus, or a word of 1 to 11 letters and digits."""
        value = self.text(name)
        if value is None:
            return None
        if value.startswith("+"):
            self.phone(name)
            return value
        if not _SENDER.fullmatch(value):
            self.blame("PARAMETER_INVALID", name, f"{name} is neither a number nor a sender's word.")
        if len(value) > 11:
            self.blame("PARAMETER_TOO_LONG", name, f"{name} takes 11 characters and no more.")
        return value

    def choice(self, name: str, words: Iterable[str], code: str) -> str | None:
        found = self.choices(name, words, code, several=False)
        return next(iter(found)) if found else None

    def choices(self, name: str, words: Iterable[str], code: str, several: bool = True) -> set[str] | None:
        """One word, or several with commas between them; letter case does not matter."""
        value = self.text(name)
        if value is None:
            return None
        known = {word.lower(): word for word in words}
        asked = [item.strip() for item in value.split(",")] if several else [value]
        asked = [item for item in asked if item]
        if not all(item.isascii() and item.lower() in known for item in asked):
            self.blame(code, name, f"{name} holds a word that is not in the vocabulary.")
            return None
        return {known[item.lower()] for item in asked} or None

    def words(self, name: str) -> set[str] | None:
        value = self.text(name)
        return {item.strip() for item in value.split(",") if item.strip()} or None if value else None

    def country(self, name: str, required: bool = False) -> str | None:
        value = self.text(name, required)
        if value is None:
            return None
        if _TWO.fullmatch(value):
            code = value.upper() if value.upper() in ALPHA_2 else None
        elif _THREE.fullmatch(value):
            code = ALPHA_3.get(value.upper())
        else:
            self.blame("INVALID_COUNTRYCODE_FORMAT", name, f"{name} is no code of ISO 3166-1.")
            return None
        if code is None:
            self.blame("COUNTRY_NOT_FOUND", name, f"{name} names no country.")
        elif code not in SERVED:
            self.blame("COUNTRY_UNAVAILABLE", name, f"{name} names a country that we do not serve.")
            return None
        return code

    def page(self, usual: int = 200, most: int = 200) -> slice:
        count, skip = self.whole("Results_Count"), self.whole("Results_Skip")
        length = usual if count is None else min(max(count, 1), most)
        start = min(skip or 0, 10**9)
        return slice(start, start + length)

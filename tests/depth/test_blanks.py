"""Blanks around a value: whoever drops all of them is left in peace, and whoever drops some by mistake is not."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.drawn.rightness import Rightness
from conformance.liars import liars, variants
from conformance.planning.cases import EITHER, REFUSED
from conformance.planning.codes import Planner
from conformance.reference import Reference
from tests.depth.against import broken, cases, ids, parts, results

#: Right numbers with a blank, a tab or the end of a line before or behind them.
BLANK = [c for c in cases("codes") if c.error_codes[0] == "INVALID_PHONENUMBER_FORMAT"
         and any(isinstance(v.literal, str) and v.literal.strip() != v.literal for v in c.template.values.values())]  # fmt: skip


class Nowhere(Reference):
    """Drops the blanks, and has a status for what is not there that the contract does not have."""

    def accept_number(self, operation: str, parameter: str, value: Any, **more: Any) -> Any:
        return super().accept_number(operation, parameter, value.strip() if isinstance(value, str) else value, **more)

    def status_of(self, operation: str, code: str) -> int:
        return 404 if code == "NUMBER_NOT_FOUND" else super().status_of(operation, code)


def test_there_are_such_cases_of_several_operations() -> None:
    assert len({case.operation for case in BLANK}) >= 3


def test_who_drops_them_all_is_left_in_peace() -> None:
    assert not ids(results(variants()["numbers-stripped"].build(), BLANK))


@pytest.mark.parametrize(
    "liar",
    ["e164-line-end/configureNumber.EndpointNumber", "e164-blank-at-end/sendMessage.To", "e164-blank-at-head/sendMessage.To"],
)
def test_who_drops_some_by_mistake_is_not(liar: str) -> None:
    assert broken(results(liars()[liar].build(), BLANK)) >= {"code.INVALID_PHONENUMBER_FORMAT"}


def test_what_is_wrong_without_the_blanks_is_blamed_all_the_same() -> None:
    asked = [case for case in BLANK if case.operation == "purchaseNumber"]
    found = broken(results(Nowhere(), asked))
    assert "status.allowed" in found and "code.INVALID_PHONENUMBER_FORMAT" not in found


@pytest.mark.parametrize(
    ("operation", "parameter", "value", "outcome", "code"),
    [
        ("sendMessage", "To", "+61491570156\r", EITHER, ""),
        ("sendMessage", "To", " 61491570156", REFUSED, "INVALID_PHONENUMBER_FORMAT"),
        ("addAddress", "CountryCode", "A\t", REFUSED, "PARAMETER_TOO_SHORT"),
        ("addAddress", "CountryCode", "AU ", EITHER, ""),
    ],
)
def test_what_is_drawn_is_judged_with_them_and_without(
    operation: str, parameter: str, value: str, outcome: str, code: str
) -> None:
    terms, described, given = parts()
    asked = described.operations[operation]
    named = asked.parameter(parameter)
    assert named is not None
    found = Rightness(Planner(terms, described, given), asked, named).of(value)
    assert found.outcome == outcome and (not code or code in found.codes)

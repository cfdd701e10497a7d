"""What right targets on other stacks were accused of once, and what wrong ones slipped through with."""

from __future__ import annotations

import pytest

from conformance.drawn.sources import Choices, texts_of
from conformance.liars import liars, variants
from tests.depth.against import broken, cases, ids, results

OF_OTHER_LISTS = [case for case in cases("bytes") if "/of-other-lists." in case.id]


def test_numbers_may_be_found_without_a_country() -> None:
    asked = [c for c in cases("codes") if c.id.startswith("PARAMETER_REQUIRED/findAvailableNumbers/CountryCode")]
    assert len(asked) >= 2
    assert not ids(results(variants()["home-country"].build(), asked))


@pytest.mark.parametrize("variant", ["unknown-refused", ""])
def test_a_list_may_refuse_what_other_lists_take_or_pass_it_over(variant: str) -> None:
    target = (variants()[variant] if variant else liars()["pages-404/listAccountCalls"]).build()
    asked = [case for case in OF_OTHER_LISTS if variant or case.operation != "listAccountCalls"]
    assert len(asked) > 10 and not ids(results(target, asked))


@pytest.mark.parametrize(
    ("liar", "blamed"), [("pages-404/listAccountCalls", "status.allowed"), ("pages-500/findAvailableNumbers", "status.500")]
)
def test_and_must_not_end_in_a_page_of_the_framework(liar: str, blamed: str) -> None:
    assert blamed in broken(results(liars()[liar].build(), OF_OTHER_LISTS))


@pytest.mark.parametrize("length", [20, 64, 120, 254])
def test_an_e_mail_address_that_is_drawn_is_one(length: int) -> None:
    """No part is longer than RFC 5321, 4.5.3.1, and RFC 1035, 2.3.4, have it."""
    local, _, domain = texts_of(Choices(bytes(12)), [length], "to@example.com").partition("@")
    assert len(local) + 1 + len(domain) == length
    assert 0 < len(local) <= 64 and all(0 < len(label) <= 63 for label in domain.split("."))

"""Sequences: what one request does shows in the answers to those after it."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.http.exchange import Exchange, Request
from conformance.planning.cases import Case
from conformance.putting.procedures import put
from conformance.reference import Reference
from tests.depth.against import bench, broken, cases, ids, results

FIXED = [case for case in cases("sequences") if case.kind == "sequence"]
DRAWN = [case for case in cases("sequences") if case.kind == "drawn-sequences"]


class _LocksForEver(Reference):
    """An address that was ever linked cannot be deleted."""

    def __init__(self) -> None:
        self.ever: set[str] = set()
        super().__init__()

    def apply_configuration(self, operation: str, number: Any, changes: Any) -> Any:
        self.ever |= {changes["AddressSid"]} if "AddressSid" in changes else set()
        return super().apply_configuration(operation, number, changes)

    def may_delete(self, operation: str, credential: Any, address: Any) -> bool:
        return address["AddressSid"] not in self.ever and super().may_delete(operation, credential, address)


class _CountsPurchasesOnly(Reference):
    """A link that was made by configuring does not keep an address from being deleted."""

    def __init__(self) -> None:
        super().__init__()
        self.by_configuring: set[str] = set()

    def apply_configuration(self, operation: str, number: Any, changes: Any) -> Any:
        if "AddressSid" in changes:
            self.by_configuring.add(number["Number"])
        return super().apply_configuration(operation, number, changes)

    def may_delete(self, operation: str, credential: Any, address: Any) -> bool:
        return not any(
            number["AddressSid"] == address["AddressSid"] and number["Number"] not in self.by_configuring
            for number in self.world.numbers.values()
        )


class _LinksToTheDeleted(Reference):
    """An address that is gone can still be linked to."""

    def find_address(self, operation: str, credential: Any, address: str) -> Any:
        if operation == "configureNumber" and address not in self.world.addresses and address in self.seen:
            return {"AddressSid": address}
        return super().find_address(operation, credential, address)

    def __init__(self) -> None:
        self.seen: set[str] = set()
        super().__init__()

    def remove_address(self, operation: str, address: Any) -> None:
        self.seen.add(address["AddressSid"])
        super().remove_address(operation, address)


class _ForgetsTheSecondLink(Reference):
    """A link to a second made address is accepted and not made, where the first is still there."""

    def apply_configuration(self, operation: str, number: Any, changes: Any) -> Any:
        made = [sid for sid, each in self.world.addresses.items() if str(each["Friendly"]).startswith("c")]
        if number["AddressSid"] in made and changes.get("AddressSid") in made:
            changes = {**changes, "AddressSid": number["AddressSid"]}
        return super().apply_configuration(operation, number, changes)


class _FailsAtTheThird(Reference):
    """To add an address fails where two others were added and one of them is linked; no fixed sequence has three."""

    def add_address(self, call: Any) -> Any:
        first = set(Reference().world.addresses)
        added = set(self.world.addresses) - first
        if len(added) > 1 and any(number["AddressSid"] in added for number in self.world.numbers.values()):
            raise KeyError
        return super().add_address(call)


def test_the_right_target_stays_in_peace() -> None:
    assert ids(results(Reference(), cases("sequences"))) == []


@pytest.mark.parametrize("seed", range(20))
def test_the_right_target_stays_in_peace_over_seeds(seed: int) -> None:
    assert ids(results(Reference(), DRAWN, seed, "ci")) == []


@pytest.mark.parametrize(
    "wrong, requirement",
    [
        (_LocksForEver, "control.accepted"),
        (_CountsPurchasesOnly, "code.ADDRESS_CANNOT_BE_DELETED"),
        (_LinksToTheDeleted, "code.ADDRESS_NOT_FOUND"),
        (_ForgetsTheSecondLink, "state.changed"),
    ],
)
def test_a_wrong_target_is_found_by_fixed_sequences(wrong: type[Reference], requirement: str) -> None:
    assert requirement in broken(results(wrong(), FIXED))
    chapters = (case for chapter in ("codes", "controls") for case in cases(chapter) if "deleted" not in case.id)
    assert broken(results(wrong(), chapters)) == set()


class _HidesWhatIsNot(Reference):
    """A member without a value is not shown."""

    def get_number(self, call: Any) -> Any:
        return {name: value for name, value in super().get_number(call).items() if value is not None}


class _UnlinksWhenRefused(_HidesWhatIsNot):
    """A removal that is refused takes the address from its numbers."""

    def may_delete(self, operation: str, credential: Any, address: Any) -> bool:
        allowed = super().may_delete(operation, credential, address)
        for key, number in self.world.numbers.items():
            if number["AddressSid"] == address["AddressSid"]:
                self.world.numbers[key] = {**number, "AddressSid": None}
        return allowed


def test_a_link_that_is_not_shown_any_more_is_gone() -> None:
    assert ids(results(_HidesWhatIsNot(), FIXED)) == []
    assert "state.unchanged" in broken(results(_UnlinksWhenRefused(), [_linked("linked-again")]))


class _ForgetsPurchases(Reference):
    """A purchase is accepted, and the number is not there afterwards."""

    def apply_purchase(self, *given: Any) -> Any:
        number = super().apply_purchase(*given)
        del self.world.numbers[number["Number"]]
        return number


def test_a_purchase_that_is_not_there_is_the_fault_and_not_what_follows_from_it() -> None:
    assert broken(results(_ForgetsPurchases(), [_linked("bought-and-linked")])) == {"state.changed"}


def test_drawn_sequences_find_what_no_fixed_one_has_and_say_how_to_draw_them_again() -> None:
    (case,) = DRAWN
    first = results(_FailsAtTheThird(), [case], 7, "thorough")[0]
    again = results(_FailsAtTheThird(), [case], 7, "thorough")[0]
    assert first.verdict == "fail" and first.seed == 7 and first.requests > len(first.steps)
    assert {each.requirement for each in first.violations} >= {"control.accepted"}
    assert [step.label for step in first.steps] == [step.label for step in again.steps]
    actions = [step.label for step in first.steps if step.label[0].isdigit()]
    assert sorted(label.split(". ")[1] for label in actions) == ["link to Address 1", "make", "make", "make"]


def test_a_second_run_gives_the_same_verdicts() -> None:
    target = Reference()
    numbers = {key: dict(record) for key, record in target.world.numbers.items()}
    addresses = set(target.world.addresses)
    kept = [case for case in cases("sequences") if case.safety == "write"]
    assert ids(results(target, kept, 1, "ci")) == ids(results(target, kept, 2, "ci")) == []
    assert {key: dict(record) for key, record in target.world.numbers.items()} == numbers
    assert set(target.world.addresses) == addresses


def _linked(case_name: str) -> Case:
    return next(case for case in FIXED if case.id.endswith(f"/{case_name}"))


def test_what_was_linked_is_linked_back_when_the_run_is_interrupted() -> None:
    target = Reference()
    numbers = {key: record["AddressSid"] for key, record in target.world.numbers.items()}
    addresses = set(target.world.addresses)
    used = bench(target)
    send, count = used.target.send, 0

    def interrupted(request: Request) -> Exchange:
        nonlocal count
        count += request.method == "DELETE"
        if count == 1:
            count += 1
            raise KeyboardInterrupt
        return send(request)

    used.target.send = interrupted  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        put(used, _linked("linked-and-linked-back"))
    used.clean_up()
    assert {key: record["AddressSid"] for key, record in target.world.numbers.items()} == numbers
    assert set(target.world.addresses) == addresses and used.left_over == []


class _WantsVerifiedAddresses(Reference):
    """An address that was just made has to be verified by a person before a number is linked to it."""

    def apply_configuration(self, operation: str, number: Any, changes: Any) -> Any:
        address = self.world.addresses.get(changes.get("AddressSid"), {})
        if str(address.get("Friendly", "")).startswith("c"):
            raise self.refusal(operation, "PARAMETER_INVALID", "AddressSid")
        return super().apply_configuration(operation, number, changes)


def test_a_target_that_wants_more_of_an_address_is_not_accused() -> None:
    found = results(_WantsVerifiedAddresses(), [case for case in cases("sequences") if case.safety == "write"])
    assert {each.verdict for each in found} == {"pass", "untested"}


def test_numbers_without_a_known_address_leave_links_untested() -> None:
    target = Reference()
    target.world.numbers = {key: {**record, "AddressSid": None} for key, record in target.world.numbers.items()}
    found = results(target, [_linked("linked-again"), _linked("made-and-removed")])
    assert [each.verdict for each in found] == ["untested", "pass"]
    assert "[facts] number" in found[0].reason


def test_hypothesis_is_loaded_when_sequences_are_drawn_and_not_before() -> None:
    import subprocess
    import sys

    code = "import sys, conformance.chapters.sequences, conformance.chapters; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

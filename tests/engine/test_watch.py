"""The watch: what a write did is seen, and put back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.http.exchange import Request, Response, WireFault
from conformance.http.target import AppTarget
from conformance.judgement.verdict import ERROR, FAIL, PASS, Result
from conformance.planning.cases import Case
from conformance.putting.bench import Bench
from conformance.putting.procedures import put
from conformance.putting.watch import Watch
from conformance.reference import Reference
from conformance.reference.world import World
from conformance.session.commons import Commons

from .benches import Told, answer, bench_over, examination, reference_bench, refusal, results

FACTS = examination().profile.facts
NUMBER, LINKED = str(FACTS["number"]), str(FACTS["linked_address"])
CASES = examination().cases


class Reckless(Reference):
    """A reference target in which some requests do more, or less, than they should; `spoil` says which and how."""

    def __init__(self, spoil: Callable[[Reckless, Request, Response], Response | None]) -> None:
        super().__init__()
        self.spoil = spoil

    def bench(self) -> Bench:
        inner = AppTarget(self.respond, examination().profile.vault)

        def respond(request: Request) -> Response:
            response = inner.send(request).response
            assert response is not None
            return self.spoil(self, request, response) or response

        bench = bench_over(Told(respond))
        bench.discover()
        return bench


def case(name: str) -> Case:
    return CASES[name]


def state_of(world: World) -> dict[str, Any]:
    return {name: dict(getattr(world, name)) for name in ("properties", "addresses", "numbers", "calls", "flows")}


def changed(result: Result) -> list[tuple[str, str]]:
    return [(each.requirement, each.pointer) for each in result.violations if each.requirement.startswith("state.")]


# What a refused write did


def test_a_refused_creation_that_created_is_seen_by_its_mark() -> None:
    def spoil(target: Reckless, request: Request, response: Response) -> Response | None:
        if request.method == "POST" and response.status == 400:
            made = json.loads(request.body) | {
                "AddressSid": "D" * 32,
                "AccountSid": FACTS["account"],
                "Status": "Active",
            }
            target.world.addresses["D" * 32] = {
                "Reference": "",
                "Line1": "",
                "Line2": "",
                "Region": "",
                "PostalCode": "",
                **made,
            }
        return None

    result = put(Reckless(spoil).bench(), case("PARAMETER_REQUIRED/addAddress/Line1/absent"))
    assert result.verdict == FAIL
    assert changed(result) == [("state.unchanged", "/body/Addresses/0/Friendly")]


def test_a_refused_change_that_changed_is_seen() -> None:
    def spoil(target: Reckless, request: Request, response: Response) -> Response | None:
        if request.method == "POST" and response.status == 400 and "/Numbers/" in request.target:
            target.world.numbers[NUMBER] = {
                **target.world.numbers[NUMBER],
                "Friendly": json.loads(request.body)["Friendly"],
            }
        return None

    result = put(Reckless(spoil).bench(), case("UNKNOWN_RECORDING_OPTION/configureNumber/Recording/made-up"))
    assert changed(result) == [("state.unchanged", "/body/Friendly")]


def test_a_refused_removal_that_removed_is_seen() -> None:
    def spoil(target: Reckless, request: Request, response: Response) -> Response | None:
        if request.method == "DELETE":
            target.world.addresses.pop(LINKED, None)
        return None

    result = put(Reckless(spoil).bench(), case("ADDRESS_CANNOT_BE_DELETED/deleteAddress/AddressSid/linked"))
    assert changed(result) == [("state.unchanged", "/body")]


# What an accepted write did


def test_an_accepted_change_that_changed_nothing_is_seen() -> None:
    def spoil(target: Reckless, request: Request, response: Response) -> Response | None:
        if request.method == "POST" and response.status == 200:
            target.reset()
        return None

    result = put(Reckless(spoil).bench(), case("control.accepted/configureNumber/Friendly/given"))
    assert changed(result) == [("state.changed", "/body/Friendly")]


def test_an_accepted_creation_of_which_there_is_no_trace_is_seen() -> None:
    def spoil(target: Reckless, request: Request, response: Response) -> Response | None:
        if request.method == "POST":
            target.reset()
            return answer(201, {"Created": True})
        return None

    result = put(Reckless(spoil).bench(), case("control.accepted/addAddress/-/base"))
    assert changed(result) == [("state.changed", "/body")]


def test_an_accepted_removal_that_removed_nothing_is_seen() -> None:
    def spoil(target: Reckless, request: Request, response: Response) -> Response | None:
        if request.method == "DELETE" and request.target not in seen:
            seen.add(request.target)
            target.world.addresses.update(kept)
        kept.update(target.world.addresses)
        return None

    seen: set[str] = set()
    kept: dict[str, Any] = {}
    result = put(Reckless(spoil).bench(), case("control.accepted/deleteAddress/-/base"))
    assert changed(result) == [("state.changed", "/status")]


# Putting back


def test_after_a_control_a_number_is_as_it_was() -> None:
    reference = Reference()
    bench = reference_bench(reference)
    before = state_of(reference.world)
    for name in ("Friendly", "Recording", "RoutingMethod", "AddressSid", "SendSmsTo"):
        for each in [
            c
            for c in CASES.values()
            if c.chapter == "controls" and c.operation == "configureNumber" and c.parameter == name
        ]:
            assert put(bench, each).verdict == PASS
            assert state_of(reference.world)["numbers"] == before["numbers"], each.id


def test_after_a_whole_run_the_target_is_as_it_was_but_for_what_cannot_be_undone() -> None:
    reference = Reference()
    bench = reference_bench(reference)
    before = state_of(reference.world)
    results(
        bench,
        [
            c
            for c in CASES.values()
            if c.safety != "read" and c.chapter in ("codes", "controls", "credentials", "stability")
        ],
    )
    bench.clean_up()
    after = state_of(reference.world)
    bought = {number: each for number, each in after["numbers"].items() if number not in before["numbers"]}
    assert set(bought) <= set(FACTS["available_numbers"])
    assert {**after, "numbers": {n: e for n, e in after["numbers"].items() if n not in bought}} == before
    assert bench.left_over == [] and bench.belongings.made == []


def test_what_a_wrong_target_made_of_a_request_that_it_should_have_refused_is_removed() -> None:
    def spoil(target: Reckless, request: Request, response: Response) -> Response | None:
        if request.method != "POST" or "/Addresses" not in request.target or response.status == 200:
            return None
        made = {"Friendly": "", "Reference": "", "Line1": "", "City": "", **json.loads(request.body)}
        key = target.world.new_sid("D")
        target.world.addresses[key] = {**made, "AddressSid": key, "AccountSid": FACTS["account"], "Status": "Active"}
        return answer(201, {"AddressSid": key})

    target = Reckless(spoil)
    bench = target.bench()
    before = set(target.world.addresses)
    for each in [
        c
        for c in CASES.values()
        if c.operation == "addAddress" and c.chapter == "codes" and c.error_codes[0].startswith("PARAMETER")
    ]:
        put(bench, each)
    bench.clean_up()
    assert set(target.world.addresses) == before and bench.left_over == []


def test_what_cannot_be_removed_is_listed() -> None:
    alive = AppTarget(Reference().respond, examination().profile.vault)

    def respond(request: Request) -> Response | WireFault:
        response = refusal("FORBIDDEN", status=403) if request.method == "DELETE" else alive.send(request).response
        assert response is not None
        return response

    bench = bench_over(Told(respond))
    bench.discover()
    put(bench, case("control.accepted/addAddress/-/base"))
    bench.clean_up()
    [told] = bench.left_over
    assert told.startswith("Address D") and told.endswith(": 403")


def test_what_is_gone_is_not_listed_though_its_removal_was_refused() -> None:
    def spoil(target: Reckless, request: Request, response: Response) -> Response | None:
        return refusal("FORBIDDEN", status=403) if request.method == "DELETE" else None

    bench = Reckless(spoil).bench()
    put(bench, case("control.accepted/addAddress/-/base"))
    bench.clean_up()
    assert bench.left_over == []


def test_a_target_that_dies_during_the_cleaning_leaves_a_list_and_no_exception() -> None:
    alive = AppTarget(Reference().respond, examination().profile.vault)

    def respond(request: Request) -> Response | WireFault:
        if request.method == "DELETE":
            return WireFault("connect", "Nothing listens.")
        response = alive.send(request).response
        assert response is not None
        return response

    bench = bench_over(Told(respond))
    bench.discover()
    assert put(bench, case("control.accepted/addAddress/-/base")).verdict in (ERROR, PASS)
    bench.clean_up()
    [told] = bench.left_over
    assert "Nothing listens." in told


@pytest.mark.parametrize(("kind", "doubted"), [("dead", False), ("connect", False), ("timeout", True), ("reset", True)])
def test_what_never_went_out_is_not_sought_at_the_end(kind: str, doubted: bool) -> None:
    alive = AppTarget(Reference().respond, examination().profile.vault)

    def respond(request: Request) -> Response | WireFault:
        if request.method == "POST":
            return WireFault(kind, "Nothing came.")
        return alive.send(request).response or WireFault("connect", "Nothing listens.")

    bench = bench_over(Told(respond))
    bench.discover()
    assert put(bench, case("control.accepted/addAddress/-/base")).verdict == ERROR
    assert bool(bench.belongings._out) is doubted


def test_what_a_number_showed_first_is_what_it_gets_back() -> None:
    """A second look that began later, and ended earlier, does not replace what the first one saw."""
    state = {"Number": NUMBER.lstrip("+"), "Friendly": "first"}
    looks: list[int] = []
    template = case("control.accepted/configureNumber/Friendly/given").template

    def respond(request: Request) -> Response:
        looks.append(1)
        if len(looks) == 1:
            Watch(bench, template, "m", None, False).before([])
            state["Friendly"] = "changed meanwhile"
        return answer(200, dict(state))

    bench = bench_over(Told(respond))
    Watch(bench, template, "m", None, False).before([])
    assert len(looks) == 2
    assert [each["Friendly"] for each in bench.originals.values()] == ["first"]


def test_a_worker_takes_no_change_of_another_worker_for_what_was_there(tmp_path: Path) -> None:
    """It looks while the other one has a change under way, and would put that back for ever."""
    state = {"Number": NUMBER.lstrip("+"), "Friendly": "first"}
    template = case("control.accepted/configureNumber/Friendly/given").template
    workers = [bench_over(Told(lambda request: answer(200, dict(state)))) for _ in range(2)]
    for bench in workers:
        bench.seen_first = Commons(tmp_path).first
        Watch(bench, template, "m", None, False).before([])
        state["Friendly"] = "changed meanwhile"
    for bench in workers:
        assert [each["Friendly"] for each in bench.originals.values()] == ["first"]


@pytest.mark.parametrize(
    "name", ["control.accepted/addAddress/-/base", "control.accepted/configureNumber/Friendly/given"]
)
def test_an_answer_that_does_not_come_is_an_error_and_never_a_violation(name: str) -> None:
    alive = AppTarget(Reference().respond, examination().profile.vault)
    for silent in range(1, 6):
        count = 0

        def respond(request: Request, silent: int = silent) -> Response | WireFault:
            nonlocal count
            count += 1
            response = alive.send(request).response
            assert response is not None
            return WireFault("reset", "It was closed.") if count == silent else response

        result = put(bench_over(Told(respond)), case(name))
        assert result.verdict in (ERROR, PASS) and not result.violations
        assert result.verdict == PASS or "It was closed." in result.reason

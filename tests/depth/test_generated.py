"""Near misses and right values: what only they find, how small it comes out, and whom they leave in peace."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import strategies as st

from conformance.drawn.batches import run
from conformance.drawn.rightness import width
from conformance.judgement.leniency import as_number
from conformance.liars import liars
from conformance.putting.procedures import put
from conformance.reference import Reference

from .trials import CONTRACT, PROFILE, Recording, bench, curated, drawn, results, told

LATE = "PARAMETER_TOO_LONG/configureNumber/Attribution_Medium/generated"
ENDPOINT = "INVALID_PHONENUMBER_FORMAT/configureNumber/EndpointNumber/generated"


#: Liars that only what is drawn catches, each with the case that does.
WRONG = [
    ("wide-ninth-digit/configureNumber.EndpointNumber", ENDPOINT),
    ("thirteen-digits-refused/configureNumber.SendSmsTo", "control.accepted/configureNumber/SendSmsTo/generated"),
    ("beyond-ascii-too-long/configureNumber.Friendly", "control.accepted/configureNumber/Friendly/generated"),
    ("tenth-character-free/listPropertyNumbers", "PROPERTY_NOT_FOUND/listPropertyNumbers/PropertySid/generated"),
    ("doubled-letter/listAccountCalls.Disposition", "UNKNOWN_DISPOSITION/listAccountCalls/Disposition/generated"),
    ("marks-dropped/listFlows.Results_Skip", "PARAMETER_INVALID/listFlows/Results_Skip/generated"),
    ("second-plane-500/listPropertyNumbers.Type", "UNKNOWN_NUMBERTYPE/listPropertyNumbers/Type/generated"),
    ("kept-as-latin/addAddress.Reference", "control.accepted/addAddress/Reference/generated"),
    ("much-too-long-acts/configureNumber", LATE),
]


@pytest.mark.parametrize(("liar", "case"), WRONG)
def test_a_liar_is_found_by_what_is_drawn(liar: str, case: str) -> None:
    over = bench(liars()[liar].build(), effort="thorough")
    (found,) = results(over, [drawn()[case]])
    assert found.verdict == "fail", told([found])
    assert set(liars()[liar].breaks) & {each.requirement for each in found.violations}
    assert found.seed == over.seed
    assert found.requests > 0
    assert all(each.exchange < len(found.steps) for each in found.violations)


@pytest.mark.parametrize(("liar", "case"), WRONG)
def test_and_by_nothing_that_is_written_down(liar: str, case: str) -> None:
    same = [each for each in curated() if each.operation == drawn()[case].operation]
    assert not told(results(bench(liars()[liar].build()), same), "pass", "advice")


def test_a_failure_is_one_request_and_the_smallest() -> None:
    (found,) = results(bench(liars()[WRONG[0][0]].build(), effort="thorough"), [drawn()[ENDPOINT]])
    (step,) = found.steps
    sent = json.loads(step.exchange.request.body)["EndpointNumber"]
    assert [c for c in sent if not c.isascii()] == [sent[8]]
    assert len(found.violations) <= 2
    assert {each.exchange for each in found.violations} == {0}


def _values(seed: int, wrong: type[Reference] = Reference) -> list[tuple[str, bytes]]:
    over = bench(wrong(), seed=seed, effort="quick")
    results(over, [case for case in drawn().values() if case.kind == "near-misses"][:40])
    assert isinstance(over.target, Recording)
    return [(each.target, each.body) for each in over.target.requests]


def test_one_seed_draws_the_same_requests_and_another_one_others() -> None:
    first = _values(11)
    assert first == _values(11)
    assert first != _values(12)
    assert len(first) > 500


@pytest.mark.parametrize(("seed", "effort"), [(1001, "quick"), (1002, "quick"), (1003, "ci")])
def test_the_reference_target_is_left_in_peace(seed: int, effort: str) -> None:
    over = bench(seed=seed, effort=effort)
    assert not told(results(over, drawn().values()))
    assert not over.left_over


def test_a_state_that_a_refused_write_changed_is_laid_to_one_request() -> None:
    case = drawn()[LATE]
    (found,) = results(bench(liars()[WRONG[-1][0]].build(), effort="thorough"), [case])
    about = [each for each in found.violations if each.requirement == "state.unchanged"]
    assert len(about) == 1
    assert found.steps[about[0].exchange].label == "read back"
    assert [step.label for step in found.steps].count("the request") == 1


def test_a_dropped_connection_is_an_error_and_not_blamed() -> None:
    class Dropping(Reference):
        def respond(self, method: str, target: Any, headers: Any = (), body: bytes = b"") -> Any:
            if "%" in str(target):
                raise ConnectionError("gone")
            return super().respond(method, target, headers, body)

    (found,) = results(bench(Dropping()), [drawn()["PARAMETER_INVALID/findMessages/Status/generated"]])
    assert (found.verdict, found.violations) == ("error", ())
    assert "ConnectionError" in found.reason


def test_what_costs_something_is_not_bought_again_and_again() -> None:
    class Lax(Reference):
        def is_e164(self, operation: str, parameter: str, value: str) -> bool:
            return True

    reference = Lax()
    (found,) = results(bench(reference), [drawn()["INVALID_PHONENUMBER_FORMAT/sendMessage/To/generated"]])
    assert found.verdict == "fail"
    sent = [each for each in found.steps if each.exchange.response and each.exchange.response.status < 300]
    assert len(reference.world.messages) <= len(Reference().world.messages) + 4
    assert len(sent) == 1


def test_a_neighbour_that_is_there_is_no_fault() -> None:
    reference = Reference()
    known = PROFILE.facts["call"]
    for at, c in ((i, c) for i in range(1, len(known)) for c in "ABCDEFGHJKLMNPQRSTUVWXYZ123456789"):
        neighbour = known[:at] + c + known[at + 1 :]
        reference.world.calls.setdefault(neighbour, {**reference.world.calls[known], "CallSid": neighbour})
    over = bench(reference, effort="ci")
    assert not told(results(over, [drawn()["CALL_NOT_FOUND/getCall/CallSid/generated"]]))


def test_several_threads_may_draw() -> None:
    over = bench(effort="quick")
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda case: put(over, case), list(drawn().values())[:40]))
    assert not told(found)


def test_planning_does_not_import_hypothesis() -> None:
    text = "import sys, conformance.drawn.generated, conformance.drawn.fuzz\n"
    text += "assert not {'hypothesis', 'schemathesis'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", text], check=True, timeout=60)


def test_every_requirement_that_a_generated_case_asks_is_in_the_register() -> None:
    asked = {requirement for case in drawn().values() for requirement in case.requirements}
    assert asked <= set(CONTRACT.requirements)
    assert len({case.id for case in drawn().values()}) == len(drawn())


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("-5", -5), ("5.5", 5.5), ("abc", "abc"), ("1x", "1x"), ("nan", "nan"), ("0", 0)]
    + [(text, None) for text in ("05", "+5", " 5", "5 ", "1_0", "1e3", "5.0", "-0", "٥", "5\ufeff", "9" * 500)],
)
def test_numbers_are_judged_only_where_all_readers_agree(text: str, number: object) -> None:
    assert as_number(text) == number
    assert type(as_number(text)) is type(number)


def test_the_width_of_a_pattern_says_what_is_too_long_by_nature() -> None:
    assert width(r"^\+[1-9][0-9]{1,14}$") == (3, 16)
    assert width("^[A-Z]{2}$") == (2, 2)
    assert width("[A-Z]")[0] == 0
    assert width("^(?<name>x$")[0] == 0


def test_what_failed_once_is_a_failure_though_it_does_not_fail_again() -> None:
    asked: list[int] = []

    def fine(value: int) -> bool:
        asked.append(value)
        return len(asked) != 3

    assert not run(st.integers(), fine, 1, "unsteady", 10, shrinking=True)
    assert len(asked) > 3

"""Near misses and right values: what only they find, how small it comes out, and whom they leave in peace."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from conformance.drawn.rightness import width
from conformance.judgement.leniency import as_number
from conformance.liars.model import Altered, altered
from conformance.putting.procedures import put
from conformance.reference import Reference

from .trials import CONTRACT, PROFILE, Recording, bench, curated, drawn, results, told

ENDPOINT = "INVALID_PHONENUMBER_FORMAT/configureNumber/EndpointNumber/generated"


def _wide_ninth(right: Any, target: Altered, operation: str, parameter: str, value: str) -> bool:
    """The ninth character may be a full-width digit."""
    if parameter == "EndpointNumber" and len(value) > 9 and "０" <= value[8] <= "９":
        value = value[:8] + "0" + value[9:]
    return bool(right(operation, parameter, value))


def _sixteen_units(right: Any, target: Altered, operation: str, parameter: str, value: str) -> bool:
    """Lengths are counted in UTF-16 code units."""
    high = target.length_bounds(operation, parameter)
    return high is not None and len(value.encode("utf-16-le", "surrogatepass")) // 2 > high[1]


def _forgets_the_tenth(right: Any, target: Altered, operation: str, credential: Any, property_: str) -> str:
    """The tenth character of a property is not looked at."""
    found = [each for each in target.world.properties if each[:9] + each[10:] == property_[:9] + property_[10:]]
    return str(right(operation, credential, found[0] if found else property_))


def _doubled(right: Any, target: Altered, operation: str, parameter: str, value: str) -> Any:
    """A letter that is doubled by mistake is taken for one."""
    for at in range(1, len(value)):
        if value[at] == value[at - 1] and right(operation, parameter, value[:at] + value[at + 1 :]):
            return right(operation, parameter, value[:at] + value[at + 1 :])
    return right(operation, parameter, value)


def _trimmed(right: Any, target: Altered, operation: str, parameter: str, value: Any, *, in_json: bool) -> Any:
    """Marks after the digits are dropped."""
    if parameter == "Results_Skip" and isinstance(value, str):
        value = value.rstrip("%;:!?*/#&=") or value
    return right(operation, parameter, value, in_json=in_json)


def _breaks_down(right: Any, target: Altered, operation: str, parameter: str, value: str) -> Any:
    """A character outside the first plane ends in a failure."""
    if operation == "listPropertyNumbers" and any(ord(c) > 0xFFFF for c in value):
        raise RuntimeError("no such character")
    return right(operation, parameter, value)


def _narrow(right: Any, target: Altered, operation: str, parameter: str, value: str) -> bool:
    """A number of 13 digits is refused."""
    return (parameter != "SendSmsTo" or len(value) != 14) and bool(right(operation, parameter, value))


def _latin(right: Any, target: Altered, operation: str, parameter: str, value: Any) -> Any:
    """Texts are kept in ISO 8859-1."""
    found = right(operation, parameter, value)
    return found.encode("latin-1", "replace").decode("latin-1") if parameter == "Reference" else found


def _keeps_it_all_the_same(right: Any, target: Altered, operation: str, parameter: str, value: str) -> bool:
    """A text that is too long by 20 or more is refused, and what stands beside it is done."""
    too_long = bool(right(operation, parameter, value))
    if too_long and parameter == "Attribution_Medium" and 140 < len(value) < 300:
        target.notes["late"] = True
    return too_long


class Late(altered({"is_too_long": _keeps_it_all_the_same})):  # type: ignore[misc]
    """Carries out what it refused, when that was much too long."""

    def respond(self, method: str, target: Any, headers: Any = (), body: bytes = b"") -> Any:
        answer = super().respond(method, target, headers, body)
        if self.notes.pop("late", False):
            for record in self.world.numbers.values():
                record["Friendly"] = json.loads(body).get("Friendly", record.get("Friendly"))
        return answer


WRONG = [
    (altered({"is_e164": _wide_ninth}), ENDPOINT, "code.INVALID_PHONENUMBER_FORMAT"),
    (altered({"is_too_long": _sixteen_units}), "control.accepted/configureNumber/Friendly/generated",
     "control.accepted"),
    (altered({"find_property": _forgets_the_tenth}), "PROPERTY_NOT_FOUND/listPropertyNumbers/PropertySid/generated",
     "code.PROPERTY_NOT_FOUND"),
    (altered({"known_word": _doubled}), "UNKNOWN_DISPOSITION/listAccountCalls/Disposition/generated",
     "code.UNKNOWN_DISPOSITION"),
    (altered({"integer_of": _trimmed}), "PARAMETER_INVALID/listFlows/Results_Skip/generated", "code.PARAMETER_INVALID"),
    (altered({"known_word": _breaks_down}), "UNKNOWN_NUMBERTYPE/listPropertyNumbers/Type/generated", "status.500"),
    (altered({"is_e164": _narrow}), "control.accepted/configureNumber/SendSmsTo/generated", "control.accepted"),
    (altered({"accept_text": _latin}), "control.accepted/addAddress/Reference/generated", "state.changed"),
    (Late, "PARAMETER_TOO_LONG/configureNumber/Attribution_Medium/generated", "state.unchanged"),
]  # fmt: skip
IDS = [case.split("/", 1)[1] for _, case, _ in WRONG]


@pytest.mark.parametrize(("wrong", "case", "requirement"), WRONG, ids=IDS)
def test_a_wrong_target_is_found_by_what_is_drawn(wrong: type[Reference], case: str, requirement: str) -> None:
    over = bench(wrong(), effort="thorough")
    (found,) = results(over, [drawn()[case]])
    assert found.verdict == "fail", told([found])
    assert requirement in {each.requirement for each in found.violations}
    assert found.seed == over.seed
    assert found.requests > 0
    assert all(each.exchange < len(found.steps) for each in found.violations)


@pytest.mark.parametrize(("wrong", "case", "requirement"), WRONG, ids=IDS)
def test_and_by_nothing_that_is_written_down(wrong: type[Reference], case: str, requirement: str) -> None:
    same = [each for each in curated() if each.operation == drawn()[case].operation]
    assert not told(results(bench(wrong()), same), "pass", "advice")


def test_a_failure_is_one_request_and_the_smallest() -> None:
    (found,) = results(bench(altered({"is_e164": _wide_ninth})(), effort="thorough"), [drawn()[ENDPOINT]])
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
    case = drawn()["PARAMETER_TOO_LONG/configureNumber/Attribution_Medium/generated"]
    (found,) = results(bench(Late(), effort="thorough"), [case])
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

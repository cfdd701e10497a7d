"""Fuzzing through Schemathesis: what only it finds, what it leaves in peace, and what it may not touch."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.drawn.fuzz import HANDFUL, Fuzzed
from conformance.http.exchange import Exchange, Response
from conformance.http.target import AppTarget
from conformance.liars import combine, liars, variants
from conformance.reference import Reference

from .trials import CONTRACT, PROFILE, SURFACE, Recording, bench, curated, drawn, fuzzed, results, told

#: Liars that only fuzzing catches, each with the operation that shows it.
WRONG = [
    ("array-500/configureNumber", "configureNumber"),
    ("strange-token-422/listAccountCalls", "listAccountCalls"),
    ("unknown-member-wordless/addAddress", "addAddress"),
]


@pytest.mark.parametrize(("liar", "operation"), WRONG)
def test_a_liar_is_found_by_fuzzing(liar: str, operation: str) -> None:
    over = bench(liars()[liar].build())
    (found,) = results(over, [fuzzed()[operation]])
    assert found.verdict == "fail", told([found])
    assert set(liars()[liar].breaks) & {each.requirement for each in found.violations}
    assert (found.seed, len(found.steps)) == (over.seed, 1)
    request = found.steps[0].exchange.request
    assert len(request.target) + len(request.body) < 200
    assert found.requests > 20


@pytest.mark.parametrize(("liar", "operation"), WRONG)
def test_and_by_nothing_else(liar: str, operation: str) -> None:
    same = [each for each in (*curated(), *drawn().values()) if each.operation == operation]
    assert not told(results(bench(liars()[liar].build(), effort="quick"), same), "pass", "advice")


@pytest.mark.parametrize(("status", "blamed"), [(500, "status.500"), (401, "status.401"), (422, "status.allowed")])
def test_a_status_that_the_contract_has_breaks_no_rule_about_which_there_are(status: int, blamed: str) -> None:
    case = fuzzed()["listFlows"]
    over = bench()
    body = b'{"ResponseStatus": {"ErrorCode": "FORBIDDEN", "Message": "No.", "Errors": []}}'
    response = Response(status, "", (("Content-Type", "application/json"),), body)
    exchange = Exchange(over.request(case.template, case), response)
    found = {each.requirement for each in over.judge.violations(case.expected, exchange)}
    assert found & {"status.500", "status.401", "status.allowed"} == {blamed}


@pytest.mark.parametrize("seed", range(3))
def test_the_reference_target_is_left_in_peace(seed: int) -> None:
    over = bench(seed=2000 + seed, effort="quick")
    assert not told(results(over, fuzzed().values()))
    assert not over.left_over


@pytest.mark.parametrize(
    ("operation", "query", "body"),
    [
        ("configureNumber", "", b'{"": null}'),
        ("configureNumber", "", b'{"\\r": null}'),
        ("listPropertyNumbers", "?Capabilites=MMS&=null", b""),
        ("listPropertyNumbers", "?%20=null", b""),
    ],
)
@pytest.mark.parametrize("besides", [(), ("terse",)], ids=["", "terse"])
def test_who_refuses_a_parameter_without_a_name_may_name_it(
    operation: str, query: str, body: bytes, besides: tuple[str, ...]
) -> None:
    """Its empty name stands for it, in FieldName and in a message that consists of names."""
    target = combine(*(variants()[name] for name in ("unknown-refused", *besides)))
    over, case = bench(target.build()), fuzzed()[operation]
    assert case.template.operation is not None
    request = over.request(case.template, case)
    request = replace(request, target=request.target.partition("?")[0] + query, body=body)
    found = Fuzzed(over, case, case.template.operation)
    assert found.judge(request), found.worst
    (step, _) = next(iter(found.seen.values()))
    assert step.exchange.response is not None and step.exchange.response.status == 400


def test_of_a_request_with_an_empty_name_no_name_is_judged() -> None:
    """The message has the empty name in it, and FieldName the next one that is at fault."""
    over, case = bench(), fuzzed()["listAddresses"]
    assert case.template.operation is not None
    request = over.request(case.template, case)
    body = b'{"ResponseStatus": {"ErrorCode": "PARAMETER_INVALID", "Message": " is not known.", "Errors": [{"FieldName": "City"}]}}'
    response = Response(400, "", (("Content-Type", "application/json"),), body)
    judged = Fuzzed(over, case, case.template.operation)
    for query, blamed in (("?City=&=null", False), ("?City=&x=null", True)):
        asked = replace(request, target=request.target.partition("?")[0] + query)
        assert bool(judged._violations(Exchange(asked, response))) is blamed


def _sent(seed: int, *operations: str) -> list[Any]:
    over = bench(seed=seed, effort="quick")
    results(over, [fuzzed()[each] for each in operations])
    assert isinstance(over.target, Recording)
    return over.target.requests


def test_one_seed_draws_the_same_requests_and_another_one_others() -> None:
    first = _sent(5, "findMessages", "addAddress")
    assert first == _sent(5, "findMessages", "addAddress")
    assert first != _sent(6, "findMessages", "addAddress")


def test_every_operation_is_fuzzed_once() -> None:
    assert set(fuzzed()) == set(SURFACE.operations)
    assert len({case.id for case in fuzzed().values()}) == len(SURFACE.operations)
    asked = {requirement for case in fuzzed().values() for requirement in case.requirements}
    assert asked <= set(CONTRACT.requirements)


def test_what_changes_or_removes_names_nothing_that_is_there() -> None:
    facts = {str(value).lstrip("+") for value in PROFILE.facts.values() if isinstance(value, str)}
    for request in _sent(7, "configureNumber", "deleteAddress"):
        if request.method != "GET":
            assert request.target.rsplit("/", 1)[1] not in facts


def test_what_is_made_by_chance_is_removed() -> None:
    reference = Reference()
    before = dict(reference.world.addresses)
    over = bench(reference, effort="ci")
    results(over, [fuzzed()["addAddress"]])
    assert isinstance(over.target, Recording)
    assert any(each.method == "DELETE" for each in over.target.requests)
    assert reference.world.addresses == before


@pytest.mark.parametrize("operation", ["purchaseNumber", "sendMessage", "sendMessageBatch"])
def test_what_costs_something_gets_a_handful_and_goes_to_sample_numbers(operation: str) -> None:
    requests = _sent(8, operation)
    assert 0 < len([each for each in requests if each.method == "POST"]) <= HANDFUL
    samples = {"+61491570156", "+61255501234", "+12025550123", "+447700900123", "+882131234567890", "+33199001234"}
    for each in requests:
        numbers = re.findall(rb'"(\+[1-9][0-9]{6,14})"', each.body)
        assert {number.decode() for number in numbers} <= samples | {"+61291920000", "+61491570157"}


def test_what_may_not_be_sent_is_not_sent() -> None:
    over = bench()
    over.profile = replace(over.profile, allow={})
    sent = over.target.sent
    found = results(over, [fuzzed()["addAddress"], fuzzed()["sendMessage"]])
    assert [each.verdict for each in found] == ["untested", "untested"]
    assert over.target.sent == sent


def test_a_target_that_answers_alike_to_nothing_is_soon_done_with() -> None:
    """Where each answer is wrong in another way nothing can be shrunk, and looking for it takes no minutes.

    It takes a second or two of computing time; the bound tells it from minutes on any machine.
    """
    turn = count()

    def respond(*request: Any) -> Any:
        status = (400, 401, 403, 500, 200, 302, 307, 418)[next(turn) % 8]
        return SimpleNamespace(status=status, headers=(), body=b"?")

    over = bench()
    over.target = AppTarget(respond, PROFILE.vault)
    began = time.thread_time()
    found = results(over, [fuzzed()["listAccountCalls"]])
    assert [each.verdict for each in found] == ["fail"]
    assert time.thread_time() - began < 30

"""Facts: what is known of a target, from where, and the wrong values that are made of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.http.exchange import Request, Response, WireFault
from conformance.http.target import AppTarget, Target
from conformance.judgement.verdict import Lacking, NotThere
from conformance.planning.cases import Value, literal
from conformance.planning.requests import ABSENT
from conformance.planning.values import corrupted, unknown_like, unknown_number, unknown_place
from conformance.putting.bench import Bench
from conformance.putting.facts import DISCOVERED, GIVEN, Facts, formed, objects
from conformance.reference import Reference

from .benches import Told, answer, examination, refusal


def discovering(target: Target, facts: dict[str, Any] | None = None, **more: Any) -> Bench:
    """A bench whose profile gives these facts alone, after discovery."""
    run = examination()
    bench = Bench(run.contract, run.surface, replace(run.profile, facts=facts or {}, **more), target)
    bench.discover()
    return bench


def reference() -> AppTarget:
    return AppTarget(Reference().respond, examination().profile.vault)


# Discovery


def test_what_is_discovered_is_there_in_the_target() -> None:
    bench = discovering(reference())
    values = bench.facts.values
    assert set(bench.facts.origins.values()) == {DISCOVERED}
    assert {"account", "number", "property", "other_property_number", "other_property", "linked_address", "address",
            "call", "served_country", "available_numbers"} == set(values)  # fmt: skip
    assert values["property"] != values["other_property"] and values["address"] != values["linked_address"]
    for resource, name in (
        ("Number", "number"),
        ("Address", "address"),
        ("Address", "linked_address"),
        ("Call", "call"),
    ):
        found = bench.read_one(resource, str(values[name]), [], "look")
        assert found is not None and found.response is not None and found.response.status == 200


def test_what_the_profile_gives_is_not_asked_for() -> None:
    bench = discovering(reference(), {"number": "+61255502001", "address": False})
    assert bench.facts.values["number"] == "+61255502001" and bench.facts.values["address"] is False
    assert bench.facts.origins["number"] == GIVEN and bench.facts.origins["property"] == DISCOVERED


def test_a_fact_that_rests_on_another_fits_it() -> None:
    bench = discovering(reference(), {"number": "+61255502001"})
    assert bench.facts.values["property"] == examination().profile.facts["other_property"]


def test_discovery_reads_each_list_once_and_writes_nothing() -> None:
    seen: list[Request] = []
    inner = reference()

    def respond(request: Request) -> Response:
        seen.append(request)
        response = inner.send(request).response
        assert response is not None
        return response

    discovering(Told(respond))
    assert {each.method for each in seen} == {"GET"} and {each.credentials for each in seen} == {"owner"}
    assert len(seen) == len(set(seen)) <= 6


@pytest.mark.parametrize(
    "outcome",
    [
        refusal("FORBIDDEN", status=403),
        answer(200),
        answer(200, []),
        answer(200, {"Numbers": None}),
        answer(200, "text"),
        answer(200, {"Numbers": [{"Number": 7}, {"Number": ""}, "x"]}),
        Response(200, "", (), b"<html>"),
        Response(302),
        WireFault("reset", "It was closed."),
    ],
)
def test_an_answer_that_tells_nothing_leaves_facts_unknown(outcome: Response | WireFault) -> None:
    assert set(discovering(Told(lambda request: outcome)).facts.values) == {"account"}


def test_an_unsupported_operation_is_not_asked() -> None:
    target = Told(lambda request: answer(200, {}))
    discovering(target, unsupported=tuple(examination().surface.operations))
    assert target.requests == []


def test_without_credentials_nothing_is_discovered() -> None:
    target = Told(lambda request: answer(200, {}))
    assert discovering(target, credentials={}).facts.values == {} and target.requests == []


# Values


FACTS = Facts({"number": "61255501001", "location": {"City": "Canberra"}, "many": ["a", "b"], "none": [], "no": False})


def test_a_fact_that_the_profile_denies_is_told_from_one_that_nobody_knows() -> None:
    with pytest.raises(NotThere, match="there is no no"):
        FACTS.get("no")
    with pytest.raises(Lacking, match="other is not known") as caught:
        FACTS.get("other")
    assert caught.value.line == '[facts] other = "..."'


@pytest.mark.parametrize(
    ("name", "line"),
    [("linked_address", '[facts] linked_address = "..."'), ("available_numbers", '[facts] available_numbers = ["..."]'),
     ("server_error", '[facts] server_error = { method = "GET", path = "/..." }'),
     ("impossible_location", '[facts] impossible_location = { Region = "...", City = "...", PostalCode = "..." }')],
)  # fmt: skip
def test_the_line_to_add_to_the_profile_fits_the_fact(name: str, line: str) -> None:
    run = examination()
    bench = Bench(run.contract, run.surface, replace(run.profile, facts={}), Told(lambda request: answer(200, {})))
    with pytest.raises(Lacking) as caught:
        bench.facts.get(name)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (literal(7), 7),
        (Value("fact", fact="number"), "61255501001"),
        (Value("fact", fact="number", form="+"), "+61255501001"),
        (Value("fact", fact="location", which="City"), "Canberra"),
        (Value("fact", fact="location", which="Region"), ABSENT),
        (Value("fact", fact="many"), "a"),
        (Value("fact", fact="many", item=1), "b"),
        (Value("fact", fact="many", item=9), "b"),
        (Value("corrupt", fact="number", which="cut"), "6125550100"),
    ],
)
def test_a_value_is_resolved_by_the_facts(value: Value, expected: Any) -> None:
    found = FACTS.resolve(value)
    assert found is expected or found == expected


def test_a_sample_stands_for_an_unknown_fact_only_where_it_may() -> None:
    value = Value("fact", fact="other", fallback="sample")
    assert FACTS.resolve(value, made_up=True) == "sample"
    with pytest.raises(Lacking):
        FACTS.resolve(value)


def test_an_empty_list_is_lacking() -> None:
    with pytest.raises(Lacking, match="is an empty list"):
        FACTS.resolve(Value("fact", fact="none"))


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        ("61255501001", "+", "+61255501001"),
        ("+61255501001", "digits", "61255501001"),
        ("+61255501001", None, "+61255501001"),
        ("Conformance", "+", "Conformance"),
        (7, "+", 7),
        ("+", "digits", "+"),
    ],
)
def test_a_number_gets_its_plus_where_its_place_asks_for_it(value: Any, form: str | None, expected: Any) -> None:
    assert formed(value, form) == expected


KNOWN = ["D3AGJX6IQ6FCHHDXZQNZEXQCL226T6F6", "1f0e3dad-99c5-4b1f-8a53-2f1c1d1e6a7b", "0f1e2d3c4b5a69788796", "42",
         "cust_9fK2mQ", "+61255501001", "a/b c", "é12"]  # fmt: skip


@pytest.mark.parametrize("known", KNOWN)
def test_an_unknown_identifier_has_the_shape_of_a_known_one_and_names_nothing(known: str) -> None:
    made = unknown_like(known, "a")
    assert made != known and made == unknown_like(known, "a") != unknown_like(known, "b")
    assert all(c.isascii() and (c.isalnum() or c in "-_.~+") for c in made)
    if len(known) > 8:
        assert len(made) == len(known)
    if known[2:].isalnum() and len(known) == 32:
        assert made[:2] == known[:2] and made.isupper()


def test_an_unknown_number_is_of_the_same_country_and_length() -> None:
    made = unknown_number("+61255501001", "a")
    assert made.startswith("+6125") and len(made) == 12 and made != "+61255501001" and made[1:].isdigit()


def test_an_unknown_place_looks_like_one() -> None:
    assert unknown_place("Canberra", "a").isalpha() and unknown_place("Canberra", "a") != unknown_place("Canberra", "b")
    assert unknown_place("2601", "a") == "0000"
    assert unknown_place("NSW", "a").isupper() and len(unknown_place("NSW", "a")) == 3


@pytest.mark.parametrize("which", ["cut", "longer", "first", "last", "digit-more", "digit-less"])
@pytest.mark.parametrize("known", ["D3AGJX6I", "61255501001", "qQ7"])
def test_a_corrupted_text_is_one_change_away(which: str, known: str) -> None:
    made = corrupted(known, which)
    assert made != known and abs(len(made) - len(known)) <= 1
    if len(made) == len(known):
        assert sum(a != b for a, b in zip(made, known, strict=True)) == 1


def test_objects_are_found_wherever_they_stand_outer_ones_first() -> None:
    document = {"a": [{"b": 1}, [{"c": {"d": 2}}]], "e": "x"}
    assert [sorted(each) for each in objects(document)] == [["a", "e"], ["b"], ["c"], ["d"]]
    deep: Any = {}
    for _ in range(5000):
        deep = [deep]
    assert list(objects(deep)) == []

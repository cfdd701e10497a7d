"""The plan: which cases a contract, a surface and a profile give."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from conformance.chapters import plan
from conformance.data import FIXTURES, SCHEMAS
from conformance.inputs.documents import read
from conformance.planning.cases import ACCEPTED, LINKS, REFUSED, Case, turns
from conformance.session.examination import Choices, Examination, in_shard
from tools.count_codes import counts, table

from .benches import SEED, examination

ID = re.compile(r"[A-Za-z0-9._+-]+(/[A-Za-z0-9._+-]+){3}")
Triple = tuple[str, str, str]

# What constrains a parameter, worked out from the description alone


def resolved(document: Any, node: Any) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def members(document: Any) -> Iterator[tuple[str, str, str, bool, Any]]:
    """Operation, place, name, whether it is required, and the keywords of each parameter."""
    for item in document["paths"].values():
        for method, operation in item.items():
            if method == "parameters":
                continue
            name = operation["operationId"]
            for each in [*item.get("parameters", []), *operation.get("parameters", [])]:
                each = resolved(document, each)
                beside = {key: value for key, value in each.items() if key.startswith("x-")}
                yield name, each["in"], each["name"], bool(each.get("required")), {**each["schema"], **beside}
            for media in resolved(document, operation.get("requestBody", {})).get("content", {}).values():
                body = resolved(document, media["schema"])
                for key, schema in body["properties"].items():
                    yield name, "body", key, key in body.get("required", []), resolved(document, schema)
                if "anyOf" in body:
                    yield name, "body", "body", True, {"anyOf": body["anyOf"]}


def constraints(place: str, required: bool, schema: Any) -> Iterator[str]:
    """The constraints of a parameter that a rule may be bound to."""
    if "x-asked" in schema or "x-asked" in schema.get("items", {}):
        if not required:
            return
        schema = {}
    if required and place != "path":
        yield "anyOf" if "anyOf" in schema else "required"
    if schema.get("type") == "array" and place == "query":
        schema = {**schema["items"], **{key: value for key, value in schema.items() if key.startswith("x-")}}
    if schema.get("type") == "integer":
        yield "integer"
    for keyword in ("minLength", "maxLength", "minimum", "maximum"):
        if keyword in schema and (keyword, schema[keyword]) != ("minLength", 1):  # one less is nothing at all
            yield keyword
    if "format" in schema:
        yield f"format {schema['format']}"
    if "x-vocabulary" in schema:
        yield f"vocabulary {schema['x-vocabulary']}"
    elif "enum" in schema:
        yield "enum"
    if "x-resource" in schema:
        yield f"resource {schema['x-resource']}"
    if "x-location" in schema and place == "query":
        yield "location"
    for annotation in ("x-served", "x-ahead"):
        if annotation in schema:
            yield annotation
    for branch in {"then", "else"} & set(schema):
        yield from constraints(place, False, schema[branch])


def triples(document: Any) -> list[tuple[Triple, str]]:
    """All triples of operation, parameter and constraint, each with the place of the parameter."""
    return [
        ((operation, name, constraint), place)
        for operation, place, name, required, schema in members(document)
        for constraint in constraints(place, required, schema)
    ]


def first_segment(constraint: str) -> str:
    """What the id of a case about a constraint begins with."""
    known = {
        "required": "PARAMETER_REQUIRED",
        "anyOf": "ONE_OF_SEVERAL_PARAMETERS_REQUIRED",
        "integer": "PARAMETER_INVALID",
        "minLength": "PARAMETER_TOO_SHORT",
        "maxLength": "PARAMETER_TOO_LONG",
        "minimum": "PARAMETER_INVALID",
        "maximum": "PARAMETER_INVALID",
        "enum": "PARAMETER_INVALID",
        "x-ahead": "PARAMETER_INVALID",
        "location": "LOCATION_NOT_FOUND",
        "x-served": "COUNTRY_UNAVAILABLE",
        "format e164": "INVALID_PHONENUMBER_FORMAT",
        "format e164-digits": "INVALID_PHONENUMBER_FORMAT",
        "format iso-3166-1": "INVALID_COUNTRYCODE_FORMAT",
        "vocabulary RoutingMethod": "UNKNOWN_ROUTING_METHOD",
        "vocabulary RecordingOption": "UNKNOWN_RECORDING_OPTION",
        "vocabulary Capability": "UNKNOWN_CAPABILITY",
        "vocabulary Disposition": "UNKNOWN_DISPOSITION",
        "vocabulary NumberType": "UNKNOWN_NUMBERTYPE",
        "resource Account": "ACCOUNT_NOT_FOUND",
        "resource Property": "PROPERTY_NOT_FOUND",
        "resource Address": "ADDRESS_NOT_FOUND",
        "resource Number": "NUMBER_NOT_FOUND",
        "resource Call": "CALL_NOT_FOUND",
        "resource Message": "status.400",  # the page has no code for a message that is not there
    }
    return known[constraint]


def asked(run: Examination) -> set[tuple[str, str, str]]:
    """First segment, operation and subject of every case."""
    return {(first, operation, subject) for first, operation, subject, _ in (each.split("/") for each in run.cases)}


def test_each_triple_of_operation_parameter_and_constraint_has_a_case() -> None:
    found = triples(read(SCHEMAS / "surface.json"))
    assert len(found) > 80
    have = asked(examination())
    without = [triple for triple, _ in found if (first_segment(triple[2]), triple[0], triple[1]) not in have]
    assert without == []


def test_each_length_of_the_profile_has_a_case_on_both_sides() -> None:
    have = asked(examination())
    limits = examination().profile.limits
    document = read(SCHEMAS / "surface.json")
    free = [
        (operation, name)
        for operation, place, name, _, schema in members(document)
        if place == "body"
        and schema.get("type") == "string"
        and not {"enum", "format", "x-resource", "if"} & set(schema)
    ]
    for operation, name in free:
        bounds = limits.get(f"{operation}.{name}", limits.get(name, {}))
        if "max" in bounds:
            assert ("PARAMETER_TOO_LONG", operation, name) in have, (operation, name)
        if bounds.get("min", 0) > 1:
            assert ("PARAMETER_TOO_SHORT", operation, name) in have, (operation, name)


# Ids


def test_ids_are_unique_and_of_the_fixed_form() -> None:
    run = examination()
    ids = [case.id for case in plan(run.contract, run.surface, run.profile)]
    assert len(ids) >= 200
    assert [each for each, number in Counter(ids).items() if number > 1] == []
    assert [each for each in ids if not ID.fullmatch(each)] == []


def test_ids_are_the_same_in_every_run() -> None:
    assert list(Examination(Choices(seed=SEED + 1)).cases) == list(examination().cases)


def test_no_generated_value_stands_in_an_id() -> None:
    known = [str(value) for value in examination().profile.facts.values() if isinstance(value, str) and len(value) > 3]
    assert not [each for each in examination().cases if any(value.lstrip("+") in each for value in known)]


def test_operation_and_parameter_of_a_case_stand_in_its_id() -> None:
    for case in examination().cases.values():
        _, operation, _, _ = case.id.split("/")
        assert operation == (case.operation or "-"), case.id


def test_shards_part_the_cases() -> None:
    parts = [[each for each in examination().cases if in_shard(each, index, 3)] for index in (1, 2, 3)]
    assert sorted(each for part in parts for each in part) == sorted(examination().cases)
    assert min(map(len, parts)) > len(examination().cases) / 5


# The register


def test_each_requirement_is_asked_by_a_case_or_of_every_exchange_or_untestable() -> None:
    run = examination()
    planned = {requirement for case in run.cases.values() for requirement in case.requirements}
    for each in run.contract.requirements.values():
        everywhere = any(name.startswith("every ") for name in each.asked_by)
        assert each.id in planned or everywhere or each.untestable, each.id


def test_each_requirement_that_a_case_asks_is_in_the_register() -> None:
    run = examination()
    for case in run.cases.values():
        assert case.requirements, case.id
        assert set(case.requirements) <= set(run.contract.requirements), case.id
        assert len(set(case.requirements)) == len(case.requirements), case.id
        assert not case.expected.blame or case.expected.blame in run.contract.requirements, case.id


def test_each_code_that_is_due_has_a_rule() -> None:
    run = examination()
    for case in run.cases.values():
        assert {*case.error_codes, *(due.code for due in case.expected.due)} <= set(run.contract.rules), case.id


def test_a_refusal_about_a_code_has_its_control_beside_it() -> None:
    """But where what is missing is one of a group: the control of that is each request that has one of them."""
    for case in examination().cases.values():
        if case.chapter != "codes" or case.expected.outcome != REFUSED or case.kind != "refusal" or case.untested:
            continue
        if case.control is None:
            assert case.parameter is None, case.id
        else:
            assert case.control != case.template, case.id


def test_one_fault_stands_between_a_case_and_its_control() -> None:
    for case in examination().cases.values():
        if case.chapter != "codes" or case.control is None or case.parameter is None:
            continue
        keys = set(case.template.values) | set(case.control.values)
        differ = [key for key in keys if case.template.values.get(key) != case.control.values.get(key)]
        assert [key.split(":")[1] for key in differ] in ([case.parameter], []), case.id


def test_each_operation_has_a_control_and_cases_of_missing_credentials() -> None:
    have = asked(examination())
    for operation in examination().surface.operations:
        assert ("status.401", operation, "credentials") in have
    controls = {c.operation for c in examination().cases.values() if c.expected.outcome == ACCEPTED}
    # Nothing in the public pages says how one would learn of a message.
    assert set(examination().surface.operations) - controls == {"getMessage"}


# How much is asked


@pytest.mark.parametrize("count", counts(examination()), ids=lambda count: count.code)
def test_each_code_is_accepted_alone_by_three_cases_or_is_about_state(count: Any) -> None:
    assert count.cases >= 1
    assert count.alone >= (1 if count.of_state else 3)


def test_the_counts_are_told_as_a_table() -> None:
    assert len(table(examination()).splitlines()) == 2 + len(examination().contract.rules)


def test_what_names_things_that_are_there_takes_turns_with_whoever_links_them() -> None:
    found = []
    for case in examination().cases.values():
        operation = case.template.operation
        if operation is None or "keyed" not in operation.effect or case.chapter not in ("codes", "pairs", "controls"):
            continue
        own = operation.parameter(operation.effect["keyed"])
        value = case.template.values.get(own.key) if own else None
        there = value is not None and value.how == "fact" and own is not None and value.fact != own.trait("x-fact")
        if there or case.chapter == "controls":
            found.append(case)
    assert len(found) > 3 and all(case.lock == LINKS for case in found)


def test_operations_that_change_things_of_one_kind_take_turns() -> None:
    changing = examination().surface.operations["configureNumber"]
    alike = replace(changing, id="patchNumber", method="PATCH")
    making = examination().surface.operations["addAddress"]
    assert turns(changing, ["Friendly"]) == turns(alike, ["Friendly"]) != turns(alike, ["Recording"])
    assert turns(making, ["Friendly"]) == ""


def test_what_may_write_a_member_of_a_thing_takes_turns_with_all_that_may_write_it() -> None:
    writers: dict[str, list[Case]] = {}
    for case in examination().cases.values():
        operation = case.template.operation
        if operation is None or "updates" not in operation.effect or case.kind in ("anything", "fuzz", "pair"):
            continue
        if case.expected.outcome == REFUSED and case.kind not in ("octets", "near-misses"):
            continue
        if case.kind in ("near-misses", "repetition", "other-shapes") and not case.lock:
            continue  # they name nothing that is there
        values = case.template.values
        for parameter in operation.placed("body"):
            value = values.get(parameter.key)
            if value is not None and operation.key_parameter(operation.effect["updates"]) is not None:
                writers.setdefault(parameter.name, []).append(case)
    assert len(writers) > 10 and any(case.id.endswith("/all-null") for case in writers["AddressSid"])
    for name, cases in writers.items():
        shared = set.intersection(*(set(case.lock.split()) for case in cases))
        assert shared, (name, sorted({case.lock for case in cases}))


def test_what_may_be_meant_for_another_kind_of_value_may_be_told_as_that() -> None:
    """A sender is a number or a name; with letters in it, even one that begins with a plus may be judged as a name."""
    due = {c.id.rsplit("/", 1)[1]: set(c.error_codes) for c in examination().cases.values()
           if c.id.startswith("INVALID_PHONENUMBER_FORMAT/sendMessage/From/")}  # fmt: skip
    assert due["letter-at-head"] == {"INVALID_PHONENUMBER_FORMAT", "PARAMETER_INVALID", "PARAMETER_TOO_LONG"}
    assert due["line-end"] == due["letter-at-head"]
    assert "PARAMETER_INVALID" not in due["sixteen-digits"] | due["hyphens"] | due["brackets"]
    to = "INVALID_PHONENUMBER_FORMAT/sendMessage/To/letter-at-head"
    assert "PARAMETER_INVALID" not in examination().cases[to].error_codes


def test_there_are_more_than_200_cases_from_contract_and_surface() -> None:
    assert sum(case.chapter == "codes" for case in examination().cases.values()) >= 200


# New data yields new cases


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SCHEMAS, tmp_path / "schemas"))


def added_rule(folder: Path, on: dict[str, Any], variants: list[dict[str, Any]]) -> None:
    rule = {
        "code": "NOT_TODAY", "condition": "It is not the day.", "statuses": [403],
        "fieldName": {"presence": "optional", "names": "faulty", "form": "exact"}, "message": {"names": "none"},
        "basis": "stated", "argument": "It is said so.", "cite": "Error Codes",
        "triggers": [{"on": on, "variants": variants}],
    }  # fmt: skip
    (folder / "codes" / "NOT_TODAY.json").write_text(json.dumps(rule))
    path = folder / "requirements.json"
    register = read(path)
    register["requirements"].append({
        "id": "code.NOT_TODAY", "role": "code", "level": "must", "basis": "stated", "sentence": "It is refused.",
        "cite": "Error Codes", "argument": "It is said so.", "askedBy": ["schemas/codes/NOT_TODAY.json"],
        "code": "NOT_TODAY",
    })  # fmt: skip
    path.write_text(json.dumps(register))


def added_operation(folder: Path) -> None:
    path = folder / "surface.json"
    document = read(path)
    document["paths"]["/v2/Weather"] = {
        "get": {
            "operationId": "getWeather",
            "x-reads": {"one": "Weather"},
            "parameters": [
                {
                    "name": "Day",
                    "in": "query",
                    "required": True,
                    "example": "Monday",
                    "schema": {"type": "string", "enum": ["Monday", "Tuesday"], "x-vocabulary": "Day"},
                },
                {
                    "name": "Hour",
                    "in": "query",
                    "example": 3,
                    "schema": {"type": "integer", "minimum": 0, "maximum": 23},
                },
                {
                    "name": "CountryCode",
                    "in": "query",
                    "example": "AU",
                    "schema": {"type": "string", "format": "iso-3166-1"},
                },
            ],
        }
    }
    path.write_text(json.dumps(document))


def more_than_before(folder: Path) -> dict[str, Any]:
    run = Examination(Choices(contract=str(folder), seed=SEED))
    return {id_: case for id_, case in run.cases.items() if id_ not in examination().cases}


def test_an_added_operation_yields_cases(folder: Path) -> None:
    added_operation(folder)
    new = more_than_before(folder)
    assert {case.operation for case in new.values()} == {"getWeather"}
    assert {
        "PARAMETER_REQUIRED/getWeather/Day/absent",
        "PARAMETER_INVALID/getWeather/Hour/text",
        "INVALID_COUNTRYCODE_FORMAT/getWeather/CountryCode/two-digits",
        "status.401/getWeather/credentials/missing",
        "control.accepted/getWeather/-/base",
    } <= set(new)


def test_an_added_rule_yields_cases_on_operations_that_were_there(folder: Path) -> None:
    added_rule(folder, {"x-span": "since"}, [{"name": "on-a-sunday", "value": "1700000000"}])
    assert "NOT_TODAY/findMessages/Date_From/on-a-sunday" in more_than_before(folder)


def test_a_rule_and_an_operation_that_are_new_meet(folder: Path) -> None:
    added_operation(folder)
    added_rule(
        folder, {"x-vocabulary": "Day"}, [{"name": "made-up", "madeUp": True}, {"name": "cut", "corrupt": "cut"}]
    )
    new = more_than_before(folder)
    case = new["NOT_TODAY/getWeather/Day/made-up"]
    assert "NOT_TODAY/getWeather/Day/cut" in new
    assert case.requirements[:2] == ("code.NOT_TODAY", "status.403")
    assert [(due.code, due.names) for due in case.expected.due] == [("NOT_TODAY", ("Day",))]


# The corpora

FORMATS = {"e164": "INVALID_PHONENUMBER_FORMAT", "e164-digits": "INVALID_PHONENUMBER_FORMAT",
           "iso-3166-1": "INVALID_COUNTRYCODE_FORMAT"}  # fmt: skip


def rights_schema(name: str) -> Any:
    """The schema of right values that stands in the rule beside the corpus."""
    for path in sorted((SCHEMAS / "codes").glob("*.json")):
        for trigger in read(path)["triggers"]:
            if any(variant.get("corpus") == name for variant in trigger["variants"]):
                return jsonschema_rs.validator_for(trigger["right"])
    raise LookupError(name)


def values(name: str, which: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(FIXTURES / "values" / f"{name}.json")[which]
    return found


def typed(name: str, text: str) -> Any:
    """Values of a corpus stand as texts; a number is meant where one can be read."""
    if name != "integer":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_corpus_has_twelve_wrong_values_and_six_right_ones(name: str) -> None:
    assert len({each["value"] for each in values(name, "wrong")}) >= 12
    assert len({each["value"] for each in values(name, "right")}) >= 6


@pytest.mark.parametrize("path", sorted((FIXTURES / "values").glob("*.json")), ids=lambda path: path.stem)
def test_the_rule_refuses_each_wrong_value_and_takes_each_right_one(path: Path) -> None:
    schema = rights_schema(path.stem)
    assert [each for each in values(path.stem, "wrong") if schema.is_valid(typed(path.stem, each["value"]))] == []
    assert [each for each in values(path.stem, "right") if not schema.is_valid(typed(path.stem, each["value"]))] == []


@pytest.mark.parametrize("path", sorted((FIXTURES / "values").glob("*.json")), ids=lambda path: path.stem)
def test_no_name_or_value_of_a_corpus_is_there_twice(path: Path) -> None:
    for which in ("wrong", "right"):
        for key in ("name", "value"):
            found = [each[key] for each in values(path.stem, which)]
            assert len(set(found)) == len(found)


def kind_of(character: str, alphabet: str) -> str | None:
    """How a character corrupts a text that is made of an alphabet; None where it belongs to it."""
    if character in alphabet:
        return None
    if not character.isprintable():
        return "invisible"
    if not character.isascii():
        return "another alphabet"
    return "blank" if character == " " else "letter or digit" if character.isalnum() else "sign"


@pytest.mark.parametrize(("name", "alphabet"), [("e164", "0123456789"), ("e164-digits", "0123456789"),
                                                ("iso-3166-1", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")])  # fmt: skip
def test_each_kind_of_corruption_stands_at_the_head_in_the_middle_and_at_the_end(name: str, alphabet: str) -> None:
    places: dict[str, set[str]] = {}
    for each in values(name, "wrong"):
        text = each["value"]
        head = 1 if name == "e164" and text.startswith("+") else 0
        for index, character in enumerate(text):
            kind = kind_of(character, alphabet + ("+" if index == 0 and head else ""))
            if kind is not None:
                place = "head" if index <= head else "end" if index == len(text) - 1 else "middle"
                places.setdefault(kind, set()).add(place)
    expected = {"invisible", "another alphabet", "letter or digit", "sign"} | (
        {"blank"} if name != "iso-3166-1" else set()
    )
    assert set(places) == expected
    whole = {"head", "middle", "end"}
    # Two letters have no middle, and some count what is invisible as one of the blanks that they drop at the end.
    lacking = {"another alphabet": "middle", "invisible": "end"} if name == "iso-3166-1" else {}
    assert {kind for kind in expected if places[kind] | {lacking.get(kind, "head")} != whole} == set()

"""The surface: what is read from a description, and how a wrong one is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.data import SCHEMAS
from conformance.errors import ConfigurationError
from conformance.inputs import description
from conformance.inputs.documents import read, step
from conformance.inputs.profile import Profile
from conformance.inputs.surface import with_limits

from .mutations import GONE, Wrong, one_error

SURFACE = SCHEMAS / "surface.json"
FLOWS = ("paths", "/v2/Properties/{PropertySid}/Flows")
AT_FLOWS = "/paths/~1v2~1Properties~1{PropertySid}~1Flows/parameters/0"
GET = "/paths/~1v2~1Properties~1{PropertySid}~1Flows/get"
ADD = (
    *("paths", "/v2/Accounts/{AccountSid}/Addresses", "post", "requestBody"),
    "content",
    "application/json",
    "schema",
)
AT_ADD = "/" + "/".join(map(step, ADD))
LIST = ("paths", "/v2/Accounts/{AccountSid}/Addresses", "get", "parameters")
AT_LIST = "/" + "/".join(map(step, LIST))
WRONG = [
    Wrong(("paths",), GONE, "/", "'paths' is a required property"),
    Wrong(("paths",), {}, "/paths", "no operations"),
    Wrong(("paths",), [], "/paths"),
    Wrong(("paths", "v2"), {}, "/paths"),
    Wrong((*FLOWS, "get", "operationId"), "list flows", f"{GET}/operationId"),
    Wrong((*FLOWS, "get", "x-safety"), "harmless", f"{GET}/x-safety"),
    Wrong((*FLOWS, "get", "x-reads"), {"some": "Flow"}, f"{GET}/x-reads", "did you mean 'one'?"),
    Wrong((*FLOWS, "get", "parameters"), {}, f"{GET}/parameters"),
    Wrong((*FLOWS, "parameters"), [], GET, "the path parameter 'PropertySid' is not described"),
    Wrong((*FLOWS, "parameters", 0, "$ref"), "#/components/parameters/Propperty", AT_FLOWS, "leads nowhere"),
    Wrong((*FLOWS, "parameters", 0, "$ref"), "other.json#/Property", GET, "leads out of the file"),
    Wrong(
        ("components", "parameters", "Skip"),
        {"$ref": "#/components/parameters/Skip"},
        "/paths/~1v2~1Properties~1{PropertySid}~1Numbers/get/parameters/3",
        "leads to itself",
    ),
    Wrong(("components", "parameters", "Skip", "in"), "body", "/components/parameters/Skip/in"),
    Wrong(("components", "parameters", "Skip", "schema", "minimum"), "0", "/components/parameters/Skip/schema/minimum"),
    Wrong(("components", "parameters", "Skip", "schema", "type"), "int", "/components/parameters/Skip/schema/type"),
    Wrong((*LIST, 0, "name"), GONE, f"{AT_LIST}/0", "'name' is a required property"),
    Wrong((*LIST, 0, "x-resorce"), "Address", f"{AT_LIST}/0"),
    Wrong((*ADD, "required"), "Line1", f"{AT_ADD}/required"),
    Wrong((*ADD, "properties", "Line1", "maxLength"), -1, f"{AT_ADD}/properties/Line1/maxLength"),
    Wrong((*ADD, "properties", "Line1", "x-marks"), True, f"{AT_ADD}/properties/Line1"),
    Wrong((*ADD, "properties", "Line1", "x-asked"), "nothing", f"{AT_ADD}/properties/Line1/x-asked"),
    Wrong(("x-discovery", 0, "fct"), "account", "/x-discovery/0", "did you mean 'fact'?"),
]


def written(folder: Path, document: Any, name: str = "openapi.json") -> Path:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def refused(path: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        description.load(path)
    return str(caught.value)


def described(paths: Any, **more: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths, **more}


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_wrong_description_is_one_error_that_names_file_and_place(wrong: Wrong, tmp_path: Path) -> None:
    path = written(tmp_path, wrong.of(read(SURFACE)))
    one_error(refused(path), path, wrong)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "no OpenAPI 3 description"),
        ('{"swagger": "2.0", "paths": {}}', "Swagger 2.0"),
        ('{"openapi": "2.0"}', "no OpenAPI 3 description"),
        ('"openapi"', "no OpenAPI 3 description"),
        ('{"openapi": 3}', "no OpenAPI 3 description"),
        ("{", "this is not JSON"),
        ("", "this is not JSON"),
    ],
)
def test_what_is_no_openapi_description_is_said_to_be_none(text: str, words: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    said = refused(path)
    assert said.startswith(f"{path}: ") and words in said and "\n" not in said


def test_yaml_says_the_same_as_json(tmp_path: Path) -> None:
    yaml = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /things:\n    get: {operationId: listThings}\n"
    loaded = description.load(written(tmp_path, yaml, "openapi.yaml"))
    assert list(loaded.operations) == ["listThings"]
    assert "not YAML" in refused(written(tmp_path, "a: [", "wrong.yaml"))


def test_the_operations_are_the_documented_ones() -> None:
    assert set(description.load(SURFACE).operations) == {
        "getNumber", "configureNumber", "listPropertyNumbers", "listAccountNumbers", "purchaseNumber",
        "findAvailableNumbers", "listAddresses", "addAddress", "getAddress", "deleteAddress", "getCall",
        "listPropertyCalls", "listAccountCalls", "listFlows", "sendMessage", "findMessages", "getMessage",
        "sendMessageBatch",
    }  # fmt: skip


def test_two_operations_of_one_id_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, described({"/a": {"get": {"operationId": "x"}}, "/b": {"get": {"operationId": "x"}}}))
    assert refused(path) == f"{path}: two operations have the operationId 'x'"


def test_an_operation_without_an_id_gets_one_of_method_and_path(tmp_path: Path) -> None:
    loaded = description.load(written(tmp_path, described({"/a/b-c": {"get": {}}, "/": {"post": {}}})))
    assert set(loaded.operations) == {"get-a-b-c", "post"}


def test_parameters_come_from_the_path_item_and_the_operation_wins(tmp_path: Path) -> None:
    item = {
        "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
        "get": {"operationId": "x", "parameters": [{"name": "q", "in": "query", "schema": {"type": "integer"}}]},
    }
    loaded = description.load(written(tmp_path, described({"/a": item})))
    assert [each.trait("type") for each in loaded.operations["x"].parameters] == ["integer"]


def test_references_are_followed_wherever_they_may_stand(tmp_path: Path) -> None:
    components = {
        "parameters": {"Q": {"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/Word"}}},
        "schemas": {
            "Word": {"type": "string", "maxLength": 4},
            "Thing": {
                "allOf": [
                    {"$ref": "#/components/schemas/Base"},
                    {"required": ["b"], "properties": {"b": {"$ref": "#/components/schemas/Word"}}},
                ]
            },
            "Base": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
        },
        "requestBodies": {
            "Thing": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
        },
    }
    node = {
        "operationId": "x",
        "parameters": [{"$ref": "#/components/parameters/Q"}],
        "requestBody": {"$ref": "#/components/requestBodies/Thing"},
    }
    document = described(
        {"/a": {"$ref": "#/components/pathItems/A"}}, components={**components, "pathItems": {"A": {"post": node}}}
    )
    operation = description.load(written(tmp_path, document)).operations["x"]
    found = {each.key: (each.required, each.trait("type"), each.trait("maxLength")) for each in operation.parameters}
    assert found == {
        "query:q": (False, "string", 4),
        "body:a": (True, "integer", None),
        "body:b": (True, "string", 4),
    }


def test_what_stands_beside_a_reference_wins_over_it(tmp_path: Path) -> None:
    document = described(
        {"/a": {"get": {"operationId": "x", "parameters": [
            {"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/Word", "maxLength": 9}}]}}},
        components={"schemas": {"Word": {"type": "string", "maxLength": 4}}},
    )  # fmt: skip
    assert description.load(written(tmp_path, document)).operations["x"].parameters[0].trait("maxLength") == 9


def test_an_array_in_a_query_is_a_list_with_the_traits_of_its_items() -> None:
    parameter = description.load(SURFACE).operations["findAvailableNumbers"].parameter("Type")
    assert parameter is not None and parameter.is_list
    assert parameter.trait("x-vocabulary") == "NumberType" and parameter.trait("type") == "list"


def test_a_parameter_with_if_and_else_has_a_facet_for_each() -> None:
    parameter = description.load(SURFACE).operations["sendMessage"].parameter("From")
    assert parameter is not None
    assert [(each.traits.get("format"), each.traits.get("maxLength")) for each in parameter.facets] == [
        (None, None),
        ("e164", None),
        (None, 11),
    ]
    assert parameter.facets[0].guard is None
    assert parameter.facets[1].guard == {"pattern": "^\\+"} and parameter.facets[2].guard == {
        "not": {"pattern": "^\\+"}
    }


def test_a_body_that_is_no_json_is_named_as_not_bound(tmp_path: Path) -> None:
    node = {"operationId": "x", "requestBody": {"content": {"application/xml": {"schema": {"type": "object"}}}}}
    assert description.load(written(tmp_path, described({"/a": {"post": node}}))).unbound == (
        "/paths/~1a/post: none of its media types is JSON or a form",
    )


def test_an_operation_that_needs_no_credentials_is_told_apart(tmp_path: Path) -> None:
    paths = {"/a": {"get": {"operationId": "open", "security": []}, "put": {"operationId": "closed"}}}
    loaded = description.load(written(tmp_path, described(paths, security=[{"Basic": []}])))
    assert {each.id: each.secured for each in loaded.operations.values()} == {"open": False, "closed": True}


def test_a_limit_of_one_operation_comes_before_the_general_one() -> None:
    given = Profile(limits={"City": {"min": 2, "max": 5}, "listAddresses.City": {"max": 7}})
    limited = with_limits(description.load(SURFACE), given.limit).operations

    def bounds(operation: str) -> tuple[Any, Any]:
        parameter = limited[operation].parameter("City")
        assert parameter is not None
        return parameter.trait("minLength"), parameter.trait("maxLength")

    assert bounds("addAddress") == (2, 5)
    assert bounds("listAddresses")[1] == 7


def test_a_guard_that_is_no_schema_is_refused(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string", "if": {"pattern": "["}, "then": {"maxLength": 3}}},
    }
    node = {"operationId": "x", "requestBody": {"content": {"application/json": {"schema": schema}}}}
    path = written(tmp_path, described({"/a": {"post": node}}))
    text = refused(path)
    assert text.startswith(f"{path}: at /paths/~1a/post/requestBody/a/if") and "no JSON Schema" in text

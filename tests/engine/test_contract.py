"""The contract's files: each holds against its meta-schema, and a wrong one is one clear error."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from conformance.data import FIXTURES, SCHEMAS
from conformance.errors import ConfigurationError
from conformance.inputs import contract
from conformance.inputs.documents import hold_against, read

from .mutations import GONE, Wrong, one_error

KINDS = {
    "contract.json": [SCHEMAS / "contract.json"],
    "envelope.json": [SCHEMAS / "envelope.json"],
    "requirements.json": [SCHEMAS / "requirements.json"],
    "surface.json": [SCHEMAS / "surface.json"],
    "rule.json": sorted((SCHEMAS / "codes").glob("*.json")),
    "corpus.json": sorted((FIXTURES / "values").glob("*.json")),
    "example.json": sorted((FIXTURES / "examples").glob("*.json")),
    "profile.json": [FIXTURES / "reference.toml"],
}
#: Written by the suite, not read as part of the contract.
WRITTEN = {"certificate.json", "baseline.json"}

RULES = [
    Wrong(("code",), GONE, "/", "'code' is a required property"),
    Wrong(("statuses",), [], "/statuses"),
    Wrong(("statuses",), [4000], "/statuses/0"),
    Wrong(("statuses",), [400, 400], "/statuses"),
    Wrong(("statuses",), 400, "/statuses"),
    Wrong(("fieldName", "presence"), "always", "/fieldName/presence"),
    Wrong(("fieldName", "names"), "everyone", "/fieldName/names"),
    Wrong(("fieldName", "form"), "joined", "/fieldName/form"),
    Wrong(("fieldName",), GONE, "/", "fieldName"),
    Wrong(("message", "names"), "some", "/message/names"),
    Wrong(("message", "name"), "none", "/message", "'name' is not known; did you mean 'names'?"),
    Wrong(("basis",), "guessed", "/basis"),
    Wrong(("argument",), "", "/argument"),
    Wrong(("trigers",), [], "/", "'trigers' is not known; did you mean 'triggers'?"),
    Wrong(("triggers",), {}, "/triggers"),
    Wrong(("triggers", 0, "on"), {}, "/triggers/0/on"),
    Wrong(("triggers", 0, "on", "maxLenght"), 3, "/triggers/0/on"),
    Wrong(("triggers", 0, "variants"), [], "/triggers/0/variants"),
    Wrong(("triggers", 0, "variants", 0, "name"), "two words", "/triggers/0/variants/0/name"),
    Wrong(("triggers", 0, "variants", 0, "outcome"), "perhaps", "/triggers/0/variants/0/outcome"),
    Wrong(("triggers", 0, "variants", 0, "corupt"), "cut", "/triggers/0/variants/0", "did you mean 'corrupt'?"),
]
CONTRACTS = [
    Wrong(("title",), GONE, "/", "title"),
    Wrong(("title",), "", "/title"),
    Wrong(("statuses", "allowed"), [], "/statuses/allowed"),
    Wrong(("statuses", "allowed", 0), "400", "/statuses/allowed/0"),
    Wrong(("statuses", "invalid"), GONE, "/statuses", "invalid"),
    Wrong(("statuses", "invalid"), 40, "/statuses/invalid"),
    Wrong(("statuses", "teapot"), 418, "/statuses", "'teapot' is not known"),
    Wrong(("mediaTypes",), [], "/mediaTypes"),
    Wrong(("mediaTypes", 0), 1, "/mediaTypes/0"),
    Wrong(("mediatypes",), ["text/plain"], "/", "did you mean 'mediaTypes'?"),
    Wrong(("accept",), "text/html", "/accept"),
    Wrong(("methods", 0), "get", "/methods/0"),
    Wrong(("internals", 0), "(", "/internals/0", "no regular expression"),
]
STATUS = ("properties", "ResponseStatus")
CODE = (*STATUS, "properties", "ErrorCode")
AT_CODE = "/" + "/".join(CODE)
ENVELOPES = [
    Wrong(("x-requirement",), GONE, "/"),
    Wrong(("x-requirement",), "envelope.presnt", "/x-requirement", "did you mean 'envelope.present'?"),
    Wrong(("type",), "objekt", "/type"),
    Wrong(("properties",), GONE, "/", "properties"),
    Wrong(("required",), "ResponseStatus", "/required"),
    Wrong(STATUS, 7, "/properties/ResponseStatus"),
    Wrong((*STATUS, "required"), {}, "/properties/ResponseStatus/required"),
    Wrong((*CODE, "type"), "strng", f"{AT_CODE}/type"),
    Wrong((*CODE, "x-role"), "kode", f"{AT_CODE}/x-role"),
    Wrong((*CODE, "x-role"), GONE, "/", "no part has x-role code"),
    Wrong((*CODE, "x-rolle"), "code", AT_CODE),
    Wrong((*CODE, "pattern"), "[A-Z", f"{AT_CODE}/pattern", "no JSON Schema"),
    Wrong((*CODE, "x-requirement"), "status.500s", f"{AT_CODE}/x-requirement", "did you mean 'status.500'?"),
    Wrong(
        (*STATUS, "properties", "Message", "maxLength"), -1, "/properties/ResponseStatus/properties/Message/maxLength"
    ),
]
REGISTERS = [
    Wrong(("requirements",), GONE, "/", "requirements"),
    Wrong(("requirements", 0, "id"), "Status allowed", "/requirements/0/id"),
    Wrong(("requirements", 0, "id"), GONE, "/requirements/0", "'id' is a required property"),
    Wrong(("requirements", 0, "level"), "should", "/requirements/0/level"),
    Wrong(("requirements", 0, "basis"), "guessed", "/requirements/0/basis"),
    Wrong(("requirements", 0, "role"), "king", "/requirements/0/role"),
    Wrong(("requirements", 0, "sentence"), "", "/requirements/0/sentence"),
    Wrong(("requirements", 0, "cite"), GONE, "/requirements/0", "cite"),
    Wrong(("requirements", 0, "argument"), 7, "/requirements/0/argument"),
    Wrong(("requirements", 0, "askedby"), [], "/requirements/0", "did you mean 'askedBy'?"),
    Wrong(("requirements", 0, "askedBy"), GONE, "/requirements/0"),
    Wrong(("requirements", 1, "status"), 4000, "/requirements/1/status"),
    Wrong(("reading",), [], "/", "did you mean 'readings'?"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SCHEMAS, tmp_path / "schemas"))


def refused(folder: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        contract.load(folder)
    return str(caught.value)


@pytest.mark.parametrize("meta", sorted(KINDS))
def test_each_file_holds_against_its_meta_schema(meta: str) -> None:
    assert KINDS[meta]
    for path in KINDS[meta]:
        hold_against(read(path), meta, path)


def test_each_file_of_the_contract_has_a_meta_schema() -> None:
    assert {path.name for path in (SCHEMAS / "meta").iterdir()} == set(KINDS) | WRITTEN
    held = {path for paths in KINDS.values() for path in paths}
    assert {path for path in SCHEMAS.rglob("*") if path.is_file() and path.parent.name != "meta"} <= held
    assert {path for path in FIXTURES.rglob("*") if path.is_file()} <= held


@pytest.mark.parametrize("path", sorted((SCHEMAS / "meta").glob("*.json")), ids=lambda path: path.name)
def test_a_meta_schema_is_a_schema_itself(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(read(path))


def test_the_envelope_is_a_schema_itself() -> None:
    jsonschema.Draft202012Validator.check_schema(read(SCHEMAS / "envelope.json"))


@pytest.mark.parametrize("wrong", RULES, ids=str)
def test_a_wrong_rule_is_one_error_that_names_file_and_place(wrong: Wrong, folder: Path) -> None:
    path = folder / "codes" / "ADDRESS_NOT_FOUND.json"
    wrong.write(path)
    one_error(refused(folder), path, wrong)


@pytest.mark.parametrize("wrong", CONTRACTS, ids=str)
def test_a_wrong_main_file_is_one_error_that_names_file_and_place(wrong: Wrong, folder: Path) -> None:
    wrong.write(folder / "contract.json")
    one_error(refused(folder), folder / "contract.json", wrong)


@pytest.mark.parametrize("wrong", ENVELOPES, ids=str)
def test_a_wrong_envelope_is_one_error_that_names_file_and_place(wrong: Wrong, folder: Path) -> None:
    wrong.write(folder / "envelope.json")
    one_error(refused(folder), folder / "envelope.json", wrong)


@pytest.mark.parametrize("wrong", REGISTERS, ids=str)
def test_a_wrong_register_is_one_error_that_names_file_and_place(wrong: Wrong, folder: Path) -> None:
    wrong.write(folder / "requirements.json")
    one_error(refused(folder), folder / "requirements.json", wrong)


@pytest.mark.parametrize("name", ["contract.json", "envelope.json", "requirements.json", "codes/FORBIDDEN.json"])
def test_a_file_that_is_no_json_is_one_error_that_names_it(name: str, folder: Path) -> None:
    (folder / name).write_text('{"code": ', encoding="utf-8")
    text = refused(folder)
    assert str(folder / name) in text and "not JSON" in text and "\n" not in text


@pytest.mark.parametrize("name", ["contract.json", "envelope.json", "requirements.json"])
def test_a_missing_file_is_one_error_that_names_it(name: str, folder: Path) -> None:
    (folder / name).unlink()
    assert refused(folder) == f"{folder / name}: there is no such file"


def test_a_folder_that_is_not_there_is_named() -> None:
    assert "there is no such folder" in refused(Path("nowhere/at/all"))


def test_a_rule_is_called_as_its_file(folder: Path) -> None:
    (folder / "codes" / "CALL_NOT_FOUND.json").rename(folder / "codes" / "CALL_NOT_THERE.json")
    assert refused(folder) == (
        f"{folder / 'codes' / 'CALL_NOT_THERE.json'}: at /code: 'CALL_NOT_FOUND' must be the name of the file"
    )


def test_a_rule_without_a_requirement_is_refused(folder: Path) -> None:
    document = json.loads((folder / "codes" / "FORBIDDEN.json").read_text())
    (folder / "codes" / "NEW_CODE.json").write_text(json.dumps({**document, "code": "NEW_CODE"}))
    text = refused(folder)
    assert "requirements.json" in text and "'NEW_CODE'" in text


def test_a_requirement_without_its_rule_is_refused(folder: Path) -> None:
    (folder / "codes" / "CALL_NOT_FOUND.json").unlink()
    assert refused(folder) == (
        f"{folder / 'requirements.json'}: code.CALL_NOT_FOUND: there is no codes/CALL_NOT_FOUND.json"
    )


def test_a_contract_without_rules_is_refused(folder: Path) -> None:
    shutil.rmtree(folder / "codes")
    assert "no rule files" in refused(folder)


def test_a_misspelt_code_in_a_trigger_is_refused(folder: Path) -> None:
    path = folder / "codes" / "CALL_NOT_FOUND.json"
    Wrong(("triggers", 0, "variants", 0, "or"), ["PARAMETER_INVALD"], "").write(path)
    assert refused(folder) == f"{path}: at /triggers/0: no rule has the code 'PARAMETER_INVALD'"


def test_two_requirements_of_one_id_are_refused(folder: Path) -> None:
    path = folder / "requirements.json"
    document = json.loads(path.read_text())
    document["requirements"].append(document["requirements"][0])
    path.write_text(json.dumps(document))
    assert f"{path}: at /requirements/{len(document['requirements']) - 1}/id: 'status.allowed'" in refused(folder)


@pytest.mark.parametrize("name", ["right", "unjudged"])
def test_a_rule_whose_schema_is_none_is_refused(name: str, folder: Path) -> None:
    path = folder / "codes" / "INVALID_PHONENUMBER_FORMAT.json"
    wrong = Wrong(("triggers", 0, name, "pattern"), "[0-9", f"/triggers/0/{name}/pattern", "no JSON Schema")
    wrong.write(path)
    one_error(refused(folder), path, wrong)


def test_the_digest_depends_on_what_the_files_say_and_not_on_how(folder: Path) -> None:
    assert contract.load(folder).digest == contract.load(SCHEMAS).digest
    path = folder / "codes" / "FORBIDDEN.json"
    path.write_text(json.dumps(json.loads(path.read_text()), indent=7))
    assert contract.load(folder).digest == contract.load(SCHEMAS).digest
    Wrong(("statuses",), [401], "").write(path)
    assert contract.load(folder).digest != contract.load(SCHEMAS).digest


def test_there_are_23_codes_in_the_order_of_the_errors_page() -> None:
    loaded = contract.load()
    assert len(loaded.rules) == 23
    assert list(loaded.rules) == [each.code for each in loaded.requirements.values() if each.code]


def test_each_requirement_about_a_code_names_its_rule_file() -> None:
    loaded = contract.load()
    for each in loaded.requirements.values():
        if each.code:
            assert each.id == f"code.{each.code}"
            assert each.asked_by == (f"schemas/codes/{each.code}.json",)
        for name in each.asked_by:
            assert not name.endswith(".json") or (SCHEMAS.parent / name).is_file()


def test_a_role_is_played_by_one_requirement_but_for_codes_and_statuses() -> None:
    for role, ids in contract.load().roles.items():
        assert len(ids) == 1 or role in ("code", "status")


def test_what_the_envelope_names_is_in_the_register() -> None:
    text = (SCHEMAS / "envelope.json").read_text()
    named = {line.split('"')[3] for line in text.splitlines() if '"x-requirement"' in line}
    assert named and named <= set(contract.load().requirements)

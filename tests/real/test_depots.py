"""An API whose create takes a form and whose update needs several members, with statuses of its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import ConfigurationError
from conformance.inputs.surface import Operation
from conformance.planning.cases import REFUSED, turns, written
from conformance.session.examination import Choices, Examination

from .running import ROOT, Run, ended, run, served

DEPOTS = ROOT / "tests" / "real" / "depots"


def options(contract: Path = DEPOTS / "contract", spec: Path = DEPOTS / "openapi.yaml") -> list[str]:
    return [f"--target-contract={contract}", f"--target-spec={spec}", f"--target-profile={DEPOTS / 'profile.toml'}"]


def examined(tmp_path: Path, *more: str) -> Run:
    process, url = served(str(DEPOTS / "server.py"), *more)
    try:
        return run(tmp_path, f"--target-url={url}", *options(), "-q", "--hypothesis-seed=1")
    finally:
        ended(process)


def test_right_depots_are_left_in_peace(tmp_path: Path) -> None:
    found = examined(tmp_path)
    assert found.status == 0, found.output[-3000:]


def test_a_change_that_is_lost_is_found(tmp_path: Path) -> None:
    found = examined(tmp_path, "--wrong", "lost")
    assert found.status == 1 and "behaviour.changed" in found.output, found.output[-3000:]
    assert "breaks   behaviour.accepted" not in found.output


def loaded(contract: Path = DEPOTS / "contract", spec: Path = DEPOTS / "openapi.yaml") -> Examination:
    profile = str(DEPOTS / "profile.toml")
    return Examination(Choices(url="http://a.invalid", profile=profile, spec=str(spec), contract=str(contract), seed=1))


def test_whoever_may_write_a_member_has_its_turn() -> None:
    """All that a request writes is looked at again by others, not only what the case is about."""
    found = [
        case for case in loaded().cases.values()
        if case.operation == "changeParcel" and case.chapter in ("codes", "controls", "generated", "bytes")
        and case.expected.outcome != REFUSED
    ]  # fmt: skip
    assert len(found) > 20
    for case in found:
        operation = case.template.operation
        assert isinstance(operation, Operation)
        due = set(turns(operation, written(case.template)).split())
        assert due <= set(case.lock.split()), case.id


# What is wrong with a contract, a description, or both together


def rule(name: str, *path: Any, to: Any) -> Any:
    """A change to one rule file; what stood there goes where a key of `to` is a new name for it."""

    def change(contract: Path, spec: Path) -> None:
        file = contract / "codes" / f"{name}.json"
        document = json.loads(file.read_text())
        node = document
        for each in path[:-1]:
            node = node[each]
        node[path[-1]] = to
        file.write_text(json.dumps(document))

    return change


def text(old: str, new: str) -> Any:
    """A change to the description."""

    def change(contract: Path, spec: Path) -> None:
        before = spec.read_text()
        assert old in before
        spec.write_text(before.replace(old, new, 1))

    return change


def gone(name: str) -> Any:
    return lambda contract, spec: shutil.rmtree(contract / name)


ON = ("triggers", 0, "on")
WRONG: dict[str, tuple[Any, tuple[str, ...]]] = {
    "selector": (rule("no-such-parcel", *ON, to={"x-resorce": "Parcel"}), ("/triggers/0/on", "'x-resource'")),
    "selector-inside": (rule("missing", *ON, to={"not": {"inn": "path"}}), ("/triggers/0/on/not", "'in'")),
    "has": (rule("too-long", *ON, to={"has": "maxLenght"}), ("/triggers/0/on/has", "'maxLength'")),
    "names": (rule("no-such-parcel", "fieldName", "names", to=[{"x-identifes": "A"}]), ("/fieldName/names/0",)),
    "operation": (rule("missing", "triggers", 0, "operation", to={"x-efect": {}}), ("/triggers/0/operation",)),
    "effect": (
        rule("missing", "triggers", 0, "operation", to={"x-effect": {"create": "Parcel"}}),
        ("/triggers/0/operation/x-effect", "'creates'"),
    ),
    "parameter": (
        rule("missing", "triggers", 0, "operation", to={"parameter": "x"}),
        ("/operation/parameter", "no object"),
    ),
    "has-list": (rule("too-long", *ON, to={"has": ["maxLength"]}), ("/triggers/0/on/has",)),
    "corpus": (rule("out-of-range", "triggers", 0, "variants", 0, "corpus", to="gram"), ("'gram'", "values/gram.json")),
    "no-corpora": (gone("values"), ("/triggers/0/variants/0/corpus", "values/grams.json")),
    "status": (rule("missing", "statuses", to=[400]), ("/statuses", "400 is not among")),
    "required": (text("[recipient, grams]", "[recipient, gramms]"), ("parcels/post/requestBody", "'grams'")),
    "bounds": (text("minimum: 1, maximum: 50", "minimum: 51, maximum: 50"), ("minimum 51 is more than maximum 50",)),
    "enum": (text("maxLength: 40", "enum: []"), ("an enum without a value",)),
    "reference": (text('"#/components/responses/Problem"', '"#/components/responses/P"'), ("leads nowhere",)),
    "discovery": (text("read: listDepots", "read: listDepot"), ("/x-discovery/0/read", "'listDepots'")),
    "security": (text("- DepotKey: []", "- DepotKei: []"), ("/security/0", "'DepotKey'")),
    "query-key": (text("in: header, name: X-Depot-Key", "in: query, name: key"), ("API key", "in a query")),
    "cookie-key": (text("in: header, name: X-Depot-Key", "in: cookie, name: key"), ("a cookie", "[http] headers")),
    "guard": (text("maxLength: 40", 'x-or: { if: { pattern: "[" }, codes: [missing] }'), ("x-or/if", "JSON Schema")),
    "guard-code": (text("maxLength: 40", "x-or: { if: {}, codes: [mising] }"), ("x-or/codes", "'missing'")),
    "twice": (text("info:", "servers: []\ninfo:"), ("'servers' is there twice",)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_hold_together_is_one_error(name: str, tmp_path: Path) -> None:
    change, words = WRONG[name]
    contract, spec = tmp_path / "contract", tmp_path / "openapi.yaml"
    shutil.copytree(DEPOTS / "contract", contract)
    shutil.copy(DEPOTS / "openapi.yaml", spec)
    change(contract, spec)
    with pytest.raises(ConfigurationError) as caught:
        loaded(contract, spec)
    said = str(caught.value)
    assert "\n" not in said and all(each in said for each in words), said


def test_a_rule_that_nothing_can_earn_is_told(tmp_path: Path) -> None:
    contract = tmp_path / "contract"
    shutil.copytree(DEPOTS / "contract", contract)
    rule("no-such-parcel", *ON, to={"x-resource": "Parcl"})(contract, DEPOTS)
    assert any("no-such-parcel" in each for each in loaded(contract).surface.unbound)
    assert not any("no-such" in each for each in loaded().surface.unbound)


def test_statuses_may_be_numbers_in_yaml(tmp_path: Path) -> None:
    spec = tmp_path / "openapi.yaml"
    text('"200": { description: Depots', "200: { description: Depots")(tmp_path, spec_of(spec))
    assert loaded(spec=spec).cases.keys() == loaded().cases.keys()


def spec_of(spec: Path) -> Path:
    shutil.copy(DEPOTS / "openapi.yaml", spec)
    return spec


@pytest.mark.parametrize("ending", ["yaml", "json"])
@pytest.mark.parametrize("inside", ["[" * 100_000, "[" * 300 + "]" * 300])
def test_what_is_too_deep_is_one_error(ending: str, inside: str, tmp_path: Path) -> None:
    path = tmp_path / f"deep.{ending}"
    path.write_text(inside)
    with pytest.raises(ConfigurationError, match="deep inside each other"):
        loaded(spec=path)


def test_what_holds_itself_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "self.yaml"
    path.write_text('openapi: "3.0.0"\nx: &a [*a]\n')
    with pytest.raises(ConfigurationError, match="deep inside each other"):
        loaded(spec=path)

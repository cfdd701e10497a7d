"""Descriptions as others write them: what of them becomes a case, what does not, and what is said of a wrong one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance.chapters import plan
from conformance.errors import ConfigurationError
from conformance.inputs import contract, description, surface
from conformance.inputs.profile import Profile
from conformance.planning.binding import own_annotations, unbound
from conformance.planning.cases import Case

from .running import run

SHOP = """
openapi: 3.0.3
info: { title: Shop, version: "3" }
x-generator: somebody else
servers:
  - url: https://{region}.shop.example/shop/{version}/
    variables: { region: { default: eu }, version: { default: v9 } }
security: [{ Basic: [] }]
paths:
  /tills/{till-id}/receipts.json:
    parameters:
      - $ref: "#/components/parameters/Till"
      - { name: page, in: query, schema: { type: integer, minimum: 0 } }
    get:
      x-go-name: ListReceipts
      x-reads: { many: Receipt }
      parameters:
        - { name: page, in: query, required: true, schema: { $ref: "#/components/schemas/Page" } }
        - name: since
          in: query
          schema: { anyOf: [{ type: integer, minimum: 0 }, { type: "null" }] }
        - { name: session, in: cookie, schema: { type: string } }
    post:
      x-effect: { creates: Receipt }
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: { $ref: "#/components/schemas/NewReceipt" }
  /status:
    get:
      operationId: status
      x-reads: { one: Status }
      security: [{}, { Basic: [] }]
components:
  parameters:
    Till: { name: till-id, in: path, required: true, schema: { type: string, x-resource: Address, x-fact: address } }
  schemas:
    Page: { type: integer, minimum: 0, maximum: 500, example: 1 }
    Note:
      type: object
      properties:
        note: { type: string, nullable: true, maxLength: 40, x-mark: true, x-enum-varnames: [A] }
        code: { type: string, pattern: "^[A-Z]+$" }
    NewReceipt:
      allOf:
        - $ref: "#/components/schemas/Note"
        - type: object
          required: [payment, note, to]
          properties:
            payment: { allOf: [{ $ref: "#/components/schemas/Payment" }], nullable: true, example: cash }
            to: { type: string, format: e164, example: "+61491570156" }
            count: { type: integer, multipleOf: 3, exclusiveMinimum: true, minimum: 0 }
    Payment: { type: string, enum: [cash, card], x-vocabulary: Capability }
"""


def loaded(tmp_path: Path, text: str, name: str = "shop.yaml") -> surface.Surface:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return description.load(path, own_annotations)


@pytest.fixture
def shop(tmp_path: Path) -> surface.Surface:
    return loaded(tmp_path, SHOP)


def cases(of: surface.Surface) -> dict[str, Case]:
    return {case.id: case for case in plan(contract.load(), of, Profile())}


def test_operations_and_parameters(shop: surface.Surface) -> None:
    assert list(shop.operations) == ["get-tills-till-id-receipts.json", "post-tills-till-id-receipts.json", "status"]
    assert shop.base == "/shop/v9"
    listing, making, status = shop.operations.values()
    assert [(p.place, p.name) for p in listing.parameters] == [
        ("path", "till-id"),
        ("query", "page"),
        ("query", "since"),
    ]
    page, since = listing.placed("query")
    assert page.required and page.trait("maximum") == 500  # the operation's own wins over that of the path
    assert since.trait("type") == "integer" and since.trait("nullable") and since.trait("minimum") == 0
    assert {p.name: p.required for p in making.placed("body")} == {
        "note": True, "code": False, "payment": True, "to": True, "count": False
    }  # fmt: skip
    assert making.media_type == "application/x-www-form-urlencoded"
    assert (making.secured, status.secured) == (True, False)


def test_cases(shop: surface.Surface) -> None:
    found = cases(shop)
    making = "post-tills-till-id-receipts.json"
    assert f"PARAMETER_REQUIRED/{making}/note/absent" in found
    assert f"PARAMETER_REQUIRED/{making}/note/null" not in found  # nullable
    assert f"PARAMETER_REQUIRED/{making}/to/null" in found
    assert f"PARAMETER_TOO_LONG/{making}/note/one-over" in found
    assert f"UNKNOWN_CAPABILITY/{making}/payment/made-up" in found
    assert f"ADDRESS_NOT_FOUND/{making}/till-id/unknown" in found
    assert any(name.startswith(f"INVALID_PHONENUMBER_FORMAT/{making}/to/") for name in found)
    assert not any("/status/credentials/" in name for name in found)


def test_the_same_in_json(tmp_path: Path, shop: surface.Surface) -> None:
    other = loaded(tmp_path, json.dumps(yaml.safe_load(SHOP)), "shop.json")
    assert set(cases(other)) == set(cases(shop)) and other.digest == shop.digest


def test_what_is_not_bound_is_listed(tmp_path: Path, shop: surface.Surface) -> None:
    lines = [*shop.unbound, *unbound(contract.load(), shop)]
    text = "\n".join(lines)
    for said in ("the cookie session", "pattern, of post-", "multipleOf, of ", "exclusiveMinimum, of "):
        assert said in text
    assert "maxLength" not in text and "format: e164" not in text and "int64" not in text
    found = run(
        tmp_path, f"--target-spec={tmp_path / 'shop.yaml'}", "--collect-only", "-q", "--target-url=http://127.0.0.1:1"
    )
    assert found.status == 0 and "not bound to a rule: pattern, of post-" in found.output


def test_the_bundled_description_has_nothing_that_is_not_bound() -> None:
    bundled = contract.load()
    described = description.load(bundled.folder / "surface.json", own_annotations)
    assert [*described.unbound, *unbound(bundled, described)] == []


def without(path: str, **changes: Any) -> str:
    document = yaml.safe_load(SHOP)
    node = document
    *heads, last = path.split(" ")
    for part in heads:
        node = node[int(part) if part.isdigit() else part]
    node[last] = changes["to"]
    return str(yaml.safe_dump(document))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (without("paths /status get x-reeds", to={"one": "A"}), "/status/get: 'x-reeds' is not known; did you mean 'x-reads'?"),
        (without("components parameters Till schema x-resorce", to="A"), "/Till/schema: 'x-resorce' is not known"),
        (without("paths /status get x-safety", to="free"), "at /paths/~1status/get/x-safety: 'free' is not one of"),
        (without("paths /status get x-effect", to={"makes": "A"}), "'makes' is not known"),
        (without("components schemas Payment", to={"$ref": "other.yaml#/A"}), "leads out of the file"),
        (without("components schemas Payment", to={"$ref": "#/components/schemas/Nothing"}), "leads nowhere"),
        (without("components schemas Payment", to={"$ref": "#/components/schemas/Payment"}), "leads to itself"),
        (without("components schemas Payment allOf", to=[{"$ref": "#/components/schemas/Payment"}]), "holds itself"),
        (without("components parameters Till name", to="other"), "the path parameter 'till-id' is not described"),
        (without("paths", to={}), "no operations"),
        (without("openapi", to="2.0"), "OpenAPI 3"),
        ("swagger: '2.0'", "Swagger 2.0"),
        ("[", "this is not YAML"),
        (SHOP.replace("operationId: status", "operationId: get-tills-till-id-receipts.json"), "two operations"),
    ],
)  # fmt: skip
def test_a_wrong_description_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        loaded(tmp_path, text)
    assert said in str(error.value) and "shop.yaml" in str(error.value)


def test_an_escaped_reference(tmp_path: Path) -> None:
    text = SHOP.replace(
        "operationId: status", "parameters: [{ $ref: '#/paths/~1tills~1%7Btill-id%7D~1receipts.json/parameters/1' }]"
    )
    found = loaded(
        tmp_path, text.replace("{ name: page, in: query, schema", "{ name: page, in: query, x-basis: assumed, schema")
    )
    assert found.operations["get-status"].parameters[0].name == "page"

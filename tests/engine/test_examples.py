"""The examples in `fixtures/`: what they say of themselves is what the judge says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.chapters.octets import changed
from conformance.data import FIXTURES
from conformance.http.exchange import Exchange, Request, Response
from conformance.inputs.documents import hold_against, read
from conformance.planning.cases import Case
from conformance.planning.values import marked
from conformance.putting.procedures import put

from .benches import Told, answer, bench_over, examination, said

FILES = sorted((FIXTURES / "examples").glob("*.json"))


def examples(which: str) -> Iterator[Any]:
    for path in FILES:
        document = read(path)
        for each in document[which]:
            yield pytest.param(document["requirement"], each, id=f"{path.stem}-{each['name']}")


def octets_of(message: dict[str, Any]) -> bytes:
    if "text" in message:
        return str(message["text"]).encode()
    return json.dumps(message["body"], ensure_ascii=False).encode() if "body" in message else b""


def response_of(document: dict[str, Any]) -> Response:
    return Response(document["status"], "", tuple(document["headers"].items()), octets_of(document))


def judged(example: dict[str, Any]) -> list[tuple[str, str, int]]:
    """What is said of an example: by the judge of one exchange, by the procedure of its case of several."""
    case = examination().cases[example["case"]]
    if len(example["exchanges"]) > 1:
        return by_procedure(case, example)
    bench = bench_over(Told(lambda request: answer(200, {})))
    request = request_of(example)
    if case.kind != "server-error":
        asked = bench.request(case.template, case, True)
        asked = changed(asked, case.options) if case.kind == "octets" else asked
        assert (request.method, request.target, request.credentials) == (asked.method, asked.target, asked.credentials)
        assert readable(request.body) == readable(asked.body)
    response = response_of(example["exchanges"][0]["response"])
    found = bench.judge.violations(case.expected, Exchange(request, response))
    if case.kind == "server-error":
        result = put(bench_over(Told(lambda request: response)), case)
        assert said(result.violations) == said(found)
    return said(found)


def request_of(example: dict[str, Any]) -> Request:
    sent = example["exchanges"][0]["request"]
    headers = tuple(sent.get("headers", {}).items())
    return Request(sent["method"], sent["target"], headers, octets_of(sent), sent["credentials"])


def readable(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body


def by_procedure(case: Case, example: dict[str, Any]) -> list[tuple[str, str, int]]:
    """The exchanges of an example are played to the procedure; what is sent after them is accepted."""
    script: list[dict[str, Any]] = []

    def respond(request: Request) -> Response:
        if not script:
            return answer(200, {})
        told = script.pop(0)
        sent = told["request"]
        assert (request.method, request.target, request.credentials) == (sent["method"], sent["target"], "owner")
        assert readable(request.body) == sent.get("body", b"")
        return response_of(told["response"])

    bench = bench_over(Told(respond))
    mark = marked(bench.salt, case.id)
    text = json.dumps(example["exchanges"])
    script += json.loads(text.replace(example["mark"], mark) if "mark" in example else text)
    result = put(bench, case)
    assert not script, "the procedure asks less than the example tells"
    return said(result.violations)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_examples_is_well_formed(path: Path) -> None:
    document = read(path)
    hold_against(document, "example.json", path)
    assert path.stem == document["requirement"]
    names = [each["name"] for each in (*document["keeps"], *document["breaks"])]
    assert sorted(set(names)) == sorted(set(names)) and len(document["keeps"]) == len(
        {each["name"] for each in document["keeps"]}
    )
    assert len(document["breaks"]) == len({each["name"] for each in document["breaks"]})


def test_each_requirement_has_examples_that_keep_it_and_examples_that_break_it() -> None:
    assert {path.stem for path in FILES} == set(examination().contract.requirements)


@pytest.mark.parametrize(("requirement", "example"), list(examples("keeps")))
def test_what_keeps_a_requirement_violates_nothing(requirement: str, example: dict[str, Any]) -> None:
    assert judged(example) == []


@pytest.mark.parametrize(("requirement", "example"), list(examples("breaks")))
def test_what_breaks_a_requirement_violates_what_it_says_and_nothing_else(
    requirement: str, example: dict[str, Any]
) -> None:
    expected = sorted((each["requirement"], each["pointer"], each.get("exchange", 0)) for each in example["violates"])
    assert requirement in [each[0] for each in expected]
    assert judged(example) == expected

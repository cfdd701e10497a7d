"""Responses of every library that the public interface takes, right and wrong ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import requests
from fastapi import FastAPI
from fastapi.testclient import TestClient
from flask import Flask
from flask import Response as FlaskResponse
from starlette.responses import Response as StarletteResponse

from conformance.data import SCHEMAS
from conformance.errors import ConfigurationError
from conformance.http.exchange import Response
from conformance.judging import ContractBroken, assert_keeps_contract, violations

JSON = {"Content-Type": "application/json"}


def refusal(code: str, message: str, *fields: str) -> bytes:
    return json.dumps(
        {"ResponseStatus": {"ErrorCode": code, "Message": message, "Errors": [{"FieldName": f} for f in fields]}}
    ).encode()


#: A right answer, and one with FieldName in the wrong letter case.
ANSWERS = {
    "/right": refusal("PARAMETER_REQUIRED", "The parameter Line1 is required.", "Line1"),
    "/wrong": refusal("PARAMETER_REQUIRED", "The parameter Line1 is required.", "line1"),
}


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = ANSWERS[self.path]
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answering)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def by_requests(path: str, url: str) -> Any:
    return requests.get(url + path, timeout=5)


def by_httpx(path: str, url: str) -> Any:
    return httpx.get(url + path)


def by_fastapi(path: str, url: str) -> Any:
    app = FastAPI()

    @app.get("/{rest}")
    def answer(rest: str) -> StarletteResponse:
        return StarletteResponse(ANSWERS[f"/{rest}"], 400, JSON)

    return TestClient(app).get(path)


def by_flask(path: str, url: str) -> Any:
    app = Flask(__name__)

    @app.get("/<rest>")
    def answer(rest: str) -> FlaskResponse:
        return FlaskResponse(ANSWERS[f"/{rest}"], 400, JSON)

    return app.test_client().get(path)


def _django(path: str, streamed: bool) -> Any:
    import django
    from django.conf import settings
    from django.http import HttpResponse, StreamingHttpResponse
    from django.urls import path as route

    if not settings.configured:
        settings.configure(ROOT_URLCONF=(), ALLOWED_HOSTS=["testserver"], SECRET_KEY="of no use")
        django.setup()

    def answer(request: Any, rest: str) -> Any:
        body = ANSWERS[f"/{rest}"]
        parts = StreamingHttpResponse(iter([body[:9], body[9:]]), status=400, content_type="application/json")
        return parts if streamed else HttpResponse(body, status=400, content_type="application/json")

    from django.test import Client, override_settings

    with override_settings(ROOT_URLCONF=(route("<rest>", answer),)):
        return Client().get(path)


def by_django(path: str, url: str) -> Any:
    return _django(path, streamed=False)


def by_django_streaming(path: str, url: str) -> Any:
    return _django(path, streamed=True)


def as_a_tuple(path: str, url: str) -> Any:
    return 400, JSON, ANSWERS[path]


def as_pairs(path: str, url: str) -> Any:
    return 400, [("Content-Type", "application/json")], ANSWERS[path]


def as_our_own(path: str, url: str) -> Any:
    return Response(400, headers=(("Content-Type", "application/json"),), body=ANSWERS[path])


LIBRARIES = [by_requests, by_httpx, by_fastapi, by_flask, by_django, by_django_streaming]
WAYS = [*LIBRARIES, as_a_tuple, as_pairs, as_our_own]


@pytest.mark.parametrize("way", WAYS)
def test_the_same_is_said_of_every_kind_of_response(way: Callable[[str, str], Any], url: str) -> None:
    assert violations(way("/right", url), code="PARAMETER_REQUIRED", field="Line1", advice=True) == []
    found = violations(way("/wrong", url), code="PARAMETER_REQUIRED", field="Line1")
    assert [(each.requirement, each.pointer, each.expected, each.actual) for each in found] == [
        ("code.PARAMETER_REQUIRED", "/body/ResponseStatus/Errors/0/FieldName", "Line1", "line1"),
        ("envelope.field-name", "/body/ResponseStatus/Errors/0/FieldName", "Line1", "line1"),
    ]


@pytest.mark.parametrize("way", LIBRARIES)
def test_the_letter_names_the_request_where_it_is_known(way: Callable[[str, str], Any], url: str) -> None:
    with pytest.raises(ContractBroken) as caught:
        assert_keeps_contract(way("/wrong", url), code="PARAMETER_REQUIRED", field="Line1")
    text = str(caught.value)
    assert "\nReceived in answer to GET " in text and "/wrong\n    400\n" in text
    assert "        expected  Line1\n        received  line1\n" in text
    assert caught.value.violations[0].requirement == "code.PARAMETER_REQUIRED"


def test_what_is_judged_without_an_expectation() -> None:
    assert violations((200, JSON, b"{}")) == []
    assert violations((204, {}, b"")) == []
    assert [each.pointer for each in violations((200, {"Content-Type": "text/html"}, b"<p>"))] == [
        "/headers/content-type", "/body",
    ]  # fmt: skip
    assert [each.requirement for each in violations((404, JSON, b"{}"))] == ["status.allowed", "envelope.present"]
    no_name = (400, JSON, refusal("PARAMETER_REQUIRED", "Line1 is required."))
    assert [each.requirement for each in violations(no_name)] == ["code.PARAMETER_REQUIRED"]


def test_a_success_is_no_refusal() -> None:
    for found in (violations((200, JSON, b"{}"), code="FORBIDDEN"), violations((200, JSON, b"{}"), status=403)):
        assert [each.pointer for each in found] == ["/status"]


def test_several_codes_statuses_and_names() -> None:
    hidden = (400, JSON, refusal("ADDRESS_NOT_FOUND", "There is no such address."))
    assert violations(hidden, code=("FORBIDDEN", "ADDRESS_NOT_FOUND")) == []
    assert violations(hidden, status=(400, 403)) == []
    assert [each.requirement for each in violations(hidden, status=403)] == ["status.403"]
    group = (400, JSON, refusal("ONE_OF_SEVERAL_PARAMETERS_REQUIRED", "Give To or From.", "To,From"))
    assert violations(group, code="ONE_OF_SEVERAL_PARAMETERS_REQUIRED", field=["To", "From"]) == []
    lost = violations(group, code="ONE_OF_SEVERAL_PARAMETERS_REQUIRED", field=["To", "From", "Text"])
    assert {each.clause for each in lost} == {"FieldName", "Message"}


def test_advice_is_said_only_where_it_is_asked_for() -> None:
    bare = (401, JSON, refusal("UNAUTHORIZED", "Wrong or missing credentials."))
    assert violations(bare) == []
    assert {each.requirement for each in violations(bare, advice=True)} >= {"advice.challenge"}


def test_a_code_that_is_none() -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'FORBIDDEN'"):
        violations((200, JSON, b"{}"), code="FORBIDEN")


def test_another_contract(tmp_path: Path) -> None:
    for path in SCHEMAS.rglob("*.json"):
        copy = tmp_path / path.relative_to(SCHEMAS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8")
        copy.write_text(text.replace("ResponseStatus", "Problem") if path.name == "envelope.json" else text, "utf-8")
    body = refusal("FORBIDDEN", "No.").replace(b"ResponseStatus", b"Problem")
    assert violations((403, JSON, body), contract=tmp_path) == []
    assert [each.requirement for each in violations((403, JSON, body))] == ["envelope.present"]


def test_secrets_in_the_url_are_not_shown() -> None:
    request = requests.Request("GET", "http://someone:secret@127.0.0.1/v2").prepare()
    response = requests.Response()
    response.status_code, response.request = 404, request
    with pytest.raises(ContractBroken) as caught:
        assert_keeps_contract(response)
    assert "secret" not in str(caught.value) and "127.0.0.1/v2" in str(caught.value)

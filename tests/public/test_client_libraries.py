"""The reference target as client libraries see it: exact names, and credentials that are sent only when asked for."""

from __future__ import annotations

import base64
import http.client
import json
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests

from conformance.putting import serving
from conformance.reference import Reference
from conformance.reference.world import ACCOUNT, NUMBER, TOKEN

NUMBER_PATH = f"/v2/Numbers/{NUMBER[1:]}"


class ApiError(Exception):
    """What a client library raises: it reads members by their exact names, and fails where they are not there."""

    def __init__(self, status: int, body: bytes) -> None:
        told = json.loads(body)["ResponseStatus"]
        self.status, self.code, self.message = status, told["ErrorCode"], told["Message"]
        self.fields = [each["FieldName"] for each in told["Errors"]] if "Errors" in told else []
        super().__init__(f"{self.status} {self.code}: {self.message}")


@dataclass
class HandWritten:
    """Sends credentials after a challenge only, as clients do whose HTTP library looks after them."""

    url: str

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        status, answered, received = self._once(method, path, body, headers)
        if status == 401 and answered.get("WWW-Authenticate", "").startswith("Basic "):
            pair = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
            status, answered, received = self._once(method, path, body, {**headers, "Authorization": f"Basic {pair}"})
        if status >= 400:
            raise ApiError(status, received)
        return json.loads(received)

    def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Message, bytes]:
        with closing(http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=5)) as connection:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


@dataclass
class ByRequests:
    """The same with requests: a hook answers a 401, where it carries a challenge for Basic."""

    url: str
    challenges: int = 0

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        with requests.Session() as session:
            session.trust_env = False
            session.hooks["response"].append(self._answer)
            response = session.request(method, self.url + path, data=body, headers=headers, timeout=5)
        if response.status_code >= 400:
            raise ApiError(response.status_code, response.content)
        return response.json()

    def _answer(self, response: requests.Response, **options: Any) -> requests.Response:
        asked = response.headers.get("WWW-Authenticate", "").startswith("Basic ")
        if response.status_code != 401 or not asked or "Authorization" in response.request.headers:
            return response
        self.challenges += 1
        again = response.request.copy()
        requests.auth.HTTPBasicAuth(ACCOUNT, TOKEN)(again)
        with requests.Session() as session:
            return session.send(again, **options)


CLIENTS = [HandWritten, ByRequests]


class Unchallenging(BaseHTTPRequestHandler):
    """The reference target without WWW-Authenticate."""

    def do_GET(self) -> None:
        answer = Reference().respond("GET", self.path, list(self.headers.items()))
        self.send_response(answer.status)
        for name, value in answer.headers:
            if name.lower() != "www-authenticate":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    served = serving.reference()
    yield served.url
    served.stop()


def liar(name: str) -> Iterator[str]:
    command = [sys.executable, "-m", "conformance.liars", "--serve", name, "--port", "0"]
    served = serving.Served(command, name)
    yield served.url
    served.stop()


@pytest.mark.parametrize("kind", CLIENTS)
def test_a_client_that_waits_for_the_challenge_gets_in(kind: type[HandWritten | ByRequests], url: str) -> None:
    assert kind(url).send("GET", NUMBER_PATH)["Number"] == NUMBER


@pytest.mark.parametrize("kind", CLIENTS)
def test_without_a_challenge_it_stays_outside(kind: type[HandWritten | ByRequests]) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Unchallenging)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        with pytest.raises(ApiError) as caught:
            kind(f"http://127.0.0.1:{server.server_port}").send("GET", NUMBER_PATH)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert caught.value.status == 401


def test_each_code_by_the_request_that_the_target_lists(url: str) -> None:
    listed = requests.get(f"{url}/_reference/errors", timeout=5).json()["Errors"]
    assert len(listed) == 25
    for each in listed:
        words = shlex.split(each["Example"])
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        path = next(word for word in words if word.startswith(url)).removeprefix(url)
        body = words[words.index("-d") + 1].encode() if "-d" in words else None
        client = HandWritten(url) if "-u" in words else None
        with pytest.raises(ApiError) as caught:
            if client is None:
                response = requests.request(method, url + path, data=body, timeout=5)
                raise ApiError(response.status_code, response.content)
            client.send(method, path, body, **{"Content-Type": "application/json"})
        assert (caught.value.status, caught.value.code) == (each["Status"], each["ErrorCode"]), each
        assert caught.value.message


@pytest.mark.parametrize("kind", CLIENTS)
def test_each_code_by_asking_for_it(kind: type[HandWritten | ByRequests], url: str) -> None:
    for each in requests.get(f"{url}/_reference/errors", timeout=5).json()["Errors"]:
        with pytest.raises(ApiError) as caught:
            kind(url).send("GET", NUMBER_PATH, X_Reference_Error=each["ErrorCode"])
        assert (caught.value.status, caught.value.code) == (each["Status"], each["ErrorCode"])


def test_other_letter_case_is_not_read() -> None:
    for url in liar("wrapper/camel-case"):
        with pytest.raises(KeyError):
            ByRequests(url).send("GET", "/v2/Numbers/abc")


def test_it_begins_again_between_tests(url: str) -> None:
    client = ByRequests(url)
    before = client.send("GET", NUMBER_PATH)
    client.send("POST", NUMBER_PATH, b'{"Friendly": "Changed"}', **{"Content-Type": "application/json"})
    assert client.send("GET", NUMBER_PATH)["Friendly"] == "Changed"
    assert requests.post(f"{url}/_reference/reset", timeout=5).status_code == 200
    assert client.send("GET", NUMBER_PATH) == before

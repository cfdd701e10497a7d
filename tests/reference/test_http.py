"""Whatever HTTP can carry gets JSON: the envelope with one of the four statuses, or a success."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator

import pytest

from conformance.reference import Answer, Reference
from conformance.reference.surface import OPERATIONS
from conformance.reference.world import (
    ACCOUNT,
    ADDRESS,
    CALL,
    DAMAGED_CALL,
    LIMITED_TOKEN,
    MESSAGE,
    NUMBER,
    PROPERTY,
    TOKEN,
)

from .client import OWNER, ask, basic, code_of, post

PATH_VALUES = {
    "AccountSid": ACCOUNT,
    "PropertySid": PROPERTY,
    "AddressSid": ADDRESS,
    "CallSid": CALL,
    "MessageSid": MESSAGE,
    "Number": NUMBER[1:],
}
ADDRESSES = f"/v2/Accounts/{ACCOUNT}/Addresses"


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The target logs only what it did not foresee."""
    with caplog.at_level(logging.DEBUG, logger="conformance.reference"):
        yield
    assert not caplog.records


def assert_envelope(answer: Answer, *statuses: int) -> None:
    assert answer.status in statuses
    assert dict(answer.headers)["Content-Type"] == "application/json; charset=utf-8"
    status = json.loads(answer.body.decode("utf-8"))["ResponseStatus"]
    assert set(status) == {"ErrorCode", "Message", "Errors"}
    assert 0 < len(status["Message"]) <= 1000


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
@pytest.mark.parametrize(
    "authorization",
    [
        *(None, "", "Basic", "Basic !", "Basic QQ==", "Basic /////w==", "Bearer x", "Básic ÿ"),
        *(basic(ACCOUNT, "wrong")[1], basic("wrong", TOKEN)[1], basic(ACCOUNT, "")[1], basic(TOKEN, ACCOUNT)[1]),
    ],
)
def test_credentials_come_first(operation, authorization) -> None:  # type: ignore[no-untyped-def]
    headers = [] if authorization is None else [("Authorization", authorization)]
    answer = Reference().respond(operation.method, operation.path.replace("{", "%"), headers, b"{not json")
    assert_envelope(answer, 401)
    assert dict(answer.headers)["WWW-Authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_limited_credentials_may_read_only(operation) -> None:  # type: ignore[no-untyped-def]
    limited = basic(ACCOUNT, LIMITED_TOKEN)
    answer = Reference().respond(operation.method, operation.path.format(**PATH_VALUES), [limited], b"")
    assert (code_of(answer) == "FORBIDDEN") == (operation.method != "GET")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "X"])
@pytest.mark.parametrize(
    "path",
    ["/", "//", "", "*", "/v2", "/v2/", "/v2/Nothing", "/v2/Numbers/", f"{ADDRESSES}/", "/V2/Numbers/1", "/%", "é"],
)
def test_unknown_paths(method: str, path: str) -> None:
    for target in (path, path.encode()):
        assert_envelope(ask(Reference(), method, target), 400)
        assert_envelope(Reference().respond(method, target), 400)


def test_unknown_methods() -> None:
    for method in ("PUT", "PATCH", "OPTIONS", "DELETE"):
        assert_envelope(ask(Reference(), method, ADDRESSES), 400)


UNREADABLE = (
    b"{",
    b"\xef\xbb\xbf{}",
    b'{"Line1": NaN}',
    b'{"Line1": -Infinity}',
    b'{"Line1": "\xff"}',
    "{}".encode("utf-16"),
    b"Line1=a&City=b",
    b"<a/>",
    b"\0",
    b"[" * 100_000,
    b'{"Line1":' * 100_000,
    b'{"Line1": "a",}',
    b'{"Line1": "\n"}',
    b"{} {}",
    b" " * (4 * 1024 * 1024 + 1),
)


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
def test_unreadable_bodies(body: bytes) -> None:
    answer = ask(Reference(), "POST", ADDRESSES, ("Content-Type", "application/json"), body=body)
    assert_envelope(answer, 400)
    assert code_of(answer) == "UNREADABLE_REQUEST"


def test_media_types() -> None:
    body = b'{"Line1": "1 Example Street", "City": "Canberra", "CountryCode": "AU"}'
    for name in ("application/json", "Application/JSON;charset=UTF-8", "application/merge-patch+json", ""):
        assert ask(Reference(), "POST", ADDRESSES, ("Content-Type", name), body=body).status == 200
    for name in ("text/plain", "application/x-www-form-urlencoded", "application/xml", "json", "\xff", "null"):
        assert_envelope(ask(Reference(), "POST", ADDRESSES, ("Content-Type", name), body=body), 400)


@pytest.mark.parametrize(
    "value",
    [
        b"1e999",
        b"-1e999",
        b"9" * 5000,
        b"9" * 400,
        b"1e400",
        b"true",
        b"{}",
        b"[[]]",
        b'"\\u0000"',
        b'"\\ud800"',
        b"0.1",
    ],
    ids=lambda value: f"{value[:8].decode()}-{len(value)}",
)
@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if each.has_body], ids=lambda operation: operation.id
)
def test_odd_values_are_refused_or_taken(operation, value: bytes) -> None:  # type: ignore[no-untyped-def]
    for parameter in operation.parameters:
        body = b'{"%s": %s, "%s": %s}' % (parameter.name.encode(), value, parameter.name.encode(), value)
        answer = ask(Reference(), operation.method, operation.path.format(**PATH_VALUES), body=body)
        assert answer.status in (200, 400), answer


def test_no_input_makes_it_fail() -> None:
    """Random requests out of awkward pieces: the seed is fixed, so that a failure comes again."""
    draw = random.Random(0)
    pieces: list[object] = [
        None,
        "",
        "x",
        " ",
        ",",
        "a,b",
        "+",
        "+61255501001",
        "AU",
        "\ud800",
        "\0",
        "é",
        "9" * 30,
        "-1",
    ]
    pieces += [0, -1, 1.5, 10**30, True, [], [[]], [{}], {}, [None, {"To": 5}, {"To": "+61255501001", "Text": "x"}]]
    target = Reference()
    for _ in range(6000):
        operation = draw.choice(OPERATIONS)
        given = {
            parameter.name: draw.choice(pieces)
            for parameter in operation.parameters
            if parameter.place == "body" and draw.random() < 0.5
        }
        odd = {
            name: draw.choice([value, value, value, "%00", "%FF", "%", "x" * 300])
            for name, value in PATH_VALUES.items()
        }
        query = "&".join(
            f"{parameter.name}={draw.choice(['', '%', '%FF', '+', 'é', '9' * 5000, 'AU', 'Voice', 'a', '1', '&='])}"
            for parameter in operation.parameters
            if parameter.place == "query" and draw.random() < 0.4
        )
        path = f"{operation.path.format(**odd)}?{query}"
        answer = ask(target, operation.method, path.encode(), body=json.dumps(given).encode())
        assert answer.status in (200, 400, 403), (path, given, answer)
        code_of(answer)


def test_head_is_a_get_without_a_body() -> None:
    head, get = (ask(Reference(), method, f"/v2/Numbers/{NUMBER[1:]}") for method in ("HEAD", "GET"))
    assert (head.status, head.body) == (200, b"")
    assert dict(head.headers)["Content-Length"] == str(len(get.body))
    assert ask(Reference(), "HEAD", "/v2/Nowhere").body == b""


def test_one_request_earns_500() -> None:
    answer = ask(Reference(), "GET", f"/v2/Calls/{DAMAGED_CALL}")
    assert_envelope(answer, 500)
    assert Reference().respond("GET", f"/v2/Calls/{DAMAGED_CALL}").status == 401


def test_it_describes_itself() -> None:
    target = Reference()
    described = json.loads(target.respond("GET", "/_reference/openapi.json").body)
    ids = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]
    assert sorted(ids) == sorted(operation.id for operation in OPERATIONS)
    listed = json.loads(target.respond("GET", "/_reference/errors", [("Host", "example.test:99")]).body)["Errors"]
    assert len(listed) == 25
    assert all("http://example.test:99/v2/" in entry["Example"] for entry in listed)
    hostile = target.respond("GET", "/_reference/errors", [("Host", "';rm -rf'")]).body
    assert b"rm -rf" not in hostile
    assert_envelope(target.respond("GET", "/_reference/reset"), 400)
    assert_envelope(target.respond("GET", "/_reference/"), 400)


def test_a_failure_of_its_own_is_a_500_in_the_envelope(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Reference):
        def find_call(self, *_: object) -> dict[str, str]:
            raise ZeroDivisionError("secret")

    answer = Broken().respond("GET", f"/v2/Calls/{CALL}", [OWNER])
    assert_envelope(answer, 500)
    assert b"secret" not in answer.body and b"ZeroDivision" not in answer.body
    assert [record.message for record in caplog.records] == ["the reference target failed"]
    caplog.clear()


def test_one_override_is_wrong_in_one_place_only() -> None:
    class Lenient(Reference):
        def is_too_long(self, operation: str, parameter: str, value: str) -> bool:
            return parameter != "Line2" and super().is_too_long(operation, parameter, value)

    street = {"Line1": "1 Example Street", "City": "Canberra", "CountryCode": "AU"}
    assert post(Lenient(), ADDRESSES, {**street, "Line2": "x" * 101}).status == 200
    assert code_of(post(Lenient(), ADDRESSES, {**street, "Line1": "x" * 101})) == "PARAMETER_TOO_LONG"
    assert code_of(post(Reference(), ADDRESSES, {**street, "Line2": "x" * 101})) == "PARAMETER_TOO_LONG"

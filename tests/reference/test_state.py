"""What is accepted takes effect, what is refused changes nothing, and lists really filter."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from conformance.reference import Answer, Reference
from conformance.reference.world import (
    ACCOUNT,
    ADDRESS,
    CALL,
    FOREIGN_ACCOUNT,
    FOREIGN_ADDRESS,
    FOREIGN_CALL,
    FOREIGN_NUMBER,
    FOREIGN_PROPERTY,
    LINKED_ADDRESS,
    MESSAGE,
    NUMBER,
    OTHER_PROPERTY,
    OTHER_PROPERTY_NUMBER,
    PROPERTY,
    SEED_TIME,
)

from .client import ask, code_of, post

ADDRESSES = f"/v2/Accounts/{ACCOUNT}/Addresses"
MESSAGES = f"/v2/Properties/{PROPERTY}/Messages"
NUMBERS = f"/v2/Properties/{PROPERTY}/Numbers"
CONFIGURE = f"/v2/Numbers/{NUMBER[1:]}"
STREET = {"Line1": "1 Example Street", "City": "Canberra", "CountryCode": "AU"}


def read(answer: Answer) -> Any:
    assert answer.status == 200, answer
    return json.loads(answer.body)


def state(target: Reference) -> str:
    return repr(target.world)


def test_the_life_of_an_address() -> None:
    target = Reference()
    created = read(post(target, ADDRESSES, {**STREET, "Friendly": "Flat", "CountryCode": "au"}))
    assert (created["Friendly"], created["CountryCode"], created["AccountSid"]) == ("Flat", "AU", ACCOUNT)
    path = f"/v2/Addresses/{created['AddressSid']}"
    assert read(ask(target, "GET", path)) == created
    assert read(ask(target, "GET", f"{ADDRESSES}?Friendly=Flat"))["Addresses"] == [created]

    number = read(post(target, CONFIGURE, {"AddressSid": created["AddressSid"]}))
    assert number["AddressSid"] == created["AddressSid"]
    assert code_of(ask(target, "DELETE", path)) == "ADDRESS_CANNOT_BE_DELETED"
    read(post(target, CONFIGURE, {"AddressSid": LINKED_ADDRESS}))
    assert read(ask(target, "DELETE", path)) == {"AddressSid": created["AddressSid"]}
    for method in ("GET", "DELETE"):
        assert code_of(ask(target, method, path)) == "ADDRESS_NOT_FOUND"
    again = read(post(target, ADDRESSES, STREET))
    assert again["AddressSid"] != created["AddressSid"]


def test_configuration_shows() -> None:
    target = Reference()
    before = read(ask(target, "GET", CONFIGURE))
    changes = {"Friendly": "Hotline", "Recording": "call", "SendSmsTo": "+6145", "Attribution_Source": "radio"}
    after = read(post(target, CONFIGURE, {**changes, "RoutingMethod": "Flow", "Nonsense": 5, "SendEmailTo": None}))
    assert after == {**before, **changes, "Recording": "Call", "RoutingMethod": "Flow"}
    assert read(ask(target, "GET", CONFIGURE)) == after


def test_a_routing_method_needs_its_destination() -> None:
    target = Reference()
    bought = read(ask(target, "GET", "/v2/AvailableNumbers?CountryCode=AU"))["Numbers"][0]["Number"]
    read(post(target, NUMBERS, {"Number": bought}))
    path = f"/v2/Numbers/{bought[1:]}"
    assert code_of(post(target, path, {"RoutingMethod": "Flow"})) == "PARAMETER_REQUIRED"
    read(post(target, path, {"RoutingMethod": "Endpoint", "EndpointNumber": "+61255509001"}))
    assert code_of(post(target, path, {"Flow": "F0"})) == "PARAMETER_INVALID"


def test_a_purchase_takes_the_number_out_of_the_stock() -> None:
    target = Reference()
    query = "/v2/AvailableNumbers?CountryCode=US&City=springfield&Region=MA"
    stock = read(ask(target, "GET", query))
    number = stock["Numbers"][0]["Number"]
    assert read(post(target, NUMBERS, {"Number": number, "AddressSid": ADDRESS}))["Status"] == "Active"
    assert read(ask(target, "GET", query))["TotalCount"] == stock["TotalCount"] - 1
    assert read(ask(target, "GET", f"/v2/Numbers/{number[1:]}"))["PropertySid"] == PROPERTY
    assert code_of(post(target, NUMBERS, {"Number": number})) == "NUMBER_NOT_FOUND"
    other = f"/v2/Properties/{OTHER_PROPERTY}/Numbers"
    assert code_of(post(target, other, {"Number": number})) == "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY"
    assert read(post(target, NUMBERS, {"Number": stock["Numbers"][1]["Number"]}))["Status"] == "Pending"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", ADDRESSES, {**STREET, "City": "C"}),
        ("POST", CONFIGURE, {"Friendly": "New", "Recording": "Never"}),
        ("POST", CONFIGURE, {"Friendly": "New", "AddressSid": FOREIGN_ADDRESS}),
        ("POST", CONFIGURE, {"Friendly": "New", "Flow": "F0"}),
        ("POST", NUMBERS, {"Number": "+61255511000", "AddressSid": "D0"}),
        ("POST", MESSAGES, {"To": "+61455508000", "Text": "x", "From": OTHER_PROPERTY_NUMBER}),
        ("DELETE", f"/v2/Addresses/{LINKED_ADDRESS}", None),
        ("DELETE", f"/v2/Addresses/{FOREIGN_ADDRESS}", None),
    ],
)
def test_what_is_refused_changes_nothing(method: str, path: str, body: object) -> None:
    target = Reference()
    before = state(target)
    answer = ask(target, method, path, body=json.dumps(body).encode())
    assert answer.status in (400, 403)
    assert state(target) == before
    assert ask(target, method, path, body=json.dumps(body).encode()) == answer


def test_what_is_foreign() -> None:
    expected = {
        f"/v2/Accounts/{FOREIGN_ACCOUNT}/Addresses": "FORBIDDEN",
        f"/v2/Properties/{FOREIGN_PROPERTY}/Flows": "FORBIDDEN",
        f"/v2/Addresses/{FOREIGN_ADDRESS}": "ADDRESS_NOT_FOUND",
        f"/v2/Calls/{FOREIGN_CALL}": "CALL_NOT_FOUND",
        f"/v2/Numbers/{FOREIGN_NUMBER[1:]}": "NUMBER_NOT_FOUND",
    }
    assert {path: code_of(ask(Reference(), "GET", path)) for path in expected} == expected


def test_sixteen_deletions_at_once() -> None:
    target = Reference()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(target, "DELETE", f"/v2/Addresses/{ADDRESS}"), range(16)))
    assert sorted(str(code_of(answer)) for answer in answers) == ["ADDRESS_NOT_FOUND"] * 15 + ["None"]


@pytest.mark.parametrize(
    ("path", "name", "count"),
    [
        (ADDRESSES, "Addresses", 3),
        (f"{ADDRESSES}?City=Sydney", "Addresses", 1),
        (f"{ADDRESSES}?City=Sydney&Region=VIC", "Addresses", 0),
        (f"{ADDRESSES}?CountryCode=nz", "Addresses", 1),
        (f"/v2/Accounts/{ACCOUNT}/Numbers", "Numbers", 12),
        (NUMBERS, "Numbers", 8),
        (f"{NUMBERS}?Results_Skip=5", "Numbers", 3),
        (f"{NUMBERS}?Results_Count=2&Results_Skip=1", "Numbers", 2),
        (f"{NUMBERS}?Type=local,toll-free&Capabilites=sms,voice", "Numbers", 8),
        (f"{NUMBERS}?Type=National", "Numbers", 0),
        (f"/v2/Properties/{PROPERTY}/Calls?Disposition=Busy,IVR", "Calls", 5),
        (f"/v2/Accounts/{ACCOUNT}/Calls?Attribution_Source=radio", "Calls", 0),
        (f"/v2/Properties/{PROPERTY}/Calls?Date_From={SEED_TIME}&Date_To={SEED_TIME + 60}", "Calls", 1),
        (f"/v2/Properties/{PROPERTY}/Calls?Token=T{SEED_TIME + 60}", "Calls", 11),
        (f"/v2/Properties/{PROPERTY}/Flows", "Flows", 2),
        (f"{MESSAGES}?Date_From=0&Date_To=9999999999", "Messages", 9),
        (f"{MESSAGES}?Date_From=0&Date_To=9999999999&Direction=Receive", "Messages", 3),
        ("/v2/AvailableNumbers?CountryCode=AU&Results_Count=999999999999999999999", "Numbers", 200),
        ("/v2/AvailableNumbers?CountryCode=AU&City=Canberra&PostalCode=2620", "Numbers", 24),
        ("/v2/AvailableNumbers?CountryCode=AU&Type=Toll-Free&Capabilities=MMS", "Numbers", 8),
    ],
)
def test_lists_filter(path: str, name: str, count: int) -> None:
    assert len(read(ask(Reference(), "GET", path))[name]) == count


def test_messages() -> None:
    target = Reference()
    sent = read(post(target, MESSAGES, {"To": "+61455508000", "Text": "Hello", "From": "My Shop"}))["Message"]
    assert read(ask(target, "GET", f"/v2/Messages/{sent['MessageSid']}"))["Message"] == sent
    message = {"To": "+61455508000", "Text": "x"}
    assert read(post(target, MESSAGES, message))["Message"]["From"] == NUMBER
    for sender, code in {
        "X" * 12: "PARAMETER_TOO_LONG",
        "12345": "PARAMETER_INVALID",
        "A-B": "PARAMETER_INVALID",
        "+12 3": "INVALID_PHONENUMBER_FORMAT",
        "+61255509999": "NUMBER_NOT_FOUND",
        OTHER_PROPERTY_NUMBER: "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY",
        NUMBER: None,
        "X" * 11: None,
    }.items():
        assert code_of(post(target, MESSAGES, {**message, "From": sender})) == code
    now = int(time.time())
    for moment, code in {
        now + 3600: None,
        now - 1800: None,
        now - 7200: "PARAMETER_INVALID",
        now + 15 * 86400: "PARAMETER_INVALID",
        0: "PARAMETER_INVALID",
    }.items():
        assert code_of(post(target, MESSAGES, {**message, "Schedule": moment})) == code
    assert read(ask(target, "GET", f"/v2/Messages/{MESSAGE}"))["Message"]["MessageSid"] == MESSAGE


def test_a_batch_succeeds_in_part() -> None:
    batch = {"Messages": [{"To": "+61455508000", "Text": "x"}, {"To": "nobody", "Text": "x"}, 5]}
    elements = read(post(Reference(), f"/v2/Properties/{PROPERTY}/BatchMessages", batch))
    assert ["MessageSid" in element for element in elements] == [True, False, False]
    assert [element.get("ErrorCode") for element in elements[1:]] == ["INVALID_PHONENUMBER_FORMAT", "PARAMETER_INVALID"]


def test_reset() -> None:
    target = Reference()
    before = state(target)
    read(ask(target, "DELETE", f"/v2/Addresses/{ADDRESS}"))
    read(post(target, ADDRESSES, STREET))
    read(post(target, CONFIGURE, {"Friendly": "New"}))
    assert state(target) != before
    read(target.respond("POST", "/_reference/reset"))
    assert state(target) == before
    assert read(ask(target, "GET", f"/v2/Calls/{CALL}"))["CallSid"] == CALL

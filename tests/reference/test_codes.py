"""Each of the 23 codes is earned by a natural request, and keeps the contract's clauses about it."""

from __future__ import annotations

import json
import re

import pytest

from conformance.reference import Reference
from conformance.reference.envelope import OWN_STATUSES, STATUSES
from conformance.reference.on_demand import EXAMPLES, Example
from conformance.reference.world import ACCOUNT, ADDRESS, LINKED_ADDRESS, NUMBER, PROPERTY

from .client import ask, code_of, post

ADDRESSES = f"/v2/Accounts/{ACCOUNT}/Addresses"
STREET = {"Line1": "1 Example Street", "City": "Canberra", "CountryCode": "AU"}
WITH_FIELD = {"PARAMETER_REQUIRED", "PARAMETER_INVALID", "ONE_OF_SEVERAL_PARAMETERS_REQUIRED"}


def test_there_is_an_example_of_each_code() -> None:
    assert [example.code for example in EXAMPLES] == list(STATUSES)
    assert len(STATUSES) == 23


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
def test_each_code_is_earned(example: Example) -> None:
    body = b"" if example.body is None else json.dumps(example.body).encode()
    answer = ask(Reference(), example.method, example.path, body=body)
    status = json.loads(answer.body)["ResponseStatus"]
    assert (answer.status, status["ErrorCode"]) == (STATUSES[example.code], example.code)
    assert 0 < len(status["Message"]) <= 1000
    fields = [error["FieldName"] for error in status["Errors"]]
    if example.code == "ONE_OF_SEVERAL_PARAMETERS_REQUIRED":
        assert fields == [",".join(example.parameters)]
    else:
        assert fields == list(example.parameters)
    if example.code in WITH_FIELD:
        for name in example.parameters:
            assert re.search(rf"\b{name}\b", status["Message"])


@pytest.mark.parametrize("code", [*STATUSES, *OWN_STATUSES])
def test_each_code_is_to_be_had_on_demand(code: str) -> None:
    answer = ask(Reference(), "GET", f"/v2/Numbers/{NUMBER[1:]}", ("X-Reference-Error", code))
    assert (answer.status, code_of(answer)) == ((STATUSES | OWN_STATUSES)[code], code)


def test_an_error_on_demand_needs_credentials_and_a_known_code() -> None:
    target = f"/v2/Numbers/{NUMBER[1:]}"
    assert Reference().respond("GET", target, [("X-Reference-Error", "FORBIDDEN")]).status == 401
    answer = ask(Reference(), "GET", target, ("X-Reference-Error", "NO_SUCH_CODE"))
    assert code_of(answer) == "PARAMETER_INVALID"
    assert b"X-Reference-Error" in answer.body


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({**STREET, "Line1": None}, "PARAMETER_REQUIRED", "Line1"),
        ({**STREET, "City": ""}, "PARAMETER_REQUIRED", "City"),
        ({**STREET, "Line1": 7}, "PARAMETER_INVALID", "Line1"),
        ({**STREET, "Line1": ["1 Example Street"]}, "PARAMETER_INVALID", "Line1"),
        ({**STREET, "City": "C"}, "PARAMETER_TOO_SHORT", "City"),
        ({**STREET, "City": "C" * 61}, "PARAMETER_TOO_LONG", "City"),
        ({**STREET, "Friendly": "\ud800"}, "PARAMETER_INVALID", "Friendly"),
        ({**STREET, "CountryCode": "AUS"}, "INVALID_COUNTRYCODE_FORMAT", "CountryCode"),
        ({**STREET, "CountryCode": "036"}, "INVALID_COUNTRYCODE_FORMAT", "CountryCode"),
        ({**STREET, "CountryCode": "AU\n"}, "INVALID_COUNTRYCODE_FORMAT", "CountryCode"),
        ({**STREET, "CountryCode": "ZZ"}, "COUNTRY_NOT_FOUND", "CountryCode"),
        ({**STREET, "CountryCode": "IS"}, "COUNTRY_UNAVAILABLE", "CountryCode"),
        ([], "PARAMETER_REQUIRED", "Line1"),
    ],
)
def test_faults_of_an_address(body: object, code: str, field: str) -> None:
    answer = post(Reference(), ADDRESSES, body)
    assert code_of(answer) == code
    assert json.loads(answer.body)["ResponseStatus"]["Errors"] == [{"FieldName": field}]


@pytest.mark.parametrize(
    "number",
    [
        "61255501001",
        "+0255501001",
        "+",
        "+1234567890123456",
        "+612555\n",
        "+6125 5501",
        "+٦١٢٥٥٥",
        "++6125550",
        "6125+",
    ],
)
def test_faulty_phone_numbers(number: str) -> None:
    target = f"/v2/Numbers/{NUMBER[1:]}"
    for name in ("EndpointNumber", "SendSmsTo"):
        assert code_of(post(Reference(), target, {name: number})) == "INVALID_PHONENUMBER_FORMAT"
    send = f"/v2/Properties/{PROPERTY}/Messages"
    assert code_of(post(Reference(), send, {"To": number, "Text": "x"})) == "INVALID_PHONENUMBER_FORMAT"
    purchase = f"/v2/Properties/{PROPERTY}/Numbers"
    assert code_of(post(Reference(), purchase, {"Number": number})) == "INVALID_PHONENUMBER_FORMAT"


@pytest.mark.parametrize(
    "number", ["+61255501001", "%2B61255501001", "0255501001", "6125%0A", "1234567890123456", "%FF"]
)
def test_faulty_phone_numbers_in_paths(number: str) -> None:
    assert code_of(ask(Reference(), "GET", f"/v2/Numbers/{number}")) == "INVALID_PHONENUMBER_FORMAT"


@pytest.mark.parametrize("value", ["abc", "-1", "1.5", "+5", "1e3", "0x5", "%D9%A3", "5%00", "5%0A"])
def test_faulty_integers(value: str) -> None:
    for target in (f"{ADDRESSES}?Results_Count={value}", f"/v2/Accounts/{ACCOUNT}/Calls?Date_From={value}"):
        assert code_of(ask(Reference(), "GET", target)) == "PARAMETER_INVALID"


def test_foreign_and_unknown_things() -> None:
    unlinked = ask(Reference(), "DELETE", f"/v2/Addresses/{ADDRESS}")
    assert (unlinked.status, json.loads(unlinked.body)) == (200, {"AddressSid": ADDRESS})
    assert code_of(ask(Reference(), "DELETE", f"/v2/Addresses/{LINKED_ADDRESS}")) == "ADDRESS_CANNOT_BE_DELETED"
    assert code_of(post(Reference(), f"/v2/Numbers/{NUMBER[1:]}", {"AddressSid": "D0"})) == "ADDRESS_NOT_FOUND"
    message = ask(Reference(), "GET", "/v2/Messages/M0")
    assert (message.status, code_of(message)) == (400, "PARAMETER_INVALID")


def test_a_single_filter_that_is_no_place_is_named_alone() -> None:
    target = "/v2/AvailableNumbers?CountryCode=AU&Region=ACT&City=Atlantis"
    answer = ask(Reference(), "GET", target)
    assert code_of(answer) == "LOCATION_NOT_FOUND"
    assert json.loads(answer.body)["ResponseStatus"]["Errors"] == [{"FieldName": "City"}]

"""A quick look at the harbour desk itself: each code can be earned, and its treatment of everything else holds."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from .server import create_app

PROFILE = tomllib.loads((Path(__file__).parent / "profile.toml").read_text("utf-8"))
FACTS = PROFILE["facts"]
ACCOUNT, PROPERTY = f"/v2/Accounts/{FACTS['account']}", f"/v2/Properties/{FACTS['property']}"
NUMBER = f"/v2/Numbers/{FACTS['number'][1:]}"
HOME = {"Line1": "Strandgata 3", "City": "Akureyri", "CountryCode": "IS"}
TEXT = {"To": "+3546990001", "Text": "ahoy"}


@pytest.fixture
def client() -> FlaskClient:
    return create_app().test_client()


def ask(client: FlaskClient, method: str, path: str, body: object = None, who: str | None = "owner") -> TestResponse:
    options: dict[str, Any] = {} if body is None else {"json": body}
    if who is not None:
        options["auth"] = (PROFILE["credentials"][who]["username"], PROFILE["credentials"][who]["password"])
    return client.open(path, method=method, **options)


def filters(**values: str) -> str:
    return "/v2/AvailableNumbers?" + "&".join(f"{name}={quote(value)}" for name, value in values.items())


EARNED: tuple[tuple[str, int, str, str, object], ...] = (
    ("ADDRESS_CANNOT_BE_DELETED", 403, "DELETE", f"/v2/Addresses/{FACTS['linked_address']}", None),
    (
        "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY",
        403,
        "POST",
        f"{PROPERTY}/Numbers",
        {"Number": FACTS["other_property_number"]},
    ),
    (
        "NUMBER_BELONGS_TO_DIFFERENT_PROPERTY",
        403,
        "POST",
        f"{PROPERTY}/Messages",
        TEXT | {"From": FACTS["other_property_number"]},
    ),
    ("COUNTRY_UNAVAILABLE", 403, "GET", filters(CountryCode=FACTS["unavailable_country"]), None),
    ("FORBIDDEN", 403, "GET", f"/v2/Accounts/{FACTS['foreign_account']}/Calls", None),
    ("FORBIDDEN", 403, "GET", f"/v2/Properties/{FACTS['foreign_property']}/Flows", None),
    ("PARAMETER_REQUIRED", 400, "POST", f"{PROPERTY}/BatchMessages", {}),
    ("PARAMETER_INVALID", 400, "GET", f"{PROPERTY}/Flows?Results_Count=1.5", None),
    ("PARAMETER_INVALID", 400, "GET", "/v2/Messages/d41d8cd98f00b204e9800998", None),
    ("PARAMETER_TOO_SHORT", 400, "POST", f"{ACCOUNT}/Addresses", HOME | {"City": "X"}),
    ("PARAMETER_TOO_LONG", 400, "POST", f"{PROPERTY}/Messages", TEXT | {"From": "twelveletter"}),
    ("ONE_OF_SEVERAL_PARAMETERS_REQUIRED", 400, "POST", NUMBER, {}),
    ("ADDRESS_NOT_FOUND", 400, "GET", f"/v2/Addresses/{FACTS['foreign_address']}", None),
    ("NUMBER_NOT_FOUND", 400, "GET", f"/v2/Numbers/{FACTS['foreign_number'][1:]}", None),
    ("LOCATION_NOT_FOUND", 400, "GET", filters(CountryCode="IS", **FACTS["impossible_location"]), None),
    ("LOCATION_NOT_FOUND", 400, "GET", filters(CountryCode="IS", City="Tallinn"), None),
    ("COUNTRY_NOT_FOUND", 400, "GET", filters(CountryCode="ZZ"), None),
    ("PROPERTY_NOT_FOUND", 400, "GET", f"/v2/Properties/{FACTS['property'][::-1]}/Numbers", None),
    ("ACCOUNT_NOT_FOUND", 400, "GET", "/v2/Accounts/70418823906/Numbers", None),
    ("CALL_NOT_FOUND", 400, "GET", f"/v2/Calls/{FACTS['foreign_call']}", None),
    ("UNKNOWN_ROUTING_METHOD", 400, "POST", NUMBER, {"RoutingMethod": "Semaphore"}),
    ("UNKNOWN_RECORDING_OPTION", 400, "POST", NUMBER, {"Recording": "Wax"}),
    ("UNKNOWN_CAPABILITY", 400, "GET", f"{PROPERTY}/Numbers?Capabilites=Voice,Fax", None),
    ("UNKNOWN_DISPOSITION", 400, "GET", f"{PROPERTY}/Calls?Disposition=Adrift", None),
    ("UNKNOWN_NUMBERTYPE", 400, "GET", f"{ACCOUNT}/Numbers?Type=Marine", None),
    ("INVALID_PHONENUMBER_FORMAT", 400, "GET", "/v2/Numbers/0354587", None),
    ("INVALID_PHONENUMBER_FORMAT", 400, "POST", f"{PROPERTY}/Numbers", {"Number": "+3545880100\n"}),
    ("INVALID_COUNTRYCODE_FORMAT", 400, "POST", f"{ACCOUNT}/Addresses", HOME | {"CountryCode": "Ísland"}),
)


def test_the_list_of_codes_is_whole() -> None:
    assert len({row[0] for row in EARNED}) == 23


@pytest.mark.parametrize(("code", "status", "method", "path", "body"), EARNED)
def test_each_code_can_be_earned(
    client: FlaskClient, code: str, status: int, method: str, path: str, body: object
) -> None:
    answer = ask(client, method, path, body)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].partition(";")[0].endswith("+json")
    inner = json.loads(answer.data)["ResponseStatus"]
    assert inner["ErrorCode"] == code
    assert 0 < len(inner["Message"]) <= 1000
    for error in inner.get("Errors", ()):
        assert error["FieldName"]
    assert ask(client, method, path, body, who=None).status_code == 401


def test_several_faults_are_all_named(client: FlaskClient) -> None:
    inner = json.loads(ask(client, "POST", f"{ACCOUNT}/Addresses", {}).data)["ResponseStatus"]
    assert inner["ErrorCode"] == "PARAMETER_REQUIRED"
    assert [error["FieldName"] for error in inner["Errors"]] == ["CountryCode", "City", "Line1"]
    assert all(name in inner["Message"] for name in HOME)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 403), ("GET", "//v2//Numbers", 403), ("PUT", NUMBER, 400), ("OPTIONS", NUMBER, 400),
     ("BREW", "/pot", 403), ("GET", "/v2/Numbers/", 403), ("GET", "/v2/Numbers/%00", 400), ("GET", "/static/x", 403)],
)  # fmt: skip
def test_flask_never_answers_by_itself(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = ask(client, method, path)
    assert answer.status_code == status
    assert json.loads(answer.data)["ResponseStatus"]["ErrorCode"]


@pytest.mark.parametrize("data", [b"{", b"\xff\xfe{\x00}\x00", b"[" * 100_000, b"NaN", b"9" * 5000, b"x" * (5 << 20)])
def test_what_cannot_be_read_is_refused(client: FlaskClient, data: bytes) -> None:
    answer = client.post(NUMBER, data=data, content_type="application/json")
    assert answer.status_code == 400
    assert "ResponseStatus" in json.loads(answer.data)


@pytest.mark.parametrize(
    "value", [0, -1, True, 1e308, 10**400, [], {}, [[]], "\ud800", "\x00", "\u212a\u017f", "x" * 9999]
)
@pytest.mark.parametrize("path", [NUMBER, f"{ACCOUNT}/Addresses", f"{PROPERTY}/Messages", f"{PROPERTY}/Numbers"])
def test_no_value_makes_it_fail(client: FlaskClient, path: str, value: object) -> None:
    names = ("AddressSid", "RoutingMethod", "SendSmsTo", "Line1", "CountryCode", "Number", "To", "From", "Schedule")
    for name in names:
        assert ask(client, "POST", path, TEXT | HOME | {name: value}).status_code in (200, 400, 403)


def test_what_is_refused_changes_nothing_and_what_is_accepted_does(client: FlaskClient) -> None:
    before = ask(client, "GET", NUMBER).json
    for body, who in (
        ({"Friendly": "Other", "Recording": "Wax"}, "owner"),
        ({"Friendly": "Other"}, "limited"),
        ({"Friendly": "Other", "AddressSid": FACTS["foreign_address"]}, "owner"),
    ):
        assert ask(client, "POST", NUMBER, body, who).status_code in (400, 403)
    assert ask(client, "GET", NUMBER).json == before
    assert ask(client, "POST", NUMBER, {"Friendly": "Other"}).status_code == 200
    assert ask(client, "GET", NUMBER).json == {**(before or {}), "Friendly": "Other"}


def test_an_address_comes_and_goes(client: FlaskClient) -> None:
    added = ask(client, "POST", f"{ACCOUNT}/Addresses", HOME | {"CountryCode": "isl", "PostalCode": 600}).json
    assert added is not None
    row = added["Address"]
    assert (row["CountryCode"], row["PostalCode"]) == ("IS", "600")
    path = f"/v2/Addresses/{row['AddressSid']}"
    assert ask(client, "DELETE", path, who="limited").status_code == 403
    assert ask(client, "GET", path).json == row
    assert ask(client, "DELETE", path).status_code == 204
    assert ask(client, "DELETE", path).status_code == 400


def test_every_number_of_the_profile_is_on_sale(client: FlaskClient) -> None:
    for number in FACTS["available_numbers"]:
        assert ask(client, "POST", f"{PROPERTY}/Numbers", {"Number": number}).json == {
            "Status": "Pending", "Number": number[1:]
        }  # fmt: skip
        assert ask(client, "POST", f"{PROPERTY}/Numbers", {"Number": number}).status_code == 200
    assert ask(client, "GET", filters(CountryCode="IS", **FACTS["location"])).data == b"[]"


def test_a_message_is_found_again(client: FlaskClient) -> None:
    sent = ask(client, "POST", f"{PROPERTY}/Messages", TEXT | {"From": FACTS["number"], "Schedule": None}).json
    assert sent is not None
    assert ask(client, "GET", f"/v2/Messages/{sent['Message']['MessageSid']}").json == sent
    found = ask(client, "GET", f"{PROPERTY}/Messages?Date_From=0&Date_To=99999999999&Direction=TRANSMIT").data
    assert json.loads(found) == [sent["Message"]]
    batch = ask(client, "POST", f"{PROPERTY}/BatchMessages", {"Messages": [TEXT, {"To": "no"}, 7]}).data
    assert ["MessageSid" in item for item in json.loads(batch)] == [True, False, False]


def test_an_outage_on_demand(client: FlaskClient) -> None:
    answer = ask(client, **FACTS["server_error"])
    assert answer.status_code == 500
    assert "ResponseStatus" in json.loads(answer.data)

"""The judge: what is blamed for an answer, and what is left in peace."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from conformance.http.exchange import Exchange, Request, Response
from conformance.judgement.judge import Judge
from conformance.planning.cases import ACCEPTED, EITHER, REFUSED, Due, Expected

from .benches import answer, examination, refusal, said

CONTRACT = examination().contract
JUDGE = Judge(CONTRACT)
CODE, MESSAGE = "/body/ResponseStatus/ErrorCode", "/body/ResponseStatus/Message"
ERRORS = "/body/ResponseStatus/Errors"
FIELD = f"{ERRORS}/0/FieldName"
NAMES = frozenset({"Line1", "City", "Region", "PostalCode", "AddressSid", "Number", "PropertySid"})


def due(code: str, *names: str) -> Due:
    return Due(code, names, names)


def expecting(*codes: Due, outcome: str = REFUSED, **more: Any) -> Expected:
    blame = more.pop("blame", f"code.{codes[0].code}" if codes else "status.400")
    return Expected(outcome, codes, more.pop("statuses", ()), blame, parameters=NAMES, **more)


def blamed(expected: Expected, response: Response, method: str = "GET") -> list[tuple[str, str]]:
    exchange = Exchange(Request(method, "/x"), response)
    return [(requirement, pointer) for requirement, pointer, _ in said(JUDGE.violations(expected, exchange))]


REQUIRED = expecting(due("PARAMETER_REQUIRED", "Line1"))
RIGHT = refusal("PARAMETER_REQUIRED", "Please give Line1.", "Line1")
STRAY = Expected(EITHER, (), (400, 401, 403), "status.allowed", documented=False, registered=False)
LENIENT = Expected(EITHER, documented=False)


def test_a_right_refusal_is_left_in_peace() -> None:
    assert blamed(REQUIRED, RIGHT) == []


@pytest.mark.parametrize(
    ("outcome", "more"), [(EITHER, []), (ACCEPTED, [("control.accepted", "/status")])], ids=["either", "accepted"]
)
def test_a_success_that_tells_an_error_of_the_contract_is_none(outcome: str, more: list[tuple[str, str]]) -> None:
    told = replace(refusal("COUNTRY_UNAVAILABLE", "Not there (CountryCode).", "CountryCode"), status=200)
    expected = expecting(due("COUNTRY_UNAVAILABLE", "CountryCode"), outcome=outcome)
    assert blamed(expected, told) == [*more, ("status.allowed", "/status")]
    assert blamed(LENIENT, told) == [("status.allowed", "/status")]


@pytest.mark.parametrize("code", ["", "SUCCESS", None])
def test_a_success_may_have_a_status_object_without_an_error(code: str | None) -> None:
    body = json.dumps({"Number": "+1", "ResponseStatus": {"ErrorCode": code, "Message": ""}}).encode()
    assert blamed(expecting(outcome=ACCEPTED), replace(RIGHT, status=200, body=body)) == []


# JSON


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8; a=b",
        "application/problem+json",
        "application/vnd.api.v2+json; charset=utf-8",
        " application/json ",
        "application/json;",
    ],
)
def test_a_media_type_of_json_is_right_with_any_parameters(media_type: str) -> None:
    assert blamed(REQUIRED, replace(RIGHT, headers=(("Content-Type", media_type),))) == []


@pytest.mark.parametrize(
    "media_type",
    ["text/json", "text/html", "application/jsonp", "application/json+xml", "json", "", "application/x-json", "+json",
     "application/", "application/json, text/html", "application/json\n"],
)  # fmt: skip
def test_another_media_type_is_not(media_type: str) -> None:
    found = blamed(REQUIRED, replace(RIGHT, headers=(("Content-Type", media_type),)))
    assert found == ([] if media_type == "application/json\n" else [("json.every-response", "/headers/content-type")])


@pytest.mark.parametrize(
    "body",
    [b"", b"<h1>", b"{", b'{"a": 1,}', b"{'a': 1}", b"\xef\xbb\xbf{}", b'{"a": NaN}', b'{"a": Infinity}', b"\xff{}",
     '{"a": 1}'.encode("utf-16"), b"{}{}", b'{"a": 01}', b'"\n"', b"nul", b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_json_is_blamed_once_and_nothing_else_of_the_body_is(body: bytes) -> None:
    assert blamed(REQUIRED, replace(RIGHT, body=body)) == [("json.every-response", "/body")]


@pytest.mark.parametrize(
    "more",
    [
        {"a": "\ud800"},
        {"a": 10**5000},
        {"a": -1e308},
        {"ResponseStatus": {**json.loads(RIGHT.body)["ResponseStatus"], "n": 10**60}},
        {"": {"": [None, True]}},
        {"a": "\x00"},
        {"ResponseStatus2": 1},
    ],
    ids=["half a pair", "large number", "number", "large member", "empty names", "nul", "member"],
)
def test_odd_json_is_json(more: dict[str, Any]) -> None:
    import sys

    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        text = json.dumps({**json.loads(RIGHT.body), **more})
    finally:
        sys.set_int_max_str_digits(limit)
    assert blamed(REQUIRED, replace(RIGHT, body=text.encode())) == []


def test_half_a_pair_of_surrogates_in_the_members_themselves_is_judged_like_any_text() -> None:
    text = json.dumps({"ResponseStatus": {"ErrorCode": "PARAMETER_REQUIRED\ud800", "Message": "Line1 \udfff",
                                          "Errors": [{"FieldName": "Line1\ud800"}]}})  # fmt: skip
    assert ("envelope.error-code", CODE) in blamed(REQUIRED, replace(RIGHT, body=text.encode()))


def test_a_success_with_a_body_is_json_too() -> None:
    page = Response(200, "", (("content-type", "text/html"),), b"<p>")
    found = [("json.every-response", "/body"), ("json.every-response", "/headers/content-type")]
    assert blamed(expecting(outcome=ACCEPTED, blame="control.accepted"), page) == found


@pytest.mark.parametrize(("status", "method"), [(204, "GET"), (200, "HEAD"), (200, "DELETE"), (202, "POST")])
def test_a_success_without_a_body_is_right(status: int, method: str) -> None:
    assert blamed(expecting(outcome=ACCEPTED, blame="control.accepted"), Response(status), method) == []


def test_the_answer_to_head_has_no_body_and_is_judged_by_its_status() -> None:
    assert blamed(STRAY, Response(400, "", (("content-type", "application/json"),)), "HEAD") == []
    assert blamed(STRAY, Response(404), "HEAD") == [("status.allowed", "/status")]


# Statuses


@pytest.mark.parametrize("status", [402, 404, 405, 406, 409, 410, 415, 418, 422, 451])
def test_a_status_that_is_not_among_the_four_is_blamed(status: int) -> None:
    assert blamed(STRAY, refusal("NOT_SO", status=status)) == [("status.allowed", "/status")]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_an_unknown_path_may_earn_any_refusal(status: int) -> None:
    response = refusal("UNKNOWN", status=status)
    challenge = replace(response, headers=(*response.headers, ("WWW-Authenticate", "Basic")))
    assert blamed(STRAY, challenge) == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_wrong_on_a_registered_operation_alone(status: int) -> None:
    there = Response(status, "", (("location", "/"),))
    assert blamed(STRAY, there) == []
    assert blamed(REQUIRED, there) == [("status.400", "/status"), ("status.allowed", "/status")]


def test_a_success_where_a_refusal_is_due_is_blamed_on_what_was_asked() -> None:
    assert blamed(REQUIRED, answer(200, {"AddressSid": "D1"})) == [("code.PARAMETER_REQUIRED", "/status")]


def test_an_error_told_with_the_status_of_a_success_breaks_the_statuses() -> None:
    found = blamed(REQUIRED, replace(RIGHT, status=200))
    assert ("status.allowed", "/status") in found and ("status.400", "/status") in found


def test_a_failure_that_our_own_fault_caused_breaks_the_status_that_was_due_as_well() -> None:
    found = blamed(REQUIRED, refusal("INTERNAL_SERVER_ERROR", status=500))
    assert {("status.500", "/status"), ("status.400", "/status")} <= set(found)


def test_a_failure_that_was_asked_for_is_right() -> None:
    expected = Expected(EITHER, (), (500,), "status.500", documented=False, registered=False)
    assert blamed(expected, refusal("INTERNAL_SERVER_ERROR", status=500)) == []
    assert blamed(expected, refusal("UNAVAILABLE", status=503)) == [
        ("status.500", "/status"),
        ("status.allowed", "/status"),
    ]


def test_a_refused_control_is_blamed_once_whatever_the_refusal_says() -> None:
    control = expecting(outcome=ACCEPTED, blame="control.accepted")
    assert blamed(control, refusal("PARAMETER_REQUIRED", "No.")) == [("control.accepted", "/status")]


def test_what_may_be_taken_or_refused_is_judged_when_it_is_refused() -> None:
    either = expecting(due("PARAMETER_INVALID", "City"), outcome=EITHER)
    assert blamed(either, answer(200, {})) == []
    assert blamed(either, refusal("PARAMETER_INVALID", "City.", "City")) == []
    assert blamed(either, refusal("CITY_WRONG", "City.", "City")) == [
        ("advice.documented-code", CODE),
        ("code.PARAMETER_INVALID", CODE),
    ]


@pytest.mark.parametrize("status", [408, 411, 413, 414, 417, 421, 426, 431, 501, 505])
def test_what_the_http_server_refuses_before_the_api_is_advice(status: int) -> None:
    before = Expected(EITHER, (), (400,), "advice.before-the-api", before_the_api=True)
    assert blamed(before, Response(status)) == [("advice.before-the-api", "/status")]
    assert blamed(before, Response(400, "", (("content-type", "text/plain"),), b"Bad Request")) == [
        ("advice.before-the-api", "/status")
    ]


def test_a_failure_is_a_failure_even_before_the_api() -> None:
    before = Expected(EITHER, (), (400,), "advice.before-the-api", before_the_api=True)
    assert ("status.500", "/status") in blamed(before, refusal("INTERNAL_SERVER_ERROR", status=500))


# Codes


def test_each_code_is_right_with_its_own_statuses_and_no_other() -> None:
    for rule in CONTRACT.rules.values():
        names = ("Line1", "City") if rule.field.names == "group" else ("Line1",)
        expected = expecting(Due(rule.code, names, names))
        fields = ["Line1,City"] if rule.field.names == "group" else ["Line1"]
        for status in (400, 403):
            found = blamed(expected, refusal(rule.code, " ".join(names), *fields, status=status))
            wrong = {
                ("status.400" if rule.statuses == (400,) else "status.403", "/status"),
                (f"code.{rule.code}", "/status"),
            }
            assert set(found) == (set() if status in rule.statuses else wrong), (rule.code, status)


def test_a_pinned_status_is_the_only_right_one() -> None:
    pinned = Judge(CONTRACT, {"COUNTRY_UNAVAILABLE": 403})
    expected = expecting(Due("COUNTRY_UNAVAILABLE"))
    for status, requirements in ((403, set()), (400, {"status.403", "code.COUNTRY_UNAVAILABLE"})):
        exchange = Exchange(Request("GET", "/"), refusal("COUNTRY_UNAVAILABLE", status=status))
        assert {each.requirement for each in pinned.violations(expected, exchange)} == requirements


def test_each_of_several_codes_that_are_due_is_right() -> None:
    expected = expecting(due("FORBIDDEN"), due("ADDRESS_NOT_FOUND", "AddressSid"))
    assert blamed(expected, refusal("FORBIDDEN", status=403)) == []
    assert blamed(expected, refusal("ADDRESS_NOT_FOUND", "No.", "AddressSid")) == []
    assert blamed(expected, refusal("FORBIDDEN", status=400)) == [("code.FORBIDDEN", "/status")]


def test_a_code_that_nobody_asked_for_still_keeps_its_own_rule() -> None:
    assert blamed(LENIENT, refusal("PARAMETER_REQUIRED", "No.")) == [("code.PARAMETER_REQUIRED", ERRORS)]
    assert blamed(LENIENT, refusal("FORBIDDEN", status=400)) == [("code.FORBIDDEN", "/status")]
    assert blamed(LENIENT, refusal("SOMETHING_ELSE")) == []


def test_a_wrong_code_is_not_held_to_the_clauses_of_a_code_that_it_should_not_carry() -> None:
    assert blamed(REQUIRED, refusal("PARAMETER_INVALID", "No.")) == [("code.PARAMETER_REQUIRED", CODE)]


# FieldName


@pytest.mark.parametrize("fields", [["Line1"], ["Line1", "Line1"]])
def test_the_parameter_at_fault_is_named(fields: list[str]) -> None:
    assert blamed(REQUIRED, refusal("PARAMETER_REQUIRED", "Line1", *fields)) == []


@pytest.mark.parametrize(
    ("fields", "place"),
    [(["City"], FIELD), (["City", "Line1"], FIELD), (["Line1", "City"], f"{ERRORS}/1/FieldName"), (["line1"], FIELD),
     (["Line1 "], FIELD), (["$.Line1"], FIELD), (["Line1,City"], FIELD)],
)  # fmt: skip
def test_another_name_is_wrong_where_it_stands(fields: list[str], place: str) -> None:
    found = blamed(REQUIRED, refusal("PARAMETER_REQUIRED", "Line1", *fields))
    assert ("code.PARAMETER_REQUIRED", place) in found
    known = set(fields) <= NAMES
    assert found == [("code.PARAMETER_REQUIRED", place)] + ([] if known else [("envelope.field-name", place)])


def test_an_optional_field_name_may_be_left_out_and_is_exact_where_it_is_given() -> None:
    expected = expecting(due("PARAMETER_TOO_LONG", "City"))
    assert blamed(expected, refusal("PARAMETER_TOO_LONG")) == []
    assert blamed(expected, refusal("PARAMETER_TOO_LONG", "No.", "City")) == []
    assert blamed(expected, refusal("PARAMETER_TOO_LONG", "No.", "Region")) == [("code.PARAMETER_TOO_LONG", FIELD)]


PLACE = expecting(Due("LOCATION_NOT_FOUND", ("Region", "City", "PostalCode"), ("City",)))


@pytest.mark.parametrize(
    "fields",
    [
        [],
        ["City"],
        ["PostalCode"],
        ["Region", "City"],
        ["City,Region"],
        ["RegionCityPostalCode"],
        ["City / Region"],
        ["City;City"],
    ],
)
def test_a_place_that_is_not_found_names_one_filter_or_several_in_one_error_or_several(fields: list[str]) -> None:
    assert blamed(PLACE, refusal("LOCATION_NOT_FOUND", "No.", *fields)) == []


@pytest.mark.parametrize("fields", [["CountryCode"], ["City", "CountryCode"], ["City and Region"], ["Cities"]])
def test_a_place_that_is_not_found_names_nothing_but_filters(fields: list[str]) -> None:
    assert "code.LOCATION_NOT_FOUND" in {
        requirement for requirement, _ in blamed(PLACE, refusal("LOCATION_NOT_FOUND", "No.", *fields))
    }


GROUP = expecting(Due("ONE_OF_SEVERAL_PARAMETERS_REQUIRED", ("Line1", "City"), ("Line1", "City")))


@pytest.mark.parametrize("field", ["Line1City", "Line1,City", "City; Line1", "Line1|City|Region", "Line1 or City"])
def test_the_names_of_a_group_may_be_concatenated_in_any_way(field: str) -> None:
    assert blamed(GROUP, refusal("ONE_OF_SEVERAL_PARAMETERS_REQUIRED", "Line1, City", field)) == []


def test_a_group_has_all_its_names_in_one_field_name() -> None:
    found = blamed(GROUP, refusal("ONE_OF_SEVERAL_PARAMETERS_REQUIRED", "Line1, City", "Line1", "City"))
    assert found == [("code.ONE_OF_SEVERAL_PARAMETERS_REQUIRED", FIELD)]


def test_some_names_of_a_group_together_are_wrong_and_still_names() -> None:
    three = expecting(Due("ONE_OF_SEVERAL_PARAMETERS_REQUIRED", ("Line1", "City", "Region"), ("Line1",)))
    found = blamed(three, refusal("ONE_OF_SEVERAL_PARAMETERS_REQUIRED", "Line1, City, Region", "Line1,City"))
    assert found == [("code.ONE_OF_SEVERAL_PARAMETERS_REQUIRED", FIELD)]


# Message


@pytest.mark.parametrize(
    "message", ["Line1", "Line1.", "(Line1)", "'Line1' fehlt", "fehlt: Line1", "a-Line1-b", "Line1s Line1"]
)
def test_a_name_stands_in_a_message_as_a_whole_word(message: str) -> None:
    assert blamed(REQUIRED, refusal("PARAMETER_REQUIRED", message, "Line1")) == []


@pytest.mark.parametrize("message", ["Line10", "line1", "Line 1", "My_Line1", "aLine1", "It is missing."])
def test_a_part_of_a_word_is_no_name(message: str) -> None:
    assert blamed(REQUIRED, refusal("PARAMETER_REQUIRED", message, "Line1")) == [("code.PARAMETER_REQUIRED", MESSAGE)]


@pytest.mark.parametrize(
    ("name", "message", "wrong"),
    [
        ("A.", "The value of [A]. cannot be used.", False),
        ("<b>", "There is no parameter &lt;b&gt;.", False),
        ("Speed", "There is no such parameter.", True),
        ("Region", "There is no such place.", True),
    ],
)
def test_how_a_text_quotes_what_is_no_word_is_its_own_affair(name: str, message: str, wrong: bool) -> None:
    found = blamed(LENIENT, refusal("PARAMETER_INVALID", message, name))
    assert found == ([("code.PARAMETER_INVALID", MESSAGE)] if wrong else [])


def test_a_message_that_is_no_text_is_blamed_once() -> None:
    for message in (None, 7, "", "   ", "x" * 1001, ["Line1"]):
        found = blamed(REQUIRED, refusal("PARAMETER_REQUIRED", message, "Line1"))  # type: ignore[arg-type]
        assert found == [("envelope.message", MESSAGE)], message


# The envelope


@pytest.mark.parametrize(
    ("document", "requirement", "pointer"),
    [
        (None, "envelope.present", "/body"),
        ([], "envelope.present", "/body"),
        ("PARAMETER_REQUIRED", "envelope.present", "/body"),
        ({}, "envelope.present", "/body/ResponseStatus"),
        ({"ResponseStatus": []}, "envelope.present", "/body/ResponseStatus"),
        ({"ResponseStatus": {"ErrorCode": 1, "Message": "Line1"}}, "envelope.error-code", CODE),
        ({"ResponseStatus": {"Message": "Line1"}}, "envelope.error-code", CODE),
        ({"ResponseStatus": {"ErrorCode": "_A", "Message": "Line1"}}, "envelope.error-code", CODE),
        ({"ResponseStatus": {"ErrorCode": "A__B", "Message": "Line1"}}, "envelope.error-code", CODE),
        ({"ResponseStatus": {"ErrorCode": "A-B", "Message": "Line1"}}, "envelope.error-code", CODE),
        ({"ResponseStatus": {"ErrorCode": "1A", "Message": "Line1"}}, "envelope.error-code", CODE),
        ({"ResponseStatus": {"ErrorCode": "Ä", "Message": "Line1"}}, "envelope.error-code", CODE),
    ],
)
def test_where_the_code_cannot_be_read_nothing_is_said_of_it(document: Any, requirement: str, pointer: str) -> None:
    assert blamed(REQUIRED, answer(400, document) if document is not None else replace(RIGHT, body=b"null")) == [
        (requirement, pointer)
    ]


def test_an_unreadable_code_with_a_wrong_status_is_blamed_for_both() -> None:
    found = blamed(REQUIRED, answer(403, {"ResponseStatus": {}}))
    assert {("status.400", "/status"), ("code.PARAMETER_REQUIRED", "/status"), ("envelope.error-code", CODE)} <= set(
        found
    )


def test_several_faults_of_the_envelope_are_all_told() -> None:
    document = {"ResponseStatus": {"ErrorCode": "a", "Message": "", "Errors": [{}, {"FieldName": ""}, 7]}}
    assert blamed(LENIENT, answer(400, document)) == [
        ("envelope.error-code", CODE),
        ("envelope.errors", f"{ERRORS}/2"),
        ("envelope.field-name", FIELD),
        ("envelope.field-name", f"{ERRORS}/1/FieldName"),
        ("envelope.message", MESSAGE),
    ]


def test_a_refusal_without_credentials_carries_any_code() -> None:
    expected = Expected(REFUSED, (), (401,), "status.401", documented=False)
    response = refusal("WHO_ARE_YOU", status=401)
    assert blamed(expected, response) == [("advice.challenge", "/headers/www-authenticate")]
    assert blamed(expected, refusal("FORBIDDEN", status=403)) == [("status.401", "/status")]


# Advice


@pytest.mark.parametrize(
    "message",
    ["Traceback (most recent call last):", "at com.example.Api.get(Api.java:17)", "java.lang.NullPointerException: x",
     "at Api.Get() in C:\\a.cs:line 7", 'File "/srv/app.py", line 3', "stack trace follows", "server.py:17"],
)  # fmt: skip
def test_the_inside_of_a_server_in_an_answer_is_worth_a_word(message: str) -> None:
    assert blamed(REQUIRED, refusal("PARAMETER_REQUIRED", f"Line1 {message}", "Line1")) == [
        ("advice.internals", "/body")
    ]


@pytest.mark.parametrize(
    "message",
    ["An exception is made for Line1.", "Line1: error at 12:30", "Line1 at example.com (port 80)", "Error: give Line1.",
     "Exceptions to Line1 are listed below."],
)  # fmt: skip
def test_words_for_people_are_no_internals(message: str) -> None:
    assert blamed(REQUIRED, refusal("PARAMETER_REQUIRED", message, "Line1")) == []


# What is shown


def test_violations_show_what_was_expected_and_what_came() -> None:
    [found] = JUDGE.violations(
        REQUIRED, Exchange(Request("GET", "/"), refusal("PARAMETER_REQUIRED", "Line1", "City")), 4
    )
    assert (found.expected, found.actual, found.exchange, found.clause) == ("Line1", "City", 4, "FieldName")


def test_a_long_value_is_shown_in_part() -> None:
    [found] = JUDGE.violations(LENIENT, Exchange(Request("GET", "/"), refusal("A", "x" * 5000)))
    assert len(found.actual) < 400 and "5000 characters" in found.actual


def test_the_summary_of_an_answer_is_status_code_and_fields_in_any_order() -> None:
    one = Exchange(Request("GET", "/"), refusal("A", "one", "X", "Y"))
    other = Exchange(Request("GET", "/"), refusal("A", "other", "Y", "X"))
    assert JUDGE.summary(one) == JUDGE.summary(other) == (400, "A", ("X", "Y"))


@pytest.mark.parametrize("status, told", [(401, False), (500, False), (400, True)])
def test_no_code_is_asked_for_where_the_page_has_none(status: int, told: bool) -> None:
    response = replace(refusal("OWN_WORD", "Something is wrong."), status=status)
    found = blamed(Expected(EITHER, (), (status,), "status.allowed"), response)
    assert (("advice.documented-code", CODE) in found) is told


def test_a_failure_is_not_said_to_be_due_where_it_is_wrong() -> None:
    response = replace(refusal("OWN_WORD", "It failed."), status=500)
    exchange = Exchange(Request("GET", "/x"), response)
    (found,) = [each for each in JUDGE.violations(Expected(EITHER), exchange) if each.requirement == "status.500"]
    assert found.expected == "no failure of the server: 400, 401 or 403"


def test_what_breaks_a_requirement_comes_before_advice() -> None:
    response = replace(refusal("FORBIDDEN", "No."), status=401)
    expected = expecting(due("FORBIDDEN"))
    exchange = Exchange(Request("GET", "/x"), response)
    found = [each.requirement for each in JUDGE.violations(expected, exchange)]
    assert "advice.challenge" in found
    assert [CONTRACT.is_must(each) for each in found] == sorted(map(CONTRACT.is_must, found), reverse=True)

from __future__ import annotations

from conformance.report.findings import group, shape
from conformance.report.lacks import lacking

from .samples import CODES, REGISTER, hostile, mixed, result, violation, wrong_status, wrong_wrapper


def cases(code: str, number: int = 30) -> list[str]:
    return [f"{code}/op{each % 5}/P{each}/absent" for each in range(number)]


def test_one_wrong_wrapper_is_one_finding():
    (finding,) = group(wrong_wrapper(case) for code in CODES for case in cases(code))
    assert finding.count == 120
    assert finding.codes == tuple(sorted(CODES))
    assert finding.operations == ("op0", "op1", "op2", "op3", "op4")


def test_one_wrong_status_is_one_finding_for_all_that_it_breaks():
    (finding,) = group(wrong_status(case) for case in cases("THING_NOT_FOUND"))
    assert (finding.count, finding.actual) == (30, "404")
    assert set(finding.requirements) == {"status.allowed", "code.THING_NOT_FOUND"}


def test_two_wrong_statuses_are_two_findings_the_frequent_one_first():
    found = group(
        [wrong_status(case, 422) for case in cases("NAME_INVALID", 3)]
        + [wrong_status(case, 404) for case in cases("THING_NOT_FOUND", 9)]
    )
    assert [(each.actual, each.count) for each in found] == [("404", 9), ("422", 3)]


def one(case: str, clause: str, expected: str, actual: str):
    code = case.split("/")[0]
    return result(case, "fail", [violation(f"code.{code}", clause, expected, actual)])


def test_the_parameter_is_taken_out():
    (finding,) = group(
        one(case, "FieldName", case.split("/")[2], case.split("/")[2].lower()) for case in cases(CODES[0])
    )
    assert (finding.expected, finding.actual) == ("<parameter>", "<parameter in another letter case>")


def test_a_code_that_is_always_the_same_is_one_finding():
    (finding,) = group(one(case, "ErrorCode", code, "ERROR") for code in CODES for case in cases(code, 4))
    assert finding.actual == "ERROR"
    assert finding.expected.startswith("4 different values, such as")


def test_two_confused_codes_are_two_findings():
    found = group(
        [
            one(f"{CODES[0]}/a/b/c", "ErrorCode", CODES[0], CODES[1]),
            one(f"{CODES[1]}/a/b/c", "ErrorCode", CODES[1], CODES[0]),
        ]
    )
    assert len(found) == 2


def test_messages_that_never_name_the_parameter_are_one_finding():
    texts = ["no", "bad", "wrong", "sorry", "try again"]
    (finding,) = group(
        one(case, "Message", f"a text that names {case.split('/')[2]}", texts[number % 5])
        for number, case in enumerate(cases(CODES[0]))
    )
    assert finding.expected == "a text that names <parameter>"
    assert finding.actual.startswith("5 different values")


def test_a_refused_control_is_a_finding_for_each_operation():
    found = group(
        result(f"NAME_INVALID/{operation}/Name/sign", "fail", [violation("control.accepted", "control", "2xx", "400")])
        for operation in ("op0", "op1")
    )
    assert [each.operations for each in found] == [("op0",), ("op1",)]


def test_advice_comes_last_however_frequent():
    advice = [
        result(case, "advice", [violation("advice.challenge", "advice", "a challenge", "nothing")])
        for case in cases(CODES[0])
    ]
    found = group([*advice, wrong_status(f"{CODES[2]}/a/b/c")], REGISTER)
    assert [each.level for each in found] == ["must", "advice"]


def test_the_name_of_a_finding_does_not_depend_on_the_run():
    few = group(wrong_wrapper(case) for case in cases(CODES[0], 2))
    many = group(wrong_wrapper(case) for case in cases(CODES[1], 20))
    assert few[0].id == many[0].id


def test_the_example_is_the_plainest_case():
    plain = wrong_status("THING_NOT_FOUND/op0/A/b")
    busy = wrong_status("THING_NOT_FOUND/op0/A/a")
    busy["violations"].append(violation("state.unchanged", "state", "nothing", "something"))
    assert group([busy, plain])[0].example == "THING_NOT_FOUND/op0/A/b"


def test_the_example_is_a_case_of_what_is_broken_and_not_one_that_only_shows_it_too():
    about = one("THING_NOT_FOUND/operation/Parameter/absent", "FieldName", "Parameter", "nothing")
    beside = one("THING_NOT_FOUND/op/A/b", "FieldName", "A", "nothing") | {"requirements": ["status.allowed"]}
    assert group([beside, about])[0].example == about["case"]


def test_shapes():
    assert shape("no address 5b8c8b7f-5c8e-5f0f is there") == "no address <id> is there"
    assert shape("+61400000001 is 'not' right") == "<number> is <value> right"
    assert shape("404") == "404"
    assert shape("Names", "Name") == "Names"


def test_hostile_values_can_be_grouped():
    (finding,) = group([hostile()])
    assert finding.title.isprintable()


def test_names_that_are_lacking_are_one_finding_whatever_they_are():
    lacking = [
        result(case, "fail", [violation("code.NAME_INVALID", "FieldName", name, "nothing", "/body/Errors")])
        for case, name in zip(cases(CODES[0], 3), ("Name", "the name of the parameter", "Other"), strict=True)
    ]
    (finding,) = group(lacking)
    assert finding.count == 3


def test_reasons_are_grouped():
    (lack,) = lacking([result(case, "untested") for case in cases(CODES[0], 3)])
    assert (lack.count, lack.required, lack.codes) == (3, 3, (CODES[0],))
    assert [each.reason for each in lacking(mixed(), "error")] == ["no connection"]


def test_what_the_same_answers_show_beside_it_stands_with_it():
    def page(case):
        wrong = [
            violation("json.every-response", "json", "application/json", "text/html", "/headers/content-type"),
            violation("json.every-response", "json", "JSON data", "'<html>'", "/body"),
        ]
        return result(case, "fail", wrong)

    (finding,) = group(page(case) for case in cases(CODES[0]))
    assert finding.count == 30
    assert len(finding.also) == 1


def test_a_short_name_in_other_letters():
    assert shape("a text that names to", "To") == "a text that names <parameter in another letter case>"
    assert shape("what you want to send", "To") == "what you want to send"

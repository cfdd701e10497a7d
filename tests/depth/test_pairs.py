"""Two faults at once: any code that one of the two earns is right, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from conformance.chapters.pairs import faults_of
from conformance.planning.cases import REFUSED
from conformance.planning.codes import Planner
from conformance.reference import Reference, Refusal
from tests.depth.against import broken, cases, ids, parts, results


class _TooManyAtOnce(Reference):
    """Two faults get a code that none of them earns."""

    wrong: str = "UNKNOWN_DISPOSITION"

    def values(self, operation: Any, given: Mapping[str, Any]) -> Any:
        faulty = 0
        for parameter in operation.parameters:
            if parameter.name in given:
                try:
                    self.accept(operation.id, parameter, given[parameter.name])
                except Refusal:
                    faulty += 1
            elif parameter.required:
                faulty += 1
        if faulty > 1 and operation.id == "addAddress":
            raise self.refusal(operation.id, self.wrong)
        return super().values(operation, given)


class _CrashesAtTwo(_TooManyAtOnce):
    """Two faults get 500."""

    wrong = "INTERNAL_SERVER_ERROR"


def test_the_right_target_stays_in_peace() -> None:
    assert ids(results(Reference(), cases("pairs"))) == []


def test_a_code_that_neither_fault_earns_is_found_by_pairs_alone() -> None:
    assert "code.PARAMETER_REQUIRED" in broken(results(_TooManyAtOnce(), cases("pairs")))
    assert broken(results(_TooManyAtOnce(), cases("codes"))) == set()


def test_a_failure_at_two_faults_is_found() -> None:
    assert {"status.400", "status.500"} <= broken(results(_CrashesAtTwo(), cases("pairs")))


def test_every_pair_of_faults_of_an_operation_stands_in_one_request() -> None:
    terms, described, given = parts()
    codes = list(Planner(terms, described, given).code_cases())
    there = {case.id for case in cases("pairs")}
    assert len(there) == len(cases("pairs"))
    for operation in described.operations.values():
        for first, second in combinations(faults_of(operation, codes), 2):
            wanted = f"{first.code}/{operation.id}/{first.subject}/with.{second.subject}.{second.code}"
            assert (wanted in there) is not first.excludes(second)


def test_a_request_holds_exactly_two_faults_and_no_mark_hides_one() -> None:
    for case in cases("pairs"):
        assert case.control is not None and case.expected.outcome == REFUSED
        changed = {
            key
            for key in {*case.template.values, *case.control.values}
            if case.template.values.get(key) != case.control.values.get(key)
        }
        marks = {key for key, value in case.template.values.items() if value.how == "mark"}
        assert len(changed - marks) == 2 or case.parameter is None or "with.body." in case.id
        assert len(marks) <= 1


def test_the_ways_of_making_a_fault_take_turns() -> None:
    values = Counter(
        repr(case.template.values["body:CountryCode"])
        for case in cases("pairs")
        if case.operation == "addAddress" and "INVALID_COUNTRYCODE_FORMAT" in case.error_codes
    )
    assert len(values) > 3


def test_either_fault_may_be_named_where_both_earn_the_same_code() -> None:
    case = next(c for c in cases("pairs") if c.id == "PARAMETER_REQUIRED/addAddress/Line1/with.City.PARAMETER_REQUIRED")
    assert [(due.code, due.names, due.faulty) for due in case.expected.due] == [
        ("PARAMETER_REQUIRED", ("Line1", "City"), ("Line1", "City"))
    ]

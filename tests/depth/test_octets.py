"""Everything that HTTP can send: what is refused is refused in the envelope, and nothing makes the server fail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from conformance.chapters.bodies import EMPTY, ODD, UNREADABLE, UNUSUAL, WAYS
from conformance.chapters.octets import changed
from conformance.http.exchange import Exchange, Request, Response
from conformance.judgement.judge import Judge
from conformance.planning.cases import EITHER, Expected
from conformance.reference import Answer, Reference
from tests.depth.against import broken, cases, ids, parts, results

RIGHT = '{"Line1":"1 Example Street","City":"Zürich","Count":5}'.encode()


class _TakesWhatIsCut(Reference):
    def parse(self, operation: str, body: bytes) -> Any:
        cut = body.startswith(b"{") and not body.rstrip().endswith(b"}")
        return super().parse(operation, body + b"}" if cut else body)


class _FailsOnNull(Reference):
    def read_body(self, operation: str, request: Any) -> Any:
        if request.body.strip() == b"null":
            raise TypeError
        return super().read_body(operation, request)


class _FailsOnNumbers(Reference):
    """A number for one text makes it fail."""

    def accept(self, operation: str, parameter: Any, value: Any) -> Any:
        if parameter.name == "Line2" and isinstance(value, int):
            raise TypeError
        return super().accept(operation, parameter, value)


class _FailsOnLargeBodies(Reference):
    def read_body(self, operation: str, request: Any) -> Any:
        if len(request.body) > 65536:
            raise MemoryError
        return super().read_body(operation, request)


class _FailsOnNul(Reference):
    def respond(
        self, method: str, target: str | bytes, headers: Sequence[tuple[str, str]] = (), body: bytes = b""
    ) -> Answer:
        return self.failed() if "%00" in str(target) else super().respond(method, target, headers, body)


class _FailsOnBrokenPercentEncoding(Reference):
    def respond(
        self, method: str, target: str | bytes, headers: Sequence[tuple[str, str]] = (), body: bytes = b""
    ) -> Answer:
        return self.failed() if "%zz" in str(target) else super().respond(method, target, headers, body)


class _RefusesBlanks(Reference):
    """JSON with blanks between its tokens is not read."""

    def parse(self, operation: str, body: bytes) -> Any:
        if body[:1].isspace():
            raise ValueError
        return super().parse(operation, body)


class _LosesEmoji(Reference):
    """What is beyond the basic plane is stored as question marks."""

    def new_address(self, call: Any, account: str) -> Any:
        made = super().new_address(call, account)
        return {
            name: "".join(c if ord(c) < 65536 else "?" for c in value) if isinstance(value, str) else value
            for name, value in made.items()
        }


class _StoresWhatItCannotRead(Reference):
    """A body that is cut off is refused, and what could be read of it is stored all the same."""

    def read_body(self, operation: str, request: Any) -> Any:
        if operation == "configureNumber" and request.body[:1] + request.body[-1:] == b'{"':
            number = request.segments[-1]
            changes = json.loads(request.body + b"}")
            for key, record in self.world.numbers.items():
                if number in key:
                    self.world.numbers[key] = {**record, **changes}
        return super().read_body(operation, request)


def test_the_right_target_stays_in_peace() -> None:
    assert ids(results(Reference(), cases("bytes"))) == []


@pytest.mark.parametrize(
    "wrong, requirements",
    [
        (_TakesWhatIsCut, {"status.400"}),
        (_FailsOnNull, {"status.400", "status.500"}),
        (_FailsOnNumbers, {"status.400", "status.500"}),
        (_FailsOnLargeBodies, {"status.400", "status.500"}),
        (_FailsOnNul, {"status.400", "status.500"}),
        (_FailsOnBrokenPercentEncoding, {"status.400", "status.500"}),
        (_RefusesBlanks, {"control.accepted"}),
        (_LosesEmoji, {"state.changed"}),
        (_StoresWhatItCannotRead, {"state.unchanged"}),
    ],
)
def test_a_wrong_target_is_found_by_this_chapter_alone(wrong: type[Reference], requirements: set[str]) -> None:
    assert broken(results(wrong(), cases("bytes"))) == requirements
    assert broken(results(wrong(), cases("codes"))) == set()


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_counts_as_unreadable_is_no_json(name: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        json.loads(UNREADABLE[name](RIGHT).decode())


def test_half_a_pair_may_be_unreadable_and_then_has_any_code() -> None:
    texts = [case for case in cases("bytes") if "/text." in case.id and "Content-Type" not in case.id and case.expected.registered]
    assert texts and all(case.expected.documented is not case.id.endswith("half-a-pair") for case in texts)


def test_what_is_unusual_is_the_same_json() -> None:
    assert all(json.loads(way(RIGHT)) == json.loads(RIGHT) for way in UNUSUAL.values())


def test_every_way_makes_other_bytes_also_of_an_empty_object() -> None:
    for name, way in WAYS.items():
        assert way(RIGHT) != RIGHT, name
        if name not in ("single-quotes", "without-colons", "assignments", "bare-names", "escaped", "repeated-members"):
            assert way(b"{}") != b"{}", name


def test_what_is_empty_holds_no_member() -> None:
    for name, way in EMPTY.items():
        body = way(RIGHT)
        assert not body or name == "deep" or not isinstance(json.loads(body), dict), name


def test_what_a_reader_may_take_is_not_held_against_a_target() -> None:
    odd = [case for case in cases("bytes") if case.options.get("body") in ODD]
    assert odd and all(case.expected.outcome == EITHER for case in odd)


def test_octets_go_out_as_they_are_written() -> None:
    request = Request("GET", "/a/Zzoctets?b=1", body=b"{}")
    assert changed(request, {"octets": "%zz\xff"}).target == "/a/%zz\xff?b=1"
    assert changed(request, {"query": "b=2"}).target == "/a/Zzoctets?b=1&b=2"
    assert changed(request, {"body": "null"}).body == b"null"


def _before(status: int, body: bytes, registered: bool, media: str = "text/html") -> set[str]:
    judge = Judge(parts()[0])
    expected = Expected(EITHER, (), (400,), "status.400", registered=registered, before_the_api=True, documented=False)
    response = Response(status, "", (("Content-Type", media),), body)
    return {each.requirement for each in judge.violations(expected, Exchange(Request("GET", "/"), response))}


_ENVELOPE = b'{"ResponseStatus":{"ErrorCode":"NOT_SO","Message":"Not so."}}'


def test_a_page_of_the_http_server_is_worth_a_word_at_most() -> None:
    for status in (400, 404, 405, 414, 431, 501, 505):
        assert _before(status, b"<h1>No</h1>", registered=True) == {"advice.before-the-api"}
        assert _before(status, b"<h1>No</h1>", registered=False) == {"advice.before-the-api"}


def test_a_failure_is_never_excused() -> None:
    assert {"status.400", "status.500"} <= _before(500, b"<h1>No</h1>", registered=False)


def test_an_envelope_of_a_registered_operation_is_the_answer_of_the_api() -> None:
    assert _before(400, _ENVELOPE, True, "application/json") == set()
    assert "status.allowed" in _before(404, _ENVELOPE, True, "application/json")
    assert _before(404, _ENVELOPE, False, "application/json") == {"advice.before-the-api"}
    assert _before(413, _ENVELOPE, True, "application/json") == {"advice.before-the-api"}


class _HangsUp(Reference):
    """Ends the connection where a header field is odd, as HTTP servers do."""

    def respond(
        self, method: str, target: str | bytes, headers: Sequence[tuple[str, str]] = (), body: bytes = b""
    ) -> Answer:
        if any("\0" in value for _, value in headers):
            raise ConnectionResetError
        return super().respond(method, target, headers, body)


def test_an_end_of_the_connection_before_the_api_is_no_error_of_the_run() -> None:
    found = results(_HangsUp(), cases("bytes"))
    assert {(each.case.id, each.verdict) for each in found if each.verdict != "pass"} == {
        ("advice.before-the-api/-/field/nul", "advice")
    }

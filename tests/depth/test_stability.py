"""The same request in another shape, and many at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from conformance.chapters.at_once import AT_ONCE
from conformance.chapters.stability import SHAPES
from conformance.http.exchange import NOBODY, Request, Response
from conformance.http.target import HttpTarget
from conformance.putting.procedures import put
from conformance.reference import Answer, Reference, Refusal
from tests.depth.against import bench, broken, cases, ids, results

MINE = [case for case in cases("stability") if case.kind == "other-shapes" or case.kind.startswith("at-once")]


class _JudgesTheFirstOnly(Reference):
    """Of the parameters of a query only the first is judged."""

    def given(self, operation: Any, path_values: dict[str, str], request: Any) -> dict[str, Any]:
        found = super().given(operation, path_values, request)
        for name in list(request.query)[1:]:
            parameter = next((p for p in operation.parameters if p.name == name and not p.required), None)
            if parameter is not None and name in found:
                try:
                    self.accept(operation.id, parameter, found[name])
                except Refusal:
                    del found[name]
        return found


class _KnowsNoCapitals(Reference):
    """Header fields whose names are in capitals throughout are not seen."""

    def respond(
        self, method: str, target: str | bytes, headers: Sequence[tuple[str, str]] = (), body: bytes = b""
    ) -> Answer:
        seen = [(name, value) for name, value in headers if name.lower() != "content-type" or not name.isupper()]
        if method == "POST" and len(seen) < len(headers):
            return self.refuse("", self.refusal("", "UNREADABLE_REQUEST").fault)
        return super().respond(method, target, headers, body)


class _LosesTheRace(Reference):
    """A deletion that comes later than the second fails."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        super().__init__()

    def delete_address(self, call: Any) -> Any:
        sid = call.values["AddressSid"]
        self.counts[sid] += 1
        if self.counts[sid] > 2:
            raise KeyError(sid)
        return super().delete_address(call)


class _DeletesTwice(_LosesTheRace):
    """The fourth deletion of one address succeeds again."""

    def delete_address(self, call: Any) -> Any:
        sid = call.values["AddressSid"]
        self.counts[sid] += 1
        if self.counts[sid] == 4:
            return {"AddressSid": sid}
        return Reference.delete_address(self, call)


class _DeletesTwiceByChance(_DeletesTwice):
    """The same, but for one address alone: two threads looked for it in the same instant."""

    def delete_address(self, call: Any) -> Any:
        met = [sid for sid, count in self.counts.items() if count >= 4]
        if met and call.values["AddressSid"] not in met:
            return Reference.delete_address(self, call)
        return super().delete_address(call)


class _SharesIds(Reference):
    """Two addresses that are made one after the other may get the same id."""

    def new_address(self, call: Any, account: str) -> Any:
        made = super().new_address(call, account)
        last = getattr(self, "last", None)
        if last is not None and self.world.addresses.get(last, {}).get("Line1") == made["Line1"]:
            return {**made, "AddressSid": last}
        self.last: str = made["AddressSid"]
        return made


def test_the_right_target_stays_in_peace() -> None:
    assert ids(results(Reference(), MINE)) == []


def test_what_happens_once_by_chance_is_no_fault() -> None:
    target = _DeletesTwiceByChance()
    assert ids(results(target, MINE)) == []
    assert max(target.counts.values()) >= AT_ONCE


class _FailsBesideIt(_DeletesTwiceByChance):
    """Beside the second success, which is chance, a deletion of that address fails."""

    def delete_address(self, call: Any) -> Any:
        if self.counts[call.values["AddressSid"]] == 5:
            self.counts[call.values["AddressSid"]] += 1
            raise KeyError
        return super().delete_address(call)


def test_a_failure_beside_what_is_chance_is_found() -> None:
    asked = [case for case in MINE if case.kind == "at-once-remove"]
    assert broken(results(_FailsBesideIt(), asked)) >= {"status.500"}


@pytest.mark.parametrize(
    "wrong, requirement",
    [
        (_JudgesTheFirstOnly, "answer.stable"),
        (_KnowsNoCapitals, "answer.stable"),
        (_LosesTheRace, "status.500"),
        (_DeletesTwice, "code.ADDRESS_NOT_FOUND"),
        (_SharesIds, "state.changed"),
    ],
)
def test_a_wrong_target_is_found_by_this_chapter(wrong: type[Reference], requirement: str) -> None:
    assert requirement in broken(results(wrong(), MINE))
    assert requirement not in broken(results(wrong(), cases("codes")))


def test_shapes_change_the_order_and_nothing_else() -> None:
    request = Request(
        "POST", "/a?x=1&y=2", (("Content-Type", "b"), ("Accept", "c")), '{"d": "\u00e9", "e": 2}'.encode()
    )
    assert SHAPES["query-reversed"](request).target == "/a?y=2&x=1"
    assert SHAPES["members-reversed"](request).body == '{"e": 2, "d": "\u00e9"}'.encode()
    form = Request("POST", "/a", (("Content-Type", "application/x-www-form-urlencoded"),), b"a=1&b=2&b=1&c=")
    assert SHAPES["members-reversed"](form).body == b"c=&b=2&b=1&a=1"
    assert SHAPES["fields-in-capitals"](request).headers == (("CONTENT-TYPE", "b"), ("ACCEPT", "c"))
    assert SHAPES["fields-reversed"](request).headers == (("Accept", "c"), ("Content-Type", "b"))


class _MeetingPlace:
    """A wire that answers nobody before all are there."""

    def __init__(self) -> None:
        self.meeting = threading.Barrier(AT_ONCE, timeout=20)

    def send(self, *_: Any, **__: Any) -> tuple[Response, float]:
        self.meeting.wait()
        return Response(200), 0.0

    def let_go(self) -> None:
        pass


def test_at_once_means_at_once() -> None:
    target = HttpTarget(_MeetingPlace(), {}, concurrency=2)  # type: ignore[arg-type]
    requests = [Request("GET", f"/{index}", credentials=NOBODY) for index in range(AT_ONCE)]
    exchanges = target.together(requests)
    assert [each.request.target for each in exchanges] == [each.target for each in requests]
    assert all(each.response is not None for each in exchanges)


def test_a_target_that_takes_one_request_at_a_time_gets_one_at_a_time() -> None:
    used = bench(Reference())
    used.profile = replace(used.profile, http=replace(used.profile.http, concurrency=1))
    used.target.together = None  # type: ignore[assignment, method-assign]
    assert all(put(used, case).verdict == "pass" for case in MINE if case.kind.startswith("at-once"))


class _SharesItsErrors(Reference):
    """Whatever was refused before gets the answer of the request that was refused last."""

    def respond(self, method: str, target: Any, headers: Any = (), body: bytes = b"") -> Answer:
        answer = super().respond(method, target, headers, body)
        if answer.status < 400:
            return answer
        known: set[Any] = self.__dict__.setdefault("known", set())
        told = self.__dict__.get("last", answer) if target in known else answer
        known.add(target)
        self.__dict__["last"] = answer
        return told


def test_errors_that_requests_share_are_seen_among_many_at_once() -> None:
    asked = [case for case in MINE if case.kind == "at-once-various"]
    assert len(asked) == 1
    assert results(Reference(), asked)[0].verdict == "pass"
    assert broken(results(_SharesItsErrors(), asked)) == {"answer.stable"}

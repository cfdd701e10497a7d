"""Examinations and benches for the engine's own tests, with targets that live in this process."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from conformance.http.exchange import Exchange, Headers, Request, Response, WireFault
from conformance.http.target import AppTarget, Target
from conformance.judgement.verdict import Result
from conformance.judgement.wording import Violation
from conformance.planning.cases import Case
from conformance.putting.bench import Bench
from conformance.putting.facts import Facts
from conformance.putting.procedures import put
from conformance.reference import Reference
from conformance.session.examination import Choices, Examination

SEED = 7


@cache
def examination() -> Examination:
    """What a run against the reference target would examine; nothing may be changed in it."""
    return Examination(Choices(seed=SEED))


def bench_over(target: Target, of: Examination | None = None) -> Bench:
    """A bench over a target, with a salt that does not change from run to run."""
    run = of or examination()
    return Bench(run.contract, run.surface, run.profile, target, SEED, facts=Facts.of(run.profile), salt="salt")


def reference_bench(reference: Reference | None = None) -> Bench:
    """A bench over a reference target, its facts discovered."""
    bench = bench_over(AppTarget((reference or Reference()).respond, examination().profile.vault))
    bench.discover()
    return bench


def results(bench: Bench, cases: Iterable[Case]) -> dict[str, Result]:
    """The results of cases, put one after the other, by id."""
    return {case.id: put(bench, case) for case in cases}


def verdicts(found: Mapping[str, Result]) -> Counter[str]:
    """How many results have each verdict."""
    return Counter(each.verdict for each in found.values())


def said(violations: Iterable[Violation]) -> list[tuple[str, str, int]]:
    """Requirement, place and exchange of each violation, in order."""
    return sorted((each.requirement, each.pointer, each.exchange) for each in violations)


def answer(status: int, document: Any = None, headers: Headers = (("content-type", "application/json"),)) -> Response:
    """A response with a document, or without a body."""
    return Response(status, "", headers, b"" if document is None else json.dumps(document).encode())


def refusal(code: str, message: str = "No.", *fields: str, status: int = 400, **more: Any) -> Response:
    """A refusal in the envelope."""
    errors = {"Errors": [{"FieldName": name} for name in fields]} if fields else {}
    return answer(status, {"ResponseStatus": {"ErrorCode": code, "Message": message, **errors, **more}})


class Told(AppTarget):
    """A target that answers as a function of the request says: with a response, or with a fault of the wire."""

    def __init__(self, tell: Callable[[Request], Response | WireFault]) -> None:
        super().__init__(lambda *request: None, {})
        self.tell = tell
        self.requests: list[Request] = []

    @property
    def sent(self) -> int:
        return len(self.requests)

    def send(self, request: Request) -> Exchange:
        self.requests.append(request)
        outcome = self.tell(request)
        if isinstance(outcome, WireFault):
            return Exchange(request, None, outcome)
        return Exchange(request, outcome)

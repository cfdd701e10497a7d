"""Verdicts, and the result of a case: what was exchanged, what is wrong with it, and what that comes to."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from conformance.http.exchange import Exchange
from conformance.inputs.contract import Contract
from conformance.judgement.wording import Violation
from conformance.planning.cases import Case

#: What is kept of a body, in bytes, and how many different large ones are kept in mind to be recognised.
KEPT, BODIES = 68 << 10, 32
_BODIES: dict[bytes, bytes] = {}
_MUTEX = threading.Lock()

PASS, FAIL, ADVICE, UNTESTED, NOT_APPLICABLE, ERROR = "pass", "fail", "advice", "untested", "not applicable", "error"


@dataclass(frozen=True, slots=True)
class Step:
    """One exchange of a case, and what it was for."""

    label: str
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a case. `reason` says what is lacking, or what went wrong where nothing could be judged."""

    case: Case
    verdict: str
    violations: tuple[Violation, ...] = ()
    steps: tuple[Step, ...] = ()
    reason: str = ""
    seed: int | None = None
    requests: int = field(default=-1)


class Drawn(list[Violation]):
    """What a procedure found that draws its requests: the seed that draws them again, and how many it sent."""

    def __init__(self, violations: Iterable[Violation], seed: int, requests: int) -> None:
        super().__init__(violations)
        self.seed = seed
        self.requests = requests


def judged(case: Case, contract: Contract, violations: Iterable[Violation], steps: Iterable[Step]) -> Result:
    """The result of a case that was put: fail where a `must` is broken, advice where only advice is."""
    found = tuple(violations)
    musts = any(contract.is_must(each.requirement) for each in found)
    seed, requests = (violations.seed, violations.requests) if isinstance(violations, Drawn) else (None, -1)
    return Result(
        case, FAIL if musts else ADVICE if found else PASS, found, tuple(map(lean, steps)), "", seed, requests
    )


def lean(step: Step) -> Step:
    """The step with no more of a large body than any report shows: thousands of whole ones would fill the memory."""
    response = step.exchange.response
    if response is None or len(response.body) <= KEPT:
        return step
    body = response.body[:KEPT]
    with _MUTEX:
        if len(_BODIES) >= BODIES:
            _BODIES.clear()
        body = _BODIES.setdefault(body, body)  # broken targets say the same again and again
    response = replace(response, body=body, truncated=True)
    return Step(step.label, replace(step.exchange, response=response))


class Lacking(Exception):
    """Something that a case needs is not there; `line` is what to add to the profile."""

    def __init__(self, what: str, line: str) -> None:
        super().__init__(what)
        self.line = line


class NotThere(Exception):
    """The profile says that the target has no such thing."""


class Unanswered(Exception):
    """An exchange ended in a fault of the wire: nothing can be judged."""

    def __init__(self, step: Step) -> None:
        fault = step.exchange.fault
        super().__init__(fault.message if fault else "no answer")
        self.step = step

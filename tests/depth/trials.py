"""Benches and plans for tests of what is drawn: over targets that live in this process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from conformance.chapters import controls
from conformance.data import FIXTURES, SCHEMAS
from conformance.drawn import fuzz, generated
from conformance.http.exchange import Exchange, Request
from conformance.http.target import AppTarget
from conformance.inputs import contract, description, profile, surface
from conformance.judgement.verdict import Result
from conformance.planning.cases import Case
from conformance.planning.codes import Planner
from conformance.putting.bench import Bench
from conformance.putting.procedures import put
from conformance.reference import Reference

CONTRACT = contract.load()
PROFILE = profile.load(FIXTURES / "reference.toml", {})
SURFACE = surface.with_limits(description.load(SCHEMAS / "surface.json"), PROFILE.limit)


class Recording(AppTarget):
    """A target that keeps the requests which it was sent."""

    def __init__(self, reference: Reference) -> None:
        super().__init__(reference.respond, PROFILE.vault)
        self.requests: list[Request] = []

    def send(self, request: Request) -> Exchange:
        self.requests.append(request)
        return super().send(request)


@cache
def curated() -> tuple[Case, ...]:
    """The cases of the codes and the controls that are written down, and not drawn."""
    return (*Planner(CONTRACT, SURFACE, PROFILE).code_cases(), *controls.plan(CONTRACT, SURFACE))


@cache
def drawn() -> dict[str, Case]:
    """The generated cases, by id."""
    codes = list(Planner(CONTRACT, SURFACE, PROFILE).code_cases())
    return {case.id: case for case in generated.plan(CONTRACT, SURFACE, PROFILE, codes)}


@cache
def fuzzed() -> dict[str, Case]:
    """The fuzzing cases, by operation."""
    return {str(case.operation): case for case in fuzz.plan(CONTRACT, SURFACE, PROFILE)}


def bench(reference: Reference | None = None, seed: int = 1, effort: str = "ci", salt: str = "salt") -> Bench:
    """A bench over a target, its facts discovered."""
    made = Bench(CONTRACT, SURFACE, PROFILE, Recording(reference or Reference()), seed, effort, salt=salt)
    made.discover()
    return made


def results(over: Bench, cases: Iterable[Case]) -> list[Result]:
    """The results of cases, what was made for them removed again."""
    found = [put(over, case) for case in cases]
    over.clean_up()
    return found


def told(found: Sequence[Result], *fine: str) -> list[str]:
    """What a person reads of results that are not fine."""
    return [
        f"{each.verdict} {each.case.id} {each.reason} "
        + "; ".join(f"{v.requirement} {v.expected} / {v.actual}" for v in each.violations)
        for each in found
        if each.verdict not in (fine or ("pass",))
    ]

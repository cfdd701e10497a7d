"""Puts chapters of the suite to a target of this process, right or wrong."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from conformance import data
from conformance.chapters import plan
from conformance.http.target import AppTarget
from conformance.inputs import contract, description, profile
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Surface, with_limits
from conformance.judgement.verdict import Result
from conformance.planning.cases import Case
from conformance.putting.bench import Bench
from conformance.putting.procedures import put
from conformance.reference import Reference


@cache
def parts() -> tuple[Contract, Surface, Profile]:
    """The bundled contract, surface and profile."""
    given = profile.load(data.FIXTURES / "reference.toml", {})
    return contract.load(), with_limits(description.load(data.SCHEMAS / "surface.json"), given.limit), given


@cache
def cases(chapter: str) -> tuple[Case, ...]:
    """The cases of one chapter."""
    return tuple(case for case in plan(*parts()) if case.chapter == chapter)


def bench(target: Reference, seed: int = 0, effort: str = "quick") -> Bench:
    """A bench before a target, its facts discovered."""
    terms, described, given = parts()
    made = Bench(terms, described, given, AppTarget(target.respond, given.vault), seed=seed, effort=effort)
    made.discover()
    return made


def results(target: Reference, chosen: Iterable[Case], seed: int = 0, effort: str = "quick") -> list[Result]:
    """What becomes of cases."""
    used = bench(target, seed, effort)
    found = [put(used, case) for case in chosen]
    used.clean_up()
    return found


def broken(found: Iterable[Result]) -> set[str]:
    """The requirements that were found broken, advice left out."""
    terms = parts()[0]
    return {each.requirement for result in found for each in result.violations if terms.is_must(each.requirement)}


def ids(found: Iterable[Result]) -> list[str]:
    """The ids of the cases that did not pass, with their verdicts."""
    return [f"{result.case.id}: {result.verdict} {result.reason}" for result in found if result.verdict != "pass"]

"""No module of the engine knows a path, an operation or a parameter by name: with others the verdicts are the same."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from conformance.http.target import AppTarget
from conformance.liars import liars
from conformance.planning.cases import Case
from conformance.putting.bench import Bench
from conformance.reference import Reference
from conformance.session.examination import Choices, Examination

from .benches import SEED, bench_over, examination, results
from .renaming import Renamed, Renaming

#: Liars that are wrong about an operation, a parameter, the envelope, and the state.
LIARS = ("status-404/ADDRESS_CANNOT_BE_DELETED", "deleted-readable/getAddress")


def build(liar: str) -> Reference:
    target: Reference = liars()[liar].build() if liar else Reference()
    return target


def drawn(case: Case) -> bool:
    """Whether a case draws its requests, which other names make other ones."""
    return case.kind in ("fuzz", "near-misses", "right-values", "drawn-sequences")


@cache
def without(liar: str, everything: bool) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Verdict and broken requirements of each case without a renaming."""
    bench = bench_over(AppTarget(build(liar).respond, examination().profile.vault))
    bench.discover()
    found = results(bench, [each for each in examination().cases.values() if everything or not drawn(each)])
    return {
        case: (each.verdict, tuple(sorted({v.requirement for v in each.violations}))) for case, each in found.items()
    }


def with_new_names(liar: str, seed: int, folder: Path, everything: bool) -> dict[str, tuple[str, tuple[str, ...]]]:
    names = Renaming(seed)
    run = Examination(Choices(contract=str(names.contract(folder)), profile=str(names.profile(folder)), seed=SEED))
    bench = bench_over(AppTarget(Renamed(build(liar), names).respond, run.profile.vault), run)
    bench.discover()
    assert len(run.cases) == len(examination().cases)
    found = results(bench, [each for each in run.cases.values() if everything or not drawn(each)])
    return {
        names.id_before(case): (each.verdict, tuple(sorted({v.requirement for v in each.violations})))
        for case, each in found.items()
    }


def test_the_new_names_are_all_new() -> None:
    names = Renaming(1)
    old = {*names.operations, *names.parameters, *names.segments}
    new = [*names.operations.values(), *names.parameters.values(), *names.segments.values()]
    assert len(old) > 60 and len(set(new)) == len(new) and not old & set(new)
    assert set(names.operations) == set(examination().surface.operations)
    assert set(names.parameters) >= {p.name for o in examination().surface.operations.values() for p in o.parameters}
    assert Renaming(1).parameters == names.parameters != Renaming(2).parameters


@pytest.mark.parametrize("seed", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_with_other_names_for_everything_the_verdicts_are_the_same(seed: int, tmp_path: Path) -> None:
    everything = seed == 1
    assert with_new_names("", seed, tmp_path, everything) == without("", everything)


@pytest.mark.parametrize("liar", LIARS)
def test_with_other_names_for_everything_what_is_wrong_is_found_all_the_same(liar: str, tmp_path: Path) -> None:
    expected = without(liar, False)
    assert any(verdict == "fail" for verdict, _ in expected.values())
    assert with_new_names(liar, 3, tmp_path, False) == expected


def test_with_other_names_for_everything_the_same_is_discovered(tmp_path: Path) -> None:
    def discovered(target: Reference | Renamed, run: Examination) -> dict[str, object]:
        known = replace(run.profile, facts={})
        bench = Bench(run.contract, run.surface, known, AppTarget(target.respond, known.vault), SEED)
        bench.discover()
        return dict(bench.facts.values)

    names = Renaming(4)
    renamed = Examination(
        Choices(contract=str(names.contract(tmp_path)), profile=str(names.profile(tmp_path)), seed=SEED)
    )
    expected = discovered(Reference(), examination())
    assert {"account", "number", "property", "linked_address", "call", "available_numbers"} <= set(expected)
    assert discovered(Renamed(Reference(), names), renamed) == expected

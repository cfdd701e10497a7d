"""When garbage is looked for: never while cases are planned, seldom while they are put."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from conformance.session import garbage
from conformance.session.examination import Choices, Examination


def test_no_search_for_garbage_while_cases_are_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    searches: list[Any] = []

    def plan(*given: Any) -> Any:
        from conformance.chapters import plan

        gc.callbacks.append(note)
        yield from plan(*given)
        gc.callbacks.remove(note)

    def note(phase: str, info: dict[str, int]) -> None:
        searches.append((phase, info))

    monkeypatch.setattr("conformance.session.examination.plan", plan)
    assert len(Examination(Choices(seed=1)).cases) > 3000
    assert searches == [] and gc.isenabled()


def test_searches_are_as_they_were_before_afterwards() -> None:
    before = gc.get_threshold()
    ordinary = garbage.seldom()
    assert gc.get_threshold()[0] > before[0]
    ordinary()
    assert gc.get_threshold() == before
    gc.unfreeze()


def test_who_looks_for_garbage_by_hand_still_does_after_a_plan() -> None:
    gc.disable()
    try:
        with garbage.left_alone():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()

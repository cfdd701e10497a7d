"""Right targets with many seeds: what is told of them, and what is told where one is accused."""

from __future__ import annotations

import pytest

from conformance.liars import liars, peace, variants


def test_a_mix_has_one_variant_of_a_subject() -> None:
    parts = [peace.mix(seed, 1).id.split("+") for seed in range(30)]
    for ids in parts:
        subjects = [variants()[each].subject for each in ids if each]
        assert len(set(subjects)) == len(subjects)
    assert len({tuple(ids) for ids in parts}) == 30
    assert peace.mix(5, 0).id == "" and peace.mix(5, 1).id == peace.mix(5, 1).id


@pytest.mark.slow
def test_right_targets_are_left_in_peace(capsys: pytest.CaptureFixture[str]) -> None:
    assert peace.main(["--seeds", "11", "--effort", "quick"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 and lines[0].endswith("the reference") and "pass" in lines[0]
    assert lines[-1] == "runs: 2, seeds: 1, runs with an accusation: 0"


def test_an_accusation_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A liar for a right target, put to the suite in this process."""

    class Here:
        def __init__(self, processes: int) -> None: ...
        def __enter__(self) -> Here:
            return self

        def __exit__(self, *raised: object) -> None: ...

        map = staticmethod(map)

    monkeypatch.setattr(peace, "ProcessPoolExecutor", Here)
    monkeypatch.setattr(peace, "mix", lambda seed, number: liars()["status-404/ADDRESS_CANNOT_BE_DELETED"])
    assert peace.main(["--seeds", "3-3", "--mixes", "0", "--effort", "quick"]) == 1
    out = capsys.readouterr().out
    assert "status-404/ADDRESS_CANNOT_BE_DELETED\n    ACCUSED  " in out
    assert out.endswith("runs: 1, seeds: 1, runs with an accusation: 1\n")


@pytest.mark.parametrize("text", ["a", "3-1", "1-"])
def test_what_is_no_range_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        peace.main(["--seeds", text])
    assert "no range such as 1-20" in capsys.readouterr().err

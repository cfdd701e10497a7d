"""Figures (a) to (c): the suite, the engine alone and drawn requests against a replay of the same exchanges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.planning.cases import Case
from conformance.session.examination import Examination

from .running import CHAPTERS, PROFILE, drawn, engine, fixed, median, replay, replay_raw, served, suite

Figure = dict[str, Any]


def noted(choose: Callable[[Examination], list[Case]]) -> list[Any]:
    """What is sent for some cases."""
    with served() as url:
        return engine(choose, url, note=True)[2]


def whole(pairs: int = 5, chapters: list[str] | None = None) -> list[Figure]:
    """(a) pytest on the chapters without drawn values."""
    chosen = chapters or CHAPTERS
    names = {name.rsplit("_", 1)[1].removesuffix(".py") for name in chosen}
    sent = noted(lambda examination: [case for case in fixed(examination) if case.chapter in names])
    rows = []
    for turn in range(pairs + 1):
        with served() as url:
            run = suite(*chosen, "--target-url", url, "--target-profile", str(PROFILE))
        with served() as url:
            same = replay(sent, url)
        with served() as url:
            raw = replay_raw(sent, url)
        if turn:  # the first one fills caches
            rows.append(
                (run["loop"] / same, run["loop"] / raw, (run["wall"]) / same, run["loop"], same, run["requests"])
            )
    loop, fastest, process, seconds, replayed, requests = (median(column) for column in zip(*rows, strict=True))
    return [
        {"figure": "a", "what": "pytest, its test loop / replay with the same client", "value": loop, "aim": 2.0,
         "requests": requests, "seconds": seconds, "replay": replayed},
        {"figure": "a", "what": "pytest, its test loop / replay with a bare socket", "value": fastest},
        {"figure": "a", "what": "pytest, the whole process / replay with the same client", "value": process},
    ]  # fmt: skip


def _paired(
    letter: str, what: str, choose: Callable[[Examination], list[Case]], aim: float, pairs: int
) -> list[Figure]:
    sent = noted(choose)
    rows = []
    for turn in range(pairs + 1):
        with served() as url:
            seconds, requests, _ = engine(choose, url)
        with served() as url:
            same = replay(sent, url)
        with served() as url:
            raw = replay_raw(sent, url)
        if turn:
            rows.append((seconds / same, seconds / raw, seconds, same, requests))
    ratio, fastest, took, replayed, asked = (median(column) for column in zip(*rows, strict=True))
    return [
        {"figure": letter, "what": f"{what} / replay with the same client", "value": ratio, "aim": aim,
         "requests": asked, "seconds": took, "replay": replayed},
        {"figure": letter, "what": f"{what} / replay with a bare socket", "value": fastest},
    ]  # fmt: skip


def alone(pairs: int = 5) -> list[Figure]:
    """(b) plan, send and judge without pytest."""
    return _paired("b", "engine alone (plan, send, judge)", fixed, 1.3, pairs)


def generated(pairs: int = 3) -> list[Figure]:
    """(c) requests whose values are drawn."""
    return _paired("c", "drawn requests (plan, draw, send, judge)", drawn, 4.0, pairs)

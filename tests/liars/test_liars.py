"""The liars themselves: what they declare, and that none of them is right after all."""

from __future__ import annotations

import copy
import functools
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.liars import Liar, combine, liars, variant_pairs, variants
from conformance.liars.__main__ import find
from conformance.reference import Reference
from conformance.reference.world import new_world

from .corpus import NOW, Story, stories

REGISTER = Path(__file__).parents[2] / "schemas" / "requirements.json"
Outcome = tuple[int, tuple[tuple[str, str], ...], bytes]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time stands still, so that equal requests earn equal answers."""
    monkeypatch.setattr(time, "time", lambda: float(NOW))


@pytest.fixture(autouse=True)
def seed() -> Iterator[None]:
    """No target leaves anything in the world that the next one begins with."""
    before = copy.deepcopy(new_world())
    yield
    assert new_world() == before


def outcomes(target: Reference, story: Story) -> tuple[Outcome, ...]:
    target.reset()
    answers = (target.respond(sent.method, sent.target, sent.headers, sent.body) for sent in story.requests)
    return tuple((answer.status, answer.headers, answer.body) for answer in answers)


@functools.cache
def right(story: Story) -> tuple[Outcome, ...]:
    return outcomes(Reference(), story)


def differs(target: Reference, story: Story) -> bool:
    target.reset()
    for sent, expected in zip(story.requests, right(story), strict=True):
        answer = target.respond(sent.method, sent.target, sent.headers, sent.body)
        if (answer.status, answer.headers, answer.body) != expected:
            return True
    return False


def near_first(name: str) -> list[Story]:
    """Every story, those about what the name speaks of first."""
    return sorted(stories(), key=lambda story: story.name not in name)


def shown(name: str, target: Reference) -> bool:
    return any(differs(target, story) for story in near_first(name))


def test_counts() -> None:
    every = list(liars().values())
    scopes = Counter(liar.scope for liar in every)
    assert len(every) >= 400
    assert scopes["one-operation"] + scopes["one-parameter"] + scopes["one-value"] >= 200
    assert sum(liar.logic for liar in every) >= 120
    assert len(variants()) >= 12


def test_ids_are_stable_words() -> None:
    for liar in liars().values():
        assert re.fullmatch(r"[A-Za-z0-9._+-]+/[A-Za-z0-9._+-]+", liar.id), liar.id
    assert all(re.fullmatch(r"[a-z0-9-]+", id_) for id_ in variants())
    assert not set(liars()) & set(variants())


def test_what_they_break_is_in_the_register() -> None:
    register = json.loads(REGISTER.read_text())["requirements"]
    must = {each["id"] for each in register if each["level"] == "must"}
    for liar in liars().values():
        assert 1 <= len(liar.breaks) <= 3, liar.id
        assert len(set(liar.breaks)) == len(liar.breaks), liar.id
        assert set(liar.breaks) <= must, liar.id
    assert must == {id_ for liar in liars().values() for id_ in liar.breaks}


def test_a_sentence_is_one() -> None:
    sentences = {liar.id: liar.sentence for liar in liars().values()}
    sentences |= {variant.id: variant.sentence for variant in variants().values()}
    for id_, sentence in sentences.items():
        assert re.fullmatch(r"\S.*\S\.", sentence) and len(sentence) < 200, id_
    assert all(liar.family for liar in liars().values())


def test_the_reference_never_differs_from_itself() -> None:
    target = Reference()
    assert not any(differs(target, story) for story in stories())


@pytest.mark.parametrize("family", sorted({liar.family for liar in liars().values()}))
def test_every_liar_is_wrong_about_something(family: str) -> None:
    chosen: list[Liar] = [liar for liar in liars().values() if liar.family == family]
    assert not [liar.id for liar in chosen if not shown(liar.id, liar.build())]


#: One in eight is asked in the quick round, and all of them in the whole one.
SHARES = [pytest.param(8, id="one-in-eight"), pytest.param(1, id="all", marks=pytest.mark.slow)]


@pytest.mark.parametrize("one_in", SHARES)
def test_no_liar_fails_by_accident(one_in: int, caplog: pytest.LogCaptureFixture) -> None:
    """What a liar does wrong it does on purpose: no seam raises what is no Refusal."""
    logic = [liar for liar in liars().values() if liar.logic and liar.scope != "everywhere"]
    for liar in logic[::one_in]:
        target = liar.build()
        for story in stories():
            if story.name in liar.id:
                outcomes(target, story)
        assert not caplog.records, liar.id


def test_every_variant_differs() -> None:
    assert not [variant.id for variant in variants().values() if not shown(variant.id, variant.build())]


def test_variants_combine() -> None:
    pairs = list(variant_pairs())
    assert len(pairs) > 100
    joined = combine(variants()["german"], variants()["bare-lists"]).build()
    assert shown("", joined)
    for pair in pairs[:: len(pairs) // 60]:
        assert shown("", pair.build()), pair.id


@pytest.mark.parametrize("one_in", SHARES)
def test_no_variant_fails_by_accident(one_in: int, caplog: pytest.LogCaptureFixture) -> None:
    every = [*variants().values(), *list(variant_pairs())[::150]]
    for variant in every[::one_in]:
        target = variant.build()
        for story in stories():
            outcomes(target, story)
        assert not caplog.records, variant.id


def test_building_is_cheap() -> None:
    chosen = list(liars().values())[::10]
    start = time.perf_counter()
    for liar in chosen:
        liar.build()
    assert time.perf_counter() - start < 0.005 * len(chosen)


def test_a_liar_forgets_with_a_reset() -> None:
    target = liars()["deleted-readable/getAddress"].build()
    story = next(story for story in stories() if differs(target, story))
    assert outcomes(target, story) == outcomes(target, story)


def test_one_is_found_by_its_id() -> None:
    assert find("status-404/ADDRESS_CANNOT_BE_DELETED").id == "status-404/ADDRESS_CANNOT_BE_DELETED"
    assert find("german+bare-lists").id == "german+bare-lists"
    with pytest.raises(LookupError, match="there is no liar"):
        find("nothing of the kind")


def test_they_are_listed() -> None:
    command = [sys.executable, "-m", "conformance.liars", "--list", "--family", "parallel"]
    output = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REGISTER.parents[1]).stdout
    assert [line.split("\t")[0] for line in output.splitlines()] == [
        liar.id for liar in liars().values() if liar.family == "parallel"
    ]

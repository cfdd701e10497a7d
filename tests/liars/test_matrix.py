"""A sample of the kill matrix; the whole of it is worked out by `tox -e liars`."""

from __future__ import annotations

import random

from conformance.liars import variants
from conformance.liars.matrix import figures, matrix, names, said

SAMPLE = 15


def test_a_sample_of_the_liars_is_caught_and_rightly_blamed() -> None:
    rows = matrix(names(sample=SAMPLE, seed=7))
    found = figures(rows)
    assert found["liars"] == SAMPLE
    assert not found["survivors"] and not found["wrong blames"], [said(row) for row in rows if not row.rightly]


def test_right_variants_are_left_in_peace() -> None:
    rows = matrix([f"variant {each}" for each in random.Random(7).sample(sorted(variants()), 1)])
    rows += matrix(["pair alpha-3+country-matches-nothing"])
    assert len(rows) == 2 and not figures(rows)["accused"], [said(row) for row in rows]

"""Targets that are wrong on purpose, each declaring which requirements it breaks, and right targets that differ.

    from conformance.liars import liars
    answer = liars()["status-404/ADDRESS_NOT_FOUND"].build().respond("GET", "/v2/Addresses/none")

`python -m conformance.liars --list` names them, `--serve ID` serves one. What a liar breaks is written down from the
errors page, before the liar is put to the suite.
"""

from .model import Altered, Liar, Scope, Variant
from .registry import liars
from .variants import combine, variant_pairs, variants

__all__ = ["Altered", "Liar", "Scope", "Variant", "combine", "liars", "variant_pairs", "variants"]

"""The chapters of the suite, in the order of the errors page: each plans cases of its own."""

from __future__ import annotations

from conformance.chapters import (
    at_once,
    controls,
    credentials,
    envelope,
    octets,
    pairs,
    repetition,
    sequences,
    stability,
    statuses,
)  # fmt: skip
from conformance.drawn import fuzz, generated
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Surface
from conformance.planning.cases import ByOperation, Case
from conformance.planning.codes import Planner


def plan(contract: Contract, surface: Surface, profile: Profile) -> list[Case]:
    """All cases, those about codes among them; ids are unique."""
    codes = ByOperation(Planner(contract, surface, profile).code_cases())
    return [
        *statuses.plan(contract, surface),
        *credentials.plan(contract, surface, profile, codes),
        *envelope.plan(contract, surface, codes),
        *codes,
        *controls.plan(contract, surface),
        *repetition.plan(contract, surface, codes),
        *stability.plan(contract, surface, profile, codes),
        *at_once.plan(contract, surface, profile, codes),
        *pairs.plan(contract, surface, profile, codes),
        *octets.plan(contract, surface, profile, codes),
        *sequences.plan(contract, surface, profile, codes),
        *generated.plan(contract, surface, profile, codes),
        *fuzz.plan(contract, surface, profile),
    ]

"""Missing and wrong credentials: on every operation, and beside another fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from conformance.chapters.borrowed import place_of, plain_fault, self_made
from conformance.http.credentials import spoilings
from conformance.http.exchange import NOBODY, OWNER
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Surface
from conformance.planning.cases import REFUSED, Case, Expected, case_id, of_operation
from conformance.planning.requests import base


def plan(contract: Contract, surface: Surface, profile: Profile, codes: Sequence[Case]) -> Iterator[Case]:
    """Missing and wrong credentials: on every operation, and beside another fault."""
    status = contract.statuses.credentials
    about = contract.of_status(status) or contract.by_role("statuses")
    challenge, unchanged = contract.by_role("challenge"), contract.by_role("unchanged")
    expected = Expected(REFUSED, (), (status,), about, documented=False)
    owner = profile.vault.get(OWNER)
    ways = tuple(spoilings(owner)) if owner else ("wrong-password",)
    secured = [operation for operation in surface.operations.values() if operation.secured]
    for operation in secured:
        asked = [NOBODY, *(f"{OWNER}:{way}" for way in ways)]
        # What would cost something, were the credentials taken, has a fault besides: it must be a 401 all the same.
        costly = plain_fault(operation, codes) if operation.safety in ("purchase", "message") else None
        template = costly.template if costly else base(operation)
        for name in asked:
            yield Case(
                id=case_id(about, operation.id, "credentials", "missing" if name == NOBODY else name.split(":")[1]),
                chapter="credentials", kind="refusal",
                requirements=tuple(filter(None, (about, challenge, unchanged if operation.safety != "read" else ""))),
                template=template.having(credentials=name), expected=expected,
                operation=operation.id, safety=operation.safety, options={"made_up": True},
            )  # fmt: skip
        faults = [c for c in of_operation(codes, operation.id) if c.expected.outcome == REFUSED and self_made(c)]
        for place in ("path", "query", "body"):
            there = {
                c.error_codes[0]: c
                for c in reversed(faults)
                if c.parameter and place_of(operation, c.parameter) == place
            }
            for code, name in product(reversed(there), (NOBODY, f"{OWNER}:{ways[0]}")):
                fault, said = there[code], "missing" if name == NOBODY else "wrong"
                yield Case(
                    id=case_id(about, operation.id, fault.parameter, f"{said}-beside-{code}"),
                    chapter="credentials", kind="refusal", requirements=(about,),
                    template=fault.template.having(credentials=name), expected=expected,
                    operation=operation.id, parameter=fault.parameter, safety=operation.safety,
                    options={"made_up": True},
                )  # fmt: skip

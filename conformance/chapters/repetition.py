"""The same request several times: one for each operation and code, and each operation's right request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.chapters.borrowed import borrowed
from conformance.inputs.contract import Contract
from conformance.inputs.surface import Surface
from conformance.planning.cases import EITHER, REFUSED, Case, Expected, case_id
from conformance.planning.requests import base


def plan(contract: Contract, surface: Surface, codes: Sequence[Case]) -> Iterator[Case]:
    """The same request several times: one for each operation and code, and each operation's right request."""
    stable = contract.by_role("stable")
    if not stable:
        return
    seen: set[tuple[str | None, str]] = set()
    for case in codes:
        key = (case.operation, case.error_codes[0])
        if key in seen or case.operation is None or case.expected.outcome != REFUSED or "deleted" in case.id:
            continue
        seen.add(key)
        yield borrowed(case, case_id(stable, case.operation, case.parameter, case.error_codes[0]), "stability", (stable,),
                  case.expected, case.template, "repetition")  # fmt: skip
    for operation in surface.operations.values():
        if operation.safety == "read" and operation.reads and not any(
            p.trait("x-resource") and not p.trait("x-fact") for p in operation.placed("path")
        ):  # fmt: skip
            yield Case(
                id=case_id(stable, operation.id, None, "right"), chapter="stability", kind="repetition",
                requirements=(stable,), template=base(operation), expected=Expected(EITHER, (), (), stable),
                operation=operation.id,
            )  # fmt: skip

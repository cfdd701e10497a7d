"""The same request several times: one for each operation and code, and each operation's right request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from conformance.chapters.borrowed import borrowed
from conformance.http.exchange import NOBODY, OWNER
from conformance.inputs.contract import Contract
from conformance.inputs.surface import Surface
from conformance.planning.cases import EITHER, REFUSED, Case, Expected, Template, Value, case_id
from conformance.planning.requests import base
from conformance.planning.values import MADE_UP

#: So often comes what is left to chance out otherwise at least once.
MANY_TIMES = 8


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
    yield from _left_open(contract, surface, stable)
    for operation in surface.operations.values():
        required = [p for p in operation.parameters if p.required and p.place != "path"]
        if len(required) > 1:
            # Whichever of several missing parameters is named, it is the same one each time.
            nothing: dict[str, Value | None] = dict.fromkeys((p.key for p in required), None)
            yield Case(
                id=case_id(stable, operation.id, None, "nothing-given"), chapter="stability", kind="repetition",
                requirements=(stable,), template=base(operation).setting(nothing),
                expected=Expected(EITHER, (), (), stable), operation=operation.id, safety=operation.safety,
                options={"times": MANY_TIMES},
            )  # fmt: skip
        if operation.safety == "read" and operation.reads and not any(
            p.trait("x-resource") and not p.trait("x-fact") for p in operation.placed("path")
        ):  # fmt: skip
            yield Case(
                id=case_id(stable, operation.id, None, "right"), chapter="stability", kind="repetition",
                requirements=(stable,), template=base(operation), expected=Expected(EITHER, (), (), stable),
                operation=operation.id,
            )  # fmt: skip


def _left_open(contract: Contract, surface: Surface, stable: str) -> Iterator[Case]:
    """What has a code that the contract leaves open: it is the same one each time, whichever process answers."""
    expected = Expected(EITHER, (), (), stable, documented=False)
    secured = [o for o in surface.operations.values() if o.secured and o.safety == "read"]
    for operation, credentials, name in (
        *((operation, NOBODY, "missing") for operation in secured[:1]),
        *((operation, f"{OWNER}:wrong-password", "wrong-password") for operation in secured[-1:]),
    ):
        yield Case(
            id=case_id(stable, operation.id, "credentials", name), chapter="stability", kind="repetition",
            requirements=(stable,), template=base(operation).having(credentials=credentials), expected=expected,
            operation=operation.id, options={"made_up": True, "times": MANY_TIMES},
        )  # fmt: skip
    yield Case(
        id=case_id(stable, None, "unknown-path", "root"), chapter="stability", kind="repetition", requirements=(stable,),
        template=Template(None, method="GET", target=f"/{MADE_UP}", headers=(("Accept", "application/json"),)),
        expected=replace(expected, registered=False), options={"times": MANY_TIMES},
    )  # fmt: skip

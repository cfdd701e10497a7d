"""The envelope and the media type of every operation's refusal, whatever the Accept header asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.chapters.borrowed import borrowed, plain_fault
from conformance.inputs.contract import Contract
from conformance.inputs.surface import Surface
from conformance.planning.cases import EITHER, Case, Expected, case_id
from conformance.planning.requests import base


def plan(contract: Contract, surface: Surface, codes: Sequence[Case]) -> Iterator[Case]:
    """The envelope and the media type of every operation's refusal, whatever the Accept header asks for."""
    json = contract.by_role("json")
    parts = tuple(
        filter(None, map(contract.by_role, ("envelope", "code-form", "message", "errors", "field", "internals")))
    )
    for operation in surface.operations.values():
        fault = plain_fault(operation, codes)
        if fault is None:
            continue
        lenient = Expected(EITHER, (), (), json, documented=False)
        yield borrowed(fault, case_id(parts[0], operation.id, "refusal", "given"), "envelope", (*parts, json), lenient,
                  fault.template)  # fmt: skip
        for index, accept in enumerate(("", *contract.accept)):
            if index > 2 and operation.safety != "read":
                continue
            template = fault.template.having(headers=(("Accept", accept),))
            name = "accept-" + (accept.split(";")[0].replace("/", ".").replace("*", "any") if accept else "none")
            yield borrowed(fault, case_id(json, operation.id, "refusal", name), "envelope", (json,), lenient, template)
    for operation in surface.operations.values():
        if operation.safety == "read" and operation.reads:
            for accept in contract.accept[:2]:
                yield Case(
                    id=case_id(json, operation.id, "success", "accept-" + accept.replace("/", ".")),
                    chapter="envelope", kind="anything", requirements=(json,),
                    template=base(operation).having(headers=(("Accept", accept),)),
                    expected=Expected(EITHER, (), (), json, documented=False), operation=operation.id,
                )  # fmt: skip

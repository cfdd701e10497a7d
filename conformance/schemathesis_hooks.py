"""The contract's judgements as checks of Schemathesis: name this module as `hooks` in schemathesis.toml.

One check stands for one family of requirements and has its name: `contract_status`, `contract_json`, and so on. Each
judges one answer by itself: which code is due for a fault that Schemathesis made is not known to it, but the code that
came keeps its own rule. Only requirements that a target must keep make a check fail.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import schemathesis
from schemathesis.core.failures import Failure

from conformance.data import SCHEMAS
from conformance.drawn.fuzz import LONG
from conformance.http.exchange import Exchange, Request, Response
from conformance.inputs import contract as contracts
from conformance.judgement.judge import Judge
from conformance.judgement.strange import strange
from conformance.judgement.wording import Violation
from conformance.planning.cases import EITHER, Expected

#: Another contract, laid out as `schemas/`, is found in the folder that this variable names.
CONTRACT = "CONFORMANCE_TARGET_CONTRACT"
#: The roles of requirements that no single answer can break.
_OF_SEVERAL = ("control", "changed", "unchanged", "stable")

_judge = Judge(contracts.load(Path(os.environ.get(CONTRACT) or SCHEMAS)))
_latest = threading.local()


class BrokenRequirement(Failure):
    """An answer that breaks a requirement of the contract."""

    code = "ST900"
    kind_title = "The error contract is broken"

    @property
    def _unique_key(self) -> str:
        return self.title


def families() -> tuple[str, ...]:
    """The families of requirements that one answer can break: what stands before the dot of their ids."""
    contract = _judge.contract
    single = [r for r in contract.requirements.values() if r.level == "must" and r.role not in _OF_SEVERAL]
    return tuple(dict.fromkeys(each.id.partition(".")[0] for each in single))


def violations(response: Any, case: Any) -> list[Violation]:
    """What is wrong with an answer, worked out once for all checks."""
    if getattr(_latest, "response", None) is not response:
        _latest.response, _latest.violations = response, _judged(response, case)
    found: list[Violation] = _latest.violations
    return found


def _judged(response: Any, case: Any) -> list[Violation]:
    contract = _judge.contract
    sent, target = response.request, response.request.path_url
    headers = tuple((name, value) for name, values in response.headers.items() for value in values)
    exchange = Exchange(
        Request(sent.method or "", target),
        Response(response.status_code, response.message, headers, response.content or b""),
    )
    registered = case.method.upper() == case.operation.method.upper()
    early = not registered or len(target) > LONG or strange(unquote(target, errors="surrogateescape"))
    statuses = tuple(each for each in contract.statuses.any_refusal if each != contract.statuses.failure)
    blame = contract.by_role("statuses")
    expected = Expected(EITHER, (), statuses, blame, documented=False, registered=registered, before_the_api=early)
    return _judge.violations(expected, exchange)


def _register(family: str) -> None:
    def judged(ctx: Any, response: Any, case: Any) -> None:
        found = [each for each in violations(response, case) if each.requirement.partition(".")[0] == family]
        found = [each for each in found if _judge.contract.is_must(each.requirement)]
        if found:
            requirement = _judge.contract.requirements[found[0].requirement]
            raise BrokenRequirement(
                operation=case.operation.label,
                title=f"{requirement.id}: {requirement.sentence}",
                message="\n".join(_told(each) for each in found),
            )

    judged.__name__ = f"contract_{family}"
    judged.__doc__ = f"The requirements {family}.* of the error contract."
    schemathesis.check(judged)


def _told(violation: Violation) -> str:
    place = f"{violation.pointer} [{violation.requirement}]"
    return f"{place}\n    expected {violation.expected}\n    received {violation.actual}"


for _family in families():
    _register(_family)

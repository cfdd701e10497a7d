"""The contract for one's own tests: is this response right?

    from conformance.judging import assert_keeps_contract

    response = requests.get("http://127.0.0.1:8080/v2/Numbers/abc", auth=auth)
    assert_keeps_contract(response, code="INVALID_PHONENUMBER_FORMAT", field="Number")

A response is one of requests or httpx, of the test clients of Starlette, FastAPI, Django or Flask, a tuple
`(status, headers, body)`, or a `conformance.http.exchange.Response`. Nothing is sent, and no pytest is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from conformance.data import SCHEMAS
from conformance.errors import ConfigurationError
from conformance.http.exchange import Exchange, Request, Response
from conformance.inputs.contract import Contract, load
from conformance.inputs.documents import unknown_name
from conformance.judgement.judge import Judge
from conformance.judgement.wording import Violation
from conformance.planning.cases import EITHER, REFUSED, Due, Expected

__all__ = ["ContractBroken", "Received", "Violation", "assert_keeps_contract", "violations"]


class FieldLines(Protocol):
    """Header fields, as every library has them."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Names and values."""


class HasStatus(Protocol):
    """What the responses of requests, httpx, Starlette, FastAPI, Django and Flask have in common."""

    @property
    def status_code(self) -> int:
        """The status."""

    @property
    def headers(self) -> Any:
        """The header fields."""


Received = HasStatus | Response | tuple[int, FieldLines | Iterable[tuple[str, str]], bytes]
"""All that can be judged."""


class ContractBroken(AssertionError):
    """A response breaks the contract; the text is the letter, `violations` say what is wrong."""

    def __init__(self, text: str, found: list[Violation]) -> None:
        super().__init__(text)
        self.violations = found


def violations(
    response: Received,
    *,
    code: str | Collection[str] = (),
    field: str | Collection[str] = (),
    status: int | Collection[int] = (),
    advice: bool = False,
    contract: Path | str | None = None,
) -> list[Violation]:
    """Everything that is wrong with a response; an empty list where it keeps the contract.

    Without `code` and `status` a 2xx must be JSON where it has a body, and everything else must be an error as the
    contract has it: one of its statuses, its envelope, and the rule of whichever of its codes the answer carries.

    `code`: the answer must be a refusal with this code, or one of these, by that code's rule. `field`: the name of the
    parameter at fault, which FieldName and Message are held to; with several names, the group. `status`: the answer
    must be a refusal with this status, or one of these. `advice`: also what is no more than advice. `contract`: a
    folder laid out as `schemas/`, where it is another one. `ConfigurationError`: the contract has no such code.
    """
    judge = _judge(Path(contract) if contract is not None else SCHEMAS)
    expected = _expected(judge.contract, _names(code), _names(field), _numbers(status))
    found = judge.violations(expected, _exchange(response))
    return [each for each in found if advice or judge.contract.is_must(each.requirement)]


def assert_keeps_contract(
    response: Received,
    *,
    code: str | Collection[str] = (),
    field: str | Collection[str] = (),
    status: int | Collection[int] = (),
    advice: bool = False,
    contract: Path | str | None = None,
) -> None:
    """Raise `ContractBroken`, an AssertionError, where `violations` finds something."""
    __tracebackhide__ = True
    found = violations(response, code=code, field=field, status=status, advice=advice, contract=contract)
    if found:
        judge = _judge(Path(contract) if contract is not None else SCHEMAS)
        raise ContractBroken(_letter(judge.contract, found, _exchange(response)), found)


@cache
def _judge(folder: Path) -> Judge:
    return Judge(load(folder))


def _names(given: str | Collection[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _numbers(given: int | Collection[int]) -> tuple[int, ...]:
    return (given,) if isinstance(given, int) else tuple(given)


def _expected(
    contract: Contract, codes: tuple[str, ...], fields: tuple[str, ...], statuses: tuple[int, ...]
) -> Expected:
    for code in codes:
        if code not in contract.rules:
            raise ConfigurationError(unknown_name(code, list(contract.rules)))
    if codes:
        due = tuple(Due(code, fields, fields) for code in codes)
        return Expected(REFUSED, due, statuses, contract.rules[codes[0]].requirement, parameters=frozenset(fields))
    blame = contract.by_role("statuses")
    if statuses:
        return Expected(REFUSED, (), statuses, contract.of_status(statuses[0]) or blame)
    return Expected(EITHER, (), (), blame)


def _exchange(received: Received) -> Exchange:
    """The exchange of a response: its request is named where the response knows it."""
    if isinstance(received, Response):
        return Exchange(Request("", ""), received)
    if isinstance(received, tuple):
        status, headers, body = received
        pairs = headers.items() if hasattr(headers, "items") else headers
        return Exchange(Request("", ""), Response(status, "", _fields(pairs), bytes(body)))
    method, target = _asked(getattr(received, "request", None))
    fields = _fields(received.headers.items())
    return Exchange(Request(method, target), Response(received.status_code, "", fields, _body(received)))


def _fields(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in pairs)


def _body(received: Any) -> bytes:
    """The whole body. Django keeps a streamed one elsewhere, Flask gives one through a method."""
    if getattr(received, "streaming", False) is True and hasattr(received, "getvalue"):
        return bytes(received.getvalue())
    if hasattr(received, "get_data"):
        return bytes(received.get_data())
    return bytes(received.content or b"")


def _asked(request: Any) -> tuple[str, str]:
    """Method and URL of the request that a response belongs to; Django's client keeps a table of its environment."""
    if isinstance(request, dict):
        return str(request.get("REQUEST_METHOD", "")), str(request.get("PATH_INFO", ""))
    return str(getattr(request, "method", None) or ""), str(getattr(request, "url", None) or "")


# The letter

_BOUND = 2048
_SHOWN = ("content-type", "www-authenticate", "location", "allow")
_USER = re.compile(r"//[^/@]*@")


def _letter(contract: Contract, found: list[Violation], exchange: Exchange) -> str:
    """What is broken, where, and what came, for a person."""
    lines = ["the response does not keep the contract", ""]
    for name in dict.fromkeys(each.requirement for each in found):
        requirement = contract.requirements[name]
        lines.append(f"{name} ({requirement.level}, {requirement.basis}; errors page, {requirement.cite})")
        lines.append(f"    {requirement.sentence}")
    lines += ["", "Wrong"]
    for each in found:
        lines.append(f"    {each.pointer}  [{each.requirement}]")
        lines.append(f"        expected  {each.expected}")
        lines.append(f"        received  {each.actual}")
    request, response = exchange.request, exchange.response
    assert response is not None
    asked = f"{request.method} {_USER.sub('//', request.target)}".strip()
    lines += ["", f"Received in answer to {asked}" if asked else "Received"]
    received = [str(response.status)]
    received += [f"{name}: {value}" for name, value in response.headers if name.lower() in _SHOWN]
    received += ["", *_text(response.body)]
    return "\n".join([*lines, *(f"    {line}".rstrip() for line in received)])


def _text(body: bytes) -> list[str]:
    if not body:
        return ["(no body)"]
    text = body[:_BOUND].decode("utf-8", "backslashreplace")
    if len(body) <= _BOUND:
        try:
            text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            pass
    return text.splitlines() + ([f"... cut; {len(body)} bytes in all"] if len(body) > _BOUND else [])

"""The nouns of a plan: values that wait for facts, templates of requests, what is due, and cases.

A case is known before anything is sent: its id, what it asks and how. What it needs of the target, a fact, stands in it
as a `Value` and is filled in when it is put to the target.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.http.exchange import OWNER, Headers
from conformance.inputs.surface import Operation

REFUSED, ACCEPTED, EITHER = "refused", "accepted", "either"
#: The lock of cases that link things, or rely on what is linked.
LINKS = "links"
_STRANGE = re.compile(r"[^A-Za-z0-9._+-]")


@dataclass(frozen=True, slots=True)
class Value:
    """How a parameter gets its value.

    `how` is `literal` (it is `literal`), `fact` (the fact, or `fallback` where that may be made up), `unknown` (shaped
    like the fact, naming nothing), `corrupt` (the fact with one change, `which`), `mark` (a text that is this case's
    alone), `deleted` (a thing of the kind `which`, made and removed again), `made` (a thing of the kind `which`, made
    for the case), `ahead` (so many seconds from now) or `span` (a time, around now where a list is read back).
    """

    how: str
    literal: Any = None
    fact: str | None = None
    which: str = ""
    form: str | None = None
    fallback: Any = None
    item: int | None = None


def literal(value: Any) -> Value:
    """A value that is known already."""
    return Value("literal", literal=value)


@dataclass(frozen=True, slots=True)
class Template:
    """A request before its facts are known.

    `values` maps the keys of parameters (`place:name`) to their values; a parameter that is not in it is not sent.
    What is not None of the rest replaces what would follow from the operation: `text` is the body as bytes to be sent.
    """

    operation: Operation | None
    values: Mapping[str, Value] = field(default_factory=dict)
    method: str | None = None
    target: str | None = None
    text: bytes | None = None
    media_type: str | None = None
    headers: Headers = ()
    credentials: str = OWNER
    extra_query: str = ""

    def having(self, **changes: Any) -> Template:
        """The same template with other attributes."""
        return replace(self, **changes)

    def setting(self, values: Mapping[str, Value | None]) -> Template:
        """The same template with some values set, and those given as None left out."""
        merged = {**self.values, **values}
        return replace(self, values={key: value for key, value in merged.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Due:
    """One code that is right, and the names that FieldName may hold with it; `faulty` are those at fault."""

    code: str
    names: tuple[str, ...] = ()
    faulty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """What is right as an answer.

    `outcome`: `refused`, `accepted`, or `either` (a 2xx is right as well). `due`: the codes that a refusal may carry,
    none where any is right. `statuses`: those of a refusal where no code says them. `blame`: the requirement that an
    answer of the wrong kind breaks. `documented`: an undocumented code is worth a word. `before_the_api`: the HTTP
    server may answer in its own way. `parameters` are the names of all parameters that the operation has.
    """

    outcome: str
    due: tuple[Due, ...] = ()
    statuses: tuple[int, ...] = ()
    blame: str = ""
    documented: bool = True
    registered: bool = True
    before_the_api: bool = False
    parameters: frozenset[str] = frozenset()


#: Kinds of cases that send what they draw.
_DRAWN = frozenset({"near-misses", "right-values", "fuzz"})


@dataclass(frozen=True, slots=True)
class Case:
    """One question to a target. `kind` names the procedure that puts it (see `conformance.putting.procedures`).

    `requirements` are those it asks, the one that it is about first. `untested` and `not_applicable` say why it cannot
    be put, where that is known before the run. `lock` names what it must not share with a case at the same time.
    """

    id: str
    chapter: str
    kind: str
    requirements: tuple[str, ...]
    template: Template
    expected: Expected
    error_codes: tuple[str, ...] = ()
    operation: str | None = None
    parameter: str | None = None
    safety: str = "read"
    control: Template | None = None
    clauses: tuple[str, ...] = ()
    assumed: bool = False
    certify: bool = True
    lock: str = ""
    untested: str = ""
    not_applicable: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def may_upset(self) -> bool:
        """Whether it sends what a server may die of: odd bytes, or whatever is drawn."""
        return self.expected.before_the_api or self.kind in _DRAWN


def turns(operation: Operation, names: Iterable[str]) -> str:
    """The locks of what writes these members of a thing that is there, with blanks between them; none for other operations.

    What can only be set together has one lock, and what links things has the lock of all links. Two operations that change
    things of one kind take turns as well.
    """
    resource = operation.effect.get("updates")
    return " ".join(sorted({_turn(operation, name) for name in names})) if resource else ""


def written(template: Template) -> set[str]:
    """The names of what a request writes: the members of its body."""
    operation = template.operation
    placed = operation.placed("body") if operation is not None else ()
    return {each.name for each in placed if template.values.get(each.key) is not None}


def _turn(operation: Operation, name: str) -> str:
    if any(p.name == name and p.trait("x-resource") for p in operation.placed("body")):
        return LINKS
    written = {name}
    for each, fellows in operation.together.items():
        if written & {each, *fellows}:
            written |= {each, *fellows}
    return f"{operation.effect['updates']}:{min(written)}"


def case_id(first: str, operation: str | None, subject: str | None, variant: str) -> str:
    """The id of a case: four segments of letters, digits and `._+-`, joined by slashes."""
    return "/".join(_segment(part) for part in (first, operation, subject, variant))


def _segment(text: str | None) -> str:
    return _STRANGE.sub("-", text) if text else "-"


class ByOperation(list[Case]):
    """Cases that can also be had operation by operation, as a wide surface asks for them."""

    def __init__(self, cases: Iterable[Case]) -> None:
        super().__init__(cases)
        self._of: dict[str | None, list[Case]] = {}
        for case in self:
            self._of.setdefault(case.operation, []).append(case)

    def of(self, operation: str) -> list[Case]:
        """Those of one operation, in their order."""
        return self._of.get(operation, [])


def of_operation(cases: Sequence[Case], operation: str) -> Sequence[Case]:
    """The cases of one operation, in their order."""
    return cases.of(operation) if isinstance(cases, ByOperation) else [c for c in cases if c.operation == operation]

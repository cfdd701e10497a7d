"""Facts: what the suite knows of the things in a target, and where it knows that from.

A fact is given by the profile, or else discovered by reading the API in the way that the surface's `x-discovery` says.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.http.exchange import Exchange, Request
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Operation, Surface
from conformance.judgement.verdict import Lacking, NotThere
from conformance.planning.cases import Value
from conformance.planning.requests import ABSENT, base, build
from conformance.planning.values import corrupted, unknown_like, unknown_number, unknown_place

GIVEN, DISCOVERED, MADE = "given", "discovered", "made"
#: How many of the values that an answer shows are tried, where a fact has to be taken.
_TRIED = 3


@dataclass(slots=True)
class Facts:
    """Values of facts by name, each with its origin; a value of False says that there is no such thing."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    #: The members that a fact about a place has: those that the surface asks for.
    places: tuple[str, ...] = ()

    @classmethod
    def of(cls, profile: Profile) -> Facts:
        """The facts that the profile gives."""
        return cls(dict(profile.facts), dict.fromkeys(profile.facts, GIVEN))

    def learn(self, name: str, value: Any, origin: str) -> None:
        """Take a fact, unless it is known."""
        if name not in self.values:
            self.values[name] = value
            self.origins[name] = origin

    def known(self, name: str) -> bool:
        """Whether there is a value."""
        return self.values.get(name, False) is not False

    def get(self, name: str) -> Any:
        """The value; `NotThere` where the profile denies it, `Lacking` where nobody knows it."""
        value = self.values.get(name)
        if value is False:
            raise NotThere(f"the profile says that there is no {name}")
        if value is None:
            raise Lacking(f"the fact {name} is not known", f"[facts] {name} = {sample(name, self.places)}")
        return value

    def resolve(self, value: Value, made_up: bool = False) -> Any:
        """The value of a parameter, as JSON; `made_up` lets an unknown fact be replaced by its sample."""
        if value.how == "literal":
            return formed(value.literal, value.form)
        if value.how == "span":
            return value.literal
        if value.how == "ahead":
            return int(time.time()) + value.literal
        if value.how in ("unknown", "corrupt"):
            return self._wrong(value)
        known = self._known(value, made_up)
        return known if known is ABSENT else formed(known, value.form)

    def _known(self, value: Value, made_up: bool) -> Any:
        assert value.fact is not None
        if value.fact not in self.values and value.fallback is not None and (made_up or value.which):
            return value.fallback
        known = self.get(value.fact)
        if isinstance(known, Mapping):
            return known.get(value.which, value.fallback if value.fallback is not None and made_up else ABSENT)
        if isinstance(known, list):
            if not known:
                raise Lacking(f"the fact {value.fact} is an empty list", f'[facts] {value.fact} = ["..."]')
            return known[min(value.item or 0, len(known) - 1)]
        return known

    def _wrong(self, value: Value) -> Any:
        sample = value.fallback if value.how == "literal" or value.fallback is not None else "Q1234567890"
        known = sample
        if value.fact is not None and self.known(value.fact):
            known = self._known(value, True)
            known = sample if known is ABSENT else known
        known = formed(str(known), value.form)
        if value.how == "corrupt":
            return corrupted(known, value.which)
        if value.which.startswith("place:"):
            return unknown_place(known, value.which[6:])
        return unknown_number(known, value.which) if value.form else unknown_like(known, value.which)


def formed(value: Any, form: str | None) -> Any:
    """A phone number with its plus or without, as its place asks; anything else as it is."""
    if form is None or not isinstance(value, str):
        return value
    digits = value.lstrip("+")
    if not digits.isdigit():
        return value
    return "+" + digits if form == "+" else digits


def discover(
    facts: Facts, surface: Surface, profile: Profile, send: Callable[[Request], Exchange],
    read: Callable[[Exchange], Any],
) -> None:  # fmt: skip
    """Learn what the profile does not say by reading; `read` gives the JSON of an accepted answer, or None."""
    answers: dict[str, Any] = {}
    for step in surface.discovery:
        name = step["fact"]
        if name in facts.values:
            continue
        if step.get("credentials") == "username":
            owner = profile.vault.get("owner")
            if owner is not None and owner.username:
                facts.learn(name, owner.username, DISCOVERED)
            continue
        operation = surface.operations.get(step.get("read", ""))
        if operation is None or operation.id in profile.unsupported or "owner" not in profile.vault:
            continue
        if operation.id not in answers:
            try:
                request = build(base(operation), lambda value: facts.resolve(value, made_up=_may_be_made_up(value)))
            except (Lacking, NotThere):
                continue
            answers[operation.id] = read(send(request))
        found = list(_members(answers[operation.id], step, facts))
        taker = surface.operations.get(step.get("taken", ""))
        if taker is not None and taker.id not in profile.unsupported:
            # What stands in one place need not be served in another: an address may be anywhere.
            found = _taken(taker, name, list(dict.fromkeys(found))[:_TRIED], facts, send, read, answers)
        if found:
            facts.learn(name, found if step.get("many") else found[0], DISCOVERED)


def _taken(
    taker: Operation, name: str, candidates: Sequence[Any], facts: Facts, send: Callable[[Request], Exchange],
    read: Callable[[Exchange], Any], answers: dict[str, Any],
) -> list[Any]:  # fmt: skip
    """The first value of a fact that an operation does not refuse; its answer is kept for what is read there."""
    for candidate in candidates:

        def resolve(value: Value, candidate: Any = candidate) -> Any:
            if value.fact == name:
                return formed(candidate, value.form)
            return facts.resolve(value, made_up=_may_be_made_up(value))

        try:
            exchange = send(build(base(taker), resolve))
        except (Lacking, NotThere):
            return [candidate]
        if exchange.response is None or not 400 <= exchange.response.status < 500:
            answers.setdefault(taker.id, read(exchange))
            return [candidate]
    return []


def _may_be_made_up(value: Value) -> bool:
    """A country or a date may come from the sample; an identifier of a thing may not."""
    return value.fact == "served_country"


def _members(document: Any, step: Mapping[str, Any], facts: Facts) -> Iterator[Any]:
    """The values of the member that a step names, in objects that fit its `beside` and `unlike`."""
    for item in objects(document):
        value = item.get(step["member"])
        if not isinstance(value, str) or not value:
            continue
        if any(_plain(item.get(m)) != _plain(facts.values.get(f)) for m, f in step.get("beside", {}).items()):
            continue
        unlike = step.get("unlike", {})
        if any(not item.get(m) or _plain(item.get(m)) == _plain(facts.values.get(f)) for m, f in unlike.items()):
            continue
        yield formed(value, step.get("form"))


def _plain(value: Any) -> str:
    return str(value).lstrip("+").casefold()


def objects(document: Any, depth: int = 6) -> Iterator[Mapping[str, Any]]:
    """Every JSON object in a document, outer ones first, down to a depth."""
    if depth < 0:
        return
    if isinstance(document, dict):
        yield document
        for value in document.values():
            yield from objects(value, depth - 1)
    elif isinstance(document, list):
        for value in document:
            yield from objects(value, depth - 1)


def sample(name: str, places: tuple[str, ...]) -> str:
    if name.endswith("location"):
        return "{ " + ", ".join(f'{each} = "..."' for each in places) + " }"
    if name.endswith("s") and not name.endswith("ss"):
        return '["..."]'
    return '{ method = "GET", path = "/..." }' if name == "server_error" else '"..."'


def plain(value: Any) -> Any:
    """A value as it is compared: writing it another way changes nothing."""
    return str(value).strip().lstrip("+").casefold() if isinstance(value, (str, int, float)) else value

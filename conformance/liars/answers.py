"""Layers over the answers of a right target: when an answer is spoilt, and the tools to spoil it with."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance.reference import Answer
from conformance.reference.reading import read_request

from .model import Altered, Liar, Scope, Seam, builder


@dataclass(frozen=True)
class Occasion:
    """One request, and the right answer to it."""

    target: Altered
    method: str
    path: str | bytes
    headers: Sequence[tuple[str, str]]
    answer: Answer

    @functools.cached_property
    def operation(self) -> str:
        route = self.target.route(self.method, read_request(self.method, self.path, (), b"").segments)
        return route[0].id if route else ""

    @functools.cached_property
    def status_object(self) -> Mapping[str, Any]:
        """The ResponseStatus of a refusal; empty for a success and for the answer to HEAD."""
        if self.answer.status < 400 or not self.answer.body:
            return {}
        found: Mapping[str, Any] = json.loads(self.answer.body)["ResponseStatus"]
        return found

    @property
    def code(self) -> str:
        return str(self.status_object.get("ErrorCode", ""))

    @property
    def fields(self) -> list[str]:
        return [error["FieldName"] for error in self.status_object.get("Errors", ())]

    def header(self, name: str) -> str:
        return next((value for each, value in self.headers if each.lower() == name), "")


When = Callable[[Occasion], bool]
Spoil = Callable[[Answer], Answer]


@dataclass(frozen=True)
class Way:
    """One way of spoiling an answer, what it breaks of the envelope by itself, and how a sentence says it."""

    id: str
    phrase: str
    breaks: str
    spoil: Spoil


def layer(when: When, spoil: Spoil) -> Seam:
    """The seam `respond` of a target that spoils those answers. Its reserved paths are spared."""

    def respond(
        right: Seam,
        target: Altered,
        method: str,
        path: str | bytes,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> Answer:
        answer: Answer = right(method, path, headers, body)
        if "/_reference" in (path if isinstance(path, str) else path.decode("latin-1")):
            return answer
        return spoil(answer) if when(Occasion(target, method, path, headers, answer)) else answer

    return respond


def generated(
    family: str, id_: str, scope: Scope, breaks: str | tuple[str, ...], sentence: str, when: When, spoil: Spoil
) -> Liar:
    """A liar that is a layer over right answers."""
    ids = tuple(breaks.split()) if isinstance(breaks, str) else breaks
    return Liar(id_, family, sentence, ids, scope, False, builder({"respond": layer(when, spoil)}))


# When


def refused(occasion: Occasion) -> bool:
    return bool(occasion.status_object)


def succeeded(occasion: Occasion) -> bool:
    return occasion.answer.status < 300 and bool(occasion.answer.body)


def earns(status: int) -> When:
    return lambda occasion: occasion.answer.status == status


def carries(code: str) -> When:
    return lambda occasion: occasion.code == code


def during(operation: str, when: When = refused) -> When:
    return lambda occasion: when(occasion) and occasion.operation == operation


def accepts(media_type: str, when: When) -> When:
    return lambda occasion: media_type in occasion.header("accept") and when(occasion)


def every(nth: int, when: When) -> When:
    """Once in `nth` of the answers that fit, beginning with the `nth`."""
    return lambda occasion: when(occasion) and occasion.target.times("nth") % nth == 0


# How


def status(number: int) -> Spoil:
    return lambda answer: replace(answer, status=number)


def octets(change: Callable[[bytes], bytes]) -> Spoil:
    return lambda answer: replace(answer, body=change(answer.body))


def media_type(text: str | None) -> Spoil:
    """Another Content-Type, or none."""

    def spoil(answer: Answer) -> Answer:
        others = tuple(pair for pair in answer.headers if pair[0] != "Content-Type")
        return replace(answer, headers=others if text is None else (*others, ("Content-Type", text)))

    return spoil


def both(first: Spoil, second: Spoil) -> Spoil:
    return lambda answer: second(first(answer))


def document(change: Callable[[Any], Any]) -> Spoil:
    """Another JSON value."""
    return octets(lambda body: json.dumps(change(json.loads(body)), separators=(",", ":")).encode())


def member(change: Callable[[dict[str, Any]], Any]) -> Spoil:
    """Another ResponseStatus."""
    return document(lambda found: {**found, "ResponseStatus": change(found["ResponseStatus"])})


def put(**members: Any) -> Spoil:
    return member(lambda found: {**found, **members})


def drop(name: str) -> Spoil:
    return member(lambda found: {each: value for each, value in found.items() if each != name})


def edit(name: str, change: Callable[[Any], Any]) -> Spoil:
    return member(lambda found: {**found, name: change(found[name])} if name in found else found)


def each_error(change: Callable[[dict[str, Any]], Any]) -> Spoil:
    return edit("Errors", lambda errors: [change(error) for error in errors])


def each_field(change: Callable[[str], Any]) -> Spoil:
    return each_error(lambda error: {**error, "FieldName": change(error["FieldName"])})

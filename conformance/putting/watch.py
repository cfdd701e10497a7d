"""The watch: what a write names, looked at before and after it, and put back.

A refused write must have changed nothing, an accepted one must have done what it says. Both are seen through the API
alone: by a mark that stands nowhere else, or by reading the thing before and after.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.http.exchange import Exchange, Request
from conformance.judgement.envelope import pointer
from conformance.judgement.verdict import Lacking, NotThere, Step
from conformance.judgement.wording import Violation
from conformance.planning.cases import Template, Value
from conformance.planning.requests import ABSENT
from conformance.putting.belongings import accepted
from conformance.putting.bench import Bench
from conformance.putting.changes import Change, putting_back
from conformance.putting.facts import formed, objects, plain

__all__ = ["Watch", "accepted"]


class Watch:
    """What a write names, looked at before and after it: by its mark, or by reading the thing."""

    def __init__(
        self, bench: Bench, template: Template, mark: str, name: str | None, made_up: bool,
        request: Request | None = None,
    ) -> None:  # fmt: skip
        assert template.operation is not None
        self.bench, self.template, self.mark, self.name = bench, template, mark, name
        self.operation = template.operation
        self.made_up = made_up
        self.values = self._values(request)
        self.resource, self.key = self._thing()
        self.seen: Exchange | None = None
        self.change: int | None = None

    def _values(self, request: Request | None) -> dict[str, Any]:
        """The values that go out, by name; what waits for a thing to be made is left to the request's target."""
        found: dict[str, Any] = {}
        for parameter in self.operation.parameters:
            value = self.template.values.get(parameter.key)
            if value is None:
                continue
            if value.how == "mark":
                found[parameter.name] = self.mark
            elif value.how in ("made", "deleted"):
                if request is not None:
                    found[parameter.name] = request.target.rsplit("/", 1)[-1]
            else:
                try:
                    resolved = self.bench.facts.resolve(value, self.made_up)
                except (Lacking, NotThere):
                    continue
                if resolved is not ABSENT:
                    found[parameter.name] = resolved
        return found

    def _thing(self) -> tuple[str | None, str | None]:
        """Kind and identifier of what the write is about, where it names one that can be read."""
        effect = self.operation.effect
        if "keyed" in effect:
            value = self.values.get(effect["keyed"])
            readable = isinstance(value, str) and value.lstrip("+").isascii() and value.lstrip("+").isdigit()
            return effect["creates"], value if readable else None
        for what in ("updates", "deletes"):
            if what in effect:
                parameter = self.operation.key_parameter(effect[what])
                value = self.values.get(parameter.name) if parameter else None
                return effect[what], value if isinstance(value, str) else None
        return effect.get("creates"), None

    def before(self, steps: list[Step]) -> None:
        """Read the thing, where only a comparison can show a change, or where it has to be put back."""
        if self.resource and self.key and "updates" in self.operation.effect:
            self._remember(self.resource, self.key, steps)
            original = self._original()
            if original is not None:
                named = [p.name for p in self.operation.placed("body") if p.name in self.values]
                before = {name: original[name] for name in named if name in original}
                if before:
                    change = Change(self.operation, self._path(), self.resource, self.key, before)
                    self.change = self.bench.changes.begin(change)
        if self.resource and self.key and ("creates" in self.operation.effect or "deletes" in self.operation.effect):
            self.seen = self.bench.read_one(self.resource, self.key, steps, "before")

    def _remember(self, resource: str, key: str, steps: list[Step]) -> None:
        thing = (resource, str(formed(key, "digits")))

        def look() -> Mapping[str, Any] | None:
            found = self.bench.read_one(resource, key, steps, "before")
            names = {p.name for p in self.operation.placed("body")}
            items = objects(self.bench.document(found) if found else None)
            return next((dict(item) for item in items if names & set(item)), None)

        def remember() -> None:
            item = self.bench.seen_first(" ".join(("original", *thing)), look)
            if item is not None:
                # Another thread that looked earlier saw it before this run changed anything.
                self.bench.originals.setdefault(thing, item)

        self.bench.once(("original", *thing), remember)

    def after(self, steps: list[Step]) -> list[Violation]:
        """Violations where a refused write acted all the same."""
        requirement = self.bench.contract.by_role("unchanged")
        if "keyed" in self.operation.effect and str(formed(self.key, "digits")) in self.bench.taken:
            return []
        if self.seen is not None and self.resource and self.key:
            now = self.bench.read_one(self.resource, self.key, steps, "read back")
            if now is not None and self._kept(self.seen) != self._kept(now):
                expected, actual = _brief(self._kept(self.seen)), _brief(self._kept(now))
                return [Violation(requirement, "state", "/body", f"as before: {expected}", actual, len(steps) - 1)]
            return []
        if self.name is None:
            return []
        for request in self._places():
            found = self.bench.document(self.bench.send(request, "read back", steps))
            place = _find(found, self.mark)
            if place is not None:
                if "creates" in self.operation.effect:
                    self.bench.belongings.take_up(self.operation, self.mark)
                what = f"{self.mark!r}, which the refused request carried"
                return [Violation(requirement, "state", "/body" + place, "nothing of the refused request", what,
                                  len(steps) - 1)]  # fmt: skip
        self.settled()
        return []

    def _places(self) -> list[Request]:
        """Where the mark would show."""
        if "creates" in self.operation.effect:
            return self.bench.lists_with(str(self.resource), self.values, self.mark, self.name)[:1]
        reader = self.bench.surface.reading_one(self.resource or "")
        if reader is None or self.key is None or reader.id in self.bench.profile.unsupported:
            return []
        parameter = reader.key_parameter(self.resource or "")
        assert parameter is not None
        form = "digits" if parameter.trait("format") == "e164-digits" else None
        template = Template(reader, {parameter.key: Value("literal", literal=self.key, form=form)})
        return [self.bench.request(template)]

    def _kept(self, exchange: Exchange) -> Any:
        """What must stay: whether the thing is there, and the members that the operation could set."""
        document = self.bench.document(exchange)
        if document is None:
            return None if not accepted(exchange) else {}
        names = {p.name for p in self.operation.parameters}
        first = next(iter(objects(document)), {})
        holder = next((o for o in objects(document) if names & set(o)), first)
        return {name: plain(value) for name, value in holder.items() if name in names}

    def took_effect(self, exchange: Exchange, steps: list[Step]) -> list[Violation]:
        """Violations where an accepted write did not do what it says."""
        requirement = self.bench.contract.by_role("changed")
        effect = self.operation.effect
        if effect.get("deletes") and self.key:
            now = self.bench.read_one(effect["deletes"], self.key, steps, "read back")
            if now is not None and now.response is not None and accepted(now):
                said = str(now.response.status)
                return [Violation(requirement, "state", "/status", "that it is gone", said, len(steps) - 1)]
            return []
        key = self.key
        if effect.get("creates") and "keyed" not in effect:
            key = self.bench.identifier(effect["creates"], exchange, steps, self.mark, self.name)
            if key is None:
                several = self._several(exchange, requirement, steps)
                if several is not None:
                    return several
                listed = list(self.bench.surface.reading_many(effect["creates"]))
                if not listed or self.name is None or exchange.response is None or not exchange.response.body:
                    return []
                wanted = "that what was made can be found, in the answer or in a list"
                return [Violation(requirement, "state", "/body", wanted, "no trace of it", len(steps) - 1)]
            if self.bench.surface.having_effect("deletes", effect["creates"]) is not None:
                self.bench.register(effect["creates"], key)
            self.made = key
        if key is None or self.resource is None:
            return []
        now = self.bench.read_one(self.resource, key, steps, "read back")
        if now is None or now.response is None:
            return []
        if not accepted(now):
            said = str(now.response.status)
            return [Violation(requirement, "state", "/status", "that it can be read", said, len(steps) - 1)]
        violations = self._shown(now, requirement, len(steps) - 1)
        if not violations and "creates" in effect and "keyed" not in effect:
            violations = self._listed(key, requirement, steps)
        return violations

    made: str | None = None

    def _several(self, exchange: Exchange, requirement: str, steps: list[Step]) -> list[Violation] | None:
        """Violations where one of several things that an answer names cannot be read; None where it names no several."""
        resource = self.operation.effect["creates"]
        reader = self.bench.surface.reading_one(resource)
        parameter = reader.key_parameter(resource) if reader else None
        keys = self.bench.belongings.all_named_in(self.bench.document(exchange), parameter.name) if parameter else ()
        if len(keys) < 2:
            return None
        for key in keys:
            now = self.bench.read_one(resource, key, steps, "read back")
            if now is not None and now.response is not None and not accepted(now):
                said = f"{now.response.status} for {key}"
                return [Violation(requirement, "state", "/status", "that it can be read", said, len(steps) - 1)]
        return []

    def _shown(self, exchange: Exchange, requirement: str, index: int) -> list[Violation]:
        """Violations where the thing shows another value than the one that was written."""
        placed = self.operation.placed("body")
        if "creates" in self.operation.effect:
            placed += self.operation.placed("path")  # what it was made under
        written = {p.name: self.values[p.name] for p in placed if p.name in self.values}
        document = self.bench.document(exchange)
        for item in objects(document):
            for name, value in written.items():
                if name in item and isinstance(item[name], (str, int, float)) and plain(item[name]) != plain(value):
                    place = "/body" + (_find(document, item[name]) or pointer([name]))
                    return [Violation(requirement, "state", place, str(value), str(item[name]), index)]
                if name in item and item[name] is None and value is not None:
                    return [Violation(requirement, "state", "/body" + pointer([name]), str(value), "null", index)]
        return []

    def _listed(self, key: str, requirement: str, steps: list[Step]) -> list[Violation]:
        for request in self.bench.lists_with(str(self.resource), self.values, self.mark, self.name)[:1]:
            exchange = self.bench.send(request, "list", steps)
            if accepted(exchange) and _find(self.bench.document(exchange), key) is None:
                marked = _find(self.bench.document(exchange), self.mark) is not None
                if not marked and self.name and self.mark in request.target:
                    wanted = f"{key} in the list that is narrowed to it"
                    return [Violation(requirement, "state", "/body", wanted, "not there", len(steps) - 1)]
        return []

    def undo(self, exchange: Exchange, steps: list[Step]) -> None:
        """Put back what an accepted write changed, as far as the API lets one."""
        effect = self.operation.effect
        if "creates" in effect and "keyed" not in effect:
            resource = effect["creates"]
            key = self.made or self.bench.identifier(resource, exchange, steps, self.mark, self.name)
            if key is not None and not self.made:
                if self.bench.surface.having_effect("deletes", resource) is not None:
                    self.bench.register(resource, key)
            if key is not None:
                self.bench.remove(resource, key, steps)
        elif "updates" in effect:
            self._put_back(steps)
        elif "deletes" in effect and self.key is not None:
            self.bench.forget(effect["deletes"], self.key)

    def _put_back(self, steps: list[Step]) -> None:
        """Give the thing the values that it had, where it showed them before the run first changed it."""
        original = self._original()
        if original is None:
            return
        names = [p.name for p in self.operation.placed("body") if p.name in self.values]
        template = putting_back(self.operation, self._path(), original, names)
        if template is not None:
            answer = self.bench.send(self.bench.request(template, None, self.made_up), "put back", steps)
            if accepted(answer) and all(original.get(name) is not None for name in names):
                self.settled()

    def settled(self) -> None:
        """Everything is as it was before the write."""
        self.bench.changes.end(self.change)

    def _original(self) -> Mapping[str, Any] | None:
        """What the thing showed before the run first changed it."""
        return self.bench.originals.get((str(self.resource), str(formed(self.key, "digits"))))

    def _path(self) -> dict[str, Value]:
        keys = {p.key for p in self.operation.placed("path")}
        return {key: value for key, value in self.template.values.items() if key in keys and value is not None}


def _find(document: Any, text: Any, path: tuple[Any, ...] = ()) -> str | None:
    """The JSON Pointer of the first value that is, or holds, a text."""
    if isinstance(document, dict):
        items: Any = document.items()
    elif isinstance(document, list):
        items = enumerate(document)
    else:
        same = document == text or (isinstance(document, str) and isinstance(text, str) and text in document)
        return pointer(path) if same else None
    for key, value in items:
        found = _find(value, text, (*path, key))
        if found is not None:
            return found
    return None


def _brief(value: Any) -> str:
    return "not there" if value is None else str(value)[:200]

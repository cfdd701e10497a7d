"""The surface: what an OpenAPI 3 description says of operations, parameters and their constraints.

A parameter is a path, query or header parameter, or a property of the request body. What the contract can be asked
about it stands in its *facets*: flat tables of JSON Schema keywords and `x-` annotations that the triggers of the rules
select. Most parameters have one facet; one whose schema says `if`/`then`/`else` has two, each with its guard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

#: Keywords that a rule may be bound to: whoever counts what a surface constrains counts these.
CONSTRAINTS = ("required", "minLength", "maxLength", "minimum", "maximum", "format", "enum", "x-resource")


@dataclass(frozen=True, slots=True)
class Facet:
    """What holds of a parameter's value: keywords and annotations, flat; under `guard` only where that is given."""

    traits: Mapping[str, Any]
    guard: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named input of an operation; `place` is `path`, `query`, `header` or `body`."""

    operation: str
    name: str
    place: str
    required: bool
    facets: tuple[Facet, ...]
    example: Any = None
    is_list: bool = False
    basis: str = "documented"
    aliases: tuple[str, ...] = ()
    #: Place and name: two parameters of one operation may share the name alone.
    key: str = field(init=False, compare=False)
    #: The traits that hold of every value.
    traits: Mapping[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.place}:{self.name}")
        object.__setattr__(self, "traits", self.facets[0].traits)

    def trait(self, name: str) -> Any:
        """One keyword or annotation, None where it is not there."""
        return self.traits.get(name)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `safety` is `read`, `write`, `purchase` or `message`: what sending it may cost."""

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    safety: str
    media_type: str | None = None
    effect: Mapping[str, str] = field(default_factory=dict)
    reads: Mapping[str, str] = field(default_factory=dict)
    group: tuple[str, ...] = ()
    group_basis: str = "documented"
    together: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    basis: str = "documented"
    secured: bool = True
    _placed: dict[str, tuple[Parameter, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)
    #: What others work out of it again and again.
    memo: dict[Any, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, those of the body and the query before those of the path."""
        found = [each for each in self.parameters if each.name == name]
        return sorted(found, key=lambda each: each.place == "path")[0] if found else None

    def placed(self, place: str) -> tuple[Parameter, ...]:
        """The parameters in one place."""
        found = self._placed.get(place)
        if found is None:
            found = self._placed[place] = tuple(each for each in self.parameters if each.place == place)
        return found

    @property
    def names(self) -> frozenset[str]:
        """The names of all parameters."""
        found: frozenset[str] | None = self.memo.get("names")
        if found is None:
            found = self.memo["names"] = frozenset(each.name for each in self.parameters)
        return found

    @property
    def span(self) -> tuple[Parameter, ...]:
        """The ends of the span of time that is asked for."""
        return tuple(each for each in self.parameters if each.trait("x-span"))

    def key_parameter(self, resource: str) -> Parameter | None:
        """The path parameter that identifies a thing of the named kind."""
        for each in self.parameters:
            if each.place == "path" and each.trait("x-identifies") == resource:
                return each
        return None


@dataclass(frozen=True)
class Surface:
    """A description: its operations by id, and how facts are discovered by reading."""

    title: str
    operations: Mapping[str, Operation]
    discovery: tuple[Mapping[str, Any], ...]
    security: tuple[Mapping[str, Any], ...]
    digest: str
    unbound: tuple[str, ...] = ()
    #: The path of the first server that the description names, without a final slash.
    base: str = ""

    def reading_one(self, resource: str) -> Operation | None:
        """The operation that reads one thing of a kind."""
        return next(iter(self._doing.get(("one", resource), ())), None)

    def reading_many(self, resource: str) -> Iterator[Operation]:
        """The operations that list things of a kind."""
        return iter(self._doing.get(("many", resource), ()))

    def having_effect(self, effect: str, resource: str) -> Operation | None:
        """The first operation with an effect (`creates`, `deletes` and others) on things of a kind."""
        return next(iter(self._doing.get((effect, resource), ())), None)

    @cached_property
    def _doing(self) -> Mapping[tuple[str, str], list[Operation]]:
        """The operations by what they read and change: a run asks for them at each write, however many there are."""
        found: dict[tuple[str, str], list[Operation]] = {}
        for operation in self.operations.values():
            for key in (*operation.reads.items(), *operation.effect.items()):
                found.setdefault(key, []).append(operation)
        return found


def with_limits(surface: Surface, limit: Any) -> Surface:
    """The surface with the lengths that a profile states; `limit(operation, parameter, "min" or "max")` tells them.

    A general limit is sure of texts in bodies; a filter of that name may be measured by it or not (`x-may`), unless the
    limit names its operation.
    """
    operations = {}
    for operation in surface.operations.values():
        parameters = []
        for parameter in operation.parameters:
            traits = dict(parameter.traits)
            free = parameter.trait("type") == "string" and not any(
                parameter.trait(each) for each in ("enum", "format", "x-resource")
            )
            for keyword, which in (("minLength", "min"), ("maxLength", "max")):
                own = limit(operation.id, parameter.name, which, False)
                bound = own if own is not None else limit(operation.id, parameter.name, which, True)
                if bound is not None and free and len(parameter.facets) == 1:
                    traits[keyword] = bound
                    if own is None and parameter.place != "body":
                        traits["x-may"] = [*(traits.get("x-may") or ()), keyword]
            parameters.append(replace(parameter, facets=(Facet(traits), *parameter.facets[1:])))
        operations[operation.id] = replace(operation, parameters=tuple(parameters))
    return replace(surface, operations=operations)

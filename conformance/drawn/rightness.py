"""What the contract says of one value of one parameter: that it is right, that it is wrong and why, or nothing.

The rule files say it with JSON Schemas, the surface with keywords; both are read here for any value, while
`conformance.planning.codes` writes out the faults that someone thought of.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs

from conformance.inputs.contract import Contract, Rule
from conformance.inputs.surface import Facet, Operation, Parameter
from conformance.judgement.leniency import alike, as_number, as_text, bare, folded, in_other_case
from conformance.planning.cases import ACCEPTED, EITHER, REFUSED
from conformance.planning.codes import Planner
from conformance.planning.faults import other_faults
from conformance.planning.selectors import fits, operation_fits

LENGTHS = ("minLength", "maxLength")
BOUNDS = ("minimum", "maximum")
_INFINITE = 1 << 30
#: So many other characters, and an identifier is that of no neighbour.
_FAR = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said of a value: `refused`, `accepted` or `either`, and the codes that a refusal may carry.

    `faults` are the codes whose condition the value meets, all of them among `codes`. `judged` is false where the
    readings of the contract leave open what the value is.
    """

    outcome: str
    codes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    judged: bool = True


Clause = Callable[[Any], Finding | None]
_OPEN = Finding(EITHER, judged=False)


class Rightness:
    """The judgement of values of one parameter. `known` is a value that names something, where the parameter does."""

    def __init__(self, planner: Planner, operation: Operation, parameter: Parameter, known: str | None = None) -> None:
        self.planner, self.operation, self.parameter, self.known = planner, operation, parameter, known
        self.may = frozenset(parameter.trait("x-may") or ())
        self.of_form: list[tuple[Facet, Clause]] = []
        self.of_being: list[tuple[Facet, Clause]] = []
        self.codes_of_form: set[str] = set()
        self.codes_of_being: set[str] = set()
        #: What may be said of a thing that is there, but is somebody else's, or elsewhere.
        self.of_others = tuple(
            rule.code
            for rule in planner.contract.rules.values()
            for trigger in rule.triggers
            if "situation" in trigger and any(fits(trigger["on"], parameter, facet) for facet in parameter.facets)
        )
        for rule, trigger, facet in triggers(planner.contract, operation, parameter):
            for clause, forms in self._clauses(rule, trigger, facet):
                (self.codes_of_form if forms else self.codes_of_being).add(rule.code)
                (self.of_form if forms else self.of_being).append((facet, clause))

    def of(self, value: Any) -> Finding:
        """What the contract says of a value, whether or not a target drops the blanks around it."""
        found = self._as_it_is(value)
        plain = bare(value) if isinstance(value, str) else ""
        if plain in ("", value) or not found.judged:
            return found
        without = self._as_it_is(plain)
        if not without.judged or without.outcome != found.outcome:
            return _OPEN
        codes = tuple(dict.fromkeys((*found.codes, *without.codes)))
        return Finding(found.outcome, codes, tuple(dict.fromkeys((*found.faults, *without.faults))))

    def _as_it_is(self, value: Any) -> Finding:
        """What the contract says of these characters; whether something is named is asked of what may be right in form."""
        if isinstance(value, str) and any(0xD800 <= ord(c) < 0xE000 for c in value):
            return _OPEN  # half a character is no text
        found: list[Finding] = []
        for clauses in (self.of_form, self.of_being):
            found += [said for said in (self._said(facet, clause, value) for facet, clause in clauses) if said]
            if any(not each.judged for each in found):
                return _OPEN
            if any(each.outcome == REFUSED for each in found):
                break
        if not found:
            return Finding(ACCEPTED)
        said = (code for each in found for code in each.codes)
        codes = tuple(dict.fromkeys((*said, *other_faults(self.parameter, value))))
        faults = tuple(dict.fromkeys(code for each in found for code in each.faults))
        lenient = all(each.outcome == EITHER for each in found)
        return Finding(EITHER if lenient else REFUSED, codes, faults)

    def _said(self, facet: Facet, clause: Clause, value: Any) -> Finding | None:
        if facet.guard is not None and not jsonschema_rs.is_valid(dict(facet.guard), value):
            return None
        return clause(value)

    def _clauses(self, rule: Rule, trigger: Mapping[str, Any], facet: Facet) -> Iterator[tuple[Clause, bool]]:
        """What a trigger asks of values, and whether it asks for their form."""
        variants = [v for v in trigger["variants"] if v.get("in", self.parameter.place) == self.parameter.place]
        also = self._also(variants)
        if "right" in trigger:
            yield self._by_schema(rule, trigger["right"], trigger.get("unjudged")), True
        elif facet.traits.get("enumeration"):
            yield self._by_words(rule, facet, also), True
        elif any("unknown" in v for v in variants):
            yield self._by_name(rule, also), False
        for variant in variants:
            limit = facet.traits.get(variant.get("bound", ""))
            if limit is not None and (self.parameter.place != "path" or variant["bound"] in BOUNDS):
                yield self._by_bound(rule, variant, limit), True

    def _also(self, variants: list[Mapping[str, Any]]) -> tuple[str, ...]:
        """The codes that may come as well, where a value is near to a right one or made up."""
        near = [v for v in variants if "corrupt" in v or "unknown" in v or "madeUp" in v]
        return self.planner._codes([code for v in near for code in v.get("or", ())], self.parameter)

    def _fault(self, rule: Rule, also: tuple[str, ...] = (), lenient: bool = False) -> Finding:
        return Finding(EITHER if lenient or rule.code in self.may else REFUSED, (rule.code, *also), (rule.code,))

    def _by_schema(self, rule: Rule, right: Mapping[str, Any], unjudged: Mapping[str, Any] | None) -> Clause:
        shortest, longest = width(right.get("pattern"))
        fine = jsonschema_rs.validator_for(dict(right))
        free = jsonschema_rs.validator_for(dict(unjudged)) if unjudged is not None else None
        number = right.get("type") in ("integer", "number")

        def clause(value: Any) -> Finding | None:
            read = as_number(value) if number and isinstance(value, str) else value
            cases = in_other_case(read) if isinstance(read, str) else {read}
            if read is None or (free is not None and any(free.is_valid(each) for each in cases)):
                return None if fine.is_valid(read) and read is not None else _OPEN
            if fine.is_valid(read):
                return None
            also: tuple[str, ...] = ()
            if isinstance(read, str) and not number:
                # What no right value is as long as has two faults by nature, and so has what none is as short as.
                also += self.bound_codes("maxLength") if len(read) > longest else ()
                also += self.bound_codes("minLength") if len(read) < shortest else ()
            return self._fault(rule, also)

        return clause

    def _by_words(self, rule: Rule, facet: Facet, also: tuple[str, ...]) -> Clause:
        words = {folded(str(each)) for each in facet.traits["enum"]}
        free = {folded(str(each)) for each in facet.traits.get("x-unjudged") or ()}

        def clause(value: Any) -> Finding | None:
            given = value if isinstance(value, list) else [str(value)]
            said = [folded(item) for each in given for item in each.split(",")]
            if not self.parameter.is_list and len(said) > 1:
                # One word is asked for; some targets take a list of them wherever they take one.
                right = words.issuperset(item for item in said if item)
                return _OPEN if self.parameter.place == "query" and right else self._fault(rule, also)
            if not all(said) or free.intersection(said):
                return _OPEN
            return None if words.issuperset(said) else self._fault(rule, also)

        return clause

    def _by_name(self, rule: Rule, also: tuple[str, ...]) -> Clause:
        def clause(value: Any) -> Finding | None:
            if self.known is not None and alike(str(value), self.known):
                return _OPEN
            return self._fault(rule, (*also, *self.of_others), True) if self.near(value) else self._fault(rule, also)

        return clause

    def near(self, value: Any) -> bool:
        """Whether a value may name another thing, of the one asking or of somebody else: a neighbour in a sequence."""
        if self.known is None or not self.parameter.trait("x-resource") or len(str(value)) != len(self.known):
            return False
        others = [c for c, own in zip(str(value), self.known, strict=True) if c != own]
        far = min(_FAR, sum(c.isalnum() for c in self.known))
        return len(others) < far and all(c.isascii() and c.isalnum() for c in others)

    def _by_bound(self, rule: Rule, variant: Mapping[str, Any], limit: int) -> Clause:
        most, lengths = variant["by"] > 0, variant["bound"] in LENGTHS

        def clause(value: Any) -> Finding | None:
            size = len(as_text(value)) if lengths else as_number(value) if isinstance(value, str) else value
            if not isinstance(size, (int, float)) or isinstance(size, bool):
                return None
            if not (size > limit if most else size < limit):
                return None
            if lengths and not most and len(as_text(value).encode("utf-8", "surrogatepass")) >= limit:
                return _OPEN  # long enough where bytes are counted
            also = () if not lengths or as_text(value).isascii() else self.bound_codes(*BOUNDS)
            return self._fault(rule, also, variant.get("outcome") == EITHER or variant["bound"] in self.may)

        return clause

    def bound_codes(self, *bounds: str) -> tuple[str, ...]:
        """The codes of the rules about some bounds, whatever this parameter has."""
        return bound_codes(self.planner.contract, *bounds)


def triggers(
    contract: Contract, operation: Operation, parameter: Parameter
) -> Iterator[tuple[Rule, Mapping[str, Any], Facet]]:
    """The triggers that select a parameter by what its values are, and not by what is the case in the target."""
    for rule in contract.rules.values():
        for trigger in rule.triggers:
            if "situation" in trigger or not operation_fits(trigger.get("operation", {}), operation):
                continue
            for facet in parameter.facets:
                if fits(trigger["on"], parameter, facet):
                    yield rule, trigger, facet


def bound_codes(contract: Contract, *bounds: str) -> tuple[str, ...]:
    """The codes of the rules that some bounds are bound to."""
    return tuple(
        rule.code
        for rule in contract.rules.values()
        if any(v.get("bound") in bounds for trigger in rule.triggers for v in trigger["variants"])
    )


@cache
def width(pattern: str | None) -> tuple[int, int]:
    """The fewest and the most characters of a text that fits a pattern as a whole."""
    if pattern is None or not pattern.startswith("^") or not pattern.endswith("$"):
        return 0, _INFINITE
    try:
        low, high = importlib.import_module("re._parser").parse(pattern).getwidth()
    except Exception:  # the pattern is one of another dialect
        return 0, _INFINITE
    return int(low), int(high)

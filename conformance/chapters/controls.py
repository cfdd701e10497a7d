"""Requests without a fault: the smallest one, and each right value of each parameter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.inputs.contract import Contract
from conformance.inputs.surface import Operation, Parameter, Surface
from conformance.judgement.verdict import Step
from conformance.judgement.wording import Violation
from conformance.planning.cases import (
    ACCEPTED,
    EITHER,
    LINKS,
    Case,
    Due,
    Expected,
    Template,
    Value,
    case_id,
    literal,
    turns,
    written,
)  # fmt: skip
from conformance.planning.faults import other_faults
from conformance.planning.requests import base, right, with_mark
from conformance.planning.selectors import acceptable, fits, operation_fits
from conformance.planning.values import corpus, stretched
from conformance.putting.bench import Bench


def plan(contract: Contract, surface: Surface) -> Iterator[Case]:
    """Requests without a fault: the smallest one, and each right value of each parameter."""
    control, changed = contract.by_role("control"), contract.by_role("changed")
    if not control:
        return
    for operation in surface.operations.values():
        if not operation.reads and not operation.effect:
            continue
        if any(p.trait("x-resource") and not p.trait("x-fact") for p in operation.placed("path")):
            continue  # nothing says which thing could be named

        def case(
            template: Template, parameter: Parameter | None, name: str, operation: Operation = operation,
            **options: bool,
        ) -> Case:  # fmt: skip
            writes = operation.safety != "read"
            return Case(
                id=case_id(control, operation.id, parameter.name if parameter else None, name),
                chapter="controls", kind="acceptance",
                requirements=tuple(filter(None, (control, changed if writes else ""))),
                template=template, expected=Expected(ACCEPTED, (), (), control),
                operation=operation.id, parameter=parameter.name if parameter else None, safety=operation.safety,
                assumed="assumed" in (operation.basis, parameter.basis if parameter else ""),
                clauses=("control", *(("state",) if writes else ())),
                # What is sent without a parameter of its own carries a mark, and writes that.
                lock=_lock(operation, template if parameter else with_mark(template)[0]) if writes else "",
                options=options,
            )  # fmt: skip

        yield case(base(operation), None, "base")
        yield from (case(template, None, name) for name, template in _plainly(operation))
        yield from (case(template, None, name) for name, template in _together(contract, operation))
        if operation.safety == "write" and operation.effect.get("creates"):
            yield case(base(operation), None, "nothing-optional", mark=False)
        if operation.safety == "read":
            for parameter in operation.placed("path"):
                for fact in parameter.trait("x-also") or ():
                    value = Value("fact", fact=fact, form=right(parameter).form)
                    yield case(base(operation).setting({parameter.key: value}), parameter, fact)
        if operation.safety == "purchase":
            continue  # a purchase cannot be undone: one control serves all its cases
        for parameter in operation.parameters:
            if parameter.place == "path" or parameter.trait("x-asked"):
                continue
            for name, value in right_values(parameter, contract):
                template = base(operation, parameter).setting({parameter.key: value})
                yield case(template, parameter, name)
            if parameter.trait("type") == "integer" and parameter.place == "query":
                template = base(operation, parameter).setting({parameter.key: literal("0")})
                expected = Expected(EITHER, _out_of_bounds(contract, operation, parameter), (), control)
                yield replace(case(template, parameter, "zero"), kind="zero", expected=expected)


def _out_of_bounds(contract: Contract, operation: Operation, parameter: Parameter) -> tuple[Due, ...]:
    """What may be said of a number that is too small; of a span, either end may be named."""
    ends = operation.span if parameter in operation.span else (parameter,)
    names = tuple(p.name for p in ends)
    kind = parameter.trait("type")
    bound = [r for r in contract.rules.values() if any(t["on"].get("type") == kind for t in r.triggers)]
    return tuple(Due(rule.code, acceptable(rule, operation, names), names) for rule in bound)


def zero(bench: Bench, case: Case, steps: list[Step]) -> list[Violation]:
    """Send the number 0: a target may take it, or find it too small, but it is there, and no other fault is."""
    exchange = bench.send(bench.request(case.template, case), "the request", steps)
    violations = bench.judge.violations(case.expected, exchange, len(steps) - 1)
    return [replace(v, requirement=case.expected.blame) if v.clause == "ErrorCode" else v for v in violations]


def _plainly(operation: Operation) -> Iterator[tuple[str, Template]]:
    """The smallest right request, as other clients send it: no Accept, any media type, a charset, nothing optional."""
    if operation.safety == "read":
        yield "without-accept", base(operation).having(headers=(("Accept", ""),))
        yield "accept-anything", base(operation).having(headers=(("Accept", "*/*"),))
    elif operation.media_type and operation.safety == "write":
        yield "charset", base(operation).having(media_type=f"{operation.media_type}; charset=utf-8")


def _together(contract: Contract, operation: Operation) -> Iterator[tuple[str, Template]]:
    """What belongs together, right as a whole: the controls of faults that several parameters make."""
    for rule in contract.rules.values():
        for trigger in rule.triggers:
            if not trigger.get("together") or not operation_fits(trigger.get("operation", {}), operation):
                continue
            found = [p for p in operation.parameters if fits(trigger["on"], p, p.facets[0])]
            for variant in trigger["variants"]:
                if found and "controlFact" in variant:
                    values: dict[str, Value | None] = {
                        p.key: Value("fact", fact=variant["controlFact"], which=p.trait("x-location") or "")
                        for p in found
                    }
                    yield f"together.{trigger['situation']}", base(operation).setting(values)


def right_values(parameter: Parameter, contract: Contract) -> Iterator[tuple[str, Value]]:
    """Values of a parameter that have no fault, each with a name: samples, vocabularies, corpora, bounds."""
    ahead = parameter.trait("x-ahead")
    if ahead:
        yield "soon", Value("ahead", literal=3600)
        yield "far-ahead", Value("ahead", literal=ahead["max"] - 86400)
        if ahead.get("min", 0) < 0:
            yield "just-past", Value("ahead", literal=ahead["min"] // 2)
        return
    if parameter.example is not None or parameter.trait("x-fact") or parameter.trait("enum"):
        given = right(parameter)
        if parameter.trait("x-location") and parameter.place == "query":
            given = replace(given, fallback=None)  # which places a target knows in its country, no sample can say
        yield "given", given  # nothing is invented for a parameter that no sample is known of
    if parameter.trait("default") is not None:
        default = parameter.trait("default")
        yield "default", literal(str(default) if parameter.place == "query" else default)
    if parameter.trait("type") == "boolean":
        yield from (("true", literal(True)), ("false", literal(False)))
    known = parameter.trait("enum") or []
    for index, word in enumerate(known):
        yield f"known-{index + 1}", literal([word] if parameter.is_list else word)
    if parameter.is_list and len(known) > 1:
        yield "known-together", literal(list(known))
    for facet in parameter.facets:
        form = facet.traits.get("format")
        for rule in contract.rules.values():
            for trigger in rule.triggers:
                on = trigger["on"]
                if not form or on.get("format") != form or parameter.trait("x-fact"):
                    continue
                for variant in trigger["variants"]:
                    if "corpus" in variant:
                        for entry in corpus(variant["corpus"], contract.folder)["right"]:
                            yield entry["name"], literal(entry["value"])
        if facet.traits.get("format") or known or parameter.trait("x-resource"):
            continue
        if parameter.trait("x-mark") and facet.traits.get("minLength", 1) <= 1:
            yield "zero", literal("0")  # a text like any other, but nothing to some languages
        if facet.guard is not None:
            yield from (
                (f"example-{index + 1}", literal(text)) for index, text in enumerate(facet.traits.get("examples", ()))
            )
        if parameter.trait("x-location") and parameter.place == "query":
            continue  # whatever has the right length must be the name of a place as well
        sample = parameter.example if isinstance(parameter.example, str) else "Conformance"
        for name, keyword in (("shortest", "minLength"), ("longest", "maxLength")):
            text = stretched(sample, facet.traits.get(keyword) or 0)
            if text and (facet.guard is not None or not other_faults(parameter, text)):
                yield name, literal(text)
    if parameter.trait("type") == "integer" and parameter.place == "query" and not parameter.trait("x-span"):
        yield "one", literal("1")
        if parameter.trait("maximum") is not None:
            yield "greatest", literal(str(parameter.trait("maximum")))


def _lock(operation: Operation, template: Template) -> str:
    """Controls that write the same members of the same thing take turns, and so do those that link and unlink."""
    if "keyed" in operation.effect:
        return LINKS  # sequences take such things too
    if "deletes" in operation.effect:
        return LINKS
    return turns(operation, written(template))

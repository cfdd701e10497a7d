"""Generated values: near misses of what is right, which must be refused, and right values, which must not.

One case stands for one code and one parameter. Hypothesis draws batches of values (see `conformance.drawn.sources`), the
rules' own JSON Schemas say what they are (see `conformance.drawn.rightness`), and what fails is shrunk to one request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from conformance.drawn.asked import Asked
from conformance.drawn.asked_right import AskedAsRight, AskedInTurn
from conformance.drawn.rightness import LENGTHS, Rightness, triggers, width
from conformance.drawn.sources import Source
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Operation, Parameter, Surface
from conformance.judgement.verdict import Drawn, Step
from conformance.planning.cases import ACCEPTED, REFUSED, Case, Expected, case_id, turns, written
from conformance.planning.codes import Planner
from conformance.planning.requests import base, right
from conformance.planning.values import corpus, unknown_like
from conformance.putting.bench import Bench

#: How many batches a case draws, and of how many values.
BATCHES = {"quick": 1, "ci": 4, "thorough": 20}
SIZE, SIZE_OF_WRITES = 24, 6
_VARIANT = "generated"
_COSTLY = ("purchase", "message")


def plan(contract: Contract, surface: Surface, profile: Profile, codes: Sequence[Case]) -> Iterator[Case]:
    """A case for each code that values of a parameter can earn, and one for its right values.

    `codes` are the cases of the codes as `conformance.planning.codes` derives them: what holds for all values of a parameter is
    taken from there.
    """
    planner = Planner(contract, surface, profile)
    patterns = {(c.error_codes[0], c.operation, c.parameter): c for c in reversed(codes) if c.error_codes}
    for operation in surface.operations.values():
        for parameter in operation.parameters:
            rightness = Rightness(planner, operation, parameter)
            for code in contract.rules:
                pattern = patterns.get((code, operation.id, parameter.name))
                if pattern is None or not _may_be_missed(rightness, operation, parameter, code):
                    continue
                yield replace(
                    pattern,
                    id=case_id(code, operation.id, parameter.name, _VARIANT),
                    chapter="generated", kind="near-misses", error_codes=(code,),
                    template=base(operation, parameter), control=base(operation, parameter),
                    expected=replace(pattern.expected, outcome=REFUSED), options={"key": parameter.key},
                    lock=pattern.lock or _lock(operation, parameter),
                )  # fmt: skip
    if contract.by_role("control"):
        for operation in surface.operations.values():
            for parameter in operation.parameters:
                if _may_be_right(operation, parameter) and any(_right(contract, operation, parameter)):
                    yield _control(contract, operation, parameter)


def _control(contract: Contract, operation: Operation, parameter: Parameter) -> Case:
    writes = operation.safety != "read"
    control, changed = contract.by_role("control"), contract.by_role("changed")
    return Case(
        id=case_id(control, operation.id, parameter.name, _VARIANT),
        chapter="generated", kind="right-values",
        requirements=tuple(filter(None, (control, changed if writes else ""))),
        template=base(operation, parameter),
        expected=Expected(ACCEPTED, (), (), control, parameters=operation.names),
        operation=operation.id, parameter=parameter.name, safety=operation.safety,
        clauses=("control", *(("state",) if writes else ())),
        assumed="assumed" in (operation.basis, parameter.basis), options={"key": parameter.key},
        lock=_lock(operation, parameter),
    )  # fmt: skip


def _lock(operation: Operation, parameter: Parameter) -> str:
    """What writes the same members of the same thing takes turns.

    What is wrong takes its turn too, since a target that accepts it must be put back.
    """
    names = written(base(operation, parameter)) if parameter.place == "body" else ()
    return turns(operation, names)


def _may_be_missed(rightness: Rightness, operation: Operation, parameter: Parameter, code: str) -> bool:
    """Whether wrong values may be sent: what is bought by its name must not be named by chance."""
    if parameter.trait("x-asked") or not any(_misses(rightness.planner.contract, operation, parameter, code, "")):
        return False
    return code in rightness.codes_of_form or (
        code in rightness.codes_of_being and operation.effect.get("keyed") != parameter.name
    )


def _may_be_right(operation: Operation, parameter: Parameter) -> bool:
    """Whether right values may be sent: where that costs nothing, and can be undone."""
    if operation.safety in _COSTLY or not (operation.reads or operation.effect) or parameter.trait("x-asked"):
        return False
    # Where nothing says which thing could be named, nothing can be accepted.
    nameless = any(p.trait("x-resource") and not p.trait("x-fact") for p in operation.placed("path"))
    return parameter.place != "path" and not nameless


def near_misses(bench: Bench, case: Case, steps: list[Step]) -> Drawn:
    """Values one step from right ones: those that are wrong earn the code that is due."""
    asked = _asked(Asked, bench, case)
    code = case.error_codes[0]
    sources = list(_misses(bench.contract, asked.operation, asked.parameter, code, asked.rightness.known or ""))
    return _explored(asked, sources, steps)


def right_values(bench: Bench, case: Case, steps: list[Step]) -> Drawn:
    """Values without a fault: they are accepted, and take effect."""
    asked = _asked(AskedAsRight if case.safety == "read" else AskedInTurn, bench, case)
    return _explored(asked, list(_right(bench.contract, asked.operation, asked.parameter)), steps)


def _asked(kind: type[Asked], bench: Bench, case: Case) -> Asked:
    operation = case.template.operation
    assert operation is not None
    parameter = next(p for p in operation.parameters if p.key == case.options["key"])
    planner = Planner(bench.contract, bench.surface, bench.profile)
    return kind(bench, case, Rightness(planner, operation, parameter, _known(bench, operation, parameter)))


def _explored(asked: Asked, sources: list[Source], steps: list[Step]) -> Drawn:
    from conformance.drawn.batches import Batches

    bench, case = asked.bench, asked.case
    asked.try_the_base()
    cheap = case.safety == "read" or (case.safety == "write" and case.kind == "near-misses")
    size = SIZE if cheap else SIZE_OF_WRITES
    batches = Batches(sources, bench.seed, case.id, BATCHES[bench.effort], size)
    # All that is drawn goes out together; what fails is drawn once more, to be shrunk.
    if not asked.judge(batches.values()) and case.safety not in _COSTLY:
        batches.shrink(asked.judge)
    return asked.end(steps)


def _known(bench: Bench, operation: Operation, parameter: Parameter) -> str | None:
    """What the parameter names where it names something; for what removes it, something that is not there at all."""
    if not any(parameter.trait(each) for each in ("x-resource", "x-location", "x-fact")):
        return None
    known = str(bench.facts.resolve(right(parameter), True))
    return unknown_like(known, "near") if "deletes" in operation.effect and parameter.place == "path" else known


def _misses(contract: Contract, operation: Operation, parameter: Parameter, code: str, known: str) -> Iterator[Source]:
    """What draws values that may earn a code."""
    for rule, trigger, facet in triggers(contract, operation, parameter):
        if rule.code != code:
            continue
        if "right" in trigger:
            yield "one_step_from", (_right_texts(contract, trigger),)
        elif facet.traits.get("enumeration"):
            words = [str(each) for each in facet.traits["enum"]]
            yield "one_step_from", (words,)
            if parameter.is_list:
                yield "one_wrong_among", (words,)
        elif "x-location" in facet.traits:
            yield "places", (known,)
        elif "x-resource" in facet.traits:
            yield "other_names", (known,)
            if len(known) >= 12 and not known.lstrip("+").isdigit():
                # Others of its kind are so far away that none is met by chance.
                yield "one_other_in", (known,)
                yield "one_step_from", ([known],)
        for variant in trigger["variants"]:
            limit, by = facet.traits.get(variant.get("bound", "")), variant.get("by", 0)
            if limit is not None and variant["bound"] not in LENGTHS:
                yield "numbers_beyond", (limit, 1 if by > 0 else -1)
            elif limit is not None and parameter.place != "path":
                lengths = [limit + by * n for n in (1, 2, 3, 7, 20, limit)] if abs(by) == 1 else [limit + by]
                if any(n >= 1 for n in lengths):
                    yield "texts_of", ([n for n in lengths if n >= 1], _head(parameter), _scripts(parameter))


def _right(contract: Contract, operation: Operation, parameter: Parameter) -> Iterator[Source]:
    """What draws values without a fault, or such as may only be refused for what they name."""
    words, kind = parameter.trait("enum"), parameter.trait("type")
    schemas = [trigger for _, trigger, _ in triggers(contract, operation, parameter) if "right" in trigger]
    if words:
        if parameter.is_list and len(words) > 1:
            yield "words_together", ([str(each) for each in words],)
    elif kind == "integer":
        if parameter.place == "query" and not parameter.trait("x-span"):
            yield "whole_numbers", (1, parameter.trait("maximum") or max(int(parameter.example or 1), 5))
    elif parameter.trait("x-resource") or kind != "string" or len(parameter.facets) > 1:
        return
    elif schemas:
        texts = _right_texts(contract, schemas[0])
        if not parameter.trait("x-fact"):
            yield "further_numbers", (texts, width(schemas[0]["right"].get("pattern"))[1])
        elif len({len(each) for each in texts}) == 1:
            yield "capitals", (len(texts[0]),)
    elif not parameter.trait("x-fact"):
        lengths = _lengths_inside(parameter)
        if lengths:
            yield "texts_of", (lengths, _head(parameter), _scripts(parameter))


def _right_texts(contract: Contract, trigger: Mapping[str, Any]) -> list[str]:
    """The right values of a trigger's corpora, and what is right for numbers where there is none."""
    corpora = [corpus(v["corpus"], contract.folder) for v in trigger["variants"] if "corpus" in v]
    return [entry["value"] for each in corpora for entry in each["right"]] or ["1", "5"]


def _lengths_inside(parameter: Parameter) -> list[int]:
    """Lengths that a parameter takes, its bounds among them; none where they are not known."""
    least, most = parameter.trait("minLength"), parameter.trait("maxLength")
    if least is None and most is None and not parameter.trait("x-mark"):
        return []
    if "query" in (parameter.place,) and parameter.trait("x-location"):
        return []  # what is looked up must be there
    least = max(least or 1, 3 if least is None else 1)
    most = most or least + 30
    return sorted({n for n in (least, most, least + 1, most - 1, least + 5, (least + most) // 2) if least <= n <= most})


def _head(parameter: Parameter) -> str:
    return parameter.example if isinstance(parameter.example, str) else ""


def _scripts(parameter: Parameter) -> int:
    """How many kinds of letters may stand in texts: all in what is free, plain ones in what may have a form."""
    return 5 if parameter.trait("x-mark") and len(parameter.facets) == 1 else 1

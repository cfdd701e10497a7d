"""Targets that drop the blanks around a value: then a value with blanks around it has no fault.

One that drops only some of them does so by mistake, such as a pattern whose end a line end may follow. So what it does
with a blank on either side is asked, once for each value.
"""

from __future__ import annotations

from typing import Any

from conformance.http.exchange import Exchange
from conformance.judgement.verdict import Lacking, NotThere, Step
from conformance.planning.cases import Case, literal
from conformance.planning.values import marked
from conformance.putting.bench import Bench
from conformance.putting.watch import Watch, accepted


def drops_blanks(bench: Bench, case: Case, exchange: Exchange, steps: list[Step]) -> bool:
    """Whether the target answers a value with blanks around it, whichever, as it answers the one without them."""
    operation = case.template.operation
    parameter = operation.parameter(case.parameter) if operation is not None and case.parameter else None
    value = case.template.values.get(parameter.key) if parameter is not None else None
    if parameter is None or value is None or not isinstance(value.literal, str):
        return False
    plain = value.literal.strip()
    if plain in ("", value.literal):
        return False
    said = bench.judge.summary(exchange)
    return all(_answer(bench, case, parameter.key, text, steps) == said for text in (plain, f" {plain} "))


def _answer(bench: Bench, case: Case, key: str, text: str, steps: list[Step]) -> tuple[Any, ...] | None:
    template = case.template.setting({key: literal(text)})

    def ask() -> tuple[Any, ...] | None:
        try:
            request = bench.request(template, case)
        except (Lacking, NotThere):
            return None
        exchange = bench.send(request, "the same with other blanks, or none", steps)
        if case.safety != "read" and accepted(exchange):
            Watch(bench, template, marked(bench.salt, case.id), None, False, request).undo(exchange, steps)
        return bench.judge.summary(exchange)

    found: tuple[Any, ...] | None = bench.once(("blanks", case.operation, key, text), ask)
    return found

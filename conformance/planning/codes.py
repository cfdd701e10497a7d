"""Derives the cases about error codes: contract x surface x profile.

Each trigger of each rule selects parameters by their traits; each of its variants makes one fault of each parameter that
it selects. What the code is called, what the parameter is called, and which operation has it plays no part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.inputs.contract import Contract, Rule
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Facet, Operation, Parameter, Surface
from conformance.planning.cases import (
    EITHER,
    LINKS,
    REFUSED,
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
from conformance.planning.faults import faults, other_faults, spoken_of
from conformance.planning.requests import base, right, with_mark
from conformance.planning.selectors import acceptable, fits, operation_fits

ANY_OF_PARAMETER = "@parameter"
_CLAUSES = ("status", "ErrorCode", "FieldName", "Message")
_CLAUSES_OF_WRITES = (*_CLAUSES, "state")


class Planner:
    """Derives cases from one contract, surface and profile; holds nothing else."""

    def __init__(self, contract: Contract, surface: Surface, profile: Profile) -> None:
        self.contract = contract
        self.surface = surface
        self.profile = profile

    def code_cases(self) -> Iterator[Case]:
        """The cases of every code, in the order of the errors page."""
        for rule in self.contract.rules.values():
            cases = list(self._of_rule(rule))
            seen: set[str] = set()
            for case in cases:
                if case.id not in seen:
                    seen.add(case.id)
                    yield case
            if not cases and rule.lacking:
                yield self._lacking(rule)

    def _of_rule(self, rule: Rule) -> Iterator[Case]:
        for trigger in rule.triggers:
            for operation in self.surface.operations.values():
                if not operation_fits(trigger.get("operation", {}), operation):
                    continue
                on = trigger["on"]
                if "operation" in on:
                    if any(p.trait("x-resource") and not p.trait("x-fact") for p in operation.placed("path")):
                        continue  # nothing says which thing could be named
                    for variant in trigger["variants"]:
                        if "somewhere" not in variant:
                            yield self._of_operation(rule, operation, variant)
                elif "group" in on:
                    if operation.group:
                        for variant in trigger["variants"]:
                            yield self._of_group(rule, operation, variant)
                elif trigger.get("together"):
                    found = [p for p in operation.parameters if fits(on, p, p.facets[0])]
                    if found:
                        for variant in trigger["variants"]:
                            yield self._of_several(rule, operation, found, trigger, variant)
                else:
                    for parameter in operation.parameters:
                        for facet in parameter.facets:
                            if _asked(parameter, on) and fits(on, parameter, facet):
                                yield from self._of_parameter(rule, operation, parameter, facet, trigger)

            for variant in trigger["variants"]:
                if "somewhere" in variant:
                    yield self._somewhere(rule, trigger, variant)

    def _of_parameter(
        self, rule: Rule, operation: Operation, parameter: Parameter, facet: Facet, trigger: Mapping[str, Any]
    ) -> Iterator[Case]:
        for variant in trigger["variants"]:
            if "in" in variant and variant["in"] != parameter.place:
                continue
            if "type" in variant and variant["type"] != parameter.trait("type"):
                continue
            if variant.get("value", 0) == "" and parameter.place == "path":
                continue
            if variant.get("value", 0) is None and parameter.trait("nullable"):
                continue  # null is a value that it takes
            for name, value, more in faults(self.contract, variant, parameter, facet):
                if not spoken_of(facet, value):
                    continue
                other = other_faults(parameter, value.literal if value is not None else None)
                also = self._codes([*variant.get("or", ()), *more, *other], parameter)
                # What may be taken for one of its faults by nature may be taken.
                natures = {rule.code, variant.get("bound"), *variant.get("or", ())}
                may = bool(natures & set(parameter.trait("x-may") or ()))
                if "x-asked" in parameter.traits or (parameter.trait("x-location") and parameter.place == "query"):
                    # Its form is not known, or it names a place: what has the wrong length may be wrong in that as well.
                    vague = self._codes(variant.get("orIfVague", ()), parameter)
                    also = (*also, *(code for code in vague if not _measures(self.contract.rules[code])))
                optional_empty = variant.get("value", 0) == "" and variant.get("outcome") == EITHER
                if optional_empty:
                    also = (*also, *(c for c in self._codes([ANY_OF_PARAMETER], parameter) if c not in also))
                    if parameter.name in operation.together:
                        # Taken as absent, it is lacking where what belongs to it is given.
                        also = (*also, *(c for c in self._codes_of_absence() if c not in also))
                if parameter.required and optional_empty:
                    continue  # asked by the rule about required parameters
                wrong = base(operation, parameter).setting({parameter.key: value})
                outcome = EITHER if may or variant.get("outcome") == EITHER else REFUSED
                yield self._case(
                    rule, operation, parameter, name, wrong, also, outcome=outcome,
                    control=base(operation, parameter), situation=trigger.get("situation"),
                    # What may be right by itself may be wrong beside the other end of a span: either may be named.
                    faulty=list(operation.span) if outcome == EITHER and parameter in operation.span else None,
                )  # fmt: skip

    def _of_group(self, rule: Rule, operation: Operation, variant: Mapping[str, Any]) -> Case:
        values: dict[str, Value | None] = {p.key: None for p in operation.placed("body")}
        if "value" in variant:
            values.update({f"body:{name}": literal(variant["value"]) for name in operation.group})
        if "thing" in variant:
            key = operation.key_parameter(operation.effect.get("updates", ""))
            if key is not None:
                values[key.key] = Value("fact", fact=variant["thing"], form=right(key).form)
        template = base(operation).setting(values)
        if "text" in variant:
            template = template.having(text=variant["text"].encode())
        also = self._codes(variant.get("or", ()), None)
        return self._case(rule, operation, None, variant["name"], template, also,
                          outcome=variant.get("outcome", REFUSED), control=None, group=True)  # fmt: skip

    def _of_several(
        self, rule: Rule, operation: Operation, found: list[Parameter], trigger: Mapping[str, Any],
        variant: Mapping[str, Any],
    ) -> Case:  # fmt: skip
        def filled(fact: str) -> Mapping[str, Value | None]:
            return {p.key: Value("fact", fact=fact, which=p.trait("x-location") or "") for p in found}

        control = base(operation).setting(filled(variant["controlFact"])) if "controlFact" in variant else None
        return self._case(rule, operation, None, variant["name"], base(operation).setting(filled(variant["fact"])), (),
                          control=control, situation=trigger["situation"], faulty=found)  # fmt: skip

    def _of_operation(self, rule: Rule, operation: Operation, variant: Mapping[str, Any]) -> Case:
        template = base(operation).having(credentials=variant["credentials"])
        # The profile alone can say what such credentials lack.
        outcome = REFUSED if operation.id in self.profile.forbidden else variant.get("outcome", REFUSED)
        return self._case(rule, operation, None, variant["name"], template, (), outcome=outcome,
                          control=base(operation), situation=variant["name"], certify=False, kind="permission")  # fmt: skip

    def _somewhere(self, rule: Rule, trigger: Mapping[str, Any], variant: Mapping[str, Any]) -> Case:
        """One case over all operations: each may be permitted, and one at least is not."""
        due = (Due(rule.code, (), ()),)
        asked = [
            self._of_operation(rule, operation, {**variant, "outcome": EITHER})
            for operation in self.surface.operations.values()
            if operation_fits(trigger.get("operation", {}), operation)
            and not any(p.trait("x-resource") and not p.trait("x-fact") for p in operation.placed("path"))
        ]
        statuses = self.statuses(rule)
        about = self.contract.of_status(statuses[0]) if len(statuses) == 1 else None
        return Case(
            id=case_id(rule.code, None, trigger.get("situation"), variant["name"]), chapter="codes", kind="somewhere",
            requirements=tuple(filter(None, (rule.requirement, about))),
            template=Template(None, method="GET", target="/", credentials=variant["credentials"]),  # only its credentials matter
            expected=Expected(REFUSED, due, (), rule.requirement), error_codes=(rule.code,), certify=False, lock=LINKS,
            options={"asked": asked},
        )  # fmt: skip

    def _case(
        self, rule: Rule, operation: Operation, parameter: Parameter | None, variant: str, template: Template,
        also: tuple[str, ...], outcome: str = REFUSED, control: Template | None = None, situation: str | None = None,
        group: bool = False, faulty: list[Parameter] | None = None, certify: bool = True,
        kind: str = "refusal",
    ) -> Case:  # fmt: skip
        codes = (rule.code, *(code for code in also if code != rule.code))
        names = tuple(n for p in (faulty or ([parameter] if parameter else [])) for n in (p.name, *p.aliases))
        if group:
            names = operation.group
        due = tuple(Due(code, acceptable(self.contract.rules[code], operation, names), names) for code in codes)
        assumed = "assumed" in (operation.basis, parameter.basis if parameter else operation.basis)
        requirements = [rule.requirement]
        statuses = self.statuses(rule)
        about = self.contract.of_status(statuses[0]) if len(statuses) == 1 else None
        if about:
            requirements.append(about)
        if operation.safety != "read":
            requirements.append(self.contract.by_role("unchanged"))
        # What may be accepted changes a thing that is there: it must not meet a control of the same member.
        touched: set[str] = set()
        if outcome == EITHER:
            marked = None if group else with_mark(template, parameter.name if parameter else None)[1]
            at_fault = operation.group if group else (parameter.name,) if parameter else ()
            touched = {name for name in (*at_fault, marked, *written(template)) if name}
        subject = parameter.name if parameter else (situation or "body" if not group else "body")
        return Case(
            id=case_id(rule.code, operation.id, subject, variant),
            chapter="codes",
            kind=kind,
            requirements=tuple(filter(None, requirements)),
            template=template,
            expected=Expected(outcome, due, (), rule.requirement, parameters=operation.names),
            error_codes=codes,
            operation=operation.id,
            parameter=parameter.name if parameter else None,
            safety=operation.safety,
            control=control,
            clauses=_CLAUSES if operation.safety == "read" else _CLAUSES_OF_WRITES,
            assumed=assumed or (group and operation.group_basis == "assumed"),
            certify=certify,
            # What is there already is compared before and after: nobody may link or unlink it between.
            lock=LINKS if situation and {"deletes", "keyed"} & operation.effect.keys() else turns(operation, touched),
            options={"mark": not group},
        )

    def _lacking(self, rule: Rule) -> Case:
        return Case(
            id=case_id(rule.code, None, None, "nothing-to-ask"),
            chapter="codes",
            kind="refusal",
            requirements=(rule.requirement,),
            template=Template(None),
            expected=Expected(REFUSED, (Due(rule.code),), (), rule.requirement),
            error_codes=(rule.code,),
            untested=f"nothing that the profile states can earn {rule.code}; add {rule.lacking}",
        )

    def statuses(self, rule: Rule) -> tuple[int, ...]:
        """The statuses that a code may come with, or the one that the profile pins."""
        pinned = self.profile.status.get(rule.code)
        return (pinned,) if pinned is not None else rule.statuses

    def _codes(self, also: Any, parameter: Parameter | None) -> tuple[str, ...]:
        """The codes that a list such as `or` stands for: wildcards and `@parameter` written out."""
        found: list[str] = []
        for code in also:
            if code == ANY_OF_PARAMETER and parameter is not None:
                found += [rule.code for rule in self.contract.rules.values() if self._binds(rule, parameter)]
            elif code.endswith("*"):
                found += [each for each in self.contract.rules if each.startswith(code[:-1])]
            elif code in self.contract.rules:
                found.append(code)
        return tuple(dict.fromkeys(found))

    def _codes_of_absence(self) -> tuple[str, ...]:
        """The codes of what is lacking."""
        rules = self.contract.rules.values()
        return tuple(r.code for r in rules if any("absent" in v for t in r.triggers for v in t["variants"]))

    def _binds(self, rule: Rule, parameter: Parameter) -> bool:
        return any(
            "situation" not in trigger and fits(trigger["on"], parameter, facet)
            for trigger in rule.triggers
            for facet in parameter.facets
        )


def _asked(parameter: Parameter, on: Mapping[str, Any]) -> bool:
    """Whether a parameter is asked for a code: one that only a client library states is asked for stated lengths alone."""
    return "x-asked" not in parameter.traits or on.get("has") in ("minLength", "maxLength")


def _measures(rule: Rule) -> bool:
    return any(trigger["on"].get("has") in ("minLength", "maxLength") for trigger in rule.triggers)

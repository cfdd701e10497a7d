"""Derives the cases about error codes: contract x surface x profile.

Each trigger of each rule selects parameters by their traits; each of its variants makes one fault of each parameter that
it selects. What the code is called, what the parameter is called, and which operation has it plays no part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import jsonschema_rs

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
    turn_of,
)
from conformance.planning.requests import base, right, with_mark
from conformance.planning.values import MADE_UP, corpus, corrupted, stretched

ANY_OF_PARAMETER = "@parameter"


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
            for name, value, more in self._faults(variant, parameter, facet):
                if not _guarded(facet, value):
                    continue
                also = self._codes([*variant.get("or", ()), *more], parameter)
                may = bool({rule.code, variant.get("bound")} & set(parameter.trait("x-may") or ()))
                if "x-asked" in parameter.traits or (parameter.trait("x-location") and parameter.place == "query"):
                    # Its form is not known, or it names a place: what has the wrong length may be wrong in that as well.
                    vague = self._codes(variant.get("orIfVague", ()), parameter)
                    also = (*also, *(code for code in vague if not _measures(self.contract.rules[code])))
                optional_empty = variant.get("value", 0) == "" and variant.get("outcome") == EITHER
                if optional_empty:
                    also = (*also, *(c for c in self._codes([ANY_OF_PARAMETER], parameter) if c not in also))
                if parameter.required and optional_empty:
                    continue  # asked by the rule about required parameters
                wrong = base(operation, parameter).setting({parameter.key: value})
                yield self._case(
                    rule, operation, parameter, name, wrong, also,
                    outcome=EITHER if may or variant.get("outcome") == EITHER else REFUSED,
                    control=base(operation, parameter), situation=trigger.get("situation"),
                )  # fmt: skip

    def _faults(
        self, variant: Mapping[str, Any], parameter: Parameter, facet: Facet
    ) -> Iterator[tuple[str, Value | None, tuple[str, ...]]]:
        """Name, value and further codes of each fault that a variant makes of a parameter; None is absence."""
        name = variant.get("name", "")
        if variant.get("absent"):
            yield name, None, ()
        elif "corpus" in variant:
            for entry in corpus(variant["corpus"], self.contract.folder)["wrong"]:
                if parameter.place == "path" and not _sendable_in_path(entry["value"]):
                    continue
                yield entry["name"], literal(_typed(entry["value"], parameter)), tuple(entry.get("or", ()))
        elif "value" in variant:
            if variant["value"] == "" and parameter.is_list:
                yield name, literal(""), ()
            else:
                yield name, literal(variant["value"]), ()
        elif "madeUp" in variant or ("corrupt" in variant and facet.traits.get("enumeration")):
            made = variant.get("text") or _not_in_vocabulary(variant, facet)
            if made is not None:
                wrong = _in_list(made, variant.get("list"), parameter, facet)
                if wrong is not None:
                    yield name, literal(wrong), ()
        elif "corrupt" in variant:
            yield name, replace(right(parameter), how="corrupt", which=variant["corrupt"]), ()
        elif "unknown" in variant:
            which = ("place:" if "x-location" in facet.traits else "") + variant["unknown"]
            yield name, replace(right(parameter), how="unknown", which=which), ()
        elif "ahead" in variant:
            yield name, Value("ahead", literal=facet.traits["x-ahead"][variant["ahead"]] + variant["by"]), ()
        elif "bound" in variant:
            yield from self._beyond(variant, parameter, facet)
        elif "fact" in variant:
            form = right(parameter).form
            yield name, Value("fact", fact=variant["fact"], form=form, which=parameter.trait("x-location") or ""), ()
        elif "other" in variant:
            yield name, Value("fact", fact=variant["other"]), ()
        elif "deleted" in variant:
            yield name, Value("deleted", which=variant["deleted"]), ()

    def _beyond(
        self, variant: Mapping[str, Any], parameter: Parameter, facet: Facet
    ) -> Iterator[tuple[str, Value | None, tuple[str, ...]]]:
        bound, by = variant["bound"], variant["by"]
        limit = facet.traits.get(bound)
        if limit is None or (bound in ("minLength", "maxLength") and parameter.place == "path"):
            return
        if bound in ("minimum", "maximum"):
            yield variant["name"], literal(_typed(str(limit + by), parameter)), ()
        elif limit + by >= 1:
            yield variant["name"], literal(stretched(_sample(parameter), limit + by)), ()

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
        return self._case(rule, operation, None, variant["name"], template, (),
                          outcome=variant.get("outcome", REFUSED), control=base(operation),
                          situation=variant["name"], certify=False, kind="permission")  # fmt: skip

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
        written: set[str] = set()
        if outcome == EITHER and "updates" in operation.effect:
            marked = None if group else with_mark(template, parameter.name if parameter else None)[1]
            written = {name for name in (parameter.name if parameter else "", marked) if name}
        subject = parameter.name if parameter else (situation or "body" if not group else "body")
        return Case(
            id=case_id(rule.code, operation.id, subject, variant),
            chapter="codes",
            kind=kind,
            requirements=tuple(filter(None, requirements)),
            template=template,
            expected=Expected(
                outcome, due, (), rule.requirement, parameters=frozenset(p.name for p in operation.parameters)
            ),
            error_codes=codes,
            operation=operation.id,
            parameter=parameter.name if parameter else None,
            safety=operation.safety,
            control=control,
            clauses=(
                "status",
                "ErrorCode",
                "FieldName",
                "Message",
                *(("state",) if operation.safety != "read" else ()),
            ),
            assumed=assumed or (group and operation.group_basis == "assumed"),
            certify=certify,
            lock=LINKS
            if "deletes" in operation.effect and situation
            else " ".join(sorted(turn_of(operation, [name]) for name in written)),
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


def fits(selector: Mapping[str, Any], parameter: Parameter, facet: Facet) -> bool:
    """Whether a facet of a parameter has the traits that a selector names.

    `has` names a keyword that must be there; `not` is a selector that must not fit; null says that a trait is absent.
    """
    if "group" in selector or "operation" in selector:
        return False
    for key, wanted in selector.items():
        if key == "has":
            if facet.traits.get(wanted) is None:
                return False
        elif key == "not":
            if fits(wanted, parameter, facet):
                return False
        elif facet.traits.get(key) != wanted:
            return False
    return True


def operation_fits(selector: Mapping[str, Any], operation: Operation) -> bool:
    """Whether an operation reads, changes or takes what a selector names."""
    if "x-reads" in selector and selector["x-reads"] not in operation.reads.values():
        return False
    if "x-effect" in selector and any(operation.effect.get(k) != v for k, v in selector["x-effect"].items()):
        return False
    wanted = selector.get("parameter")
    return wanted is None or any(fits(wanted, p, facet) for p in operation.parameters for facet in p.facets)


def acceptable(rule: Rule, operation: Operation, faulty: tuple[str, ...]) -> tuple[str, ...]:
    """The names that FieldName may hold with a rule's code; none where the rule does not say."""
    if rule.field.names == "any":
        return ()
    if rule.field.names == "group":
        return operation.group
    if rule.field.names == "faulty":
        return faulty
    return tuple(
        name
        for selector in rule.field.names
        for parameter in operation.parameters
        if not isinstance(selector, str) and any(fits(selector, parameter, facet) for facet in parameter.facets)
        for name in (parameter.name, *parameter.aliases)
    )


def _not_in_vocabulary(variant: Mapping[str, Any], facet: Facet) -> str | None:
    known = [str(each) for each in (*facet.traits["enum"], *(facet.traits.get("x-unjudged") or ()))]
    folded = {each.casefold() for each in known}
    if "madeUp" in variant:
        return MADE_UP
    for each in known:
        made = corrupted(each, variant["corrupt"])
        if made and made.casefold() not in folded:
            return made
    return None


def _in_list(wrong: str, where: str | None, parameter: Parameter, facet: Facet) -> Any:
    """A wrong item alone, or among right ones; None where the parameter takes no list."""
    if where is None:
        return [wrong] if parameter.is_list else wrong
    if not parameter.is_list:
        return None
    known = [str(each) for each in facet.traits["enum"]]
    first, last = known[0], known[-1]
    return {"first": [wrong, first], "last": [first, wrong], "middle": [first, wrong, last]}[where]


def _sample(parameter: Parameter) -> str:
    return str(parameter.example) if isinstance(parameter.example, str) and parameter.example else "Conformance"


def _typed(text: str, parameter: Parameter) -> Any:
    """A number as a JSON number where the parameter stands in a body and the text is one."""
    if parameter.place != "body" or parameter.trait("type") not in ("integer", "number"):
        return text
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if number == number else text
    return text


def _sendable_in_path(text: str) -> bool:
    """Slashes and dot segments would name another path, and control characters may end with the HTTP server."""
    return bool(text) and "/" not in text and text.strip(".") != ""


def _guarded(facet: Facet, value: Value | None) -> bool:
    """Whether a wrong value is one that the facet speaks of."""
    if facet.guard is None or value is None or value.how != "literal":
        return facet.guard is None
    return bool(jsonschema_rs.is_valid(dict(facet.guard), value.literal))

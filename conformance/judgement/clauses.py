"""FieldName and Message clauses of a rule, judged in one answer that carries its code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.http.exchange import Exchange
from conformance.inputs.contract import Rule
from conformance.judgement.envelope import Reading
from conformance.judgement.wording import Violation, concatenates, either, shown, stands_in, wrong_fields
from conformance.planning.cases import Due, Expected

if TYPE_CHECKING:
    from conformance.judgement.judge import Judge


@dataclass(slots=True)
class Clauses:
    """What is wrong with one answer so far; `clauses` adds what the rule of its code says of names and words."""

    by: Judge
    expected: Expected
    exchange: Exchange
    answer: Reading
    index: int
    violations: list[Violation]

    def __init__(self, by: Judge, expected: Expected, exchange: Exchange, answer: Reading, index: int) -> None:
        self.by, self.expected, self.exchange, self.answer, self.index = by, expected, exchange, answer, index
        self.violations = []

    def add(self, requirement: str | None, clause: str, pointer: str, expected: str, actual: object) -> None:
        """Add a violation, one for each requirement and place; nothing where the contract has no such requirement."""
        if requirement and not any(v.requirement == requirement and v.pointer == pointer for v in self.violations):
            self.violations.append(Violation(requirement, clause, pointer, expected, shown(actual), self.index))

    def role(self, role: str) -> str:
        """The requirement with a role."""
        return self.by.contract.by_role(role)

    def clauses(self, rule: Rule, due: Due | None) -> None:
        """FieldName and Message, as the rule has them."""
        fields = [each for each in self.answer.fields if isinstance(each, str) and each.strip()]
        pointer = self.by.envelope.pointer("errors")
        names = due.names if due is not None else ()
        if rule.field.required and not fields and not self.blamed("errors", "field"):
            wanted = " and ".join(due.faulty[:1] if rule.field.names == "faulty" else due.names) if due else ""
            self.add(
                rule.requirement, "FieldName", pointer, f"FieldName: {wanted or 'the name of the parameter'}", None
            )
        elif fields and names:
            wrong = wrong_fields(fields, names, rule.field.form, self._other_names(rule.code))
            if wrong is not None:
                place = self.by.envelope.field_pointer(self.answer.fields.index(wrong))
                wanted = either(names) if rule.field.form == "exact" else " and ".join(names)
                self.add(rule.requirement, "FieldName", place, wanted, wrong)
                known = tuple(self.expected.parameters)
                if wrong not in known and (rule.field.form == "exact" or not concatenates(wrong, known)):
                    self.add(self.role("field"), "FieldName", place, wanted, wrong)
        if rule.message_names != "none" and isinstance(self.answer.message, str):
            self._message_names(rule, due, fields)

    def _message_names(self, rule: Rule, due: Due | None, fields: list[str]) -> None:
        message = self.answer.message or ""
        pointer = self.by.envelope.pointer("message")
        if self.blamed("message"):
            return
        if rule.message_names == "group":
            lost = [name for name in (due.names if due else ()) if not stands_in(name, message)]
            if lost:
                self.add(rule.requirement, "Message", pointer, f"a text that names {', '.join(lost)}", message)
            return
        names = list(due.faulty) if due is not None and due.faulty else self._plain(fields[:1])
        if names and not any(stands_in(name, message) for name in names):
            self.add(rule.requirement, "Message", pointer, f"a text that names {names[0]}", message)

    def _plain(self, names: list[str]) -> list[str]:
        """Without what is no parameter and no word: how a text quotes such a name is its own affair."""
        return [name for name in names if name in self.expected.parameters or name.replace("_", "").isalnum()]

    def _other_names(self, code: str) -> tuple[str, ...]:
        """The names that the other codes which are due may bring: several faults may come in several Errors."""
        return tuple(name for each in self.expected.due if each.code != code for name in (*each.names, *each.faulty))

    def blamed(self, *roles: str) -> bool:
        """Whether a requirement with one of the roles is broken already."""
        ids = {self.role(role) for role in roles}
        return any(v.requirement in ids for v in self.violations)

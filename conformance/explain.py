"""`conformance explain`: what a requirement, an error code or a case is about, and how to see it by hand."""

from __future__ import annotations

import argparse
import difflib
import shlex
import sys
from collections.abc import Iterator
from typing import Any

from conformance.errors import ConfigurationError
from conformance.http.credentials import Secrets
from conformance.http.exchange import LIMITED, NOBODY, OWNER, Request
from conformance.inputs.contract import Requirement, Rule
from conformance.judgement.verdict import Lacking, NotThere
from conformance.planning.cases import ACCEPTED, REFUSED, Case, Template, Value
from conformance.planning.requests import build
from conformance.putting.facts import Facts
from conformance.session.examination import Choices, Examination
from conformance.session.record import Recorder

#: Where `python -m conformance.reference` serves by itself.
URL = "http://127.0.0.1:8080"
_SHOWN = 8


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command."""
    parser.add_argument("id", help="a requirement, an error code, or the id of a case")
    parser.add_argument("--target-url", metavar="URL", help=f"where the curl line goes ({URL})")
    parser.add_argument("--target-profile", metavar="FILE", help="whose facts are used (the reference target's)")
    parser.add_argument("--target-spec", metavar="FILE", help="another OpenAPI 3 description")
    parser.add_argument("--target-contract", metavar="DIR", help="another error contract")


def run(options: argparse.Namespace) -> int:
    """Print the explanation; `ConfigurationError` names the nearest ids where there is no such one."""
    choices = Choices(
        profile=options.target_profile, spec=options.target_spec, contract=options.target_contract, seed=0
    )
    about = Explanation(Examination(choices), options.target_url)
    sys.stdout.write("\n".join(about.of(options.id)) + "\n")
    return 0


class Explanation:
    """Explains ids of one examination, whose target is never asked."""

    def __init__(self, examination: Examination, url: str | None = None) -> None:
        self.examination = examination
        self.contract = examination.contract
        self.facts = Facts.of(examination.profile)
        chosen = examination.choices
        given = {"url": url, "profile": chosen.profile, "spec": chosen.spec, "contract": chosen.contract}
        self.options = [f"--target-{name}={value}" for name, value in given.items() if value]
        url = url or examination.profile.url or URL
        vault, headers = examination.profile.vault, examination.profile.http.headers
        self.recorder = Recorder(self.contract, Secrets(vault, headers), url, "pytest", headers=headers)

    def of(self, id_: str) -> list[str]:
        """The lines about an id."""
        name = id_.strip()
        if name in self.contract.requirements:
            return self.requirement(self.contract.requirements[name])
        if name in self.contract.rules:
            return self.requirement(self.contract.requirements[self.contract.rules[name].requirement])
        if name in self.examination.cases:
            return self.case(self.examination.cases[name])
        known = [*self.contract.requirements, *self.contract.rules, *self.examination.cases]
        near = difflib.get_close_matches(name, known, 3, 0.5)
        raise ConfigurationError(f"there is no {name!r}" + (f"; near it are {', '.join(near)}" if near else ""))

    # A requirement

    def requirement(self, requirement: Requirement) -> list[str]:
        """Sentence, argument, clauses, and the cases that ask it."""
        lines = [requirement.id, "", *self._told(requirement)]
        rule = self.contract.rules.get(requirement.code or "")
        if rule is not None:
            lines += ["", "Rule", *_indented(self._rule(rule))]
        by = requirement.untestable or ", ".join(requirement.asked_by) or "its cases"
        lines += ["", "Asked by", *_indented([by])]
        cases = [case for case in self.examination.cases.values() if requirement.id in case.requirements]
        if cases:
            first = [case for case in cases if case.requirements[0] == requirement.id] or cases
            lines += ["", f"{len(cases):,} cases ask it, such as", *_indented(case.id for case in first[:_SHOWN])]
            lines += ["", f"The first of them: {first[0].id}", "", *self._put(first[0])]
        return lines

    def _told(self, requirement: Requirement) -> list[str]:
        lines = [f"{requirement.id} ({requirement.level}, {requirement.basis}; errors page, {requirement.cite})"]
        rule = self.contract.rules.get(requirement.code or "")
        arguments = dict.fromkeys([requirement.argument, rule.argument if rule else requirement.argument])
        return [*lines, *_indented([requirement.sentence, *arguments])]

    def _rule(self, rule: Rule) -> list[str]:
        return [f"{rule.code}: {rule.condition}", *self.clauses(rule, (), ())]

    def clauses(self, rule: Rule, names: tuple[str, ...], faulty: tuple[str, ...]) -> Iterator[str]:
        """What every answer with the code keeps."""
        statuses = self._statuses(rule)
        yield f"status     {_either(statuses)}"
        what = {"faulty": "the parameter at fault", "group": "the names of the group"}.get(str(rule.field.names), "")
        if not isinstance(rule.field.names, str):
            what = "a parameter that identifies the thing"
        if rule.field.form == "all-concatenated":
            what = f"all of {', '.join(names)}, concatenated" if names else "every name of the group, concatenated"
        elif names:
            what = _either(names)
        yield f"FieldName  {'required' if rule.field.required else 'optional'}" + (f": {what}" if what else "")
        named = {"none": "a short text", "faulty": "names the parameter at fault", "group": "names the whole group"}
        text = named.get(rule.message_names, rule.message_names)
        if faulty and rule.message_names == "faulty":
            text = f"names {_either(faulty)}"
        elif names and rule.message_names == "group":
            text = f"names {', '.join(names)}"
        yield f"Message    {text}"

    def _statuses(self, rule: Rule) -> tuple[int, ...]:
        pinned = self.examination.profile.status.get(rule.code)
        return (pinned,) if pinned is not None else rule.statuses

    # A case

    def case(self, case: Case) -> list[str]:
        """What a case asks, sends and expects."""
        lines = [case.id, "", "Asks"]
        for name in case.requirements:
            lines += _indented(self._told(self.contract.requirements[name]))
        if case.assumed:
            lines += ["", "The public pages do not state the constraint that this case rests on: it is assumed."]
        return [*lines, "", *self._put(case)]

    def _put(self, case: Case) -> list[str]:
        lines = ["Sent", *_indented(self._shown(case.template))]
        if case.control is not None:
            lines += ["", "Its control, the same without the fault, is to be accepted"]
            lines += _indented(self._shown(case.control))
        lines += ["", "Expected", *_indented(self._expected(case))]
        why = case.not_applicable or case.untested
        if why:
            lines += ["", "Not put to this target", *_indented([why])]
        request = self._request(case.template)
        if request is not None:
            lines += ["", "See it", f"    {self.recorder.curl(request)}"]
        return [*lines, "", "Run it alone", "    " + shlex.join(["pytest", *self.options, "-k", case.id])]

    def _request(self, template: Template) -> Request | None:
        """The request with sample facts; None where it cannot be known before the target is asked."""
        if template.operation is None and template.method is None:
            given = self.facts.values.get("server_error")
            if isinstance(given, dict):
                return Request(str(given["method"]), str(given["path"]), (("Accept", "application/json"),))
            return None
        return build(template, self._sample)

    def _sample(self, value: Value) -> Any:
        if value.how == "mark":
            return "ct0123456789"
        if value.how in ("made", "deleted"):
            return f"{'new' if value.how == 'made' else 'removed'}-{value.which}"  # the run makes one
        try:
            return self.facts.resolve(value, made_up=True)
        except (Lacking, NotThere):
            return f"some-{value.fact}"

    def _shown(self, template: Template) -> list[str]:
        request = self._request(template)
        if request is None:
            return ["what the profile names; the request is not known before the run"]
        lines = [f"{request.method} {request.target}", *(f"{name}: {value}" for name, value in request.headers)]
        names = {OWNER: "the owner's", LIMITED: "the limited ones", NOBODY: "none"}
        who, _, spoilt = request.credentials.partition(":")
        lines.append(f"credentials: {names.get(who, who)}" + (f", spoilt: {spoilt}" if spoilt else ""))
        if request.body:
            lines += ["", request.body[:2048].decode("utf-8", "backslashreplace")]
        return [self.recorder.secrets.redact(line) for line in lines]

    def _expected(self, case: Case) -> Iterator[str]:
        expected = case.expected
        if expected.outcome == ACCEPTED:
            yield "2xx: the request has no fault"
            return
        if expected.outcome != REFUSED:
            yield "a 2xx is right as well; otherwise"
        for index, due in enumerate(expected.due):
            if index:
                yield "or"
            yield f"ErrorCode  {due.code}"
            yield from self.clauses(self.contract.rules[due.code], due.names, due.faulty)
        if not expected.due:
            statuses = expected.statuses or self.contract.statuses.allowed
            yield f"status     {_either(statuses)}, in the envelope; which ErrorCode is not judged"
        if case.safety != "read":
            yield "and nothing is created, changed or removed"


def _either(values: Any) -> str:
    return " or ".join(map(str, values))


def _indented(lines: Any) -> list[str]:
    return [f"    {line}".rstrip() for line in lines]

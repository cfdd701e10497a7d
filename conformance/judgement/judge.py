"""Judges one exchange by the contract: pure, without clock, file or socket.

Blame goes from the outside in and stops where a layer is broken: an answer that is no JSON is not blamed for the
envelope that cannot be read from it, and one whose code is due to another fault is not held to the clauses of a code
that it should not carry. So one cause earns one blame.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from conformance.http.exchange import Exchange, Response
from conformance.inputs.contract import Contract
from conformance.judgement.clauses import Clauses
from conformance.judgement.envelope import Envelope, Reading
from conformance.judgement.wording import Violation, either, start
from conformance.planning.cases import ACCEPTED, REFUSED, Expected

#: Texts of so many characters and more are not kept.
_SHORT = 2000


class Judge:
    """The judgement of one contract, its schemas compiled once."""

    def __init__(self, contract: Contract, statuses: Mapping[str, int] | None = None) -> None:
        self.contract = contract
        self.envelope = Envelope(contract)
        self.pinned = statuses or {}
        self._internals = [re.compile(each) for each in contract.internals]
        self._media = re.compile(
            "|".join(
                [re.escape(each) for each in contract.media_types]
                + [r"[\w.!#$&^-]+/[\w.!#$&^+-]+" + re.escape(each) for each in contract.media_type_suffixes]
            ),
            re.IGNORECASE,
        )

        #: Most answers say what another one has said: what is in them is looked for once.
        self.internal = lru_cache(1024)(self.internal_in)

    def internal_in(self, text: str) -> str | None:
        """What a text tells of the inside of a server, where it tells any."""
        for pattern in self._internals:
            match = pattern.search(text)
            if match:
                return match.group(0)[:200]
        return None

    def statuses(self, code: str) -> tuple[int, ...]:
        """The statuses that a code may come with."""
        return (self.pinned[code],) if code in self.pinned else self.contract.rules[code].statuses

    def read(self, response: Response) -> Reading:
        """What a response says, as far as it can be read."""
        return self.envelope.read(response)

    def violations(self, expected: Expected, exchange: Exchange, index: int = 0) -> list[Violation]:
        """Everything that is wrong with the answer of an exchange, which has one."""
        response = exchange.response
        assert response is not None
        answer = self.read(response)
        found = _Found(self, expected, exchange, answer, index)
        found.judge()
        # What breaks a requirement comes before what is no more than advice.
        return sorted(found.violations, key=lambda each: not self.contract.is_must(each.requirement))

    def summary(self, exchange: Exchange) -> tuple[Any, ...]:
        """Status, code and field names: what must be the same for the same request."""
        assert exchange.response is not None
        answer = self.read(exchange.response)
        return exchange.response.status, answer.code, tuple(sorted(map(str, answer.fields)))


class _Found(Clauses):
    """The violations of one answer, as they are found; lives as long as one judgement."""

    def judge(self) -> None:
        response = self.exchange.response
        assert response is not None
        status = response.status
        if 200 <= status < 300:
            self._accepted(response)
        elif 300 <= status < 400:
            if self.expected.registered:
                self.add(self.role("statuses"), "status", "/status", self._statuses_text(), f"{status}, a redirect")
                self._wrong_status(status)
        elif self.expected.before_the_api and not self._of_the_api(status):
            self._before_the_api(status)
        else:
            self._refused(response)

    # What a 2xx says

    def _accepted(self, response: Response) -> None:
        strange = self.expected.before_the_api and not self.expected.registered
        if response.body and response.status != 204 and self.exchange.request.method != "HEAD" and not strange:
            self._json(response)
        refused = self.expected.outcome == REFUSED
        if self.answer.code in self.by.contract.rules or (refused and self.answer.has_envelope):
            # An error told with the status of a success: unsuccessful by its own word.
            self.add(self.role("statuses"), "status", "/status", self._statuses_text(), response.status)
            self._wrong_status(response.status)
            if self.expected.outcome == ACCEPTED:
                self._refused_control(response.status)
        if not refused:
            return
        wanted = self._due_text()
        self.add(self.expected.blame, "status", "/status", f"a refusal: {wanted}", f"{response.status}, a success")

    # What everything else says

    def _refused(self, response: Response) -> None:
        contract, status = self.by.contract, response.status
        if status not in contract.statuses.allowed:
            self.add(self.role("statuses"), "status", "/status", self._statuses_text(), status)
        if status >= 500:
            self._failed(status)
        if self.expected.outcome == ACCEPTED:
            self._refused_control(status)
        readable = self._json(response) and self._envelope()
        self._internals(response)
        self._challenge(response)
        if self.expected.outcome == ACCEPTED:
            return
        if self.expected.due:
            self._code(status, readable)
        else:
            if self.expected.statuses and status not in self.expected.statuses:
                self._wrong_status(status)
                self.add(self._blame_of_status(status), "status", "/status", either(self.expected.statuses), status)
            if readable:
                self._free_code(status)

    def _refused_control(self, status: int) -> None:
        said = f"{status} {self.answer.code or ''} {self.answer.message or ''}".strip()
        self.add(self.role("control"), "control", "/status", "2xx: the request has no fault", said)

    def _failed(self, status: int) -> None:
        failure = self.by.contract.statuses.failure
        about = self.by.contract.of_status(failure)
        if status != failure:
            if status not in self.by.contract.statuses.before_the_api:
                self.add(about, "status", "/status", f"{failure} for a failure of the server", status)
        elif self.expected.outcome != ACCEPTED and failure not in self.expected.statuses:
            others = either([each for each in self.by.contract.statuses.allowed if each != failure])
            due = self._due_text() if self._due_statuses() else others
            self.add(about, "status", "/status", f"no failure of the server: {due}", status)
            self._wrong_status(status)

    def _wrong_status(self, status: int) -> None:
        """Blame the requirements about the statuses that were due instead."""
        due = self._due_statuses()
        if len(due) == 1 and status != due[0]:
            self.add(self.by.contract.of_status(due[0]), "status", "/status", str(due[0]), status)
        elif len(due) > 1 and status >= 500:
            self.add(self.by.contract.of_status(due[0]), "status", "/status", either(due), status)

    def _json(self, response: Response) -> bool:
        requirement = self.role("json")
        if not response.body and self.exchange.request.method == "HEAD":
            return False
        media_type = response.header("content-type")
        fine = media_type is not None and self.by._media.fullmatch(media_type.split(";")[0].strip())
        if not fine:
            wanted = either(self.by.contract.media_types)
            self.add(requirement, "json", "/headers/content-type", f"{wanted}, or one that ends in +json", media_type)
        if self.answer.fault is not None:
            self.add(requirement, "json", "/body", "JSON data in UTF-8", f"{self.answer.fault}: {start(response.body)}")
            return False
        return True

    def _envelope(self) -> bool:
        """Judge the envelope; False where the code cannot be read from it."""
        broken = False
        for requirement, pointer, wanted, actual in self.by.envelope.violations(self.answer.document):
            self.add(requirement, "envelope", "/body" + pointer, wanted, actual)
            broken = broken or requirement in (self.role("envelope"), self.role("code-form"))
        return not broken

    def _code(self, status: int, readable: bool) -> None:
        due = {each.code: each for each in self.expected.due}
        blame = self.expected.blame
        statuses = self._due_statuses()
        if not readable:
            if status not in statuses:
                self._wrong_status(status)
                self.add(blame, "status", "/status", either(statuses), status)
            return
        code = self.answer.code
        if code is None or code not in due:
            blame = self._blame_by_status(status)
            self.add(blame, "ErrorCode", self.by.envelope.pointer("code"), either(list(due)), code)
            self._documented(code)
            of_that_code = self.by.statuses(code) if code is not None and code in self.by.contract.rules else ()
            if status not in statuses and status not in of_that_code:
                self._wrong_status(status)
                self.add(blame, "status", "/status", either(statuses), status)
            return
        rule = self.by.contract.rules[code]
        if status not in self.by.statuses(code):
            self._wrong_status(status)
            self.add(rule.requirement, "status", "/status", either(self.by.statuses(code)), status)
        self.clauses(rule, due[code])

    def _blame_by_status(self, status: int) -> str:
        """Whose rule is broken by a wrong code, where several codes are right: one that comes with this status."""
        fitting = [each.code for each in self.expected.due if status in self.by.statuses(each.code)]
        rules = self.by.contract.rules
        if not fitting or any(rules[code].requirement == self.expected.blame for code in fitting):
            return self.expected.blame
        return rules[fitting[0]].requirement

    def _blame_of_status(self, status: int) -> str:
        """What a status breaks where no code is due: one that the contract has is wrong only by its own requirement."""
        statuses = self.expected.blame == self.role("statuses") and status in self.by.contract.statuses.allowed
        return (self.by.contract.of_status(status) if statuses else None) or self.expected.blame

    def _free_code(self, status: int) -> None:
        """Where no code is due, one of the contract's own must still keep its own rule."""
        rule = self.by.contract.rules.get(self.answer.code or "")
        if rule is None:
            # The page gives no code for wrong credentials, nor for a failure: any word is right.
            if status not in (self.by.contract.statuses.credentials, self.by.contract.statuses.failure):
                self._documented(self.answer.code)
            return
        if self.expected.statuses and status not in self.expected.statuses:
            return  # blamed already, for the same status
        if status not in self.by.statuses(rule.code) and status != self.by.contract.statuses.credentials:
            self.add(rule.requirement, "status", "/status", either(self.by.statuses(rule.code)), status)
        self.clauses(rule, None)

    def _documented(self, code: str | None) -> None:
        if self.expected.documented and self.expected.registered and code not in self.by.contract.rules:
            pointer = self.by.envelope.pointer("code")
            self.add(self.role("documented"), "advice", pointer, "one of the documented codes", code)

    # Advice

    def _internals(self, response: Response) -> None:
        text = self.answer.text
        if text is None:
            return
        told = self.by.internal(text) if len(text) < _SHORT else self.by.internal_in(text[:65536])
        if told is not None:
            self.add(self.role("internals"), "advice", "/body", "a friendly text without internals", told)

    def _challenge(self, response: Response) -> None:
        name = self.by.contract.challenge
        if name and response.status == self.by.contract.statuses.credentials and response.header(name) is None:
            self.add(self.role("challenge"), "advice", f"/headers/{name.lower()}", "a challenge", None)

    def _of_the_api(self, status: int) -> bool:
        """Whether an answer is that of the API: a failure, or an envelope where the operation is one of its own."""
        statuses = self.by.contract.statuses
        own = self.expected.registered and self.answer.has_envelope and status not in statuses.before_the_api
        return own or status == statuses.failure

    def _before_the_api(self, status: int) -> None:
        """An HTTP server may refuse this by itself: whatever it says but a failure is worth a word at most."""
        told = self.answer.has_envelope or self.exchange.request.method == "HEAD"
        if status not in self.by.contract.statuses.allowed or not told:
            wanted = "one of the contract's statuses, in the envelope"
            self.add(self.role("before-the-api"), "advice", "/status", wanted, f"{status} from the HTTP server")

    # Words

    def _due_statuses(self) -> tuple[int, ...]:
        if self.expected.due:
            return tuple(dict.fromkeys(s for each in self.expected.due for s in self.by.statuses(each.code)))
        return self.expected.statuses

    def _due_text(self) -> str:
        statuses = either(self._due_statuses()) if self._due_statuses() else self._statuses_text()
        codes = [each.code for each in self.expected.due]
        return f"{statuses} with {either(codes)}" if codes else statuses

    def _statuses_text(self) -> str:
        return either(self.by.contract.statuses.allowed)

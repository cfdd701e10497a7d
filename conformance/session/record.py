"""Results as plain documents, which cross processes and are what reports are made of; and a failure as a letter.

Everything in a document has its secrets taken out already.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from typing import Any

from conformance.http.credentials import Secrets
from conformance.http.exchange import NOBODY, OWNER, Exchange, Headers, Request, text_of
from conformance.inputs.contract import Contract
from conformance.inputs.profile import PASSWORD, TOKEN, USERNAME
from conformance.judgement.verdict import ADVICE, FAIL, Result, Step
from conformance.judgement.wording import Violation
from conformance.report.text import printable

#: What a letter shows of a body, and what a document keeps of one, in bytes.
LETTER_BOUND, DOCUMENT_BOUND = 2048, 65536


class Recorder:
    """Turns results into documents, for one run."""

    def __init__(
        self, contract: Contract, secrets: Secrets, url: str, rerun: str, exchanges: bool = True, headers: Headers = ()
    ) -> None:
        """`exchanges`: whether documents hold the exchanges, which cost more than all the rest; `headers`: sent with each."""
        self.contract = contract
        self.secrets = secrets
        self.url = url.rstrip("/")
        self.rerun = rerun
        self.exchanges = exchanges
        self.headers = headers

    def document(self, result: Result, node: str) -> dict[str, Any]:
        """The document of a result; see `schemas/meta/certificate.json` for what becomes of it."""
        case = result.case
        tells = result.verdict in (FAIL, ADVICE)
        return {
            "case": case.id,
            "chapter": case.chapter,
            "node": node,
            "requirements": case.requirements,
            "error_codes": case.error_codes,
            "operation": case.operation,
            "parameter": case.parameter,
            "safety": case.safety,
            "verdict": result.verdict,
            "reason": self.secrets.redact(result.reason),
            "certify": case.certify,
            "assumed": case.assumed,
            "clauses": case.clauses,
            "violations": [self._violation(each) for each in result.violations],
            "exchanges": [self._exchange(step) for step in result.steps] if self.exchanges else [],
            "letter": self.letter(result) if tells else "",
            "curl": self._curl_of(result) if tells else "",
            "rerun": self._rerun(result) if tells or self.exchanges else "",
            "requests": len(result.steps) if result.requests < 0 else result.requests,
            "seed": result.seed,
        }

    def _violation(self, violation: Violation) -> dict[str, Any]:
        return {
            "requirement": violation.requirement,
            "clause": violation.clause,
            "pointer": violation.pointer,
            "expected": self.secrets.redact(violation.expected),
            "actual": self.secrets.redact_cut(violation.actual),
            "exchange": violation.exchange,
        }

    def _exchange(self, step: Step) -> dict[str, Any]:
        request, response, fault = step.exchange.request, step.exchange.response, step.exchange.fault
        return {
            "label": step.label,
            "request": {
                "method": request.method,
                "target": self.secrets.redact(request.target),
                "headers": [list(pair) for pair in self.secrets.redact_headers(request.headers)],
                "body": text_of(self._kept(request.body)),
                "credentials": request.credentials,
            },
            "response": None
            if response is None
            else {
                "status": response.status,
                "reason": self.secrets.redact(response.reason),
                "headers": [list(pair) for pair in self.secrets.redact_headers(response.headers)],
                "body": text_of(self._kept(response.body)),
                "truncated": response.truncated or len(response.body) > DOCUMENT_BOUND,
            },
            "fault": None if fault is None else {"kind": fault.kind, "message": self.secrets.redact(fault.message)},
            "started": step.exchange.started,
            "elapsed": step.exchange.elapsed,
        }

    def _kept(self, body: bytes, bound: int = DOCUMENT_BOUND) -> bytes:
        """The beginning of a body; secrets go before it is cut, so that no half of one is left."""
        return self.secrets.redact_bytes(body[: bound + LETTER_BOUND])[:bound]

    # The letter

    def letter(self, result: Result) -> str:
        """A failure for a person: the rule, what was sent, what is wrong, what came back, and how to see it again."""
        case = result.case
        lines = [case.id, ""]
        told: list[str] = []
        for violation in result.violations:
            if violation.requirement not in told:
                told.append(violation.requirement)
        for name in told:
            requirement = self.contract.requirements[name]
            lines.append(f"{name} ({requirement.level}, {requirement.basis}; errors page, {requirement.cite})")
            lines.append(f"    {requirement.sentence}")
        if case.assumed:
            lines += ["", "The public pages do not state the constraint that this case rests on: it is assumed."]
        for index in sorted({violation.exchange for violation in result.violations}):
            step = result.steps[index] if index < len(result.steps) else None
            if step is None:
                continue
            lines += ["", f"Sent ({step.label})", *_indented(self._sent(step.exchange.request))]
            lines += ["", "Wrong"]
            for each in result.violations:
                if each.exchange == index:
                    lines.append(f"    {each.pointer}  [{each.requirement}]")
                    lines.append(f"        expected  {each.expected}")
                    lines.append(f"        received  {self.secrets.redact_cut(each.actual)}")
            lines += ["", "Received", *_indented(self._received(step.exchange))]
        others = [step for i, step in enumerate(result.steps) if i not in {v.exchange for v in result.violations}]
        if others:
            lines += ["", "Sent beside it"]
            lines += [f"    {s.label}: {s.exchange.request.method} {s.exchange.request.target} -> {_status(s.exchange)}"
                      for s in others[:6]]  # fmt: skip
        lines += ["", "See it again", f"    {self._curl_of(result)}", f"    {self._rerun(result)}"]
        if result.seed is not None:
            lines.append(f"    seed {result.seed}")
        # One line stays one line, and nothing in it can command a terminal.
        return self.secrets.redact("\n".join(printable(each) for each in lines))

    def _sent(self, request: Request) -> list[str]:
        lines = [f"{request.method} {request.target}"]
        lines += [f"{name}: {value}" for name, value in request.headers]
        lines.append(
            "credentials: " + {OWNER: "the owner's", NOBODY: "none"}.get(request.credentials, request.credentials)
        )
        return lines + (["", *_text(request.body, len(request.body))] if request.body else [])

    def _received(self, exchange: Exchange) -> list[str]:
        response = exchange.response
        if response is None:
            return [exchange.fault.message if exchange.fault else "nothing"]
        lines = [f"{response.status} {response.reason}".rstrip()]
        lines += [f"{name}: {value}" for name, value in response.headers if name.lower() not in _DULL]
        return lines + (
            ["", *_text(self._kept(response.body, LETTER_BOUND + 1), len(response.body), response.truncated)]
            if response.body
            else ["", "(no body)"]
        )

    def _curl_of(self, result: Result) -> str:
        index = result.violations[0].exchange if result.violations else 0
        if index >= len(result.steps):
            return ""
        return self.secrets.redact(self.curl(result.steps[index].exchange.request))

    def curl(self, request: Request) -> str:
        """A shell line that sends the request again, its credentials taken from the environment.

        What curl would add by itself is left out, and nothing in the target is taken for a pattern.
        """
        words = ["curl", "-sS", "-i"]
        if request.method == "HEAD":
            words.append("--head")
        elif request.method != "GET" or request.body:
            words += ["-X", shlex.quote(request.method)]
        line = " ".join(words)
        if request.credentials != NOBODY:
            line += self._shown_credentials(request.credentials)
        further = [(name, value) for name, value in self.headers if request.header(name) is None]
        for name, value in (*request.headers, *further):
            line += " -H " + _quoted_octets(f"{name}: {value}" if value else f"{name};")
        for name in ("Accept", *(["Content-Type"] if request.body else [])):
            if request.header(name) is None:
                line += f" -H {name}:"
        if request.body:
            # A body that begins with @ would be taken for the name of a file.
            line += " --data-raw " if request.body.startswith(b"@") else " --data-binary "
            line += _quoted(request.body[:LETTER_BOUND].decode("utf-8", "surrogateescape"))
        pattern = " -g" if any(c in "[]{}" for c in request.target) else ""
        line += f"{pattern} --path-as-is {_quoted_octets(self.url + request.target)}"
        cut = f"  # the body is cut: {len(request.body)} bytes in all" if len(request.body) > LETTER_BOUND else ""
        return line + cut

    def _shown_credentials(self, name: str) -> str:
        """The option that sends credentials, which are read from variables of the environment."""
        who, _, spoiling = name.partition(":")
        ending = "" if who == OWNER else f"_{who.upper()}"
        spoilt = "-spoilt" if spoiling else ""
        if who in self.secrets.lines:
            # The name of a field may hold signs that a shell takes for its own.
            line = "".join(f"\\{c}" if c in "$`" else c for c in self.secrets.lines[who])
            return f' -H "{line}${TOKEN}{ending}{spoilt}"'
        return f' -u "${USERNAME}{ending}:${PASSWORD}{ending}{spoilt}"'

    def _rerun(self, result: Result) -> str:
        seed = f" --hypothesis-seed={result.seed}" if result.seed is not None else ""
        return f"{self.rerun} -k {shlex.quote(result.case.id)}{seed}"


_DULL = ("date", "server", "connection", "keep-alive", "content-length", "transfer-encoding")


def _status(exchange: Exchange) -> str:
    return str(exchange.response.status) if exchange.response else "no answer"


def _text(body: bytes, size: int, more: bool = False) -> list[str]:
    cut = body[:LETTER_BOUND]
    text = cut.decode("utf-8", "backslashreplace")
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False) if len(body) <= LETTER_BOUND else text
    except (ValueError, RecursionError):
        pass
    lines = ["".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
             for line in text.splitlines()] or ["(blank)"]  # fmt: skip
    said = f"more than {size} bytes" if more else f"{size} bytes in all"
    return lines + ([f"... cut; {said}"] if size > LETTER_BOUND else [])


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}".rstrip() for line in lines]


def _quoted(text: str) -> str:
    """A shell word; what is not printable is written as an escape that bash reads."""
    if text.isprintable():
        return shlex.quote(text)
    escaped = "".join(
        c if c.isprintable() and c not in "\\'" else "\\'" if c == "'" else "\\\\" if c == "\\" else _octets(c)
        for c in text
    )
    return f"$'{escaped}'"


def _quoted_octets(text: str) -> str:
    """The same for text each of whose characters stands for one byte."""
    if text.isascii():
        return _quoted(text)
    return _quoted(text.encode("latin-1", "replace").decode("ascii", "surrogateescape"))


def _octets(c: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in c.encode("utf-8", "surrogateescape"))

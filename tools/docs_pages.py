"""Writes what is generated in docs/: `python -m tools.docs_pages`; with --verify it only says what is out of date.

A page for each requirement, the tables of requirements and of a profile's keys, and the lists of readings.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.data import FIXTURES
from conformance.explain import Explanation
from conformance.inputs.contract import Requirement
from conformance.liars import liars
from conformance.session.examination import Choices, Examination
from tools.count_codes import table
from tools.docs_profile import keys

DOCS = Path(__file__).resolve().parents[1] / "docs"
FOLDER = "requirements"
NOTE = "<!-- Written by `python -m tools.docs_pages`; change schemas/ or fixtures/ instead. -->"
#: So many of each are shown on a page.
CASES, LIARS, BODY = 6, 12, 1200
LEVELS = {"must": "must be kept", "advice": "advice: breaking it makes no target fail"}
BASES = {
    "stated": "The errors page says so.",
    "derived": "It follows from the errors page, by the argument below.",
    "ambiguous": "The errors page can be read in more than one way. Each is accepted, unless the profile pins one.",
}


class Pages:
    """The generated pages, by their path below docs/."""

    def __init__(self) -> None:
        self.examination = Examination(Choices(seed=0))
        self.contract = self.examination.contract
        self.explanation = Explanation(self.examination)
        self.liars = liars()

    def all(self) -> Iterator[tuple[str, str]]:
        """Path and text of each page."""
        for requirement in self.contract.requirements.values():
            yield f"{FOLDER}/{requirement.id}.md", _text(self.page(requirement))
        yield f"{FOLDER}/index.md", _text(self.index())
        for name, parts in {
            "readings.md": {"readings": [f"- {each}" for each in self.contract.readings]},
            "profile.md": {"keys": list(keys())},
        }.items():
            text = (DOCS / name).read_text("utf-8")
            for part, lines in parts.items():
                text = filled(text, part, lines)
            yield name, text

    def index(self) -> Iterator[str]:
        """The table of all requirements."""
        yield from ("# Requirements", NOTE)
        count = len(self.contract.requirements)
        yield (
            f"All {count} sentences that a target keeps or breaks: *Basis* says where each comes from: *stated* on the "
            "errors page, *derived* from it, or *ambiguous*: each reading is accepted then, unless the profile pins one."
        )
        rows = ["| requirement | level | basis | sentence |", "|---|---|---|---|"]
        for each in self.contract.requirements.values():
            rows.append(f"| [{each.id}]({each.id}.md) | {each.level} | {each.basis} | {_plain(each.sentence)} |")
        yield "\n".join(rows)
        yield "## How many cases ask each code"
        yield (
            "Of the cases against the reference target that are about one code; pairs of faults, drawn values and sequences "
            "come on top. Those that *accept this code alone* have one right answer. What is about state needs a "
            "situation in the target, of which there are not many."
        )
        yield table(self.examination)

    def page(self, requirement: Requirement) -> Iterator[str]:
        """All that is known of one requirement."""
        yield from (f"# {requirement.id}", NOTE, f"**{requirement.sentence}**")
        yield f"{LEVELS[requirement.level].capitalize()}. Errors page, section *{requirement.cite}*."
        rule = self.contract.rules.get(requirement.code or "")
        yield from ("## Why", f"{BASES[requirement.basis]} {requirement.argument}")
        if rule is not None and rule.argument != requirement.argument:
            yield rule.argument
        if rule is not None:
            clauses = "\n".join(self.explanation.clauses(rule, (), ()))
            yield from ("## The rule", f"Condition: {rule.condition}", _block(clauses))
            yield f"The rule is the file `schemas/codes/{rule.code}.json`."
        yield "## What asks it"
        if requirement.untestable:
            yield requirement.untestable
        if requirement.asked_by:
            yield f"Asked by: {', '.join(requirement.asked_by)}."
        first = [case.id for case in self.examination.cases.values() if case.requirements[0] == requirement.id]
        if first:
            yield "Cases that are about it first of all, such as"
            yield "\n".join(f"- `{each}`" for each in first[:CASES])
            yield f"`conformance explain {first[0]}` shows what is sent."
        yield from self.examples(requirement)
        yield from self.its_liars(requirement)

    def examples(self, requirement: Requirement) -> Iterator[str]:
        """Exchanges that keep it and that break it."""
        path = FIXTURES / "examples" / f"{requirement.id}.json"
        if not path.is_file():
            return
        document = json.loads(path.read_text("utf-8"))
        for part, title in (("keeps", "Answers that keep it"), ("breaks", "Answers that break it")):
            yield f"## {title}"
            for each in document[part]:
                yield f"**{each['name']}.** {each['why']}"
                wrong = each.get("violates", [])
                indexes = sorted({one.get("exchange", 0) for one in wrong}) or [len(each["exchanges"]) - 1]
                for index in indexes:
                    yield _block("\n".join(_exchange(each["exchanges"][index])))
                broken = [f"`{one['pointer']}` breaks `{one['requirement']}`" for one in wrong]
                if broken:
                    yield f"{'; '.join(broken)}."

    def its_liars(self, requirement: Requirement) -> Iterator[str]:
        """The targets that are wrong on purpose and break it."""
        found = [each for each in self.liars.values() if requirement.id in each.breaks]
        if not found:
            return
        yield "## Its liars"
        yield f"{len(found)} targets break it on purpose" + (", such as" if len(found) > LIARS else ":")
        families: dict[str, list[Any]] = {}
        for each in found:
            families.setdefault(each.family, []).append(each)
        shown: list[Any] = []
        while len(shown) < min(LIARS, len(found)):
            for family in families.values():
                if family and len(shown) < LIARS:
                    shown.append(family.pop(0))
        yield "\n".join(f"- `{each.id}`: {each.sentence}" for each in shown)


def _exchange(exchange: Mapping[str, Any]) -> Iterator[str]:
    request, response = exchange["request"], exchange["response"]
    yield f"{request['method']} {request['target']}"
    for name, value in request.get("headers", {}).items():
        yield f"{name}: {value}"
    if request["credentials"] != "owner":
        yield f"credentials: {request['credentials']}"
    if "body" in request:
        yield from ("", *_body(request["body"]))
    yield from ("", f"{response['status']}")
    for name, value in response.get("headers", {}).items():
        yield f"{name}: {value}"
    if "body" in response:
        yield from ("", *_body(response["body"]))


def _body(body: Any) -> list[str]:
    text = body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)
    shown = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)
    return (shown if len(shown) <= BODY else f"{shown[:BODY]}\n... ({len(shown):,} characters)").split("\n")


def _block(text: str) -> str:
    return f"```text\n{text}\n```"


def _plain(text: str) -> str:
    return text.replace("|", "\\|")


def _text(parts: Iterator[str]) -> str:
    return "\n\n".join(parts) + "\n"


def filled(text: str, name: str, lines: Sequence[str]) -> str:
    """A page with the lines between its marks `<!-- generated: name -->` and `<!-- end -->`."""
    pattern = rf"(<!-- generated: {name} -->\n).*?(\n<!-- end -->)"
    made = "\n".join(["", *lines, ""])
    text, count = re.subn(pattern, lambda found: f"{found[1]}{made}{found[2]}", text, flags=re.DOTALL)
    if count != 1:
        raise LookupError(f"there is no place for {name}")
    return text


def stale() -> list[tuple[Path, str | None]]:
    """Files that are not as they would be written now, with their right text; None where a file should not be."""
    right = {DOCS / name: text for name, text in Pages().all()}
    found: list[tuple[Path, str | None]] = [
        (path, text) for path, text in right.items() if not path.is_file() or path.read_text("utf-8") != text
    ]
    return found + [(path, None) for path in sorted((DOCS / FOLDER).glob("*.md")) if path not in right]


def main(arguments: Sequence[str]) -> int:
    verify = list(arguments) == ["--verify"]
    found = stale()
    for path, text in found:
        print(f"{'out of date' if verify else 'written'}: {path.relative_to(DOCS.parent)}")
        if verify:
            continue
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return int(verify and bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

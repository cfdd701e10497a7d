"""Reads the list of known defects that people keep by hand: a TOML file of `[[expect]]` tables."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from conformance.errors import ConfigurationError
from conformance.inputs.documents import hold_against
from conformance.report import tally
from conformance.report.files import read_text


@dataclass(frozen=True, slots=True)
class Expectation:
    """One known defect: a case or a pattern of cases, the verdict it has, why, and until when that is excused."""

    number: int
    case: str
    verdict: str
    reason: str
    issue: str = ""
    expires: date | None = None

    def matches(self, case: str) -> bool:
        """Whether it is about a case; `*` stands for any characters, `?` for one."""
        return case == self.case or fnmatchcase(case, self.case)

    def expired(self, today: date | None) -> bool:
        """Whether its last day has passed."""
        return today is not None and self.expires is not None and self.expires < today


def read(path: Path) -> tuple[Expectation, ...]:
    """The entries of a file."""
    text = read_text(path)
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError(
            f"{path}: this is no certificate, no JUnit file and no TOML list of known defects: {error}"
        ) from None
    hold_against(_plain(document), "baseline.json", path)
    return tuple(_entry(number, each, path) for number, each in enumerate(document["expect"], 1))


def _entry(number: int, table: dict[str, Any], path: Path) -> Expectation:
    expires = table.get("expires")
    if isinstance(expires, str):
        try:
            expires = date.fromisoformat(expires)
        except ValueError:
            raise ConfigurationError(
                f"{path}: at /expect/{number - 1}/expires: {expires!r} is not a day; write it as 2030-12-31"
            ) from None
    elif isinstance(expires, datetime):
        expires = expires.date()
    return Expectation(
        number, table["case"], table.get("verdict", tally.FAIL), table["reason"], table.get("issue", ""), expires
    )


def _plain(value: Any) -> Any:
    """TOML knows days, JSON Schema does not: they become text."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if hasattr(value, "isoformat") else value

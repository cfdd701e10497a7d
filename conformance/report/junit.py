"""Reads the JUnit XML that a run has written.

The file may come from anywhere, so it is read with expat alone: no document type, no entities, a bound on size and
depth. Only the verdicts and what they break are kept; bodies of a megabyte pass by.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from conformance.errors import ConfigurationError
from conformance.report import tally
from conformance.report.files import read_bytes

_DEEPEST = 32
_LARGEST = 1 << 29
_CHILDREN = {"failure": tally.FAIL, "error": tally.ERROR, "skipped": tally.UNTESTED}


@dataclass(frozen=True, slots=True)
class Known:
    """What a file says of one case."""

    verdict: str
    violated: tuple[str, ...] = ()


@dataclass(slots=True)
class _Testcase:
    properties: list[tuple[str, str]] = field(default_factory=list)
    child: str = ""
    message: str = ""

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.properties if key == name]

    def verdict(self) -> str:
        """By the property; by the element where a tool has dropped the properties' values."""
        named = self.values("verdict")
        if self.child in ("failure", "error") and _CHILDREN[self.child] not in named:
            return _CHILDREN[self.child]
        if named and named[-1] in tally.VERDICTS:
            return named[-1]
        if self.child == "skipped" and self.message.startswith(tally.NOT_APPLICABLE):
            return tally.NOT_APPLICABLE
        return _CHILDREN.get(self.child, tally.PASS)


class _Reader:
    """Follows the elements of one file."""

    def __init__(self) -> None:
        self.found: dict[str, Known] = {}
        self.testcases = 0
        self._testcase: _Testcase | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition("}")[2]
        if name == "testcase":
            self._testcase = _Testcase()
            self.testcases += 1
        elif self._testcase is not None and name == "property":
            self._testcase.properties.append((attributes.get("name", ""), attributes.get("value", "")))
        elif self._testcase is not None and name in _CHILDREN and self._testcase.child != "failure":
            self._testcase.child, self._testcase.message = name, attributes.get("message", "")

    def end(self, name: str) -> None:
        if name.rpartition("}")[2] == "testcase" and self._testcase is not None:
            for case in self._testcase.values("case"):
                self._keep(case, Known(self._testcase.verdict(), tuple(self._testcase.values("violated"))))
            self._testcase = None

    def _keep(self, case: str, new: Known) -> None:
        """A case that comes twice, as one whose clean-up failed as well, counts with the worse of the two."""
        old = self.found.get(case)
        if old is not None:
            worse = min(old.verdict, new.verdict, key=tally.WORST_FIRST.index)
            new = Known(worse, tuple(dict.fromkeys((*old.violated, *new.violated))))
        self.found[case] = new


def read(path: Path) -> dict[str, Known]:
    """Each case of a JUnit file with its verdict and what it found broken."""
    return read_data(read_bytes(path, _LARGEST), path)


def read_data(data: bytes, path: Path) -> dict[str, Known]:
    """The same for a file that was read already."""
    reader = _Reader()
    _feed(data, path, reader.start, reader.end, None)
    if not reader.found:
        why = "no testcase has the property 'case'" if reader.testcases else "it has no testcase"
        raise ConfigurationError(f"{path}: this is no JUnit report of a conformance run: {why}")
    return reader.found


def tree(path: Path) -> ET.Element:
    """A JUnit file as elements, read with the same care."""
    builder = ET.TreeBuilder()
    _feed(read_bytes(path, _LARGEST), path, builder.start, builder.end, builder.data)
    root = builder.close()
    assert isinstance(root, ET.Element)
    if root.tag not in ("testsuites", "testsuite"):
        raise ConfigurationError(f"{path}: this is no JUnit report: its root is {root.tag!r}")
    return root


def _feed(data: bytes, path: Path, start: Any, end: Any, text: Any) -> None:
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _Hostile(f"elements stand more than {_DEEPEST} deep")
        start(name, attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    def doctype(*_: Any) -> None:
        raise _Hostile("it declares a document type, which no JUnit report needs")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = doctype
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except _Hostile as error:
        raise ConfigurationError(f"{path}: this XML is not read: {error}") from None
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ConfigurationError(f"{path}: this is not XML: {error}") from None


class _Hostile(Exception):
    """The file is of a kind that no test run writes."""

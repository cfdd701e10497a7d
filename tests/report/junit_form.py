"""Holds JUnit files against `junit.xsd`, and counts what stands in them."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from functools import cache
from pathlib import Path

from lxml import etree

SCHEMA = Path(__file__).with_name("junit.xsd")
#: Of what one finds in a testcase, the attribute that counts it.
COUNTED = {"failure": "failures", "error": "errors", "skipped": "skipped"}


@cache
def _schema(strict: bool) -> etree.XMLSchema:
    document = etree.parse(str(SCHEMA))
    if strict:
        (beyond,) = document.xpath("//*[@id='beyond-the-strict-form']")
        beyond.getparent().remove(beyond)
    return etree.XMLSchema(document)


def parsed(source: Path | str):
    """A file, or a text, as elements; letters with bodies in them are large."""
    parser = etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True)
    if isinstance(source, Path):
        return etree.parse(str(source), parser).getroot()
    return etree.fromstring(source.encode(), parser)


def faults(root, strict: bool = False) -> list[str]:
    """Where a file departs from the form, or from the strict one."""
    schema = _schema(strict)
    schema.validate(root)
    return [f"{each.line}: {each.message}" for each in schema.error_log]


def without_properties(root):
    """The file without what the strict form does not have."""
    root = deepcopy(root)
    for each in root.xpath("//testcase/properties"):
        each.getparent().remove(each)
    return root


def outcomes(element) -> Counter[str]:
    """How many testcases are below an element, and how many of each outcome."""
    found = Counter(tests=0, failures=0, errors=0, skipped=0)
    for testcase in element.iter("testcase"):
        found["tests"] += 1
        found.update(name for tag, name in COUNTED.items() if testcase.find(tag) is not None)
    return found


def stated(element) -> dict[str, int]:
    """The counts that an element states."""
    return {name: int(element.get(name)) for name in ("tests", *COUNTED.values()) if element.get(name) is not None}


def names(root) -> list[tuple[str | None, str | None]]:
    """Class and name of each testcase."""
    return [(each.get("classname"), each.get("name")) for each in root.iter("testcase")]


def verdicts(root) -> dict[str, str]:
    """The verdict of each case by the properties."""
    found = {}
    for testcase in root.iter("testcase"):
        pairs = {each.get("name"): each.get("value") for each in testcase.iter("property")}
        found[pairs["case"]] = pairs["verdict"]
    return found

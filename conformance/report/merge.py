"""Merges the reports of the shards of a run into what one run would have given.

A shard that is missing, one that is there twice, and a case that two shards have both run are said; shards of
different targets, contracts or seeds are not merged at all.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conformance.errors import ConfigurationError
from conformance.report import junit, tally
from conformance.report.certificate import assemble
from conformance.report.har import HarWriter, entries_of
from conformance.report.tally import Document

#: What shards of one run have in common.
_EQUAL = ("target", "suite", "digests", "seed", "effort", "allow", "certify", "unsupported")


@dataclass(frozen=True, slots=True)
class Merged:
    """The certificate of the whole, and what stands in the way of calling it that."""

    certificate: dict[str, Any]
    problems: tuple[str, ...]


def certificates(named: Mapping[str, Document]) -> Merged:
    """Merge certificates, given by the names of their files."""
    if not named:
        raise ConfigurationError("there is no certificate to merge")
    (first_name, first), *others = named.items()
    for name, each in others:
        for key in _EQUAL:
            if _told_apart(each.get(key)) != _told_apart(first.get(key)):
                mend = "; give --hypothesis-seed to all shards or to none" if key == "seed" else ""
                raise ConfigurationError(f"{name} and {first_name} are not of one run: {key!r} differs{mend}")
    problems = [*_shards(named), *_overlaps(named)]
    rows: dict[str, Document] = {}
    for each in named.values():
        for row in each["cases"]:
            known = rows.get(row["case"])
            if known is None or _rank(row) < _rank(known):
                rows[row["case"]] = row
    run = {
        **{key: value for key, value in first.items() if key not in ("cases", "requirements", "codes")},
        "facts": {key: value for each in reversed(list(named.values())) for key, value in each["facts"].items()},
        "requests": sum(each["requests"] for each in named.values()),
        "wall": max(each["wall"] for each in named.values()),
        "started": min(each["started"] for each in named.values()),
        "interrupted": any(each["interrupted"] for each in named.values()),
        "selected": any(each["selected"] for each in named.values()) or bool(problems and _incomplete(named)),
        "left_over": [text for each in named.values() for text in each["left_over"]],
        "shard": None,
    }
    ordered = [rows[case] for case in sorted(rows)]
    return Merged(assemble(run, ordered, first["requirements"], list(first["codes"])), tuple(problems))


def _told_apart(value: Any) -> Any:
    """A value without what says nothing: on which port of its own machine each shard has found its target."""
    if not isinstance(value, Mapping) or "url" not in value:
        return value
    try:
        parts = urlsplit(str(value["url"]))
    except ValueError:
        return value
    local = parts.hostname in ("localhost", "::1") or (parts.hostname or "").startswith("127.")
    return {**value, "url": (parts.scheme, parts.path)} if local else value


def _rank(row: Document) -> int:
    return tally.WORST_FIRST.index(row["verdict"])


def _incomplete(named: Mapping[str, Document]) -> bool:
    """Whether a shard is missing: then the whole left something out."""
    shards = [each["shard"] for each in named.values()]
    if any(each is None for each in shards):
        return False
    of = max(each[1] for each in shards)
    return {each[0] for each in shards if each[1] == of} != set(range(1, of + 1))


def _shards(named: Mapping[str, Document]) -> Iterable[str]:
    seen: dict[int, str] = {}
    sizes = {each["shard"][1] for each in named.values() if each["shard"]}
    for name, each in named.items():
        if not each["shard"]:
            yield f"{name} is no shard but a whole run"
            continue
        number = each["shard"][0]
        if number in seen:
            yield f"shard {number} is there twice: {seen[number]} and {name}"
        seen.setdefault(number, name)
    if len(sizes) > 1:
        yield f"the shards are cut differently: into {', '.join(str(each) for each in sorted(sizes))}"
    elif sizes:
        missing = sorted(set(range(1, max(sizes) + 1)) - seen.keys())
        if missing:
            yield f"missing of {max(sizes)}: shard {', '.join(str(each) for each in missing)}"


def _overlaps(named: Mapping[str, Document]) -> Iterable[str]:
    where: dict[str, str] = {}
    both: dict[tuple[str, str], list[str]] = {}
    for name, each in named.items():
        for row in each["cases"]:
            other = where.setdefault(row["case"], name)
            if other != name:
                both.setdefault((other, name), []).append(row["case"])
    for (one, other), cases in both.items():
        more = f" and {len(cases) - 1:,} more" if len(cases) > 1 else ""
        yield f"{one} and {other} have both run {cases[0]}{more}"


def junits(paths: Sequence[Path]) -> bytes:
    """One JUnit file with the testcases of all, its counts made anew from its elements."""
    suites = [suite for path in paths for suite in _suites(junit.tree(path))]
    if not suites:
        raise ConfigurationError("there is no testsuite to merge")
    merged = ET.Element("testsuite", dict(suites[0].attrib))
    properties = {
        (each.get("name"), each.get("value")): each for suite in suites for each in suite.findall("properties/property")
    }
    if properties:
        ET.SubElement(merged, "properties").extend(properties.values())
    testcases = _each_once(each for suite in suites for each in suite.findall("testcase"))
    merged.extend(testcases)
    counts = {
        "tests": len(testcases),
        **{key: sum(each.find(tag) is not None for each in testcases) for key, tag in _COUNTED.items()},
    }
    merged.attrib.update({key: str(value) for key, value in counts.items()})
    merged.set("time", f"{sum(_seconds(each) for each in suites):.3f}")
    moments = [suite.attrib["timestamp"] for suite in suites if suite.get("timestamp")]
    if moments:
        merged.set("timestamp", min(moments))
    # Consumers of the strict form know no attribute for skipped ones here.
    root = ET.Element("testsuites", {key: merged.attrib[key] for key in ("tests", "failures", "errors", "time")})
    root.append(merged)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _each_once(testcases: Iterable[ET.Element]) -> list[ET.Element]:
    """Of testcases of one name the worst: shards that could not reach the target all say so in the same one."""
    found: dict[tuple[str | None, str | None], ET.Element] = {}
    for each in testcases:
        name = each.get("classname"), each.get("name")
        if name not in found or _gravity(each) < _gravity(found[name]):
            found[name] = each
    return list(found.values())


def _gravity(testcase: ET.Element) -> int:
    children = {each.tag for each in testcase}
    return next((place for place, tag in enumerate(_COUNTED.values()) if tag in children), len(_COUNTED))


_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def _suites(root: ET.Element) -> list[ET.Element]:
    return [root] if root.tag == "testsuite" else list(root.iter("testsuite"))


def _seconds(suite: ET.Element) -> float:
    try:
        return float(suite.get("time", "0"))
    except ValueError:
        return 0.0


def hars(paths: Sequence[Path], into: Path, suite: Document) -> int:
    """Write the entries of HAR files into one, and say how many there are."""
    number = 0
    with HarWriter(into, "", suite) as writer:
        for path in paths:
            entries = list(entries_of(path))
            number += len(entries)
            writer.add_entries(entries)
    return number

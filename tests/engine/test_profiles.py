"""Whatever a profile gives and leaves out, a right target is left in peace, and the suite itself never fails."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from conformance.data import FIXTURES
from conformance.http.target import AppTarget
from conformance.judgement.verdict import ADVICE, NOT_APPLICABLE, PASS, UNTESTED
from conformance.putting.procedures import put
from conformance.reference import Reference
from conformance.session.examination import Choices, Examination

WHOLE = tomllib.loads((FIXTURES / "reference.toml").read_text("utf-8"))
OWNER = {"owner": WHOLE["credentials"]["owner"]}
WRITES = {"allow": {"writes": True}}
OPERATIONS = ("addAddress", "deleteAddress", "getAddress", "listAddresses", "getNumber", "configureNumber",
              "findAvailableNumbers", "listPropertyNumbers")  # fmt: skip
#: What an address takes, said of every parameter of that name; and of a place, what every target knows of it.
GENERAL = {name.rpartition(".")[2]: bounds for name, bounds in WHOLE["limits"].items() if "listA" not in name}
PLACE = {name: value for name, value in WHOLE["facts"]["location"].items() if name != "PostalCode"}
#: What stands in a profile, by what it is like.
PROFILES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "credentials": {"credentials": OWNER},
    "writes": {"credentials": OWNER, **WRITES},
    "facts-and-no-leave": {"credentials": WHOLE["credentials"], "facts": WHOLE["facts"]},
    "no-limits": {name: value for name, value in WHOLE.items() if name not in ("limits", "target")},
    "general-limits": {**WHOLE, "limits": GENERAL, "facts": {**WHOLE["facts"], "location": PLACE}},
    "none-of-the-facts": {"credentials": OWNER, **WRITES, "facts": dict.fromkeys(WHOLE["facts"], False)},
    **{
        f"without-{each}": {"credentials": OWNER, **WRITES, "operations": {"unsupported": [each]}}
        for each in OPERATIONS
    },
}


def toml(document: dict[str, Any], prefix: str = "") -> str:
    """A document as TOML: tables of tables, and inline below."""
    lines = []
    for name, value in document.items():
        if isinstance(value, dict) and prefix == "" and name in ("credentials", "limits"):
            lines += [f'[{name}."{key}"]\n' + toml(each, "x") for key, each in value.items()]
        elif isinstance(value, dict) and prefix == "":
            lines.append(f"[{name}]\n" + toml(value, "x"))
        else:
            lines.append(f"{name} = {inline(value)}")
    return "\n".join(lines) + "\n"


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {inline(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else f'"{value}"'


@pytest.mark.parametrize("name", PROFILES)
def test_a_right_target_is_left_in_peace_whatever_the_profile_says(name: str, tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(toml(PROFILES[name]), "utf-8")
    examination = Examination(Choices(url="http://target.invalid", profile=str(path), seed=1))
    bench = examination.opened(AppTarget(Reference().respond, examination.profile.vault))
    bench.discover()
    costly = ("sequences", "fuzz") if "limits" in PROFILES[name] else ("generated", "sequences", "fuzz")
    cases = [case for case in examination.cases.values() if case.chapter not in costly]
    found = [put(bench, case) for case in cases]
    bench.clean_up()
    wrong = [f"{each.case.id}: {each.verdict} {each.reason}" for each in found
             if each.verdict not in (PASS, ADVICE, UNTESTED, NOT_APPLICABLE)]  # fmt: skip
    assert not wrong
    # What can be made and not removed is told of.
    assert bool(bench.left_over) is (name == "without-deleteAddress")
    assert all(each.reason for each in found if each.verdict in (UNTESTED, NOT_APPLICABLE))
    assert Counter(each.verdict for each in found)[PASS] > 40

"""Credentials that permit less must be refused by one operation at least."""

from __future__ import annotations

import base64
import re
from collections import Counter
from pathlib import Path

import pytest

from conformance.judgement.verdict import FAIL, NOT_APPLICABLE, PASS, UNTESTED, Result
from conformance.reference import Reference

from .running import REFERENCE, Watching, examined

CASE = "FORBIDDEN/-/fewer-permissions/somewhere"
LIMITED = re.compile(r"\[credentials\.limited\]\n.*\n.*\n")
ALLOWED = re.compile(r"\[allow\]\n(\w+ = true\n)+")


class Permissive(Reference):
    """Permits everything to everybody whom it knows."""

    def permits(self, *arguments: object) -> bool:
        return True


def of(tmp_path: Path, profile: str, target: Reference) -> tuple[Result, Watching]:
    watching = Watching(target.respond)
    _, results = examined(tmp_path, profile, watching, lambda case: case.kind in ("permission", "somewhere"))
    return next(each for each in results if each.case.id == CASE), watching


def test_a_right_target_refuses_somewhere(tmp_path: Path) -> None:
    result, _ = of(tmp_path, REFERENCE, Reference())
    assert result.verdict == PASS
    last = [step for step in result.steps if step.label == "the request"][-1].exchange
    assert last.response is not None and last.response.status == 403


def test_one_that_permits_everything_is_blamed(tmp_path: Path) -> None:
    result, _ = of(tmp_path, REFERENCE, Permissive())
    assert result.verdict == FAIL
    assert {violation.requirement for violation in result.violations} == {"code.FORBIDDEN"}


@pytest.mark.parametrize("operation", ["addAddress", "getNumber"])
def test_what_the_profile_says_that_they_lack_is_refused(tmp_path: Path, operation: str) -> None:
    """Without the profile's word each operation may take them."""

    def verdict(profile: str, target: Reference) -> str:
        _, results = examined(tmp_path, profile, Watching(target.respond), lambda case: case.kind == "permission")
        return next(each.verdict for each in results if each.case.operation == operation)

    forbidden = re.sub(r"forbidden = .*", f'forbidden = ["{operation}"]', REFERENCE)
    silent = re.sub(r"forbidden = .*", "", REFERENCE)
    assert verdict(silent, Reference()) == verdict(silent, Permissive()) == PASS
    assert verdict(forbidden, Permissive()) == FAIL
    assert verdict(forbidden, Reference()) == (PASS if operation == "addAddress" else FAIL)


@pytest.mark.parametrize("allow", ["", "[allow]\nwrites = true\n"])
def test_what_was_not_asked_may_be_what_they_lack(tmp_path: Path, allow: str) -> None:
    result, _ = of(tmp_path, ALLOWED.sub(allow, REFERENCE), Permissive())
    assert result.verdict == UNTESTED and "[allow] writes = true" in result.reason


def test_without_such_credentials(tmp_path: Path) -> None:
    result, _ = of(tmp_path, LIMITED.sub("", REFERENCE), Reference())
    assert result.verdict == UNTESTED and "[credentials.limited]" in result.reason
    result, _ = of(tmp_path, LIMITED.sub("[credentials]\nlimited = false\n", REFERENCE), Reference())
    assert result.verdict == NOT_APPLICABLE


def test_each_operation_is_asked_once(tmp_path: Path) -> None:
    limited = "Basic " + base64.b64encode(b"ATLZBCMU3F7EC4XX6SBQGFRZQBAUBTMR:reference-limited-token").decode()
    _, watching = of(tmp_path, REFERENCE, Reference())
    asked = Counter((sent.method, sent.path) for sent in watching.seen if ("Authorization", limited) in sent.headers)
    assert len(asked) > 12 and set(asked.values()) == {1}

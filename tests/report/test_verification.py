"""`conformance verify` against what is at hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from conformance import cli, replay
from conformance.data import FIXTURES, SCHEMAS
from conformance.report import certificate
from conformance.report.junit import Known
from conformance.session.examination import Choices

from .at_hand import certified

CASE = "PARAMETER_REQUIRED/addAddress/Line1/absent"
OWN = '[target]\nurl = "http://127.0.0.1:1"\n[credentials.owner]\nusername = "me"\npassword_env = "NOT_HERE"\n'


def call(capsys, *arguments):
    status = cli.main(["verify", *[str(each) for each in arguments]])
    done = capsys.readouterr()
    return status, done.out + done.err


@pytest.fixture
def kept(tmp_path):
    def keep(document, name="certificate.json"):
        certificate.write(tmp_path / name, document)
        return tmp_path / name

    return keep


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A profile whose password is in the environment, and a certificate that was made with it."""
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    monkeypatch.setenv("NOT_HERE", "a-password-of-16")
    made = certified(Choices(profile=str(path), seed=7))
    monkeypatch.delenv("NOT_HERE")
    return path, made


def test_a_certificate_of_the_reference_target_is_compared_with_all_that_is_at_hand(kept, capsys):
    status, said = call(capsys, kept(certified()))
    assert (status, said.strip().partition(": ")[2]) == (0, "the certificate holds; its verdict is conformant")


def test_a_required_case_that_is_missing_is_found_out(kept, capsys):
    status, said = call(capsys, kept(certified(chosen=lambda case: case.id != CASE)))
    assert status == 1 and said == f"required cases are missing (1): {CASE}\n"


def test_a_required_case_that_is_called_optional_is_found_out(kept, capsys):
    document = certified()
    next(row for row in document["cases"] if row["case"] == CASE)["certify"] = False
    document["required"]["pass"] -= 1
    status, said = call(capsys, kept(document))
    assert status == 1 and said == f"required cases are marked as not required (1): {CASE}\n"


@pytest.mark.parametrize("name", ["contract", "surface", "suite"])
def test_a_digest_that_differs_is_found_out(name, kept, capsys):
    document = certified()
    document["digests"][name] = "0" * 64
    status, said = call(capsys, kept(document))
    assert status == 1 and f"the digest of the {name} is " in said
    option = {"contract": "--target-contract", "surface": "--target-spec"}.get(name)
    assert option is None or f"give the {name} of the run with {option}" in said


def test_without_the_profile_it_is_said_what_was_not_compared(own, kept, capsys):
    status, said = call(capsys, kept(own[1]))
    assert status == 0
    assert said.strip().endswith("(not compared: profile, completeness; give --target-profile)")


def test_with_the_profile_and_without_its_password_everything_is_compared(own, kept, capsys):
    path, document = own
    assert call(capsys, kept(document), "--target-profile", path) == (
        0,
        f"{kept(document)}: the certificate holds; its verdict is conformant\n",
    )
    less = {**document, "cases": [row for row in document["cases"] if row["case"] != CASE]}
    assert f"missing (1): {CASE}" in call(capsys, kept(less), "--target-profile", path)[1]


def test_another_profile_is_found_out(own, kept, tmp_path, capsys):
    other = tmp_path / "other.toml"
    other.write_text(OWN + "[allow]\nwrites = true\n")
    status, said = call(capsys, kept(own[1]), "--target-profile", other)
    assert status == 1 and "the digest of the profile is " in said and "missing" not in said


def test_a_run_without_a_profile_needs_none(kept, capsys):
    status, said = call(capsys, kept(certified(Choices(url="http://127.0.0.1:1", seed=7))))
    assert status == 0 and "not compared" not in said


def test_another_description_can_be_given(kept, tmp_path, capsys):
    spec = tmp_path / "api.json"
    document = json.loads((SCHEMAS / "surface.json").read_text("utf-8"))
    document["info"]["title"] = "Another"
    spec.write_text(json.dumps(document))
    path = kept(certified(Choices(spec=str(spec), seed=7)))
    assert call(capsys, path)[0] == 1
    assert call(capsys, path, "--target-spec", spec)[0] == 0


def test_of_a_selection_and_of_a_shard_no_more_is_asked_than_they_say(kept, capsys):
    chosen = certified(chosen=lambda case: "addAddress" in case.id, selected=True)
    status, said = call(capsys, kept(chosen))
    assert status == 1 and said.strip().endswith("(not compared: completeness, since the run left cases out)")
    shard = certified(Choices(shard=(1, 3), seed=7))
    status, said = call(capsys, kept(shard))
    assert status == 1 and said.strip().endswith("the certificate holds; its verdict is incomplete")
    assert "missing (1)" in call(capsys, kept({**shard, "cases": shard["cases"][1:]}))[1]


def test_what_is_pinned_and_planned_elsewhere_can_be_given(kept, tmp_path, capsys):
    document = certified()
    path, planned = kept(document), tmp_path / "planned"
    assert call(capsys, path, "--digest", f"suite={document['digests']['suite']}")[0] == 0
    assert call(capsys, path, "--digest", "suite=00")[0] == 1
    assert call(capsys, path, "--digest", "suite")[0] == 4
    planned.write_text(f"{CASE}\n")
    assert call(capsys, path, "--planned", planned)[0] == 0
    planned.write_text("ELSE/a/b/c\n")
    assert "missing (1): ELSE/a/b/c" in call(capsys, path, "--planned", planned)[1]


def test_verifying_loads_nothing_that_takes_long(kept):
    code = "import sys; from conformance.cli import main; status = main(sys.argv[1:]); print(*sys.modules); sys.exit(status)"
    words = [sys.executable, "-c", code, "verify", str(kept(certified()))]
    said = subprocess.run(words, capture_output=True, check=True, text=True).stdout
    assert "conformance.report.verify" in said.split()
    assert not {"pytest", "hypothesis", "schemathesis", "jsonschema", "uvicorn", "yaml"} & set(said.split())


# Replays


def test_what_a_replay_takes_for_a_difference():
    before = {
        "a": Known("pass"), "b": Known("fail", ("x",)), "c": Known("pass"), "d": Known("advice", ("y",)),
        "e": Known("fail", ("x", "y")), "f": Known("pass"), "g": Known("untested"),
    }  # fmt: skip
    after = {
        "a": Known("pass"), "b": Known("pass"), "c": Known("fail", ("x",)), "d": Known("pass"),
        "e": Known("fail", ("x",)), "g": Known("error"), "h": Known("pass"),
    }  # fmt: skip
    found = {each.case: (each.was, each.now) for each in replay.differences(before, after)}
    assert found == {
        "b": ("fail", "pass"), "c": ("pass", "fail"), "d": ("advice", "pass"), "e": ("fail", "fail"),
        "f": ("pass", ""), "g": ("untested", "error"), "h": ("", "pass"),
    }  # fmt: skip
    assert list(replay.differences(before, before)) == []


def test_a_replay_of_what_cannot_be_replayed_ends_with_4(own, kept, tmp_path, capsys):
    status, said = call(capsys, kept(own[1]), "--replay", "http://127.0.0.1:1")
    assert status == 4 and "was made with a profile: give it with --target-profile" in said
    status, said = call(capsys, kept(certified()), "--replay", "127.0.0.1:1")
    assert status == 4 and "127.0.0.1:1" in said
    other = certified()
    other["digests"]["contract"] = "0" * 64
    assert call(capsys, kept(other), "--replay", "http://127.0.0.1:1")[0] == 4
    path, document = own
    status, said = call(capsys, kept(document), "--target-profile", path, "--replay", "http://127.0.0.1:1")
    assert status == 4 and "NOT_HERE is not set" in said


@pytest.fixture(scope="module")
def part(tmp_path_factory):
    """The certificate of a shard."""
    folder = tmp_path_factory.mktemp("part")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--shard", "1/12", "--hypothesis-seed",
             "7", "--conformance-report", str(folder)]  # fmt: skip
    subprocess.run(words, check=True, capture_output=True, cwd=FIXTURES.parent, env=clean())
    return folder / "certificate.json"


@pytest.fixture
def target(request):
    from conformance.putting import serving

    words = [sys.executable, "-m", "conformance.reference", "--port", "0", "--stop-with-stdin"]
    served = serving.Served([*words, *request.param], "the target")
    yield served.url
    served.stop()


@pytest.mark.slow
@pytest.mark.parametrize("target", [[]], indirect=True)
def test_of_a_right_target_nothing_differs(part, target, tmp_path, monkeypatch, capfd):
    # What lies around it has no say.
    (tmp_path / "conftest.py").write_text("raise SystemExit('the project around')")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    status, said = call(capfd, part, "--replay", target)
    assert status == 0, said
    assert "none of " in said and "with seed 7" in said
    assert sorted(os.listdir(tmp_path)) == ["conftest.py", "pytest.ini"]


@pytest.mark.slow
@pytest.mark.parametrize("target", [["--liar", "status-415/CALL_NOT_FOUND"]], indirect=True)
def test_of_a_wrong_target_it_is_told_case_by_case(part, target, capfd):
    status, said = call(capfd, part, "--replay", target)
    assert status == 1
    assert "pass -> fail  status.allowed, code.CALL_NOT_FOUND" in said


@pytest.mark.slow
def test_a_target_that_is_not_there_ends_with_6(part, capfd):
    status, said = call(capfd, part, "--replay", "http://127.0.0.1:1")
    assert status == 6 and "cannot be examined" in said


def clean():
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "CONFORMANCE_"))}


def test_a_replay_of_a_target_that_is_not_there_says_which_option_to_correct(kept, capsys):
    status, said = call(capsys, kept(certified()), "--replay", "http://127.0.0.1:1")
    assert status == 6 and "correct --replay" in said and "--target-url" not in said

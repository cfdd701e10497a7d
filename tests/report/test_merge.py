from __future__ import annotations

import json

import junitparser
import pytest

from conformance.errors import ConfigurationError
from conformance.report import certificate, merge, verify
from conformance.report.har import HarWriter, entries_of

from . import junit_form
from .samples import mixed, passing, result, run
from .test_junit import file_of


def shards(number=3):
    results = [*mixed(), *passing()]
    parts = [results[each::number] for each in range(number)]
    built = {
        f"{each}.json": certificate.build(run(shard=[each + 1, number], requests=4, wall=1.0 + each / 10), part)
        for each, part in enumerate(parts)
    }
    return results, built


def test_shards_come_to_what_one_run_gives():
    results, parts = shards()
    merged = merge.certificates(parts)
    assert merged.problems == ()
    assert merged.certificate == certificate.build(run(wall=1.2), results)
    assert verify.problems(merged.certificate) == []


def test_shards_of_a_conformant_run_are_conformant_only_together():
    parts = {f"{n}": certificate.build(run(shard=[n + 1, 2]), passing()[n::2]) for n in range(2)}
    assert {each["verdict"] for each in parts.values()} == {"incomplete"}
    assert merge.certificates(parts).certificate["verdict"] == "conformant"


def test_a_missing_shard_is_said_and_the_whole_is_incomplete():
    parts = {f"{n}": certificate.build(run(shard=[n + 1, 3]), passing()[n::3]) for n in (0, 2)}
    merged = merge.certificates(parts)
    assert merged.problems == ("missing of 3: shard 2",)
    assert merged.certificate["verdict"] == "incomplete"


def test_overlaps_are_said():
    one = certificate.build(run(shard=[1, 2]), passing())
    two = certificate.build(run(shard=[2, 2]), passing(2))
    assert "have both run" in merge.certificates({"a": one, "b": two}).problems[0]
    problems = merge.certificates({"a": one, "b": one}).problems
    assert "shard 1 is there twice: a and b" in problems
    assert "missing of 2: shard 2" in problems


def test_a_whole_run_is_no_shard():
    assert "no shard" in merge.certificates({"a": certificate.build(run(), passing())}).problems[0]


@pytest.mark.parametrize("change", [{"seed": 8}, {"target": {"url": "http://other"}}, {"effort": "ci"}])
def test_shards_of_different_runs_are_not_merged(change):
    parts = {"a": certificate.build(run(shard=[1, 2]), []), "b": certificate.build(run(shard=[2, 2], **change), [])}
    with pytest.raises(ConfigurationError, match="not of one run"):
        merge.certificates(parts)


def at(url):
    return {"name": "Example", "version": "4.2", "url": url}


@pytest.mark.parametrize("other", ["http://127.0.0.1:4711/v2", "http://localhost:80/v2", "http://[::1]/v2"])
def test_shards_may_serve_their_target_themselves(other):
    first = certificate.build(run(shard=[1, 2], target=at("http://127.0.0.1:8080/v2")), passing()[::2])
    second = certificate.build(run(shard=[2, 2], target=at(other)), passing()[1::2])
    merged = merge.certificates({"a": first, "b": second})
    assert (merged.problems, merged.certificate["verdict"]) == ((), "conformant")


@pytest.mark.parametrize("other", ["http://127.0.0.1:8080/v3", "https://127.0.0.1:8080/v2", "http://elsewhere/v2"])
def test_shards_of_other_targets_are_not_merged(other):
    parts = {
        "a": certificate.build(run(shard=[1, 2], target=at("http://127.0.0.1:8080/v2")), []),
        "b": certificate.build(run(shard=[2, 2], target=at(other)), []),
    }
    with pytest.raises(ConfigurationError, match="'target' differs"):
        merge.certificates(parts)


def test_shards_of_different_seeds_are_told_what_to_do():
    parts = {name: certificate.build(run(shard=[seed, 2], seed=seed), []) for name, seed in (("a", 1), ("b", 2))}
    with pytest.raises(ConfigurationError, match="'seed' differs; give --hypothesis-seed to all shards or to none"):
        merge.certificates(parts)


def test_junit_files(tmp_path):
    results = [*mixed(), *passing()]
    paths = [file_of(tmp_path / f"{each}.xml", results[each::2], text="é") for each in range(2)]
    path = tmp_path / "all.xml"
    path.write_bytes(merge.junits(paths))
    read = junitparser.JUnitXml.fromfile(str(path))
    (suite,) = read
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (12, 1, 1, 2)
    assert (read.tests, len(list(suite)), suite.time) == (12, 12, 3.0)
    assert junit_form.faults(junit_form.parsed(path)) == []


def test_a_testcase_that_two_junit_files_have_stays_once_and_the_worst_of_them_counts(tmp_path):
    case = "NAME_INVALID/a/Name/x"
    paths = [file_of(tmp_path / f"{each}.xml", [result(case, each)]) for each in ("pass", "error", "untested")]
    path = tmp_path / "all.xml"
    path.write_bytes(merge.junits(paths))
    root = junit_form.parsed(path)
    assert junit_form.verdicts(root) == {case: "error"}
    assert junit_form.stated(root) == {"tests": 1, "failures": 0, "errors": 1}


def test_archives(tmp_path):
    paths = []
    for number, part in enumerate((mixed(), passing())):
        paths.append(tmp_path / f"{number}.har")
        with HarWriter(paths[-1], "http://h", {"name": "conformance", "version": "1"}) as writer:
            for each in part:
                writer.add(each)
    assert merge.hars(paths, tmp_path / "all.har", {"name": "conformance", "version": "1"}) == 12
    assert list(entries_of(tmp_path / "all.har")) == [each for path in paths for each in entries_of(path)]
    assert json.loads((tmp_path / "all.har").read_text())["log"]["version"] == "1.2"

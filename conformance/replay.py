"""Runs the suite again as a certificate says it was run, and tells which cases come to something else.

The suite runs in a process of its own, without the plugins and the configuration of whatever project lies around it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from conformance.http.url import parse_url
from conformance.report import baseline
from conformance.report.baseline import SAME, STILL, Change
from conformance.report.files import read_json
from conformance.report.junit import Known
from conformance.report.tally import Document
from conformance.report.text import count, one_line
from conformance.session.examination import Choices

OK, DIFFERENT, WRONG, GONE = 0, 1, 4, 6
_SHOWN = 200
#: How a run may end that has judged its cases: right, wrong, nothing to judge, some in error, not complete.
_JUDGED = (0, 1, 5, 6, 7)


def run(certificate: Document, choices: Choices, url: str) -> int:
    """Run again against a URL and print the differences; 0 where there are none, 6 where nothing could be examined."""
    parse_url(url)
    rows = certificate["cases"]
    print(f"putting {count(len(rows), 'case')} to {url} again, with seed {choices.seed}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        status, said = _ended(_command(choices, url, Path(folder)), Path(folder))
        path = Path(folder) / "report" / "certificate.json"
        again = read_json(path) if status in _JUDGED and path.is_file() else None
    if again is None or (status == GONE and not again["cases"]):
        print(f"conformance: {one_line(_reason(said), 2000)}", file=sys.stderr)
        return GONE if status == GONE else WRONG
    before = baseline.of_certificate(certificate, "").cases
    after = baseline.of_certificate(again, "").cases
    if certificate["selected"] or certificate["interrupted"]:
        # The certificate says nothing of the rest.
        after = {case: known for case, known in after.items() if case in before}
    found = list(differences(before, after))
    print(f"{_sentence(len(found), len(before))}: {certificate['verdict']} then, {again['verdict']} at {url}")
    for each in found[:_SHOWN]:
        print(
            f"  {each.case}  {each.was or '-'} -> {each.now or '-'}" + (f"  {one_line(each.note)}" if each.note else "")
        )
    if len(found) > _SHOWN:
        print(f"  … and {len(found) - _SHOWN:,} more")
    return DIFFERENT if found else OK


def _sentence(different: int, all_of: int) -> str:
    return (
        f"{different:,} of {count(all_of, 'case')} differ" if different else f"none of {count(all_of, 'case')} differs"
    )


def differences(before: Mapping[str, Known], after: Mapping[str, Known]) -> Iterator[Change]:
    """The cases that are not what they were: in their verdict, in what they break, or by being there."""
    for change in baseline.compare(baseline.Baseline("", "certificate", before), after).changes:
        was, now = before.get(change.case), after.get(change.case)
        if change.state not in (SAME, STILL) or was is None or now is None or was.verdict != now.verdict:
            yield change
        elif set(was.violated) != set(now.violated):
            note = f"broke {', '.join(was.violated) or 'nothing'}, breaks {', '.join(now.violated) or 'nothing'}"
            yield Change(change.case, change.state, change.was, change.now, note)


def _command(choices: Choices, url: str, folder: Path) -> list[str]:
    words = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "conformance.plugin", "-p", "no:cacheprovider"]
    words += ["-p", "_hypothesis_pytestplugin", "--noconftest", "-c", os.devnull, "--rootdir", str(folder)]
    words += ["--pyargs", "conformance.suite", "--target-url", url, "--conformance-report", str(folder / "report")]
    words += ["--hypothesis-seed", str(choices.seed), "--conformance-effort", choices.effort]
    given = {"profile": choices.profile, "spec": choices.spec, "contract": choices.contract}
    for name, value in given.items():
        words += [f"--target-{name}", value] if value else []
    words += ["--conformance-certify"] if choices.certify else []
    words += ["--conformance-shard", "{}/{}".format(*choices.shard)] if choices.shard else []
    return words


def _ended(command: list[str], folder: Path) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "COLUMNS": "2000",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(folder),
    }
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace",
    )  # fmt: skip
    try:
        said, _ = process.communicate()
    except KeyboardInterrupt:
        # Ctrl-C has reached it as well: it puts back what it changed, and must not be cut short in that.
        process.communicate()
        raise
    return process.returncode, said


def _reason(said: str) -> str:
    """The sentence by which a run that examined nothing tells why."""
    lines = [line.strip(" !") for line in said.splitlines() if line.strip(" !=")]
    told = [line.removeprefix("ERROR: ") for line in lines if line.startswith(("ERROR: ", "_pytest.outcomes.Exit: "))]
    reason = (told or lines or ["the run ended without a word"])[-1].removeprefix("_pytest.outcomes.Exit: ")
    return reason.replace("--target-url", "--replay")

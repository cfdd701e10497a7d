"""What came together of a run: its results, the reports that are made of them, and the exit status."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance.errors import ConfigurationError
from conformance.judgement.verdict import ADVICE, ERROR, FAIL, PASS, UNTESTED
from conformance.report import baseline as baselines
from conformance.report import certificate, terminal
from conformance.report.findings import group
from conformance.session.run import Run

#: What is not kept in memory of a result: the files have it already.
_BULKY = ("exchanges", "letter", "curl", "rerun", "node")
#: So many letters are kept and shown at the end of a run, one for each of the most frequent findings.
_LETTERS = 3


class Files:
    """The files of `--conformance-report`; what is large is written as it comes."""

    def __init__(self, folder: Path, run: dict[str, Any]) -> None:
        from conformance.report.har import HarWriter
        from conformance.report.html import PageWriter

        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.page = PageWriter(folder / "report.html")
            self.exchanges = HarWriter(folder / "exchanges.har", run["target"]["url"], run["suite"])
        except OSError as error:
            raise ConfigurationError(f"--conformance-report {folder}: cannot be written: {error.strerror}") from None
        self.folder = folder

    def add(self, document: dict[str, Any]) -> None:
        """Take up one result."""
        self.exchanges.add(document)
        self.page.add(document)

    def close(
        self, run: dict[str, Any], documents: list[dict[str, Any]], comparison: baselines.Comparison | None
    ) -> None:
        """Write the rest."""
        from conformance.report import badge, summary
        from conformance.report.files import write_text
        from conformance.report.text import dumps

        self.exchanges.close()
        self.page.close(run, comparison)
        made = certificate.build(run, documents)
        certificate.write(self.folder / certificate.NAME, made)
        write_text(self.folder / "summary.md", summary.render(run, documents, comparison))
        write_text(self.folder / "badge.json", dumps(badge.endpoint(made), indent=2) + "\n")
        write_text(self.folder / "badge.svg", badge.svg(made))


class Collected:
    """The results of all processes of a run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.documents: list[dict[str, Any]] = []
        self.gone = ""
        self.selected = False
        self.interrupted = False
        self.sent_by_workers = 0
        self.left_over: list[str] = []
        self._letters: dict[str, str] = {}
        self.comparison: baselines.Comparison | None = None
        folder = run.config.getoption("--conformance-report")
        self.files = Files(Path(folder), self.document()) if folder else None

    def add(self, given: dict[str, Any] | str) -> None:
        """Take up the document of one result, from this process or, as text, from another."""
        document: dict[str, Any] = json.loads(given) if isinstance(given, str) else given
        if self.files is not None:
            self.files.add(document)
        if document["verdict"] == FAIL:
            self._letters[document["case"]] = document["letter"]
        self.documents.append({key: value for key, value in document.items() if key not in _BULKY})

    def add_worker(self, output: dict[str, Any]) -> None:
        """Add what one worker process sent and left over."""
        self.sent_by_workers += output["sent"]
        self.left_over += output["left_over"]

    def finish(self, interrupted: bool) -> None:
        """Write the reports."""
        self.interrupted = interrupted or bool(self.gone)
        if not self.interrupted and len({each["case"] for each in self.documents}) < len(self.run.examination.cases):
            # Files or items were named, or other processes deselected some: only the cases that are lacking tell.
            self.selected = True
        order = {case: index for index, case in enumerate(self.run.examination.cases)}
        self.documents.sort(key=lambda each: order.get(each["case"], len(order)))
        if self.run.baseline is not None:
            whole = not (self.selected or self.interrupted or self.run.choices.shard)
            self.comparison = baselines.compare(
                self.run.baseline, self.documents, register=self.document()["requirements"], whole=whole,
                today=datetime.now(UTC).date(),
            )  # fmt: skip
        if self.files is not None:
            self.files.close(self.document(), self.documents, self.comparison)

    def progress(self, elapsed: float, width: int) -> str:
        """One line that says how far the run is."""
        last = self.documents[-1]
        seen = {code for each in self.documents for code in each["error_codes"]}
        everything = self.run.examination
        return terminal.progress(
            case=last["case"], cases=(len(self.documents), len(everything.cases)),
            codes=(len(seen), len(everything.contract.rules)), requests=self.document()["requests"],
            elapsed=elapsed, width=width,
        )  # fmt: skip

    def document(self) -> dict[str, Any]:
        """The run as its reports name it."""
        found = self.run.examination.document(self.interrupted, self.selected)
        found["requests"] += self.sent_by_workers
        found["left_over"] += self.left_over
        return found

    def closing(self, width: int) -> list[terminal.Line]:
        """The lines at the end of the run."""
        return terminal.render(self.document(), self.documents, self.comparison, width)

    def letters(self) -> list[str]:
        """The letters of a few failures: one for each of the most frequent findings."""
        found = group(self.documents, self.document()["requirements"])
        told = [self._letters[each.example] for each in found if each.example in self._letters]
        return told[:_LETTERS]

    def exit_status(self, status: int, failed: int) -> int | None:
        """The exit status of the session; None where pytest's own stands."""
        if self.gone or status not in (0, 1, 5):
            return None
        counts = Counter(each["verdict"] for each in self.documents)
        if not self.documents:
            return None
        ours = counts[FAIL] if self.comparison is None else 0
        strangers = failed - counts[ERROR] - (ours if self.comparison is None else self._told_as_failures())
        if ours or strangers > 0 or (self.comparison is not None and self.comparison.failed):
            return 1
        required = [each for each in self.documents if each["certify"]]
        if self.run.choices.certify and (
            self.selected or self.interrupted or self.run.choices.shard
            or any(each["verdict"] in (UNTESTED, ERROR) for each in required)
        ):  # fmt: skip
            return 7
        if counts[ERROR]:
            return 6
        return 0 if counts[PASS] + counts[FAIL] + counts[ADVICE] else 5

    def _told_as_failures(self) -> int:
        return sum(each["verdict"] == FAIL and not self.run.expected_to_fail(each["case"]) for each in self.documents)

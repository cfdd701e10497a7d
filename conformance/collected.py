"""What came together of a run: its results, the reports that are made of them, and the exit status."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance.report import baseline as baselines
from conformance.report import certificate, summary, terminal
from conformance.report.har import HarWriter
from conformance.report.text import dumps
from conformance.session import Run
from conformance.verdict import ADVICE, ERROR, FAIL, PASS, UNTESTED

#: What a report keeps of a result that is in order: its exchanges stand in the HAR file alone.
_DULL = ("exchanges", "letter", "curl")


class Collected:
    """The results of all processes of a run."""

    def __init__(self, run: Run, identity: str) -> None:
        self.run = run
        self.id = identity
        self.documents: list[dict[str, Any]] = []
        self.gone = ""
        self.selected = False
        self.interrupted = False
        self.sent_by_workers = 0
        self.left_over: list[str] = []
        self.comparison: baselines.Comparison | None = None
        folder = run.config.getoption("--conformance-report")
        self.folder = Path(folder) if folder else None
        self._har: HarWriter | None = None

    def add(self, text: str) -> None:
        """Take up the document of one result."""
        document = json.loads(text)
        if self.folder is not None:
            if self._har is None:
                url = self.run.examination.url
                self._har = HarWriter(self.folder / "exchanges.har", url, {"name": "conformance"})
            self._har.add(document)
        if document["verdict"] in (PASS, UNTESTED, "not applicable"):
            document = {key: value for key, value in document.items() if key not in _DULL}
        self.documents.append(document)

    def add_worker(self, output: dict[str, Any]) -> None:
        """Add what one worker process sent and left over."""
        self.sent_by_workers += output["sent"]
        self.left_over += output["left_over"]

    def finish(self, interrupted: bool) -> None:
        """Write the reports."""
        self.interrupted = interrupted or bool(self.gone)
        order = {case: index for index, case in enumerate(self.run.examination.cases)}
        self.documents.sort(key=lambda each: order.get(each["case"], len(order)))
        if self.run.baseline is not None:
            whole = not (self.selected or self.interrupted or self.run.choices.shard)
            self.comparison = baselines.compare(
                self.run.baseline, self.documents, register=self.document()["requirements"], whole=whole,
                today=datetime.now(UTC).date(),
            )  # fmt: skip
        if self._har is not None:
            self._har.close()
        if self.folder is not None and not self.gone:
            self._write(self.folder)

    def _write(self, folder: Path) -> None:
        from conformance.report import badge, html

        run = self.document()
        folder.mkdir(parents=True, exist_ok=True)
        made = certificate.build(run, self.documents)
        certificate.write(folder / certificate.NAME, made)
        (folder / "summary.md").write_text(summary.render(run, self.documents, self.comparison), encoding="utf-8")
        (folder / "report.html").write_text(html.render(run, self.documents), encoding="utf-8")
        (folder / "badge.json").write_text(dumps(badge.endpoint(made), indent=2) + "\n", encoding="utf-8")
        (folder / "badge.svg").write_text(badge.svg(made), encoding="utf-8")

    def document(self) -> dict[str, Any]:
        """The run as its reports name it."""
        found = self.run.examination.document(self.interrupted, self.selected)
        found["requests"] += self.sent_by_workers
        found["left_over"] += self.left_over
        return found

    def closing(self, width: int) -> list[terminal.Line]:
        """The lines at the end of the run."""
        return terminal.render(self.document(), self.documents, self.comparison, width)

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
            self.selected or any(each["verdict"] in (UNTESTED, ERROR) for each in required) or self.run.choices.shard
        ):
            return 7
        if counts[ERROR]:
            return 6
        return 0 if counts[PASS] + counts[FAIL] + counts[ADVICE] else 5

    def _told_as_failures(self) -> int:
        return sum(
            each["verdict"] == FAIL and not self.run.expected_to_fail(each["case"]) for each in self.documents
        )

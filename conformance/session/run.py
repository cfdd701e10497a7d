"""What a pytest session holds of a run: the examination, its target, and the documents of its results."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import ConfigurationError, TargetError
from conformance.http.credentials import Secrets
from conformance.judgement.verdict import FAIL, Result
from conformance.planning.cases import Case
from conformance.putting import preflight, serving
from conformance.putting.runner import Runner
from conformance.report import baseline as baselines
from conformance.session.commons import Commons
from conformance.session.examination import Choices, Examination
from conformance.session.record import Recorder

KEY = pytest.StashKey["Run"]()


class Run:
    """One run of the suite in one pytest process; under pytest-xdist each worker has its own."""

    def __init__(self, config: pytest.Config, choices: Choices) -> None:
        self.config = config
        self.choices = choices
        self.examination = Examination(choices)
        if not choices.reference and not (choices.app or self.examination.url):
            raise ConfigurationError("there is no target: add --target-url URL, or url under [target] of the profile")
        self.shared: dict[str, Any] = getattr(config, "workerinput", {}).get("conformance", {})
        self.secrets = Secrets(self.examination.profile.vault, self.examination.profile.http.headers)
        path = config.getoption("conformance_baseline")
        self.baseline = None if not path or choices.certify else baselines.load(Path(path))
        self.served: serving.Served | None = None
        self.commons: Commons | None = Commons(Path(self.shared["folder"])) if self.shared else None
        self.runner: Runner | None = None
        self.recorder: Recorder | None = None
        self.pending: dict[str, dict[str, Any]] = {}

    @property
    def is_worker(self) -> bool:
        """Whether this process is one of several of pytest-xdist."""
        return hasattr(self.config, "workerinput")

    def redact(self, text: str) -> str:
        """The text without secrets."""
        return self.secrets.redact(text)

    # The target

    def start_target(self) -> str:
        """The URL of the target, which is served first where that is for the suite to do; once a run."""
        if self.shared:
            return str(self.shared["url"])
        if self.served is None and (self.choices.reference or self.choices.app):
            self.served = serving.application(self.choices.app) if self.choices.app else serving.reference()
        base = self.examination.surface.base if self.choices.app else ""
        url = self.served.url + base if self.served else self.examination.url
        self.examination.url = url
        return url

    def begin(self, cases: list[Case]) -> None:
        """See that the target can be examined, learn its facts, and begin with the cases.

        Raises `TargetError` where it cannot be examined, `ConfigurationError` where it cannot be served.
        """
        url = self.start_target()
        bench = self.examination.open(url)
        self.recorder = Recorder(
            self.examination.contract, self.secrets, url, rerun_line(self.config),
            exchanges=bool(self.config.getoption("--conformance-report")), headers=self.examination.profile.http.headers,
        )  # fmt: skip
        latency = preflight.examine(bench, url)
        bench.discover()
        if self.commons is not None:
            bench.shared_turn, bench.seen_first = self.commons.turn, self.commons.first
        self.runner = Runner(bench)
        if not self.is_worker:
            self.runner.start(cases, latency)

    def shared_by_workers(self) -> dict[str, Any]:
        """What each worker process is told: one target, one seed, and the folder that all of them have in common."""
        if self.commons is None:
            self.commons = Commons()
        return {"url": self.start_target(), "seed": self.choices.seed, "folder": str(self.commons.folder)}

    # Results

    def result(self, case: Case) -> Result:
        """The result of a case."""
        if self.runner is None:
            self.begin([])
        assert self.runner is not None
        return self.runner.result(case)

    def document(self, result: Result, node: str) -> dict[str, Any]:
        """The document of a result."""
        assert self.recorder is not None
        return self.recorder.document(result, node)

    def take(self, node: str, document: dict[str, Any]) -> None:
        """Keep the document of a result until its report goes out."""
        self.pending[node] = document

    def given(self, node: str) -> dict[str, Any] | str | None:
        """The document of a result, once; as text where it goes to another process."""
        document = self.pending.pop(node, None)
        return json.dumps(document) if self.is_worker and document is not None else document

    def expected_to_fail(self, case: str) -> bool:
        """Whether the baseline knows that the case fails."""
        if self.baseline is None:
            return False
        if self.baseline.kind == "expectations":
            return any(entry.matches(case) for entry in self.baseline.entries)
        known = self.baseline.cases.get(case)
        return known is not None and known.verdict == FAIL

    def end(self) -> None:
        """Stop, remove what was made, and stop the target if it was served."""
        if self.runner is not None:
            self.runner.stop()
            self.runner.bench.clean_up()
            self.runner.bench.target.close()
        if self.served is not None:
            self.served.stop()
            self.served = None
        if self.commons is not None and not self.is_worker:
            self.commons.remove()


def run_of(config: pytest.Config) -> Run:
    """The run of this process, loaded when it is first asked for; a wrong option or file ends pytest with 4."""
    if KEY not in config.stash:
        from conformance.session.options import choices_of

        try:
            config.stash[KEY] = Run(config, choices_of(config))
        except ConfigurationError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[KEY]


def rerun_line(config: pytest.Config) -> str:
    """The pytest line of this run, to which a selection can be added."""
    kept: list[str] = []
    skip = False
    for word in config.invocation_params.args:
        word = str(word)
        if skip:
            skip = False
        elif word in ("-k", "-n", "--junitxml", "--junit-xml", "--conformance-report", "-m", "--hypothesis-seed"):
            skip = True
        elif not word.startswith(
            ("-k", "-n", "--junit", "--conformance-report=", "--hypothesis-seed=", "-q", "-v", "-x")
        ):
            kept.append(word)
    return " ".join([_pytest(), *kept])


def _pytest() -> str:
    return "pytest" if Path(sys.argv[0]).name.startswith(("pytest", "py.test")) else "python -m pytest"


__all__ = ["KEY", "Run", "TargetError", "rerun_line", "run_of"]

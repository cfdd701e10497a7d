"""The pytest plugin. In a project that has nothing to do with the suite it adds its options and nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from conformance.pytest_fixtures import (  # noqa: F401  pytest finds them here
    assert_keeps_contract,
    conformance_contract,
    contract_violations,
)
from conformance.session import options
from conformance.session.chapter import Chapter

if TYPE_CHECKING:
    from conformance.session.collected import Collected
    from conformance.session.run import Run

TARGET_GONE, INCOMPLETE = 6, 7
_COLLECTED = pytest.StashKey["Collected"]()


_TAKEN = pytest.StashKey[Sequence[str]]()


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """The options of the suite."""
    options.add_to(parser)
    if any(name.endswith("conftest.py") for name, _ in pluginmanager.list_name_plugin()):
        # A conftest.py loads the suite, where it is not installed: then the hook below comes too late.
        options.add_short_to(parser)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, object, object]:
    """Take the short names last, so that nobody who has an option of such a name is in trouble."""
    seen = early_config.known_args_namespace
    seen.file_or_dir = options.without_values(seen.file_or_dir, args)
    result = yield
    early_config.stash[_TAKEN] = options.add_short_to(parser)
    return result


def pytest_configure(config: pytest.Config) -> None:
    """Read options and files at once where the suite is meant, so that what is wrong is said before anything runs."""
    if config.args_source is pytest.Config.ArgsSource.INVOCATION_DIR and options.given(config):
        # A target and no test named: the suite is meant. Pytest itself does not see it where a profile outside the
        # checkout has led it to another root folder, or where there is no checkout.
        config.args, config.option.pyargs = ["conformance.suite"], True
    if options.given(config) or options.meant(config):
        from conformance.session.run import run_of

        unclear = options.ambiguous(config, config.stash.get(_TAKEN, []))
        if unclear and not hasattr(config, "workerinput"):
            raise pytest.UsageError(unclear)
        run_of(config)
        # Trio says so to Hypothesis about itself wherever both are installed, and it means nothing for a run.
        config.addinivalue_line("filterwarnings", "ignore:It looks like `register_random`")
        if not any(str(word).startswith("--tb") for word in config.invocation_params.args):
            config.option.tbstyle = "no"  # the findings at the end say it once for each cause
        if not any(str(word).startswith("-r") for word in config.invocation_params.args):
            config.option.reportchars = ""


def _run(config: pytest.Config) -> Run | None:
    """The run of this process, where the suite is meant."""
    if "conformance.session.run" not in __import__("sys").modules:
        return None
    from conformance.session.run import KEY

    return config.stash.get(KEY, None)


# Collection


def pytest_pycollect_makeitem(collector: Any, name: str, obj: object) -> list[pytest.Item] | None:
    """An item for each case of a chapter."""
    if not isinstance(obj, Chapter):
        return None
    from conformance.session.items import CaseItem
    from conformance.session.run import run_of

    try:
        run = run_of(collector.config)
    except pytest.UsageError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    cases = run.examination.chapter(obj.name)
    where = f"conformance/suite/{collector.path.name}::{name}"
    return [
        # The node id is the same in a checkout and installed, whatever pytest takes for its root folder.
        CaseItem.from_parent(collector, name=f"{name}[{case.id}]", nodeid=f"{where}[{case.id}]", case=case, run=run)
        for case in cases
    ]


# The run


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Have the target ready before pytest-xdist has workers: who ends now would leave them behind, and not in peace."""
    run = _run(config)
    if run is not None:
        try:
            run.shared_by_workers()
        except Exception as error:
            pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give a worker of pytest-xdist what the whole run shares: one target, one seed."""
    run = _run(node.config)
    if run is not None:
        node.workerinput["conformance"] = run.shared_by_workers()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """See first whether the target can be examined; if not, say so once and stop."""
    config = session.config
    run = _run(config)
    if run is None or config.option.collectonly:
        return
    from conformance.errors import ConfigurationError, TargetError
    from conformance.session.items import CaseItem
    from conformance.session.termination import Termination

    termination = Termination(run)
    config.pluginmanager.register(termination, "conformance-termination")
    termination.begin()
    cases = [item.case for item in session.items if isinstance(item, CaseItem)]
    _make_ready(config, run)
    parallel = config.pluginmanager.hasplugin("dsession")
    if run.is_worker or not (cases or parallel):
        return
    try:
        run.begin([] if parallel else cases)
    except ConfigurationError as error:
        _tell_once(session, str(error))
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    except TargetError as error:
        message = run.redact(str(error))
        _tell_once(session, message)
        pytest.exit(message, returncode=TARGET_GONE)


def _make_ready(config: pytest.Config, run: Run) -> None:
    """See that items cost little."""
    from conformance.session import garbage, quick

    if quick.possible(config):
        config.pluginmanager.register(quick.Quick(config, run), "conformance-quick")
    config.add_cleanup(garbage.seldom())


def _tell_once(session: pytest.Session, message: str) -> None:
    """One testcase with an error in it: a JUnit file without any would look like a run without faults."""
    config = session.config
    _collected(config).gone = message
    for when in ("setup", "teardown"):
        outcome: Any = "failed" if when == "setup" else "passed"
        report = pytest.TestReport(
            nodeid="conformance/suite::target", location=("conformance/suite", 0, "target"), keywords={},
            outcome=outcome, longrepr=message if when == "setup" else None, when=when,
            user_properties=[("case", "target"), ("verdict", "error")] if when == "teardown" else [],
        )  # fmt: skip
        config.hook.pytest_runtest_logreport(report=report)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send the document of a result along with the last report of its item."""
    report = yield
    run = _run(item.config)
    if run is not None and call.when == "teardown":
        document = run.given(item.nodeid)
        if document is not None:
            report.__dict__["conformance"] = document
    return report


def _collected(config: pytest.Config) -> Collected:
    if _COLLECTED not in config.stash:
        from conformance.session.collected import Collected
        from conformance.session.run import run_of

        config.stash[_COLLECTED] = Collected(run_of(config))
    return config.stash[_COLLECTED]


class _Taker:
    """Takes up the documents of results where the reports of all processes come together."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.began = self.told = time.monotonic()
        reporter = config.pluginmanager.getplugin("terminalreporter")
        self.terminal = reporter if reporter is not None and reporter.isatty and not os.environ.get("CI") else None
        if config.option.verbose != 0:
            self.terminal = None

    def pytest_runtest_logreport(self, report: Any) -> None:
        document = report.__dict__.pop("conformance", None)
        if document is not None:
            collected = _collected(self.config)
            collected.add(document)
            if self.terminal is not None and time.monotonic() - self.told > 0.1:
                self.told = time.monotonic()
                line = collected.progress(self.told - self.began, self.terminal._tw.fullwidth - 1)
                self.terminal.write("\r" + line.ljust(self.terminal._tw.fullwidth - 1))

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, str] | None:
        """On a terminal one line tells the progress, and no letter for each case."""
        if self.terminal is None or "conformance/suite" not in report.nodeid or report.when != "call":
            return None
        return (report.outcome, "", "") if report.outcome == "passed" else None


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Where results come together, be ready for them."""
    if not hasattr(session.config, "workerinput") and _run(session.config) is not None:
        session.config.pluginmanager.register(_Taker(session.config), "conformance-results")


def pytest_deselected(items: list[pytest.Item]) -> None:
    """A run that leaves cases out certifies nothing."""
    if items and _run(items[0].config) is not None and not hasattr(items[0].config, "workerinput"):
        _collected(items[0].config).selected = True


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Put back, write the reports, and set the exit status."""
    run = _run(session.config)
    if run is None or session.config.option.collectonly:
        return
    run.end()
    if run.is_worker:
        output = getattr(session.config, "workeroutput", None)
        if output is not None and run.examination.bench is not None:
            bench = run.examination.bench
            output["conformance"] = {"sent": bench.target.sent, "left_over": list(bench.left_over)}
        return
    collected = _collected(session.config)
    early = bool(session.shouldstop or session.shouldfail)
    collected.finish(interrupted=early or int(exitstatus) in (2, 3))
    status = collected.exit_status(int(session.exitstatus), session.testsfailed)
    if status is not None:
        session.exitstatus = status


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Add up what the workers of pytest-xdist sent."""
    output = getattr(node, "workeroutput", {}).get("conformance")
    if output and _run(node.config) is not None:
        _collected(node.config).add_worker(output)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Findings by cause, what is untested, and the verdict."""
    run = _run(config)
    if run is None or run.is_worker:
        return
    if config.option.collectonly:
        from conformance.session.outline import outline

        for line in outline(run.examination):
            terminalreporter.write_line(line)
        return
    collected = _collected(config)
    if collected.gone or not collected.documents:
        return
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from conformance.report import annotations

        terminalreporter.write_line(annotations.render(collected.document(), collected.documents))
    width = terminalreporter._tw.fullwidth if terminalreporter.isatty else int(os.environ.get("COLUMNS", "120"))
    if config.option.tbstyle == "no":
        for letter in collected.letters():
            title, _, rest = letter.partition("\n")
            terminalreporter.write_sep("_", title)
            terminalreporter.write_line(rest.strip("\n"))
    terminalreporter.write_sep("=", "conformance")
    for told in collected.closing(max(width, 80)):
        terminalreporter.write_line(told.text, **({told.style: True} if told.style else {}))

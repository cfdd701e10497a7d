"""The command `conformance`: everything that is done before a run, to understand it, and with reports after one.

Each sub-command is one row of `COMMANDS`; another one is added by adding a row. A bad input is one sentence on the
standard error and the exit status 4.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from conformance import __version__, explain, init, verification
from conformance.errors import ConfigurationError, TargetError
from conformance.inputs.documents import hold_against
from conformance.report import badge, baseline, certificate, compare, intoto, junit, merge, verify
from conformance.report.files import read_bytes, read_json, write_text
from conformance.report.text import dumps, one_line

OK, BROKEN, WRONG = 0, 1, 4


@dataclass(frozen=True, slots=True)
class Command:
    """One sub-command: its name, one line about it, its options, and what it does; `run` returns the exit status."""

    name: str
    about: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    """Wrong options end with the status that wrong options have everywhere in the suite."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 0, 1 (the answer is no), 4 (wrong options or files) or 6 (no target)."""
    about = "Explains what is asked; compares, verifies, merges and attests what was found."
    parser = _Parser(prog="conformance", description=about)
    parser.add_argument("--version", action="version", version=f"conformance {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for each in COMMANDS:
        own = commands.add_parser(each.name, help=each.about, description=each.about)
        each.configure(own)
        own.set_defaults(run=each.run)
    options = parser.parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except (ConfigurationError, TargetError) as error:
        print(f"conformance: {one_line(error, 2000)}", file=sys.stderr)
        return WRONG
    except BrokenPipeError:
        # Whoever read the output has read enough. What is left must not go to the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        print(f"conformance: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
        return WRONG


def _certificate(path: Path) -> dict[str, object]:
    document = read_json(path)
    hold_against(document, "certificate.json", path)
    assert isinstance(document, dict)
    return document


def _emit(text: str, into: Path | None) -> None:
    if into is None:
        sys.stdout.write(text)
    else:
        write_text(into, text)


def _into(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there instead of the standard output")


# compare


def _compare_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", type=Path, help="certificate, JUnit file or list of known defects")
    parser.add_argument("after", type=Path, help="certificate or JUnit file")
    parser.add_argument("--format", choices=("text", "markdown", "junit"), default="text")
    _into(parser)


def _compare(options: argparse.Namespace) -> int:
    found = compare.difference(baseline.load(options.before), baseline.load(options.after))
    forms = {"text": compare.as_text, "markdown": compare.as_markdown, "junit": compare.as_junit}
    _emit(forms[options.format](found), options.output)
    return BROKEN if found.failed else OK


# merge


def _merge_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="the same report of every shard")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    parser.add_argument("--partial", action="store_true", help="merge although shards are missing or overlap")


def _merge(options: argparse.Namespace) -> int:
    kinds = {_kind(path) for path in options.files}
    if len(kinds) > 1:
        raise ConfigurationError(f"the files are of different kinds: {' and '.join(sorted(kinds))}; merge each alone")
    kind = kinds.pop()
    if kind == "JUnit file":
        options.output.write_bytes(merge.junits(options.files))
        junit.read(options.output)
        return OK
    if kind == "HTTP Archive":
        merge.hars(options.files, options.output, {"name": "conformance", "version": __version__})
        return OK
    merged = merge.certificates({str(path): _certificate(path) for path in options.files})
    for each in merged.problems:
        print(f"conformance: {one_line(each, 2000)}", file=sys.stderr)
    if merged.problems and not options.partial:
        return BROKEN
    certificate.write(options.output, merged.certificate)
    return OK


def _kind(path: Path) -> str:
    data = read_bytes(path)[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(b"<"):
        return "JUnit file"
    return "HTTP Archive" if data.startswith(b"{") and b'"log"' in data[:64] else "certificate"


# badge and attest


def _badge_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("certificate", type=Path)
    parser.add_argument("--format", choices=("svg", "shields"), default="svg")
    parser.add_argument("--label", default=badge.LABEL)
    _into(parser)


def _badge(options: argparse.Namespace) -> int:
    document = _certificate(options.certificate)
    if options.format == "svg":
        _emit(badge.svg(document, options.label), options.output)
    else:
        _emit(dumps(badge.endpoint(document, options.label), indent=2) + "\n", options.output)
    return OK


def _attest_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("certificate", type=Path)
    parser.add_argument("--subject", action="append", default=[], metavar="NAME=sha256:HEX", help="what was tested")
    parser.add_argument("--run-url", default="", metavar="URL", help="where the run can be seen")
    _into(parser)


def _attest(options: argparse.Namespace) -> int:
    document = _certificate(options.certificate)
    wrong = verify.problems(document)
    if wrong:
        raise ConfigurationError(f"{options.certificate}: the certificate does not hold: {wrong[0]}")
    subjects = [intoto.subject(each) for each in options.subject]
    data = read_bytes(options.certificate)
    found = intoto.statement(document, data, subjects, options.certificate.name, options.run_url)
    _emit(dumps(found, indent=2) + "\n", options.output)
    return OK


COMMANDS: list[Command] = [
    Command("explain", "Explain a requirement, an error code or a case.", explain.configure, explain.run),
    Command("init", init.ABOUT, init.configure, init.run),
    Command("compare", "Say what became of each case from one run to another.", _compare_options, _compare),
    Command("verify", "Verify a certificate, by itself or by a run.", verification.configure, verification.run),
    Command("merge", "Merge the reports of the shards of a run.", _merge_options, _merge),
    Command("badge", "Draw the badge of a certificate.", _badge_options, _badge),
    Command("attest", "Write a certificate as an in-toto statement.", _attest_options, _attest),
]


if __name__ == "__main__":
    raise SystemExit(main())

"""`conformance verify`: holds a certificate against itself, against what is at hand, and against a target.

Nobody's credentials are needed for it: what is planned only because certain credentials can be spoilt in a certain way
is not asked for.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance import __version__
from conformance.data import FIXTURES
from conformance.errors import ConfigurationError
from conformance.inputs import profile
from conformance.inputs.documents import hold_against
from conformance.report import tally, verify
from conformance.report.files import read_bytes, read_json
from conformance.report.tally import Document
from conformance.report.text import one_line
from conformance.session.examination import Choices, Examination

OK, BROKEN = 0, 1
#: By which option each of them is brought along.
_OPTIONS = {"contract": "--target-contract", "surface": "--target-spec", "profile": "--target-profile"}
_REFERENCE = FIXTURES / "reference.toml"


@dataclass(frozen=True, slots=True)
class AtHand:
    """What a certificate can be held against: digests, and the ids of required cases; `choices` rest on the same."""

    choices: Choices
    digests: Mapping[str, str]
    planned: Sequence[str] | None


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command."""
    parser.add_argument("certificate", type=Path)
    parser.add_argument("--target-profile", metavar="FILE", help="the profile of the run")
    parser.add_argument("--target-spec", metavar="FILE", help="the description of the run, where it was another one")
    parser.add_argument("--target-contract", metavar="DIR", help="the contract of the run, where it was another one")
    parser.add_argument("--replay", metavar="URL", help="run the suite again against this target, and compare")
    parser.add_argument("--digest", action="append", default=[], metavar="NAME=SHA256", help="what a digest must be")
    parser.add_argument("--planned", type=Path, metavar="FILE", help="the ids of the required cases, one a line")


def run(options: argparse.Namespace) -> int:
    """Say what is wrong with a certificate; the exit status is 1 where something is, or its verdict is not conformant."""
    document = read_json(options.certificate)
    given = _given_digests(options.digest)
    try:
        hold_against(document, "certificate.json", options.certificate)
    except ConfigurationError as error:
        print(one_line(error, 2000))
        return BROKEN
    known = at_hand(document, options)
    planned = _ids(options.planned) if options.planned is not None else known.planned
    found = verify.problems(document, {**known.digests, **given}, planned)
    for each in [*found, *_advice(document, known, options)]:
        print(one_line(each, 2000))
    if options.replay is not None:
        return max(BROKEN if found else OK, _replay(document, known, options))
    if found:
        return BROKEN
    note = f" (not compared: {_not_compared(document, known)})" if planned is None else ""
    print(f"{options.certificate}: the certificate holds; its verdict is {document['verdict']}{note}")
    return OK if document["verdict"] == tally.CONFORMANT else BROKEN


def at_hand(certificate: Document, options: argparse.Namespace) -> AtHand:
    """What is at hand of that which a certificate was made from."""
    stated = certificate["digests"]
    candidates = [Path(options.target_profile)] if options.target_profile else [_REFERENCE, None]
    loaded = {path: profile.load(path, secrets=False).digest for path in candidates}
    path = next((path for path, digest in loaded.items() if digest == stated["profile"]), candidates[-1])
    choices = Choices(
        url=str(certificate["target"].get("url", "")), profile=str(path) if path else None, spec=options.target_spec,
        contract=options.target_contract, certify=certificate["certify"], effort=certificate["effort"],
        shard=tuple(certificate["shard"]) if certificate["shard"] else None, seed=certificate["seed"],
    )  # fmt: skip
    examination = Examination(choices, secrets=False)
    digests = examination.digests()
    if not options.target_profile and digests["profile"] != stated["profile"]:
        del digests["profile"]
    planned = None
    if digests == stated and not (certificate["interrupted"] or certificate["selected"]):
        planned = [case.id for case in examination.cases.values() if case.certify]
    return AtHand(choices, digests, planned)


def _advice(certificate: Document, known: AtHand, options: argparse.Namespace) -> Iterator[str]:
    """What to bring along where something else is at hand than the certificate was made from."""
    for name, option in _OPTIONS.items():
        brought = getattr(options, option.removeprefix("--").replace("-", "_"))
        if name in known.digests and known.digests[name] != certificate["digests"][name] and not brought:
            yield f"give the {name} of the run with {option}"
    version = str(certificate["suite"].get("version", ""))
    if version != __version__:
        yield f"it was made by version {version} of the suite, and this is {__version__}"


def _not_compared(certificate: Document, known: AtHand) -> str:
    if "profile" not in known.digests:
        return "profile, completeness; give --target-profile"
    return "completeness, since the run left cases out"


def _replay(certificate: Document, known: AtHand, options: argparse.Namespace) -> int:
    from conformance import replay

    if "profile" not in known.digests:
        raise ConfigurationError(f"{options.certificate} was made with a profile: give it with --target-profile")
    other = [name for name in _OPTIONS if known.digests[name] != certificate["digests"][name]]
    if other:
        raise ConfigurationError(f"a run with another {' and '.join(other)} would tell nothing of the certificate")
    return replay.run(certificate, known.choices, options.replay)


def _ids(path: Path) -> list[str]:
    return [line.strip() for line in read_bytes(path).decode().splitlines() if line.strip()]


def _given_digests(texts: Sequence[str]) -> dict[str, str]:
    wrong = [each for each in texts if "=" not in each]
    if wrong:
        raise ConfigurationError(f"--digest {wrong[0]}: write NAME=SHA256")
    return {name: value.lower() for name, _, value in (each.partition("=") for each in texts)}

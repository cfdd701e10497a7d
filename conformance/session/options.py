"""The command-line options, and the choices that they make."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from conformance.session.examination import Choices

#: Shards start apart from each other, and make one run only where all draw from one seed.
SEED_OF_SHARDS = 0
_SUITE = Path(__file__).parents[1] / "suite"
_GROUP = ("conformance", "conformance of an HTTP API's errors")
EFFORTS = ("quick", "ci", "thorough")


#: Short names, and what follows each. Others may have options of these names, which then stay theirs.
SHORT = {"--certify": "", "--baseline": "FILE", "--shard": "I/N"}


def add_to(parser: pytest.Parser) -> None:
    """Add the options of the suite, under names that are surely its own."""
    group = parser.getgroup(*_GROUP)
    option = group.addoption
    option("--target-url", metavar="URL", help="the target: where its API begins (default: the reference target)")
    option("--target-profile", metavar="FILE", help="what the suite may rely on in the target, as TOML")
    option("--target-spec", metavar="FILE", help="another OpenAPI 3 description of the target, JSON or YAML")
    option("--target-contract", metavar="DIR", help="another error contract, laid out as schemas/")
    option("--target-app", metavar="MODULE:ATTR", help="serve an ASGI or WSGI application and examine that")
    option("--conformance-certify", action="store_true",
           help="complete or nothing: exit with 7 where something is untested")  # fmt: skip
    option("--conformance-baseline", metavar="FILE",
           help="a certificate, a JUnit file or a list of known defects: only what is newly broken fails")  # fmt: skip
    option("--conformance-shard", metavar="I/N", help="only the I-th of N parts of the cases")
    option("--conformance-effort", choices=EFFORTS, default="quick", help="how many generated values (quick)")
    option("--conformance-report", metavar="DIR", help="write certificate, page, summary and exchanges here")


def add_short_to(parser: pytest.Parser) -> list[str]:
    """Add the short names, when everybody else has added theirs; returns those that others have."""
    group, taken = parser.getgroup(*_GROUP), []
    for name, value in SHORT.items():
        own = own_name(name)
        rest: dict[str, Any] = {"metavar": value} if value else {"action": "store_true"}
        try:
            group.addoption(name, dest=own.lstrip("-").replace("-", "_"), help=f"short for {own}", **rest)
        except (ValueError, argparse.ArgumentError):
            taken.append(name)
    return taken


def own_name(short: str) -> str:
    """The long name of an option that has a short one as well."""
    return f"--conformance-{short.lstrip('-')}"


def without_values(paths: Sequence[str], words: Sequence[str]) -> list[str]:
    """What pytest took for paths, before it knew that they are values of short names."""
    values = {after for word, after in pairwise(words) if SHORT.get(word)}
    return [path for path in paths if path not in values]


def ambiguous(config: pytest.Config, taken: Sequence[str]) -> str:
    """A sentence where someone typed a short name that another plugin has; nothing where nobody did."""
    typed = {str(word).partition("=")[0] for word in config.invocation_params.args}
    names = [name for name in taken if name in typed]
    own = " and ".join(own_name(name) for name in names)
    return (
        f"{' and '.join(names)}: another plugin or conftest.py has an option of this name; write {own}" if names else ""
    )


def choices_of(config: pytest.Config) -> Choices:
    """What was chosen; `ConfigurationError` where an option cannot be read."""
    from conformance.errors import ConfigurationError
    from conformance.http.url import parse_url
    from conformance.session.examination import Choices

    url = config.getoption("--target-url")
    if url is not None:
        parse_url(url)
    app = config.getoption("--target-app")
    if url is not None and app is not None:
        raise ConfigurationError("--target-url and --target-app: give one of the two")
    more: dict[str, Any] = {}
    given = config.getoption("--hypothesis-seed", None)
    if isinstance(given, int) or (isinstance(given, str) and given.isdigit()):
        more["seed"] = int(given)
    shard = _shard(config.getoption("conformance_shard"))
    if shard is not None:
        more.setdefault("seed", SEED_OF_SHARDS)
    shared = getattr(config, "workerinput", {}).get("conformance")
    if shared:
        more["seed"] = shared["seed"]
    return Choices(
        url=url,
        profile=config.getoption("--target-profile"),
        spec=config.getoption("--target-spec"),
        contract=config.getoption("--target-contract"),
        app=app,
        certify=config.getoption("conformance_certify"),
        shard=shard,
        effort=config.getoption("--conformance-effort"),
        **more,
    )


def given(config: pytest.Config) -> bool:
    """Whether one of the options was used, so that the suite is meant."""
    names = ("target_url", "target_profile", "target_spec", "target_contract", "target_app", "conformance_shard",
             "conformance_baseline", "conformance_report", "conformance_certify")  # fmt: skip
    return any(config.getoption(name, None) for name in names)


def meant(config: pytest.Config) -> bool:
    """Whether the arguments name the suite."""
    for word in config.args:
        path = word.split("::")[0]
        if path.startswith("conformance.suite"):
            return True
        full = (config.invocation_params.dir / path).resolve()
        if full == _SUITE or _SUITE in full.parents:
            return True
    return False


def _shard(text: str | None) -> tuple[int, int] | None:
    from conformance.errors import ConfigurationError

    if text is None:
        return None
    index, slash, count = text.partition("/")
    if not (slash and index.isdigit() and count.isdigit() and 1 <= int(index) <= int(count)):
        raise ConfigurationError(f"--shard {text}: write it as I/N, for instance 2/8")
    return int(index), int(count)

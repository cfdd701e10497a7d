"""The command-line options, and the choices that they make."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from conformance.session.examination import Choices

EFFORTS = ("quick", "ci", "thorough")


def add_to(parser: pytest.Parser) -> None:
    """Add the options of the suite. Where another plugin owns a generic name, its own name alone is left."""
    group = parser.getgroup("conformance", "conformance of an HTTP API's errors")

    def option(*names: str, **rest: Any) -> None:
        try:
            group.addoption(*names, **rest)
        except (ValueError, argparse.ArgumentError):
            group.addoption(*[name for name in names if "conformance" in name], **rest)

    option("--target-url", metavar="URL", help="the target: where its API begins (default: the reference target)")
    option("--target-profile", metavar="FILE", help="what the suite may rely on in the target, as TOML")
    option("--target-spec", metavar="FILE", help="another OpenAPI 3 description of the target, JSON or YAML")
    option("--target-contract", metavar="DIR", help="another error contract, laid out as schemas/")
    option("--target-app", metavar="MODULE:ATTR", help="serve an ASGI or WSGI application and examine that")
    option("--certify", "--conformance-certify", dest="conformance_certify", action="store_true",
           help="complete or nothing: exit with 7 where something is untested")  # fmt: skip
    option("--baseline", "--conformance-baseline", dest="conformance_baseline", metavar="FILE",
           help="a certificate, a JUnit file or a list of known defects: only what is newly broken fails")  # fmt: skip
    option("--shard", "--conformance-shard", dest="conformance_shard", metavar="I/N",
           help="only the I-th of N parts of the cases")  # fmt: skip
    option("--conformance-effort", choices=EFFORTS, default="quick", help="how many generated values (quick)")
    option("--conformance-report", metavar="DIR", help="write certificate, page, summary and exchanges here")


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
        shard=_shard(config.getoption("conformance_shard")),
        effort=config.getoption("--conformance-effort"),
        **more,
    )


def given(config: pytest.Config) -> bool:
    """Whether one of the options was used, so that the suite is meant."""
    names = ("target_url", "target_profile", "target_spec", "target_contract", "target_app", "conformance_shard",
             "conformance_baseline", "conformance_report", "conformance_certify")  # fmt: skip
    return any(config.getoption(name, None) for name in names)


def _shard(text: str | None) -> tuple[int, int] | None:
    from conformance.errors import ConfigurationError

    if text is None:
        return None
    index, slash, count = text.partition("/")
    if not (slash and index.isdigit() and count.isdigit() and 1 <= int(index) <= int(count)):
        raise ConfigurationError(f"--shard {text}: write it as I/N, for instance 2/8")
    return int(index), int(count)

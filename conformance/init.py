"""`conformance init`: asks a target, by reading alone, and writes a profile with all that it found and did not find."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.errors import ConfigurationError, TargetError
from conformance.http.credentials import BASIC, Secrets
from conformance.http.exchange import OWNER
from conformance.inputs.profile import PASSWORD, TOKEN, USERNAME, Http
from conformance.inputs.surface import Surface
from conformance.planning.cases import Case
from conformance.putting import preflight
from conformance.putting.facts import Facts, sample
from conformance.report.text import one_line
from conformance.session.examination import Choices, Examination, known_facts

#: So many of a list are written, of which a run needs a few.
_MANY = 10

ABOUT = "Ask a target, by reading alone, and write a profile with all that was found."
GONE = 6


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the sub-command."""
    parser.add_argument("--target-url", required=True, metavar="URL", help="where the API begins")
    parser.add_argument("--target-spec", metavar="FILE", help="another OpenAPI 3 description of the target")
    parser.add_argument("--target-contract", metavar="DIR", help="another error contract, laid out as schemas/")
    parser.add_argument("--username", help=f"the password is read from {PASSWORD} (default: {USERNAME}, or {TOKEN})")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("profile.toml"), metavar="FILE", help="(profile.toml)"
    )
    parser.add_argument("--force", action="store_true", help="overwrite the file if it is there")


def run(options: argparse.Namespace) -> int:
    """Ask and write; the exit status is 0, or 6 where the target could not be examined."""
    if options.output.exists() and not options.force:
        raise ConfigurationError(f"{options.output} is there already: name another file with --output, or add --force")
    if options.username is not None:
        if PASSWORD not in os.environ:
            raise ConfigurationError(
                f"the environment variable {PASSWORD} is not set; set it to the password of --username"
            )
        os.environ[USERNAME] = options.username
    choices = Choices(url=options.target_url, spec=options.target_spec, contract=options.target_contract)
    examination = Examination(choices)
    secrets = Secrets(examination.profile.vault)
    bench = examination.open(options.target_url)
    try:
        preflight.examine(bench, options.target_url)
        bench.discover()
    except TargetError as error:
        print(f"conformance: {one_line(secrets.redact(str(error)), 2000)}", file=sys.stderr)
        return GONE
    finally:
        bench.target.close()
    text = "\n".join(profile(examination, bench.facts, secrets)) + "\n"
    options.output.write_text(text, "utf-8")
    names = known_facts(examination.contract, examination.surface)
    found = sum(bench.facts.known(name) for name in names)
    print(f"{options.output}: {found} of {len(names)} facts found, {bench.target.sent} requests sent, nothing written")
    return 0


def main() -> int:
    """The command `conformance-init`."""
    from conformance.cli import main as command

    return command(["init", *sys.argv[1:]])


def profile(examination: Examination, facts: Facts, secrets: Secrets) -> Iterator[str]:
    """The lines of a profile; what is not known stands in comments."""
    contract, surface = examination.contract, examination.surface
    host = examination.url.partition("://")[2].partition("/")[0]
    yield f"# What a run may rely on in {host}. Lines that begin with # say nothing yet."
    yield from ("", "[target]", f"name = {quoted(host)}", f"url = {quoted(examination.url)}", "")
    yield from _credentials(examination)
    yield from ("[allow]", "# Without these a run only reads. A purchase or a message is a write as well.")
    yield from (f"# {name} = true" for name in ("writes", "purchases", "messages"))
    yield from ("", "[facts]")
    uses = _uses(examination.cases)
    for name in known_facts(contract, surface):
        value = facts.values.get(name)
        value = value[:_MANY] if isinstance(value, list) else value
        shown = quoted(value) if facts.known(name) else None
        if shown is not None and secrets.redact(shown) == shown:
            yield f"{name} = {shown}  # {facts.origins.get(name, '')}: {uses.get(name, 'for no case')}"
        else:
            yield f"# {name} = {sample(name, facts.places)}  # {uses.get(name, 'for no case')}; false, if there is none"
    yield from _limits(surface)
    writing = [quoted(each.id) for each in surface.operations.values() if each.safety != "read"]
    yield from (
        "",
        "[operations]",
        f"# unsupported = [{quoted(next(iter(surface.operations)))}]  # what the target does not have",
        f"# forbidden = [{', '.join(writing)}]  # what the limited credentials do not permit",
    )
    free = [rule for rule in contract.rules.values() if len(rule.statuses) > 1]
    if free:
        yield from ("", "[status]", "# Where the contract leaves a choice, the status that the target uses:")
    for rule in free:
        yield f"# {_key(rule.code)} = {rule.statuses[0]}  # or {', '.join(map(str, rule.statuses[1:]))}"
    usual = Http()
    yield from (
        "",
        "[http]",
        f"# timeout = {usual.timeout:g}",
        '# rate = "20/s"',
        f"# concurrency = {usual.concurrency}",
    )
    yield from ("# max_requests = 5000", '# ca_file = "ca.pem"')


def _credentials(examination: Examination) -> Iterator[str]:
    owner = examination.profile.vault.get(OWNER)
    yield from ("[credentials]", "# limited = false  # where there are no right credentials with fewer permissions", "")
    if owner is None:
        yield "# [credentials.owner]  # without credentials a run asks only how they are missed"
        yield from ('# username = "..."', f"# password_env = {quoted(PASSWORD)}")
    elif owner.scheme == BASIC:
        yield from ("[credentials.owner]", f"username = {quoted(owner.username)}", f"password_env = {quoted(PASSWORD)}")
    else:
        yield from ("[credentials.owner]", f"token_env = {quoted(TOKEN)}")
    yield from ("", "# Right credentials with fewer permissions:")
    if owner is None or owner.scheme == BASIC:
        yield from ("# [credentials.limited]", '# username = "..."', f'# password_env = "{PASSWORD}_LIMITED"', "")
    else:
        yield from ("# [credentials.limited]", f'# token_env = "{TOKEN}_LIMITED"', "")


def _uses(cases: Mapping[str, Case]) -> dict[str, str]:
    """What each fact is for: the codes that its cases ask for, and how many those are."""
    found: dict[str, list[Case]] = {}
    for case in cases.values():
        for name in {value.fact for value in case.template.values.values() if value.fact}:
            found.setdefault(name, []).append(case)
        if case.kind == "server-error":
            found.setdefault("server_error", []).append(case)
    words = {}
    for name, using in found.items():
        codes = sorted({code for case in using for code in case.error_codes[:1]})
        head = ", ".join(codes[:3]) + (f" and {len(codes) - 3} more" if len(codes) > 3 else "")
        words[name] = f"for {len(using)} case{'s' if len(using) > 1 else ''}" + (f", such as {head}" if head else "")
    return words


def _limits(surface: Surface) -> Iterator[str]:
    """The texts whose lengths nobody states."""
    names = {
        p.name
        for operation in surface.operations.values()
        for p in operation.placed("body")
        if p.trait("type") == "string" and len(p.facets) == 1 and p.trait("maxLength") is None
        and not any(p.trait(each) for each in ("enum", "format", "x-resource", "x-asked"))
    }  # fmt: skip
    if names:
        yield from ("", "[limits]", "# Lengths in characters, for texts whose description states none:")
        yield from (f"# {_key(name)} = {{ min = 1, max = 100 }}" for name in sorted(names))


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else quoted(name)


def quoted(value: Any) -> str:
    """A value as TOML has it; lone surrogates, which TOML cannot hold, are replaced."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(k))} = {quoted(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        items = [quoted(each) for each in value]
        return f"[{', '.join(items)}]" if len(items) < 5 else "[\n    " + ",\n    ".join(items) + ",\n]"
    if isinstance(value, str):
        text = value.encode("utf-8", "replace").decode("utf-8")
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)

"""One run against one target: loads what it rests on, plans its cases, opens the target, keeps its results."""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance import __version__
from conformance.chapters import plan
from conformance.data import FIXTURES, SCHEMAS
from conformance.errors import ConfigurationError
from conformance.http.credentials import Credentials
from conformance.http.exchange import Response
from conformance.http.target import HttpTarget, Target
from conformance.http.wire import Wire, WireOptions
from conformance.inputs import contract, description, profile
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Surface, with_limits
from conformance.judgement.envelope import Envelope
from conformance.planning.binding import own_annotations, unbound
from conformance.planning.cases import Case
from conformance.planning.coherence import hold_together, idle
from conformance.putting.bench import Bench
from conformance.putting.facts import Facts
from conformance.session import garbage


@dataclass(frozen=True, slots=True)
class Choices:
    """What a user chose on the command line; paths are as given, relative to the working folder."""

    url: str | None = None
    profile: str | None = None
    spec: str | None = None
    contract: str | None = None
    app: str | None = None
    certify: bool = False
    shard: tuple[int, int] | None = None
    effort: str = "quick"
    seed: int = field(default_factory=lambda: random.SystemRandom().randrange(2**32))

    @property
    def reference(self) -> bool:
        """Whether the run is against the embedded reference target, which keeps no other API than its own."""
        return self.url is None and self.app is None and self.profile is None and self.spec is None


class Examination:
    """A run. Loading it touches the disk alone; `open` connects it to a target."""

    def __init__(self, choices: Choices, secrets: bool = True) -> None:
        """`secrets`: whether the target is to be asked, which takes credentials."""
        self.choices = choices
        self.contract: Contract = contract.load(Path(choices.contract) if choices.contract else SCHEMAS)
        document = Path(choices.spec) if choices.spec else self.contract.folder / "surface.json"
        described: Surface = description.load(document, own_annotations)
        hold_together(self.contract, described, document)
        loose = (*unbound(self.contract, described), *idle(self.contract, described))
        described = replace(described, unbound=(*described.unbound, *loose))
        path = Path(choices.profile) if choices.profile else None
        if choices.reference:
            path = FIXTURES / "reference.toml"
        environment = {} if choices.reference else os.environ
        self.profile: Profile = profile.load(path, environment, secrets)
        profile.fits(self.profile, described.operations, self.contract.rules, known_facts(self.contract, described))
        self.profile = replace(self.profile, credentials=schemed(self.profile.credentials, described))
        self.surface: Surface = with_limits(described, self.profile.limit)
        self.cases: dict[str, Case] = {}
        with garbage.left_alone():
            for case in plan(self.contract, self.surface, self.profile):
                if choices.shard is None or in_shard(case.id, *choices.shard):
                    self.cases[case.id] = case
        self.url = choices.url or self.profile.url or ""
        self.started = time.time()
        self.bench: Bench | None = None

    def chapter(self, name: str) -> list[Case]:
        """The cases of one chapter, in order."""
        return [case for case in self.cases.values() if case.chapter == name]

    def open(self, url: str) -> Bench:
        """Connect to the target at a URL."""
        http = self.profile.http
        options = WireOptions(
            timeout=http.timeout, verify=http.verify, ca_file=http.ca_file,
            client_certificate=http.client_certificate, client_key=http.client_key, headers=http.headers,
        )  # fmt: skip
        target: Target = HttpTarget(
            Wire(url, options), self.profile.vault, concurrency=http.concurrency, rate=http.rate,
            max_requests=http.max_requests, again=frozenset(self.contract.statuses.again),
            meant=self._is_meant,
        )  # fmt: skip
        self.url = url
        return self.opened(target)

    def _is_meant(self, response: Response) -> bool:
        """Whether a busy status is what the API has to say: it is a failure in its envelope, and names no time to wait."""
        failure = self.contract.statuses.failure
        own = response.status // 100 == failure // 100 and response.header("Retry-After") is None
        return own and Envelope(self.contract).read(response).has_envelope

    def opened(self, target: Target) -> Bench:
        """A bench over a target that is there already."""
        self.bench = Bench(self.contract, self.surface, self.profile, target, self.choices.seed, self.choices.effort)
        return self.bench

    def document(self, interrupted: bool = False, selected: bool = False) -> dict[str, Any]:
        """What the reports say of the run as a whole."""
        bench = self.bench
        facts = bench.facts if bench else Facts()
        return {
            "target": {"name": self.profile.name, "version": self.profile.version, "url": self.url},
            "suite": {"name": "conformance", "version": __version__},
            "contract": {"title": self.contract.title, "version": self.contract.version},
            "digests": self.digests(),
            "seed": self.choices.seed,
            "effort": self.choices.effort,
            "allow": {name: self.profile.allow.get(name, False) for name in ("writes", "purchases", "messages")},
            "facts": {
                name: {"value": value, "origin": facts.origins.get(name, "")}
                for name, value in facts.values.items()
                if not name.startswith("made:")
            },
            "requirements": {
                each.id: {"level": each.level, "basis": each.basis, "sentence": each.sentence, "cite": each.cite}
                for each in self.contract.requirements.values()
            },
            "codes": list(self.contract.rules),
            "unsupported": list(self.profile.unsupported),
            "unbound": list(self.surface.unbound),
            "requests": bench.target.sent if bench else 0,
            "started": datetime.fromtimestamp(self.started, UTC).isoformat(timespec="seconds"),
            "wall": round(time.time() - self.started, 3),
            "planned": len(self.cases),
            "interrupted": interrupted,
            "selected": selected,
            "shard": list(self.choices.shard) if self.choices.shard else None,
            "certify": self.choices.certify,
            "left_over": list(bench.left_over) if bench else [],
        }

    def digests(self) -> dict[str, str]:
        """SHA-256 of what the verdicts rest on, in hexadecimal."""
        return {
            "contract": self.contract.digest,
            "surface": self.surface.digest,
            "suite": suite_digest(),
            "profile": self.profile.digest,
        }


def in_shard(case: str, index: int, count: int) -> bool:
    """Whether a case belongs to shard `index` of `count`, counted from 1: by a hash of its id alone."""
    return int.from_bytes(hashlib.sha256(case.encode()).digest()[:8], "big") % count == index - 1


def known_facts(contract: Contract, surface: Surface) -> Sequence[str]:
    """The facts that a profile may give: those that rules, surface and discovery speak of."""
    found = {"server_error"}
    for rule in contract.rules.values():
        for trigger in rule.triggers:
            for variant in trigger["variants"]:
                found.update(variant[key] for key in ("fact", "controlFact", "other", "thing") if key in variant)
    for operation in surface.operations.values():
        for parameter in operation.parameters:
            found.update(parameter.trait("x-also") or ())
            if parameter.trait("x-fact"):
                found.add(parameter.trait("x-fact"))
            if parameter.trait("x-location"):
                found.add("location")
    found.update(step["fact"] for step in surface.discovery)
    return sorted(found)


def schemed(credentials: Mapping[str, Any], surface: Surface) -> dict[str, Any]:
    """Tokens as the description's security schemes send them: as a bearer token, or in a header of their own."""
    keys = [each for each in surface.security if each.get("type") == "apiKey"]
    named = next((each for each in keys if each.get("in") == "header"), None)
    tokens = [each for each in credentials.values() if isinstance(each, Credentials) and each.scheme == "bearer"]
    if tokens and keys and named is None and not any(each.get("type") == "http" for each in surface.security):
        where = "a query, where every log would show it" if keys[0].get("in") == "query" else "a cookie"
        mend = f'[http] headers = {{ Cookie = "{keys[0].get("name", "name")}=..." }}'
        mend = "describe one in a header" if keys[0].get("in") == "query" else f"give {mend} instead of a token"
        raise ConfigurationError(f"the description's API key stands in {where}; that is not sent: {mend}")
    found: dict[str, Any] = {}
    for name, each in credentials.items():
        if isinstance(each, Credentials) and each.scheme == "bearer" and named is not None:
            each = Credentials("", each.password, "header", str(named["name"] if "in" in named else "Authorization"))
        found[name] = each
    return found


def suite_digest() -> str:
    """SHA-256 over the modules of the engine and of the suite; targets that come with it have no part in a verdict."""
    folder = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(("reference/", "liars/")):
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()

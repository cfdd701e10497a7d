"""The profile: what the suite may rely on in one target, read from TOML and the environment.

The keys are fixed; `schemas/meta/profile.json` states them. A misspelt one is refused with the nearest right one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.errors import ConfigurationError
from conformance.http.credentials import Credentials
from conformance.inputs.documents import hold_against, read, unknown_name

#: What the first credentials are read from where the profile gives none, and what wins over it where it does.
USERNAME, PASSWORD = "CONFORMANCE_USERNAME", "CONFORMANCE_PASSWORD"
TOKEN = "CONFORMANCE_TOKEN"


@dataclass(frozen=True, slots=True)
class Http:
    """How to talk to the target: seconds, requests a second, requests in flight, requests in all."""

    timeout: float = 10.0
    rate: float | None = None
    concurrency: int = 4
    verify: bool = True
    headers: tuple[tuple[str, str], ...] = ()
    ca_file: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None
    max_requests: int | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a target. A fact set to False says that the target has no such thing."""

    name: str = ""
    version: str = ""
    url: str | None = None
    credentials: Mapping[str, Credentials | bool] = field(default_factory=dict)
    allow: Mapping[str, bool] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unsupported: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    status: Mapping[str, int] = field(default_factory=dict)
    http: Http = field(default_factory=Http)
    digest: str = ""
    path: str = ""

    @property
    def vault(self) -> Mapping[str, Credentials]:
        """The credentials that can be used, by name."""
        return {name: each for name, each in self.credentials.items() if isinstance(each, Credentials)}

    def permits(self, safety: str) -> bool:
        """Whether requests of a safety class may be sent; a purchase or a message is a write as well."""
        if safety == "read":
            return True
        return self.allow.get("writes", False) and (safety == "write" or self.allow.get(f"{safety}s", False))

    def limit(self, operation: str, parameter: str, which: str, general: bool = True) -> int | None:
        """`min` or `max` of a parameter, that of the operation before the `general` one, if that may serve."""
        for key in (f"{operation}.{parameter}", *((parameter,) if general else ())):
            if which in self.limits.get(key, {}):
                return self.limits[key][which]
        return None


def load(path: Path | None, environment: Mapping[str, str] = os.environ, secrets: bool = True) -> Profile:
    """The profile in a TOML file, or an empty one, with the credentials of the environment.

    Without `secrets` it has no credentials, and nothing of what sends them need be there.
    """
    document: dict[str, Any] = {}
    if path is not None:
        document = read(path)
        hold_against(document, "profile.json", path, secret="credentials")
    place = str(path or "the environment")
    http = dict(document.get("http", {}))
    if "rate" in http:
        http["rate"] = _rate(http["rate"], place)
    http["headers"] = tuple(http.get("headers", {}).items())
    for key in ("ca_file", "client_certificate", "client_key"):
        if key in http and path is not None and secrets:
            http[key] = str((path.parent / http[key]).resolve())
            if not Path(http[key]).is_file():
                raise ConfigurationError(f"{path}: at /http/{key}: there is no file {http[key]}")
    target = document.get("target", {})
    digest = hashlib.sha256(json.dumps(_without_secrets(document), sort_keys=True, default=str).encode()).hexdigest()
    return Profile(
        name=target.get("name", ""),
        version=str(target.get("version", "")),
        url=target.get("url"),
        credentials=_credentials(document.get("credentials", {}), environment, place) if secrets else {},
        allow=document.get("allow", {}),
        facts=document.get("facts", {}),
        limits=document.get("limits", {}),
        unsupported=tuple(document.get("operations", {}).get("unsupported", ())),
        forbidden=tuple(document.get("operations", {}).get("forbidden", ())),
        status=document.get("status", {}),
        http=Http(**http),
        digest=digest,
        path=str(path) if path is not None else "",
    )


def fits(profile: Profile, operations: Mapping[str, Any], rules: Mapping[str, Any], facts: Sequence[str] = ()) -> None:
    """Refuse a profile that speaks of operations, parameters, facts, codes or statuses which are not there."""
    found = [*_misfits(profile, operations, rules, facts)]
    if found:
        raise ConfigurationError("\n".join(f"{profile.path}: at {place}: {said}" for place, said in found))


def _misfits(
    profile: Profile, operations: Mapping[str, Any], rules: Mapping[str, Any], facts: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Places in the profile, each with what is wrong there."""
    for name in profile.facts:
        if facts and name not in facts:
            yield "/facts", unknown_name(name, list(facts))
    for key, listed in (("unsupported", profile.unsupported), ("forbidden", profile.forbidden)):
        for operation in listed:
            if operation not in operations:
                yield f"/operations/{key}", unknown_name(operation, list(operations))
    names = {each.name for operation in operations.values() for each in operation.parameters}
    for key, bounds in profile.limits.items():
        operation, _, parameter = key.rpartition(".")
        known = names if not operation else {p.name for p in getattr(operations.get(operation), "parameters", ())}
        if operation and operation not in operations:
            yield f"/limits/{key}", unknown_name(operation, list(operations))
        elif parameter not in known:
            who = operation or "the description"
            yield f"/limits/{key}", f"{who} has no such parameter: {unknown_name(parameter, sorted(known))}"
        if bounds.get("min", 0) > bounds.get("max", bounds.get("min", 0)):
            yield f"/limits/{key}", "min is greater than max"
    for code, status in profile.status.items():
        if code not in rules:
            yield "/status", unknown_name(code, list(rules))
        elif status not in rules[code].statuses:
            yield f"/status/{code}", f"{status} is not among {', '.join(map(str, rules[code].statuses))}"


def _credentials(
    tables: Mapping[str, Any], environment: Mapping[str, str], place: str
) -> dict[str, Credentials | bool]:
    found: dict[str, Credentials | bool] = {}
    for name, table in tables.items():
        if isinstance(table, bool):
            if table or name == "owner":
                raise ConfigurationError(f"{place}: at /credentials/{name}: give a table, or false for limited ones")
            found[name] = False
            continue
        secret = table.get("password", table.get("token"))
        variable = table.get("password_env", table.get("token_env"))
        if secret is None and variable is not None:
            if variable not in environment:
                raise ConfigurationError(
                    f"{place}: at /credentials/{name}: the environment variable {variable} is not set; set it"
                )
            secret = environment[variable]
        if secret is None:
            raise ConfigurationError(f"{place}: at /credentials/{name}: add password or password_env, or a token")
        scheme = "basic" if "username" in table else "bearer"
        found[name] = Credentials(table.get("username", ""), secret, scheme)
    if USERNAME in environment or PASSWORD in environment:
        table = tables.get("owner")
        username = environment.get(USERNAME, table.get("username") if isinstance(table, Mapping) else None)
        if username is None or PASSWORD not in environment:
            lost = PASSWORD if username is not None else USERNAME
            raise ConfigurationError(f"the environment variable {lost} is not set, but its fellow is; set both")
        found["owner"] = Credentials(username, environment[PASSWORD])
    elif TOKEN in environment:
        found["owner"] = Credentials("", environment[TOKEN], "bearer")
    return found


def _rate(text: Any, place: str) -> float:
    """`20/s`, `300/m` or a number: requests a second."""
    number, _, unit = str(text).partition("/")
    try:
        rate = float(number) / {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600}[unit.strip()]
    except (ValueError, KeyError):
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise ConfigurationError(f'{place}: at /http/rate: {text!r} is no rate; write it as "20/s" or "300/m"')
    return rate


def _without_secrets(document: Mapping[str, Any]) -> dict[str, Any]:
    """The profile as far as it may be known: what a digest of it must not give away is left out."""
    return {key: value for key, value in document.items() if key not in ("credentials", "http")}

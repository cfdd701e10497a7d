"""The contract, read from a folder laid out as `schemas/`: statuses, envelope, requirements and one rule a code.

Nothing in here knows a code, a status or a requirement by name. The engine asks for requirements by *role*: the part
that a requirement plays in judging, which the register states beside its id.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from conformance.data import SCHEMAS
from conformance.errors import ConfigurationError
from conformance.inputs.documents import hold_against, hold_schema, read, unknown_name


@dataclass(frozen=True, slots=True)
class Requirement:
    """One sentence that a target keeps or breaks; `level` is `must` or `advice`."""

    id: str
    role: str
    level: str
    basis: str
    sentence: str
    cite: str
    argument: str
    asked_by: tuple[str, ...]
    code: str | None = None
    status: int | None = None
    untestable: str | None = None


@dataclass(frozen=True, slots=True)
class FieldClause:
    """What a rule says of FieldName.

    `names` is `faulty` (the parameter at fault), `group` (all names of its group), `any`, or selectors of the
    operation's parameters. `form` is `exact`, `concatenated` (some of the names) or `all-concatenated`.
    """

    required: bool
    names: str | tuple[Mapping[str, Any], ...]
    form: str = "exact"


@dataclass(frozen=True, slots=True)
class Rule:
    """One error code: its condition, what every answer that carries it keeps, and what triggers it."""

    code: str
    condition: str
    statuses: tuple[int, ...]
    field: FieldClause
    message_names: str
    basis: str
    argument: str
    cite: str
    triggers: tuple[Mapping[str, Any], ...]
    requirement: str = ""
    lacking: str | None = None


@dataclass(frozen=True, slots=True)
class Statuses:
    """The statuses of the contract, by the part that they play."""

    allowed: tuple[int, ...]
    invalid: int
    credentials: int
    forbidden: int
    failure: int
    any_refusal: tuple[int, ...]
    again: tuple[int, ...]
    before_the_api: tuple[int, ...]


@dataclass(frozen=True)
class Contract:
    """A whole error contract. `digest` is the SHA-256 of its files, in hexadecimal."""

    title: str
    version: str
    statuses: Statuses
    media_types: tuple[str, ...]
    media_type_suffixes: tuple[str, ...]
    challenge: str
    accept: tuple[str, ...]
    methods: tuple[str, ...]
    internals: tuple[str, ...]
    envelope: Mapping[str, Any]
    requirements: Mapping[str, Requirement]
    rules: Mapping[str, Rule]
    readings: tuple[str, ...]
    digest: str
    folder: Path
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def by_role(self, role: str) -> str:
        """The id of the requirement that plays a role; an empty text where the contract has none."""
        return self.roles.get(role, ("",))[0]

    def of_status(self, status: int) -> str | None:
        """The id of the requirement about one status, where there is one."""
        return self._by_status.get(status)

    @cached_property
    def _by_status(self) -> Mapping[int, str]:
        return {each.status: each.id for each in self.requirements.values() if each.status is not None}

    def is_must(self, requirement: str) -> bool:
        """Whether breaking the requirement makes a target fail."""
        return self.requirements[requirement].level == "must"


def load(folder: Path = SCHEMAS) -> Contract:
    """The contract in `folder`; a `ConfigurationError` names the file and the place of anything wrong."""
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: there is no such folder; --target-contract takes one laid out as schemas/")
    texts: dict[str, str] = {}

    def part(name: str, meta: str) -> Any:
        document = read(folder / name)
        hold_against(document, meta, folder / name)
        texts[name] = json.dumps(document, sort_keys=True)
        return document

    main = part("contract.json", "contract.json")
    for index, each in enumerate(main.get("internals", ())):
        try:
            re.compile(each)
        except re.error as error:
            place = f"{folder / 'contract.json'}: at /internals/{index}"
            raise ConfigurationError(f"{place}: this is no regular expression: {error}") from None
    envelope = part("envelope.json", "envelope.json")
    register = part("requirements.json", "requirements.json")
    requirements: dict[str, Requirement] = {}
    for index, row in enumerate(register["requirements"]):
        if row["id"] in requirements:
            raise ConfigurationError(
                f"{folder / 'requirements.json'}: at /requirements/{index}/id: {row['id']!r} is there already"
            )
        requirements[row["id"]] = _requirement(row)
    _parts_that_are_known(envelope, requirements, folder / "envelope.json")
    by_code = {each.code: each.id for each in requirements.values() if each.code}
    rules: dict[str, Rule] = {}
    for path in sorted((folder / "codes").glob("*.json")):
        document = part(f"codes/{path.name}", "rule.json")
        if document["code"] != path.stem:
            raise ConfigurationError(f"{path}: at /code: {document['code']!r} must be the name of the file")
        if document["code"] not in by_code:
            raise ConfigurationError(
                f"{folder / 'requirements.json'}: no requirement has the code {document['code']!r}; add one"
            )
        for index, trigger in enumerate(document["triggers"]):
            for name in ("right", "unjudged"):
                if name in trigger:
                    hold_schema(trigger[name], path, f"/triggers/{index}/{name}")
        rules[document["code"]] = _rule(document, by_code[document["code"]])
    if not rules:
        raise ConfigurationError(f"{folder / 'codes'}: no rule files; a contract needs one for each error code")
    for code, each in by_code.items():
        if code not in rules:
            raise ConfigurationError(f"{folder / 'requirements.json'}: {each}: there is no codes/{code}.json")
    _refer_to_codes_that_exist(rules, folder)
    roles: dict[str, list[str]] = {}
    for row in requirements.values():
        roles.setdefault(row.role, []).append(row.id)
    statuses = main["statuses"]
    return Contract(
        title=main["title"],
        version=main["version"],
        statuses=Statuses(
            allowed=tuple(statuses["allowed"]),
            invalid=statuses["invalid"],
            credentials=statuses["credentials"],
            forbidden=statuses["forbidden"],
            failure=statuses["failure"],
            any_refusal=tuple(statuses["anyRefusal"]),
            again=tuple(statuses.get("again", ())),
            before_the_api=tuple(statuses.get("beforeTheApi", ())),
        ),
        media_types=tuple(main["mediaTypes"]),
        media_type_suffixes=tuple(main.get("mediaTypeSuffixes", ())),
        challenge=main.get("challenge", ""),
        accept=tuple(main.get("accept", ())),
        methods=tuple(main.get("methods", ())),
        internals=tuple(main.get("internals", ())),
        envelope=envelope,
        requirements=requirements,
        # In the order of the register, which is the order of the errors page.
        rules={code: rules[code] for code in by_code},
        readings=tuple(register.get("readings", ())),
        digest=hashlib.sha256("\n".join(f"{name} {texts[name]}" for name in sorted(texts)).encode()).hexdigest(),
        folder=folder,
        roles={role: tuple(ids) for role, ids in roles.items()},
    )


def _requirement(row: Mapping[str, Any]) -> Requirement:
    return Requirement(
        id=row["id"],
        role=row["role"],
        level=row["level"],
        basis=row["basis"],
        sentence=row["sentence"],
        cite=row["cite"],
        argument=row["argument"],
        asked_by=tuple(row.get("askedBy", ())),
        code=row.get("code"),
        status=row.get("status"),
        untestable=row.get("untestable"),
    )


def _rule(document: Mapping[str, Any], requirement: str) -> Rule:
    clause = document["fieldName"]
    names = clause["names"]
    return Rule(
        code=document["code"],
        condition=document["condition"],
        statuses=tuple(document["statuses"]),
        field=FieldClause(
            required=clause["presence"] == "required",
            names=names if isinstance(names, str) else tuple(names),
            form=clause.get("form", "exact"),
        ),
        message_names=document["message"]["names"],
        basis=document["basis"],
        argument=document["argument"],
        cite=document["cite"],
        triggers=tuple(document["triggers"]),
        requirement=requirement,
        lacking=document.get("lacking"),
    )


def _parts_that_are_known(envelope: Mapping[str, Any], requirements: Mapping[str, Requirement], path: Path) -> None:
    """Without a part that is the code nothing could be judged; a part of no requirement could not be blamed."""
    hold_schema(envelope, path)
    roles: set[str] = set()

    def look(schema: Any, place: str) -> None:
        named = schema.get("x-requirement")
        if named is not None and named not in requirements:
            raise ConfigurationError(f"{path}: at {place}/x-requirement: {unknown_name(named, list(requirements))}")
        roles.add(schema.get("x-role", ""))
        for name, inner in schema.get("properties", {}).items():
            look(inner, f"{place}/properties/{name}")
        if isinstance(schema.get("items"), dict):
            look(schema["items"], f"{place}/items")

    look(envelope, "")
    if "code" not in roles:
        raise ConfigurationError(f"{path}: at /: no part has x-role code; name the part that holds the error code")


def _refer_to_codes_that_exist(rules: Mapping[str, Rule], folder: Path) -> None:
    """A misspelt code in a trigger's `or` would silently forgive nothing, so it is refused."""
    for rule in rules.values():
        for index, trigger in enumerate(rule.triggers):
            for variant in trigger["variants"]:
                for code in variant.get("or", ()):
                    known = code.startswith("@") or code in rules
                    if not known and not (code.endswith("*") and any(c.startswith(code[:-1]) for c in rules)):
                        place = folder / "codes" / f"{rule.code}.json"
                        raise ConfigurationError(f"{place}: at /triggers/{index}: no rule has the code {code!r}")

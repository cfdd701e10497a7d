"""The table of a profile's keys: types and bounds from `schemas/meta/profile.json`, the words from here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.data import SCHEMAS
from conformance.inputs.profile import Http

#: What each key says. A key of the schema that is missing here, or one too many, is an error.
WORDS: Mapping[str, str] = {
    "target.name": "How reports call the target.",
    "target.version": "Its version, for reports and certificates.",
    "target.url": "Where its API begins; `--target-url` wins.",
    "credentials.owner.username": "Right credentials. The variable CONFORMANCE_USERNAME wins.",
    "credentials.owner.password": "Their password; better in the environment. CONFORMANCE_PASSWORD wins.",
    "credentials.owner.password_env": "The variable that holds the password.",
    "credentials.owner.token": "A token instead of name and password, as the description's security scheme sends it.",
    "credentials.owner.token_env": "The variable that holds the token.",
    "credentials.limited": "Right credentials of the same account that permit less, with the same keys as the owner's. "
    "`false`: there are none.",
    "allow.writes": "May the suite make, change and remove things? What it changed it puts back.",
    "allow.purchases": "May it buy numbers? This cannot be undone.",
    "allow.messages": "May it send messages?",
    "facts.account": "The account of the owner's credentials.",
    "facts.foreign_account": "An account that exists and that the credentials do not permit.",
    "facts.property": "A property of the account.",
    "facts.other_property": "Another property of the account.",
    "facts.foreign_property": "A property that exists and that the credentials do not permit.",
    "facts.number": "A number of `property`, as +E.164.",
    "facts.other_property_number": "A number of `other_property`.",
    "facts.available_numbers": "Numbers that can be bought.",
    "facts.address": "An address of the account that no number is linked to.",
    "facts.linked_address": "An address that a number is linked to.",
    "facts.foreign_address": "An address of another account. With `allow.writes` its removal is tried, which must be "
    "refused.",
    "facts.call": "A call of the account.",
    "facts.served_country": "A country in which numbers are sold.",
    "facts.unavailable_country": "A country that exists and is not served.",
    "facts.location": "A place that numbers are sold in: values of the geographical filters that belong together, as "
    '`{ Region = "NSW", City = "Sydney", PostalCode = "2000" }`.',
    "facts.impossible_location": "Values of these filters of which each is right, and that no place has together.",
    "facts.foreign_number": "A number of another account.",
    "facts.foreign_call": "A call of another account.",
    "facts.server_error": 'A request that the target answers with 500: `{ method = "GET", path = "/..." }`.',
    "limits.NAME.min": "The fewest characters that the parameter NAME of the description takes; "
    "`operation.NAME` for one operation only.",
    "limits.NAME.max": "The most characters.",
    "operations.unsupported": "Operations that the target does not have.",
    "operations.forbidden": "Operations that `credentials.limited` do not permit: each must refuse them. Without the key one "
    "operation at least must.",
    "status.CODE": "The one status that the code is to come with, where the contract can be read in more than one way.",
    "http.timeout": "Seconds that a request may take.",
    "http.rate": 'Requests a second at most, as a number or as "20/s"; none unless it is given.',
    "http.concurrency": "Requests in flight at once, against a target that answers slowly.",
    "http.verify": "Whether TLS certificates are verified.",
    "http.headers": "Header fields that every request carries, such as one for a gateway.",
    "http.ca_file": "Certificates of authorities, instead of the system's.",
    "http.client_certificate": "A certificate that the suite shows.",
    "http.client_key": "Its key.",
    "http.max_requests": "The run sends no more requests than this.",
}


def keys() -> Iterator[str]:
    """The lines of the table."""
    schema = json.loads((SCHEMAS / "meta" / "profile.json").read_text("utf-8"))
    found = dict(_leaves(schema, ""))
    if set(found) != set(WORDS):
        raise LookupError(f"not described, or not there: {', '.join(sorted(set(found) ^ set(WORDS)))}")
    yield "| key | takes | what it says |"
    yield "|---|---|---|"
    for key, leaf in found.items():
        yield f"| `{key}` | {_takes(leaf)} | {WORDS[key]}{_default(key)} |"


def _leaves(schema: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    properties = schema.get("properties")
    if path in ("/credentials/limited", "/facts/server_error") or (properties is None and path.count("/") >= 2):
        yield path.strip("/").replace("/", "."), schema
        return
    for name, inner in (properties or {}).items():
        yield from _leaves(inner, f"{path}/{name}")
    rest = schema.get("additionalProperties")
    if isinstance(rest, dict) and path in ("/limits", "/status"):
        yield from _leaves(rest, f"{path}/{'NAME' if path == '/limits' else 'CODE'}")


def _takes(leaf: Mapping[str, Any]) -> str:
    if "anyOf" in leaf:
        return " or ".join(_takes(each) for each in leaf["anyOf"])
    if "const" in leaf:
        return f"`{json.dumps(leaf['const'])}`"
    names = {"string": "text", "object": "table", "array": "list", "boolean": "`true`, `false`", "number": "number"}
    kinds: list[str] = leaf["type"] if isinstance(leaf["type"], list) else [leaf["type"]]
    text = " or ".join(names.get(kind, kind) for kind in kinds)
    if "minimum" in leaf and "maximum" in leaf:
        return f"{text}, {leaf['minimum']} to {leaf['maximum']}"
    if "minimum" in leaf:
        return f"{text}, {leaf['minimum']} or more"
    return text


def _default(key: str) -> str:
    section, _, name = key.partition(".")
    if section == "allow":
        return " Default: `false`."
    value = getattr(Http(), name, None) if section == "http" else None
    if isinstance(value, bool):
        return f" Default: `{json.dumps(value)}`."
    return f" Default: {value:g}." if isinstance(value, int | float) else ""

"""Reads JSON, YAML and TOML files, and holds them against a meta-schema.

Whatever is wrong with a file becomes one `ConfigurationError` that names the file, the place in it and the mend.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from conformance.data import SCHEMAS
from conformance.errors import ConfigurationError

#: More than any file has that people write, and less than the interpreter's stack holds.
_DEEPEST = 200
#: More values side by side than any description has; aliases of aliases would make billions.
_MOST = 2_000_000
_TOO_DEEP = f"objects and arrays stand more than {_DEEPEST} deep inside each other; flatten the file"


def read(path: Path) -> Any:
    """The content of a JSON, YAML or TOML file, told apart by the ending of its name."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise ConfigurationError(f"{path}: this is a folder; name a file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from None
    return parse(text, path)


def parse(text: str, path: Path) -> Any:
    """The same for text that was read already."""
    try:
        if path.suffix == ".toml":
            return tomllib.loads(text)
        if path.suffix in (".yaml", ".yml"):
            return _bounded(_yaml(text))
        return _bounded(json.loads(text, object_pairs_hook=_once))
    except RecursionError:
        raise ConfigurationError(f"{path}: {_TOO_DEEP}") from None
    except ValueError as error:
        kind = {".toml": "TOML", ".yaml": "YAML", ".yml": "YAML"}.get(path.suffix, "JSON")
        raise ConfigurationError(f"{path}: this is not {kind}: {str(error).splitlines()[0]}") from None


def _bounded(document: Any) -> Any:
    """The document; RecursionError where it is too deep, as what an alias of YAML makes a part of itself is."""
    level, deep = [document], 0
    while level:
        deep += 1
        if deep > _DEEPEST or len(level) > _MOST:
            raise RecursionError
        level = [each for node in level if isinstance(node, dict | list)
                 for each in (node.values() if isinstance(node, dict) else node)]  # fmt: skip
    return document


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object; of two with one name, one would be lost without a word."""
    found = dict(members)
    if len(found) < len(members):
        names = [name for name, _ in members]
        raise ValueError(f"an object has the member {next(n for n in names if names.count(n) > 1)!r} twice")
    return found


def _yaml(text: str) -> Any:
    """YAML as JSON has it: the names of members are texts, also those that look like numbers, such as statuses."""
    import yaml  # only descriptions of other APIs are YAML, so the import waits for one

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Once(loader):  # type: ignore[misc, valid-type]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: set[str] = set()
            for each, _ in node.value:
                if each.tag != "tag:yaml.org,2002:merge" and str(each.value) in seen:
                    raise ValueError(f"at line {each.start_mark.line + 1} the member {each.value!r} is there twice")
                seen.add(str(each.value))
            found = super().construct_mapping(node, deep)
            return {name if isinstance(name, str) else _as_text(name): value for name, value in found.items()}

    try:
        depth = 0
        # Reading the events does not recurse, as everything after it does.
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise RecursionError
        return yaml.load(text, Loader=Once)
    except yaml.YAMLError as error:
        said = " ".join(str(error).split()).replace('in "<unicode string>", ', "at ")
        raise ValueError(said) from None


def _as_text(name: Any) -> str:
    """The name of a member as it stands in JSON."""
    return json.dumps(name) if name is None or isinstance(name, bool) else str(name)


@cache
def _fast(meta: str) -> Any:
    return jsonschema_rs.validator_for(read(SCHEMAS / "meta" / meta))


def hold_against(document: Any, meta: str, path: Path | str, secret: str = "") -> None:
    """Refuse a document that the named meta-schema in `schemas/meta` does not allow.

    jsonschema-rs says yes or no; where it says no, jsonschema finds the words. Below the member `secret` no value is
    told.
    """
    if _fast(meta).is_valid(document):
        return
    import jsonschema

    schema = read(SCHEMAS / "meta" / meta)
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
    if not errors:
        return
    # Names that are not known are told all at once; of anything else one tells the rest, or hides it.
    told = [each for each in errors if each.validator == "additionalProperties"]
    lines = []
    for error in told or [jsonschema.exceptions.best_match(errors)]:
        place = "/" + "/".join(step(part) for part in error.absolute_path)
        hidden = bool(secret) and secret in list(error.absolute_path)[:1]
        lines += [f"{path}: at {place}: {sentence}" for sentence in _sentences(error, hidden)]
    raise ConfigurationError("\n".join(lines))


def step(name: str | int) -> str:
    """A name or an index as a step of a JSON Pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


def hold_schema(schema: Any, path: Path | str, place: str = "") -> None:
    """Refuse what stands for a JSON Schema in a document, at `place`, and is none."""
    try:
        jsonschema_rs.validator_for(schema)
    except jsonschema_rs.ValidationError as error:
        inner = "".join(f"/{step(part)}" for part in error.instance_path)
        said = str(error.message)
        said = said if len(said) < 300 else said[:300] + " ..."
        raise ConfigurationError(f"{path}: at {place + inner or '/'}: this is no JSON Schema: {said}") from None
    except ValueError as error:
        raise ConfigurationError(
            f"{path}: at {place or '/'}: this is no JSON Schema: {str(error).splitlines()[0]}"
        ) from None


def _sentences(error: Any, hidden: bool) -> list[str]:
    """What is wrong, with the nearest right name for each name that is not known."""
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = list(error.schema.get("properties", {}))
        unknown = [unknown_name(name, known) for name in error.instance if name not in known]
        if unknown:
            return unknown
    if hidden:
        wanted = error.validator_value
        return [f"{error.validator} must be {wanted}" if isinstance(wanted, str) else "this is not what can stand here"]
    message = str(error.message)
    return [message if len(message) < 300 else message[:300] + " ..."]


def unknown_name(name: str, known: list[str]) -> str:
    """One sentence about a misspelt name: the nearest right one, or all of them."""
    import difflib

    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return f"{name!r} is not known; did you mean {near[0]!r}?"
    return f"{name!r} is not known; known are: {', '.join(known) or 'none'}"

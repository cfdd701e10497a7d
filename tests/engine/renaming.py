"""Other names for every path, operation and parameter: in the surface, in the profile, and on the wire of a target."""

from __future__ import annotations

import json
import random
import re
import shutil
import string
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.data import FIXTURES, SCHEMAS
from conformance.inputs.documents import read
from conformance.reference import Answer, Reference

WORD = r"(?<![A-Za-z0-9_])(?:{})(?![A-Za-z0-9_])"


class Renaming:
    """New names by old ones, made of a seed: no new name is an old one, or a part of one."""

    def __init__(self, seed: int) -> None:
        self.document = read(SCHEMAS / "surface.json")
        self._chance = random.Random(seed)
        self._taken: set[str] = set()
        self.operations = {each: self._new(each) for each in self._operations()}
        self.parameters = {each: self._new(each) for each in self._parameters()}
        self.segments = {each: self._new(each) for each in self._segments()}
        wire = [*self.segments.items(), *self.parameters.items()]
        self._outward = re.compile(
            WORD.format("|".join(map(re.escape, sorted(self.parameters, key=len, reverse=True))))
        )
        self._old = {new: old for old, new in wire}
        self._inward = re.compile(WORD.format("|".join(map(re.escape, self._old))))
        self._escaped = {_escaped(new): _escaped(old) for old, new in wire}
        self._strange = re.compile(WORD.format("|".join(re.escape(old) for old, _ in wire)))

    def _new(self, old: str) -> str:
        while True:
            made = "".join(
                self._chance.choice(string.ascii_uppercase if c.isupper() else string.ascii_lowercase)
                if c.isalpha()
                else c
                for c in old.ljust(9, "x")
            )
            if made not in self._taken and not re.search(r"\d", made[:1]):
                self._taken.add(made)
                return made

    def _operations(self) -> list[str]:
        return [
            node["operationId"]
            for item in self.document["paths"].values()
            for key, node in item.items()
            if key != "parameters"
        ]

    def _segments(self) -> list[str]:
        found = [part for path in self.document["paths"] for part in path.split("/") if part and "{" not in part]
        return list(dict.fromkeys(found))

    def _parameters(self) -> list[str]:
        found: list[str] = []

        def look(node: Any, key: str = "") -> None:
            if isinstance(node, dict):
                if "in" in node and isinstance(node.get("name"), str):
                    found.append(node["name"])
                if key == "properties":
                    found.extend(node)
                found.extend(node.get("x-aliases", ()))
                for name, inner in node.items():
                    look(inner, name)
            elif isinstance(node, list):
                for inner in node:
                    look(inner)

        look(self.document)
        return list(dict.fromkeys(found))

    # Files

    def contract(self, folder: Path) -> Path:
        """A copy of the contract whose surface has the new names."""
        copy = Path(shutil.copytree(SCHEMAS, folder / "schemas"))
        text = json.dumps(self._described(self.document))
        (copy / "surface.json").write_text(text, encoding="utf-8")
        return copy

    def _described(self, node: Any, key: str = "") -> Any:
        if isinstance(node, list):
            if key in ("required", "dependentRequired", "x-aliases"):
                return [self.parameters.get(each, each) for each in node]
            return [self._described(each, key) for each in node]
        if not isinstance(node, dict):
            if key in ("name", "member", "keyed", "x-location"):
                return self.parameters.get(node, node)
            if key in ("operationId", "read", "taken"):
                return self.operations.get(node, node)
            return node
        if key == "paths":
            return {self.path(path): self._described(item) for path, item in node.items()}
        if key in ("properties", "beside", "unlike", "dependentRequired"):
            return {self.parameters.get(name, name): self._described(inner, key if key == "dependentRequired" else "")
                    for name, inner in node.items()}  # fmt: skip
        return {
            name: self._sample(inner) if name == "examples" else self._described(inner, name)
            for name, inner in node.items()
        }

    def _sample(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._sample(each) for each in node]
        if isinstance(node, dict):
            return {self.parameters.get(name, name): self._sample(inner) for name, inner in node.items()}
        return node

    def path(self, path: str) -> str:
        """A path, or a path template, with the new names."""
        parts = []
        for part in path.split("/"):
            inner = part.strip("{}")
            parts.append("{" + self.parameters[inner] + "}" if part.startswith("{") else self.segments.get(part, part))
        return "/".join(parts)

    def profile(self, folder: Path) -> Path:
        """The profile of the reference target with the new names."""
        document = tomllib.loads((FIXTURES / "reference.toml").read_text(encoding="utf-8"))
        facts = document["facts"]
        for name in ("location", "impossible_location"):
            facts[name] = {self.parameters[key]: value for key, value in facts[name].items()}
        facts["server_error"]["path"] = self.path(facts["server_error"]["path"])
        limits = {}
        for key, bounds in document["limits"].items():
            operation, dot, parameter = key.rpartition(".")
            limits[self.operations.get(operation, operation) + dot + self.parameters[parameter]] = bounds
        document["limits"] = limits
        document["operations"]["forbidden"] = [self.operations[each] for each in document["operations"]["forbidden"]]
        path = folder / "profile.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    # Texts

    def id_before(self, case: str) -> str:
        """The id that a case has without the renaming."""
        old = {new: name for name, new in {**self.operations, **self.parameters}.items()}
        pattern = WORD.format("|".join(map(re.escape, old)))
        return re.sub(pattern, lambda match: old[match[0]], case)

    def inward(self, text: str, names_only: bool = False) -> str:
        """What was sent, as the target knows it; what uses an old name is meant to be strange to it."""
        if names_only:
            text = re.sub(
                r'"(\w+)"(\s*:)', lambda m: f'"strange-{m[1]}"{m[2]}' if m[1] in self.parameters else m[0], text
            )
        else:
            text = self._strange.sub(lambda match: f"strange-{match[0]}", text)
        for new, old in self._escaped.items():
            text = text.replace(new, old)
        return self._inward.sub(lambda match: self._old[match[0]], text)

    def outward(self, text: str) -> str:
        """A text with the new names of parameters."""
        return self._outward.sub(lambda match: self.parameters[match[0]], text)

    def answered(self, node: Any, key: str = "") -> Any:
        """A document of the target as it goes out: names of members, and names in what is said of an error."""
        if isinstance(node, dict):
            return {self.parameters.get(name, name): self.answered(inner, name) for name, inner in node.items()}
        if isinstance(node, list):
            return [self.answered(each, key) for each in node]
        if isinstance(node, str) and key == "FieldName":
            whole = self.outward(node)
            return whole if whole != node or node == "" else self._together(node)
        return self.outward(node) if isinstance(node, str) and key == "Message" else node

    def _together(self, text: str) -> str:
        for old in sorted(self.parameters, key=len, reverse=True):
            text = text.replace(old, self.parameters[old])
        return text


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(c):04x}" for c in text)


class Renamed:
    """A target behind its new names."""

    def __init__(self, target: Reference, names: Renaming) -> None:
        self.target, self.names = target, names

    def respond(
        self, method: str, target: str | bytes, headers: Sequence[tuple[str, str]] = (), body: bytes = b""
    ) -> Answer:
        """The answer of the target, in the new names, to a request in the new names."""
        raw = target.decode("latin-1") if isinstance(target, bytes) else target
        path, mark, query = raw.partition("?")
        pairs = [self._pair(each) for each in query.split("&")]
        there = self.names.inward(path) + mark + "&".join(pairs)
        told = self.names.inward(body.decode("latin-1"), names_only=True).encode("latin-1")
        answer = self.target.respond(method, there, headers, told)
        try:
            document = json.loads(answer.body)
        except ValueError:
            return answer
        separators: Mapping[str, Any] = {"separators": (",", ":")}
        return Answer(answer.status, answer.headers, json.dumps(self.names.answered(document), **separators).encode())

    def _pair(self, text: str) -> str:
        name, equals, value = text.partition("=")
        return self.names.inward(name) + equals + value

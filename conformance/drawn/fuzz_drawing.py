"""What Schemathesis draws for one operation, as requests of ours. Importing this module imports Schemathesis."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode

from conformance.drawn.rightness import triggers
from conformance.http.exchange import Request
from conformance.inputs.contract import Contract
from conformance.inputs.surface import Operation, Parameter
from conformance.planning.requests import JSON
from conformance.planning.values import corpus

_ORIGIN = "http://target.invalid"
_CONFIG = {
    "generation": {"mode": "all", "with-security-parameters": False},
    "phases": {"coverage": {"enabled": True, "unexpected-methods": []}},
}
#: Keywords of JSON Schema that a parameter's traits may hold.
_KEYWORDS = ("enum", "minLength", "maxLength", "minimum", "maximum")


class Drawing:
    """Requests to one operation; `names` are the values of path parameters that are not left to chance."""

    def __init__(self, contract: Contract, operation: Operation, names: Mapping[str, str]) -> None:
        self.operation = operation
        self.names = dict(names)
        self.free = operation.safety == "read"
        config = schemathesis.Config.from_dict(_CONFIG)
        self.schema = schemathesis.openapi.from_dict(described(contract, operation), config=config)
        self.subject = self.schema[operation.path][operation.method]

    def coverage(self, most: int, chance: Random) -> Iterator[Request | None]:
        """Requests of the coverage phase, each keyword of the description at its bounds: so many, chosen by chance."""
        config = self.schema.config.generation_for(operation=self.subject, phase="coverage")
        cases = list(
            self.schema.iter_coverage_cases(
                self.subject, generation_modes=list(GenerationMode), generation_config=config
            )
        )
        for case in chance.sample(cases, min(most, len(cases))):
            about = getattr(case.meta.phase.data, "parameter_location", None) if case.meta else None
            if not (self.free and about == ParameterLocation.PATH):
                case.path_parameters = {**case.path_parameters, **self.names}
            yield self.request(case)

    def fuzzing(self) -> Iterator[tuple[str, st.SearchStrategy[Request | None]]]:
        """What draws requests that fit the description, and such as do not."""
        for mode in GenerationMode:
            # A name that may be any text cannot fail to fit: looking for one that does takes seconds.
            left = [p for p in self.operation.parameters if mode.is_positive or p.place != "path" or p.trait("format")]
            if any(p.place != "path" or p.name not in self.names for p in left):
                named = self.subject.as_strategy(generation_mode=mode, path_parameters=self.names or None)
                yield mode.value, named.map(self.request)
            if self.free and self.names and left:
                free = self.subject.as_strategy(generation_mode=mode)
                yield f"{mode.value} with any names", free.map(self.request)

    def request(self, case: Any) -> Request | None:
        """The request of a drawn case; None where it cannot be written down."""
        given = case.as_transport_kwargs(base_url=_ORIGIN)
        kept = {k: v for k, v in given.items() if k in ("method", "url", "params", "json", "data", "files", "cookies")}
        content_type = given["headers"].get("Content-Type")
        try:
            made = requests.Request(**kept, headers={"Content-Type": content_type} if content_type else {}).prepare()
        except (ValueError, requests.RequestException):
            return None
        body = made.body or b""
        if isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        if not isinstance(body, bytes) or made.method is None:
            return None
        headers = [(name, _text(made.headers[name])) for name in ("Content-Type", "Cookie") if name in made.headers]
        own = {p.name.lower() for p in self.operation.placed("header")}
        headers += [(name, _text(value)) for name, value in given["headers"].items() if name.lower() in own]
        if not all(_sendable(value) for _, value in headers):
            return None
        return Request(made.method, made.path_url, (*headers, ("Accept", JSON)), body)


def described(contract: Contract, operation: Operation) -> dict[str, Any]:
    """One operation as an OpenAPI document, its formats written out as the rules have them."""
    node: dict[str, Any] = {"operationId": operation.id, "responses": {"default": {"description": "Any."}}}
    node["parameters"] = [
        {
            "name": p.name, "in": p.place, "required": p.required, "schema": _schema(contract, operation, p),
            **({"style": "form", "explode": False} if p.is_list else {}),
        }
        for p in operation.parameters
        if p.place != "body"
    ]  # fmt: skip
    body = operation.placed("body")
    if operation.media_type:
        schema = {
            "type": "object",
            "required": [p.name for p in body if p.required],
            "properties": {p.name: _schema(contract, operation, p) for p in body},
        }
        node["requestBody"] = {"required": True, "content": {operation.media_type: {"schema": schema}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": operation.id, "version": "1"},
        "paths": {operation.path: {operation.method.lower(): node}},
    }


def _schema(contract: Contract, operation: Operation, parameter: Parameter) -> dict[str, Any]:
    found = {key: parameter.traits[key] for key in _KEYWORDS if parameter.trait(key) is not None}
    kind = parameter.trait("type")
    if parameter.is_list:
        return {"type": "array", "items": {"type": "string", **found}, "minItems": 1}
    found["type"] = kind
    for _, trigger, facet in triggers(contract, operation, parameter):
        right = trigger.get("right")
        if right is None or kind != "string" or facet.guard is not None:
            continue
        texts = [entry["value"] for v in trigger["variants"] if "corpus" in v for entry in corpus(v["corpus"])["right"]]
        # What is sent to somebody goes to nobody: to numbers that are kept for samples.
        found.update({"enum": texts} if operation.safety != "read" and texts else right)
    if kind == "array" and isinstance(parameter.example, list) and parameter.example:
        found["items"] = {"enum": parameter.example}
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _sendable(value: str) -> bool:
    return all(32 <= ord(c) < 256 and ord(c) != 127 for c in value)

"""Reads an OpenAPI 3 description, JSON or YAML, into a surface."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from conformance.errors import ConfigurationError
from conformance.inputs.documents import hold_against, hold_schema, step, unknown_name
from conformance.inputs.documents import read as read_document
from conformance.inputs.flattening import flat
from conformance.inputs.surface import Facet, Operation, Parameter, Surface

#: Members that hold values, and no parts of a description.
DATA = ("example", "examples", "default", "enum", "const")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def load(path: Path, own: Callable[[Any, Path], Any] = lambda document, path: document) -> Surface:
    """The description in a JSON or YAML file; a `ConfigurationError` names the place of anything wrong.

    `own` takes what is somebody else's out of the document first.
    """
    document = read_document(path)
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        found = "Swagger 2.0" if isinstance(document, dict) and "swagger" in document else "no OpenAPI 3 description"
        raise ConfigurationError(f"{path}: this is {found}; --target-spec takes OpenAPI 3.0 or 3.1, JSON or YAML")
    document = own(document, path)
    hold_against(document, "surface.json", path)
    return _Reader(document, path).surface()


class _Reader:
    """Turns one OpenAPI document into a `Surface`; exists for the length of `load`."""

    def __init__(self, document: Mapping[str, Any], path: Path) -> None:
        self.document = document
        self.path = path
        self.unbound: list[str] = []

    def surface(self) -> Surface:
        operations: dict[str, Operation] = {}
        self.hold_references(self.document, "")
        self.hold_security(self.document.get("security"), "/security")
        for template, item in (self.document.get("paths") or {}).items():
            item = self.resolved(item, f"/paths/{step(template)}")
            shared = item.get("parameters", [])
            for method in METHODS:
                if method not in item:
                    continue
                operation = self.operation(method, template, item[method], shared)
                if operation.id in operations:
                    raise ConfigurationError(f"{self.path}: two operations have the operationId {operation.id!r}")
                operations[operation.id] = operation
        if not operations:
            raise ConfigurationError(f"{self.path}: at /paths: no operations; there is nothing to examine")
        components = self.document.get("components") or {}
        schemes = components.get("securitySchemes") or {}
        digest = hashlib.sha256(json.dumps(self.document, sort_keys=True, default=str).encode()).hexdigest()
        return Surface(
            title=str(self.document.get("info", {}).get("title", "")),
            operations=operations,
            discovery=tuple(self.document.get("x-discovery", ())),
            security=tuple({"name": name, **self.resolved(each, name)} for name, each in schemes.items()),
            digest=digest,
            unbound=tuple(self.unbound),
            base=_base(self.document),
        )

    def hold_references(self, node: Any, place: str) -> None:
        """Refuse references within the document that lead nowhere, also where no case looks, such as in responses."""
        if isinstance(node, dict):
            if str(node.get("$ref", "")).startswith("#/"):
                self.resolved(node, place)
            for key, each in node.items():
                named = place.endswith(("/responses", "/properties"))
                if (named or key not in DATA) and not key.startswith("x-"):
                    self.hold_references(each, f"{place}/{step(key)}")
        elif isinstance(node, list):
            for index, each in enumerate(node):
                self.hold_references(each, f"{place}/{index}")

    def hold_security(self, needed: Any, place: str) -> None:
        """Refuse a security requirement whose scheme is not described; one of none at all says that it is not told."""
        known = list((self.document.get("components") or {}).get("securitySchemes") or {})
        for index, each in enumerate(needed if isinstance(needed, list) else ()):
            lost = [name for name in each if name not in known] if isinstance(each, dict) else ["no object"]
            if known and lost:
                raise ConfigurationError(f"{self.path}: at {place}/{index}: {unknown_name(lost[0], known)}")

    def resolved(self, node: Any, place: str) -> Any:
        """The node that a chain of local references ends at; what stands beside a `$ref` wins over its target."""
        seen: set[str] = set()
        beside: dict[str, Any] = {}
        while isinstance(node, dict) and "$ref" in node:
            reference = node["$ref"]
            beside = {**{k: v for k, v in node.items() if k != "$ref"}, **beside}
            if not isinstance(reference, str) or not reference.startswith("#/"):
                raise ConfigurationError(
                    f"{self.path}: at {place}: the reference {reference!r} leads out of the file; bundle it into one"
                )
            if reference in seen:
                raise ConfigurationError(f"{self.path}: at {place}: the reference {reference!r} leads to itself")
            seen.add(reference)
            node = self.document
            for part in reference[2:].split("/"):
                key = unquote(part).replace("~1", "/").replace("~0", "~")
                if isinstance(node, list) and key.isdigit() and int(key) < len(node):
                    node = node[int(key)]
                elif isinstance(node, dict) and key in node:
                    node = node[key]
                else:
                    raise ConfigurationError(f"{self.path}: at {place}: the reference {reference!r} leads nowhere")
        return {**node, **beside} if beside and isinstance(node, dict) else node

    def operation(self, method: str, template: str, node: Mapping[str, Any], shared: list[Any]) -> Operation:
        place = f"/paths/{step(template)}/{method}"
        self.hold_security(node.get("security"), f"{place}/security")
        name = node.get("operationId") or _made_id(method, template)
        basis = node.get("x-basis", "documented")
        found: dict[tuple[str, str], Parameter] = {}
        for each in [*shared, *node.get("parameters", [])]:
            each = self.resolved(each, place)
            if each.get("in") == "cookie":
                self.unbound.append(f"{place}: the cookie {each['name']}")
            if each.get("in") not in ("path", "query", "header"):
                continue
            found[each["in"], each["name"]] = self.parameter(name, each, basis, place)
        media_type, body = self.body(node, place)
        required = body.get("required", [])
        lost = [each for each in required if each not in body.get("properties", {})]
        if lost:
            said = unknown_name(lost[0], list(body.get("properties", {})))
            raise ConfigurationError(f"{self.path}: at {place}/requestBody: of those that are required, {said}")
        for key, schema in body.get("properties", {}).items():
            spot = f"{place}/requestBody/{key}"
            schema = flat(schema, self.resolved, spot, self.path)
            found["body", key] = self.described(name, key, "body", key in required, schema, basis, schema, spot)
        group = [each["required"][0] for each in body.get("anyOf", []) if len(each.get("required", ())) == 1]
        in_path = re.findall(r"{([^{}]*)}", template)
        lost = [each for each in in_path if ("path", each) not in found]
        if lost:
            raise ConfigurationError(f"{self.path}: at {place}: the path parameter {lost[0]!r} is not described")
        return Operation(
            id=name,
            method=method.upper(),
            path=template,
            parameters=tuple(found.values()),
            safety=node.get("x-safety", "read" if method in ("get", "head") else "write"),
            media_type=media_type,
            effect=node.get("x-effect", {}),
            reads=node.get("x-reads", {}),
            group=tuple(group),
            group_basis=body.get("x-basis-anyOf", basis),
            together={key: tuple(names) for key, names in body.get("dependentRequired", {}).items()},
            basis=basis,
            secured=_secured(node.get("security", self.document.get("security", []))),
        )

    def parameter(self, operation: str, node: Mapping[str, Any], basis: str, place: str) -> Parameter:
        spot = f"{place}/parameters/{node['name']}"
        schema = flat(node.get("schema", {}), self.resolved, spot, self.path)
        required = bool(node.get("required")) or node["in"] == "path"
        return self.described(operation, node["name"], node["in"], required, schema, basis, node, spot)

    def body(self, node: Mapping[str, Any], place: str) -> tuple[str | None, Mapping[str, Any]]:
        content = self.resolved(node.get("requestBody", {}), place).get("content", {})
        for wanted in ("json", "x-www-form-urlencoded"):
            for media_type, each in content.items():
                if wanted in media_type:
                    return media_type, flat(each.get("schema", {}), self.resolved, place, self.path)
        if content:
            self.unbound.append(f"{place}: none of its media types is JSON or a form")
        return None, {}

    def described(
        self, operation: str, name: str, where: str, required: bool, schema: Mapping[str, Any], basis: str,
        outer: Mapping[str, Any], place: str,
    ) -> Parameter:  # fmt: skip
        kind = schema.get("type", "string")
        kind = next((each for each in kind if each != "null"), "string") if isinstance(kind, list) else kind
        inner = flat(schema.get("items", {}), self.resolved, place, self.path) if kind == "array" else {}
        is_list = kind == "array" and where == "query"
        traits: dict[str, Any] = {k: v for k, v in schema.items() if k not in ("items", "if", "then", "else")}
        traits.update({k: v for k, v in outer.items() if k.startswith("x-")})
        if is_list:
            traits.update({k: v for k, v in inner.items() if k != "type"})
        elif inner.get("x-asked"):
            traits["x-asked-items"] = inner["x-asked"]
        if "x-resource" in traits:
            traits.setdefault("x-identifies", traits["x-resource"])
        traits.update({"required": required, "in": where, "type": "list" if is_list else kind})
        traits["enumeration"] = "enum" in traits
        facets = [Facet(traits)]
        if "if" in schema:
            guard = schema["if"]
            hold_schema(guard, self.path, f"{place}/if")
            for branch, under in ((schema.get("then", {}), guard), (schema.get("else", {}), {"not": guard})):
                facets.append(Facet({**branch, "in": where, "type": kind, "required": False}, under))
        elif kind == "object" or "oneOf" in schema or (kind == "array" and not is_list and not inner.get("x-asked")):
            self.unbound.append(f"{place}: what stands inside it is not bound to any rule")
        examples = schema.get("examples") or []
        example = outer.get("example", schema.get("example", examples[0] if examples else schema.get("default")))
        return Parameter(
            operation=operation,
            name=name,
            place=where,
            required=required,
            facets=tuple(facets),
            example=example,
            is_list=is_list,
            basis=outer.get("x-basis", basis),
            aliases=tuple(outer.get("x-aliases", ())),
        )


def _secured(security: Any) -> bool:
    """Whether credentials are needed: an empty requirement among others says that there need be none."""
    return bool(security) and all(security)


def _base(document: Mapping[str, Any]) -> str:
    """The path of the first server, its variables filled in."""
    server: Any = next(iter(document.get("servers") or []), {})
    url = str(server.get("url", "")) if isinstance(server, dict) else ""
    for name, variable in (server.get("variables") or {}).items() if url else ():
        url = url.replace("{" + name + "}", str(variable.get("default", "")))
    path = url.partition("://")[2].partition("/")[2] if "://" in url else url
    path = path.strip("/")
    return f"/{path}" if path and "{" not in path else ""


def _made_id(method: str, template: str) -> str:
    words = [word for word in template.replace("{", "").replace("}", "").split("/") if word]
    return "-".join([method, *words]) if words else method

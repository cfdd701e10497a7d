"""What the reference target says of itself: an OpenAPI description made from its tables, and a list of its errors."""

from __future__ import annotations

import functools
import json
import re
import shlex
from typing import Any

from .envelope import OWN_STATUSES, STATUSES
from .on_demand import EXAMPLES
from .surface import LIMITS, MESSAGE_PARAMETERS, OPERATIONS, VOCABULARIES, Operation, Parameter
from .world import ACCOUNT, DAMAGED_CALL, TOKEN

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
_DESCRIPTIONS = {
    "400": "Missing or invalid data.",
    "401": "Wrong or missing credentials.",
    "403": "No permission, or the request would create an invalid state.",
    "500": "An error on the side of the server.",
}
_ENVELOPE = {
    "type": "object",
    "required": ["ResponseStatus"],
    "properties": {
        "ResponseStatus": {
            "type": "object",
            "required": ["ErrorCode", "Message"],
            "properties": {
                "ErrorCode": {"type": "string", "enum": [*STATUSES, *OWN_STATUSES]},
                "Message": {"type": "string"},
                "Errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["FieldName"],
                        "properties": {"FieldName": {"type": "string"}},
                    },
                },
            },
        }
    },
}


def _schema(operation: str, parameter: Parameter) -> dict[str, Any]:
    """The JSON Schema of one parameter."""
    match parameter.kind:
        case "integer":
            return {"type": "integer", "minimum": 0}
        case "boolean":
            return {"type": "boolean"}
        case "number":
            return {"type": "string", "pattern": r"^\+[1-9][0-9]{1,14}$"}
        case "number-in-path":
            return {"type": "string", "pattern": "^[1-9][0-9]{1,14}$", "description": "E.164 without the +"}
        case "country":
            return {"type": "string", "pattern": "^[A-Za-z]{2}$", "description": "ISO 3166-1 alpha-2"}
        case "word":
            return {"type": "string", "enum": list(VOCABULARIES[parameter.name][0])}
        case "words":
            words = ", ".join(VOCABULARIES[parameter.name][0])
            return {"type": "string", "description": f"Comma-separated: {words}"}
        case "items":
            return {
                "type": "array",
                "minItems": 1,
                "maxItems": 1000,
                "items": _object("sendMessage", MESSAGE_PARAMETERS),
            }
        case "sender":
            return {"type": "string", "description": "An E.164 number, or 1 to 11 letters, digits and spaces"}
    bounds = LIMITS.get(f"{operation}.{parameter.name}") or LIMITS.get(parameter.name)
    if bounds is None or parameter.kind != "text":
        return {"type": "string"}
    return {"type": "string", "minLength": bounds[0], "maxLength": bounds[1]}


def _object(operation: str, parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {parameter.name: _schema(operation, parameter) for parameter in parameters},
    }
    required = [parameter.name for parameter in parameters if parameter.required]
    return {**schema, "required": required} if required else schema


def _operation(operation: Operation) -> dict[str, Any]:
    refusals = {
        status: {
            "description": text,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorResponse"}}},
        }
        for status, text in _DESCRIPTIONS.items()
    }
    described: dict[str, Any] = {
        "operationId": operation.id,
        "parameters": [
            {
                "name": parameter.name,
                "in": parameter.place,
                "required": parameter.required,
                "schema": _schema(operation.id, parameter),
            }
            for parameter in operation.parameters
            if parameter.place != "body"
        ],
        "responses": {"200": {"description": "Done.", "content": {"application/json": {}}}, **refusals},
    }
    if operation.has_body:
        schema = _object(operation.id, tuple(each for each in operation.parameters if each.place == "body"))
        if operation.one_of:
            schema["anyOf"] = [{"required": [name]} for name in operation.one_of]
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return described


@functools.cache
def openapi() -> dict[str, Any]:
    """The API in OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Reference target", "version": "2"},
        "security": [{"basic": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
            "schemas": {"ErrorResponse": _ENVELOPE},
        },
    }


def errors(host: str) -> dict[str, Any]:
    """Every code with its status and a curl line that earns it. `host` is the Host header of the request."""
    base = f"http://{host if _HOST.fullmatch(host) else '127.0.0.1:8080'}"
    user = f"-u {ACCOUNT}:{TOKEN}"
    listed = []
    for example in EXAMPLES:
        words = ["curl", "-s", "-X", example.method, user, shlex.quote(base + example.path)]
        if example.body is not None:
            words += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(json.dumps(example.body))]
        listed.append({"ErrorCode": example.code, "Status": STATUSES[example.code], "Example": " ".join(words)})
    wrong = f"curl -s {shlex.quote(f'{base}/v2/Calls/{DAMAGED_CALL}')}"
    listed.append({"ErrorCode": "UNAUTHORIZED", "Status": 401, "Example": wrong})
    listed.append({"ErrorCode": "INTERNAL_SERVER_ERROR", "Status": 500, "Example": f"{wrong} {user}"})
    return {"Errors": listed}

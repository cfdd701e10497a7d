"""Turns templates into requests: right values for parameters, and the bytes that go out.

What goes into a path or a query is percent-encoded here, once; nothing later changes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from conformance.http.exchange import Request
from conformance.inputs.surface import Operation, Parameter
from conformance.planning.cases import Template, Value, literal

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
#: A value that turned out to be absent.
ABSENT = object()


def right(parameter: Parameter) -> Value:
    """A value without a fault: that of its fact, its example, its first enumerated one, or one of its type."""
    fact = parameter.trait("x-fact")
    sample = parameter.example
    if sample is None:
        known = parameter.trait("enum")
        sample = known[0] if known else _OF_TYPE.get(parameter.trait("type"), "Conformance")
    if parameter.trait("x-span"):
        return Value("span", which=parameter.trait("x-span"), literal=sample)
    if parameter.trait("x-location"):
        return Value("fact", fact="location", which=parameter.trait("x-location"), fallback=sample)
    if fact is None:
        return Value("literal", literal=sample, fallback=sample, form=_form(parameter))
    item = 0 if isinstance(sample, list) and not parameter.is_list else None
    return Value("fact", fact=fact, form=_form(parameter), fallback=sample, item=item)


_OF_TYPE: Mapping[Any, Any] = {"integer": 1, "number": 1, "boolean": True, "array": [], "object": {}, "list": []}


def _form(parameter: Parameter) -> str | None:
    form = parameter.trait("x-form")
    if form is None:
        form = {"e164": "+", "e164-digits": "digits"}.get(parameter.trait("format"))
    return form if isinstance(form, str) else None


def base(operation: Operation, *also: Parameter) -> Template:
    """The smallest request without a fault that has the parameters which are required, and `also`, with their fellows."""
    memo = ("base", *(p.key for p in also))
    found: Template | None = operation.memo.get(memo)
    if found is None:
        found = operation.memo[memo] = _base(operation, also)
    return found


def _base(operation: Operation, also: Sequence[Parameter]) -> Template:
    wanted = {p.key for p in operation.parameters if p.required} | {p.key for p in also}
    for parameter in also:
        for fellow in operation.together.get(parameter.name, ()):
            wanted.add(f"{parameter.place}:{fellow}")
    if operation.group and not any(f"body:{name}" in wanted for name in operation.group):
        free = [p for p in operation.placed("body") if p.name in operation.group and p.trait("x-mark")]
        wanted.add(free[0].key if free else f"body:{operation.group[0]}")
    values = {p.key: right(p) for p in operation.parameters if p.key in wanted}
    removed = operation.effect.get("deletes")
    key = operation.key_parameter(removed) if removed else None
    if removed and key is not None:
        # What the profile names is not put at risk: a broken target may remove what it should not.
        values[key.key] = Value("made", which=removed, fallback=key.example)
    return Template(operation, values)


def with_mark(template: Template, spare: str | None = None) -> tuple[Template, str | None]:
    """The template with one right change beside its fault that would show, and the name that it changes.

    `spare` is the parameter at fault, which cannot carry it.
    """
    operation = template.operation
    if operation is None or template.text is not None:
        return template, None
    for parameter in operation.placed("body"):
        if parameter.trait("x-mark") and parameter.name != spare:
            return template.setting({parameter.key: Value("mark")}), parameter.name
    return template, None


def build(template: Template, resolve: Callable[[Value], Any]) -> Request:
    """The request of a template, each value resolved by `resolve`, which may say `ABSENT`."""
    operation = template.operation
    if operation is None:
        assert template.method is not None and template.target is not None
        return Request(template.method, template.target, template.headers, template.text or b"", template.credentials)
    found = {key: resolve(value) for key, value in template.values.items()}
    path = operation.path
    for parameter in operation.placed("path"):
        value = found.get(parameter.key, ABSENT)
        path = path.replace("{" + parameter.name + "}", "" if value is ABSENT else quote(str(value), safe="-._~"))
    query = [
        f"{quote(p.name, safe='')}={_query_text(found[p.key])}"
        for p in operation.placed("query")
        if found.get(p.key, ABSENT) is not ABSENT
    ]
    if template.extra_query:
        query.append(template.extra_query)
    headers = [
        (p.name, str(found[p.key])) for p in operation.placed("header") if found.get(p.key, ABSENT) is not ABSENT
    ]
    body = b""
    media_type = template.media_type if template.media_type is not None else operation.media_type
    if template.text is not None:
        body = template.text
    elif operation.media_type is not None:
        members = {p.name: found[p.key] for p in operation.placed("body") if found.get(p.key, ABSENT) is not ABSENT}
        body = encoded(members, operation.media_type)
    named = {name.lower() for name, _ in template.headers}
    if media_type and (body or operation.media_type) and "content-type" not in named:
        headers.append(("Content-Type", media_type))
    if "accept" not in named:
        headers.append(("Accept", JSON))
    headers += [(name, value) for name, value in template.headers if value]
    target = template.target or (path + ("?" + "&".join(query) if query else ""))
    return Request(template.method or operation.method, target, tuple(headers), body, template.credentials)


def encoded(members: Any, media_type: str) -> bytes:
    """A body in the media type of its operation; lone surrogates can only go out escaped."""
    if "x-www-form-urlencoded" in media_type:
        pairs = [f"{quote(k, safe='')}={_query_text(v)}" for k, v in members.items() if v is not None]
        return "&".join(pairs).encode()
    try:
        return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(members, separators=(",", ":")).encode()


def _query_text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(quote(_plain(each), safe="-._~", errors="surrogatepass") for each in value)
    return quote(_plain(value), safe="-._~", errors="surrogatepass")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


__all__ = ["ABSENT", "FORM", "JSON", "base", "build", "encoded", "literal", "right", "with_mark"]

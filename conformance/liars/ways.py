"""The ways of spoiling a refusal, clause by clause: status, wrapper, code, message, errors, field names, bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from .answers import Way, both, document, drop, each_error, each_field, edit, media_type, member, octets, put


def pascal(code: str) -> str:
    return "".join(word.capitalize() for word in code.split("_"))


def camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def nameless(message: str) -> str:
    """A message that names no parameter."""
    return "Something about this request is not in order."


def _camel_members(found: dict[str, Any]) -> dict[str, Any]:
    return {camel(name): value for name, value in found.items()}


HTML: Final = b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Error</h1></body></html>"
XML: Final = (
    b'<?xml version="1.0"?><ErrorResponse><ResponseStatus><ErrorCode>ERROR</ErrorCode></ResponseStatus></ErrorResponse>'
)
_JSON = "json.every-response"
_LOST = "json.every-response envelope.present"

#: Statuses that no refusal of a registered operation may have.
OUTSIDE: Final = (404, 405, 406, 409, 410, 415, 418, 422, 200, 302)

WRAPPER: Final = (
    Way(
        "missing",
        "has its members outside ResponseStatus",
        "envelope.present",
        document(lambda it: it["ResponseStatus"]),
    ),
    Way("camel-case", "is wrapped in responseStatus", "envelope.present", document(_camel_members)),
    Way("other-name", "is wrapped in Error", "envelope.present", document(lambda it: {"Error": it["ResponseStatus"]})),
    Way(
        "nested",
        "is wrapped twice",
        "envelope.error-code envelope.message",
        document(lambda it: {"ResponseStatus": it}),
    ),
    Way("deep", "has its wrapper inside another object", "envelope.present", document(lambda it: {"Response": it})),
    Way("array", "is an array that holds the wrapper", "envelope.present", document(lambda it: [it])),
    Way("string", "is a JSON string that holds JSON", "envelope.present", document(json.dumps)),
    Way("null", "is the value null", "envelope.present", document(lambda it: None)),
    Way("empty", "is an empty object", "envelope.present", document(lambda it: {})),
    Way("listed", "has an array as its ResponseStatus", "envelope.present", member(lambda it: [it])),
    Way("text", "has its message as its ResponseStatus", "envelope.present", member(lambda it: it["Message"])),
    Way("null-inside", "has null as its ResponseStatus", "envelope.present", member(lambda it: None)),
)

CODE: Final = (
    Way("lower-case", "has its code in small letters", "envelope.error-code", edit("ErrorCode", str.lower)),
    Way("pascal-case", "has its code in PascalCase", "envelope.error-code", edit("ErrorCode", pascal)),
    Way(
        "blanks",
        "has blanks in its code",
        "envelope.error-code",
        edit("ErrorCode", lambda it: it.replace("_", " ") + " "),
    ),
    Way("missing", "has no code", "envelope.error-code", drop("ErrorCode")),
    Way("null", "has null as its code", "envelope.error-code", put(ErrorCode=None)),
    Way("number", "has a number as its code", "envelope.error-code", put(ErrorCode=1042)),
    Way("empty", "has an empty code", "envelope.error-code", put(ErrorCode="")),
    Way("listed", "has its code in an array", "envelope.error-code", edit("ErrorCode", lambda it: [it])),
    Way(
        "hyphens",
        "has hyphens in its code",
        "envelope.error-code",
        edit("ErrorCode", lambda it: it.replace("_", "-") + "-X"),
    ),
    Way("line-end", "has a line end after its code", "envelope.error-code", edit("ErrorCode", lambda it: it + "\n")),
    Way("sentence", "has a sentence as its code", "envelope.error-code", put(ErrorCode="Bad request.")),
    Way(
        "camel-key", "has its code under errorCode", "envelope.error-code", member(lambda it: _renamed(it, "ErrorCode"))
    ),
)

MESSAGE: Final = (
    Way("missing", "has no message", "envelope.message", drop("Message")),
    Way("empty", "has an empty message", "envelope.message", put(Message="")),
    Way("blank", "has a message of blanks", "envelope.message", put(Message="  \n ")),
    Way("null", "has null as its message", "envelope.message", put(Message=None)),
    Way("object", "has an object as its message", "envelope.message", edit("Message", lambda it: {"en": it})),
    Way("listed", "has its message in an array", "envelope.message", edit("Message", lambda it: [it])),
    Way("endless", "has a message without end", "envelope.message", edit("Message", lambda it: it + " Sorry." * 2000)),
    Way("number", "has a number as its message", "envelope.message", put(Message=400)),
    Way("camel-key", "has its message under message", "envelope.message", member(lambda it: _renamed(it, "Message"))),
)

# For refusals that carry at least one Error.
ERRORS: Final = (
    Way("object", "has an object as its Errors", "envelope.errors", edit("Errors", lambda it: it[0] if it else {})),
    Way("strings", "has strings as its Errors", "envelope.errors", each_error(lambda it: it["FieldName"])),
    Way("string", "has a string as its Errors", "envelope.errors", edit("Errors", lambda it: json.dumps(it))),
    Way("null", "has null as its Errors", "envelope.errors", put(Errors=None)),
    Way("map", "has its Errors by name", "envelope.errors", edit("Errors", lambda it: {"0": it})),
    Way("nested", "has its Errors in arrays", "envelope.errors", each_error(lambda it: [it])),
    Way("null-error", "has null among its Errors", "envelope.errors", edit("Errors", lambda it: [*it, None])),
    Way("number", "has the number of its Errors as its Errors", "envelope.errors", edit("Errors", lambda it: len(it))),
)

FIELD_FORM: Final = (
    Way("camel-key", "names parameters under fieldName", "envelope.field-name", each_error(_camel_members)),
    Way("null", "has null as FieldName", "envelope.field-name", each_field(lambda it: None)),
    Way("number", "has a number as FieldName", "envelope.field-name", each_field(lambda it: 1)),
    Way("listed", "has FieldName in an array", "envelope.field-name", each_field(lambda it: [it])),
    Way(
        "nothing", "has Errors without FieldName", "envelope.field-name", each_error(lambda it: {"Message": "Faulty."})
    ),
    Way(
        "other-key",
        "names parameters under Field",
        "envelope.field-name",
        each_error(lambda it: {"Field": it["FieldName"]}),
    ),
)

# What breaks the rule of a code whose FieldName is promised.
FIELD_LOST: Final = (
    Way("missing", "leaves Errors out", "", drop("Errors")),
    Way("emptied", "has no Errors", "", put(Errors=[])),
)
# What breaks the rule of every code that says which parameter FieldName may name.
FIELD_WRONG: Final = (
    Way("lower-case", "names parameters in small letters", "", each_field(str.lower)),
    Way("camel-case", "names parameters in camelCase", "", each_field(camel)),
    Way("other-name", "names a parameter that is none", "", each_field(lambda it: "Value")),
    Way("pointer", "names parameters with a path before them", "", each_field(lambda it: f"request.{it}")),
    Way("upper-case", "names parameters in capitals", "", each_field(str.upper)),
    Way("underscored", "names parameters with an underscore before them", "", each_field(lambda it: f"_{it}")),
    Way("cut", "cuts the last letter off the names of parameters", "", each_field(lambda it: it[:-1])),
)
MESSAGE_NAMELESS: Final = Way("nameless", "does not say the name", "", edit("Message", nameless))


def _renamed(found: dict[str, Any], name: str) -> dict[str, Any]:
    return {camel(each) if each == name else each: value for each, value in found.items()}


def _text(change: Callable[[str], str], encoding: str = "utf-8") -> Any:
    return octets(lambda body: change(body.decode()).encode(encoding))


BYTES: Final = (
    Way("html", "is an HTML page", _LOST, both(octets(lambda body: HTML), media_type("text/html; charset=utf-8"))),
    Way("html-as-json", "is an HTML page that says it is JSON", _LOST, octets(lambda body: HTML)),
    Way("xml", "is XML", _LOST, both(octets(lambda body: XML), media_type("application/xml"))),
    Way("plain", "is plain text", _LOST, both(octets(lambda body: b"Bad request"), media_type("text/plain"))),
    Way("as-text", "is JSON that says it is text", _JSON, media_type("text/plain; charset=utf-8")),
    Way("as-html", "is JSON that says it is HTML", _JSON, media_type("text/html")),
    Way("as-octets", "is JSON that says it is octets", _JSON, media_type("application/octet-stream")),
    Way("as-text-json", "is JSON that says it is text/json", _JSON, media_type("text/json")),
    Way("as-nothing", "has no media type", _JSON, media_type(None)),
    Way("as-near-json", "has the media type application/jsonx", _JSON, media_type("application/jsonx")),
    Way("single-quotes", "has single quotes for double ones", _LOST, _text(lambda text: text.replace('"', "'"))),
    Way("prefix", "has a prefix before the JSON", _LOST, octets(lambda body: b")]}',\n" + body)),
    Way("callback", "is JSON in a call", _LOST, octets(lambda body: b"callback(" + body + b");")),
    Way("byte-order-mark", "begins with a byte order mark", _LOST, octets(lambda body: b"\xef\xbb\xbf" + body)),
    Way(
        "not-utf-8",
        "has a byte that is not UTF-8",
        _LOST,
        octets(lambda body: body.replace(b'"Message":"', b'"Message":"\xe9')),
    ),
    Way("utf-16", "is written in UTF-16", _LOST, _text(lambda text: text, "utf-16")),
    Way("empty", "is empty", _LOST, octets(lambda body: b"")),
    Way("cut", "ends too early", _LOST, octets(lambda body: body[:-3])),
    Way("trailing-comma", "has a comma too many", _LOST, octets(lambda body: body[:-1] + b",}")),
    Way("twice", "comes twice in one body", _LOST, octets(lambda body: body + body)),
    Way("comment", "has a comment after it", _LOST, octets(lambda body: body + b" // error")),
    Way("not-a-number", "has NaN in it", _LOST, octets(lambda body: body[:-1] + b',"Took":NaN}')),
    Way(
        "line-end-in-text",
        "has a bare line end in a string",
        _LOST,
        octets(lambda body: body.replace(b'"Message":"', b'"Message":"\n')),
    ),
)

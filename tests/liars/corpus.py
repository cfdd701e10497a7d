"""Requests that tell a liar from the reference: for each operation right ones, faulty ones, odd ones, and sequences.

A *story* is what is sent to one target from its start, in order. The stories of an operation bear its name.
"""

from __future__ import annotations

import base64
import functools
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from conformance.reference import world
from conformance.reference.surface import LIMITS, OPERATIONS, VOCABULARIES, Operation, Parameter

NOW = 1_760_000_000


def basic(username: str, token: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{token}".encode()).decode()


OWNER = basic(world.ACCOUNT, world.TOKEN)
LIMITED = basic(world.ACCOUNT, world.LIMITED_TOKEN)
CREDENTIALS = (
    "",
    basic(world.ACCOUNT, "wrong"),
    basic(world.ACCOUNT, ""),
    basic("nobody", "nothing"),
    basic("nobody", world.TOKEN),
    basic(world.ACCOUNT, world.TOKEN.upper()),
    basic(world.ACCOUNT, world.TOKEN[:-2]),
    "Bearer " + OWNER[6:],
    "Basic !!!",
    "nonsense",
    "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
    "Basic " + base64.b64encode(b"nocolon").decode(),
)


@dataclass(frozen=True)
class Sent:
    """One request of a story."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""


@dataclass(frozen=True)
class Story:
    name: str
    requests: tuple[Sent, ...]


NOWHERE = "NOWHERE" + "0" * 25
PATHS = {
    "AccountSid": world.ACCOUNT,
    "PropertySid": world.PROPERTY,
    "AddressSid": world.ADDRESS,
    "Number": world.NUMBER[1:],
    "CallSid": world.CALL,
    "MessageSid": world.MESSAGE,
}
OTHER_PATHS: dict[str, tuple[str, ...]] = {
    "AccountSid": (NOWHERE, world.FOREIGN_ACCOUNT, "a" * 300, "a%25b"),
    "PropertySid": (NOWHERE, world.FOREIGN_PROPERTY, "%C3%A9", world.PROPERTY[:-1] + "1", "a" * 300),
    "AddressSid": (
        NOWHERE,
        world.FOREIGN_ADDRESS,
        world.LINKED_ADDRESS,
        "%00",
        world.ADDRESS[:-1] + "1",
        "a" * 300,
        "a" * 600,
    ),
    "CallSid": (NOWHERE, world.FOREIGN_CALL, "%C3%A9", world.CALL[:-1] + "1", world.DAMAGED_CALL, "a" * 300),
    "MessageSid": (NOWHERE,),
    "Number": (
        *(
            "61255509999",
            world.FOREIGN_NUMBER[1:],
            "6125550100",
            "612555010010",
            "061255501001",
            "61255501001%0A",
            "abc",
        ),
        *(
            "6125550100123456",
            "%D9%A6%D9%A1%D9%A25550100",
            "6125550100%D9%A1",
            "12",
            "61255501001x",
            "61-255501001",
            "61(2)55501001",
            "61255501001%20",
        ),
        *("61255501001123456789", "%F0%9F%98%80"),
    ),
}
BODIES: dict[str, dict[str, Any]] = {
    "configureNumber": {"Friendly": "Desk"},
    "purchaseNumber": {"Number": "+61255511000"},
    "addAddress": {"Line1": "1 Example Street", "City": "Canberra", "CountryCode": "AU"},
    "sendMessage": {"To": "+61455509009", "Text": "Good morning"},
    "sendMessageBatch": {"Messages": [{"To": "+61455509009", "Text": "Good morning"}]},
}
QUERIES = {"findMessages": {"Date_From": "0", "Date_To": str(NOW)}, "findAvailableNumbers": {"CountryCode": "AU"}}
NUMBERS = (
    *("+123456789012345", "+14155550100", "+6512345678", "+1234567890123456", "+12345678901234567890", "61455509009"),
    *(
        "++61455509009",
        "0061455509009",
        "0455509009",
        "+061455509009",
        "+61455509009\n",
        "+61455509009\nx",
        "+61 455 509 009",
        "+61455509009 ",
    ),
    *(
        " +61455509009",
        "+61-455-509-009",
        "+61(4)55509009",
        "+61455S09009",
        "+6145550900\u0669",
        "+\u06661455509009",
        "+",
    ),
    *(
        "+61455509009x12",
        "\uff0b61455509009",
        "tel:+61455509009",
        "x+61455509009",
        "+61.455.509",
        "call me",
        world.FOREIGN_NUMBER,
        world.OTHER_PROPERTY_NUMBER,
        "+12",
        "+61455509009abc",
    ),
)
COUNTRIES = (
    *("AU", "NZ", "au", "AUS", "036", "ZZ", "IS", "A", "A1", "36", "AUST", "Australia", "AU\nx", " AU ", "QQQ", "-U"),
    *("\uff21\uff35", "\u0410\u0423", "A-", "AUx", "1U", "aust", ""),
)
INTEGERS = ("5", "200", "abc", "-1", "1.5", "12abc", "x12", "1,5", "9" * 12, "9" * 25, "yesterday", "", "0", "5\nabc")
ODD_TEXTS = (
    *("x\0y", "\U0001f600", "  ", "\udcff", "it's", "two\nlines", "100%", "a b c", "a.b@example.com"),
    *("k\xf6ln", "2601", "Canberra", "ACT", "0"),
)


def _path(operation: Operation, others: Mapping[str, str]) -> str:
    values = {**PATHS, **others}
    return "/" + "/".join(values[each[1:-1]] if each[0] == "{" else each for each in operation.segments)


def request(
    operation: Operation,
    body: Any = None,
    query: dict[str, str] | None = None,
    *,
    credentials: str = OWNER,
    accept: str = "application/json",
    raw: bytes | None = None,
    media: str = "application/json",
    path: Mapping[str, str] | None = None,
) -> Sent:
    headers = [("Authorization", credentials)] if credentials else []
    headers += [("Accept", accept)] if accept else []
    if operation.method == "POST" and media:
        headers.append(("Content-Type", media))
    target = _path(operation, path or {})
    pairs = QUERIES.get(operation.id, {}) if query is None else query
    if pairs:
        target += "?" + "&".join(f"{name}={quote(value, errors='surrogateescape')}" for name, value in pairs.items())
    data = b""
    if operation.has_body:
        data = json.dumps(BODIES[operation.id] if body is None else body).encode() if raw is None else raw
    elif raw is not None:
        data = raw
    return Sent(operation.method, target, tuple(headers), data)


def _values(operation: Operation, parameter: Parameter) -> Iterator[Any]:
    match parameter.kind:
        case "number" | "sender":
            yield from NUMBERS
        case "country":
            yield from COUNTRIES
        case "integer":
            yield from INTEGERS if parameter.place == "query" else (NOW, NOW + 0.5, -1, "soon", True)
        case "word" | "words":
            words = VOCABULARIES[parameter.name][0]
            yield from words
            first = words[0]
            yield from ("Telex", first + "x", first[:-1], "x" + first, "\xf6", "Telex\n", first.upper(), first.lower())
            yield from (f"{first},Telex", f"Telex,{first}", f"{first}, {first},")
            yield ",".join(words[:2])
            # In capitals, these two letters are those of ASCII; to some libraries NUL is a blank.
            yield from (word.lower().replace("i", "\u0131").replace("s", "\u017f") for word in words)
            yield first + "\0"
        case "sid":
            yield from (NOWHERE, world.FOREIGN_ADDRESS, world.ADDRESS[:-1] + "1", world.ADDRESS, world.LINKED_ADDRESS)
    bounds = LIMITS.get(f"{operation.id}.{parameter.name}") or LIMITS.get(parameter.name)
    if parameter.kind in ("text", "texts", "sender"):
        yield from ODD_TEXTS
        yield ""
        yield "x" * 300
    if bounds:
        low, high = bounds
        yield from ("x" * high, "x" * (high + 1), "\xe9" * high, "x" * low)
        if low > 1:
            yield "x" * (low - 1)
    if parameter.place == "body":
        yield from (None, "", 5, True, ["x"], {"x": 1})
        yield "\ud800"


def _given(operation: Operation, parameter: Parameter, value: Any) -> Sent:
    if parameter.place == "query":
        return request(operation, query={**QUERIES.get(operation.id, {}), parameter.name: value})
    body = {**BODIES[operation.id], parameter.name: value}
    if operation.id == "configureNumber" and parameter.name != "Friendly":
        del body["Friendly"]
    return request(operation, body)


def _faults(operation: Operation) -> list[tuple[Parameter, Any]]:
    """One or two faults of each parameter, for pairs of them."""
    values: dict[str, tuple[Any, ...]] = {
        "number": ("12",),
        "sender": ("x" * 12,),
        "country": ("A1", "ZZ"),
        "integer": ("abc",),
        "word": ("Telex",),
        "words": ("Telex",),
        "text": ("x" * 3000, "x"),
        "number-in-path": ("abc",),
    }
    return [(each, value) for each in operation.parameters for value in values.get(each.kind, ())] + [
        (each, None) for each in operation.parameters if each.required and each.place != "path"
    ]


def _paired(operation: Operation) -> Iterator[Sent]:
    faults = _faults(operation)
    for index, (first, one) in enumerate(faults):
        for second, two in faults[index + 1 :]:
            if first is second or (operation.id == "sendMessage" and "Webhook" in first.name + second.name):
                continue
            query = dict(QUERIES.get(operation.id, {}))
            body = dict(BODIES.get(operation.id, {}))
            path: dict[str, str] = {}
            for parameter, value in ((first, one), (second, two)):
                place = {"query": query, "body": body, "path": path}[parameter.place]
                if value is None:
                    place.pop(parameter.name, None)
                else:
                    place[parameter.name] = value
            yield request(operation, body, query, path=path)


def _common(operation: Operation) -> Iterator[Sent]:
    """What is asked of every operation."""
    yield request(operation, query={**QUERIES.get(operation.id, {}), "Unknown": "1"})
    for credentials in CREDENTIALS:
        yield request(operation, credentials=credentials)
        yield request(operation, {}, {}, credentials=credentials, path=dict.fromkeys(PATHS, NOWHERE))
    yield request(operation, credentials=LIMITED)
    yield request(operation, {"Friendly": "x" * 300}, credentials=LIMITED)
    for accept in ("", "text/html", "application/xml", "text/plain", "image/png", "*/*"):
        yield request(operation, accept=accept)
        yield request(operation, accept=accept, path=dict.fromkeys(PATHS, NOWHERE))
    for name in PATHS:
        if f"{{{name}}}" in operation.path:
            for value in OTHER_PATHS[name]:
                yield request(operation, path={name: value})
    yield request(operation, raw=b"{}")


def _single(operation: Operation) -> Iterator[Sent]:
    for parameter in operation.parameters:
        if parameter.place == "path":
            continue
        if parameter.required:
            for without in ({**BODIES.get(operation.id, {})}, {**BODIES.get(operation.id, {}), parameter.name: None}):
                if parameter.place == "body" and parameter.name in without and without[parameter.name] is not None:
                    del without[parameter.name]
                query = {name: value for name, value in QUERIES.get(operation.id, {}).items() if name != parameter.name}
                yield request(operation, without, query)
        if parameter.place == "query":
            yield request(operation, query={**QUERIES.get(operation.id, {}), f"{parameter.name}[]": "1"})
        for value in _values(operation, parameter):
            yield _given(operation, parameter, value)


def _bodies(operation: Operation) -> Iterator[Sent]:
    """Bodies that are odd as a whole."""
    right = json.dumps(BODIES[operation.id]).encode()
    yield request(operation, {})
    for raw in (
        *(
            b"",
            b"[]",
            b"null",
            b'"text"',
            b"5",
            b"{",
            b"[" * 100,
            b"[" * 100_000,
            right + b"x",
            b"{," + right[1:],
            right.replace(b'":', b'" '),
            right[:-1] + b",}",
            right[:-2],
        ),
        *(
            right.replace(b'"', b"'"),
            right[:-1] + b',"Extra":NaN}',
            b"\xef\xbb\xbf" + right,
            right.decode().encode("utf-16"),
        ),
        *(right[:-1] + b',"Friendly":"\xe9"}', right[:-1] + b',"Extra":/* no */1}', right[:-1] + b",Extra:1}"),
        *(
            right[:-1] + b',"Extra":"a\nb"}',
            right[:-1] + b',"Extra":01}',
            right[:-1] + b',"Extra":1,"Extra":2}',
            right + right,
        ),
        right[:-1] + b',"Friendly":"' + b"x" * 300_000 + b'"}',
        b'{"a":' * 60 + b"1" + b"}" * 60,
    ):
        yield request(operation, raw=raw)
    for media in (
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "application/json; charset=utf-8",
    ):
        yield request(operation, media=media)
    yield request(operation, {**BODIES[operation.id], "RoutingMethod": "", "EndpointNumber": "+61491570156"})
    body = {**BODIES[operation.id], "Friendly": "x" * 300}
    yield request(operation, body)
    yield request(operation, dict(reversed(body.items())))


def _operation_stories(operation: Operation) -> Iterator[Story]:
    yield Story(operation.id, tuple(_common(operation)))
    if operation.has_body:
        yield Story(operation.id, tuple(_bodies(operation)))
    yield Story(operation.id, tuple(_single(operation)))
    yield Story(operation.id, tuple(_paired(operation)))


def _find(operation: str) -> Operation:
    return next(each for each in OPERATIONS if each.id == operation)


def _get(target: str) -> Sent:
    return Sent("GET", target, (("Authorization", OWNER), ("Accept", "application/json")))


def _plain(method: str, target: str, body: Any = None) -> Sent:
    headers = (("Authorization", OWNER), ("Accept", "application/json"), ("Content-Type", "application/json"))
    return Sent(method, target, headers, b"" if body is None else json.dumps(body).encode())


_ADDRESSES = f"/v2/Accounts/{world.ACCOUNT}/Addresses"
_NUMBERS = f"/v2/Properties/{world.PROPERTY}/Numbers"
_NUMBER = f"/v2/Numbers/{world.NUMBER[1:]}"
_ADDRESS = f"/v2/Addresses/{world.ADDRESS}"
_LINKED = f"/v2/Addresses/{world.LINKED_ADDRESS}"
_CREATED = [world.sid("D", "created", serial) for serial in range(1, 4)]
_MESSAGES = [world.sid("M", "created", serial) for serial in range(1, 6)]
_WHOLE = {
    **{"Friendly": "Shed", "Reference": "R-1", "Line1": "1 Example Street", "Line2": "Floor 2", "City": "Canberra"},
    **{"Region": "ACT", "CountryCode": "AU", "PostalCode": "2601"},
}
_CONFIGURED = {
    **{"Friendly": "New", "Recording": "Call", "EndpointNumber": "+14155550100", "SendSmsTo": "+14155550101"},
    **{"Attribution_Source": "tv", "SendEmailTo": "new@example.com", "AddressSid": world.ADDRESS},
}
_SENT = {"To": "+61455509009", "Text": "Good morning"}


def _property(what: str) -> str:
    return f"/v2/Properties/{world.PROPERTY}/{what}"


def _state_stories() -> Iterator[Story]:
    reads = [_get(f"/v2/Addresses/{sid}") for sid in _CREATED] + [_get(_ADDRESSES)]
    faulty = [
        *(
            {**_WHOLE, "Line2": "x" * 500},
            {**_WHOLE, "CountryCode": "A1"},
            {**_WHOLE, "City": None},
            {**_WHOLE, "Friendly": "x" * 80},
        ),
    ]
    yield Story("addAddress", (_plain("POST", _ADDRESSES, _WHOLE), *reads, _plain("POST", _ADDRESSES, _WHOLE), *reads))
    for body in faulty:
        yield Story("addAddress", (_plain("POST", _ADDRESSES, body), *reads))
    add = _find("addAddress")
    for credentials in ("", LIMITED):
        yield Story("addAddress", (request(add, credentials=credentials), *reads))
        yield Story("deleteAddress", (request(_find("deleteAddress"), credentials=credentials), _get(_ADDRESS)))
        yield Story("configureNumber", (request(_find("configureNumber"), credentials=credentials), _get(_NUMBER)))
    delete = _plain("DELETE", _ADDRESS)
    again = _plain("POST", _NUMBER, {"AddressSid": world.ADDRESS})
    buy = {"Number": "+61255511000", "AddressSid": world.ADDRESS}
    yield Story(
        "deleteAddress",
        (_get(_ADDRESS), delete, _get(_ADDRESS), _get(_ADDRESS), _get(_ADDRESSES), *[delete] * 6, again),
    )
    yield Story("deleteAddress", (delete, again, _plain("POST", _NUMBERS, buy), _get(_ADDRESS), _get(_ADDRESSES)))
    yield Story("deleteAddress", (delete, _plain("DELETE", f"/v2/Addresses/{_CREATED[0]}"), *[delete] * 5))
    made = _plain("DELETE", f"/v2/Addresses/{_CREATED[0]}")
    yield Story("deleteAddress", (_plain("POST", _ADDRESSES, _WHOLE), delete, made, *reads))
    yield Story("deleteAddress", (_plain("POST", _ADDRESSES, _WHOLE), made, *reads))
    yield Story("deleteAddress", (_plain("DELETE", _LINKED), _get(_LINKED), _get(_NUMBER), _get(_ADDRESSES)))
    relinked = _plain("POST", _NUMBER, {"AddressSid": world.LINKED_ADDRESS})
    yield Story("deleteAddress", (again, delete, _get(_ADDRESS), relinked, _get(_NUMBER), delete, _get(_ADDRESS)))
    yield Story("deleteAddress", (_plain("POST", _NUMBERS, buy), delete, _get(_ADDRESS), _get(_NUMBERS)))
    yield Story("configureNumber", (_plain("POST", _NUMBER, _CONFIGURED), _get(_NUMBER), relinked, _get(_NUMBER)))
    for change in ({"Recording": "x"}, {"AddressSid": NOWHERE}, {"EndpointNumber": "12"}, {"SendEmailTo": "x" * 300}):
        yield Story("configureNumber", (_plain("POST", _NUMBER, {"Friendly": "Changed", **change}), _get(_NUMBER)))
    for buying in (
        {"Number": "+61255511000"},
        {"Number": "+61255511000", "AddressSid": NOWHERE},
        {"Number": world.OTHER_PROPERTY_NUMBER},
    ):
        yield Story(
            "purchaseNumber",
            (_plain("POST", _NUMBERS, buying), _get(f"{_NUMBERS}?Results_Skip=7"), _get("/v2/Numbers/61255511000")),
        )
    sent = [_get(f"/v2/Messages/{sid}") for sid in _MESSAGES]
    found = _get(_property(f"Messages?Date_From=0&Date_To={NOW + 9}"))
    for what, text in (
        *(("Messages", _SENT), ("BatchMessages", {"Messages": [_SENT, _SENT]}), ("Messages", {**_SENT, "To": "12"})),
        *(("Messages", {"To": _SENT["To"]}), ("Messages", {**_SENT, "From": world.OTHER_PROPERTY_NUMBER})),
        *(("Messages", {**_SENT, "From": world.FOREIGN_NUMBER}), ("Messages", {**_SENT, "DeliveryReceipt": "yes"})),
    ):
        yield Story("sendMessage", (_plain("POST", _property(what), text), *sent, found))


def _other_stories() -> Iterator[Story]:
    available = "/v2/AvailableNumbers?CountryCode=AU"
    yield Story(
        "findAvailableNumbers",
        tuple(
            _get(available + rest)
            for rest in (
                *(
                    "&Region=ACT&City=Canberra&PostalCode=2601",
                    "&Region=ACT&City=Sydney&PostalCode=3000",
                    "&Region=Nowhere",
                ),
                *(
                    "&City=Nowhere",
                    "&PostalCode=99999",
                    "&Region=ACT&City=Canberra",
                    "&Type=Local&Capabilities=SMS",
                    "&City=Canberra",
                ),
            )
        ),
    )
    lists = f"{_NUMBERS}?Results_Count=5&Results_Skip=abc"
    yield Story(
        "listPropertyNumbers",
        (_get(lists), _get(f"{_NUMBERS}?Results_Skip=abc&Results_Count=5"), _get(f"{_NUMBERS}?Type=Local&Type=SMS")),
    )
    yield Story(
        "listAddresses", (_get(f"{_ADDRESSES}?Results_Count=5&Results_Skip=abc"), _get(f"{_ADDRESSES}?City=a%2Fb"))
    )
    targets = (
        *(
            "/",
            "/v2",
            "/v2/Nothing",
            "/v2/Numbers/",
            "/v2//Numbers",
            "/v2/../v2/Numbers",
            "/v2/Addresses/%zz",
            "/v2/Addresses/%c0%af",
        ),
        *("/v2/Addresses/%00", "/v2/Addresses/a%2Fb", "/v2/Addresses/a%0Ab", f"{_NUMBERS}/", "/v2/Calls/.."),
    )
    yield Story("unknown", tuple(_plain(method, target) for target in targets for method in ("GET", "POST")))
    yield Story("methods", tuple(_plain(method, _NUMBER) for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")))
    yield Story(
        "unknown",
        (
            Sent("GET", "/v2/Nothing", ()),
            Sent("GET", _NUMBER, (("AUTHORIZATION", OWNER),)),
            Sent("GET", _NUMBER, (("authorization", OWNER),)),
        ),
    )
    body = json.dumps({"a": 1}).encode()
    yield Story("get-body", (Sent("GET", _NUMBER, (("Authorization", OWNER),), body),))
    yield Story("many", tuple(_get(f"{_NUMBERS}?Results_Count=abc") for _ in range(30)))
    yield Story("many", tuple(_get(_NUMBER) for _ in range(32)))
    yield Story(
        "page",
        (
            _get(f"{_NUMBERS}?Results_Count=0"),
            _get(f"{_NUMBERS}?Results_Count=201"),
            _get(f"{_NUMBERS}?Results_Count=2"),
        ),
    )


def _near_misses() -> Iterator[Story]:
    """One request, or a few, for each liar that shows at a value which nobody would write down."""
    calls = f"/v2/Accounts/{world.ACCOUNT}/Calls"
    tenth = world.PROPERTY[:9] + ("A" if world.PROPERTY[9] != "A" else "B") + world.PROPERTY[10:]
    configured = (
        {"EndpointNumber": "+1415555０100"},
        {"SendSmsTo": "+6141555501001"},
        {"Friendly": "Büro"},
        {"Attribution_Medium": "x" * 200, "Friendly": "Kept"},
        [1],
    )
    for body in configured:
        yield Story("configureNumber", (_plain("POST", _NUMBER, body), _get(_NUMBER)))
    yield Story("addAddress", (_plain("POST", _ADDRESSES, {**_WHOLE, "Reference": "電話"}),))
    yield Story("addAddress", (_plain("POST", _ADDRESSES, {**_WHOLE, "Unheard": 1}),))
    yield Story("listPropertyNumbers", (_get(f"/v2/Properties/{tenth}/Numbers"), _get(f"{_NUMBERS}?Type=%F0%9F%98%80")))
    yield Story("listAccountCalls", (_get(f"{calls}?Disposition=Annswered"), _get(f"{calls}?Token=%C3%BC")))
    yield Story("sendMessage", (_plain("POST", f"/v2/Properties/{world.PROPERTY}/Messages", {**_SENT, "Text": "0"}),))
    flows = f"/v2/Properties/{world.PROPERTY}/Flows"
    yield Story(
        "listFlows",
        (_get(f"{flows}?Results_Skip=5%25"), _get(f"{flows}?Results_Skip=0"), _get(f"{flows}?Results_Count=50")),
    )
    late = {**_SENT, "Schedule": int(time.time()) - 1800}
    yield Story("sendMessage", (_plain("POST", f"/v2/Properties/{world.PROPERTY}/Messages", late),))


def _repeated(operation: Operation) -> Story:
    nowhere = request(operation, path=dict.fromkeys(PATHS, NOWHERE))
    empty = request(operation, {}, {})
    malformed = request(operation, {"Recording": "x"}, path={**dict.fromkeys(PATHS, NOWHERE), "Number": "abc"})
    unknown = request(operation, {"Recording": "x"})
    return Story(operation.id, (*[nowhere] * 3, *[empty] * 3, *[malformed] * 2, *[unknown] * 2))


@functools.cache
def stories() -> tuple[Story, ...]:
    """Every story, those that tell most liars first."""
    return (
        *_other_stories(),
        *(_repeated(operation) for operation in OPERATIONS),
        *_state_stories(),
        *_near_misses(),
        *(story for operation in OPERATIONS for story in _operation_stories(operation)),
    )

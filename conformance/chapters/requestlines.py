"""Request-targets, methods and header fields that are broken, odd or too large, as they go out on the wire.

Much of this never gets as far as an API: what an HTTP server says of it by itself is worth a word at most. What is well
formed does, and is judged like any other request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.http.exchange import Headers
from conformance.inputs.contract import Contract
from conformance.inputs.profile import Profile
from conformance.inputs.surface import Operation, Parameter, Surface
from conformance.planning.cases import EITHER, Case, Expected, Template, case_id, literal
from conformance.planning.requests import JSON, base, right
from conformance.planning.safety import of_method
from conformance.planning.values import MADE_UP

if TYPE_CHECKING:
    from conformance.chapters.octets import Maker

#: Stands in a target where raw octets go.
PLACEHOLDER = "Zzoctets"
#: Well-formed percent-encoding in a path, which gets as far as the API; and what an HTTP server may refuse.
IN_PATH = {"beyond-ascii": "%F0%9F%98%80%D7%A9%E9%9B%BB'%22%25%5C%3C%7B", "long": "x" * 300}
IN_PATH_PERHAPS = {"nul": "%00", "line-end": "%0D%0A", "broken": "%zz"}
IN_PATH_SELDOM = {
    "cut-off": "%4", "percent-alone": "%", "overlong": "%C0%AF%E0%80%AF", "invalid-utf-8": "%FF%FE",
    "half-a-pair": "%ED%A0%80", "raw-octets": "\xff\xfe\xe9", "raw-quote": '"<>', "raw-brackets": "[]{}|^`",
    "semicolon": ";a=b", "plus": "+", "fragment": "#a", "very-long": "x" * 8192, "longer-still": "x" * 65536,
}  # fmt: skip
#: What may make another path of it, and one that is unknown.
IN_PATH_APART = {"encoded-slash": "%2F", "encoded-dots": "%2E%2E%2F%2E%2E", "backslash": "\\..\\"}
IN_QUERY = {
    "nul": "%00", "line-end": "%0D%0A", "overlong": "%C0%AF", "invalid-utf-8": "%FF", "empty": "",
    "twice-encoded": "%2500",
}  # fmt: skip
IN_QUERY_PERHAPS = {
    "broken": "%zz", "cut-off": "%4", "percent-alone": "%", "raw-octets": "\xff\xe9", "very-long": "x" * 8192,
    "longer-still": "x" * 65536,
}  # fmt: skip
#: Whole queries, beside what is due.
QUERIES = {
    "unknown": f"{MADE_UP}=1", "name-alone": MADE_UP, "brackets": f"{MADE_UP}[]=1&[a][b]=2",
}  # fmt: skip
METHODS = ("get", "HEAD", "TRACE", "CONNECT", "FOO", "G(T", "M" * 8192)
_CLOSE = ("Connection", "close")
FIELDS: dict[str, Headers] = {
    "long": (("X-Conformance", "x" * 8192),),
    "longer-still": (("X-Conformance", "x" * 65536),),
    "many": tuple((f"X-Conformance-{index}", "x") for index in range(500)),
    "empty-host": (("Host", ""),),
    "two-hosts": (("Host", "a.invalid"), ("Host", "b.invalid")),
    "broken-host": (("Host", "a b/c"),),
    "nul": (("X-Conformance", "a\0b"),),
    "octets": (("X-Conformance", "\xff\xe9"),),
    "blank-in-name": (("X Conformance", "1"),),
    "no-name": (("", "1"),),
    "folded": (("X-Conformance", "a\r\n b"),),
    "line-without-colon": (("X-Conformance", "a\r\nno colon here"),),
    "version-of-upgrade": (("Upgrade", "h2c"), ("Connection", "Upgrade")),
    "expect-made-up": (("Expect", MADE_UP),),
    "range": (("Range", "bytes=0-1"),),
    "if-match": (("If-Match", '"none"'),),
    "if-none-match": (("If-None-Match", "*"),),
    "accept-charset": (("Accept-Charset", "utf-16"),),
    "method-override": (("X-HTTP-Method-Override", MADE_UP),),
}
FRAMING: dict[str, tuple[Headers, bytes | None]] = {
    "expect-continue": ((("Expect", "100-continue"),), None),
    "length-too-small": ((("Content-Length", "3"),), None),
    "length-negative": ((("Content-Length", "-1"),), None),
    "length-no-number": ((("Content-Length", "abc"),), None),
    "two-lengths": ((("Content-Length", "3"), ("Content-Length", "5")), None),
    "bad-chunk-size": ((("Transfer-Encoding", "chunked"),), b"zz\r\n{}\r\n0\r\n\r\n"),
    "bad-chunk-end": ((("Transfer-Encoding", "chunked"),), b"2\r\n{}x\r\n0\r\n\r\n"),
    "negative-chunk": ((("Transfer-Encoding", "chunked"),), b"-2\r\n{}\r\n0\r\n\r\n"),
    "unknown-coding": ((("Transfer-Encoding", MADE_UP),), b"{}"),
    "chunks-and-length": ((("Transfer-Encoding", "chunked"), ("Content-Length", "2")), b"2\r\n{}\r\n0\r\n\r\n"),
}


def plan(contract: Contract, surface: Surface, profile: Profile, maker: Maker) -> Iterator[Case]:
    """The cases of request lines and header fields."""
    operations = list(surface.operations.values())
    reading = [o for o in operations if o.safety == "read"]
    there = [o for o in operations if o.id not in profile.unsupported]
    first = next((o for o in there if o.safety == "read" and o.placed("path")), None)
    listing = next((o for o in there if o.safety == "read" and any(_is_free(p) for p in o.placed("query"))), None)
    for operation in operations:
        for parameter in operation.placed("path"):
            yield from _in_path(maker, operation, parameter, operation is first)
    for operation in reading:
        yield from _in_query(maker, operation, operation is listing)
        yield from _of_other_lists(maker, operation, reading)
    writing = next((o for o in there if o.safety == "write" and "creates" in o.effect and o.media_type), None)
    if first is not None:
        yield from _odd_targets(contract, first)
        yield from _lines_and_fields(contract, first, [o for o in operations if o.path == first.path])
        for name, text in (("on-get", b'{"a":1}'), ("unreadable-on-get", b"{")):
            yield maker.case(first, "body", name, base(first).having(text=text, media_type=JSON))
    removing = next((o for o in operations if "deletes" in o.effect and o.placed("path")), None)
    if removing is not None:
        template = _naming(removing, removing.placed("path")[0], "x").having(text=b"[", media_type=JSON)
        yield maker.case(removing, "body", "on-delete", template, options={"made_up": True})
    if writing is not None:
        for name, (fields, body) in FRAMING.items():
            # The path names nothing, so that nothing is made whatever is taken for the body.
            template = _naming(writing, writing.placed("path")[0], "x") if writing.placed("path") else base(writing)
            template = template.having(headers=(*fields, _CLOSE), text=body)
            yield _apart(contract, "framing", name, template, "write", {"made_up": True})


def _in_path(maker: Maker, operation: Operation, parameter: Parameter, thorough: bool) -> Iterator[Case]:
    """Octets behind a sample of the parameter: it names nothing."""
    for some, before in ((IN_PATH, False), (IN_PATH_PERHAPS, True), (IN_PATH_SELDOM if thorough else {}, True)):
        for name, octets in some.items():
            template = _naming(operation, parameter, PLACEHOLDER)
            yield maker.case(operation, parameter.name, f"octets.{name}", template, parameter=parameter, before=before,
                             options={"octets": octets, "made_up": True})  # fmt: skip
    for name, octets in IN_PATH_APART.items() if thorough else ():
        template = _naming(operation, parameter, PLACEHOLDER)
        made = maker.case(operation, parameter.name, f"octets.{name}", template, parameter=parameter, before=True,
                          options={"octets": octets, "made_up": True})  # fmt: skip
        stray = replace(made.expected, statuses=maker.contract.statuses.any_refusal, registered=False)
        yield replace(made, expected=stray)


def _naming(operation: Operation, parameter: Parameter, tail: str) -> Template:
    sample = right(parameter)
    head = sample.fallback if isinstance(sample.fallback, str) else sample.literal or MADE_UP
    return base(operation).setting({parameter.key: literal(f"{head}{tail}")})


def _in_query(maker: Maker, operation: Operation, thorough: bool) -> Iterator[Case]:
    parameters = operation.placed("query")
    if not parameters:
        return
    for name, query in QUERIES.items() if thorough else list(QUERIES.items())[:1]:
        yield maker.case(operation, "query", f"octets.{name}", base(operation), options={"query": query})
    for parameter in parameters:
        # Some readers of queries make an array or an object of it, where a text is due.
        for name, brackets in (("list", "[]"), ("member", "[a]")) if thorough else (("list", "[]"),):
            yield maker.case(operation, parameter.name, f"brackets.{name}", base(operation), parameter=parameter,
                             options={"query": f"{parameter.name}{brackets}={MADE_UP}"})  # fmt: skip
    repeated = next((p for p in parameters if not p.required), parameters[0])
    template = base(operation, repeated)
    for name, text in (("same", "a"), ("empty", "")):
        yield maker.case(operation, repeated.name, f"repeated.{name}", template, parameter=repeated,
                         options={"query": f"{repeated.name}={text}"})  # fmt: skip
    for parameter in parameters:
        if not thorough or not _is_free(parameter):
            continue
        for some, before in ((IN_QUERY, False), (IN_QUERY_PERHAPS, True)):
            for name, octets in some.items():
                template = base(operation, parameter).setting({parameter.key: literal(PLACEHOLDER)})
                yield maker.case(operation, parameter.name, f"octets.{name}", template, parameter=parameter,
                                 before=before, options={"octets": octets})  # fmt: skip
        return


def _of_other_lists(maker: Maker, operation: Operation, reading: Sequence[Operation]) -> Iterator[Case]:
    """A list may take what others take, undocumented; then what is no number for it is refused like anywhere else."""
    lists = [each for each in reading if "many" in each.reads]
    found = Counter(p.name for each in lists for p in each.placed("query") if p.trait("type") == "integer")
    for name in (name for name, count in found.items() if count > 1 and name not in operation.names):
        if operation in lists:
            yield maker.case(operation, "query", f"of-other-lists.{name}", base(operation),
                             options={"query": f"{name}={MADE_UP}"})  # fmt: skip


def _is_free(parameter: Parameter) -> bool:
    return parameter.trait("type") == "string" and not any(map(parameter.trait, ("enum", "format", "x-asked")))


def _odd_targets(contract: Contract, operation: Operation) -> Iterator[Case]:
    """Other ways of writing the path of an operation: another path, unless the target takes it for the same."""
    about, refusals = contract.by_role("statuses"), contract.statuses.any_refusal
    sample = str(right(operation.placed("path")[0]).fallback or MADE_UP)
    path = operation.path.replace("{" + operation.placed("path")[0].name + "}", sample)
    head, tail = path.rsplit("/", 1)
    for name, target, before in (
        ("slash-at-the-end", f"{path}/", False),
        ("double-slash", f"{head}//{tail}", False),
        ("dot-segment", f"{head}/./{tail}", False),
        ("dot-dot-segment", f"{head}/{MADE_UP}/../{tail}", False),
        ("above-the-root", f"/../../..{path}", True),
        ("encoded-letters", "/%76" + path[2:] if len(path) > 2 else path, True),
        ("other-case", path.swapcase(), False),
        ("absolute-form", f"http://{MADE_UP.lower()}.invalid{path}", True),
        ("without-a-slash", path[1:], True),
        ("asterisk", "*", True),
        ("long", f"{head}/{'x' * 8192}/{tail}", True),
    ):
        yield Case(
            id=case_id(contract.by_role("before-the-api") if before else about, None, "target", name),
            chapter="bytes", kind="octets", requirements=(about,),
            template=Template(None, method=operation.method, target=target, headers=(("Accept", JSON),)),
            expected=Expected(EITHER, (), refusals, about, documented=False, registered=False, before_the_api=before),
        )  # fmt: skip


def _lines_and_fields(contract: Contract, operation: Operation, of_path: list[Operation]) -> Iterator[Case]:
    for index, method in enumerate(METHODS):
        name = method if len(method) < 9 else "very-long"
        template = base(operation).having(method=method)
        yield _apart(contract, "method", f"{index + 1}.{name}", template, of_method(method, of_path), {})
    for name, fields in FIELDS.items():
        yield _apart(contract, "field", name, base(operation).having(headers=(*fields, _CLOSE)), "read", {})


def _apart(
    contract: Contract, subject: str, name: str, template: Template, safety: str, options: dict[str, bool]
) -> Case:  # fmt: skip
    """A case that an HTTP server may answer by itself, about no operation in particular."""
    about, before = contract.by_role("statuses"), contract.by_role("before-the-api")
    expected = Expected(EITHER, (), contract.statuses.any_refusal, about, documented=False, registered=False,
                        before_the_api=True)  # fmt: skip
    return Case(
        id=case_id(before, None, subject, name), chapter="bytes", kind="octets", requirements=(before,),
        template=template, expected=expected, safety=safety, options=options,
    )  # fmt: skip

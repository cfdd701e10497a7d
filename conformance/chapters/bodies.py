"""Ways of writing a JSON body that are wrong, or odd: each makes other bytes out of those of a right one.

`UNREADABLE` are those that nobody can take for right. `EMPTY` are JSON, and hold none of the members that are due.
`ODD` are those that a reader of JSON may take all the same (RFC 8259, sections 8 and 9). By default, readers in wide use
accept byte order marks, UTF-16, ill-formed UTF-8, NaN, comments, repeated names and text after the value (several
languages have one of these in their standard library); a comma too many (Json.NET); single quotes, bare names and words,
numbers that begin with zero, `=` for a colon and line ends in strings (Gson); any letter after a backslash (Ruby). The
errors page asks for 400 where data cannot be processed: with these, it can.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

Way = Callable[[bytes], bytes]

#: How deep the deep ones go, and how large the large ones are, in bytes.
DEPTH = 20_000
LARGE = 1 << 20
#: A member that no operation knows.
STRAY = "Zzyzxqj"


def _fixed(body: bytes) -> Way:
    return lambda right: body


def _with_member(value: bytes) -> Way:
    """One more member, which no operation knows, with a value as it is written."""
    member = b'"%s":%s}' % (STRAY.encode(), value)
    return lambda right: right.rstrip()[:-1] + (b"," if _members(right) else b"") + member


def _members(right: bytes) -> bool:
    return right.strip() != b"{}"


def _cut_in_value(right: bytes) -> bytes:
    """Ends within the last string, or number."""
    end = right.rstrip(b'}] "')
    return end[: max(1, len(end) - 1)]


def _bare_names(right: bytes) -> bytes:
    return re.sub(rb'([{,]\s*)"([A-Za-z_]\w*)"(\s*:)', rb"\1\2\3", right)


def _twice(right: bytes) -> bytes:
    """Each member twice, with the same value."""
    inner = right.strip()[1:-1]
    return b"{" + inner + (b"," if inner else b"") + inner + b"}"


def _escaped(right: bytes) -> bytes:
    """Every character of every string as an escape: the same JSON value."""
    text = re.sub(r'"((?:[^"\\]|\\.)*)"', lambda match: '"' + _escapes(match.group(0)) + '"', right.decode())
    return text.encode()


def _escapes(string: str) -> str:
    units = json.loads(string).encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


UNREADABLE: Mapping[str, Way] = {
    "cut-in-half": lambda right: right[: len(right) // 2],
    "cut-in-value": _cut_in_value,
    "without-its-end": lambda right: right.rstrip()[:-1],
    "without-its-beginning": lambda right: right.lstrip()[1:],
    "leading-comma": lambda right: b"{," + right.lstrip()[1:],
    "without-colons": lambda right: right.replace(b'":', b'" '),
    "deep-and-open": _fixed(b"[" * DEPTH),
    "deep-objects-and-open": _fixed(b'{"a":' * DEPTH),
}
#: Those that are too large for some servers.
UNREADABLE_AND_LARGE: Mapping[str, Way] = {"large": lambda right: right[:-1] + b"x" * LARGE}
EMPTY: Mapping[str, Way] = {
    "nothing": _fixed(b""),
    "null": _fixed(b"null"),
    "array": _fixed(b"[]"),
    "array-of-numbers": _fixed(b"[1, 2, 3]"),
    "array-of-null": _fixed(b"[null]"),
    "number": _fixed(b"42"),
    "fraction": _fixed(b"-1.5e3"),
    "boolean": _fixed(b"true"),
    "string": _fixed(b'"Conformance"'),
    "deep": _fixed(b"[" * DEPTH + b"]" * DEPTH),
}
ODD: Mapping[str, Way] = {
    "trailing-comma": lambda right: right.rstrip()[:-1] + b",}",
    "single-quotes": lambda right: right.replace(b'"', b"'"),
    "bare-names": _bare_names,
    "line-end-in-string": _with_member(b'"line\nend"'),
    "leading-zero": _with_member(b"012"),
    "wrong-escape": _with_member(b'"\\x41"'),
    "half-a-literal": _with_member(b"tru"),
    "assignments": lambda right: right.replace(b'":', b'"='),
    "byte-order-mark": lambda right: b"\xef\xbb\xbf" + right,
    "utf-16": lambda right: right.decode().encode("utf-16"),
    "utf-16-without-mark": lambda right: right.decode().encode("utf-16-le"),
    "utf-32": lambda right: right.decode().encode("utf-32"),
    "invalid-utf-8": _with_member(b'"\xff\xfe"'),
    "cut-utf-8": _with_member(b'"\xf0\x9f\x98"'),
    "overlong-utf-8": _with_member(b'"\xc0\xaf\xe0\x80\xaf"'),
    "surrogate-in-utf-8": _with_member(b'"\xed\xa0\x80"'),
    "latin-1": _with_member(b'"caf\xe9"'),
    "nan": _with_member(b"NaN"),
    "infinity": _with_member(b"-Infinity"),
    "beyond-doubles": _with_member(b"1e999"),
    "long-number": _with_member(b"9" * 5000),
    "comments": lambda right: b"/* one */ " + right + b" // two",
    "text-after-it": lambda right: right + b" and more",
    "twice-over": lambda right: right + b"\n" + right,
    "repeated-members": _twice,
    "unknown-member": _with_member(b'"unknown"'),
    "unknown-null": _with_member(b"null"),
    "nul-escape": _with_member(b'"a\\u0000b"'),
    "lone-surrogate": _with_member(b'"\\ud800"'),
    "nul-byte-after-it": lambda right: right + b"\x00",
    "array-of-it": lambda right: b"[" + right + b"]",
    "string-of-it": lambda right: json.dumps(right.decode()).encode(),
    "deep-member": _with_member(b"[" * DEPTH + b"]" * DEPTH),
    "prototype": lambda right: (
        b'{"__proto__":{"a":1},"constructor":null' + (b"," if _members(right) else b"") + right[1:]
    ),
}
#: Right JSON that is written in an unusual way.
UNUSUAL: Mapping[str, Way] = {
    "blanks": lambda right: b" \t\r\n " + right.replace(b'":', b'" : ') + b"\r\n ",
    "escaped": _escaped,
}
ODD_AND_LARGE: Mapping[str, Way] = {
    "large-in-blanks": lambda right: b" " * LARGE + right,
    "large-member": _with_member(b'"' + b"x" * LARGE + b'"'),
}
WAYS: Mapping[str, Way] = {**UNREADABLE, **UNREADABLE_AND_LARGE, **EMPTY, **ODD, **UNUSUAL, **ODD_AND_LARGE}

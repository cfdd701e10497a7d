"""Servers that do their worst: each is a script for one connection, by name."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import time
from collections.abc import Callable

from wire.scripted import Peer, answer

HEAD = b"HTTP/1.1 200 OK\r\n"
JSON = "Content-Type: application/json"
#: Longer than a deadline of 0.3 seconds.
LONG = 1.2

Script = Callable[[Peer], object]


def says(*answers: bytes) -> Script:
    """The answers in turn, over and over, on connections that stay open."""
    turns = itertools.cycle(answers)

    def script(peer: Peer) -> None:
        while peer.request():
            peer.send(next(turns))

    return script


def body(data: bytes, status: str = "400 Bad", *fields: str) -> Script:
    return says(answer(data, status, *(fields or (JSON,))))


def hangs(sent: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(sent)
        peer.pause(LONG)

    return script


def trickles(peer: Peer) -> None:
    peer.request()
    for byte in answer(b"{}"):
        peer.send(bytes([byte]))
        if not peer.pause(0.2):
            return


def pours(prefix: bytes, piece: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(prefix)
        until = time.monotonic() + LONG
        while time.monotonic() < until:
            peer.send(piece * (65536 // len(piece)))

    return script


def resets(peer: Peer) -> None:
    peer.request()
    peer.reset()


def raw(*data: bytes) -> Script:
    """Bytes that are no answer, and the end of the connection."""
    turns = itertools.cycle(data)

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(next(turns))

    return script


def random_bytes(peer: Peer) -> None:
    chance = random.Random(peer.number)
    peer.request()
    peer.send(chance.choice((b"", b"HTTP/1.1 ", HEAD)) + chance.randbytes(chance.choice((10, 1000, 100_000))))


def dies(after: int) -> Script:
    """Answers so many times, and then nothing any more."""
    left = itertools.count()

    def script(peer: Peer) -> None:
        while peer.request():
            if next(left) >= after:
                peer.pause(LONG)
                return
            peer.send(answer(ENVELOPE, "400 Bad", JSON))

    return script


def envelope(code: str = "X", message: str = "x", field: str = "f") -> bytes:
    return json.dumps(
        {"ResponseStatus": {"ErrorCode": code, "Message": message, "Errors": [{"FieldName": field}]}}
    ).encode()


ENVELOPE = envelope()
CONTROLS = "".join(map(chr, [*range(1, 32), 127, 0x85, 0x9B, 0xFFFE, 0xFFFF, 0x202E])) + "]]>\x1b[2J\x1b]0;x\x07<x/>"
BOMB = gzip.compress(gzip.compress(b"\0" * (64 << 20), 6), 6)

NAN = b'{"ResponseStatus":{"ErrorCode":NaN,"Message":-Infinity}}'
HUGE = b'{"ResponseStatus":{"ErrorCode":1' + b"0" * 100_000 + b',"Message":1e99999}}'
TWICE = b'{"ResponseStatus":1,"ResponseStatus":{"ErrorCode":"A","ErrorCode":"B","Message":"x","Message":2}}'
HALVES = rb'{"ResponseStatus":{"ErrorCode":"\ud800","Message":"\udfff \ud83d","Errors":[{"FieldName":"\udc00"}]}}'

#: Scripts, by name: those that nobody could examine, so that the run ends with 6, and those that it blames, with 1.
GONE: dict[str, Script] = {
    "hangs-before": hangs(b""),
    "hangs-in-headers": hangs(b"HTTP/1.1 200 OK\r\nX-A: "),
    "hangs-after-headers": hangs(HEAD + b"Content-Length: 9\r\n\r\n1234"),
    "resets": resets,
    "trickles": trickles,
    "endless-headers": pours(HEAD, b"X-A: 1\r\n"),
    "garbage": raw(b"hello\r\n\r\n"),
    "garbage-before": raw(b"garbage\r\n" + answer(ENVELOPE)),
    "length-too-great": raw(HEAD + b"Content-Length: 999\r\n\r\n{}"),
    "status-99": raw(b"HTTP/1.1 99 Odd\r\n\r\n"),
    "random-bytes": random_bytes,
    "escapes-in-headers": body(ENVELOPE, "400 Bad\x1b[2J", "X-A: \x1b[2J"),
    "always-401": body(ENVELOPE, "401 No"),
    "always-503": body(ENVELOPE, "503 Later", "Retry-After: 0"),
}
BLAMED: dict[str, Script] = {
    "endless-body": pours(HEAD + b"\r\n", b"x"),
    "gzip-bomb": body(BOMB, "400 Bad", JSON, "Content-Encoding: gzip, gzip"),
    "length-too-small": raw(b"HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\n" + ENVELOPE),
    "status-999": body(ENVELOPE, "999 Odd"),
    "redirect-loop": body(b"", "302 Found", "Location: /"),
    "redirect-elsewhere": body(b"", "307 Found", "Location: http://elsewhere.invalid/a\x9bb"),
    "nested-arrays": body(b"[" * 200_000 + b"]" * 200_000),
    "nested-in-envelope": body(b'{"ResponseStatus":' * 100_000 + b"1" + b"}" * 100_000),
    "nan": says(answer(NAN, "400 Bad", JSON), answer(b"NaN", "200 OK", JSON)),
    "huge-number": says(answer(HUGE, "400 Bad", JSON), answer(b'{"Number": 9' + b"9" * 100_000 + b"}", "200 OK", JSON)),
    "duplicate-keys": body(TWICE),
    "lone-surrogates": body(HALVES),
    "control-characters": says(answer(envelope(CONTROLS, CONTROLS, CONTROLS), "400 Bad", JSON, "X-A: \x9b2J\x80"),
                               answer(CONTROLS.encode("utf-8"), "500 Bad\x9b2J", "Content-Type: text/\x9b31mplain")),
    "always-200": body(b"{}", "200 OK"),
    "always-400": body(ENVELOPE),
    "always-500": body(ENVELOPE, "500 Bad"),
    "always-503-in-earnest": body(ENVELOPE, "503 Bad"),
    "empty": body(b"", "400 Bad"),
    "large": body(b'{"ResponseStatus":{"ErrorCode":"' + b"X" * 900_000 + b'","Message":"' + b"y" * 100_000 + b'"}}'),
}  # fmt: skip

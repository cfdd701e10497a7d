"""Makes values: wrong ones out of right ones, unknown ones shaped like known ones, and the curated corpora."""

from __future__ import annotations

import hashlib
import random
import re
import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conformance.data import FIXTURES
from conformance.inputs.documents import hold_against, read

_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
#: A made-up word that no vocabulary and no gazetteer is likely to hold.
MADE_UP = "Zzyzxqj"
#: How the marks of a run begin, by the room that there is for them.
SHORT_MARK, LONG_MARK = "ct", "conformance-"
MARK_LENGTH = 10


@cache
def corpus(name: str, folder: Path | None = None) -> Mapping[str, list[dict[str, Any]]]:
    """The curated values of a format: `wrong` and `right` ones, each with a name and a word why.

    A contract of its own may keep its corpora in `values/` beside its rules; they win over the bundled ones.
    """
    path = corpus_path(name, folder)
    if path is None:
        return {"wrong": [], "right": []}
    document: Mapping[str, list[dict[str, Any]]] = read(path)
    hold_against(document, "corpus.json", path)
    return document


def corpus_path(name: str, folder: Path | None = None) -> Path | None:
    """The file of a corpus, that of the contract in `folder` before a bundled one; None where there is none."""
    folders = ([folder / "values"] if folder else []) + [FIXTURES / "values"]
    return next((path for each in folders if (path := each / f"{name}.json").is_file()), None)


def generator(*seed: object) -> random.Random:
    """A source of chance that depends on its seed alone, on any machine and in any process."""
    digest = hashlib.sha256("\x1f".join(map(str, seed)).encode()).digest()
    return random.Random(digest)


def unknown_like(known: str, seed: object) -> str:
    """An identifier of the same shape that names nothing: other letters and digits where there were some.

    The first two characters stay, which often say what kind of thing is named. Short numbers grow longer, since another
    short one may well exist. A text with capitals and blanks, such as a town, becomes another word of that length.
    """
    chance = generator("unknown", known, seed)
    if _UUID.fullmatch(known):
        kept = {14, 19}
        return "".join(
            c if i in kept or c == "-" else chance.choice("0123456789abcdef" if c.islower() or c.isdigit() else "0123456789ABCDEF")
            for i, c in enumerate(known)
        )  # fmt: skip
    if known.isdigit() and len(known) < 8:
        return "9" + "".join(chance.choice(string.digits) for _ in range(8))
    hexadecimal = len(known) >= 8 and all(c in string.hexdigits for c in known)
    kept_head = 0 if hexadecimal else 2
    made = []
    for index, c in enumerate(known):
        if index < kept_head or not (c.isascii() and c.isalnum()):
            made.append(c if c.isascii() and (c.isalnum() or c in "-_.~+") else "-")
        elif c.isdigit():
            made.append(chance.choice(string.digits))
        else:
            letters = "abcdef" if hexadecimal else "bcdfghjkmnpqrstvwxz"
            made.append(chance.choice(letters if c.islower() else letters.upper()))
    result = "".join(made)
    return result if result != known else result + "9"


def unknown_number(known: str, seed: object) -> str:
    """Another phone number of the same country and length; `known` may begin with a plus."""
    chance = generator("number", known, seed)
    head = len(known) - 7 if len(known) > 8 else 2
    return known[:head] + "".join(chance.choice(string.digits) for _ in known[head:])


def unknown_place(known: str, seed: object) -> str:
    """A name or postal code of the same shape that no place has."""
    if any(c.isdigit() for c in known):
        zeros = "0" if seed == "a" else "9"
        return "".join(zeros if c.isdigit() else ("Q" if c.isalpha() else c) for c in known)
    chance = generator("place", known, seed)
    word = "".join(chance.choice("xqzjvkw") for _ in range(max(len(known), 6) - 1))
    made = chance.choice("XQZJ") + word
    return made.upper()[: len(known)] if known.isupper() and len(known) <= 4 else made


def corrupted(known: str, which: str) -> str:
    """One change of a known text: `cut`, `longer`, `before`, `first`, `last`, `digit-more` or `digit-less`."""
    if which in ("cut", "digit-less"):
        return known[:-1]
    if which == "longer":
        return known + ("0" if known[-1:].isdigit() else "x")
    if which == "before":
        return "x" + known
    if which == "digit-more":
        return known + "7"
    other = {"first": 0, "last": len(known) - 1}[which]
    c = known[other]
    new = "7" if c.isdigit() and c != "7" else "3" if c.isdigit() else ("Q" if c.isupper() else "q")
    if new == c:
        new = "W" if c.isupper() else "w"
    return known[:other] + new + known[other + 1 :]


def stretched(sample: str, length: int) -> str:
    """A text of so many characters that is like the sample: letters are added, and an e-mail address stays one."""
    local, at, _ = sample.partition("@")
    if at:
        return _address(local, length)
    if length <= len(sample):
        return sample[:length].rstrip() + "x" * (length - len(sample[:length].rstrip()))
    return (sample + "abcdefghijklmnopqrstuvwxyz" * (length // 26 + 1))[:length]


def _address(local: str, length: int) -> str:
    """An e-mail address of so many characters, as near to a right one as that length allows (RFC 5321, 4.5.3.1)."""
    ending = "@example.com"
    if length <= len(ending) + 1:
        return ("a@b.co" + "m" * length)[:length]
    local = (local + "x" * 64)[: min(64, length - len(ending))]
    rest = length - len(local) - len(ending)
    labels = ""
    while rest > 0:
        part = min(rest, 50)
        labels += "." if part == 1 else "x" * (part - 1) + "."
        rest -= part
    return local + "@" + labels.lstrip(".").rjust(len(labels), "x") + ending[1:]


def marked(*parts: object) -> str:
    """A short text that stands nowhere else: what carries it was sent by one case of one run.

    It begins with what stands before the colon in the first part, which says whose it is.
    """
    head, colon, _ = str(parts[0] if parts else "").partition(":")
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
    return (head if colon else SHORT_MARK) + digest[:MARK_LENGTH]

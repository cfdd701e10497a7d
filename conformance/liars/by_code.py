"""Generated liars that spoil the refusals with one code only.

Each clause of each rule is broken: the ways are dealt out over the codes in turn, so that each code has at least one
way for each of its clauses, and each way at least one code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .answers import Spoil, Way, both, carries, drop, each_field, edit, generated, put, status
from .codes import CODES, NAMED, UNNAMED, due
from .model import Liar
from .ways import BYTES, CODE, ERRORS, FIELD_FORM, FIELD_LOST, FIELD_WRONG, MESSAGE, MESSAGE_NAMELESS, OUTSIDE, WRAPPER


def _liar(family: str, name: str, code: str, breaks: tuple[str, ...], phrase: str, spoil: Spoil) -> Liar:
    sentence = f"A refusal as {code} {phrase}."
    return generated(family, f"{name}/{code}", "one-code", breaks, sentence, carries(code), spoil)


def _statuses(code: str, turn: int) -> Iterator[Liar]:
    outside = OUTSIDE[turn % len(OUTSIDE)]
    own = f"code.{code}"
    yield _liar(
        "status", f"status-{outside}", code, ("status.allowed", *due(code), own), f"has {outside}", status(outside)
    )
    right = CODES[code][0]
    wrong = [number for number in (400, 403, 401, 500) if number not in right]
    other = wrong[turn % len(wrong)]
    also = ("status.500",) if other == 500 else ()
    yield _liar("status", f"status-{other}", code, (*also, *due(code), own), f"has {other}", status(other))


def _codes(code: str, turn: int) -> Iterator[Liar]:
    own = f"code.{code}"
    way = CODE[turn % len(CODE)]
    yield _liar("error-code", f"code-{way.id}", code, (own, "envelope.error-code"), way.phrase, way.spoil)
    other = CODES[code][1]
    spoil = both(put(ErrorCode=other), drop("Errors"))
    yield _liar("error-code", f"code-{other}", code, (own,), f"has the code {other}", spoil)


def _fields(code: str, turn: int) -> Iterator[Liar]:
    own = (f"code.{code}",)
    lost: tuple[Way, ...] = FIELD_LOST if code in NAMED else ()
    wrong: tuple[Way, ...] = () if code in UNNAMED else (FIELD_WRONG[turn % len(FIELD_WRONG)],)
    for way in (*lost, *wrong):
        yield _liar("field-name", f"field-name-{way.id}", code, own, way.phrase, way.spoil)
    forms = (*ERRORS, *FIELD_FORM)
    way = forms[turn % len(forms)]
    family = "errors" if way in ERRORS else "field-name"
    breaks = (f"envelope.{family}", *(own if code in NAMED else ()))
    yield _liar(family, f"{family}-{way.id}-form", code, breaks, way.phrase, way.spoil)


def _messages(code: str, turn: int) -> Iterator[Liar]:
    own = f"code.{code}"
    way = MESSAGE[turn % len(MESSAGE)]
    # A message that is only too long still keeps the clause of its code.
    breaks = ("envelope.message",) if way.id == "endless" else (own, "envelope.message")
    yield _liar("message", f"message-{way.id}", code, breaks, way.phrase, way.spoil)
    if code in NAMED:
        yield _liar("message", "message-nameless", code, (own,), MESSAGE_NAMELESS.phrase, MESSAGE_NAMELESS.spoil)


def _whole(code: str, turn: int) -> Iterator[Liar]:
    family, ways = (("wrapper", WRAPPER), ("bytes", BYTES))[turn % 2]
    way = ways[turn // 2 % len(ways)]
    yield _liar(family, f"{family}-{way.id}", code, tuple(way.breaks.split()), way.phrase, way.spoil)


_GROUP = "ONE_OF_SEVERAL_PARAMETERS_REQUIRED"


def _group() -> Iterator[Liar]:
    """The group, of which every name must stand in FieldName and in the message."""
    own = (f"code.{_GROUP}",)
    first = each_field(lambda names: names.split(",")[0])
    last_lost = each_field(lambda names: ",".join(names.split(",")[:-1]))
    yield _liar("field-name", "field-name-first-of-several", _GROUP, own, "names the first of the group only", first)
    yield _liar("field-name", "field-name-last-left-out", _GROUP, own, "leaves out the last of the group", last_lost)
    yield _liar(
        "message",
        "message-first-of-several",
        _GROUP,
        own,
        "says the first name of the group only",
        edit("Message", lambda text: text.partition(",")[0] + "."),
    )
    yield _liar(
        "message",
        "message-some-more",
        _GROUP,
        own,
        "says three names of the group and that there are more",
        edit("Message", lambda text: ", ".join(text.split(", ")[:3]) + " and others."),
    )
    yield _liar(
        "message",
        "message-run-together",
        "PARAMETER_REQUIRED",
        ("code.PARAMETER_REQUIRED",),
        "says a longer name in which the right one stands",
        edit("Message", lambda text: text.replace("parameter ", "parameterX").replace(".", "Y.")),
    )


def liars() -> Iterator[Liar]:
    for turn, code in enumerate(CODES):
        for clause in (_statuses, _codes, _fields, _messages, _whole):
            yield from clause(code, turn)
    for liar in _group():
        yield replace(liar, scope="one-code")

"""Generated liars that spoil every refusal, the refusals with one status, and some answers only."""

from __future__ import annotations

from collections.abc import Iterator

from .answers import (
    Occasion,
    Way,
    When,
    accepts,
    both,
    carries,
    during,
    earns,
    edit,
    every,
    generated,
    octets,
    put,
    refused,
    status,
    succeeded,
)
from .model import Liar
from .ways import BYTES, CODE, ERRORS, FIELD_FORM, FIELD_LOST, FIELD_WRONG, MESSAGE, OUTSIDE, WRAPPER

FAMILIES = {
    "wrapper": WRAPPER,
    "error-code": CODE,
    "message": MESSAGE,
    "errors": ERRORS,
    "field-name": FIELD_FORM,
    "bytes": BYTES,
}
WAYS: dict[tuple[str, str], Way] = {
    (family, way.id): way
    for family, ways in ({**FAMILIES, "field-lost": FIELD_LOST, "field-wrong": FIELD_WRONG}).items()
    for way in ways
}
_PROMISED = "code.PARAMETER_REQUIRED code.PARAMETER_INVALID code.ONE_OF_SEVERAL_PARAMETERS_REQUIRED"
_WRONG_400 = "code.PARAMETER_REQUIRED code.ADDRESS_NOT_FOUND code.INVALID_PHONENUMBER_FORMAT"


def _named(occasion: Occasion) -> bool:
    return bool(occasion.fields)


def everywhere() -> Iterator[Liar]:
    """One way of spoiling, laid over every refusal."""
    for family, ways in FAMILIES.items():
        for way in ways:
            yield generated(
                family,
                f"{family}/{way.id}",
                "everywhere",
                way.breaks,
                f"Every refusal {way.phrase}.",
                refused,
                way.spoil,
            )
    for family, ways, breaks in (("field-lost", FIELD_LOST, _PROMISED), ("field-wrong", FIELD_WRONG, _WRONG_400)):
        for way in ways:
            sentence = f"Every refusal {way.phrase}."
            yield generated("field-name", f"{family}/{way.id}", "everywhere", breaks, sentence, _named, way.spoil)


# From which status to which, and what that breaks.
_STATUSES: tuple[tuple[int, int, str], ...] = (
    *((400, outside, "status.allowed status.400") for outside in OUTSIDE),
    (400, 401, "status.400"),
    (400, 403, "status.400"),
    (400, 500, "status.400 status.500"),
    (403, 400, "status.403 code.FORBIDDEN code.ADDRESS_CANNOT_BE_DELETED"),
    (403, 401, "status.403 code.FORBIDDEN code.ADDRESS_CANNOT_BE_DELETED"),
    (403, 404, "status.allowed status.403 code.FORBIDDEN"),
    (403, 409, "status.allowed status.403 code.FORBIDDEN"),
    (403, 500, "status.500 status.403 code.FORBIDDEN"),
    (403, 200, "status.403 code.FORBIDDEN code.ADDRESS_CANNOT_BE_DELETED"),
    (401, 400, "status.401"),
    (401, 403, "status.401"),
    (401, 404, "status.allowed status.401"),
    (401, 407, "status.allowed status.401"),
    (401, 500, "status.401 status.500"),
    (401, 200, "status.allowed status.401"),
    (401, 302, "status.allowed status.401"),
    (500, 200, "status.allowed status.500"),
    (500, 400, "status.500"),
    (500, 403, "status.500"),
    (500, 520, "status.allowed status.500"),
)


def statuses() -> Iterator[Liar]:
    """One status in the place of another, for every refusal that has it."""
    for right, wrong, breaks in _STATUSES:
        sentence = f"What should be answered with {right} is answered with {wrong}."
        yield generated(
            "status", f"status-{right}-as-{wrong}/all", "everywhere", breaks, sentence, earns(right), status(wrong)
        )
    for code, operation in (("COUNTRY_UNAVAILABLE", "addAddress"), ("PARAMETER_INVALID", "listFlows")):
        yield generated(
            "status",
            f"status-{code}-as-200/{operation}",
            "one-operation",
            "status.allowed",
            f"{operation} tells {code} with status 200.",
            during(operation, carries(code)),
            status(200),
        )


# What comes with 401 and 500, of which the page gives no code, and on paths that are none.
_BARE = (
    ("unauthorized", 401, ("wrapper/missing", "bytes/html", "bytes/empty", "bytes/plain", "error-code/pascal-case")),
    ("unauthorized", 401, ("error-code/missing", "message/missing", "message/endless", "wrapper/other-name")),
    ("server-error", 500, ("wrapper/missing", "bytes/html", "bytes/empty", "bytes/xml", "error-code/pascal-case")),
    ("server-error", 500, ("error-code/null", "message/missing", "message/object", "bytes/cut", "wrapper/camel-case")),
)


def bare() -> Iterator[Liar]:
    """The answers with 401, and those with 500."""
    for subject, number, names in _BARE:
        for name in names:
            family, _, id_ = name.partition("/")
            way = WAYS[family, id_]
            sentence = f"Every answer with {number} {way.phrase}."
            yield generated(
                "unauthorized" if number == 401 else "server-error",
                f"{subject}/{family}-{id_}",
                "one-code",
                way.breaks,
                sentence,
                earns(number),
                way.spoil,
            )


_ACCEPT: tuple[tuple[str, str, When, str], ...] = (
    ("text/html", "bytes/html", refused, "refusal"),
    ("application/xml", "bytes/xml", refused, "refusal"),
    ("text/plain", "bytes/plain", refused, "refusal"),
    ("text/html", "bytes/html-as-json", succeeded, "success"),
    ("application/xml", "bytes/xml", succeeded, "success"),
    ("*/*", "bytes/as-html", refused, "refusal"),
    ("image/", "bytes/empty", refused, "refusal"),
)


def by_accept() -> Iterator[Liar]:
    """What the Accept header asks for is given, though it is not JSON."""
    for media, name, when, what in _ACCEPT:
        family, _, id_ = name.partition("/")
        way = WAYS[family, id_]
        slug = media.replace("*/*", "anything").strip("/").replace("/", "-")
        breaks = "json.every-response" if what == "success" else way.breaks
        yield generated(
            "accept",
            f"accept-{slug}/{what}-{id_}",
            "one-value",
            breaks,
            f"With Accept: {media} every {what} {way.phrase}.",
            accepts(media, when),
            way.spoil,
        )
    for media in ("text/html", "image/"):
        slug = media.strip("/").replace("/", "-")
        yield generated(
            "accept",
            f"accept-{slug}/406",
            "one-value",
            "status.allowed status.400",
            f"With Accept: {media} a refusal has the status 406.",
            accepts(media, earns(400)),
            status(406),
        )


def _without_accept(occasion: Occasion) -> bool:
    return refused(occasion) and not occasion.header("accept")


def now_and_then() -> Iterator[Liar]:
    """Most answers are right; one in so many is not."""
    rows: tuple[tuple[str, int, When, Way | None, int, str, str], ...] = (
        ("status-404", 7, earns(400), None, 404, "status.allowed status.400 answer.stable", "with 400 has 404"),
        ("status-500", 23, earns(400), None, 500, "status.500 status.400 answer.stable", "with 400 has 500"),
        ("html", 11, refused, WAYS["bytes", "html"], 0, "json.every-response envelope.present", "is HTML"),
        ("cut", 17, refused, WAYS["bytes", "cut"], 0, "json.every-response envelope.present", "ends too early"),
        (
            "code",
            13,
            refused,
            WAYS["error-code", "pascal-case"],
            0,
            "envelope.error-code answer.stable",
            "has another code",
        ),
        ("message", 9, refused, WAYS["message", "missing"], 0, "envelope.message", "has no message"),
        ("wrapper", 29, refused, WAYS["wrapper", "camel-case"], 0, "envelope.present", "has another wrapper"),
        (
            "field-name",
            5,
            _named,
            WAYS["field-name", "camel-key"],
            0,
            "envelope.field-name answer.stable",
            "has no FieldName",
        ),
        (
            "errors",
            19,
            _named,
            WAYS["errors", "object"],
            0,
            "envelope.errors answer.stable",
            "has an object as its Errors",
        ),
        ("success-html", 31, succeeded, WAYS["bytes", "html"], 0, "json.every-response", "of a success is HTML"),
        (
            "media-type",
            15,
            succeeded,
            WAYS["bytes", "as-text"],
            0,
            "json.every-response",
            "of a success says it is text",
        ),
    )
    for name, nth, when, way, number, breaks, phrase in rows:
        spoil = way.spoil if way else status(number)
        sentence = f"One answer in {nth} {phrase}."
        yield generated("now-and-then", f"one-in-{nth}/{name}", "everywhere", breaks, sentence, every(nth, when), spoil)


def others() -> Iterator[Liar]:
    """Spoilt answers that fit no other table."""
    yield generated(
        "bytes",
        "bytes/success-as-html",
        "everywhere",
        "json.every-response",
        "Every success is JSON that says it is HTML.",
        succeeded,
        WAYS["bytes", "as-html"].spoil,
    )
    yield generated(
        "bytes",
        "bytes/success-prefix",
        "everywhere",
        "json.every-response",
        "Every success has a prefix before the JSON.",
        succeeded,
        octets(lambda body: b"while(1);" + body),
    )
    yield generated(
        "error-code",
        "error-code/error",
        "everywhere",
        _WRONG_400,
        "Every refusal with 400 has the code ERROR.",
        earns(400),
        put(ErrorCode="ERROR"),
    )
    yield generated(
        "accept",
        "accept-none/plain",
        "one-value",
        "json.every-response envelope.present",
        "Without an Accept header every refusal is plain text.",
        _without_accept,
        WAYS["bytes", "plain"].spoil,
    )
    yield generated(
        "status",
        "status-400-as-200/with-success-flag",
        "everywhere",
        "status.allowed status.400",
        "Every refusal with 400 has 200, and its message says that it failed.",
        earns(400),
        both(status(200), edit("Message", lambda text: f"Failed: {text}")),
    )


def liars() -> Iterator[Liar]:
    for chapter in (everywhere, statuses, bare, by_accept, now_and_then, others):
        yield from chapter()

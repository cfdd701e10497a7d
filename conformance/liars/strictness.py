"""Wrong logic: requests that are right, and are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from conformance.reference.reading import Request

from .crashes import Odd, text_that
from .model import Liar, Scope, Seam, always, at, written
from .odd_requests import type_of


def _refuse_value(code: str, odd: Odd) -> Seam:
    def accept(right: Seam, target: Any, operation: str, parameter: Any, value: Any) -> Any:
        if odd(value):
            raise target.refusal(operation, code, parameter.name)
        return right(operation, parameter, value)

    return accept


def _refuse_request(odd: Callable[[Request], bool]) -> Seam:
    def answer(right: Seam, target: Any, request: Request) -> Any:
        if odd(request) and target.route(request.method, request.segments):
            target.authenticate(target.route(request.method, request.segments)[0].id, request)
            raise target.refusal("", "UNREADABLE_REQUEST")
        return right(request)

    return answer


def liars() -> Iterator[Liar]:
    accepted = "control.accepted"
    rows: tuple[tuple[str, str, str, Odd], ...] = (
        (
            "digits",
            "addAddress.Line1",
            "Digits",
            text_that(lambda text: any(character.isdigit() for character in text)),
        ),
        ("blanks", "addAddress.Friendly", "Blanks", text_that(lambda text: " " in text)),
        (
            "four-digits",
            "addAddress.PostalCode",
            "Four digits",
            text_that(lambda text: len(text) == 4 and text.isdigit()),
        ),
        ("any", "addAddress.Line2", "A second line", lambda value: True),
        ("any", "listAddresses.City", "A city", lambda value: True),
        ("any", "listAccountCalls.Date_From", "A time", lambda value: True),
        ("any", "findAvailableNumbers.Type", "A type", lambda value: True),
        ("any", "configureNumber.SendEmailTo", "An address", text_that(lambda text: "." in text)),
    )
    for name, place, phrase, odd in rows:
        sentence = f"{phrase} in {place} {'is' if phrase[:2] in ('A ', 'An') else 'are'} refused."
        yield written(
            "over-strictness",
            f"refused-{name}/{place}",
            "one-parameter",
            accepted,
            sentence,
            accept=at(place, _refuse_value("PARAMETER_INVALID", odd)),
        )
    requests_: tuple[tuple[str, Scope, str, Callable[[Request], bool]], ...] = (
        (
            "charset",
            "one-value",
            "A body of application/json; charset=utf-8 is refused.",
            lambda request: "charset" in type_of(request),
        ),
        (
            "no-accept",
            "one-value",
            "A request without Accept is refused.",
            lambda request: "accept" not in request.headers,
        ),
        (
            "query",
            "everywhere",
            "A query of more than one parameter is refused.",
            lambda request: len(request.query) > 1,
        ),
    )
    for name, scope, sentence, fits in requests_:
        yield written(
            "over-strictness", f"refused-{name}/everywhere", scope, accepted, sentence, answer=_refuse_request(fits)
        )
    for operation, kind in (
        ("listAccountCalls", "account"),
        ("listFlows", "property"),
        ("getNumber", "Number"),
        ("getCall", "Call"),
    ):
        if kind in ("account", "property"):
            seam = {f"may_use_{kind}": at(operation, always(False))}
        else:
            seam = {"sees": at(operation, always(False))}
        yield written(
            "over-strictness",
            f"own-refused/{operation}",
            "one-operation",
            accepted,
            f"{operation} refuses what is one's own.",
            **seam,
        )

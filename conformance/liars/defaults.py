"""Wrong logic: what a framework answers where nobody has thought of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.reference import Answer
from conformance.reference.reading import Request

from .model import Liar, Seam, at, written


def _page(status: int, media: str, body: str) -> Answer:
    return Answer(status, (("Content-Type", media),), body.encode())


_NOT_FOUND_HTML = "<!doctype html><html><title>404 Not Found</title><h1>Not Found</h1></html>"
_PROBLEM = '{"type":"about:blank","title":"Bad Request","status":400}'
_DETAIL = '{"detail":[{"loc":["body","Line1"],"msg":"field required","type":"value_error.missing"}]}'
_BAD_HTML = "<html><head><title>400 Bad Request</title></head><body>Bad Request</body></html>"
_DEFAULTS: tuple[tuple[str, str, Answer, str, str], ...] = (
    (
        "UNKNOWN_OPERATION",
        "unknown-html",
        _page(404, "text/html", _NOT_FOUND_HTML),
        "status.allowed json.every-response envelope.present",
        "A path that is none gets an HTML page with 404",
    ),
    (
        "UNKNOWN_OPERATION",
        "unknown-404",
        _page(404, "application/json", '{"detail":"Not Found"}'),
        "status.allowed envelope.present",
        "A path that is none gets 404 and a detail",
    ),
    (
        "UNKNOWN_OPERATION",
        "unknown-405",
        _page(405, "text/plain", "405: Method Not Allowed"),
        "status.allowed json.every-response envelope.present",
        "A method that is none gets 405 as text",
    ),
    (
        "UNKNOWN_OPERATION",
        "unknown-text",
        _page(400, "text/plain", "Cannot GET that"),
        "json.every-response envelope.present",
        "A path that is none gets plain text",
    ),
    (
        "UNKNOWN_OPERATION",
        "unknown-empty",
        _page(404, "application/json", ""),
        "status.allowed json.every-response envelope.present",
        "A path that is none gets an empty 404",
    ),
    (
        "UNKNOWN_OPERATION",
        "unknown-500",
        _page(500, "application/json", '{"ResponseStatus":{"ErrorCode":"ERROR","Message":"Failed."}}'),
        "status.500 status.400",
        "A path that is none gets 500",
    ),
    (
        "UNREADABLE_REQUEST",
        "unreadable-html",
        _page(400, "text/html", _BAD_HTML),
        "json.every-response envelope.present",
        "A body that cannot be read gets an HTML page",
    ),
    (
        "UNREADABLE_REQUEST",
        "unreadable-problem",
        _page(400, "application/problem+json", _PROBLEM),
        "envelope.present",
        "A body that cannot be read gets problem details",
    ),
    (
        "UNREADABLE_REQUEST",
        "unreadable-422",
        _page(422, "application/json", _DETAIL),
        "status.allowed status.400 envelope.present",
        "A body that cannot be read gets 422 and a detail",
    ),
    (
        "UNREADABLE_REQUEST",
        "unreadable-415",
        _page(415, "application/json", "{}"),
        "status.allowed envelope.present",
        "A body that cannot be read gets 415 and an empty object",
    ),
    (
        "PARAMETER_REQUIRED",
        "required-422",
        _page(422, "application/json", _DETAIL),
        "status.allowed envelope.present code.PARAMETER_REQUIRED",
        "A missing parameter gets 422 and a detail",
    ),
    (
        "PARAMETER_INVALID",
        "invalid-problem",
        _page(400, "application/problem+json", _PROBLEM),
        "envelope.present code.PARAMETER_INVALID",
        "An invalid parameter gets problem details",
    ),
    (
        "UNAUTHORIZED",
        "unauthorized-text",
        _page(401, "text/plain", "Unauthorized"),
        "json.every-response envelope.present",
        "Wrong credentials get plain text",
    ),
    (
        "UNAUTHORIZED",
        "unauthorized-redirect",
        _page(302, "text/html", "<a href=/login>Found</a>"),
        "status.allowed status.401",
        "Wrong credentials get a redirection to a page",
    ),
    (
        "UNAUTHORIZED",
        "unauthorized-list",
        _page(401, "application/json", '["Unauthorized"]'),
        "envelope.present",
        "Wrong credentials get an array",
    ),
    (
        "INTERNAL_SERVER_ERROR",
        "failure-html",
        _page(500, "text/html", "<h1>Server Error</h1>"),
        "json.every-response envelope.present",
        "A failure of the server gets an HTML page",
    ),
    (
        "INTERNAL_SERVER_ERROR",
        "failure-error",
        _page(500, "application/json", '{"error":"Internal Server Error"}'),
        "envelope.present",
        "A failure of the server gets an object with an error",
    ),
)


def _default(code: str, page: Answer) -> Seam:
    def refuse(right: Seam, target: Any, operation: str, fault: Any) -> Any:
        return page if fault.code == code else right(operation, fault)

    return refuse


def _method_default(page: Answer) -> Seam:
    """For a known path and another method."""

    def answer(right: Seam, target: Any, request: Request) -> Any:
        route = target.route(request.method, request.segments)
        known = any(target.route(method, request.segments) for method in ("GET", "POST", "DELETE"))
        return page if route is None and known else right(request)

    return answer


def liars() -> Iterator[Liar]:
    for code, name, page, breaks, sentence in _DEFAULTS:
        seams = {"answer": _method_default(page)} if name == "unknown-405" else {"refuse": _default(code, page)}
        yield written("framework-defaults", f"default-{name}/everywhere", "everywhere", breaks, f"{sentence}.", **seams)
    for name, page, breaks, sentence in (
        (
            "method-html",
            _page(405, "text/html", "<h1>Method Not Allowed</h1>"),
            "status.allowed json.every-response envelope.present",
            "A method that is none gets an HTML page with 405.",
        ),
        (
            "method-envelope",
            _page(405, "application/json", '{"ResponseStatus":{"ErrorCode":"METHOD_NOT_ALLOWED","Message":"No."}}'),
            "status.allowed",
            "A method that is none gets 405 in the envelope.",
        ),
    ):
        yield written(
            "framework-defaults",
            f"default-{name}/everywhere",
            "everywhere",
            breaks,
            sentence,
            answer=_method_default(page),
        )
    for operation in ("deleteAddress", "listFlows", "sendMessageBatch"):
        page = _page(404, "application/json", '{"ResponseStatus":{"ErrorCode":"NOT_FOUND","Message":"Not found."}}')

        def refuse(right: Seam, target: Any, at_: str, fault: Any, page: Answer = page) -> Any:
            return page if fault.code.endswith("_NOT_FOUND") else right(at_, fault)

        code = "ADDRESS_NOT_FOUND" if operation == "deleteAddress" else "PROPERTY_NOT_FOUND"
        yield written(
            "framework-defaults",
            f"default-not-found/{operation}",
            "one-operation",
            f"status.allowed status.400 code.{code}",
            f"What {operation} does not find gets NOT_FOUND and 404.",
            refuse=at(operation, refuse),
        )

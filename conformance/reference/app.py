"""The reference target itself: one request in, one answer out, no transport and no clock but `now`.

How it decides. Every decision is a small method that is told the operationId and the name of the parameter (or the record)
it decides about. A subclass of `Reference` that overrides one of them, and calls super() for everything else, is wrong about
one operation, one parameter or one value only. The methods stand, by subject, in

    envelope.py   Envelopes   refusal, status_of, message_of, field_names, errors_of, envelope, challenge, media_type, render
    reading.py    Reading     route, identify, principal, permits, is_json, parse, read_body, given
    values.py     Values      is_given, is_required, missing, group, lacks_group, accept and accept_..., is_text, is_too_short,
                              is_too_long, length_bounds, is_e164, is_e164_in_path, is_sender_id, is_country_code, is_country,
                              is_served, vocabulary, known_word, unknown_word_code, integer_of, integer_bounds, now
    access.py     Access      account_exists, may_use_account, property_exists, may_use_property, sees, belongs, find_...,
                              is_damaged, selects, most_results, listing
    numbers.py    Numbers     apply_configuration, lacking_destination, find_offer, suitable_address, apply_purchase,
                              is_location, unresolved_filters
    addresses.py  Addresses   new_address, may_delete, remove_address
    traffic.py    Traffic     period, is_within, sender, send, send_item, new_message
    app.py        Reference   answer, unknown_operation, perform, failed

and each operation is a method as well: its operationId in small letters and underscores (`addAddress`: `add_address`).
The order of a request is: route, authenticate, authorise, read the body, judge the values, perform.

For authors of client libraries

    X-Reference-Error: CODE       any authorised request that carries it earns that code; UNAUTHORIZED and
                                  INTERNAL_SERVER_ERROR stand for 401 and 500
    X-Reference-Delay-Ms: N       the answer comes N milliseconds later, 10,000 at most (see asgi.py)
    POST /_reference/reset        everything is as it was at the start
    GET /_reference/errors        every code, its status, and a curl line that earns it
    GET /_reference/openapi.json  the API, described in OpenAPI 3.1

They need no credentials but the first, and change nothing else.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

from .access import Call
from .addresses import Addresses
from .envelope import Answer, Fault, Refusal
from .numbers import Numbers
from .on_demand import OnDemand
from .reading import Request, read_request
from .surface import OPERATIONS
from .traffic import Traffic
from .world import new_world

RESERVED: Final = "_reference"
METHOD_NAMES: Final = {
    operation.id: re.sub("([A-Z])", lambda match: "_" + match[1].lower(), operation.id) for operation in OPERATIONS
}
_LOGGER = logging.getLogger(__name__)


class Reference(Numbers, Addresses, Traffic, OnDemand):
    """A conformant target. Safe to be called from several threads: what it does to its world, it does one at a time."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Put everything back to what it was at the start."""
        with self._lock:
            self.world = new_world()

    def respond(
        self, method: str, target: str | bytes, headers: Sequence[tuple[str, str]] = (), body: bytes = b""
    ) -> Answer:
        """The answer to one request. `target` is the raw request-target: path and query, still percent-encoded."""
        try:
            request = read_request(method, target, headers, body)
            answer = self.reserved(request) if request.segments[0] == RESERVED else self.answer(request)
        except Refusal as refusal:
            answer = self.refuse(refusal.operation, refusal.fault)
        except Exception:
            _LOGGER.exception("the reference target failed")
            answer = self.failed()
        return self.without_body(answer) if method == "HEAD" else answer

    def failed(self) -> Answer:
        """The answer when this target itself is at fault."""
        return self.refuse("", Fault("INTERNAL_SERVER_ERROR"))

    def without_body(self, answer: Answer) -> Answer:
        return Answer(answer.status, (*answer.headers, ("Content-Length", str(len(answer.body)))), b"")

    def answer(self, request: Request) -> Answer:
        """What the API answers. Wrong credentials are refused before anything else of a known operation is looked at."""
        route = self.route(request.method, request.segments)
        operation_id = route[0].id if route else ""
        wanted = request.headers.get("x-reference-error")
        credential = self.authenticate(operation_id, request) if route or wanted else None
        if wanted:
            raise self.on_demand(route[0] if route else None, wanted)
        if route is None or credential is None:
            raise self.unknown_operation(request)
        operation, path_values = route
        self.authorise(operation, credential)
        values = self.values(operation, self.given(operation, path_values, request))
        return self.succeed(operation.id, self.perform(Call(operation, credential, values)))

    def unknown_operation(self, request: Request) -> Refusal:
        """The refusal of a path or a method that is none of the API's."""
        return self.refusal("", "UNKNOWN_OPERATION")

    def perform(self, call: Call) -> Any:
        """Carry out a request whose parameters are in order."""
        method: Callable[[Call], Any] = getattr(self, METHOD_NAMES[call.id])
        with self._lock:
            return method(call)

    def reserved(self, request: Request) -> Answer:
        """The paths below /_reference/."""
        from . import description

        match (request.method, "/".join(request.segments[1:])):
            case ("POST", "reset"):
                self.reset()
                return self.succeed("", {"Reset": True})
            case ("GET" | "HEAD", "openapi.json"):
                return self.succeed("", description.openapi())
            case ("GET" | "HEAD", "errors"):
                return self.succeed("", description.errors(request.headers.get("host", "")))
            case _:
                raise self.unknown_operation(request)

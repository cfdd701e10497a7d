"""Finds out, before any case is put, whether the target can be examined at all.

Most of what goes wrong with a run is its configuration: each such thing is told in one sentence that names the option
or key which mends it, and never as a failure of the target.
"""

from __future__ import annotations

from conformance.errors import TargetError
from conformance.http.credentials import BASIC
from conformance.http.exchange import OWNER, Exchange, Request
from conformance.http.target import WORTH_WAITING
from conformance.inputs.profile import PASSWORD, TOKEN, USERNAME
from conformance.judgement.verdict import Lacking, NotThere
from conformance.planning.requests import base
from conformance.putting.bench import Bench

_MENDS = {
    "name": "correct the host in --target-url",
    "connect": "start the target, or correct --target-url",
    "tls": "correct the certificate, or name its authority in [http] ca_file, or set [http] verify = false",
    "timeout": "start the target, or raise [http] timeout",
    "reset": "see whether a proxy stands before the target, and whether --target-url says https where it must",
    "not-http": "see whether --target-url names the right port, and says https where it must",
    "too-large": "see whether --target-url names an API",
    "busy": "lower [http] rate, or wait",
    "budget": "raise [http] max_requests",
    "dead": "start the target",
}

#: An answer that takes so many seconds is slow, and need not be asked for again to know that.
SLOW = 0.05
#: Faults that one request may earn from a target that lives, and how many of them in a row are too many.
ODD, PATIENCE = ("reset", "not-http", "too-large", "timeout", "busy"), 2


def examine(bench: Bench, url: str) -> float:
    """Ask the target something right and something wrong; the latency seen, in seconds.

    Raises `TargetError` where it cannot be examined. A target that answers wrongly, but answers, can be.
    """
    exchanges: list[Exchange] = []
    faults: list[Exchange] = []
    refused = 0
    owner = OWNER in bench.profile.vault
    for operation in bench.surface.operations.values():
        if operation.safety != "read" or not operation.reads or operation.id in bench.profile.unsupported:
            continue
        try:
            request = bench.request(base(operation), made_up=not owner)
        except (Lacking, NotThere):
            continue
        exchange = bench.target.send(request if owner else _nobody(request))
        if exchange.response is None:
            faults.append(exchange)
            if exchange.fault is None or exchange.fault.kind not in ODD or len(faults) == PATIENCE:
                break
            continue  # it may live, and fail at this one thing alone
        exchanges.append(exchange)
        if exchange.response.status != bench.contract.statuses.credentials or not owner:
            break
        refused += 1
        if refused == 3:
            break
    if faults and not exchanges:
        _answered(faults[0], url)
    if owner and refused and refused == len(exchanges):
        raise TargetError(
            f"{url} refuses the credentials: {refused} right request{'s' if refused > 1 else ''} got "
            f"{bench.contract.statuses.credentials}. Correct [credentials.owner] in the profile, or {_variables(bench)}."
        )
    wrong = bench.target.send(Request("GET", "/", (("Accept", "application/json"),), credentials="nobody"))
    if not exchanges:
        _answered(wrong, url)
    latency = _latency(bench, exchanges[-1] if exchanges else wrong)
    bench.target.see_how_many_it_serves(wrong.request, latency)
    return latency


def _latency(bench: Bench, first: Exchange) -> float:
    """How long an answer takes, in seconds: the first one may have had to wait for a connection, or for a busy machine."""
    times = [first.elapsed]
    while len(times) < 3 and WORTH_WAITING <= min(times) < SLOW:
        times.append(bench.target.send(first.request).elapsed)
    return min(times)


def _variables(bench: Bench) -> str:
    """The variables of the environment that hold the credentials."""
    basic = bench.profile.vault[OWNER].scheme == BASIC
    return f"{USERNAME} and {PASSWORD}" if basic else TOKEN


def _nobody(request: Request) -> Request:
    return Request(request.method, request.target, request.headers, request.body, "nobody")


def _answered(exchange: Exchange, url: str) -> None:
    fault = exchange.fault
    if fault is not None:
        mend = _MENDS.get(fault.kind, "see whether the target works")
        raise TargetError(f"{url} cannot be examined: {fault.message.rstrip('.')}. To mend it: {mend}.")

"""Finds out, before any case is put, whether the target can be examined at all.

Most of what goes wrong with a run is its configuration: each such thing is told in one sentence that names the option
or key which mends it, and never as a failure of the target.
"""

from __future__ import annotations

from conformance.bench import Bench
from conformance.errors import TargetError
from conformance.exchange import OWNER, Exchange, Request
from conformance.requests import base
from conformance.verdict import Lacking, NotThere

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


def examine(bench: Bench, url: str) -> float:
    """Ask the target something right and something wrong; the latency seen, in seconds.

    Raises `TargetError` where it cannot be examined. A target that answers wrongly, but answers, can be.
    """
    exchanges: list[Exchange] = []
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
        exchanges.append(exchange)
        _answered(exchange, url)
        assert exchange.response is not None
        if exchange.response.status != bench.contract.statuses.credentials or not owner:
            break
        refused += 1
        if refused == 3:
            break
    if owner and refused and refused == len(exchanges):
        raise TargetError(
            f"{url} refuses the credentials: {refused} right request{'s' if refused > 1 else ''} got "
            f"{bench.contract.statuses.credentials}. Correct [credentials.owner] in the profile, or "
            "CONFORMANCE_USERNAME and CONFORMANCE_PASSWORD."
        )
    wrong = bench.target.send(Request("GET", "/", (("Accept", "application/json"),), credentials="nobody"))
    exchanges.append(wrong)
    _answered(wrong, url)
    times = sorted(each.elapsed for each in exchanges)
    return times[len(times) // 2]


def _nobody(request: Request) -> Request:
    return Request(request.method, request.target, request.headers, request.body, "nobody")


def _answered(exchange: Exchange, url: str) -> None:
    fault = exchange.fault
    if fault is not None:
        mend = _MENDS.get(fault.kind, "see whether the target works")
        raise TargetError(f"{url} cannot be examined: {fault.message.rstrip('.')}. To mend it: {mend}.")

"""Builds results and runs out of nothing, as a run would have left them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

CODES = ["NAME_REQUIRED", "NAME_INVALID", "THING_NOT_FOUND", "NOT_ALLOWED_HERE"]
CLAUSES = ["status", "ErrorCode", "FieldName", "Message", "state"]
DIGESTS = {name: format(number, "064x") for number, name in enumerate(("contract", "surface", "suite", "profile"), 1)}
REGISTER: dict[str, dict[str, str]] = {
    "status.allowed": {"sentence": "An unsuccessful request is answered with one of the four statuses."},
    "json.every-response": {"sentence": "Every response is JSON data."},
    "envelope.present": {"sentence": "An error stands in the envelope."},
    **{f"code.{code}": {"sentence": f"What {code} stands for is told with it."} for code in CODES},
    "control.accepted": {"sentence": "What has no fault is not refused."},
    "state.unchanged": {"sentence": "What is refused changes nothing."},
    "advice.challenge": {"sentence": "401 carries a challenge.", "level": "advice"},
}
REGISTER = {
    name: {"level": "must", "basis": "stated", "cite": "Error Codes", **entry} for name, entry in REGISTER.items()
}


def run(**changes: Any) -> dict[str, Any]:
    """A run document."""
    return {
        "target": {"name": "Example", "version": "4.2", "url": "http://127.0.0.1:8080"},
        "suite": {"name": "conformance", "version": "0.1.0"},
        "digests": dict(DIGESTS),
        "seed": 7,
        "effort": "quick",
        "allow": {"writes": True, "purchases": False, "messages": False},
        "facts": {"number": {"value": "+61200000000", "origin": "given"}},
        "requirements": REGISTER,
        "codes": CODES,
        "unsupported": [],
        "requests": 12,
        "started": "2026-01-02T03:04:05+00:00",
        "wall": 1.5,
        "interrupted": False,
        "selected": False,
        "shard": None,
        "certify": False,
        "left_over": [],
        **changes,
    }


def exchange(status: int | None = 400, answer: str = '{"Problem": {}}', label: str = "the request") -> dict[str, Any]:
    """One exchange; without a status it ended in a fault of the wire."""
    return {
        "label": label,
        "request": {
            "method": "POST",
            "target": "/v2/Things?a=1&b=%20",
            "headers": [["Content-Type", "application/json"]],
            "body": {"text": '{"Name": ""}'},
            "credentials": "owner",
        },
        "response": None
        if status is None
        else {
            "status": status,
            "reason": "Bad Request" if status == 400 else "OK",
            "headers": [["Content-Type", "application/json"]],
            "body": {"text": answer},
            "truncated": False,
        },
        "fault": {"kind": "reset", "message": "the connection ended early"} if status is None else None,
        "started": 1767323045.25,
        "elapsed": 0.0125,
    }


def violation(
    requirement: str, clause: str, expected: object, actual: object, pointer: str = "", number: int = 0
) -> dict[str, Any]:
    """One violation."""
    return {
        "requirement": requirement,
        "clause": clause,
        "pointer": pointer or f"/{clause}",
        "expected": str(expected),
        "actual": str(actual),
        "exchange": number,
    }


def result(
    case: str, verdict: str = "pass", violations: Iterable[dict[str, Any]] = (), **changes: Any
) -> dict[str, Any]:
    """A result document for a case id of four segments."""
    code, operation, parameter, _ = case.split("/")
    codes = [code] if code in CODES else []
    broken = list(violations)
    silent = verdict in ("untested", "not applicable")
    return {
        "case": case,
        "chapter": "codes" if codes else "http",
        "node": f"suite/test_codes.py::test_code[{case}]",
        "requirements": [f"code.{code}", "state.unchanged"] if codes else [code],
        "error_codes": codes,
        "operation": operation,
        "parameter": parameter,
        "safety": "write",
        "verdict": verdict,
        "reason": {"untested": "add to the profile: [facts] number = ...", "error": "no connection"}.get(verdict, ""),
        "certify": True,
        "assumed": False,
        "violations": broken,
        "exchanges": [] if silent else [exchange(None if verdict == "error" else 400)],
        "clauses": CLAUSES if codes else [],
        "letter": f"{case}\n\n  expected this, got that" if broken else "",
        "curl": "curl -u $CONFORMANCE_USERNAME:$CONFORMANCE_PASSWORD http://127.0.0.1:8080/v2/Things",
        "rerun": f"pytest 'suite/test_codes.py::test_code[{case}]'",
        "requests": 0 if silent else 1,
        **changes,
    }


def passing(number: int = 8) -> list[dict[str, Any]]:
    """Results of a conformant run, two for each code."""
    return [result(f"{CODES[each % len(CODES)]}/op{each // len(CODES)}/Name/absent") for each in range(number)]


def wrong_status(case: str, status: int = 404) -> dict[str, Any]:
    """A result that found another status than 400: three requirements broken by one cause."""
    code = case.split("/")[0]
    return result(
        case,
        "fail",
        [
            violation("status.allowed", "status", "400, 401, 403 or 500", status),
            violation(f"code.{code}", "status", "400", status),
        ],
        exchanges=[exchange(status)],
    )


def wrong_wrapper(case: str) -> dict[str, Any]:
    """A result whose answer has the error at another place."""
    return result(
        case,
        "fail",
        [violation("envelope.present", "envelope", "an object named Problem", '{"error": 1}', "/body")],
    )


HOSTILE = (
    "\x00\x1b[31m</script><script>alert(1)</script><!--<script>\u202e\ud800\udfff\udc00 & \u2028 ]]> `|` %0A::error::x"
)


def hostile(case: str = "NAME_INVALID/op0/Name/hostile") -> dict[str, Any]:
    """A result in which everything that a target can choose is meant to do harm."""
    return result(
        case,
        "fail",
        [violation("code.NAME_INVALID", "Message", "a text that names Name", HOSTILE, "/body/Problem/Message")],
        exchanges=[exchange(400, HOSTILE + "x" * (1 << 20))],
        letter=HOSTILE,
    )


def mixed() -> list[dict[str, Any]]:
    """One result of every verdict."""
    return [
        result("NAME_REQUIRED/op0/Name/absent"),
        wrong_status("THING_NOT_FOUND/op0/Thing/unknown"),
        result("NAME_INVALID/op0/Name/sign", "untested"),
        result("NAME_INVALID/op1/Name/sign", "not applicable", certify=False),
        result("NAME_REQUIRED/op1/Name/absent", "error"),
        result(
            "advice.challenge/op1/credentials/none",
            "advice",
            [violation("advice.challenge", "advice", "a challenge", "nothing", "/headers/www-authenticate")],
        ),
    ]

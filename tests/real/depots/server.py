"""Parcel depots: an API with a form body, a PUT that needs several members, and 422 for what is invalid.

`--wrong lost` answers a PUT as if it had been done, and does nothing.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

app = Flask(__name__)
WRONG = sys.argv[sys.argv.index("--wrong") + 1] if "--wrong" in sys.argv else ""
FIRST = {"parcelId": "p-000001", "recipient": "Ada Lovelace", "grams": 750, "remark": ""}
DEPOTS: dict[str, dict[str, dict[str, Any]]] = {"north": {"p-000001": FIRST}, "south": {}}
#: What Werkzeug itself refuses, and the statuses that the API has for it.
KINDS = {404: "no-such-path", 405: "no-such-method"}


class Problem(Exception):
    def __init__(self, status: int, kind: str, name: str = "") -> None:
        self.status, self.kind, self.name = status, kind, name


def told(status: int, kind: str, name: str = "") -> Response:
    detail = f"{kind.replace('-', ' ')}: {name}" if name else kind.replace("-", " ")
    document: dict[str, Any] = {"type": f"urn:depot:{kind}", "title": kind, "status": status, "detail": detail}
    if name:
        document["invalid-params"] = [{"name": name, "reason": kind}]
    return Response(json.dumps(document), status, content_type="application/problem+json")


@app.errorhandler(Exception)
def failed(error: Exception) -> Response:
    if isinstance(error, Problem):
        return told(error.status, error.kind, error.name)
    if isinstance(error, HTTPException):
        return told(error.code if error.code in KINDS else 422, KINDS.get(error.code or 0, "unreadable"))
    return told(500, "failure")


@app.before_request
def permit() -> None:
    if request.url_rule is not None and request.headers.get("X-Depot-Key") != "depot-key-1":
        raise Problem(401, "no-key")


def number(name: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9:
        value = int(value)
    if type(value) is not int or not least <= value <= most:
        raise Problem(422, "out-of-range", name)
    return value


def text(name: str, value: Any, most: int) -> str:
    if not isinstance(value, str):
        raise Problem(422, "out-of-range", name)
    if len(value) > most:
        raise Problem(422, "too-long", name)
    return value


def parcel(given: Mapping[str, Any]) -> dict[str, Any]:
    for name in ("recipient", "grams"):
        if given.get(name) in (None, ""):
            raise Problem(422, "missing", name)
    found = {"recipient": text("recipient", given["recipient"], 40), "grams": number("grams", given["grams"], 1, 30000)}
    if given.get("remark") is not None:
        found["remark"] = text("remark", given["remark"], 60)
    return found


def depot(name: str) -> dict[str, dict[str, Any]]:
    if name not in DEPOTS:
        raise Problem(404, "no-such-depot", "depotId")
    return DEPOTS[name]


def one(name: str, key: str) -> dict[str, Any]:
    if key not in depot(name):
        raise Problem(404, "no-such-parcel", "parcelId")
    return DEPOTS[name][key]


def limit() -> int:
    return number("limit", request.args.get("limit", 50), 1, 50)


@app.get("/v2/depots")
def list_depots() -> Any:
    return jsonify([{"depotId": name} for name in DEPOTS][: limit()])


@app.get("/v2/depots/<name>/parcels")
def list_parcels(name: str) -> Any:
    found, most = list(depot(name).values()), limit()
    remark = text("remark", request.args.get("remark", ""), 60)
    return jsonify([each for each in found if not remark or each["remark"] == remark][-most:])


@app.post("/v2/depots/<name>/parcels")
def take_parcel(name: str) -> Any:
    depot(name)
    if request.mimetype != "application/x-www-form-urlencoded":
        raise Problem(422, "unreadable")
    key = f"p-{secrets.token_hex(4)}"
    DEPOTS[name][key] = {"parcelId": key, "remark": "", **parcel(request.form.to_dict())}
    return jsonify(DEPOTS[name][key]), 201


@app.get("/v2/depots/<name>/parcels/<key>")
def get_parcel(name: str, key: str) -> Any:
    return jsonify(one(name, key))


@app.put("/v2/depots/<name>/parcels/<key>")
def change_parcel(name: str, key: str) -> Any:
    found = one(name, key)
    try:
        given = request.get_json(force=True, silent=True)
    except RecursionError:
        given = None
    if not isinstance(given, dict):
        raise Problem(422, "unreadable")
    if isinstance(given.get("grams"), str) and given["grams"]:
        raise Problem(422, "out-of-range", "grams")
    changed = parcel(given)
    if WRONG != "lost":
        found.update(changed)
    return jsonify({**found, **changed})


@app.delete("/v2/depots/<name>/parcels/<key>")
def hand_over(name: str, key: str) -> Any:
    one(name, key)
    del DEPOTS[name][key]
    return "", 204


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(f"listening on http://127.0.0.1:{server.port}/v2", flush=True)
    server.serve_forever()

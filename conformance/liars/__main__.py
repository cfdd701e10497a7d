"""`python -m conformance.liars`: name the liars, or serve one until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Mapping

import uvicorn

from conformance.reference import Reference
from conformance.reference.asgi import Application

from .model import Liar, Variant
from .registry import liars
from .variants import combine, variants


def find(id_: str) -> Liar | Variant:
    """The liar, the variant, or the variants with a plus between them, of this id. LookupError says what comes near."""
    known: Mapping[str, Liar | Variant] = {**variants(), **liars()}
    if id_ in known:
        return known[id_]
    parts = id_.split("+")
    if len(parts) > 1 and all(part in variants() for part in parts):
        return combine(*(variants()[part] for part in parts))
    near = difflib.get_close_matches(id_, known, 3)
    raise LookupError(f"there is no liar {id_}" + (f"; there is {', '.join(near)}" if near else ""))


def build(id_: str) -> Reference:
    """The target of this id."""
    return find(id_).build()


def _listed(family: str | None) -> None:
    for liar in liars().values():
        if family in (None, liar.family):
            print(f"{liar.id}\t{liar.family}\t{liar.scope}\t{' '.join(liar.breaks)}\t{liar.sentence}")
    for variant in variants().values():
        if family in (None, "variants"):
            print(f"{variant.id}\tvariants\t{variant.subject}\t\t{variant.sentence}")


def _serve(target: Reference, host: str, port: int) -> None:
    from conformance.reference.__main__ import Server, _listen

    listener = _listen(host, port)
    config = uvicorn.Config(
        Application(target),
        interface="asgi3",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        server_header=False,
    )
    Server(config, f"http://{host}:{listener.getsockname()[1]}").run(sockets=[listener])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance.liars", description="Name the liars, or serve one.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--list", action="store_true", help="id, family, scope, what it breaks, and the sentence")
    what.add_argument("--serve", metavar="ID", help="serve one liar, variant, or variants with a plus between them")
    parser.add_argument("--family", help="name those of one family only")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one (default: 8080)")
    options = parser.parse_args()
    if options.list:
        _listed(options.family)
        return 0
    try:
        target = build(options.serve)
    except LookupError as error:
        parser.error(str(error.args[0]))
    _serve(target, options.host, options.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())

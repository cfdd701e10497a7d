"""What sending a request may cost, also where it must be refused: a broken target may carry out what it should refuse.

The classes go up from `read` over `write` to `purchase` and `message`; a profile permits each of them or not.
"""

from __future__ import annotations

from collections.abc import Iterable

from conformance.inputs.surface import Operation

LADDER = ("read", "write", "purchase", "message")
#: Methods that ask for no change (RFC 9110, section 9.2.1).
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


def of_method(method: str, operations: Iterable[Operation] = ()) -> str:
    """The class of a request whose method is not one of those that its path has; `operations` are those of the path.

    A target that overlooks the method does what the path is for. HEAD asks for no more than the path's own GET does.
    """
    there = list(operations)
    if method == "HEAD" and any(each.method == "GET" for each in there):
        return "read"
    found = {"read" if method in SAFE else "write", *(each.safety for each in there)}
    return max(found, key=LADDER.index)

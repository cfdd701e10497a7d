"""What sending a request may cost, also where it must be refused: a broken target may carry out what it should refuse.

The classes go up from `read` over `write` to `purchase` and `message`; a profile permits each of them or not.
"""

from __future__ import annotations

from collections.abc import Iterable

from conformance.inputs.surface import Operation

LADDER = ("read", "write", "purchase", "message")
#: Methods that a target gets without leave to write. OPTIONS and TRACE are to change nothing either (RFC 9110, section
#: 9.2.1), but what a target does with a method that it was never meant to get is what such a case is there to find out.
SAFE = ("GET", "HEAD")


def of_method(method: str, operations: Iterable[Operation] = ()) -> str:
    """The class of a request whose method is not one of those that its path has; `operations` are those of the path.

    A target that overlooks the method does what the path is for. HEAD asks for no more than the path's own GET does.
    """
    there = list(operations)
    if method == "HEAD" and any(each.method == "GET" for each in there):
        return "read"
    found = {"read" if method in SAFE else "write", *(each.safety for each in there)}
    return max(found, key=LADDER.index)

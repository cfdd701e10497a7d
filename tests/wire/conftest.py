"""Every wire that a test makes is closed at its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from conformance.http.wire import Wire


@pytest.fixture(autouse=True)
def closed_wires(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made: list[Wire] = []
    real = Wire.__init__

    def noted(wire: Wire, *arguments: Any) -> None:
        real(wire, *arguments)
        made.append(wire)

    monkeypatch.setattr(Wire, "__init__", noted)
    yield
    for each in made:
        each.close()

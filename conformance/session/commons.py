"""What the processes of one run share: turns at what must not be shared, and what one of them saw first."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


class Commons:
    """A folder that the worker processes of pytest-xdist have in common, readable by nobody else.

    The process that starts the workers makes it and removes it; each worker is told where it is.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="conformance-")) if folder is None else folder

    @contextlib.contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait until no other process has the turn of this name."""
        with self._place(name, "turn").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def first(self, name: str, look: Callable[[], Any]) -> Any:
        """What the first process that looked saw, as JSON; None is no sight, and the next one looks again."""
        place = self._place(name, "json")
        with self.turn(name):
            if place.exists():
                return json.loads(place.read_text("utf-8"))
            seen = look()
            if seen is not None:
                place.write_text(json.dumps(seen), "utf-8")
            return seen

    def remove(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _place(self, name: str, ending: str) -> Path:
        return self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.{ending}"

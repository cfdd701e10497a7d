"""Changes of a document that make it wrong, each at one place."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: In the place of a value: the member is taken out.
GONE = object()


@dataclass(frozen=True, slots=True)
class Wrong:
    """One change: `path` leads to the member that gets `value`; the error speaks of `place`, and says `words`."""

    path: tuple[str | int, ...]
    value: Any
    place: str
    words: str = ""

    def __str__(self) -> str:
        told = "gone" if self.value is GONE else json.dumps(self.value)[:20]
        return f"{'.'.join(map(str, self.path))}={told}"

    def of(self, document: Any) -> Any:
        """A changed copy of a document."""
        changed = copy.deepcopy(document)
        holder = changed
        for part in self.path[:-1]:
            holder = holder[part]
        if self.value is GONE:
            del holder[self.path[-1]]
        elif isinstance(holder, list) and self.path[-1] == len(holder):
            holder.append(self.value)
        else:
            holder[self.path[-1]] = self.value
        return changed

    def write(self, path: Path) -> None:
        """Change the JSON document in a file."""
        document = self.of(json.loads(path.read_text(encoding="utf-8")))
        path.write_text(json.dumps(document), encoding="utf-8")


def one_error(text: str, path: Path, wrong: Wrong) -> None:
    """An error is one line that names the file and the place."""
    assert "\n" not in text
    assert str(path) in text
    assert f"at {wrong.place}:" in text, text
    assert wrong.words in text, text

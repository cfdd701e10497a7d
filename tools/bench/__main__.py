"""`python -m tools.bench [FIGURE ...]`: prints a table, and writes the figures as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import against_replay, beside, scale

FIGURES: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "a": against_replay.whole, "b": against_replay.alone, "c": against_replay.generated, "d": scale.latency,
    "e": scale.wide, "f": scale.memory, "g": scale.startup, "h": beside.side_by_side, "i": scale.processes,
}  # fmt: skip


def line(row: dict[str, Any]) -> str:
    """One figure as a line of the table."""
    aim = f"{row['aim']:6.2f}" if "aim" in row else "     -"
    reached = "" if "aim" not in row else "  reached" if row["value"] <= row["aim"] else "  not reached"
    rest = ", ".join(f"{name} {value:,.4g}" for name, value in row.items()
                     if name not in ("figure", "what", "value", "aim") and isinstance(value, int | float))  # fmt: skip
    return f"({row['figure']})  {row['value']:8.2f}  {aim}  {row['what']}{reached}" + (f"  [{rest}]" if rest else "")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help="a to i (default: all)")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), metavar="FILE", help="default: bench.json")
    options = parser.parse_args()
    wrong = set(options.figures) - set(FIGURES)
    if wrong:
        parser.error(f"there is no figure {', '.join(sorted(wrong))}")
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "load": os.getloadavg()[0],
    }
    print(f"{machine['cores']} cores, Python {machine['python']}, load {machine['load']:.1f}")
    print("        figure     aim")
    rows: list[dict[str, Any]] = []
    for letter in options.figures or FIGURES:
        began = time.time()
        for row in FIGURES[letter]():
            rows.append(row)
            print(line(row), flush=True)
        machine[f"seconds of {letter}"] = round(time.time() - began, 1)
    options.json.write_text(json.dumps({"machine": machine, "figures": rows}, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

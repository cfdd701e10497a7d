"""A chapter of the errors page, as the modules of `conformance.suite` declare it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chapter:
    """Stands in a test module for the cases of one chapter; the plugin collects an item for each."""

    name: str

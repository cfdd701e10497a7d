"""The errors that end a run before anything is judged."""

from __future__ import annotations


class ConfigurationError(Exception):
    """An option, a profile or a description is wrong; its text is one sentence that says what to change."""


class TargetError(Exception):
    """The target cannot be examined at all; its text is one sentence that says why."""

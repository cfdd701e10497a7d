"""Reads and writes the files of reports: whole or not at all, and never without a bound."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from conformance.errors import ConfigurationError

#: No report that this suite writes comes near it.
LARGEST = 1 << 30


def write_text(path: Path, text: str) -> None:
    """Write a file beside its place and move it there, so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    os.replace(part, path)


def read_bytes(path: Path, largest: int = LARGEST) -> bytes:
    """The content of a file, or one sentence about why there is none."""
    try:
        if path.is_dir():
            raise ConfigurationError(f"{path}: this is a folder; name a file")
        if path.stat().st_size > largest:
            raise ConfigurationError(f"{path}: the file is larger than {largest:,} bytes")
        return path.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such file") from None
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror or error}") from None


def read_text(path: Path) -> str:
    """The content of a file as text."""
    data = read_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: this is not UTF-8 text (byte {error.start})") from None


def read_json(path: Path) -> Any:
    """The JSON value in a file."""
    text = read_text(path)
    try:
        return json.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"{path}: this is not JSON: {error}") from None
    except RecursionError:
        raise ConfigurationError(f"{path}: this JSON is nested too deeply") from None

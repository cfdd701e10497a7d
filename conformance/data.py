"""Where the data files of the suite lie: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


#: The contract: envelope, rules, requirements, surface, meta-schemas.
SCHEMAS = _folder("schemas")
#: Examples, value corpora, and the profile of the reference target.
FIXTURES = _folder("fixtures")

"""The pytest fixtures that judge responses in anybody's tests. The engine is loaded when one of them is used."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conformance.judging import Violation


@pytest.fixture(scope="session")
def conformance_contract() -> Path | None:
    """The folder of the contract, laid out as `schemas/`. Define one of this name to judge by another contract."""
    return None


@pytest.fixture(scope="session")
def assert_keeps_contract(conformance_contract: Path | None) -> Callable[..., None]:
    """`conformance.judging.assert_keeps_contract`, by the contract of the project."""
    from conformance import judging

    return partial(judging.assert_keeps_contract, contract=conformance_contract)


@pytest.fixture(scope="session")
def contract_violations(conformance_contract: Path | None) -> Callable[..., list[Violation]]:
    """`conformance.judging.violations`, by the contract of the project."""
    from conformance import judging

    return partial(judging.violations, contract=conformance_contract)

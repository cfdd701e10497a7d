"""Our own tests take every warning for an error; a run against a target must not, for it may not be ours."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors, but one that another package's Hypothesis plugin earns by itself."""
    config.addinivalue_line("filterwarnings", "error")
    config.addinivalue_line("filterwarnings", "ignore:It looks like `register_random`")

"""Our own tests take every warning for an error; a run against a target must not, for it may not be ours."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors, but those that other packages earn by themselves."""
    config.addinivalue_line("filterwarnings", "error")
    config.addinivalue_line("filterwarnings", "ignore:It looks like `register_random`")
    config.addinivalue_line("filterwarnings", "ignore:Using `httpx` with `starlette.testclient`")

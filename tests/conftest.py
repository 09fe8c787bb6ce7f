"""Options of the test run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the way to accept new golden reports."""
    parser.addoption("--update-golden", action="store_true", help="write the golden reports anew")

"""Options of the test run, and where its runs keep their cache."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the way to accept new golden reports."""
    parser.addoption("--update-golden", action="store_true", help="write the golden reports anew")


@pytest.fixture(scope="session", autouse=True)
def cache_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep caches out of the fixtures, and of the home of whoever runs the tests."""
    directory = tmp_path_factory.mktemp("cache")
    os.environ["FASTAPI_AUDIT_CACHE_DIR"] = str(directory)
    yield directory
    del os.environ["FASTAPI_AUDIT_CACHE_DIR"]

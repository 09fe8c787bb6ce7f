"""The FastAPI that the static route map is compared with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from runtime.interpreter import Interpreter, running


@pytest.fixture(scope="session")
def fastapi() -> Iterator[Interpreter]:
    """The running interpreter whose FastAPI is asked."""
    with running() as interpreter:
        yield interpreter

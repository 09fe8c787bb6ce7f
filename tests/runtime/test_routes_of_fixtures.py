"""The static route maps of the services in `fixtures/projects` equal what FastAPI serves."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from runtime.comparison import compare, found_routes
from runtime.interpreter import running

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"
SECRET = "made-up-for-the-tests-" * 3
VARIABLES = {
    "DATABASE_URL": "sqlite+aiosqlite://",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "RATE_LIMIT_URL": "async+memory://",
    "SECRET_KEY": SECRET,
    "JWT_SECRET": SECRET,
}


@pytest.mark.parametrize(
    ("project", "import_root", "target"),
    [
        ("toy", ".", "main:app"),
        ("typical", ".", "app.main:app"),
        ("production", "src", "app.main:create_app()"),
    ],
)
def test_every_field_of_every_route_is_as_served(project: str, import_root: str, target: str, tmp_path: Path) -> None:
    tree = shutil.copytree(PROJECTS / project, tmp_path / project)
    with running(sys.executable, **VARIABLES) as interpreter:
        served = interpreter.serve(tree / import_root, target)
    assert not served.failures
    comparison = compare(served.routes, found_routes(tree))
    assert comparison.is_equal, str(comparison)

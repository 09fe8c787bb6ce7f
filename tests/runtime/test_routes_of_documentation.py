"""The static route maps of the examples in FastAPI's documentation, which its source distribution carries."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest
from runtime.comparison import FIELDS, Comparison, compare, found_routes
from runtime.interpreter import running

RELEASE = f"fastapi-{version('fastapi')}"
EXAMPLES = "docs_src"
# Some examples need distributions that nothing else here needs, a few are not meant to run.
MAX_LEFT_OUT = 0.04
SERVED_DIRECTORIES = ("static", "dist")
VARIABLES = {"ADMIN_EMAIL": "admin@example.com"}


@pytest.fixture(scope="module")
def tree(pytestconfig: pytest.Config) -> Path:
    """The source distribution of the FastAPI that is installed here, unpacked once and kept."""
    assert pytestconfig.cache is not None
    directory = pytestconfig.cache.mkdir("fastapi-documentation")
    if not (directory / RELEASE / EXAMPLES).is_dir():
        download(directory)
        with tarfile.open(directory / f"{RELEASE}.tar.gz") as archive:
            archive.extractall(directory, filter="data")
        for served in SERVED_DIRECTORIES:
            (directory / RELEASE / served).mkdir()
    return directory / RELEASE


def download(directory: Path) -> None:
    """Have pip download the source distribution, from the index that it is configured to use."""
    options = ["--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(directory)]
    command = [sys.executable, "-m", "pip", "download", *options, RELEASE.replace("-", "==")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        pytest.skip(f"The source distribution of {RELEASE} cannot be had: {result.stderr.strip()[-500:]}")


@pytest.fixture(scope="module")
def comparison(tree: Path) -> Comparison:
    """How the static route maps of all examples compare with what FastAPI serves."""
    modules = [".".join(path.relative_to(tree).with_suffix("").parts) for path in (tree / EXAMPLES).rglob("*.py")]
    targets = [f"{module.removesuffix('.__init__')}:*" for module in sorted(modules)]
    with running(sys.executable, **VARIABLES) as interpreter:
        served = interpreter.serve(tree, *targets)
    assert len(served.failures) <= MAX_LEFT_OUT * len(targets), str(served.failures)
    found = {f"{EXAMPLES}.{app}": routes for app, routes in found_routes(tree / EXAMPLES).items()}
    nothing_served = {app: () for app in found if f"{app.partition(':')[0]}:*" not in served.failures}
    return compare({**nothing_served, **served.routes}, found)


def test_nearly_every_served_route_is_found(comparison: Comparison) -> None:
    assert comparison.recall >= 0.99, str(comparison)


def test_nearly_every_found_route_is_served(comparison: Comparison) -> None:
    assert comparison.precision >= 0.99, str(comparison)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_agrees_on_nearly_every_route(comparison: Comparison, field: str) -> None:
    assert comparison.agreement(field) >= 0.98, str(comparison)

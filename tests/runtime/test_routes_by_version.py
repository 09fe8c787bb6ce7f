"""What FastAPI changed between the versions that are supported, in the static route map and as served."""

from __future__ import annotations

import pytest
from packaging.version import Version
from runtime.comparison import compare_files, found_paths
from runtime.interpreter import Interpreter

INCLUDES_LIVE_FROM = Version("0.137")
LATE = {
    "main.py": """
from fastapi import APIRouter, FastAPI

app = FastAPI()
inner = APIRouter(prefix="/inner")
outer = APIRouter(prefix="/outer")

@inner.get("/early")
def early(): ...

outer.include_router(inner)
app.include_router(outer)

@inner.get("/late")
def late(): ...

@outer.get("/late")
def late_outside(): ...
"""
}
MOUNTED = {
    "main.py": """
from fastapi import APIRouter, FastAPI

app = FastAPI()
router = APIRouter()
mounted = FastAPI()

@mounted.get("/items")
def read(): ...

router.mount("/mounted", mounted)
app.include_router(router)
"""
}
EARLY = {"/outer/inner/early"}


def test_a_route_added_after_the_inclusion_is_served_from_0_137_on(fastapi: Interpreter) -> None:
    comparison = compare_files(fastapi, LATE, "main:app")
    assert comparison.is_equal, str(comparison)
    assert comparison.served == (3 if fastapi.fastapi >= INCLUDES_LIVE_FROM else 1)


def test_what_is_mounted_on_an_included_router_is_served_from_0_137_on(fastapi: Interpreter) -> None:
    comparison = compare_files(fastapi, MOUNTED, "main:app")
    assert not comparison.differences, str(comparison)
    assert comparison.served == (1 if fastapi.fastapi >= INCLUDES_LIVE_FROM else 0)


@pytest.mark.parametrize(
    ("requirement", "paths"),
    [
        ("fastapi==0.136.3", EARLY),
        ("fastapi==0.137.0", {*EARLY, "/outer/inner/late", "/outer/late"}),
        ("fastapi", {*EARLY, "/outer/inner/late", "/outer/late"}),
    ],
)
def test_the_version_that_the_project_asks_for_decides(requirement: str, paths: set[str]) -> None:
    assert found_paths({**LATE, "requirements.txt": requirement + "\n"}) == paths

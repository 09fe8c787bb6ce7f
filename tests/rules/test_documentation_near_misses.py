"""Which applications say what they are."""

from __future__ import annotations

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

FULL = 'title="Orders", description="Takes orders.", version="1.0"'


def counts(code: str) -> tuple[int, int, int]:
    module = import_module("fastapi_audit_rules.documentation.default_openapi_metadata")
    (found,) = check_files(module, {"app/main.py": f"import os\nfrom fastapi import FastAPI\n{code}\n"}).results
    return found.passes, found.fails, found.unknowns


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"app = FastAPI({FULL})", (1, 0, 0)),
        ('app = FastAPI(title="FastAPI", description="x", version="1")', (0, 1, 0)),
        ('app = FastAPI(title="A", description="x", version="0.1.0")', (0, 1, 0)),
        ('app = FastAPI(title=os.getenv("T", "FastAPI"), description="x", version="1")', (1, 0, 0)),
        ('app = FastAPI(title="A", summary="x", version="1")', (1, 0, 0)),
        ("app = FastAPI(openapi_url=None)", (0, 0, 0)),
        ('app = FastAPI(openapi_url="")', (0, 0, 0)),
        ("app = FastAPI(docs_url=None)", (0, 1, 0)),
        ("import settings\napp = FastAPI(**settings.options)", (0, 0, 1)),
        (f"OPTIONS = dict({FULL})\napp = FastAPI(**OPTIONS)", (1, 0, 0)),
        ('app = FastAPI()\napp.title = "A"\napp.description = "x"\napp.version = "1"', (1, 0, 0)),
        ("app = FastAPI()\ndef openapi(): ...\napp.openapi = openapi", (0, 0, 1)),
        (f'inner = FastAPI()\napp = FastAPI({FULL})\napp.mount("/inner", inner)', (1, 1, 0)),
        (f"class Own(FastAPI):\n    def __init__(self):\n        super().__init__({FULL})\napp = Own()", (1, 0, 0)),
    ],
)
def test_an_application_is_judged_by_what_its_document_says(code: str, expected: tuple[int, int, int]) -> None:
    assert counts(code) == expected

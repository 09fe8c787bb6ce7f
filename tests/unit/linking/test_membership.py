"""Whose code a module is, in a repository with several services and libraries beside them."""

from __future__ import annotations

from fastapi_audit.testing import understand_files

MANIFEST = "[project]\nname = 'x'\n"
APPLICATION = "from fastapi import FastAPI\n{imports}\napp = FastAPI()\n"


def test_a_service_has_its_own_modules_and_those_of_other_projects_that_it_imports() -> None:
    projects = understand_files(
        {
            "orders/pyproject.toml": MANIFEST,
            "orders/main.py": APPLICATION.format(imports="from shared.mail import send"),
            "orders/unused.py": "",
            "stock/pyproject.toml": MANIFEST,
            "stock/stock/__init__.py": "",
            "stock/stock/main.py": APPLICATION.format(imports="def late():\n    import shared"),
            "library/pyproject.toml": MANIFEST,
            "library/shared/__init__.py": "",
            "library/shared/mail.py": "from . import texts\nsend = texts",
            "library/shared/texts.py": "",
            "library/shared/other.py": "",
            "training/pyproject.toml": MANIFEST,
            "training/train.py": "",
            "notes.py": "",
        }
    )

    assert {project.root: [module.path for module in project.modules] for project in projects} == {
        "orders": [
            "library/shared/__init__.py",
            "library/shared/mail.py",
            "library/shared/texts.py",
            "orders/main.py",
            "orders/unused.py",
        ],
        "stock": ["library/shared/__init__.py", "stock/stock/__init__.py", "stock/stock/main.py"],
    }


def test_a_repository_with_one_service_is_that_service() -> None:
    (project,) = understand_files(
        {
            "orders/pyproject.toml": MANIFEST,
            "orders/main.py": APPLICATION.format(imports=""),
            "training/pyproject.toml": MANIFEST,
            "training/train.py": "",
        }
    )

    assert [module.path for module in project.modules] == ["orders/main.py", "training/train.py"]

"""Whose code a module is, in a repository with several services and libraries beside them."""

from __future__ import annotations

from fastapi_audit.model.deployment import Image
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


def test_an_image_is_of_the_services_below_it_and_one_beside_them_of_all() -> None:
    image = "FROM python:3.12\n"
    projects = understand_files(
        {
            "Dockerfile": image,
            "deploy/Dockerfile": image,
            "orders/Dockerfile": image,
            "orders/app/pyproject.toml": MANIFEST,
            "orders/app/main.py": APPLICATION.format(imports=""),
            "stock/pyproject.toml": MANIFEST,
            "stock/main.py": APPLICATION.format(imports=""),
            "stock/build/Dockerfile": image,
        }
    )

    assert {project.root: [image.path for image in project.subjects(Image)] for project in projects} == {
        "orders/app": ["Dockerfile", "deploy/Dockerfile", "orders/Dockerfile"],
        "stock": ["Dockerfile", "deploy/Dockerfile", "stock/build/Dockerfile"],
    }


def test_images_and_manifests_among_the_tests_are_not_deployed() -> None:
    (project,) = understand_files(
        {
            "app/main.py": APPLICATION.format(imports=""),
            "tests/test_main.py": "",
            "tests/browser/Dockerfile": "FROM python:3.12\n",
            "tests/data/ingress.yaml": "apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {tls: [{hosts: [a]}]}\n",
        }
    )

    assert (list(project.subjects(Image)), list(project.gateways)) == ([], [])

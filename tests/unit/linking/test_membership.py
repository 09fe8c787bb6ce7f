"""Whose code a module is, in a repository with several services and libraries beside them."""

from __future__ import annotations

import pytest

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


def test_code_of_other_projects_beside_the_only_service_counts_where_it_is_imported() -> None:
    (project,) = understand_files(
        {
            "orders/pyproject.toml": MANIFEST,
            "orders/main.py": APPLICATION.format(imports="from texts import hello"),
            "texts/pyproject.toml": MANIFEST,
            "texts/texts.py": "def hello(): return 'hello'\n",
            "training/pyproject.toml": MANIFEST,
            "training/train.py": "",
            "tool.py": "",
        }
    )

    assert [module.path for module in project.modules] == ["orders/main.py", "texts/texts.py", "tool.py"]


@pytest.mark.parametrize(("imported", "expected"), [("stock.main", ["orders"]), ("orders_main", ["stock"])])
def test_tests_beside_several_services_are_those_of_the_services_that_they_import(
    imported: str, expected: list[str]
) -> None:
    projects = understand_files(
        {
            "orders/pyproject.toml": MANIFEST,
            "orders/orders_main.py": APPLICATION.format(imports=""),
            "stock/pyproject.toml": MANIFEST,
            "stock/stock/__init__.py": "",
            "stock/stock/main.py": APPLICATION.format(imports=""),
            "tests/test_it.py": f"from {imported} import app\n\ndef test_it(): assert app\n",
        }
    )

    assert [project.root for project in projects if not project.tests] == expected


def test_a_name_that_a_package_beside_the_service_has_too_means_the_service() -> None:
    (project,) = understand_files(
        {
            "sdk/pyproject.toml": MANIFEST,
            "sdk/shop/__init__.py": "from .client import Client\n",
            "sdk/shop/client.py": "class Client: ...\n",
            "server/pyproject.toml": MANIFEST,
            "server/shop/__init__.py": "",
            "server/shop/orders.py": "",
            "server/shop/main.py": APPLICATION.format(imports="import shop\nfrom shop import orders"),
        }
    )

    assert {module.path.partition("/")[0] for module in project.modules} == {"server"}


LIBRARY = {
    "orders/pyproject.toml": MANIFEST,
    "orders/main.py": APPLICATION.format(imports="from texts import hello"),
    "texts/pyproject.toml": MANIFEST,
    "texts/texts.py": "def hello(): return 'hello'\n",
    "texts/tests/test_texts.py": "from texts import hello\n\ndef test_it(): assert hello()\n",
}
BOT = {
    "bot/pyproject.toml": MANIFEST,
    "bot/bot.py": "",
    "bot/bot_test.py": "from texts import hello\n\ndef test_bot(): assert hello()\n",
}
STOCK = {"stock/pyproject.toml": MANIFEST, "stock/main.py": APPLICATION.format(imports="")}
OWN = {"orders/tests/test_main.py": "def test_main(): assert 1\n"}


@pytest.mark.parametrize(
    ("beside", "expected"),
    [({}, ["test_it"]), (BOT, ["test_it"]), (OWN, ["test_main"]), (STOCK, []), ({**STOCK, **OWN}, ["test_main"])],
)
def test_tests_of_a_package_that_a_service_imports_are_its_own_only_where_there_is_nothing_else(
    beside: dict[str, str], expected: list[str]
) -> None:
    orders = next(iter(understand_files({**LIBRARY, **beside})))

    assert [str(test) for test in orders.tests] == expected
    assert {"test_it", *expected} == {function.qualname for function in orders.suite.functions}


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

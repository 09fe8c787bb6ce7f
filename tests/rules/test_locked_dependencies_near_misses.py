"""What locks the dependencies of a service, and what only looks like it."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

UNLOCKED_DEPENDENCIES = import_module("fastapi_audit_rules.deployment.unlocked_dependencies")

APP = {"app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}
PYPROJECT = '[project]\nname = "shop"\ndependencies = ["fastapi>=0.115"]\n'
UV_LOCK = '[[package]]\nname = "fastapi"\nversion = "0.115.12"\n'


def outcome(files: dict[str, str]) -> str:
    (result,) = check_files(UNLOCKED_DEPENDENCIES, {**APP, **files}).results
    return "pass" if result.passes else "fail" if result.fails else "unknown" if result.unknowns else "skip"


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": PYPROJECT, "uv.lock": UV_LOCK},
        {"pyproject.toml": PYPROJECT, "poetry.lock": UV_LOCK},
        {"pyproject.toml": PYPROJECT, "pdm.lock": UV_LOCK},
        {"pyproject.toml": PYPROJECT, "pylock.toml": UV_LOCK.replace("package", "packages")},
        {
            "Pipfile": '[packages]\nfastapi = "*"\n',
            "Pipfile.lock": '{"default": {"fastapi": {"version": "==0.115.12"}}}',
        },
        {"pyproject.toml": PYPROJECT, "requirements.lock": "-e file:.\nfastapi==0.115.12\n"},
        {
            "environment.yml": "dependencies:\n- fastapi\n",
            "conda-lock.yml": "package:\n- {name: fastapi, version: 0.115.12}\n",
        },
        {"environment.yml": "dependencies:\n- python=3.12\n- fastapi=0.115.12\n- pip:\n  - uvicorn==0.34.2\n"},
        {"requirements.txt": "fastapi==0.115.12 --hash=sha256:abc\n-e .\n"},
        {"requirements/base.in": "fastapi\n", "requirements/base.txt": "fastapi==0.115.12\n"},
        {
            "requirements.txt": "-r requirements/base.txt\nuvicorn==0.34.2\n",
            "requirements/base.txt": "fastapi==0.115.12\n",
        },
        {
            "requirements.txt": "-c constraints.txt\nfastapi\n",
            "constraints.txt": "fastapi==0.115.12\nstarlette==0.46.2\n",
        },
        {"requirements.txt": "fastapi\n", "constraints.txt": "fastapi==0.115.12\n"},
        {"requirements.txt": "fastapi==0.115.12\nshop-events @ git+https://git.example.org/events@v1.4.0\n"},
        {"deploy/requirements.txt": "fastapi==0.115.12\n", "pyproject.toml": PYPROJECT},
    ],
)
def test_versions_are_locked(files: dict[str, str]) -> None:
    assert outcome(files) == "pass"


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "fastapi==0.115.12\nuvicorn\n"},
        {"requirements.txt": "fastapi==0.115.*\n"},
        {
            "requirements.txt": "-r requirements/base.txt\nuvicorn==0.34.2\n",
            "requirements/base.txt": "fastapi>=0.115\n",
        },
        {"requirements.txt": "fastapi==0.115.12\nshop-events @ git+https://git.example.org/events@main\n"},
        {"environment.yml": "dependencies:\n- fastapi=0.115\n"},
        {"requirements.txt": "fastapi\n", "requirements-dev.txt": "fastapi==0.115.12\npytest==8.3.5\n"},
        {"pyproject.toml": PYPROJECT, "uv.lock": UV_LOCK, ".gitignore": "uv.lock\n"},
        {"pyproject.toml": PYPROJECT, "cli/pyproject.toml": '[project]\nname = "cli"\n', "cli/uv.lock": UV_LOCK},
        {"pyproject.toml": PYPROJECT, "uv.lock": UV_LOCK.replace("fastapi", "mkdocs")},
        {},
    ],
)
def test_versions_are_open(files: dict[str, str]) -> None:
    assert outcome(files) == "fail"


def test_extras_are_for_those_who_want_them_but_for_the_one_with_fastapi() -> None:
    extras = '[project]\nname = "shop"\ndependencies = [{}]\n[project.optional-dependencies]\nmore = [{}]\n'

    assert outcome({"pyproject.toml": extras.format('"fastapi==0.115.12"', '"redis>=5"')}) == "pass"
    assert outcome({"pyproject.toml": extras.format('"httpx==0.28.1"', '"fastapi>=0.115"')}) == "fail"


def test_a_lock_of_another_service_is_none_of_this_one() -> None:
    files = {
        "orders/main.py": APP["app/main.py"],
        "orders/pyproject.toml": PYPROJECT,
        "orders/uv.lock": UV_LOCK,
        "users/main.py": APP["app/main.py"],
        "users/pyproject.toml": PYPROJECT,
    }
    results = check_files(UNLOCKED_DEPENDENCIES, files).results

    assert [(result.passes, result.fails) for result in results] == [(1, 0), (0, 1)]


def test_the_lock_of_a_workspace_is_that_of_its_members() -> None:
    files = {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["backend"]\n', "uv.lock": UV_LOCK}
    backend = {"backend/app/main.py": APP["app/main.py"], "backend/pyproject.toml": PYPROJECT}

    assert check_files(UNLOCKED_DEPENDENCIES, {**files, **backend}).passes == 1


def test_what_setup_py_asks_for_is_not_read() -> None:
    assert outcome({"setup.py": "from setuptools import setup\n\nsetup(install_requires=['fastapi'])\n"}) == "unknown"


def test_a_library_leaves_the_versions_to_its_users() -> None:
    files = {"pyproject.toml": PYPROJECT, "lib/routes.py": "from fastapi import APIRouter\n\nrouter = APIRouter()\n"}

    assert not check_files(UNLOCKED_DEPENDENCIES, files).results[0].applies


IMAGE = "FROM python:3.13\nCOPY {copied} /tmp/\nRUN pip install -r /tmp/{installed}\nCOPY app /srv/app\n"
SERVING = 'CMD ["uvicorn", "app.main:app"]\n'


@pytest.mark.parametrize(
    ("copied", "installed", "asked", "expected"),
    [
        ("requirements.txt", "requirements.txt", "psycopg\n", "unknown"),
        ("deploy/base.txt", "base.txt", "psycopg\n", "unknown"),
        ("loader/requirements.txt", "requirements.txt", "psycopg\n", "fail"),
        ("requirements.txt", "requirements.txt", "fastapi\n", "fail"),
        ("requirements.txt", "other.txt", "psycopg\n", "fail"),
    ],
)
def test_requirements_of_a_side_program_are_not_those_that_the_image_installs(
    copied: str, installed: str, asked: str, expected: str
) -> None:
    image = IMAGE.replace("{copied}", copied).replace("{installed}", installed) + SERVING
    assert outcome({"Dockerfile": image, "loader/requirements.txt": asked}) == expected

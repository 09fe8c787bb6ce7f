"""Images that are not the service's, and stages that are not shipped."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

MISSING_CI = import_module("fastapi_audit_rules.deployment.missing_ci")
MISSING_CONTAINER_IMAGE = import_module("fastapi_audit_rules.deployment.missing_container_image")
SINGLE_STAGE_IMAGE = import_module("fastapi_audit_rules.deployment.single_stage_image")

APP = {"main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}
INSTALLING = "FROM python:3.13\nRUN pip install fastapi\n"


@pytest.mark.parametrize("path", ["Dockerfile.dev", ".devcontainer/Dockerfile", "tests/Dockerfile", "Dockerfile-test"])
def test_an_image_for_development_is_not_the_service(path: str) -> None:
    files = {**APP, path: INSTALLING}

    assert check_files(MISSING_CONTAINER_IMAGE, files).project_findings == 1
    assert not check_files(SINGLE_STAGE_IMAGE, files).results[0].applies


def test_it_is_undecided_whether_an_image_without_python_carries_the_service() -> None:
    files = {**APP, "Dockerfile": "FROM nginx:1.27\nCOPY dist /usr/share/nginx/html\n"}

    assert check_files(MISSING_CONTAINER_IMAGE, files).results[0].unknowns == 1
    assert not check_files(SINGLE_STAGE_IMAGE, files).results[0].applies


@pytest.mark.parametrize("path", ["Procfile", "fly.toml", "render.yaml", "vercel.json", "serverless.yml", "flake.nix"])
def test_a_platform_builds_the_image(path: str) -> None:
    assert check_files(MISSING_CONTAINER_IMAGE, {**APP, path: ""}).passes == 1


def test_a_unit_of_systemd_is_no_image() -> None:
    assert check_files(MISSING_CONTAINER_IMAGE, {**APP, "shop.service": "[Unit]\n"}).project_findings == 1


@pytest.mark.parametrize(
    ("lines", "dockerfile"),
    [
        ({1}, INSTALLING),
        ({1}, "FROM python:3.13\nCOPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/\nRUN uv sync --locked\n"),
        ({3}, "FROM python:3.13 AS base\nRUN apt-get install -y gcc\nFROM base\nRUN poetry install\n"),
        ({1}, "FROM python:3.13 AS app\nRUN pip install fastapi\nFROM app AS test\nCOPY --from=app /a /b\n"),
        (set(), "FROM python:3.13 AS Build\nRUN pip install fastapi\nFROM python:3.13-slim\nCOPY --from=build /a /b\n"),
        (set(), "FROM python:3.13\nRUN pip install fastapi\nFROM python:3.13-slim\nCOPY --from=0 /a /b\n"),
        (
            set(),
            "FROM python:3.13 AS build\nRUN pip wheel fastapi\nFROM python:3.13-slim\n"
            "RUN --mount=type=bind,from=build,source=/w,target=/w pip install /w/*\n",
        ),
        (set(), "FROM python:3.13-slim\nCOPY main.py .\n"),
    ],
)
def test_stages_are_told_apart(lines: set[int], dockerfile: str) -> None:
    reported = check_files(SINGLE_STAGE_IMAGE, {**APP, "Dockerfile": dockerfile})

    assert {line for _, line in reported.lines} == lines


@pytest.mark.parametrize("path", [".gitlab-ci.yml", ".circleci/config.yml", "Jenkinsfile", "azure-pipelines.yml"])
def test_every_provider_counts(path: str) -> None:
    assert check_files(MISSING_CI, {**APP, path: "a: {script: [pytest]}\n"}).passes == 1


def test_an_action_that_no_workflow_uses_is_no_pipeline() -> None:
    files = {**APP, ".github/actions/build/action.yml": "runs:\n  using: composite\n  steps:\n    - run: make\n"}

    assert check_files(MISSING_CI, files).project_findings == 1


UNLOCKED = import_module("fastapi_audit_rules.deployment.unlocked_dependencies")
WRITING = import_module("fastapi_audit_rules.security.unauthenticated_write_route")
SHOWN = "FROM python:3.13\nCOPY . /app\nRUN pip install /app\nCMD uvicorn main:app\n"


@pytest.mark.parametrize("path", ["examples/Dockerfile", "demo/Dockerfile", "docker/example.Dockerfile"])
def test_it_is_undecided_whether_an_example_of_an_image_is_what_is_deployed(path: str) -> None:
    assert check_files(MISSING_CONTAINER_IMAGE, {**APP, path: SHOWN}).results[0].unknowns == 1


SERVED = """
import os
import uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.post("/items")
def create(name: str) -> None: ...
"""


@pytest.mark.parametrize(
    ("start", "is_open"),
    [
        ("def main(): uvicorn.run(app, host='127.0.0.1')", True),
        ("def main(host=None): uvicorn.Config(app, host=host or os.getenv('HOST', 'localhost'))", True),
        ("def main(): uvicorn.run(app, host='0.0.0.0')", False),
        ("def main(): uvicorn.run(app, host=os.getenv('HOST', '0.0.0.0'))", False),
        ("def main(): uvicorn.run(app)", False),
        ("def main(): uvicorn.run('main:app', host='127.0.0.1', reload=True)", False),
        ("if __name__ == '__main__': uvicorn.run(app, host='127.0.0.1')", False),
        ("def main(): uvicorn.run(app, host='localhost')\ndef serve(): uvicorn.run(app, host='0.0.0.0')", False),
    ],
)
def test_what_a_program_serves_to_the_one_who_starts_it_needs_neither_image_nor_authentication(
    start: str, is_open: bool
) -> None:
    files = {"main.py": f"{SERVED}{start}\n"}

    assert check_files(MISSING_CONTAINER_IMAGE, files).results[0].unknowns == is_open
    assert check_files(WRITING, files).results[0].unknowns == is_open
    assert check_files(WRITING, {**files, "Dockerfile": SHOWN}).results[0].unknowns == 0


PUBLISHED = "on: push\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n      - {step}\n"
PACKAGE = "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['fastapi>=0.100']\n"


@pytest.mark.parametrize(
    "step", ["uses: pypa/gh-action-pypi-publish@v1", "run: uv publish", "run: twine upload dist/*"]
)
def test_a_published_package_leaves_versions_and_deployment_to_others(step: str) -> None:
    files = {**APP, "pyproject.toml": PACKAGE, ".github/workflows/release.yml": PUBLISHED.format(step=step)}
    deployed = {**files, "Dockerfile": SHOWN}

    assert check_files(MISSING_CONTAINER_IMAGE, files).results[0].unknowns == 1
    assert check_files(UNLOCKED, files).results[0].unknowns == 1
    assert len(check_files(UNLOCKED, deployed).results[0].findings) == 1


def test_a_pipeline_that_only_tests_publishes_nothing() -> None:
    step = "run: uv run pytest"
    files = {**APP, "pyproject.toml": PACKAGE, ".github/workflows/test.yml": PUBLISHED.format(step=step)}

    assert check_files(MISSING_CONTAINER_IMAGE, files).project_findings == 1
    assert len(check_files(UNLOCKED, files).results[0].findings) == 1

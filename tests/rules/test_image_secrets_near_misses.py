"""What gets into an image with a secret in it, and what only looks so; which directories are copied whole."""

from importlib import import_module

import pytest

from fastapi_audit.testing import Reported, check_files

SECRET_IN_IMAGE = import_module("fastapi_audit_rules.deployment.secret_in_image")
MISSING_DOCKERIGNORE = import_module("fastapi_audit_rules.deployment.missing_dockerignore")

APP = {"app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}
SECRET = "8Fq2xLw90vTzKd71"
GITHUB = "ghp_" + "a1B2c3D4e5F6" * 3


def reported(dockerfile: str, **files: str) -> Reported:
    named = {name.replace("__", "/").replace("dot_", "."): text for name, text in files.items()}
    return check_files(SECRET_IN_IMAGE, {**APP, "Dockerfile": dockerfile, **named})


@pytest.mark.parametrize(
    ("lines", "dockerfile"),
    [
        ({2}, f"FROM python:3.13\nENV SESSION_SECRET={SECRET}\n"),
        ({2}, f"FROM python:3.13\nENV SESSION_SECRET {SECRET}\n"),
        ({2}, f'FROM python:3.13\nENV A=1 \\\n    DB_PASSWORD="{SECRET}"\n'),
        ({2}, f"FROM python:3.13\nARG SESSION_SECRET={SECRET}\n"),
        ({2}, f"FROM python:3.13 AS base\nENV SESSION_SECRET={SECRET}\nFROM base\n"),
        ({2}, f"FROM python:3.13 AS build\nENV GITHUB_TOKEN={GITHUB}\nFROM python:3.13\n"),
        ({2}, "FROM python:3.13\nENV DATABASE_URL=postgresql://shop:k3Xp9qLw@db.shop.internal.net/shop\n"),
        ({3}, "FROM python:3.13\nARG NPM_TOKEN\nRUN echo //registry/:_authToken=${NPM_TOKEN} > .npmrc && rm .npmrc\n"),
        ({3}, "FROM python:3.13\nARG SECRET_KEY\nENV SECRET_KEY=$SECRET_KEY\n"),
        ({2}, "FROM python:3.13\nCOPY .env /app/\n"),
        ({2}, "FROM python:3.13\nCOPY --chown=app:app deploy/.env.production /app/.env\n"),
        ({2}, "FROM python:3.13\nADD id_rsa /root/.ssh/id_rsa\n"),
        (set(), f"FROM python:3.13 AS build\nENV SESSION_SECRET={SECRET}\nFROM python:3.13\n"),
        (set(), "FROM python:3.13\nENV SECRET_KEY=changeme SESSION_SECRET= API_KEY=your-key\n"),
        (set(), "FROM python:3.13\nENV SECRET_KEY=build-time-dummy\nRUN python -m app.assets\n"),
        (set(), "FROM python:3.13\nARG SECRET_KEY=collect-only\nRUN SECRET_KEY=$SECRET_KEY python -m app.assets\n"),
        (set(), "FROM python:3.13\nENV GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305 PYTHON_SHA256=07a4356e91\n"),
        (set(), "FROM python:3.13\nARG NPM_TOKEN\nRUN npm ci\n"),
        (set(), "FROM node:22 AS front\nARG NPM_TOKEN\nRUN echo $NPM_TOKEN > .npmrc\nFROM python:3.13\n"),
        (set(), "FROM python:3.13\nARG VITE_MAPS_API_KEY\nENV VITE_MAPS_API_KEY=$VITE_MAPS_API_KEY\n"),
        (set(), "FROM python:3.13\nRUN --mount=type=secret,id=NPM_TOKEN echo $(cat /run/secrets/NPM_TOKEN)\n"),
        (set(), "FROM python:3.13\nCOPY .env.example /app/.env\nCOPY id_rsa.pub signing.gpg.key ca.pem /app/\n"),
        (set(), "FROM python:3.13\nCOPY --from=build .env /app/.env\n"),
        (set(), "FROM python:3.13 AS build\nCOPY .env /app/.env\nFROM python:3.13\n"),
    ],
)
def test_what_stays_in_the_image_is_reported(lines: set[int], dockerfile: str) -> None:
    start = 'COPY app /app\nRUN pip install fastapi\nCMD ["uvicorn", "app.main:app"]\n'

    assert {line for _, line in reported(dockerfile + start).lines} == lines


@pytest.mark.parametrize(
    ("is_reported", "copied", "ignored"),
    [
        (True, ". /app", None),
        (True, ". /app", ".git\n"),
        (True, ". /app", "*.env\n!.env\n"),
        (True, "deploy /app/deploy", ".env\n"),
        (False, ". /app", "**/.env\n"),
        (False, ". /app", "# all\n*\n!app\n"),
        (False, ". /app", "deploy\n.env\n"),
        (False, "app /app", None),
    ],
)
def test_a_secret_of_the_repository_comes_along_unless_it_is_ignored(
    is_reported: bool, copied: str, ignored: str | None
) -> None:
    files = {"dot_env": f"SESSION_SECRET={SECRET}\n", "deploy__dot_env": f"SESSION_SECRET={SECRET}\n"}
    files |= {} if ignored is None else {"dot_dockerignore": ignored}
    dockerfile = f"FROM python:3.13\nCOPY {copied}\nCOPY app /app\nCMD uvicorn app.main:app\n"

    assert bool(reported(dockerfile, **files).lines) is is_reported


def test_a_file_of_variables_without_a_secret_may_be_in_the_image() -> None:
    dockerfile = "FROM python:3.13\nCOPY .env app /app/\nCMD uvicorn app.main:app\n"

    assert reported(dockerfile, dot_env="LOG_LEVEL=INFO\nDB_PASSWORD=secret\n").passes == 1


@pytest.mark.parametrize(
    ("expected", "files"),
    [
        ("fail", {"Dockerfile": "FROM python:3.13\nCOPY ./ /app\nCMD uvicorn app.main:app\n"}),
        ("fail", {"Dockerfile": "FROM python:3.13 AS b\nADD . /a\nFROM python:3.13\nCOPY --from=b /a /a\n"}),
        ("fail", {"docker/Dockerfile": "FROM python:3.13\nCOPY . /app\n", "docker/.dockerignore": ".git\n"}),
        ("pass", {"docker/Dockerfile": "FROM python:3.13\nCOPY . /app\n", ".dockerignore": ".git\n"}),
        ("pass", {"Dockerfile": "FROM python:3.13\nCOPY . /app\n", "Dockerfile.dockerignore": ".git\n"}),
        (
            "pass",
            {
                "docker/Dockerfile": "FROM python:3.13\nCOPY . /app\n",
                ".dockerignore": ".git\n",
                "docker/compose.yaml": "services:\n  api:\n    build: {context: .., dockerfile: docker/Dockerfile}\n",
            },
        ),
        (
            "fail",
            {
                "app/Dockerfile": "FROM python:3.13\nCOPY . /app\n",
                ".dockerignore": ".git\n",
                "build.sh": "docker build --tag shop:1 --file app/Dockerfile app\n",
            },
        ),
        ("skip", {"Dockerfile": "FROM python:3.13\nCOPY app /app\n"}),
        ("skip", {"Dockerfile": "FROM python:3.13 AS docs\nCOPY . /docs\nFROM python:3.13\nCOPY app /app\n"}),
        ("skip", {"Dockerfile.dev": "FROM python:3.13\nCOPY . /app\n"}),
    ],
)
def test_a_whole_context_needs_a_list_of_what_is_left_out(expected: str, files: dict[str, str]) -> None:
    (result,) = check_files(MISSING_DOCKERIGNORE, {**APP, **files}).results

    assert ("pass" if result.passes else "fail" if result.fails else "skip") == expected

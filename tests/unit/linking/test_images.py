"""Where images are built, what runs them, and whose code is in them; what a `.dockerignore` keeps out."""

import pytest

from fastapi_audit.model.deployment import Image, Workload
from fastapi_audit.model.ignored import is_ignored
from fastapi_audit.testing import understand_files

APP = {"app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}


def image_of(files: dict[str, str], path: str = "docker/Dockerfile") -> Image:
    (project,) = understand_files({**APP, **files})
    return next(image for image in project.subjects(Image) if image.path == path)


def test_a_compose_file_says_where_an_image_is_built_and_under_which_names() -> None:
    image = image_of(
        {
            "docker/Dockerfile": "FROM python:3.13\nCOPY . /srv\n",
            "docker/compose.yaml": "services:\n  api:\n    image: ghcr.io/acme/shop:1\n"
            "    build: {context: .., dockerfile: docker/Dockerfile}\n"
            "  worker:\n    image: ghcr.io/acme/shop:1\n  db:\n    image: postgres:17\n",
        }
    )

    assert (image.contexts, image.names, image.carries_service) == (("",), frozenset({"api", "shop"}), True)
    assert [one.service.name for one in image.composed] == ["api", "worker"]


def test_a_command_says_where_an_image_is_built() -> None:
    image = image_of(
        {
            "docker/Dockerfile": "FROM python:3.13\nCOPY main.py /srv/\n",
            "Makefile": "image:\n\tdocker buildx build --push -f docker/Dockerfile --tag=acme/shop:$(TAG) app\n",
        }
    )

    assert (image.contexts, image.names, image.carries_service) == (("app",), frozenset({"shop"}), True)


@pytest.mark.parametrize(
    ("context", "carries", "copied"),
    [
        ("", True, "COPY . /srv"),
        ("", True, 'COPY --chown=app:app ["app", "/srv/app"]'),
        ("", True, "ARG WHERE=app\nCOPY $WHERE/*.py /srv/"),
        ("", False, "COPY bot/main.py /srv/"),
        ("docker", None, "COPY config.ini /etc/"),
        ("docker", None, "ADD https://example.org/app /srv/"),
        ("docker", None, "COPY --from=build app /srv/"),
    ],
)
def test_what_is_copied_says_whose_code_is_in_an_image(context: str, carries: bool | None, copied: str) -> None:
    image = image_of({"docker/Dockerfile": f"FROM python:3.13\n{copied}\n", "bot/main.py": "print('hello')\n"})

    assert (image.contexts, image.carries_service) == ((context,), carries)


def test_an_image_of_another_service_carries_other_code() -> None:
    files = {
        "orders/main.py": APP["app/main.py"],
        "orders/pyproject.toml": '[project]\nname = "orders"\n',
        "users/main.py": APP["app/main.py"],
        "users/pyproject.toml": '[project]\nname = "users"\n',
        "docker/orders.Dockerfile": "FROM python:3.13\nCOPY orders/pyproject.toml /srv/\n",
        "build.sh": "docker build -f docker/orders.Dockerfile .\n",
    }
    projects = understand_files(files)

    assert {project.root: [one.carries_service for one in project.subjects(Image)] for project in projects} == {
        "orders": [None],
        "users": [False],
    }


@pytest.mark.parametrize(
    ("is_out", "path", "patterns"),
    [
        (True, ".env", ["*"]),
        (True, "a/.env", ["a"]),
        (True, "a/.env", ["/a/"]),
        (True, "a/b/.env", ["**/.env"]),
        (True, ".env", ["**/.env"]),
        (True, "a/b/c.pem", ["**/*.pem"]),
        (True, ".env", ["!.env", ".env"]),
        (True, "a/b/.env", ["a/**"]),
        (False, "a/.env", [".env"]),
        (False, "a/.env", ["*.env"]),
        (False, ".env", ["*", "!.env"]),
        (False, "a/.env", ["*", "!a"]),
        (False, ".environment", [".env"]),
        (False, ".env", []),
    ],
)
def test_the_last_pattern_that_matches_decides(is_out: bool, path: str, patterns: list[str]) -> None:
    assert is_ignored(path, patterns) is is_out


def test_containers_of_workloads_are_read() -> None:
    manifest = (
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: shop}\nspec:\n  template:\n    spec:\n"
        "      initContainers:\n      - {name: wait, image: busybox:1}\n      containers:\n"
        "      - name: api\n        image: acme/shop:1\n        command: [sh, -c]\n"
        "        args: [exec uvicorn app.main:app]\n"
        "        ports: [{containerPort: 8000}]\n        livenessProbe: {httpGet: {path: /, port: 8000}}\n"
        "      - {name: proxy, image: nginx:1}\n"
    )
    (project,) = understand_files({**APP, "k8s/shop.yaml": manifest})
    api, proxy = project.subjects(Workload)

    assert (str(api), api.image, api.ports, sorted(api.probes)) == (
        "StatefulSet shop",
        "acme/shop:1",
        ("8000",),
        ["livenessProbe"],
    )
    assert api.words == ("sh", "-c", "exec uvicorn app.main:app", "exec", "uvicorn", "app.main:app")
    assert (proxy.image, proxy.words, proxy.probes) == ("nginx:1", (), {})

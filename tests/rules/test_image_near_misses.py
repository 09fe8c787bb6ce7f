"""Which Dockerfiles are the service's, as whom their images run, and what they are built on."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

IMAGE_RUNS_AS_ROOT = import_module("fastapi_audit_rules.deployment.image_runs_as_root")
UNPINNED_BASE_IMAGE = import_module("fastapi_audit_rules.deployment.unpinned_base_image")

APP = {"app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}
START = 'COPY app /app\nRUN pip install fastapi\nCMD ["uvicorn", "app.main:app"]\n'
COMPOSE = "services:\n  api:\n    build: .\n"
DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      securityContext: {%s}\n"
    "      containers:\n      - {name: api, image: acme/%s, command: [%s]}\n"
)
SAFE = "runAsNonRoot: true"


def outcome(rule: object, dockerfile: str, **files: str) -> str:
    named = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    (result,) = check_files(rule, {**APP, "Dockerfile": dockerfile, **named}).results  # type: ignore[arg-type]
    return "pass" if result.passes else "fail" if result.fails else "unknown" if result.unknowns else "skip"


@pytest.mark.parametrize(
    ("expected", "dockerfile"),
    [
        ("fail", f"FROM python:3.13\n{START}"),
        ("fail", f"FROM python:3.13\nUSER 0:0\n{START}"),
        ("fail", f"FROM python:3.13 AS build\nUSER app\nFROM python:3.13\nCOPY --from=build /venv /venv\n{START}"),
        ("fail", f"FROM python:3.13\nENV APP_USER=root\nUSER $APP_USER\n{START}"),
        ("fail", f"FROM python:3.13\nRUN <<EOF\nUSER app\nEOF\n{START}"),
        ("pass", f"FROM python:3.13\n{START}USER 1000\n"),
        ("pass", f"FROM python:3.13 AS base\nUSER app\nFROM base\n{START}"),
        ("pass", f"ARG WHO=app\nFROM python:3.13\nARG WHO\nUSER ${{WHO}}:${{WHO}}\n{START}"),
        ("pass", f"FROM python:3.13 AS app\n{START}USER app\nFROM app AS test\nUSER root\n"),
        ("pass", f"FROM python:3.13 AS production\n{START}USER app\nFROM public.ecr.aws/lambda/python:3.13\n{START}"),
        ("pass", f"FROM gcr.io/distroless/python3-debian12:nonroot\n{START}"),
        ("pass", f"FROM cgr.dev/chainguard/python:latest\n{START}"),
        ("pass", "FROM python:3.13\nCOPY app /app\nRUN pip install fastapi\nCMD gosu app uvicorn app.main:app\n"),
        ("unknown", f"FROM python:3.13\nARG WHO\nUSER $WHO\n{START}"),
        ("unknown", f"FROM registry.example.org/base/python-service:4\n{START}"),
        ("unknown", f"ARG BASE\nFROM $BASE\n{START}"),
        ("unknown", 'FROM python:3.13\nCOPY app /app\nRUN pip install fastapi\nENTRYPOINT ["/opt/entrypoint.sh"]\n'),
        ("skip", "FROM node:22\nCOPY web /web\nRUN npm ci\n"),
        ("skip", f"FROM python:3.13 AS deps\nRUN pip install fastapi\nFROM deps AS development\n{START}"),
    ],
)
def test_the_last_user_counts(expected: str, dockerfile: str) -> None:
    assert outcome(IMAGE_RUNS_AS_ROOT, dockerfile) == expected


def test_whoever_runs_the_image_may_choose_the_user() -> None:
    dockerfile = f"FROM python:3.13\n{START}"

    assert outcome(IMAGE_RUNS_AS_ROOT, dockerfile, compose_dot_yaml=f"{COMPOSE}    user: '1000:1000'\n") == "pass"
    assert outcome(IMAGE_RUNS_AS_ROOT, dockerfile, compose_dot_yaml=f"{COMPOSE}    user: root\n") == "fail"
    for expected, told in (
        ("pass", (SAFE, "x", "uvicorn, app.main:app")),
        ("fail", ("runAsUser: 0", "x", "uvicorn, app.main:app")),
        ("fail", (SAFE, "other", "cat, notes")),
    ):
        assert outcome(IMAGE_RUNS_AS_ROOT, dockerfile, k8s__api_dot_yaml=DEPLOYMENT % told) == expected


def chart(inserted: str, image: str = "x") -> dict[str, str]:
    template = (DEPLOYMENT % ("", image, "uvicorn, app.main:app")).replace("      securityContext: {}", inserted)
    return {**APP, "Dockerfile": f"FROM python:3.13\n{START}", "charts/a/templates/deployment.yaml": template}


BLOCK = "      securityContext:\n        {{- toYaml .Values.pod | nindent 8 }}"
LINE = "      securityContext: {{ toYaml .Values.pod | nindent 8 }}"
GUARDED = "      {{- with .Values.pod }}\n      securityContext:\n        {{- toYaml . | nindent 8 }}\n      {{- end }}"
OF_OTHERS = '      securityContext:\n        {{- include "a.security" . | nindent 8 }}'


@pytest.mark.parametrize(
    ("expected", "inserted", "values"),
    [
        ("pass", BLOCK, "pod: {runAsUser: 1001}\n"),
        ("pass", LINE, "pod: {runAsNonRoot: true}\n"),
        ("pass", GUARDED, "pod: {runAsNonRoot: true, fsGroup: 1}\n"),
        ("fail", BLOCK, "pod: {runAsUser: 0}\n"),
        ("fail", BLOCK, "pod: {}\n"),
        ("fail", BLOCK, "pod: {runAsNonRoot: false}\n"),
        ("unknown", BLOCK, "pod: {}\nother: {runAsUser: 1001}\n"),
        ("unknown", OF_OTHERS, "pod: {runAsUser: 1001}\n"),
    ],
)
def test_the_values_of_a_chart_may_choose_the_user(expected: str, inserted: str, values: str) -> None:
    (result,) = check_files(IMAGE_RUNS_AS_ROOT, {**chart(inserted), "charts/a/values.yaml": values}).results

    assert (result.passes, result.fails, result.unknowns) == tuple(
        int(expected == one) for one in ("pass", "fail", "unknown")
    )


@pytest.mark.parametrize(("name", "passes"), [("shop", 1), ("mail", 0)])
def test_each_container_of_a_chart_has_the_image_that_its_values_name(name: str, passes: int) -> None:
    files = chart(BLOCK, "{{ .Values.api.image.repository }}:{{ .Values.api.image.tag }}")
    path = "charts/a/templates/deployment.yaml"
    files[path] = files[path].replace("command: [uvicorn, app.main:app]", "ports: [{containerPort: 8000}]")
    values = f"pod: {{runAsUser: 1}}\nweb: {{image: {{repository: web}}}}\napi: {{image: {{repository: {name}}}}}\n"
    more = {"pyproject.toml": '[project]\nname = "shop"\n', "charts/a/values.yaml": values}

    assert check_files(IMAGE_RUNS_AS_ROOT, {**files, **more}).passes == passes


@pytest.mark.parametrize("beside", ["Dockerfile.prod", "prod.Dockerfile", "Dockerfile-production"])
def test_a_plain_dockerfile_beside_one_for_production_is_for_development(beside: str) -> None:
    files = {**APP, "Dockerfile": f"FROM python\n{START}", beside: f"FROM python:3.13\n{START}USER app\n"}

    for rule in (IMAGE_RUNS_AS_ROOT, UNPINNED_BASE_IMAGE):
        (result,) = check_files(rule, files).results
        assert (result.passes, result.fails) == (1, 0)


def test_a_template_of_dockerfiles_is_no_image() -> None:
    assert (
        outcome(IMAGE_RUNS_AS_ROOT, f"FROM python:3.13\n{START}USER app\n", Dockerfile_dot_template="FROM x\n")
        == "pass"
    )


def test_an_entry_point_is_found_under_the_name_that_it_is_copied_to() -> None:
    dockerfile = f'FROM python:3.13\nCOPY docker/entry.sh /app/run.sh\n{START}ENTRYPOINT ["/app/run.sh"]\n'

    dropping = '#!/bin/sh\nexec su-exec app "$@"\n'
    staying = '#!/bin/sh\n# gosu is not needed\nexec "$@"\n'
    assert outcome(IMAGE_RUNS_AS_ROOT, dockerfile, docker__entry_dot_sh=dropping) == "pass"
    assert outcome(IMAGE_RUNS_AS_ROOT, dockerfile, docker__entry_dot_sh=staying) == "fail"


def test_an_image_with_other_code_is_not_the_service() -> None:
    bot = {"bot/main.py": "print('hello')\n", "bot/Dockerfile": "FROM python:3\nCOPY . /bot\nCMD python /bot/main.py\n"}
    own = {"Dockerfile": f"FROM python:3.13\n{START}USER app\n"}

    for rule in (IMAGE_RUNS_AS_ROOT, UNPINNED_BASE_IMAGE):
        (result,) = check_files(rule, {**APP, **bot, **own}).results
        assert (result.passes, result.fails) == (1, 0)


@pytest.mark.parametrize(
    ("expected", "base"),
    [
        ("fail", "python"),
        ("fail", "python:3"),
        ("fail", "python:slim"),
        ("fail", "python:3-slim-bookworm"),
        ("fail", "docker.io/library/python:latest"),
        ("fail", "registry.example.org:5000/team/python-base"),
        ("fail", "ghcr.io/astral-sh/uv:latest"),
        ("pass", "python:3.13"),
        ("pass", "python:3.13.2-slim-bookworm"),
        ("pass", "python@sha256:0123"),
        ("pass", "ghcr.io/astral-sh/uv:python3.13-bookworm-slim"),
        ("pass", "nvidia/cuda:12.0.0-devel-ubuntu22.04"),
        ("pass", "registry.example.org:5000/team/python-base:7"),
        ("unknown", "${BASE}"),
        ("unknown", "python:${VERSION}"),
        ("pass", "python:${VERSION:-3.13}-slim"),
    ],
)
def test_a_version_of_python_has_two_numbers(expected: str, base: str) -> None:
    assert (
        outcome(UNPINNED_BASE_IMAGE, f"FROM --platform=$BUILDPLATFORM {base} AS base\nFROM base\n{START}") == expected
    )


def test_only_stages_that_the_service_is_taken_from_count() -> None:
    last = f"FROM python:3.13\nCOPY --from=front /dist /dist\n{START}"

    assert outcome(UNPINNED_BASE_IMAGE, f"FROM node AS front\n{last}") == "fail"
    assert outcome(UNPINNED_BASE_IMAGE, f"FROM node:22 AS front\nFROM python AS docs\n{last}") == "pass"
    assert outcome(UNPINNED_BASE_IMAGE, f"FROM scratch AS front\n{last}") == "pass"
    assert (
        outcome(UNPINNED_BASE_IMAGE, f"FROM python:3.13\nCOPY --from=ghcr.io/astral-sh/uv:latest /uv /\n{START}")
        == "pass"
    )


def test_a_base_that_is_built_in_the_repository_has_no_version() -> None:
    compose = "services:\n  base:\n    image: shop-base\n    build: {context: ., dockerfile: base.Dockerfile}\n"
    base = "FROM python:3.13\nRUN pip install fastapi\nUSER app\n"
    files = {**APP, "Dockerfile": f"FROM shop-base:latest\n{START}", "base.Dockerfile": base, "compose.yaml": compose}

    (result,) = check_files(UNPINNED_BASE_IMAGE, files).results
    assert (result.passes, result.fails, result.unknowns) == (0, 0, 0)

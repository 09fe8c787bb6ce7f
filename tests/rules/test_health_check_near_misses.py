"""Which images and workloads serve the API, and who asks whether they do."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

MISSING_CONTAINER_HEALTH_CHECK = import_module("fastapi_audit_rules.deployment.missing_container_health_check")
MISSING_ORCHESTRATOR_PROBES = import_module("fastapi_audit_rules.deployment.missing_orchestrator_probes")

APP = {"app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}
BASE = "FROM python:3.13\nCOPY . /srv\nRUN pip install fastapi\n"
SERVING = f'{BASE}CMD ["uvicorn", "app.main:app"]\n'
COMPOSE = "services:\n  api:\n    build: .\n"
PROBE = "          {}Probe: {{httpGet: {{path: /ready, port: 8000}}}}\n"


def outcome(rule: object, files: dict[str, str]) -> str:
    (result,) = check_files(rule, {**APP, **files}).results  # type: ignore[arg-type]
    return "pass" if result.passes else "fail" if result.fails else "unknown" if result.unknowns else "skip"


def deployment(container: str, name: str = "shop") -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  template:\n    spec:\n"
        f"      containers:\n        - name: api\n{container}"
    )


OWN = "          image: registry.example.org/shop:1\n          ports: [{containerPort: 8000}]\n"
STARTING = (
    "          image: registry.example.org/x:1\n"
    "          command: [sh, -c, 'alembic upgrade head && gunicorn app.main:app']\n"
)


@pytest.mark.parametrize(
    ("expected", "start"),
    [
        ("fail", 'CMD ["uvicorn", "app.main:app"]\n'),
        ("fail", "CMD alembic upgrade head && exec gunicorn -k uvicorn.workers.UvicornWorker app.main:app\n"),
        ("fail", 'CMD ["sh", "-c", "fastapi run app/main.py --port $PORT"]\n'),
        ("fail", 'ENTRYPOINT ["python", "-m", "serve"]\n'),
        ("skip", 'ENTRYPOINT ["python", "-m", "app.main"]\n'),
        ("fail", 'CMD ["python", "/srv/serve.py"]\n'),
        ("fail", 'ENTRYPOINT ["shop"]\nCMD ["server", "start", "app.main:app"]\n'),
        ("fail", 'ENTRYPOINT ["/srv/start.sh"]\n'),
        ("fail", 'HEALTHCHECK CMD curl localhost\nCMD ["uvicorn", "app.main:app"]\nHEALTHCHECK NONE\n'),
        ("pass", 'HEALTHCHECK CMD curl localhost\nCMD ["uvicorn", "app.main:app"]\n'),
        ("skip", 'CMD ["celery", "--app", "app.tasks", "worker"]\n'),
        ("skip", 'CMD ["python", "-m", "app.worker"]\n'),
        ("skip", "EXPOSE 8000\n"),
    ],
)
def test_only_an_image_that_starts_a_server_needs_a_check(expected: str, start: str) -> None:
    serve = "import uvicorn\n\nuvicorn.run('app.main:app')\n"
    files = {"Dockerfile": BASE + start, "start.sh": "#!/bin/sh\nexec uvicorn app.main:app\n", "serve.py": serve}

    assert outcome(MISSING_CONTAINER_HEALTH_CHECK, files) == expected


@pytest.mark.parametrize(
    ("expected", "path", "text"),
    [
        ("pass", "compose.yaml", f"{COMPOSE}    healthcheck: {{test: [CMD, curl, localhost]}}\n"),
        ("fail", "compose.yaml", f"{COMPOSE}    healthcheck: {{disable: true}}\n"),
        ("fail", "compose.yaml", f"{COMPOSE}  db:\n    image: postgres:17\n    healthcheck: {{test: pg_isready}}\n"),
        ("pass", "fly.toml", 'app = "shop"\n[[http_service.checks]]\npath = "/health"\n'),
        ("fail", "fly.toml", 'app = "shop"\n[http_service]\ninternal_port = 8000\n'),
        ("pass", "render.yaml", "services:\n- {type: web, name: shop, healthCheckPath: /health}\n"),
        ("pass", "k8s/shop.yaml", deployment(STARTING + PROBE.format("liveness"))),
        ("skip", "k8s/shop.yaml", deployment(STARTING)),
        ("unknown", "terraform/main.tf", "resource {}\n"),
        ("unknown", ".github/workflows/d.yml", "jobs:\n  d:\n    steps:\n    - run: gcloud run deploy shop\n"),
    ],
)
def test_whoever_runs_the_image_may_ask(expected: str, path: str, text: str) -> None:
    assert outcome(MISSING_CONTAINER_HEALTH_CHECK, {"Dockerfile": SERVING, path: text}) == expected


def test_the_file_beside_the_one_that_builds_the_image_may_ask() -> None:
    files = {"Dockerfile": SERVING, "compose.yaml": COMPOSE}
    override = {"compose.override.yaml": "services:\n  api:\n    healthcheck: {test: curl localhost}\n"}

    assert outcome(MISSING_CONTAINER_HEALTH_CHECK, files) == "fail"
    assert outcome(MISSING_CONTAINER_HEALTH_CHECK, {**files, **override}) == "pass"


@pytest.mark.parametrize(
    ("expected", "container"),
    [
        ("fail", STARTING),
        ("fail", STARTING + PROBE.format("liveness")),
        ("pass", STARTING + PROBE.format("readiness")),
        ("fail", OWN),
        ("skip", OWN.replace("shop:1", "shop-web:1")),
        ("skip", OWN.replace("registry.example.org/shop:1", "redis:7")),
        ("skip", OWN.replace("          ports: [{containerPort: 8000}]\n", "")),
        ("skip", f"{OWN}          command: [celery, --app, app.tasks, worker]\n"),
        ("skip", f"{OWN}          args: [python, -m, app.consumer]\n"),
    ],
)
def test_only_workloads_of_the_api_need_a_probe(expected: str, container: str) -> None:
    files = {"pyproject.toml": '[project]\nname = "shop"\n', "deploy/shop.yaml": deployment(container)}

    assert outcome(MISSING_ORCHESTRATOR_PROBES, files) == expected


def test_a_workload_is_known_by_the_port_that_only_its_dockerfile_exposes() -> None:
    web = {"web/Dockerfile": "FROM nginx:1\nEXPOSE 80\n"}
    manifest = {"k8s/a.yaml": deployment(OWN.replace("shop", "any"))}
    image = {"Dockerfile": f"{SERVING}EXPOSE 8000\n"}

    assert outcome(MISSING_ORCHESTRATOR_PROBES, {**manifest, **image, **web}) == "fail"
    assert (
        outcome(MISSING_ORCHESTRATOR_PROBES, {**manifest, **image, "web/Dockerfile": "FROM a:1\nEXPOSE 8000\n"})
        == "skip"
    )


def test_what_is_laid_over_a_base_adds_to_it() -> None:
    base = {"k8s/base/deployment.yaml": deployment(STARTING)}
    overlay = {"k8s/overlays/live/probes.yaml": deployment(PROBE.format("readiness"))}

    assert outcome(MISSING_ORCHESTRATOR_PROBES, base) == "fail"
    assert outcome(MISSING_ORCHESTRATOR_PROBES, {**base, **overlay}) == "pass"


TEMPLATE = (
    "          image: {{ .Values.image.repository }}:{{ .Values.image.tag }}\n"
    "          ports: [{containerPort: 8000}]\n"
    "          {{- with .Values.readinessProbe }}\n          readinessProbe:\n"
    "            {{- toYaml . | nindent 12 }}\n          {{- end }}\n"
)
IMAGE = "image: {repository: registry.example.org/shop}\n"


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ("pass", f"{IMAGE}readinessProbe:\n  httpGet: {{path: /ready, port: http}}\n"),
        ("pass", f"{IMAGE}api:\n  readinessProbe:\n    httpGet: {{path: /ready, port: http}}\n"),
        ("unknown", f"{IMAGE}readinessProbe: {{}}\n"),
        ("unknown", IMAGE),
        ("skip", "image: {repository: registry.example.org/web}\n"),
    ],
)
def test_the_values_of_a_chart_say_which_probe_there_is(expected: str, values: str) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "shop"\n',
        "charts/shop/values.yaml": values,
        "charts/shop/templates/deployment.yaml": deployment(TEMPLATE, '{{ include "shop.name" . }}'),
    }

    assert outcome(MISSING_ORCHESTRATOR_PROBES, files) == expected


def test_what_helm_computes_may_add_a_probe() -> None:
    container = STARTING + '          {{- include "shop.probes" . | nindent 10 }}\n'

    assert outcome(MISSING_ORCHESTRATOR_PROBES, {"charts/shop/templates/api.yaml": deployment(container)}) == "unknown"


def test_without_an_orchestrator_there_is_nothing_to_tell() -> None:
    assert not check_files(MISSING_ORCHESTRATOR_PROBES, {**APP, "Dockerfile": SERVING}).results[0].applies


COPILOT = 'name: api\ntype: {}\nhttp:\n  path: "/"\n  healthcheck:\n    path: "/docs"\nimage:\n  port: 8000\n'


def test_the_manifest_of_aws_copilot_says_how_to_ask() -> None:
    files = {"Dockerfile": SERVING, "copilot/api/manifest.yml": COPILOT.format("Load Balanced Web Service")}

    assert outcome(MISSING_CONTAINER_HEALTH_CHECK, files) == "pass"
    assert outcome(MISSING_CONTAINER_HEALTH_CHECK, {**files, "copilot/api/manifest.yml": "name: api\n"}) == "fail"

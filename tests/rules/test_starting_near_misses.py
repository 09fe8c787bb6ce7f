"""How services are started and delivered: what looks like it and is not, and what hides it."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

DEVELOPMENT_SERVER = import_module("fastapi_audit_rules.deployment.development_server")
SINGLE_PROCESS = import_module("fastapi_audit_rules.deployment.single_process_server")
NOT_MIGRATED = import_module("fastapi_audit_rules.deployment.migrations_not_run_on_deploy")
ROLLBACK = import_module("fastapi_audit_rules.deployment.missing_rollback")

APP = {"app/__init__.py": "", "app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}
MIGRATIONS = {
    "alembic.ini": "[alembic]\nscript_location = migrations\n",
    "migrations/versions/0001_items.py": "revision = '0001'\ndown_revision = None\n",
}
IMAGE = "FROM python:3.13-slim\nCOPY . /srv\n"
SERVES = 'CMD ["uvicorn", "app.main:app"]\n'


@pytest.mark.parametrize(
    ("path", "command", "is_reported"),
    [
        ("Dockerfile", "CMD uvicorn app.main:app --reload", True),
        ("Dockerfile", 'CMD ["fastapi", "dev", "app/main.py"]', True),
        ("Dockerfile", 'ENTRYPOINT ["uv", "run"]\nCMD ["fastapi", "dev"]', True),
        ("Dockerfile", 'CMD ["python", "-m", "uvicorn", "app.main:app", "--reload"]', True),
        ("Dockerfile", "CMD watchfiles 'uvicorn app.main:app' app", True),
        ("Dockerfile", 'CMD ["python", "-m", "debugpy", "--listen", "0:5678", "-m", "uvicorn", "app.main:app"]', True),
        ("Dockerfile", 'CMD ["sh", "-c", "sleep 1 && exec uvicorn app.main:app --reload"]', True),
        ("Dockerfile", 'CMD ["fastapi", "run", "app/main.py"]', False),
        ("Dockerfile", "CMD uvicorn app.main:app --log-level debug", False),
        ("Dockerfile", "CMD uvicorn app.main:app $RELOAD", False),
        ("Dockerfile", "CMD nginx --reload", False),
        ("Dockerfile", "CMD echo --reload; uvicorn app.main:app", False),
        ("Dockerfile.dev", "CMD uvicorn app.main:app --reload", False),
        (".devcontainer/Dockerfile", "CMD uvicorn app.main:app --reload", False),
    ],
)
def test_only_servers_of_images_that_ship_may_not_reload(path: str, command: str, is_reported: bool) -> None:
    outcome = check_files(DEVELOPMENT_SERVER, {**APP, path: f"FROM python:3.13\n{command}\n"})

    assert not outcome.crashes
    assert len(outcome.lines) == is_reported


def test_a_stage_for_development_is_not_what_ships() -> None:
    stages = f"{IMAGE}FROM python:3.13 AS prod\n{SERVES}FROM prod AS dev\nCMD uvicorn app.main:app --reload\n"

    assert check_files(DEVELOPMENT_SERVER, {**APP, "Dockerfile": stages}).passes == 1


@pytest.mark.parametrize(
    "service",
    [
        "    volumes: ['.:/srv']\n",
        "    volumes:\n      - ./app:/srv/app:ro\n",
        "    volumes:\n      - type: bind\n        source: ./app\n        target: /srv/app\n",
        "    develop:\n      watch:\n        - action: sync\n          path: ./app\n          target: /srv/app\n",
    ],
)
def test_a_compose_file_that_carries_the_source_along_is_for_developers(service: str) -> None:
    compose = f"services:\n  api:\n    build: .\n    command: uvicorn app.main:app --reload\n{service}"

    assert not check_files(DEVELOPMENT_SERVER, {**APP, "compose.yaml": compose}).results[0].applies


def test_an_image_that_only_developers_run_is_theirs_where_another_one_ships() -> None:
    mounted = "services:\n  api:\n    build: .\n    volumes: ['./app:/srv/app']\n    command: bash\n"
    reloading = f"{IMAGE}CMD uvicorn app.main:app --reload\n"
    files = {**APP, "Dockerfile": reloading, "compose.yaml": mounted}
    shipped = {"docker/Dockerfile": f"{IMAGE}{SERVES}"}

    assert check_files(DEVELOPMENT_SERVER, files).lines == {("Dockerfile", 3)}
    assert check_files(DEVELOPMENT_SERVER, {**files, **shipped}).lines == frozenset()
    kept = {"compose.yaml": mounted.replace("volumes: ['./app:/srv/app']", "restart: always")}
    assert check_files(DEVELOPMENT_SERVER, {**files, **shipped, **kept}).lines == {("Dockerfile", 3)}


def test_what_a_compose_file_mounts_besides_is_not_the_source() -> None:
    compose = (
        "services:\n  api:\n    build: .\n    restart: always\n    volumes: ['./logs:/logs', 'data:/data']\n"
        "    command: uvicorn app.main:app --reload\n"
    )

    assert check_files(DEVELOPMENT_SERVER, {**APP, "compose.yaml": compose}).lines == {("compose.yaml", 6)}


def test_beside_a_compose_file_for_production_the_other_is_for_developers() -> None:
    compose = "services:\n  api:\n    build: .\n    command: uvicorn app.main:app --reload\n"
    production = "services:\n  api:\n    command: uvicorn app.main:app --workers 4\n"
    files = {**APP, "docker-compose.yml": compose, "docker-compose.prod.yml": production}

    assert check_files(DEVELOPMENT_SERVER, files).lines == frozenset()
    assert check_files(DEVELOPMENT_SERVER, {**APP, "docker-compose.yml": compose}).lines == {("docker-compose.yml", 4)}


def test_a_script_that_chooses_reloads_for_the_developer_only() -> None:
    script = '#!/bin/sh\nif [ "$DEV" ]; then\n  uvicorn app.main:app --reload\nelse\n  uvicorn app.main:app\nfi\n'
    files = {**APP, "Dockerfile": f'{IMAGE}COPY start.sh /usr/bin/serve.sh\nCMD ["/usr/bin/serve.sh"]\n'}

    outcome = check_files(DEVELOPMENT_SERVER, {**files, "start.sh": script})

    assert outcome.passes == 1
    assert outcome.lines == frozenset()


@pytest.mark.parametrize(
    ("argument", "is_reported"),
    [("True", True), ("False", False), ('os.environ.get("RELOAD") == "1"', False), ("settings.reload", False)],
)
def test_the_file_that_the_image_runs_says_whether_it_reloads(argument: str, is_reported: bool) -> None:
    code = (
        "import os\nfrom uvicorn import run as serve\nfrom pydantic_settings import BaseSettings\n"
        "class Settings(BaseSettings):\n    reload: bool = True\nsettings = Settings()\n"
        f"def main() -> None:\n    serve('app.main:app', reload={argument})\n"
        "if __name__ == '__main__':\n    main()\n"
    )
    run = {**APP, "app/__main__.py": code, "Dockerfile": f'{IMAGE}CMD ["python", "-m", "app"]\n'}

    assert check_files(DEVELOPMENT_SERVER, run).lines == ({("app/__main__.py", 8)} if is_reported else frozenset())
    assert not check_files(DEVELOPMENT_SERVER, {**APP, "app/__main__.py": code}).results[0].applies


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({"shop.service": "[Service]\nExecStart=/srv/venv/bin/uvicorn app.main:app\n"}, "fails"),
        ({"shop@.service": "[Service]\nExecStart=/srv/venv/bin/uvicorn app.main:app\n"}, "passes"),
        ({"shop.service": "[Service]\nExecStart=/srv/venv/bin/gunicorn -w 4 app.main:app\n"}, "passes"),
        ({"shop.service": "[Service]\nExecStart=/srv/bin/gunicorn -w4 app.main:app\n"}, "passes"),
        ({"supervisord.conf": "[program:api]\ncommand=uvicorn app.main:app ; one\n"}, "fails"),
        ({"supervisord.conf": "[program:api]\ncommand=uvicorn app.main:app\nnumprocs=4\n"}, "passes"),
        ({"Procfile": "web: uvicorn app.main:app\n"}, "passes"),
        ({"fly.toml": "app = 'shop'\n", "Dockerfile": IMAGE + SERVES}, "passes"),
        ({"Dockerfile": IMAGE + SERVES}, "unknowns"),
        ({"Dockerfile": f"{IMAGE}ENV WEB_CONCURRENCY=4\n{SERVES}"}, "passes"),
        ({"Dockerfile": IMAGE + "CMD uvicorn app.main:app --workers ${WORKERS:-1}\n"}, "unknowns"),
        ({"Dockerfile": IMAGE + "CMD uvicorn app.main:app --workers $WORKERS\n"}, "passes"),
        ({"main.tf": 'resource "x" "y" {\n}\n', "Dockerfile": IMAGE + SERVES}, "unknowns"),
    ],
)
def test_who_runs_a_server_says_how_many_of_it_there_are(files: dict[str, str], verdict: str) -> None:
    result = check_files(SINGLE_PROCESS, {**APP, **files}).results[0]

    assert (result.passes, result.fails, result.unknowns) == tuple(
        int(verdict == one) for one in ("passes", "fails", "unknowns")
    )


@pytest.mark.parametrize(
    ("configuration", "verdict"),
    [("workers = 4\n", "passes"), ("import os\nworkers = os.cpu_count() * 2\n", "passes"), ("timeout = 9\n", "fails")],
)
def test_a_file_configures_gunicorn(configuration: str, verdict: str) -> None:
    unit = "[Service]\nExecStart=gunicorn -c deploy/gunicorn.conf.py app.main:app\n"
    files = {**APP, "shop.service": unit, "deploy/gunicorn.conf.py": configuration}

    assert getattr(check_files(SINGLE_PROCESS, files).results[0], verdict) == 1


@pytest.mark.parametrize(
    ("more", "is_single"),
    [
        ("", True),
        ("    deploy:\n      replicas: 3\n", False),
        ("    scale: 2\n", False),
        ("    environment:\n      WEB_CONCURRENCY: 4\n", False),
        ("  api2:\n    build: .\n    command: uvicorn app.main:app --port 8001\n", False),
    ],
)
def test_compose_may_run_a_service_several_times(more: str, is_single: bool) -> None:
    head = (
        "services:\n  api:\n    restart: unless-stopped\n    build: .\n    command: uvicorn app.main:app --port 8000\n"
    )
    result = check_files(SINGLE_PROCESS, {**APP, "compose.yaml": head + more}).results[0]

    assert bool(result.fails) == is_single


@pytest.mark.parametrize(
    "files",
    [
        {"fly.toml": "[deploy]\nrelease_command = 'alembic upgrade head'\n"},
        {"render.yaml": "services:\n  - type: web\n    preDeployCommand: uv run alembic upgrade head\n"},
        {"railway.json": '{"deploy": {"preDeployCommand": ["alembic upgrade head"]}}'},
        {"heroku.yml": "release:\n  command:\n    - ./release.sh\n", "release.sh": "aerich upgrade\n"},
        {"shop.service": "[Service]\nExecStartPre=-/srv/bin/alembic upgrade head\nExecStart=uvicorn app.main:app\n"},
        {"compose.yaml": "services:\n  db:\n    image: flyway/flyway:10\n    command: migrate\n"},
        {
            "compose.yaml": "services:\n  api:\n    build: .\n    entrypoint: ['make', 'up']\n",
            "Makefile": "up:\n\talembic upgrade head\n",
        },
        {"main.tf": 'resource "render" "x" {\n  pre_deploy_command = "alembic upgrade head"\n}\n'},
        {
            "deploy/main.tf": 'resource "render" "x" {\n  pre_deploy_command = "uv run task migrate"\n}\n',
            "pyproject.toml": "[tool.taskipy.tasks]\nmigrate = 'python -m scripts.db upgrade'\n",
            "scripts/db.py": "import typer\nfrom alembic.command import upgrade as up\ncli = typer.Typer()\n"
            "@cli.command()\ndef upgrade() -> None:\n    up(None, 'head')\nif __name__ == '__main__':\n    cli()\n",
            "other/__main__.py": "print('nothing')\n",
        },
        {"Dockerfile": IMAGE + "CMD alembic upgrade head && \\\n    uvicorn app.main:app\n"},
        {
            "Dockerfile": IMAGE + "ENTRYPOINT ['x']\nCMD uvicorn app.main:app\n",
            "Procfile": "release: alembic upgrade head",
        },
        {".github/workflows/deploy.yml": "on: push\njobs:\n  ship:\n    steps:\n      - run: alembic upgrade head\n"},
        {".gitlab-ci.yml": "deploy:\n  script:\n    - ssh shop.example.org 'cd /srv && alembic upgrade head'\n"},
        {
            ".github/workflows/main.yml": "on: push\njobs:\n  deploy:\n    steps:\n"
            "      - uses: appleboy/ssh-action@v1\n        with:\n          host: shop\n"
            "          script: |\n            cd /srv\n            alembic upgrade head\n"
        },
    ],
)
def test_a_deployment_that_migrates_passes(files: dict[str, str]) -> None:
    outcome = check_files(NOT_MIGRATED, {**APP, **MIGRATIONS, **files})

    assert not outcome.crashes
    assert outcome.passes == 1


@pytest.mark.parametrize("kind", ["initContainers", "containers"])
def test_containers_of_kubernetes_migrate(kind: str) -> None:
    job = (
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  annotations:\n    helm.sh/hook: pre-upgrade\n"
        f"spec:\n  template:\n    spec:\n      {kind}:\n        - name: migrate\n"
        "          image: {{ .Values.image }}\n"
        "          command: [alembic]\n          args: [upgrade, head]\n"
    )

    assert check_files(NOT_MIGRATED, {**APP, **MIGRATIONS, "chart/templates/job.yaml": job}).passes == 1


@pytest.mark.parametrize(
    ("call", "passes"),
    [
        ("command.upgrade(Config('alembic.ini'), 'head')", 1),
        ("subprocess.run(['alembic', 'upgrade', 'head'], check=True)", 1),
        ("subprocess.run('uv run alembic upgrade head', shell=True)", 1),
        ("subprocess.run(['alembic', 'current'])", 0),
        ("command.stamp(Config('alembic.ini'), 'head')", 0),
    ],
)
def test_an_application_migrates_when_it_starts(call: str, passes: int) -> None:
    main = (
        "import subprocess\nfrom contextlib import asynccontextmanager\nfrom alembic import command\n"
        "from alembic.config import Config\nfrom fastapi import FastAPI\n"
        f"def migrate() -> None:\n    {call}\n"
        "@asynccontextmanager\nasync def lifespan(app: FastAPI):\n    migrate()\n    yield\n"
        "app = FastAPI(lifespan=lifespan)\n"
    )
    files = {**MIGRATIONS, "app/main.py": main, "Dockerfile": IMAGE + SERVES}

    assert check_files(NOT_MIGRATED, files).passes == passes


def test_migrations_beside_the_application_do_not_hide_the_library_of_their_name() -> None:
    main = (
        "import alembic.command\nimport alembic.config\nfrom fastapi import FastAPI\napp = FastAPI()\n"
        "@app.on_event('startup')\ndef migrate() -> None:\n"
        "    alembic.command.upgrade(alembic.config.Config('alembic.ini'), 'head')\n"
    )
    env = "from alembic import context\n\ncontext.configure()\n"

    assert check_files(NOT_MIGRATED, {**MIGRATIONS, "main.py": main, "alembic/env.py": env}).passes == 1


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"Dockerfile": f'{IMAGE}ENTRYPOINT ["app"]\nCMD ["serve"]\n'},
        {"Dockerfile": f'{IMAGE}ENTRYPOINT ["/usr/local/bin/entry.sh"]\n{SERVES}'},
        {"Dockerfile": f'{IMAGE}CMD ["./start.sh"]\n', "start.sh": '. "$PRE_START"\nuvicorn app.main:app\n'},
        {"Dockerfile": IMAGE + SERVES, "infra/main.tf": 'resource "aws_ecs_service" "x" {\n}\n'},
        {
            "Dockerfile": IMAGE + SERVES,
            ".github/workflows/image.yml": "on: push\njobs:\n  image:\n    steps:\n"
            "      - run: docker build -t x . && docker push x\n",
        },
    ],
)
def test_where_the_deployment_is_not_seen_it_is_undecided(files: dict[str, str]) -> None:
    result = check_files(NOT_MIGRATED, {**APP, **MIGRATIONS, **files}).results[0]

    assert (result.passes, result.fails, result.unknowns) == (0, 0, 1)


def test_without_migrations_there_is_nothing_to_run() -> None:
    assert not check_files(NOT_MIGRATED, {**APP, "Dockerfile": IMAGE + SERVES}).results[0].applies


def test_another_service_of_the_repository_is_not_started_here() -> None:
    other = {"bot/pyproject.toml": "[project]\nname = 'bot'\n", "bot/bot/main.py": APP["app/main.py"]}
    shop = {f"shop/{path}": text for path, text in {**APP, "pyproject.toml": "[project]\nname = 'shop'\n"}.items()}
    compose = "services:\n  bot:\n    image: bot\n    command: uvicorn bot.main:app --reload\n"

    results = check_files(DEVELOPMENT_SERVER, {**other, **shop, "compose.yaml": compose}).results

    assert [result.fails for result in results] == [1, 0]


@pytest.mark.parametrize(
    ("files", "is_reported"),
    [
        ({}, False),
        ({"Dockerfile": IMAGE + SERVES}, True),
        ({"Dockerfile": IMAGE + SERVES, "compose.yaml": "services:\n  api:\n    image: shop:${TAG}\n"}, False),
        ({"fly.toml": "app = 'shop'\n"}, False),
    ],
)
def test_a_tag_from_outside_or_a_platform_is_a_way_back(files: dict[str, str], is_reported: bool) -> None:
    assert check_files(ROLLBACK, {**APP, **files}).project_findings == is_reported

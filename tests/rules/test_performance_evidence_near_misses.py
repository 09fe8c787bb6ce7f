"""What measures a service and what only looks like it."""

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, counts_of

APP = {"app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/')\ndef read(): ...\n"}
IMAGE = {"Dockerfile": 'FROM python:3.13\nCMD ["fastapi", "run"]\n'}
CI = {".github/workflows/ci.yml": "on: [push]\njobs:\n  a:\n    steps:\n      - run: pytest\n"}
TEST = "def test_speed(benchmark):\n    benchmark(len, [])\n"
RULE = "performance.missing_performance_evidence"


def with_code(code: str) -> dict[str, str]:
    return {"app/main.py": f"{code}\n{APP['app/main.py']}"}


@pytest.mark.parametrize(
    "files",
    [
        {"performance/locustfile.py": "from locust import HttpUser\n\n\nclass Reader(HttpUser): ...\n"},
        {"k6/script.js": "import http from 'k6/http';\n"},
        {"load-tests/checkout.js": ""},
        {"plans/checkout.jmx": "<jmeterTestPlan/>"},
        {"asv.conf.json": "{}"},
        {"tests/handlers/ingress_load_test.py": "def test_many(): ...\n"},
        {"benchmarks/run.py": "import time\n"},
        {"requirements-dev.txt": "pytest-benchmark==5.1.0\n", "tests/test_speed.py": TEST},
        {"Makefile": "load:\n\tuv run locust --headless\n"},
        {"Makefile": "profile:\n\tsudo py-spy record --pid 1\n"},
        {".github/workflows/ci.yml": "on: [push]\njobs:\n  a:\n    steps:\n      - run: pytest --benchmark-only\n"},
        {".github/workflows/ci.yml": "on: [push]\njobs:\n  a:\n    steps:\n      - uses: CodSpeedHQ/action@v3\n"},
        {"compose.load.yaml": "services:\n  k6:\n    image: grafana/k6:0.50\n"},
        {"compose.yaml": "services:\n  app:\n    build: .\n    environment:\n      DD_PROFILING_ENABLED: 'true'\n"},
        {"Dockerfile": "FROM python:3.13\nENV DD_PROFILING_ENABLED=true\n"},
        with_code("import sentry_sdk as sdk\nsdk.init('https://a@b.c/1', profiles_sample_rate=0.1)"),
        with_code("from pyinstrument import Profiler\n\n\ndef profile():\n    return Profiler()"),
        with_code("import ddtrace.profiling.auto"),
        with_code("import pyroscope\n\npyroscope.configure(application_name='shop')"),
    ],
)
def test_something_measures_the_service(files: dict[str, str]) -> None:
    assert counts_of(RULE, {**APP, **files}) == PASSES


@pytest.mark.parametrize(
    "files",
    [
        {"requirements-dev.txt": "locust==2.32.0\npy-spy==0.4.0\n"},
        {"Makefile": "install:\n\tpip install locust py-spy\n"},
        {"tests/test_speed.py": TEST},  # a fixture of the project's own
        {"tests/test_load_test_data.py": "def test_rows(): ...\n"},
        {"scripts/load.py": "import time\n"},
        {"static/app.js": "fetch('/')\n"},
        {"compose.yaml": "services:\n  app:\n    build: .\n    environment:\n      DD_PROFILING_ENABLED: 'false'\n"},
        with_code("import sentry_sdk\nsentry_sdk.init('https://a@b.c/1', traces_sample_rate=1.0)"),
        with_code("import sentry_sdk\nsentry_sdk.init('https://a@b.c/1', profiles_sample_rate=0.0)"),
        with_code("import sentry_sdk\nsentry_sdk.init('https://a@b.c/1', profiles_sample_rate=None)"),
        with_code("from app.profile import Profiler\n\nProfiler()"),
        {".github/workflows/ci.yml": "on: [push]\njobs:\n  a:\n    steps:\n      - run: pytest\n"},
    ],
)
def test_nothing_measures_the_service(files: dict[str, str]) -> None:
    assert counts_of(RULE, {**APP, **IMAGE, **files}) == FAILS


@pytest.mark.parametrize(
    "files",
    [
        IMAGE,
        CI,
        {"Procfile": "web: uvicorn app.main:app\n"},
        {"fly.toml": "[http_service]\ninternal_port = 8000\n"},
        {"k8s/app.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\n"},
        {"compose.yaml": "services:\n  app:\n    build: .\n    command: uvicorn app.main:app\n"},
    ],
)
def test_what_is_deployed_or_runs_in_a_pipeline_is_to_be_measured(files: dict[str, str]) -> None:
    assert counts_of(RULE, {**APP, **files}) == FAILS


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"Makefile": "dev:\n\tuvicorn app.main:app --reload\n"},
        {"compose.yaml": "services:\n  database:\n    image: postgres\n"},
    ],
)
def test_what_runs_with_its_author_alone_is_not_to_be_measured(files: dict[str, str]) -> None:
    assert counts_of(RULE, {**APP, **files}) == NO_SUBJECT


def test_an_application_without_routes_is_not_measured() -> None:
    assert counts_of(RULE, {"app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}) == NO_SUBJECT

"""Look-alikes of the rules about what watches a service: traces, metrics, alerts, request ids and access logs."""

from __future__ import annotations

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of

ROUTE = """

@app.get("/items")
def read_items() -> list[str]:
    return []


@app.get("/items/{item_id}")
def read_item(item_id: int) -> str:
    return ""
"""
MAIN = f"from fastapi import FastAPI\n\napp = FastAPI()\n{ROUTE}"
PROCESS = "web: opentelemetry-instrument uvicorn app.main:app\n"
IMAGE = "FROM python:3.12\nCOPY app app\n"
PAGE = "kind: {}\napiVersion: v1\nmetadata:\n  name: shop\n"


def said(rule: str, code: str = MAIN, **files: str) -> Counts:
    """Return what a rule says of an application and files given as `k8s__shop__yaml="…"`."""
    named = {name.replace("__", "/", name.count("__") - 1).replace("__", "."): text for name, text in files.items()}
    return counts_of(f"observability.{rule}", {"app/main.py": code, **named})


def image(command: str) -> dict[str, str]:
    return {"Dockerfile": f"{IMAGE}CMD {command}\n"}


def started(rule: str, command: str, code: str = MAIN, **files: str) -> Counts:
    return counts_of(f"observability.{rule}", {"app/main.py": code, **image(command), **files})


@pytest.mark.parametrize("rule", ["missing_tracing", "missing_metrics", "missing_alerting", "missing_request_id"])
def test_a_library_without_routes_is_no_service(rule: str) -> None:
    assert said(rule, "def add(a: int, b: int) -> int:\n    return a + b\n") == NO_SUBJECT


def test_a_rate_of_samples_that_the_environment_may_set_switches_tracing_on() -> None:
    code = """import sentry_sdk
from fastapi import FastAPI
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    rate: float = 0.0


sentry_sdk.init(dsn="", traces_sample_rate=Settings().rate)
app = FastAPI()
"""
    none = code.replace("Settings().rate", "None")

    assert said("missing_tracing", code + ROUTE) == PASSES
    assert said("missing_tracing", none + ROUTE) == FAILS


def test_options_of_sentry_that_are_unpacked_may_switch_tracing_on() -> None:
    code = "import sentry_sdk\nfrom fastapi import FastAPI\n\n\ndef start(**options):\n    sentry_sdk.init(**options)\n"

    assert said("missing_tracing", f"{code}\n\napp = FastAPI()\n{ROUTE}") == UNKNOWN


def test_instrumentation_is_known_under_an_alias_in_a_lifespan() -> None:
    code = """from contextlib import asynccontextmanager

from fastapi import FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor as Tracing


@asynccontextmanager
async def lifespan(app: FastAPI):
    Tracing().instrument_app(app)
    yield


app = FastAPI(lifespan=lifespan)
"""

    assert said("missing_tracing", code + ROUTE) == PASSES


def test_middleware_derived_from_that_of_a_library_traces_like_it() -> None:
    code = """from ddtrace.contrib.asgi import TraceMiddleware
from fastapi import FastAPI


class Traces(TraceMiddleware): ...


app = FastAPI()
app.add_middleware(Traces)
"""

    assert said("missing_tracing", code + ROUTE) == PASSES


def test_a_provider_of_traces_without_a_span_traces_nothing() -> None:
    code = """from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
app = FastAPI()
"""
    span = (
        "\n\ndef work() -> None:\n    with trace.get_tracer(__name__).start_as_current_span('work'):\n        print()\n"
    )

    assert said("missing_tracing", code + ROUTE) == FAILS
    assert said("missing_tracing", code + ROUTE + span) == PASSES


@pytest.mark.parametrize(("value", "counts"), [('"true"', PASSES), ('"false"', FAILS)])
def test_an_agent_is_put_in_by_an_annotation_that_is_not_switched_off(value: str, counts: Counts) -> None:
    annotation = f"  annotations:\n    instrumentation.opentelemetry.io/inject-python: {value}\n"

    assert said("missing_tracing", k8s__shop__yaml=PAGE.format("Deployment") + annotation) == counts


def test_an_agent_may_be_started_by_a_script_of_the_image() -> None:
    script = "#!/bin/sh\nset -e\nexec ddtrace-run uvicorn app.main:app\n"

    assert started("missing_tracing", '["./start.sh"]', **{"start.sh": script}) == PASSES
    assert started("missing_tracing", '["pip", "install", "ddtrace"]') == FAILS


def test_an_agent_may_be_started_by_compose_kubernetes_and_a_platform() -> None:
    compose = "services:\n  api:\n    build: .\n    command: newrelic-admin run-program uvicorn app.main:app\n"
    pods = (
        "spec:\n  template:\n    spec:\n      containers:\n        - command: [ddtrace-run, uvicorn, 'app.main:app']\n"
    )

    assert said("missing_tracing", compose__yaml=compose) == PASSES
    assert said("missing_tracing", k8s__shop__yaml=PAGE.format("Deployment") + pods) == PASSES
    assert counts_of("observability.missing_tracing", {"app/main.py": MAIN, "Procfile": PROCESS}) == PASSES


def test_an_endpoint_of_metrics_may_be_handed_to_a_route() -> None:
    code = "from fastapi import FastAPI\nfrom starlette_exporter import handle_metrics\n\napp = FastAPI()\n"
    route = 'app.add_route("/metrics", handle_metrics)\n'

    assert said("missing_metrics", code + route + ROUTE) == PASSES
    assert said("missing_metrics", code + ROUTE) == FAILS


def test_metrics_of_the_projects_own_making_are_not_known() -> None:
    middleware = "\n\nclass HttpMetricsMiddleware: ...\n\n\napp.add_middleware(HttpMetricsMiddleware)\n"
    route = '\n\n@app.get("/internal/metrics")\ndef read_metrics() -> dict[str, int]:\n    return {}\n'

    assert said("missing_metrics", MAIN + middleware) == UNKNOWN
    assert said("missing_metrics", MAIN + route) == UNKNOWN


def test_a_monitor_of_the_cluster_and_a_label_of_compose_scrape_metrics() -> None:
    compose = "services:\n  api:\n    build: .\n    labels:\n      prometheus.io/scrape: 'true'\n"

    assert said("missing_metrics", k8s__shop__yaml=PAGE.format("ServiceMonitor")) == PASSES
    assert said("missing_metrics", compose__yaml=compose) == PASSES


def test_alerts_of_grafana_and_alertmanager_count_and_other_rules_do_not() -> None:
    grafana = "apiVersion: 1\ngroups:\n  - name: shop\n    rules:\n      - title: Errors\n        condition: A\n"
    manager = "route:\n  receiver: team\nreceivers:\n  - name: team\n"
    linter = "rules:\n  - id: shop\n    message: no\n"

    assert said("missing_alerting", grafana__alerting__rules__yaml=grafana) == PASSES
    assert said("missing_alerting", alertmanager__config__yml=manager) == PASSES
    assert said("missing_alerting", lint__rules__yml=linter) == FAILS


def test_a_file_of_alerts_that_is_no_yaml_has_none() -> None:
    assert said("missing_alerting", alerts__yml="{{ template\n  - : :\n") == FAILS


def test_tracing_alone_tells_nobody() -> None:
    assert started("missing_alerting", '["opentelemetry-instrument", "uvicorn", "app.main:app"]') == FAILS
    assert started("missing_alerting", '["newrelic-admin", "run-program", "uvicorn", "app.main:app"]') == PASSES


ENTRY = """#!/usr/bin/env bash
wrap=()
if [ "$OTEL_SDK_DISABLED" != true ]; then
    wrap=({} --service_name shop)
fi
"${{wrap[@]}}" gunicorn -k uvicorn.workers.UvicornWorker app.main:app
"""


@pytest.mark.parametrize("path", ["docker/entrypoint", "docker/init", "compose/production/start"])
def test_an_agent_that_a_script_without_an_ending_puts_before_the_server_counts(path: str) -> None:
    for rule in ("missing_tracing", "missing_metrics"):
        traced = started(rule, f'["/{path}"]', **{path: ENTRY.format("opentelemetry-instrument")})
        bare = started(rule, f'["/{path}"]', **{path: ENTRY.format("nice")})

        assert (traced, bare) == (PASSES, FAILS)


def test_a_file_named_like_a_script_that_no_shell_runs_starts_nothing() -> None:
    text = "opentelemetry-instrument gunicorn app.main:app\n"

    assert started("missing_tracing", '["/run"]', **{"docker/run": text}) == FAILS


MAKERS = """

from opentelemetry import metrics
from opentelemetry.trace import get_tracer

meter = metrics.get_meter("shop")
tracer = get_tracer("shop")
"""


@pytest.mark.parametrize("rule", ["missing_tracing", "missing_metrics"])
def test_meters_and_spans_beside_the_distribution_of_an_agent_are_undecided(rule: str) -> None:
    required = "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['fastapi', 'opentelemetry-distro[otlp]']\n"
    for_tests = "[project]\nname = 'shop'\nversion = '1'\n[dependency-groups]\ntest = ['opentelemetry-distro']\n"

    assert said(rule, MAIN + MAKERS, pyproject__toml=required) == UNKNOWN
    assert said(rule, MAIN + MAKERS, pyproject__toml=for_tests) == FAILS
    assert said(rule, MAIN, pyproject__toml=required) == FAILS
    assert said(rule, MAIN + MAKERS) == FAILS


MIDDLEWARE = """from uuid import uuid4
from contextvars import ContextVar
import logging
from fastapi import FastAPI, Request

log = logging.getLogger(__name__)
app = FastAPI()
current = ContextVar("current")


@app.middleware("http")
async def identify(request: Request, call_next):
    {before}
    response = await call_next(request)
    {after}
    return response
"""


@pytest.mark.parametrize(
    ("before", "after", "counts"),
    [
        ("pass", "response.headers['X-Request-ID'] = str(uuid4())", PASSES),
        ("correlation = str(uuid4())", "response.headers['x-correlation-id'] = correlation", PASSES),
        ("request.state.request_id = str(uuid4())", "log.info('done %s', request.state.request_id)", PASSES),
        ("request.state.request_id = str(uuid4())", "pass", UNKNOWN),
        ("current.set(str(uuid4()))", "pass", FAILS),
        ("user_id = str(uuid4())", "response.headers['X-User-ID'] = user_id", FAILS),
        ("pass", "response.headers['X-Process-Time'] = '1'", FAILS),
    ],
)
def test_an_identifier_counts_where_it_leaves_the_middleware(before: str, after: str, counts: Counts) -> None:
    assert said("missing_request_id", MIDDLEWARE.format(before=before, after=after) + ROUTE) == counts


def test_an_identifier_may_be_bound_by_a_dependency() -> None:
    code = """import structlog
from fastapi import Depends, FastAPI, Header


def bind(x_request_id: str = Header()) -> None:
    structlog.contextvars.bind_contextvars(correlation_id=x_request_id)


app = FastAPI(dependencies=[Depends(bind)])
"""

    assert said("missing_request_id", code + ROUTE) == PASSES
    assert (
        said("missing_request_id", code.replace("correlation_id", "user").replace("x_request_id", "x_user") + ROUTE)
        == FAILS
    )


def test_a_processor_that_adds_the_ids_of_spans_brings_them_to_the_log() -> None:
    code = """import structlog
from fastapi import FastAPI
from opentelemetry import trace


def add_span(logger, name, event):
    event["span"] = trace.get_current_span().get_span_context().span_id
    return event


structlog.configure(processors=[add_span])
app = FastAPI()
"""

    assert said("missing_request_id", code + ROUTE) == PASSES


def test_an_agent_may_add_its_identifiers_to_the_log() -> None:
    assert started("missing_request_id", '["ddtrace-run", "uvicorn", "app.main:app"]') == UNKNOWN


def test_middleware_of_an_unknown_library_may_do_anything() -> None:
    code = "from fastapi import FastAPI\nfrom shopware import All\n\napp = FastAPI()\napp.add_middleware(All)\n"
    files = {"app/main.py": code + ROUTE, **image('["granian", "app.main:app"]')}

    assert said("missing_request_id", code + ROUTE) == UNKNOWN
    assert counts_of("observability.missing_request_logging", files) == UNKNOWN


@pytest.mark.parametrize(
    ("command", "counts"),
    [
        ("uvicorn app.main:app", PASSES),
        ("uvicorn app.main:app --log-level warning", FAILS),
        ("uvicorn app.main:app --log-level=info", PASSES),
        ("uvicorn app.main:app --log-config logging.yaml", UNKNOWN),
        ("fastapi run app/main.py", PASSES),
        ("gunicorn -k uvicorn.workers.UvicornWorker --bind $HOST:$PORT $APP", FAILS),
        ("gunicorn -k uvicorn.workers.UvicornWorker app.main:app $OPTIONS", UNKNOWN),
        ("gunicorn -k uvicorn.workers.UvicornWorker app.main:app --access-logfile -", PASSES),
        ("gunicorn -c config.py app.main:app", UNKNOWN),
        ("granian --interface asgi app.main:app", FAILS),
        ("granian --interface asgi app.main:app --access-log", PASSES),
        ("hypercorn app.main:app", FAILS),
    ],
)
def test_servers_differ_in_what_they_log_unasked(command: str, counts: Counts) -> None:
    assert started("missing_request_logging", command) == counts


def test_a_method_of_a_logger_in_a_variable_may_log_requests() -> None:
    code = """import structlog
from fastapi import FastAPI, Request

log = structlog.get_logger()
app = FastAPI()


def note(status: int, path: str) -> None:
    method = log.error if status >= 500 else log.info
    method("request", status=status, path=path)


@app.middleware("http")
async def watch(request: Request, call_next):
    response = await call_next(request)
    note(response.status_code, request.url.path)
    return response
"""

    assert started("missing_request_logging", '["granian", "app.main:app"]', code + ROUTE) == UNKNOWN


def test_nothing_is_known_of_requests_where_nothing_says_how_the_service_is_started() -> None:
    assert said("missing_request_logging") == UNKNOWN


def test_a_call_that_serves_may_switch_the_access_log_off() -> None:
    call = "import uvicorn\n\nfrom app.main import app\n\nuvicorn.run(app{})\n"

    assert said("missing_request_logging", app__serve__py=call.format("")) == PASSES
    assert said("missing_request_logging", app__serve__py=call.format(", access_log=False")) == FAILS
    assert said("missing_request_logging", app__serve__py=call.format(", log_config=None")) == UNKNOWN


def test_a_class_of_routes_may_log_requests() -> None:
    code = """import logging

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute


class Logged(APIRoute):
    def get_route_handler(self):
        original = super().get_route_handler()

        async def handler(request):
            logging.info("%s", request.url)
            return await original(request)

        return handler


router = APIRouter(route_class=Logged)


@router.get("/items")
def read_items() -> list[str]:
    return []


app = FastAPI()
app.include_router(router)
"""

    assert started("missing_request_logging", '["granian", "app.main:app"]', code) == UNKNOWN


TRACED = {
    "sentry": "import sentry_sdk\n\nsentry_sdk.init(dsn='', {})\n",
    "opentelemetry": "from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor\n{}\n",
}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (TRACED["sentry"].format("enable_tracing=True"), UNKNOWN),
        (TRACED["sentry"].format("traces_sample_rate=0.2"), UNKNOWN),
        (TRACED["sentry"].format("traces_sample_rate=0.0"), FAILS),
        (TRACED["sentry"].format("enable_tracing=False"), FAILS),
        (TRACED["opentelemetry"].format("FastAPIInstrumentor().instrument()"), UNKNOWN),
        (TRACED["opentelemetry"].format(""), FAILS),
        (
            f"{TRACED['sentry']}\nfrom prometheus_client import Counter\nSEEN = Counter('a', 'b')".format(
                "traces_sample_rate=1.0"
            ),
            FAILS,
        ),
    ],
)
def test_numbers_can_be_drawn_from_the_traces_of_all_requests(code: str, expected: Counts) -> None:
    assert said("missing_metrics", f"{code}\n{MAIN}") == expected


SERVICES = "services:\n  app:\n    build: .\n  other:\n    image: {}\n"
POD = """apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  template:
    spec:
      containers:
        - image: {}
"""


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("netdata/netdata", UNKNOWN),
        ("docker.io/netdata/netdata:v2.1", UNKNOWN),
        ("gcr.io/datadoghq/agent:7", UNKNOWN),
        ("newrelic/infrastructure@sha256:0a", UNKNOWN),
        ("prom/prometheus", FAILS),
        ("grafana/grafana", FAILS),
        ("shop/netdata", FAILS),
    ],
)
def test_a_system_with_alarms_of_its_own_may_tell_somebody(image: str, expected: Counts) -> None:
    assert said("missing_alerting", compose__yaml=SERVICES.format(image)) == expected
    assert said("missing_alerting", k8s__agent__yaml=POD.format(image)) == expected


ONE_TASK = """import httpx
from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session

app = FastAPI()
client = httpx.Client()


def load(session: Session): return session.get(int, 1)


def ask(): return client.get("https://rates.example")


@app.get("/health")
def health(): ...


"""


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ("@app.post('/predictions')\ndef predict(text: str): return len(text)", NO_SUBJECT),
        ("@app.post('/predictions')\ndef predict(text: str): return httpx.get(text)", FAILS),
        ("@app.post('/predictions')\ndef predict(text: str): return ask()", FAILS),
        ("@app.post('/predictions')\ndef predict(session: Session): return load(session)", FAILS),
        ("@app.post('/predictions')\ndef predict(found=Depends(ask)): return found", FAILS),
        (ROUTE, FAILS),
    ],
)
def test_one_task_that_waits_for_nobody_is_not_to_be_traced(route: str, expected: Counts) -> None:
    assert said("missing_tracing", ONE_TASK + route) == expected

"""Routes that something is told to ask whether the service is well, and addresses that are those of others."""

from __future__ import annotations

import pytest
from rule_builders import FAILS, PASSES, UNKNOWN, Counts, counts_of

LIVE = "observability.missing_liveness_endpoint"
READY = "observability.missing_readiness_endpoint"
MAIN = """from fastapi import APIRouter, FastAPI
from sqlalchemy import create_engine, text

engine = create_engine("postgresql://db.example/shop")
router = APIRouter(prefix="/app")
app = FastAPI()


@app.get("/")
def root() -> str:
    return "shop"


@router.get("/about")
def about() -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT version FROM about")))


@router.get("/welcome")
def welcome() -> str:
    return "welcome"


@app.get("/items/{number}")
def item(number: int) -> int:
    return number


app.include_router(router, prefix="/api")
"""
IMAGE = 'FROM python:3.13\nCOPY . /srv\nCMD ["uvicorn", "app.main:app"]\n'
ABOUT = "http://localhost:8000/api/app/about"
COMPOSED = "services:\n  api:\n    build: .\n"
WORKLOAD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - name: api
          image: shop:1
"""


def verdicts(files: dict[str, str], main: str = MAIN) -> tuple[bool, bool]:
    """Say whether the application has an endpoint of liveness, and one of readiness."""
    found = [counts_of(rule, {"app/main.py": main, **files}) for rule in (LIVE, READY)]
    assert set(found) <= {PASSES, FAILS}
    return found[0] == PASSES, found[1] == PASSES


@pytest.mark.parametrize(
    "check",
    [
        f"HEALTHCHECK CMD curl -f {ABOUT} || exit 1",
        f"HEALTHCHECK --interval=30s --timeout=5s \\\n    CMD wget -q --spider '{ABOUT}?full=1'",
        f'HEALTHCHECK --retries=3 CMD ["curl", "-f", "{ABOUT}/"]',
        "HEALTHCHECK CMD curl -f localhost:8000/api/app/about",
        "HEALTHCHECK CMD curl -f http://$HOST:${PORT:-80}/api/app/about",
        f"HEALTHCHECK CMD python -c \"import urllib.request as r; r.urlopen('{ABOUT}')\"",
        "HEALTHCHECK CMD ./check.sh",
        "HEALTHCHECK CMD sh /srv/check.sh",
        "HEALTHCHECK CMD python /srv/scripts/check.py",
        "HEALTHCHECK CMD python $HOME/scripts/check.py",
        "HEALTHCHECK CMD python -m scripts.check",
        "HEALTHCHECK CMD python scripts/connected.py",
    ],
)
def test_the_path_that_an_image_asks_for_is_one_of_a_probe_whatever_it_is_called(check: str) -> None:
    files = {
        "Dockerfile": f"{IMAGE}{check}\n",
        "check.sh": f"#!/bin/sh\nset -e\ncurl --fail {ABOUT} > /dev/null\n",
        "scripts/__init__.py": "",
        "scripts/addresses.py": "PREFIX = '/api/app'\n",
        "scripts/check.py": "import os\nimport sys\n\nimport requests\nfrom scripts.addresses import PREFIX\n\n\n"
        "def main() -> None:\n    port = os.getenv('PORT')\n    url = f'http://127.0.0.1:{port}{PREFIX}/about'\n"
        "    sys.exit(0 if requests.get(url).ok else 1)\n\n\nif __name__ == '__main__':\n    main()\n",
        "scripts/connected.py": "from http.client import HTTPConnection\n\n"
        "connection = HTTPConnection('localhost', 8000)\nconnection.request('GET', '/api/app/about')\n",
    }

    assert verdicts(files) == (True, True)


@pytest.mark.parametrize(
    "check",
    [
        "",
        "HEALTHCHECK NONE",
        "HEALTHCHECK CMD curl -f http://localhost:8000/api/v1/app/about",
        "HEALTHCHECK CMD curl -f http://auth.example.com/api/app/about",
        "HEALTHCHECK CMD curl -f http://localhost:8000/$BASE/about",
        "HEALTHCHECK CMD curl -f http://localhost:8000/items/1",
        "HEALTHCHECK CMD pgrep uvicorn",
        f"HEALTHCHECK CMD curl -f {ABOUT}\nHEALTHCHECK NONE",
        f"# HEALTHCHECK CMD curl -f {ABOUT}",
        f"RUN curl -f {ABOUT}",
    ],
)
def test_other_paths_and_hosts_are_none_of_a_probe(check: str) -> None:
    assert verdicts({"Dockerfile": f"{IMAGE}{check}\n"}) == (False, False)


def test_a_route_that_is_asked_and_asks_nothing_is_one_of_liveness_alone() -> None:
    check = "HEALTHCHECK CMD curl -f http://localhost/api/app/welcome\n"

    assert verdicts({"Dockerfile": IMAGE + check}) == (True, False)


def test_a_route_that_is_called_readiness_is_none_of_liveness() -> None:
    check = "HEALTHCHECK CMD curl -f http://localhost/api/app/ready\n"

    assert verdicts({"Dockerfile": IMAGE + check}, MAIN.replace('"/about"', '"/ready"')) == (False, True)


def test_the_root_is_one_of_a_probe_where_the_service_is_what_is_asked() -> None:
    asked = "    healthcheck: {test: [CMD, curl, 'http://localhost:3000']}\n"
    web = {"web/Dockerfile": "FROM node:22\nCOPY . .\n", "web/package.json": "{}"}
    beside = "  web:\n    build: web\n" + asked

    assert verdicts({"Dockerfile": IMAGE, "compose.yaml": COMPOSED + asked})[0]
    assert not verdicts({"Dockerfile": IMAGE, "compose.yaml": COMPOSED + beside, **web})[0]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yaml", f"{COMPOSED}    healthcheck:\n      test: [CMD, curl, -f, {ABOUT}]\n"),
        ("compose.yaml", f"{COMPOSED}    healthcheck:\n      test: [CMD-SHELL, 'curl -f {ABOUT} || exit 1']\n"),
        ("compose.yaml", f"{COMPOSED}    healthcheck:\n      test: wget -qO- {ABOUT}\n"),
        (
            "compose.yaml",
            f"{COMPOSED}    labels: [traefik.http.services.api.loadbalancer.healthcheck.path=/api/app/about]\n",
        ),
        ("k8s/shop.yaml", f"{WORKLOAD}          livenessProbe: {{httpGet: {{path: /api/app/about, port: 80}}}}\n"),
        ("k8s/shop.yaml", f"{WORKLOAD}          startupProbe: {{httpGet: {{path: api/app/about, port: http}}}}\n"),
        ("k8s/shop.yaml", f"{WORKLOAD}          readinessProbe: {{exec: {{command: [curl, -f, '{ABOUT}']}}}}\n"),
        ("chart/values.yaml", "api:\n  livenessProbe:\n    httpGet: {path: /api/app/about, port: http}\n"),
        (
            "k8s/ingress.yaml",
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: shop\n  annotations:\n"
            "    alb.ingress.kubernetes.io/healthcheck-path: /api/app/about\n",
        ),
        ("fly.toml", 'app = "shop"\n[[http_service.checks]]\npath = "/api/app/about"\n'),
        ("fly.toml", 'app = "shop"\n[[services]]\n[[services.http_checks]]\npath = "/api/app/about"\n'),
        ("render.yaml", "services:\n- {type: web, name: shop, healthCheckPath: /api/app/about}\n"),
        ("railway.toml", '[deploy]\nhealthcheckPath = "/api/app/about"\n'),
        ("app.yaml", "runtime: custom\nliveness_check:\n  path: /api/app/about\n"),
        ("app.json", '{"healthchecks": {"web": [{"type": "startup", "path": "/api/app/about"}]}}'),
    ],
)
def test_compose_kubernetes_platforms_and_balancers_ask_too(path: str, text: str) -> None:
    assert verdicts({"Dockerfile": IMAGE, path: text}) == (True, True)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yaml", f"{COMPOSED}    healthcheck: {{disable: true, test: curl {ABOUT}}}\n"),
        ("compose.yaml", f"{COMPOSED}    environment: {{ABOUT: '{ABOUT}'}}\n"),
        ("k8s/shop.yaml", f"{WORKLOAD}          livenessProbe: {{httpGet: {{path: /, port: 80}}}}\n"),
        ("k8s/shop.yaml", f"{WORKLOAD}          livenessProbe: {{tcpSocket: {{port: 80}}}}\n"),
        ("fly.toml", 'app = "shop"\n[[statics]]\npath = "/api/app/about"\n'),
    ],
)
def test_what_asks_for_no_path_of_the_service_counts_for_nothing(path: str, text: str) -> None:
    assert verdicts({"Dockerfile": IMAGE, path: text}) == (False, False)


def test_a_path_is_matched_with_mounts_and_the_prefix_of_a_proxy() -> None:
    files = {"Dockerfile": f"{IMAGE}HEALTHCHECK CMD curl -f http://localhost/shop{ABOUT.partition('8000')[2]}\n"}

    assert verdicts(files) == (False, False)
    assert verdicts(files, MAIN.replace("app = FastAPI()", 'app = FastAPI(root_path="/shop")')) == (True, True)
    assert verdicts(files, f'{MAIN}\nouter = FastAPI()\nouter.mount("/shop", app)\n') == (True, True)


def test_an_address_that_is_asked_with_parameters_is_answered_to_nobody_who_sends_none() -> None:
    main = MAIN.replace("def welcome()", "def welcome(name: str)")
    check = "HEALTHCHECK CMD curl -f http://localhost/api/app/welcome\n"

    assert verdicts({"Dockerfile": IMAGE + check}, main) == (False, False)


def test_what_an_asked_route_calls_may_be_unknown() -> None:
    main = MAIN.replace('    return "welcome"', "    return checks[0]()")
    check = "HEALTHCHECK CMD curl -f http://localhost/api/app/welcome\n"

    assert counts_of(READY, {"app/main.py": main, "Dockerfile": IMAGE + check}) == UNKNOWN


LOADED = """
from fastapi import FastAPI, HTTPException, Response

app = FastAPI()
loaded = False


@app.get("/health")
def health(response: Response) -> str:
    if not loaded:
        {answer}
    return "ok"
"""


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("raise HTTPException(503)", PASSES),
        ("return Response(status_code=503)", PASSES),
        ("raise HTTPException(500)", FAILS),
        ("return 'loading'", FAILS),
    ],
)
def test_an_endpoint_that_may_answer_that_it_is_not_ready_is_one_of_readiness(answer: str, expected: Counts) -> None:
    assert counts_of(READY, {"main.py": LOADED.format(answer=answer)}) == expected


@pytest.mark.parametrize(
    ("path", "is_live"),
    [("/probe", True), ("/live-check", True), ("/liveness_probe", True), ("/probes", False), ("/probe/{name}", False)],
)
def test_a_probe_is_known_by_what_orchestrators_call_it(path: str, is_live: bool) -> None:
    assert verdicts({}, MAIN.replace('"/welcome"', f'"{path}"'))[0] is is_live

"""What stands around the service: limits, HTTPS, headers, hosts, scanning, audit trails, and what only looks so."""

from __future__ import annotations

from importlib import import_module

import pytest

from fastapi_audit.testing import Reported, check_files

LIMITS = import_module("fastapi_audit_rules.security.auth_route_not_rate_limited")
HTTPS = import_module("fastapi_audit_rules.security.https_not_enforced")
HEADERS = import_module("fastapi_audit_rules.security.security_headers_missing")
HOSTS = import_module("fastapi_audit_rules.security.missing_trusted_hosts")
SCANNING = import_module("fastapi_audit_rules.security.missing_dependency_scanning")
TRAIL = import_module("fastapi_audit_rules.security.missing_audit_trail")

HEAD = "from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request\n"
LOGIN = "(request: Request, username: str, password: str) -> str:\n    return username\n"
DOCKERFILE = 'FROM python:3.12\nCMD ["uvicorn", "app.main:app"]\n'
ROUTE = "\n@app.get('/items')\ndef items() -> list[str]: ...\n"
APPLICATION = HEAD + "app = FastAPI()\n" + ROUTE


def outcome(reported: Reported) -> str:
    """Return what became of the only subject."""
    assert not reported.crashes
    (result,) = reported.results
    return "fail" if result.fails else "pass" if result.passes else "unknown" if result.unknowns else "skip"


def limited(before: str, decorators: str = "", path: str = "/login", **files: str) -> str:
    code = f"{HEAD}app = FastAPI()\n{before}\n@app.post('{path}')\n{decorators}\ndef login{LOGIN}"
    return outcome(check_files(LIMITS, {"app/main.py": code, **files}))


@pytest.mark.parametrize(
    ("before", "decorators", "expected"),
    [
        ("", "", "fail"),
        ("from slowapi import Limiter\nlimiter = Limiter(key_func=str)", "@limiter.limit('5/minute')", "pass"),
        (
            "from slowapi import Limiter as L\nlimiter = L(key_func=str)",
            "@limiter.shared_limit('5/minute', 'a')",
            "pass",
        ),
        (
            "from slowapi import Limiter\nfrom slowapi.middleware import SlowAPIMiddleware\n"
            "limiter = Limiter(key_func=str, default_limits=['5/minute'])\napp.add_middleware(SlowAPIMiddleware)",
            "",
            "pass",
        ),
        (
            "from slowapi import Limiter\nfrom slowapi.middleware import SlowAPIMiddleware\n"
            "limiter = Limiter(key_func=str, default_limits=['5/minute'])\napp.add_middleware(SlowAPIMiddleware)",
            "@limiter.exempt",
            "fail",
        ),
        (
            "from slowapi import Limiter\nfrom slowapi.middleware import SlowAPIMiddleware\n"
            "limiter = Limiter(key_func=str)\napp.add_middleware(SlowAPIMiddleware)",
            "",
            "fail",
        ),
        (
            "from pyrate_limiter import Duration, Limiter, Rate\nlimiter = Limiter(Rate(5, Duration.MINUTE))\n"
            "class Slow:\n    def __init__(self, refuse): self.refuse = refuse\n"
            "    async def __call__(self, request: Request):\n"
            "        if not await limiter.try_acquire_async('a', blocking=False):\n            self.refuse(request)\n"
            "app.router.dependencies.append(Depends(Slow(print)))\n",
            "",
            "pass",
        ),
        ("from elsewhere import rate_limit", "@rate_limit(5)", "unknown"),
        ("from elsewhere import unlimited", "@unlimited", "fail"),
        ("from elsewhere import Gate\napp.add_middleware(Gate)", "", "unknown"),
        ("from ratelimit import RateLimitMiddleware\napp.add_middleware(RateLimitMiddleware)", "", "unknown"),
        (
            "from functools import wraps\ndef slow(function):\n    @wraps(function)\n"
            "    def inner(*a, **k):\n        if len(a) > 3:\n            raise HTTPException(status_code=429)\n"
            "        return function(*a, **k)\n"
            "    return inner\n",
            "@slow",
            "pass",
        ),
        (
            "@app.middleware('http')\nasync def slow(request, call_next):\n    if request.client:\n"
            "        raise HTTPException(429)\n    return await call_next(request)\n",
            "",
            "pass",
        ),
        (
            "@app.middleware('http')\nasync def other(request, call_next):\n    if request.client:\n"
            "        raise HTTPException(403)\n    return await call_next(request)\n",
            "",
            "fail",
        ),
    ],
)
def test_limits_are_known_by_name_or_by_what_they_answer(before: str, decorators: str, expected: str) -> None:
    assert limited(before, decorators) == expected


@pytest.mark.parametrize(
    "declared",
    [
        "app = FastAPI(dependencies=[Depends(limit)])\nrouter = APIRouter()",
        "app = FastAPI()\nrouter = APIRouter(dependencies=[Depends(limit)])",
        "from fastapi_limiter.depends import RateLimiter\napp = FastAPI()\n"
        "router = APIRouter(dependencies=[Depends(RateLimiter(times=2, seconds=5))])",
        "from fastapi_limiter.depends import RateLimiter\nclass Own(RateLimiter): ...\napp = FastAPI()\n"
        "router = APIRouter(dependencies=[Depends(Own(times=2))])",
    ],
)
def test_dependencies_limit_from_the_application_down(declared: str) -> None:
    code = (
        f"{HEAD}class TooMany(Exception):\n    status_code = 429\n    def __init__(self, text):\n"
        "        super().__init__(text)\ndef limit(request: Request):\n    if request.client:\n"
        "        raise TooMany('x')\n"
        f"{declared}\n@router.post('/login')\ndef login{LOGIN}app.include_router(router)\n"
    )

    assert outcome(check_files(LIMITS, {"main.py": code})) == "pass"


def test_an_account_that_is_locked_after_some_attempts_is_a_limit_also_in_an_heir() -> None:
    code = f"""{HEAD}
class Provider:
    def authenticate(self, name: str): ...
class ByPassword(Provider):
    def authenticate(self, name: str):
        user = find(name)
        if user.failed_attempts >= 5:
            raise HTTPException(423)
def provider() -> Provider:
    return ByPassword()
app = FastAPI()
@app.post('/login')
def login(username: str, password: str):
    return provider().authenticate(username)
"""

    assert outcome(check_files(LIMITS, {"main.py": code})) == "pass"


@pytest.mark.parametrize(
    ("method", "path", "is_subject"),
    [
        ("post", "/auth/login", True),
        ("post", "/users/reset-password/", True),
        ("post", "/password-recovery/{email}", True),
        ("post", "/oauth2/token", True),
        ("get", "/login", False),
        ("post", "/logout", False),
        ("post", "/auth/refresh", False),
        ("post", "/blog-login-tips", False),
        ("put", "/register/{client_id}", False),
        ("delete", "/login", False),
        ("post", "/health", False),
    ],
)
def test_entrances_are_known_by_whole_words_of_their_paths(method: str, path: str, is_subject: bool) -> None:
    code = f"{HEAD}app = FastAPI()\n@app.{method}('{path}')\ndef handle(): ...\n"

    assert outcome(check_files(LIMITS, {"main.py": code})) == ("fail" if is_subject else "skip")


def test_callers_that_are_known_already_are_left_out() -> None:
    code = (
        f"{HEAD}from fastapi.security import HTTPBearer\napp = FastAPI()\n"
        "@app.post('/reset-password', dependencies=[Depends(HTTPBearer())])\ndef reset(password: str): ...\n"
    )

    assert outcome(check_files(LIMITS, {"main.py": code})) == "skip"


def test_routes_of_a_development_environment_are_not_judged() -> None:
    code = (
        f"{HEAD}app = FastAPI()\nif settings.ENVIRONMENT == 'local':\n    @app.post('/login')\n    def login(): ...\n"
    )
    other = code.replace("settings.ENVIRONMENT == 'local'", "settings.REGISTRATION_ENABLED")

    assert outcome(check_files(LIMITS, {"main.py": code})) == "unknown"
    assert outcome(check_files(LIMITS, {"main.py": other})) == "fail"


@pytest.mark.parametrize(
    ("location", "expected"),
    [("/login", "pass"), ("/", "pass"), ("/files", "fail"), ("~ ^/log", "pass")],
)
def test_a_proxy_limits_the_paths_of_its_location(location: str, expected: str) -> None:
    text = f"server {{ location {location} {{ limit_req zone=a; proxy_pass http://a; }} }}"

    assert limited("", **{"docker/nginx/default.conf": text}) == expected


def test_a_gateways_path_is_compared_with_that_of_all_mounts() -> None:
    mounts = "a, b = FastAPI(), FastAPI()\na.mount('/api', b)\nb.mount('/v1', app)"
    text = "server { location = /api/v1/login { limit_req zone=a; proxy_pass http://a; } }"
    other = text.replace("/api/", "/other/")

    assert limited(mounts, **{"nginx.conf": text}) == "pass"
    assert limited(mounts, **{"nginx.conf": other}) != "pass"


def https(code: str = APPLICATION, **files: str) -> str:
    return outcome(check_files(HTTPS, {"app/main.py": code, **files}))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "unknown"),
        ({"Dockerfile": DOCKERFILE}, "fail"),
        ({"Dockerfile": DOCKERFILE.replace('app"]', 'app", "--proxy-headers"]')}, "unknown"),
        (
            {"Dockerfile": DOCKERFILE, "compose.yml": "services:\n  a:\n    environment: [FORWARDED_ALLOW_IPS=*]\n"},
            "unknown",
        ),
        ({"Dockerfile": DOCKERFILE, "k8s/a.yml": "kind: Deployment\n"}, "unknown"),
        (
            {"Dockerfile": DOCKERFILE, "nginx.conf": "server { listen 80; location / { proxy_pass http://a; } }"},
            "unknown",
        ),
        ({"Dockerfile": DOCKERFILE, "nginx.conf": "server { listen 80; location / { root /srv; } }"}, "fail"),
        ({"Dockerfile": DOCKERFILE, "web/vercel.json": "{}"}, "fail"),
        ({"Dockerfile": DOCKERFILE, "compose.yml": "services:\n  p:\n    image: traefik:3\n"}, "unknown"),
        ({"Dockerfile": DOCKERFILE, "compose.yml": "services:\n  p:\n    image: postgres:17\n"}, "fail"),
        ({"Dockerfile": DOCKERFILE, "fly.toml": "[http_service]\nforce_https = true\n"}, "pass"),
        ({"Dockerfile": DOCKERFILE, "fly.toml": "[http_service]\ninternal_port = 80\n"}, "fail"),
        ({"Procfile": "web: uvicorn app.main:app\n"}, "unknown"),
        ({"render.yaml": "services:\n  - type: web\n"}, "pass"),
    ],
)
def test_what_the_repository_says_of_its_surroundings_decides(files: dict[str, str], expected: str) -> None:
    assert https(**files) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware as R\napp.add_middleware(R)", "pass"),
        (
            "from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware\nif settings.https:\n"
            "    app.add_middleware(HTTPSRedirectMiddleware)",
            "pass",
        ),
        (
            "class HTTPSRedirectMiddleware:\n    def __init__(self, app): ...\n"
            "app.add_middleware(HTTPSRedirectMiddleware)",
            "fail",
        ),
        (
            "@app.middleware('http')\nasync def f(request, call_next):\n    response = await call_next(request)\n"
            "    response.headers['Strict-Transport-Security'] = 'max-age=1'\n    return response",
            "pass",
        ),
        ("def f(request: Request):\n    return request.headers.get('X-Forwarded-Proto')", "unknown"),
    ],
)
def test_middleware_may_enforce_https(code: str, expected: str) -> None:
    assert https(APPLICATION + code + "\n", Dockerfile=DOCKERFILE) == expected


def test_an_application_below_another_one_is_judged_with_it() -> None:
    code = f"{APPLICATION}api = FastAPI()\n@api.get('/x')\ndef x(): ...\napp.mount('/api', api)\n"

    assert check_files(HTTPS, {"app/main.py": code, "Dockerfile": DOCKERFILE}).lines == {("app/main.py", 2)}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", "fail"),
        ("from secure.middleware import SecureASGIMiddleware\napp.add_middleware(SecureASGIMiddleware)", "pass"),
        ("from Secweb import SecWeb\nSecWeb(app=app)", "pass"),
        (
            "import secure\nheaders = secure.Secure.with_default_headers()\n@app.middleware('http')\n"
            "async def f(request, call_next):\n    response = await call_next(request)\n"
            "    headers.set_headers(response)\n    return response",
            "pass",
        ),
        (
            "class Given:\n    def __init__(self, app, headers): self.headers = headers\n"
            "    async def __call__(self, scope, receive, send): ...\n"
            "app.add_middleware(Given, headers={'Strict-Transport-Security': '', 'Content-Security-Policy': '', "
            "'X-Frame-Options': ''})",
            "pass",
        ),
        (
            "@app.middleware('http')\nasync def f(request, call_next):\n    response = await call_next(request)\n"
            "    response.headers.update(load())\n    return response",
            "unknown",
        ),
        ("from elsewhere import Gate\napp.add_middleware(Gate)", "unknown"),
        ("from starlette.middleware.gzip import GZipMiddleware\napp.add_middleware(GZipMiddleware)", "fail"),
    ],
)
def test_security_headers_come_from_middleware_or_libraries(code: str, expected: str) -> None:
    assert outcome(check_files(HEADERS, {"app/main.py": f"{APPLICATION}{code}\n"})) == expected


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [("['a.org']", "pass"), ("settings.hosts", "pass"), ("['*']", "fail"), ("None", "pass")],
)
def test_a_wildcard_trusts_every_host(hosts: str, expected: str) -> None:
    code = (
        f"{APPLICATION}from starlette.middleware.trustedhost import TrustedHostMiddleware\n"
        f"app.add_middleware(TrustedHostMiddleware, allowed_hosts={hosts})\n"
    )

    assert outcome(check_files(HOSTS, {"app/main.py": code})) == expected


def workflow(*steps: str) -> dict[str, str]:
    lines = "".join(f"      - {step}\n" for step in steps)
    return {".github/workflows/ci.yml": f"on: push\njobs:\n  a:\n    steps:\n{lines}"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (workflow("run: uvx pip-audit --strict"), "pass"),
        (workflow("run: python -m pip_audit"), "pass"),
        (workflow("run: pip install safety && safety check --full-report"), "pass"),
        (workflow("run: docker run --rm aquasec/trivy:0.60 image x"), "pass"),
        (workflow("run: uv audit"), "pass"),
        (workflow("uses: aquasecurity/trivy-action@0.30"), "pass"),
        (workflow("uses: snyk/actions/python@master"), "pass"),
        (workflow("uses: org/shared/.github/workflows/security.yml@main"), "unknown"),
        (workflow("uses: github/codeql-action/analyze@v3"), "fail"),
        (workflow("run: pip install pip-audit safety"), "fail"),
        (workflow("run: echo safety check"), "fail"),
        (workflow("run: pytest tests/safety"), "fail"),
        ({**workflow("run: make audit"), "Makefile": "audit:\n\tuv run pip-audit\n"}, "pass"),
        ({**workflow("run: make test"), "Makefile": "audit:\n\tpip-audit\ntest:\n\tpytest\n"}, "fail"),
        ({"Makefile": "audit:\n\tpip-audit\n"}, "fail"),
        ({**workflow("run: tox -e lint,audit"), "tox.ini": "[testenv:audit]\ncommands = pip-audit\n"}, "pass"),
        (
            {
                **workflow("run: nox -s audit"),
                "noxfile.py": "import nox\n@nox.session\ndef audit(session):\n"
                "    session.run('pip-audit', '--strict')\n",
            },
            "pass",
        ),
        ({".gitlab-ci.yml": "include:\n  - template: Jobs/Dependency-Scanning.gitlab-ci.yml\n"}, "pass"),
        ({".pre-commit-config.yaml": "repos:\n  - repo: x\n    hooks:\n      - id: pip-audit\n"}, "pass"),
        ({"renovate.json": "{}"}, "pass"),
        ({"renovate.json": '{"enabledManagers": ["npm"]}'}, "fail"),
        ({"renovate.json": '{"enabled": false}'}, "fail"),
        ({".github/dependabot.yml": "updates:\n  - package-ecosystem: npm\n"}, "fail"),
    ],
)
def test_scanners_count_where_they_run(files: dict[str, str], expected: str) -> None:
    assert outcome(check_files(SCANNING, {"app/main.py": APPLICATION, **files})) == expected


@pytest.mark.parametrize(
    ("before", "body", "expected"),
    [
        ("", "...", "fail"),
        ("import logging\nlog = logging.getLogger(__name__)", "log.info('deleted')", "unknown"),
        ("import logging\nlog = logging.getLogger('audit')", "log.info('deleted')", "pass"),
        ("import structlog\nlog = structlog.get_logger()", "log.info('audit_event', item=1)", "pass"),
        ("def write_audit_event(item): ...", "write_audit_event(item_id)", "pass"),
        ("def get_audit_events(): ...", "get_audit_events()", "fail"),
        ("def play_audition(item): ...", "play_audition(item_id)", "fail"),
        ("from sqlalchemy_continuum import make_versioned\nmake_versioned()", "...", "pass"),
    ],
)
def test_a_trail_is_known_by_its_word_or_its_library(before: str, body: str, expected: str) -> None:
    code = (
        f"{HEAD}from fastapi.security import HTTPBearer\n{before}\napp = FastAPI()\n"
        f"@app.delete('/items/{{item_id}}', dependencies=[Depends(HTTPBearer())])\n"
        f"def delete(item_id: int):\n    {body}\n"
    )

    assert outcome(check_files(TRAIL, {"main.py": code})) == expected


def test_services_without_authentication_need_no_trail() -> None:
    assert outcome(check_files(TRAIL, {"main.py": APPLICATION})) == "skip"

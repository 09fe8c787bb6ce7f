"""What stands in front of a service, and what it does there."""

from __future__ import annotations

import pytest

from fastapi_audit.model.gateway import Gateway, RateLimit
from fastapi_audit.model.place import Place
from fastapi_audit.testing import understand_files

APPLICATION = {"app/main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}
INGRESS = "kind: Ingress\nmetadata:\n  annotations:\n{annotations}\nspec:\n  rules:\n    - host: a.org\n{tls}"
TLS = "  tls:\n    - hosts: [a.org]\n"


def gateways(**files: str) -> list[Gateway]:
    paths = {name.replace("__", "/").replace("_DOT_", "."): text for name, text in files.items()}
    (project,) = understand_files({**APPLICATION, **paths})
    return list(project.gateways)


def nginx(*servers: str) -> list[Gateway]:
    return gateways(deploy__nginx_DOT_conf="\n".join(f"server {{ {server} }}" for server in servers))


@pytest.mark.parametrize(
    ("servers", "is_enforced", "is_plain"),
    [
        (["listen 443 ssl; location / { proxy_pass http://a; }", "listen 80; return 301 https://$host;"], True, False),
        (["listen 443 ssl; location / { proxy_pass http://a; }"], True, False),
        (["listen 80; listen 443 ssl; location / { proxy_pass http://a; }"], False, True),
        (["listen 80; location / { proxy_pass http://a; }"], False, True),
        (["location / { proxy_pass http://a; }"], False, True),
        (
            ["listen 80; if ($scheme = http) { return 301 https://$host; } location / { proxy_pass http://a; }"],
            True,
            False,
        ),
    ],
)
def test_nginx_enforces_https_where_no_server_takes_requests_without(
    servers: list[str], is_enforced: bool, is_plain: bool
) -> None:
    (found,) = nginx(*servers)

    assert (found.redirects is not None, found.plain is not None) == (is_enforced, is_plain)


def test_nginx_that_serves_files_only_is_no_gateway() -> None:
    assert nginx("listen 80; location / { root /srv; }") == []


def test_nginx_limits_adds_names_and_includes() -> None:
    (found,) = nginx(
        "server_name a.org; include /etc/nginx/conf.d/*.conf; include mime.types;"
        "add_header X-Frame-Options DENY always;"
        "location /auth { limit_req zone=a; proxy_pass http://a; }"
    )

    assert list(found.headers) == ["x-frame-options"]
    assert [limit.path for limit in found.limits] == ["/auth"]
    assert found.hosts is not None
    assert found.is_open


@pytest.mark.parametrize(
    ("text", "is_enforced"),
    [
        ("a.org {\n reverse_proxy api:80\n}\n", True),
        ("{$DOMAIN}\nreverse_proxy api:80\n", True),
        ("http://a.org {\n reverse_proxy api:80\n}\n", False),
        (":80 {\n reverse_proxy api:80\n}\n", False),
        ("{\n auto_https disable_redirects\n}\na.org {\n reverse_proxy api:80\n}\n", False),
        ("(x) {\n reverse_proxy api:80\n}\na.org {\n import x\n}\n", True),
    ],
)
def test_caddy_serves_names_over_https_alone(text: str, is_enforced: bool) -> None:
    (found,) = gateways(Caddyfile=text)

    assert (found.redirects is not None) is is_enforced


def test_haproxy_redirects_denies_and_adds() -> None:
    (found,) = gateways(
        haproxy_DOT_cfg="frontend a\n  bind :80\n  bind :443 ssl crt x\n  http-request redirect scheme https\n"
        "  http-request deny deny_status 429 if x\n  http-response set-header X-Frame-Options DENY\n"
    )

    assert found.redirects is not None
    assert len(found.limits) == 1
    assert list(found.headers) == ["x-frame-options"]


LABELS = """
services:
  api:
    labels:
      - traefik.http.routers.api.rule=Host(`a.org`)
      - traefik.http.routers.api.{0}
      - traefik.http.middlewares.slow.ratelimit.average=5
      - traefik.http.middlewares.safe.headers.framedeny=true
"""


@pytest.mark.parametrize(
    ("label", "is_enforced", "limits"),
    [
        ("tls.certresolver=le", True, 0),
        ("entrypoints=http", False, 0),
        ("middlewares=slow@docker,safe", False, 1),
    ],
)
def test_traefik_is_told_by_labels(label: str, is_enforced: bool, limits: int) -> None:
    (found,) = gateways(compose_DOT_yml=LABELS.format(label))

    assert (found.redirects is not None, len(found.limits), len(found.headers)) == (is_enforced, limits, limits)


def test_traefik_redirects_a_whole_entry_point() -> None:
    (found,) = gateways(
        compose_DOT_yml=LABELS.format("entrypoints=http"),
        compose_DOT_deploy_DOT_yml="services:\n  proxy:\n    command:\n"
        "      - --entrypoints.http.http.redirections.entrypoint.to=https\n",
    )

    assert found.redirects is not None


@pytest.mark.parametrize(
    ("annotations", "tls", "is_enforced", "limits"),
    [
        ("    a: b", TLS, True, 0),
        ("    a: b", "", False, 0),
        ('    nginx.ingress.kubernetes.io/ssl-redirect: "false"', TLS, False, 0),
        ('    alb.ingress.kubernetes.io/ssl-redirect: "443"', "", True, 0),
        ('    nginx.ingress.kubernetes.io/limit-rps: "5"', "", False, 1),
    ],
)
def test_ingresses_end_tls_and_limit_by_annotations(annotations: str, tls: str, is_enforced: bool, limits: int) -> None:
    (found,) = gateways(k8s__a_DOT_yml=INGRESS.format(annotations=annotations, tls=tls))

    assert (found.redirects is not None, len(found.limits)) == (is_enforced, limits)
    assert found.is_open
    assert found.hosts is not None


@pytest.mark.parametrize(
    ("name", "text", "is_enforced"),
    [
        ("fly_DOT_toml", "[http_service]\nforce_https = true\n", True),
        ("fly_DOT_toml", "[http_service]\ninternal_port = 80\n", False),
        ("render_DOT_yaml", "services:\n  - type: web\n", True),
        ("Procfile", "web: uvicorn app.main:app\n", False),
        (
            "_DOT_github__workflows__a_DOT_yml",
            "on: push\njobs:\n  a:\n    steps:\n      - run: gcloud run deploy x\n",
            True,
        ),
    ],
)
def test_platforms_take_the_requests_of_what_they_run(name: str, text: str, is_enforced: bool) -> None:
    (found,) = gateways(**{name: text})

    assert (found.redirects is not None) is is_enforced


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("web__vercel_DOT_json", "{}"),
        ("web__render_DOT_yaml", "services:\n  - type: web\n"),
        ("render_DOT_yaml", "services:\n  - type: worker\n"),
        ("app_DOT_json", '{"expo": {"name": "x"}}'),
        ("supervisord_DOT_conf", "[program:a]\ncommand = x\n"),
    ],
)
def test_platforms_of_others_are_none_of_the_service(name: str, text: str) -> None:
    assert gateways(**{name: text}) == []


@pytest.mark.parametrize(
    ("limit", "path", "is_covered"),
    [
        (RateLimit(Place("a")), "/x", True),
        (RateLimit(Place("a"), "/auth"), "/auth/login", True),
        (RateLimit(Place("a"), "/auth"), "/authors", False),
        (RateLimit(Place("a"), "/api/login"), "/login", True),
        (RateLimit(Place("a"), "/auth/"), "/items", False),
        (RateLimit(Place("a"), "^/(login|token)", is_pattern=True), "/token", True),
        (RateLimit(Place("a"), "(", is_pattern=True), "/token", False),
    ],
)
def test_limits_cover_the_paths_below_theirs(limit: RateLimit, path: str, is_covered: bool) -> None:
    assert limit.covers(path) is is_covered

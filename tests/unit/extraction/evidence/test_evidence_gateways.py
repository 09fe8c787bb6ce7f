"""Proxies, platforms, Kubernetes, hooks and bots."""

from __future__ import annotations

import pytest

from fastapi_audit.discovery.kinds import kind_of
from fastapi_audit.extraction.evidence import read_evidence
from fastapi_audit.facts.automation import DependencyBot, Hooks
from fastapi_audit.facts.configurations import Configuration, Resources
from fastapi_audit.facts.containers import Compose
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.facts.positions import line_of
from fastapi_audit.facts.proxies import Proxy
from fastapi_audit.model.repository import Kind


def read(path: str, text: str) -> EvidenceFacts | str:
    kind = kind_of(path)
    assert kind is not None
    return read_evidence(kind, path, text.encode())


def proxy(path: str, text: str) -> Proxy:
    found = read(path, text)
    assert isinstance(found, Proxy), found
    return found


def told(found: Proxy) -> list[tuple[str, tuple[str, ...], int, int]]:
    return [(one.name, one.arguments, one.parent, line_of(one.pos)) for one in found.directives]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("docker/nginx/conf.d/app.conf", Kind.PROXY),
        ("deploy/nginx/templates/default.conf.template", Kind.PROXY),
        ("deploy/Caddyfile", Kind.PROXY),
        ("ops/traefik/dynamic/tls.yml", Kind.PROXY),
        ("deploy/service.yaml", Kind.KUBERNETES),
        ("deploy/docker-compose.yml", Kind.COMPOSE),
        ("fly.production.toml", Kind.PLATFORM),
        ("docs/service.yaml", None),
    ],
)
def test_files_are_known_by_their_names_and_places(path: str, kind: Kind | None) -> None:
    assert kind_of(path) is kind


def test_nginx_is_read_as_blocks_with_comments_quotes_and_variables() -> None:
    found = proxy(
        "nginx.conf",
        '# a {\nserver {\n  listen 443 ssl; # b;\n  location ~ "^/a{2}" {\n'
        "    proxy_pass\n      http://${HOST}:80;\n  }\n}\n",
    )
    assert told(found) == [
        ("server", (), -1, 2),
        ("listen", ("443", "ssl"), 0, 3),
        ("location", ("~", "^/a{2}"), 0, 4),
        ("proxy_pass", ("http://${HOST}:80",), 2, 5),
    ]
    assert [one.name for one in found.around(3)] == ["location", "server"]
    assert [one.name for one in found.inside(0)] == ["listen", "location", "proxy_pass"]


def test_templates_of_nginx_keep_their_placeholders() -> None:
    found = proxy("nginx.conf", "server {\n{% if tls %}\nserver_name {{ name }}.org;\n{% endif %}\n}\n")
    assert told(found)[1] == ("server_name", ("{{ name }}.org",), 0, 3)


@pytest.mark.parametrize("text", ["server {\n", "}\n", "listen 80\n"])
def test_nginx_that_does_not_parse_is_a_problem(text: str) -> None:
    assert isinstance(read("nginx.conf", text), str)


def test_caddyfiles_have_sites_snippets_and_bare_addresses() -> None:
    found = proxy(
        "Caddyfile", "{\n  auto_https off\n}\n(common) {\n  header X {$Y}\n}\na.org, b.org {\n  import common\n}\n"
    )
    assert told(found) == [
        ("", (), -1, 1),
        ("auto_https", ("off",), 0, 2),
        ("(common)", (), -1, 4),
        ("header", ("X", "{$Y}"), 2, 5),
        ("a.org,", ("b.org",), -1, 7),
        ("import", ("common",), 4, 8),
    ]
    bare = proxy("Caddyfile", "a.org\n\nreverse_proxy \\\n  api:80\n")
    assert told(bare) == [("a.org", (), -1, 1), ("reverse_proxy", ("api:80",), 0, 3)]


def test_sections_of_haproxy_end_where_the_next_begins() -> None:
    found = proxy("haproxy.cfg", "x y\nfrontend web # c\n  bind :443 ssl\nbackend api\n  server a b:80\n")
    assert told(found) == [
        ("frontend", ("web",), -1, 2),
        ("bind", (":443", "ssl"), 0, 3),
        ("backend", ("api",), -1, 4),
        ("server", ("a", "b:80"), 2, 5),
    ]


def test_settings_of_platforms_have_keys_values_and_lines() -> None:
    fly = read(
        "fly.toml", 'app = "x"\n[http_service]\nforce_https = true\n[[services]]\n[[services.ports]]\nport = 80\n'
    )
    assert isinstance(fly, Configuration)
    assert [(one.path, one.value, line_of(one.pos)) for one in fly.settings] == [
        (("app",), "x", 1),
        (("http_service", "force_https"), "true", 3),
        (("services", "0", "ports", "0", "port"), "80", 6),
    ]
    procfile = read("Procfile", "# x\nweb: uvicorn app:app\n")
    assert isinstance(procfile, Configuration)
    assert [(one.path, line_of(one.pos)) for one in procfile.settings] == [(("web",), 2)]
    render = read("render.yaml", "services:\n  - type: web\n")
    assert isinstance(render, Configuration)
    assert [(one.name, one.value) for one in render.settings if one.path[:1] == ("services",)] == [("type", "web")]


def test_manifests_hold_resources_and_nothing_else() -> None:
    found = read("k8s/all.yaml", "kind: Ingress\nmetadata:\n  name: a\n---\ngroups: []\n---\n- x\n---\nkind: Service\n")
    assert isinstance(found, Resources)
    assert [(one.kind, one.name, line_of(one.pos)) for one in found.resources] == [
        ("Ingress", "a", 1),
        ("Service", "", 9),
    ]


def test_templates_of_helm_are_read_without_what_helm_computes() -> None:
    found = read(
        "chart/templates/ingress.yaml",
        "{{- if .Values.on }}\nkind: Ingress\nmetadata:\n  name: {{ .x }}\n"
        '  labels:\n    {{- include "a" . }}\n{{- end }}\n',
    )
    assert isinstance(found, Resources)
    assert found.is_template
    assert [(one.kind, line_of(one.pos)) for one in found.resources] == [("Ingress", 2)]
    broken = read("chart/templates/ingress.yaml", "{{ if }}a: [\n")
    assert broken == Resources((), is_template=True)


def test_hooks_keep_where_they_come_from() -> None:
    found = read(
        ".pre-commit-config.yaml", "repos:\n  - repo: local\n    hooks:\n      - id: a\n        entry: pip-audit\n"
    )
    assert isinstance(found, Hooks)
    assert [(one.repository, one.name, one.entry, line_of(one.pos)) for one in found.hooks] == [
        ("local", "a", "pip-audit", 4)
    ]


def test_bots_watch_ecosystems() -> None:
    dependabot = read(".github/dependabot.yml", "version: 2\nupdates:\n  - package-ecosystem: uv\n  - directory: /\n")
    assert isinstance(dependabot, DependencyBot)
    assert [one.name for one in dependabot.ecosystems] == ["uv"]
    renovate = read("renovate.json", '// x\n{\n\t"enabled": false,\n\t"enabledManagers": ["poetry"]\n}\n')
    assert isinstance(renovate, DependencyBot)
    assert (renovate.is_enabled, [one.name for one in renovate.ecosystems]) == (False, ["poetry"])


def test_labels_are_lists_or_mappings() -> None:
    found = read(
        "compose.yml",
        "services:\n  a:\n    labels: [traefik.enable=true]\n  b:\n"
        "    labels: {caddy: a.org}\n    deploy: {labels: [x=y]}\n",
    )
    assert isinstance(found, Compose)
    assert [(one.name, one.value) for service in found.services for one in service.labels] == [
        ("traefik.enable", "true"),
        ("caddy", "a.org"),
        ("x", "y"),
    ]

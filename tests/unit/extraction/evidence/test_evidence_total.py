"""No reader raises or hangs, whatever the bytes; facts survive the codec."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_audit.discovery.kinds import kind_of
from fastapi_audit.extraction.evidence import read_evidence
from fastapi_audit.facts.evidence import EvidenceFacts, Listed
from fastapi_audit.model.repository import Kind

PATHS = [
    "Dockerfile",
    "compose.yml",
    ".github/workflows/ci.yml",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    ".travis.yml",
    ".drone.yml",
    ".buildkite/pipeline.yml",
    "Jenkinsfile",
    "Makefile",
    "justfile",
    "Taskfile.yml",
    "tox.ini",
    "pyproject.toml",
    "requirements.txt",
    "Pipfile",
    "setup.cfg",
    "environment.yml",
    "uv.lock",
    "Pipfile.lock",
    "conda-lock.yml",
    "pylock.toml",
    "pytest.ini",
    ".coveragerc",
    "ruff.toml",
    "pytest.toml",
    "pyrightconfig.json",
    "coverage.xml",
    "coverage.json",
    "lcov.info",
    "alembic.ini",
    ".env",
    "Procfile",
    "renovate.json",
    ".github/dependabot.yml",
    ".pre-commit-config.yaml",
    "nginx.conf",
    "Caddyfile",
    "haproxy.cfg",
    "traefik.yml",
    "traefik.toml",
    "kong.yml",
    "k8s/ingress.yaml",
    "chart/templates/helm/_helpers.tpl",
    "fly.toml",
    "app.json",
    "render.yaml",
    "supervisord.conf",
    "app.service",
    "flake.nix",
    ".pre-commit-config.yaml",
    "scripts/lint.sh",
    ".pyre_configuration",
]

ENCODER = msgspec.msgpack.Encoder()
DECODER = msgspec.msgpack.Decoder(EvidenceFacts)

FRAGMENTS = st.sampled_from(
    [
        "FROM",
        "RUN",
        "USER",
        "<<EOF",
        "EOF",
        "\\",
        "#",
        "ARG",
        "ENV",
        "${A:-b}",
        "$A",
        "as",
        "[",
        "]",
        "{",
        "}",
        '"',
        "'",
        "'''",
        "=",
        "==",
        ":",
        "-",
        "|",
        ">",
        "&",
        "&a",
        "*a",
        "<<",
        "!",
        "[project]",
        "dependencies",
        "fastapi",
        "[tool.pytest]",
        "services:",
        "jobs:",
        "steps:",
        "run:",
        "script:",
        "on:",
        "name:",
        "test:",
        "image:",
        "command:",
        "on:",
        "cmds:",
        "[package]",
        "[[package]]",
        "-r",
        "-e",
        ".",
        "^1.2",
        "~=1",
        "<1,>2",
        "\x00",
        "\ufeff",
        "sh",
        "('x')",
        "<coverage",
        'line-rate="0.5">',
        ";",
        "@",
        "/",
        "server {",
        "listen 443 ssl;",
        "{{",
        "}}",
        "{%",
        "reverse_proxy",
        "`",
        "frontend a",
        "bind :80",
        "kind: Ingress",
        "---",
        "[Unit]",
        "web: x",
        "updates:",
        "repos:",
    ]
)
TEXTS = st.lists(FRAGMENTS | st.sampled_from(["\n", "\n  ", " ", "\n\t"]), max_size=40).map("".join)


def read(path: str, content: bytes) -> EvidenceFacts | str:
    kind = kind_of(path)
    assert kind is not None
    return read_evidence(kind, path, content)


def assert_facts_or_one_line(found: EvidenceFacts | str) -> None:
    if isinstance(found, str):
        assert found
        assert "\n" not in found
    else:
        assert DECODER.decode(ENCODER.encode(found)) == found


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(PATHS), st.binary(max_size=300))
def test_every_reader_is_total_on_bytes(path: str, content: bytes) -> None:
    assert_facts_or_one_line(read(path, content))


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(PATHS), TEXTS)
def test_every_reader_is_total_on_text_of_its_own_words(path: str, text: str) -> None:
    assert_facts_or_one_line(read(path, text.encode()))


def in_toml(value: object) -> str:
    """Write a document on one line; null, which TOML lacks, becomes a text."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {in_toml(inner)}' for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(in_toml, value)) + "]"
    return msgspec.json.encode("" if value is None else value).decode().replace("\x7f", "")


JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.sampled_from(["^1.2", "fastapi==1", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "project",
                    "dependencies",
                    "optional-dependencies",
                    "tool",
                    "poetry",
                    "group",
                    "dev",
                    "pytest",
                    "ini_options",
                    "uv",
                    "package",
                    "name",
                    "version",
                    "services",
                    "app",
                    "image",
                    "build",
                    "environment",
                    "healthcheck",
                    "test",
                    "ports",
                    "jobs",
                    "steps",
                    "run",
                    "script",
                    "on",
                    "tasks",
                    "cmds",
                    "default",
                    "totals",
                    "percent_covered",
                    "env_file",
                    "pip",
                    "hatch",
                    "envs",
                    "setuptools",
                    "dynamic",
                    "file",
                    "requires-python",
                    "<<",
                    "kind",
                    "metadata",
                    "annotations",
                    "spec",
                    "updates",
                    "package-ecosystem",
                    "repos",
                    "hooks",
                    "id",
                    "enabledManagers",
                    "http_service",
                    "labels",
                    "deploy",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(PATHS), JSON_LIKE)
def test_every_reader_is_total_on_documents_of_a_wrong_shape(path: str, document: object) -> None:
    assert_facts_or_one_line(read(path, msgspec.json.encode(document)))


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(["pyproject.toml", "Pipfile", "uv.lock", "pytest.toml", "pylock.toml"]), JSON_LIKE)
def test_toml_readers_are_total_on_tables_of_a_wrong_shape(path: str, document: object) -> None:
    tables = {"project": document, "tool": document, "package": document, "packages": document}
    content = "\n".join(f"{name} = {in_toml(value)}" for name, value in tables.items())
    assert not isinstance(read(path, content.encode()), str)


DEEP = 10_000
HOSTILE = {
    "deep lists": b"[" * DEEP,
    "deep mappings": b"{a: " * DEEP,
    "deep indentation": b"".join(b" " * depth + b"a:\n" for depth in range(500)),
    "alias bomb": b"a0: &a0 [x, x]\n"
    + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 60)),
    "circle": b"services: &a\n  app: &b\n    environment: *b\n    build: *a\njobs: *a\nscript: &c [*c]\ntasks: *c\n",
    "merge circle": b"services: &a\n  <<: *a\n  app: &b {<<: [*b, *a], image: x}\n",
    "long line": b"a = " + b"x" * 3_000_000,
    "many lines": b"a: b\n" * 50_000,
    "nulls": b"\0" * 100_000,
    "number": b"a = " + b"9" * 100_000,
    "entities": b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><coverage line-rate="&b;"/>',
    "deep markers": b"fastapi; " + b"(" * 5_000,
    "deep toml": b"a = " + b"[" * DEEP,
    "dotted toml": b"a" + b".a" * DEEP + b" = 1",
    "continuations": b"FROM a\nRUN " + b"\\\n" * 100_000,
    "heredocs": b"FROM a\nRUN " + b"<<A " * 50_000,
    "variables": b"FROM " + b"${A:-" * 50_000,
    "quotes": b"sh '''" * 50_000,
    "deep blocks": b"a {\n" * 50_000,
    "closing braces": b"}\n" * 50_000,
    "templates": b"{{ a }}: {{" * 50_000,
    "directives": b"a b;\n" * 50_000,
    "open quotes": b'a "b;\n' * 10_001,
    "utf-16": "FROM a".encode("utf-16"),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_every_reader_survives_hostile_content(content: bytes) -> None:
    for path in PATHS:
        assert_facts_or_one_line(read(path, content))


def test_xml_entities_are_refused_with_a_reason() -> None:
    found = read("coverage.xml", HOSTILE["entities"])
    assert isinstance(found, str)
    assert found.startswith("no coverage report in XML")


def test_kinds_without_a_reader_are_listed() -> None:
    assert read_evidence(Kind.MIGRATION, "V1__items.sql", b"SELECT 1;\n") == Listed()

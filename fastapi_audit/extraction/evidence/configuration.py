"""The files of platforms, and of proxies that are told in YAML or TOML: which one it is, and its settings."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from fastapi_audit.extraction.evidence.ini import read_sections
from fastapi_audit.extraction.evidence.settings import MAX_SETTINGS, settings_of, settings_of_toml
from fastapi_audit.extraction.evidence.text import cut, line_start, lines_of, text_of, without_tabs
from fastapi_audit.extraction.evidence.toml_document import TomlDocument
from fastapi_audit.extraction.evidence.yaml_tree import read_documents, read_mapping
from fastapi_audit.facts.configurations import Configuration, Setting

_PLATFORMS = {
    "Procfile": "heroku", "heroku.yml": "heroku", "heroku.yaml": "heroku", "app.json": "heroku",
    "render.yaml": "render", "render.yml": "render", "vercel.json": "vercel",
    "railway.json": "railway", "railway.toml": "railway", "nixpacks.toml": "nixpacks",
    "app.yaml": "app-engine", "app.yml": "app-engine",
    "serverless.yml": "serverless", "serverless.yaml": "serverless",
    "cloudbuild.yaml": "cloud-build", "cloudbuild.yml": "cloud-build",
    "skaffold.yaml": "skaffold", "skaffold.yml": "skaffold", "project.toml": "buildpack",
    "flake.nix": "nix", "default.nix": "nix", "manifest.yml": "copilot", "manifest.yaml": "copilot",
}  # fmt: skip
_BY_ENDING = {".service": "systemd", ".conf": "supervisor", ".ini": "supervisor"}
_ASSIGNED = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*\"((?:[^\"\\]|\\.)*)\"")
_PROCESS = re.compile(r"([A-Za-z0-9_-]+):\s*(.+)")


def read_platform(name: str, content: bytes) -> Configuration:
    """Read the file of a platform, by its name."""
    subject = "fly" if name.startswith("fly.") else _BY_ENDING.get(PurePosixPath(name).suffix) or _PLATFORMS[name]
    return Configuration(subject, _platform_settings(name, subject, content))


def _platform_settings(name: str, subject: str, content: bytes) -> tuple[Setting, ...]:
    if name == "Procfile":
        return tuple(_processes(lines_of(text_of(content))))
    if name.endswith(".toml"):
        return settings_of_toml(TomlDocument(content))
    if subject in ("supervisor", "systemd"):
        sections = read_sections(content)
        return tuple(Setting(one.pos, (part.name, one.name), one.value) for part in sections for one in part.options)
    return () if subject == "nix" else settings_of(read_mapping(without_tabs(text_of(content))))


def _processes(lines: Sequence[str]) -> list[Setting]:
    matched = [(number, _PROCESS.match(line)) for number, line in enumerate(lines, start=1)]
    return [Setting(line_start(number), (match[1],), cut(match[2])) for number, match in matched if match]


def read_infrastructure(name: str, content: bytes) -> Configuration:
    """Read the texts that a file of Terraform gives names; of the rest, that it is there."""
    if not name.endswith(".tf"):
        return Configuration("infrastructure")
    matched = [(number, _ASSIGNED.match(line)) for number, line in enumerate(lines_of(text_of(content)), start=1)]
    settings = [Setting(line_start(number), (match[1],), cut(match[2])) for number, match in matched if match]
    return Configuration("infrastructure", tuple(settings[:MAX_SETTINGS]))


def read_structured_proxy(name: str, content: bytes) -> Configuration:
    """Read a static or dynamic configuration of Traefik, or one of Kong or Envoy; YAML may have several documents."""
    subject = next((known for known in ("kong", "envoy") if name.startswith(known)), "traefik")
    if name.endswith(".toml"):
        return Configuration(subject, settings_of_toml(TomlDocument(content)))
    documents = read_documents(text_of(content))
    return Configuration(subject, tuple(setting for document in documents for setting in settings_of(document)))

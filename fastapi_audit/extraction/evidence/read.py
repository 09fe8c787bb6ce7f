"""Which reader is for which file."""

from pathlib import PurePosixPath

from fastapi_audit.extraction.evidence.alembic import read_alembic
from fastapi_audit.extraction.evidence.alerts import read_alerts
from fastapi_audit.extraction.evidence.compose import read_compose
from fastapi_audit.extraction.evidence.configuration import read_infrastructure, read_platform, read_structured_proxy
from fastapi_audit.extraction.evidence.coverage import read_coverage_json, read_coverage_xml, read_lcov
from fastapi_audit.extraction.evidence.dependency_bot import read_dependency_bot
from fastapi_audit.extraction.evidence.directives import read_caddyfile, read_haproxy, read_nginx
from fastapi_audit.extraction.evidence.dockerfile import read_dockerfile
from fastapi_audit.extraction.evidence.environment import read_environment
from fastapi_audit.extraction.evidence.hooks import read_hooks
from fastapi_audit.extraction.evidence.ignore_file import read_ignore_file
from fastapi_audit.extraction.evidence.kubernetes import read_kubernetes
from fastapi_audit.extraction.evidence.lock import read_lock
from fastapi_audit.extraction.evidence.manifest import read_pipfile, read_pyproject
from fastapi_audit.extraction.evidence.pipeline import read_pipeline
from fastapi_audit.extraction.evidence.requirements_file import (
    read_environment_yml,
    read_requirements,
    read_setup_cfg,
)
from fastapi_audit.extraction.evidence.script import read_script
from fastapi_audit.extraction.evidence.tasks import read_tasks
from fastapi_audit.extraction.evidence.text import UnreadableError
from fastapi_audit.extraction.evidence.tool_config import read_tool_config
from fastapi_audit.facts.dependencies import Manifest
from fastapi_audit.facts.evidence import EvidenceFacts, Listed
from fastapi_audit.facts.tools import CoverageReport
from fastapi_audit.model.repository import Kind


def read_evidence(kind: Kind, path: str, content: bytes) -> EvidenceFacts | str:
    """Read one file of a kind; return its facts, or why it cannot be read in one line.

    `path` is relative to the repository; only the conventions of names and places are taken from it. A kind without
    a reader gives `Listed`.
    """
    try:
        return _read(kind, path, content)
    except UnreadableError as problem:
        return str(problem)


def _read(kind: Kind, path: str, content: bytes) -> EvidenceFacts:
    name = PurePosixPath(path).name
    match kind:
        case Kind.DOCKERFILE:
            return read_dockerfile(content)
        case Kind.DOCKERIGNORE:
            return read_ignore_file(content)
        case Kind.COMPOSE:
            return read_compose(content)
        case Kind.CI:
            return read_pipeline(path, content)
        case Kind.TASKS:
            return read_tasks(name, content)
        case Kind.MANIFEST:
            return _read_manifest(name, content)
        case Kind.LOCK:
            return read_lock(name, content)
        case Kind.TOOL_CONFIG:
            return read_tool_config(name, content)
        case Kind.COVERAGE:
            return _read_coverage(name, content)
        case Kind.ALEMBIC:
            return read_alembic(content)
        case Kind.ENVIRONMENT:
            return read_environment(content)
        case Kind.PROXY:
            return _read_proxy(name, content)
        case Kind.PLATFORM:
            return read_platform(name, content)
        case Kind.INFRASTRUCTURE:
            return read_infrastructure(name, content)
        case Kind.KUBERNETES:
            return read_kubernetes(name, content)
        case Kind.PRE_COMMIT:
            return read_hooks(content)
        case Kind.DEPENDENCY_BOT:
            return read_dependency_bot(name, content)
        case Kind.ALERTS:
            return read_alerts(content)
        case Kind.SCRIPT:
            return read_script(name, content)
        case _:
            return Listed()


def _read_manifest(name: str, content: bytes) -> Manifest:
    readers = {"pyproject.toml": read_pyproject, "Pipfile": read_pipfile, "setup.cfg": read_setup_cfg}
    if name in readers:
        return readers[name](content)
    if name.endswith((".yml", ".yaml")):
        return read_environment_yml(content)
    return read_requirements(name, content)


def _read_coverage(name: str, content: bytes) -> CoverageReport:
    if name.endswith(".xml"):
        return read_coverage_xml(content)
    return read_coverage_json(content) if name.endswith(".json") else read_lcov(content)


def _read_proxy(name: str, content: bytes) -> EvidenceFacts:
    if name.startswith("Caddyfile"):
        return read_caddyfile(content)
    if name.endswith(".cfg"):
        return read_haproxy(content)
    is_structured = name.endswith((".yml", ".yaml", ".toml"))
    return read_structured_proxy(name, content) if is_structured else read_nginx(content)

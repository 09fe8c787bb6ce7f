"""All facts that the readers of non-Python files give."""

from __future__ import annotations

import msgspec

from fastapi_audit.facts.alerts import AlertRules
from fastapi_audit.facts.automation import DependencyBot, Hooks, Pipeline, Script, Tasks
from fastapi_audit.facts.configurations import Configuration, Resources
from fastapi_audit.facts.containers import Compose, Dockerfile, IgnoreFile, Variable
from fastapi_audit.facts.dependencies import Lock, Manifest
from fastapi_audit.facts.proxies import Proxy
from fastapi_audit.facts.tools import Alembic, CoverageReport, ToolConfig


class Environment(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="environment"):
    """The variables of a `.env` file, in its order."""

    variables: tuple[Variable, ...]


class Listed(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="listed"):
    """A file that counts by being there; nothing in it was read."""


EvidenceFacts = (
    Dockerfile
    | Compose
    | IgnoreFile
    | Pipeline
    | Tasks
    | Manifest
    | Lock
    | ToolConfig
    | CoverageReport
    | Alembic
    | Environment
    | Proxy
    | Configuration
    | Resources
    | Hooks
    | DependencyBot
    | Script
    | AlertRules
    | Listed
)

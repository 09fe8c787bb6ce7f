"""All that a rule may import: subjects, verdicts, severity, priority, confidence and the decorator."""

from fastapi_audit.model.classes import Field, Schema, Settings, Table
from fastapi_audit.model.code import Call, DataAccess, EnvironmentRead, ExceptClause, NamedString, Raise
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.place import Place
from fastapi_audit.model.project import Project
from fastapi_audit.model.routing import (
    Application,
    Dependency,
    ExceptionHandler,
    Guard,
    Middleware,
    Parameter,
    Route,
    Router,
)
from fastapi_audit.model.tests import Test
from fastapi_audit.model.types import TypeRef
from fastapi_audit.rule_api.definition import rule
from fastapi_audit.rule_api.verdict import (
    Confidence,
    Outcome,
    Priority,
    Related,
    Severity,
    Verdict,
    fail,
    ok,
    skip,
    unknown,
)

__all__ = [
    "Application",
    "Call",
    "Class",
    "Confidence",
    "DataAccess",
    "Dependency",
    "EnvironmentRead",
    "ExceptClause",
    "ExceptionHandler",
    "Field",
    "Function",
    "Guard",
    "Middleware",
    "Module",
    "NamedString",
    "Outcome",
    "Parameter",
    "Place",
    "Priority",
    "Project",
    "Raise",
    "Related",
    "Route",
    "Router",
    "Schema",
    "Settings",
    "Severity",
    "Table",
    "Test",
    "TypeRef",
    "Verdict",
    "fail",
    "ok",
    "rule",
    "skip",
    "unknown",
]

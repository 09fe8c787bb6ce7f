"""All that a rule may import: subjects, verdicts, severity, priority, confidence and the decorator."""

from fastapi_audit.facts import syntax, tree
from fastapi_audit.facts.automation import DependencyBot, Hooks, Pipeline, Tasks
from fastapi_audit.facts.configurations import Configuration, Resources
from fastapi_audit.facts.containers import Compose, Dockerfile
from fastapi_audit.facts.dependencies import Manifest
from fastapi_audit.facts.evidence import Environment
from fastapi_audit.facts.tools import CoverageReport, Tool, ToolConfig
from fastapi_audit.knowledge.clients import Client
from fastapi_audit.knowledge.offloading import Destination
from fastapi_audit.knowledge.tables import names, texts
from fastapi_audit.model.answers import Answered
from fastapi_audit.model.automation import AutomatedCommand, Automation
from fastapi_audit.model.classes import ComparedField, Field, Schema, Settings, SettingsField, Table
from fastapi_audit.model.code import (
    BulkWrite,
    Call,
    Comparison,
    ConfigurationValue,
    DataAccess,
    EnvironmentRead,
    ExceptClause,
    NamedString,
    Raise,
    Return,
)
from fastapi_audit.model.declarations import DefaultValue, Fate, IgnoreComment, MarkedParameter
from fastapi_audit.model.deployment import Image
from fastapi_audit.model.differing_arguments import differs_by_caller
from fastapi_audit.model.escapes import ErrorAnswer
from fastapi_audit.model.flow import Context, Edge, Flow, LoopCall, Passage
from fastapi_audit.model.gateway import Gateway
from fastapi_audit.model.inputs import Gap, Input, Reach, Sink, Upload
from fastapi_audit.model.instruments import Duty, Instrument
from fastapi_audit.model.log_calls import LogCall
from fastapi_audit.model.making import Making, is_made_once, making
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.place import Place, place_at
from fastapi_audit.model.project import Project
from fastapi_audit.model.pydantic_use import OldTerm, PydanticUse
from fastapi_audit.model.repository import Kind, Role
from fastapi_audit.model.routing import (
    Application,
    Condition,
    Dependency,
    Documented,
    ExceptionHandler,
    Guard,
    Inclusion,
    Middleware,
    Mount,
    Parameter,
    Route,
    Router,
    TokenRead,
)
from fastapi_audit.model.rows import FoundRows, RowState
from fastapi_audit.model.starting import (
    Purpose,
    Runner,
    StartCommand,
    Starting,
    is_named_for_development,
    is_named_for_production,
)
from fastapi_audit.model.tests import Test
from fastapi_audit.model.type_checkers import checker_tools, checker_used, checking_commands, concerns
from fastapi_audit.model.types import TypeRef
from fastapi_audit.model.values import (
    BoundExternal,
    ClassValue,
    Collection,
    External,
    ExternalObject,
    FunctionValue,
    Instance,
    Known,
    LambdaValue,
    OneOf,
    Origin,
    Template,
    Unknown,
    Value,
    may_be_true,
    options_of,
    values_inside,
)
from fastapi_audit.model.values import Table as DictValue
from fastapi_audit.model.writes import Effect, ReachedWrite
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
    "Answered",
    "Application",
    "AutomatedCommand",
    "Automation",
    "BoundExternal",
    "BulkWrite",
    "Call",
    "Class",
    "ClassValue",
    "Client",
    "Collection",
    "ComparedField",
    "Comparison",
    "Compose",
    "Condition",
    "Confidence",
    "Configuration",
    "ConfigurationValue",
    "Context",
    "CoverageReport",
    "DataAccess",
    "DefaultValue",
    "Dependency",
    "DependencyBot",
    "Destination",
    "DictValue",
    "Dockerfile",
    "Documented",
    "Duty",
    "Edge",
    "Effect",
    "Environment",
    "EnvironmentRead",
    "ErrorAnswer",
    "ExceptClause",
    "ExceptionHandler",
    "External",
    "ExternalObject",
    "Fate",
    "Field",
    "Flow",
    "FoundRows",
    "Function",
    "FunctionValue",
    "Gap",
    "Gateway",
    "Guard",
    "Hooks",
    "IgnoreComment",
    "Image",
    "Inclusion",
    "Input",
    "Instance",
    "Instrument",
    "Kind",
    "Known",
    "LambdaValue",
    "LogCall",
    "LoopCall",
    "Making",
    "Manifest",
    "MarkedParameter",
    "Middleware",
    "Module",
    "Mount",
    "NamedString",
    "OldTerm",
    "OneOf",
    "Origin",
    "Outcome",
    "Parameter",
    "Passage",
    "Pipeline",
    "Place",
    "Priority",
    "Project",
    "Purpose",
    "PydanticUse",
    "Raise",
    "Reach",
    "ReachedWrite",
    "Related",
    "Resources",
    "Return",
    "Role",
    "Route",
    "Router",
    "RowState",
    "Runner",
    "Schema",
    "Settings",
    "SettingsField",
    "Severity",
    "Sink",
    "StartCommand",
    "Starting",
    "Table",
    "Tasks",
    "Template",
    "Test",
    "TokenRead",
    "Tool",
    "ToolConfig",
    "TypeRef",
    "Unknown",
    "Upload",
    "Value",
    "Verdict",
    "checker_tools",
    "checker_used",
    "checking_commands",
    "concerns",
    "differs_by_caller",
    "fail",
    "is_made_once",
    "is_named_for_development",
    "is_named_for_production",
    "making",
    "may_be_true",
    "names",
    "ok",
    "options_of",
    "place_at",
    "rule",
    "skip",
    "syntax",
    "texts",
    "tree",
    "unknown",
    "values_inside",
]

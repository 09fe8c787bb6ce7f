"""All that a rule may import: subjects, verdicts, severity, priority, confidence and the decorator."""

from fastapi_audit.audit.verdict import (
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
from fastapi_audit.facts import syntax, tree
from fastapi_audit.facts.automation import DependencyBot, Hooks, Pipeline, Script, Tasks
from fastapi_audit.facts.configurations import Configuration, Resources
from fastapi_audit.facts.containers import BuildVariable, Compose, Dockerfile, Stage
from fastapi_audit.facts.dependencies import Lock, Manifest, Requirement
from fastapi_audit.facts.evidence import Environment
from fastapi_audit.facts.tools import Alembic, CoverageReport, Tool, ToolConfig
from fastapi_audit.knowledge.clients import Client
from fastapi_audit.knowledge.offloading import Destination
from fastapi_audit.knowledge.tables import names, texts
from fastapi_audit.model import secrecy
from fastapi_audit.model.answers import Answered
from fastapi_audit.model.automation import AutomatedCommand, Automation
from fastapi_audit.model.classes import ComparedField, Field, ForeignKey, Schema, Settings, SettingsField, Table
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
from fastapi_audit.model.commands import modules_of_commands, scripts_started
from fastapi_audit.model.declarations import DefaultValue, IgnoreComment, MarkedParameter, Treatment
from fastapi_audit.model.deployment import ComposedService, Copy, Image, Workload, short_name
from fastapi_audit.model.differing_arguments import differs_by_caller
from fastapi_audit.model.engines import DatabaseAddress, Engine, Pool
from fastapi_audit.model.environments import is_for_development
from fastapi_audit.model.escapes import ErrorAnswer
from fastapi_audit.model.flow import Context, Edge, Flow, LoopCall, Passage
from fastapi_audit.model.gateway import Gateway
from fastapi_audit.model.imports import Import, ImportCycle, Imports
from fastapi_audit.model.inputs import Gap, Input, Reach, Sink, Upload
from fastapi_audit.model.instruments import Duty, Instrument
from fastapi_audit.model.layers import Layer, Layers, Membership
from fastapi_audit.model.log_calls import LogCall
from fastapi_audit.model.making import Making, is_made_once, is_used_on_the_spot, making
from fastapi_audit.model.migrations import Autogeneration, Change, Direction, Migration, MigrationGraph, Migrations
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.named_for import (
    is_named_for_development,
    is_named_for_production,
    is_named_for_showing,
)
from fastapi_audit.model.overrides import Override
from fastapi_audit.model.own_use import published_by, served_to_itself
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
from fastapi_audit.model.sessions import makes_session, opens
from fastapi_audit.model.starting import Purpose, Runner, StartCommand, Starting
from fastapi_audit.model.suite import Fixture, PytestConfiguration, Suite, is_case
from fastapi_audit.model.tests import Exercise, Request, Run, Test
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
    Item,
    Known,
    LambdaValue,
    OneOf,
    Origin,
    Template,
    Unknown,
    Value,
    is_given,
    may_be_true,
    options_of,
    values_inside,
)
from fastapi_audit.model.values import Table as DictValue
from fastapi_audit.model.working_routes import has_one_task, is_for_watchers
from fastapi_audit.model.writes import Effect, ReachedWrite
from fastapi_audit.rule_api.definition import rule
from fastapi_audit.rule_api.pipelines import judged_by_pipelines, run_elsewhere

__all__ = [
    "Alembic",
    "Answered",
    "Application",
    "Autogeneration",
    "AutomatedCommand",
    "Automation",
    "BoundExternal",
    "BuildVariable",
    "BulkWrite",
    "Call",
    "Change",
    "Class",
    "ClassValue",
    "Client",
    "Collection",
    "ComparedField",
    "Comparison",
    "Compose",
    "ComposedService",
    "Condition",
    "Confidence",
    "Configuration",
    "ConfigurationValue",
    "Context",
    "Copy",
    "CoverageReport",
    "DataAccess",
    "DatabaseAddress",
    "DefaultValue",
    "Dependency",
    "DependencyBot",
    "Destination",
    "DictValue",
    "Direction",
    "Dockerfile",
    "Documented",
    "Duty",
    "Edge",
    "Effect",
    "Engine",
    "Environment",
    "EnvironmentRead",
    "ErrorAnswer",
    "ExceptClause",
    "ExceptionHandler",
    "Exercise",
    "External",
    "ExternalObject",
    "Field",
    "Fixture",
    "Flow",
    "ForeignKey",
    "FoundRows",
    "Function",
    "FunctionValue",
    "Gap",
    "Gateway",
    "Guard",
    "Hooks",
    "IgnoreComment",
    "Image",
    "Import",
    "ImportCycle",
    "Imports",
    "Inclusion",
    "Input",
    "Instance",
    "Instrument",
    "Item",
    "Kind",
    "Known",
    "LambdaValue",
    "Layer",
    "Layers",
    "Lock",
    "LogCall",
    "LoopCall",
    "Making",
    "Manifest",
    "MarkedParameter",
    "Membership",
    "Middleware",
    "Migration",
    "MigrationGraph",
    "Migrations",
    "Module",
    "Mount",
    "NamedString",
    "OldTerm",
    "OneOf",
    "Origin",
    "Outcome",
    "Override",
    "Parameter",
    "Passage",
    "Pipeline",
    "Place",
    "Pool",
    "Priority",
    "Project",
    "Purpose",
    "PydanticUse",
    "PytestConfiguration",
    "Raise",
    "Reach",
    "ReachedWrite",
    "Related",
    "Request",
    "Requirement",
    "Resources",
    "Return",
    "Role",
    "Route",
    "Router",
    "RowState",
    "Run",
    "Runner",
    "Schema",
    "Script",
    "Settings",
    "SettingsField",
    "Severity",
    "Sink",
    "Stage",
    "StartCommand",
    "Starting",
    "Suite",
    "Table",
    "Tasks",
    "Template",
    "Test",
    "TokenRead",
    "Tool",
    "ToolConfig",
    "Treatment",
    "TypeRef",
    "Unknown",
    "Upload",
    "Value",
    "Verdict",
    "Workload",
    "checker_tools",
    "checker_used",
    "checking_commands",
    "concerns",
    "differs_by_caller",
    "fail",
    "has_one_task",
    "is_case",
    "is_for_development",
    "is_for_watchers",
    "is_given",
    "is_made_once",
    "is_named_for_development",
    "is_named_for_production",
    "is_named_for_showing",
    "is_used_on_the_spot",
    "judged_by_pipelines",
    "makes_session",
    "making",
    "may_be_true",
    "modules_of_commands",
    "names",
    "ok",
    "opens",
    "options_of",
    "place_at",
    "published_by",
    "rule",
    "run_elsewhere",
    "scripts_started",
    "secrecy",
    "served_to_itself",
    "short_name",
    "skip",
    "syntax",
    "texts",
    "tree",
    "unknown",
    "values_inside",
]

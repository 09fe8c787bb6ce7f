"""What linking found of a service → what each kind of subject that rules look at is taken from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi_audit.linking.code_index import CodeIndex
from fastapi_audit.linking.configuration import configuration_values
from fastapi_audit.linking.declarations import (
    class_defaults,
    ignore_comments,
    marked_parameters,
    parameter_defaults,
)
from fastapi_audit.linking.distinct import distinct_applications, distinct_inclusions, distinct_routes
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.log_calls import log_calls
from fastapi_audit.linking.pydantic_use import uses_in_models, uses_in_parameters
from fastapi_audit.model.classes import ComparedField, ForeignKey, Schema, Settings, SettingsField, Table
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
from fastapi_audit.model.declarations import DefaultValue, IgnoreComment, MarkedParameter
from fastapi_audit.model.log_calls import LogCall
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.pydantic_use import PydanticUse
from fastapi_audit.model.routing import (
    Application,
    ExceptionHandler,
    Inclusion,
    Middleware,
    Mount,
    Parameter,
    Route,
    Router,
    TokenRead,
)
from fastapi_audit.model.tests import Test

Sources = dict[type, Callable[[], Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Found:
    """What linking found of a service's own code, everything in the order of places or of registration."""

    interpreter: Interpreter
    code: CodeIndex
    modules: Sequence[Module]
    applications: Sequence[Application]
    routers: Sequence[Router]
    inclusions: Sequence[Inclusion]
    routes: Sequence[Route]
    functions: Sequence[Function]
    classes: Sequence[Class]
    schemas: Sequence[Schema]
    settings: Sequence[Settings]
    tables: Sequence[Table]
    tests: Sequence[Test]


def subject_sources(found: Found) -> Sources:
    """Return what gives the subjects of each kind; what needs the call graph is added once that is built."""
    code = found.code
    applications = distinct_applications(found.applications)
    return {
        Module: lambda: found.modules,
        Application: lambda: applications,
        Router: lambda: found.routers,
        Route: lambda: distinct_routes(found.routes),
        Inclusion: lambda: distinct_inclusions(found.inclusions),
        ExceptionHandler: lambda: [item for application in applications for item in application.exception_handlers],
        Middleware: lambda: sorted(
            (item for application in applications for item in application.middlewares),
            key=lambda item: item.place,
        ),
        Mount: lambda: [mount for application in applications for mount in application.mounts],
        Parameter: lambda: _distinct_parameters(found.routes),
        Function: lambda: found.functions,
        Class: lambda: found.classes,
        Schema: lambda: found.schemas,
        Settings: lambda: found.settings,
        SettingsField: lambda: _distinct_fields(found.settings),
        ComparedField: lambda: code.compared_fields([*found.schemas, *found.settings]),
        Table: lambda: found.tables,
        ForeignKey: lambda: [key for table in found.tables for key in table.foreign_keys],
        Test: lambda: found.tests,
        Call: code.calls,
        LogCall: lambda: list(log_calls(code.calls())),
        Comparison: code.comparisons,
        Raise: code.raises,
        Return: code.returns,
        ExceptClause: code.except_clauses,
        EnvironmentRead: code.environment_reads,
        NamedString: code.named_strings,
        DataAccess: code.data_accesses,
        BulkWrite: lambda: code.bulk_writes([table.cls for table in found.tables]),
        TokenRead: lambda: code.token_reads(found.routes),
        ConfigurationValue: lambda: configuration_values(
            _distinct_fields(found.settings), code.environment_reads(), code.calls(), found.interpreter
        ),
        MarkedParameter: lambda: list(marked_parameters(found.functions, found.interpreter)),
        DefaultValue: lambda: [
            *parameter_defaults(found.functions, found.interpreter),
            *class_defaults(found.classes, found.interpreter),
        ],
        IgnoreComment: lambda: list(ignore_comments(found.modules)),
        PydanticUse: lambda: _pydantic_uses(found),
    }


def _distinct_fields(settings: Sequence[Settings]) -> list[SettingsField]:
    """Return every field of every settings class once, however many classes inherit it."""
    lineage = {cls for one in settings for cls in one.cls.lineage}
    declared = {attribute.place: cls for cls in lineage for attribute in cls.attributes.values()}
    found = {field.place: field for one in settings for field in one.fields}
    return [
        SettingsField(field.name, place, field.type, field.default, declared[place])
        for place, field in sorted(found.items())
    ]


def _distinct_parameters(routes: Sequence[Route]) -> list[Parameter]:
    """Return every parameter of every route once, however many routes share it through a dependency."""
    declared = (one for route in routes for one in route.all_parameters if not one.is_of_library)
    found = {(parameter.place, parameter.source): parameter for parameter in declared}
    return [found[key] for key in sorted(found)]


def _pydantic_uses(found: Found) -> list[PydanticUse]:
    in_models = uses_in_models(found.classes, found.interpreter)
    in_parameters = uses_in_parameters(_distinct_parameters(found.routes))
    return sorted((*in_models, *in_parameters, *found.code.pydantic_uses()), key=lambda use: use.place)

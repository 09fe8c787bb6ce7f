"""All facts → one `Project` for each service. The order of the steps is fixed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi_audit.facts.containers import Dockerfile
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.knowledge.calls import CallKnowledge
from fastapi_audit.linking.answers import AnswerFinder
from fastapi_audit.linking.applications import build_applications, build_routers, carry_out_factories
from fastapi_audit.linking.automation import build_automation
from fastapi_audit.linking.class_kinds import schemas_of, settings_of, tables_of
from fastapi_audit.linking.code_index import CodeIndex
from fastapi_audit.linking.configuration import configuration_values
from fastapi_audit.linking.data_reach import functions_reaching_data
from fastapi_audit.linking.declarations import (
    class_defaults,
    ignore_comments,
    marked_parameters,
    parameter_defaults,
)
from fastapi_audit.linking.documented import note_documents
from fastapi_audit.linking.escapes import build_escapes
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.flow import build_flow
from fastapi_audit.linking.gateways import find_gateways
from fastapi_audit.linking.guards import GuardFinder
from fastapi_audit.linking.inclusions import build_inclusions
from fastapi_audit.linking.injected import functions_injected
from fastapi_audit.linking.membership import application_modules_of
from fastapi_audit.linking.modules import ModuleIndex
from fastapi_audit.linking.pydantic_use import uses_in_models, uses_in_parameters
from fastapi_audit.linking.refusals import Refusals
from fastapi_audit.linking.routes import RouteBuilder
from fastapi_audit.linking.rows import rows_found
from fastapi_audit.linking.schema_graph import build_schema_graph
from fastapi_audit.linking.services import Service, find_services
from fastapi_audit.linking.taint.sinks import sinks_of
from fastapi_audit.linking.taint.tracer import Tracer
from fastapi_audit.linking.taint.uploads import uploads_of
from fastapi_audit.linking.tests import tests_of
from fastapi_audit.linking.versions import (
    GUARDS_WEBSOCKETS_FROM,
    INCLUDES_LIVE_FROM,
    distributions_asked_for,
    is_since,
    versions_used,
)
from fastapi_audit.linking.writes import build_writes
from fastapi_audit.model.answers import Answers
from fastapi_audit.model.classes import ComparedField, Schema, Settings, SettingsField, Table
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
from fastapi_audit.model.deployment import Image
from fastapi_audit.model.extraction import Extraction
from fastapi_audit.model.inputs import Sink, Upload
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.place import place_at
from fastapi_audit.model.project import Project, Unresolved
from fastapi_audit.model.pydantic_use import PydanticUse
from fastapi_audit.model.repository import Kind, Repository, Role
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
from fastapi_audit.model.rows import FoundRows
from fastapi_audit.model.tests import Test
from fastapi_audit.stack import with_deep_stack

_LAST = (Role.SCRIPT, Role.MIGRATION, Role.GENERATED, Role.TEST)


def link(
    repository: Repository, extraction: Extraction, known_calls: CallKnowledge, public_paths: tuple[str, ...] = ()
) -> tuple[Project, ...]:
    """Return the services of a repository, sorted by their directory.

    `known_calls` is what calls of them do, `public_paths` the patterns of the paths that are meant for anybody.
    """
    services = find_services(repository, extraction.modules)
    return with_deep_stack(
        lambda: tuple(_link(service, repository, extraction, known_calls, public_paths) for service in services)
    )


def _link(
    service: Service,
    repository: Repository,
    extraction: Extraction,
    known_calls: CallKnowledge,
    public_paths: tuple[str, ...],
) -> Project:
    evidence = {file.path: extraction.evidence[file.path] for file in service.files if file.path in extraction.evidence}
    versions = versions_used(evidence.values())
    python = [file for file in service.files if file.kind is Kind.PYTHON]
    index = ModuleIndex(python, extraction.modules, repository.import_roots)
    interpreter = Interpreter(index)
    for module in sorted(index.modules, key=lambda module: _evaluation_order(module, service.makers)):
        interpreter.module_scope(module)
    application_modules = application_modules_of(service, index)
    example_paths = {module.path for module in index.modules if module.role is Role.SCRIPT}
    carry_out_factories(_functions(application_modules, interpreter), interpreter)
    fastapi = versions.get("fastapi")
    builder = RouteBuilder(
        interpreter, is_since(fastapi, INCLUDES_LIVE_FROM), is_since(fastapi, GUARDS_WEBSOCKETS_FROM), public_paths
    )
    refusals = Refusals(interpreter)
    served = _serve(builder, interpreter, refusals)
    paths = {module.path for module in application_modules}
    applications = [application for application in served if application.place.path in paths]
    project = _project(
        service, evidence, versions, interpreter, applications, builder, application_modules, known_calls
    )
    project.answers = Answers(AnswerFinder(interpreter, refusals))
    project.gateways = find_gateways(evidence, sorted({application.place.path for application in applications}))
    project.examples = [application for application in served if application.place.path in example_paths]
    return project


def _evaluation_order(module: Module, makers: frozenset[str]) -> tuple[int, bool, str]:
    """Modules that make applications come first, as a server imports them first; tests and scripts come last."""
    rank = _LAST.index(module.role) + 1 if module.role in _LAST else 0
    return rank, module.path not in makers, module.path


def _functions(modules: Sequence[Module], interpreter: Interpreter) -> list[Function]:
    paths = {module.path for module in modules}
    found = [function for function in interpreter.function_values if function.module.path in paths]
    return sorted(found, key=lambda function: function.place)


def _serve(builder: RouteBuilder, interpreter: Interpreter, refusals: Refusals) -> list[Application]:
    """Build all applications with their routes and guards."""
    made = build_applications(builder, interpreter)
    builder.applications = {router: application for application, router in made.items()}
    finder = GuardFinder(refusals)
    for application, router in made.items():
        application.routes = builder.routes(application, router, finder)
    return list(made)


def _project(
    service: Service,
    evidence: dict[str, EvidenceFacts],
    versions: dict[str, str],
    interpreter: Interpreter,
    applications: list[Application],
    builder: RouteBuilder,
    application_modules: Sequence[Module],
    known_calls: CallKnowledge,
) -> Project:
    index = interpreter.index
    functions = _functions(application_modules, interpreter)
    classes = _classes(application_modules, interpreter)
    code = CodeIndex(interpreter, application_modules, functions)
    test_modules = [module for module in index.modules if module.role is Role.TEST]
    test_functions = _functions(test_modules, interpreter)
    test_code = CodeIndex(interpreter, test_modules, test_functions)
    schemas, settings = schemas_of(classes, interpreter), settings_of(classes, interpreter)
    tables = tables_of(classes, interpreter)
    paths = [module.path for module in application_modules]
    routers = build_routers(builder, interpreter, paths)
    inclusions = build_inclusions(interpreter, paths)
    served = (route for application in applications for route in application.routes)
    routes = [route for route in served if not route.is_of_library]
    tests = tests_of(test_functions, test_code.calls_by_function())
    images = [Image(path, facts) for path, facts in evidence.items() if isinstance(facts, Dockerfile)]
    sources: dict[type, Callable[[], Sequence[Any]]] = {
        Module: lambda: application_modules,
        Application: lambda: applications,
        Router: lambda: routers,
        Route: lambda: routes,
        Inclusion: lambda: inclusions,
        ExceptionHandler: lambda: [item for application in applications for item in application.exception_handlers],
        Middleware: lambda: sorted(
            (item for application in applications for item in application.middlewares), key=lambda item: item.place
        ),
        Mount: lambda: [mount for application in applications for mount in application.mounts],
        Parameter: lambda: _distinct_parameters(routes),
        Function: lambda: functions,
        Class: lambda: classes,
        Schema: lambda: schemas,
        Settings: lambda: settings,
        SettingsField: lambda: _distinct_fields(settings),
        ComparedField: lambda: code.compared_fields([*schemas, *settings]),
        Table: lambda: tables,
        Test: lambda: tests,
        Image: lambda: images,
        Call: code.calls,
        Comparison: code.comparisons,
        Raise: code.raises,
        Return: code.returns,
        ExceptClause: code.except_clauses,
        EnvironmentRead: code.environment_reads,
        NamedString: code.named_strings,
        DataAccess: code.data_accesses,
        BulkWrite: lambda: code.bulk_writes([table.cls for table in tables]),
        TokenRead: lambda: code.token_reads(routes),
        ConfigurationValue: lambda: configuration_values(
            _distinct_fields(settings), code.environment_reads(), code.calls(), interpreter
        ),
        MarkedParameter: lambda: list(marked_parameters(functions, interpreter)),
        DefaultValue: lambda: [*parameter_defaults(functions, interpreter), *class_defaults(classes, interpreter)],
        IgnoreComment: lambda: list(ignore_comments(application_modules)),
        PydanticUse: lambda: _pydantic_uses(code, classes, routes, interpreter),
    }
    project = Project(
        service.name,
        service.root,
        index.modules,
        applications,
        routers,
        routes,
        functions,
        classes,
        schemas,
        settings,
        tables,
        tests,
        evidence,
        {file.path: file.kind for file in service.files if file.kind is not Kind.PYTHON},
        versions,
        distributions_asked_for(evidence.values()),
        {module.path: module.facts.comments for module in index.modules if module.facts.comments},
        sources,
        test_code.calls(),
        known_calls=known_calls,
    )
    sources[Project] = lambda: (project,)
    for kind in sources:
        project.subjects(kind)
    note_documents(applications, project.calls)
    project.flow = build_flow(code, interpreter, applications, classes, project.known_calls)
    project.writes = build_writes(project)
    project.schema_graph = build_schema_graph(project, interpreter)
    project.injected = functions_injected(functions, interpreter)
    project.automation = build_automation(evidence, index.modules, service.root)
    project.reaching_data = functions_reaching_data(project.data_accesses, project.calls)
    tracer = Tracer(project)
    sources[Sink] = lambda: sinks_of(project, tracer)
    sources[Upload] = lambda: uploads_of(project, tracer)
    sources[FoundRows] = lambda: rows_found(project)
    project.subjects(FoundRows)
    project.subjects(Sink)
    project.subjects(Upload)
    project.names = interpreter.names
    project.unresolved = _unresolved(interpreter)
    project.escapes = build_escapes(project, interpreter)  # makes exceptions once more: their names are counted
    return project


def _classes(modules: Sequence[Module], interpreter: Interpreter) -> list[Class]:
    paths = {module.path for module in modules}
    found = [cls for cls in interpreter.classes.values() if cls.module.path in paths]
    return sorted(found, key=lambda cls: cls.place)


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


def _pydantic_uses(
    code: CodeIndex, classes: Sequence[Class], routes: Sequence[Route], interpreter: Interpreter
) -> list[PydanticUse]:
    found = (*uses_in_models(classes, interpreter), *uses_in_parameters(_distinct_parameters(routes)))
    return sorted((*found, *code.pydantic_uses()), key=lambda use: use.place)


def _unresolved(interpreter: Interpreter) -> tuple[Unresolved, ...]:
    return tuple(
        Unresolved(name, place_at(path, pos), reason)
        for (path, pos), (name, reason) in sorted(interpreter.unresolved.items())
    )

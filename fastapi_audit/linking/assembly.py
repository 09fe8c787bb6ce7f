"""The applications of one service and the code around them → its `Project`. What needs what is fixed here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.knowledge.calls import CallKnowledge
from fastapi_audit.linking.applications import build_routers
from fastapi_audit.linking.automation import build_automation
from fastapi_audit.linking.class_kinds import schemas_of, settings_of, tables_of
from fastapi_audit.linking.code_index import CodeIndex, in_order
from fastapi_audit.linking.data_reach import functions_reaching_data
from fastapi_audit.linking.documented import note_documents
from fastapi_audit.linking.engines import addresses_of, engines_of, pools_of
from fastapi_audit.linking.escapes import build_escapes
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.exercise import build_exercise
from fastapi_audit.linking.flow import build_flow
from fastapi_audit.linking.images import images_of
from fastapi_audit.linking.import_graph import build_imports
from fastapi_audit.linking.inclusions import build_inclusions
from fastapi_audit.linking.injected import functions_injected
from fastapi_audit.linking.instruments import build_instruments
from fastapi_audit.linking.layers import build_layers
from fastapi_audit.linking.membership import test_modules_of, tests_of_own_code
from fastapi_audit.linking.migrations import build_migrations
from fastapi_audit.linking.overrides import overrides_of
from fastapi_audit.linking.probes import routes_probed
from fastapi_audit.linking.routes import RouteBuilder
from fastapi_audit.linking.rows import rows_found
from fastapi_audit.linking.schema_graph import build_schema_graph
from fastapi_audit.linking.services import Service
from fastapi_audit.linking.starting import build_starting
from fastapi_audit.linking.subjects import Found, Sources, subject_sources
from fastapi_audit.linking.suite import build_suite
from fastapi_audit.linking.taint.sinks import sinks_of
from fastapi_audit.linking.taint.tracer import Tracer
from fastapi_audit.linking.taint.uploads import uploads_of
from fastapi_audit.linking.tests import tests_of
from fastapi_audit.linking.versions import distributions_asked_for
from fastapi_audit.linking.workloads import workloads_of
from fastapi_audit.linking.writes import build_writes
from fastapi_audit.model.code import Call
from fastapi_audit.model.deployment import Image, Workload
from fastapi_audit.model.engines import DatabaseAddress, Engine, Pool
from fastapi_audit.model.inputs import Sink, Upload
from fastapi_audit.model.migrations import Migration, MigrationGraph
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.overrides import Override
from fastapi_audit.model.place import place_at
from fastapi_audit.model.project import Project, Unresolved
from fastapi_audit.model.repository import Kind
from fastapi_audit.model.routing import Application
from fastapi_audit.model.rows import FoundRows
from fastapi_audit.model.starting import StartCommand
from fastapi_audit.model.tests import Exercise
from fastapi_audit.stack import with_deep_stack


def assemble(
    service: Service,
    evidence: dict[str, EvidenceFacts],
    versions: dict[str, str],
    interpreter: Interpreter,
    applications: list[Application],
    builder: RouteBuilder,
    application_modules: Sequence[Module],
    known_calls: CallKnowledge,
) -> Project:
    """Return the model of one service, from its applications and modules as they were carried out."""
    index = interpreter.index
    functions = functions_of(application_modules, interpreter)
    classes = _classes(application_modules, interpreter)
    code = CodeIndex(interpreter, application_modules, functions)
    test_modules = test_modules_of(service, application_modules, index)
    test_functions = _functions_read(test_modules, interpreter)
    test_code = CodeIndex(interpreter, test_modules, test_functions)
    tests = tests_of(test_functions, test_code.calls_by_function())
    paths = [module.path for module in application_modules]
    served = (route for application in applications for route in application.routes)
    found = Found(
        interpreter,
        code,
        application_modules,
        applications,
        build_routers(builder, interpreter, paths),
        build_inclusions(interpreter, paths),
        [route for route in served if not route.is_of_library],
        functions,
        classes,
        schemas_of(classes, interpreter),
        settings_of(classes, interpreter),
        tables_of(classes, interpreter),
        tests_of_own_code(service, tests, application_modules, index),
    )
    sources = subject_sources(found)
    project = Project(
        service.name,
        service.root,
        index.modules,
        applications,
        found.routers,
        found.routes,
        functions,
        classes,
        found.schemas,
        found.settings,
        found.tables,
        found.tests,
        evidence,
        {file.path: file.kind for file in service.files if file.kind is not Kind.PYTHON},
        versions,
        distributions_asked_for(evidence.values()),
        {module.path: module.facts.comments for module in index.modules if module.facts.comments},
        sources,
        suite=build_suite(test_modules, *_code_of(test_modules, test_code, interpreter), tests, evidence, interpreter),
        known_calls=known_calls,
    )
    sources[Project] = lambda: (project,)
    sources[Engine] = lambda: engines_of(project.calls, project.dependencies)
    sources[Pool] = lambda: pools_of(project.calls, project.engines)
    sources[DatabaseAddress] = lambda: addresses_of(project.calls, project.evidence)
    sources[Override] = lambda: overrides_of(project.suite)
    for kind in sources:
        project.subjects(kind)
    _relate(project, found, sources, evidence, service)
    project.unresolved = tuple(sorted((*project.unresolved, *_unseen(builder)), key=lambda one: (one.place, one.name)))
    project.migrations = build_migrations(project, service, interpreter)  # reads what is no part of the application
    sources[Migration] = lambda: project.migrations.all
    sources[MigrationGraph] = lambda: project.migrations.graphs
    sources[Exercise] = lambda: (with_deep_stack(lambda: build_exercise(project, interpreter, test_code, builder)),)
    project.starting = build_starting(
        project, service.deployed(evidence), interpreter, is_one_of_several=service.is_one_of_several
    )
    sources[StartCommand] = lambda: project.starting.commands
    project.probed = routes_probed(project, service.deployed(evidence), interpreter)
    project.instruments = build_instruments(project, service.deployed(evidence))
    return project


def _relate(
    project: Project, found: Found, sources: Sources, evidence: dict[str, EvidenceFacts], service: Service
) -> None:
    """Add what lies between the parts of a service: who calls whom, what crosses its border, what clients reach."""
    interpreter = found.interpreter
    note_documents(found.applications, project.calls)
    project.flow = build_flow(found.code, interpreter, found.applications, found.classes, project.known_calls)
    project.writes = build_writes(project)
    project.schema_graph = build_schema_graph(project, interpreter)
    project.injected = functions_injected(found.functions, interpreter)
    project.automation = build_automation(evidence, interpreter.index.modules, service.root)
    project.imports = build_imports(interpreter, found.modules)
    sources[Image] = lambda: images_of(project, service)
    sources[Workload] = lambda: workloads_of(service.deployed(evidence))
    project.subjects(Image)
    project.subjects(Workload)
    project.reaching_data = functions_reaching_data(project.data_accesses, project.calls)
    project.layers = build_layers(project)
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


def _code_of(modules: Sequence[Module], code: CodeIndex, interpreter: Interpreter) -> tuple[list[Function], list[Call]]:
    """Return the functions of some modules and the calls in them, those defined in functions included.

    These are met when the functions around them are read.
    """
    calls, known = list(code.calls()), set(code.functions)
    while new := [function for function in functions_of(modules, interpreter) if function not in known]:
        calls += CodeIndex(interpreter, (), new).calls()
        known.update(new)
    return in_order(known), in_order(calls)


def functions_of(modules: Sequence[Module], interpreter: Interpreter) -> list[Function]:
    """Return the functions that some modules define, in the order of places."""
    paths = {module.path for module in modules}
    found = [function for function in interpreter.function_values if function.module.path in paths]
    return in_order(found)


def _functions_read(modules: Sequence[Module], interpreter: Interpreter) -> list[Function]:
    """Return the functions of some modules with those inside of them, which are met when the outer ones are read."""
    functions: list[Function] = []
    found = functions_of(modules, interpreter)
    while len(found) > len(functions):
        functions = found
        for function in functions:
            chain = interpreter.function_values[function].chain
            interpreter.read(next((part for part in chain if part.function is function), chain[0]))
        found = functions_of(modules, interpreter)
    return functions


def _classes(modules: Sequence[Module], interpreter: Interpreter) -> list[Class]:
    paths = {module.path for module in modules}
    found = [cls for cls in interpreter.classes.values() if cls.module.path in paths]
    return in_order(found)


def _unseen(builder: RouteBuilder) -> Iterator[Unresolved]:
    """Yield the routers of unknown make that applications include."""
    reason = "a router of unknown make: its routes are not in the route map"
    return (Unresolved(name, place, reason) for place, name in builder.unseen.items())


def _unresolved(interpreter: Interpreter) -> tuple[Unresolved, ...]:
    return tuple(
        Unresolved(name, place_at(path, pos), reason)
        for (path, pos), (name, reason) in sorted(interpreter.unresolved.items())
    )

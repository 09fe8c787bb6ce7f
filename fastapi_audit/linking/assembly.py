"""The applications of one service and the code around them → its `Project`. What needs what is fixed here."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi_audit.facts.containers import Dockerfile
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.knowledge.calls import CallKnowledge
from fastapi_audit.linking.applications import build_routers
from fastapi_audit.linking.automation import build_automation
from fastapi_audit.linking.class_kinds import schemas_of, settings_of, tables_of
from fastapi_audit.linking.code_index import CodeIndex
from fastapi_audit.linking.data_reach import functions_reaching_data
from fastapi_audit.linking.documented import note_documents
from fastapi_audit.linking.escapes import build_escapes
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.flow import build_flow
from fastapi_audit.linking.inclusions import build_inclusions
from fastapi_audit.linking.injected import functions_injected
from fastapi_audit.linking.instruments import build_instruments
from fastapi_audit.linking.routes import RouteBuilder
from fastapi_audit.linking.rows import rows_found
from fastapi_audit.linking.schema_graph import build_schema_graph
from fastapi_audit.linking.services import Service
from fastapi_audit.linking.starting import build_starting
from fastapi_audit.linking.subjects import Found, Sources, subject_sources
from fastapi_audit.linking.taint.sinks import sinks_of
from fastapi_audit.linking.taint.tracer import Tracer
from fastapi_audit.linking.taint.uploads import uploads_of
from fastapi_audit.linking.tests import tests_of
from fastapi_audit.linking.versions import distributions_asked_for
from fastapi_audit.linking.writes import build_writes
from fastapi_audit.model.deployment import Image
from fastapi_audit.model.inputs import Sink, Upload
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.place import place_at
from fastapi_audit.model.project import Project, Unresolved
from fastapi_audit.model.repository import Kind, Role
from fastapi_audit.model.routing import Application
from fastapi_audit.model.rows import FoundRows
from fastapi_audit.model.starting import StartCommand


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
    test_modules = [module for module in index.modules if module.role is Role.TEST]
    test_functions = functions_of(test_modules, interpreter)
    test_code = CodeIndex(interpreter, test_modules, test_functions)
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
        tests_of(test_functions, test_code.calls_by_function()),
        [Image(path, facts) for path, facts in service.deployed(evidence).items() if isinstance(facts, Dockerfile)],
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
        known_calls=known_calls,
    )
    sources[Project] = lambda: (project,)
    for kind in sources:
        project.subjects(kind)
    _relate(project, found, sources, evidence, service.root)
    project.starting = build_starting(
        project, service.deployed(evidence), interpreter, is_one_of_several=service.is_one_of_several
    )
    sources[StartCommand] = lambda: project.starting.commands
    project.instruments = build_instruments(project, service.deployed(evidence))
    return project


def _relate(project: Project, found: Found, sources: Sources, evidence: dict[str, EvidenceFacts], root: str) -> None:
    """Add what lies between the parts of a service: who calls whom, what crosses its border, what clients reach."""
    interpreter = found.interpreter
    note_documents(found.applications, project.calls)
    project.flow = build_flow(found.code, interpreter, found.applications, found.classes, project.known_calls)
    project.writes = build_writes(project)
    project.schema_graph = build_schema_graph(project, interpreter)
    project.injected = functions_injected(found.functions, interpreter)
    project.automation = build_automation(evidence, interpreter.index.modules, root)
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


def functions_of(modules: Sequence[Module], interpreter: Interpreter) -> list[Function]:
    """Return the functions that some modules define, in the order of places."""
    paths = {module.path for module in modules}
    found = [function for function in interpreter.function_values if function.module.path in paths]
    return sorted(found, key=lambda function: function.place)


def _classes(modules: Sequence[Module], interpreter: Interpreter) -> list[Class]:
    paths = {module.path for module in modules}
    found = [cls for cls in interpreter.classes.values() if cls.module.path in paths]
    return sorted(found, key=lambda cls: cls.place)


def _unresolved(interpreter: Interpreter) -> tuple[Unresolved, ...]:
    return tuple(
        Unresolved(name, place_at(path, pos), reason)
        for (path, pos), (name, reason) in sorted(interpreter.unresolved.items())
    )

"""All facts → one `Project` for each service. The order of the steps is fixed here."""

from __future__ import annotations

from fastapi_audit.knowledge.calls import CallKnowledge
from fastapi_audit.linking.answers import AnswerFinder
from fastapi_audit.linking.applications import build_applications, carry_out_factories
from fastapi_audit.linking.assembly import assemble, functions_of
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.gateways import find_gateways
from fastapi_audit.linking.guards import GuardFinder
from fastapi_audit.linking.lifecycle import carry_out_starts
from fastapi_audit.linking.membership import application_modules_of, modules_loaded_by
from fastapi_audit.linking.modules import ModuleIndex
from fastapi_audit.linking.refusals import Refusals
from fastapi_audit.linking.routes import RouteBuilder
from fastapi_audit.linking.services import Service, find_services
from fastapi_audit.linking.strangers import Strangers
from fastapi_audit.linking.versions import (
    GUARDS_WEBSOCKETS_FROM,
    INCLUDES_LIVE_FROM,
    versions_used,
)
from fastapi_audit.model.answers import Answers
from fastapi_audit.model.extraction import Extraction
from fastapi_audit.model.module import Module
from fastapi_audit.model.project import Project
from fastapi_audit.model.repository import Kind, Repository, Role
from fastapi_audit.model.routing import Application
from fastapi_audit.model.versions import is_since
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
    index = ModuleIndex(python, extraction.modules, repository.import_roots, service.is_own)
    interpreter = Interpreter(index, modules_loaded_by(service.makers, index))
    for module in sorted(index.modules, key=lambda module: _evaluation_order(module, service.makers)):
        interpreter.module_scope(module)
    application_modules = application_modules_of(service, index)
    example_paths = {module.path for module in index.modules if module.role is Role.SCRIPT}
    carry_out_factories(functions_of(application_modules, interpreter), interpreter)
    carry_out_starts(interpreter)
    fastapi = versions.get("fastapi")
    builder = RouteBuilder(
        interpreter, is_since(fastapi, INCLUDES_LIVE_FROM), is_since(fastapi, GUARDS_WEBSOCKETS_FROM), public_paths
    )
    refusals = Refusals(interpreter)
    served = _serve(builder, interpreter, refusals)
    paths = {module.path for module in application_modules}
    applications = [application for application in served if application.place.path in paths]
    project = assemble(
        service, evidence, versions, interpreter, applications, builder, application_modules, known_calls
    )
    project.answers = Answers(AnswerFinder(interpreter, refusals))
    project.gateways = find_gateways(
        service.deployed(evidence), sorted({application.place.path for application in applications})
    )
    project.loaded = modules_loaded_by(sorted({application.place.path for application in applications}), index)
    project.examples = [application for application in served if application.place.path in example_paths]
    return project


def _evaluation_order(module: Module, makers: frozenset[str]) -> tuple[int, bool, str]:
    """Modules that make applications come first, as a server imports them first; tests and scripts come last."""
    rank = _LAST.index(module.role) + 1 if module.role in _LAST else 0
    return rank, module.path not in makers, module.path


def _serve(builder: RouteBuilder, interpreter: Interpreter, refusals: Refusals) -> list[Application]:
    """Build all applications with their routes and guards."""
    made = build_applications(builder, interpreter)
    builder.applications = {router: application for application, router in made.items()}
    finder = GuardFinder(refusals, Strangers(interpreter, refusals))
    for application, router in made.items():
        application.routes = builder.routes(application, router, finder)
    return list(made)

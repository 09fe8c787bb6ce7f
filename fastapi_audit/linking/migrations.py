"""Modules → the migrations that they are: revisions of Alembic in their graphs, and those of Aerich."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from fastapi_audit.facts import syntax
from fastapi_audit.facts.tools import Alembic
from fastapi_audit.linking.autogeneration import AutogenerationFinder
from fastapi_audit.linking.code_index import CodeIndex
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.migration_changes import ChangeReader, change_of_sql
from fastapi_audit.linking.migration_graphs import GraphBuilder
from fastapi_audit.linking.services import Service
from fastapi_audit.model.code import Call
from fastapi_audit.model.migrations import Change, Direction, Migration, Migrations
from fastapi_audit.model.module import Function, Module
from fastapi_audit.model.place import Place
from fastapi_audit.model.project import Project
from fastapi_audit.model.repository import Kind, Role
from fastapi_audit.model.values import FunctionValue, Known, Template, Value

SETTING_UP = frozenset({
    "__init__.py", "aerich.ini", "alembic.ini", "atlas.hcl", "env.py", "flyway.conf", "flyway.toml", "yoyo.ini",
})  # fmt: skip
OF_REVISION = frozenset({"revision", "down_revision"})


def build_migrations(project: Project, service: Service, interpreter: Interpreter) -> Migrations:
    """Return the migrations of a service: those in its directory, else all that no other service has."""
    modules = _modules(project)
    own = [module for module in modules if service.is_own(module.path)] or modules
    paths = {module.path for module in own}
    functions = [function for function in interpreter.function_values if function.module.path in paths]
    code = CodeIndex(interpreter, own, functions)
    reader = _Reader(interpreter, code, functions, project)
    revisions = [one for module in own if (one := reader.revision(module)) is not None]
    builder = GraphBuilder(own, [file.path for file in service.files], project.evidence_of(Alembic))
    aerich = [one for module in own if (one := reader.of_aerich(module)) is not None]
    finder = AutogenerationFinder(project, interpreter, code.calls())
    graphs = (replace(graph, autogeneration=finder.of(graph.environment)) for graph in builder.graphs(revisions))
    files = _files(project)
    steps = tuple(path for path in files if posixpath.basename(path) not in SETTING_UP)
    return Migrations(tuple(graphs), tuple(aerich), files, steps)


def _files(project: Project) -> tuple[str, ...]:
    written = [module.path for module in project.all_modules if module.role is Role.MIGRATION]
    return tuple(sorted((*written, *project.paths_of(Kind.ALEMBIC, Kind.MIGRATION))))


def _modules(project: Project) -> list[Module]:
    """Return the modules of migrations, and what else lies in their directories, whatever its name looks like."""
    certain = [module for module in project.all_modules if module.role is Role.MIGRATION]
    directories = {posixpath.dirname(module.path) for module in certain}
    return [module for module in project.all_modules if posixpath.dirname(module.path) in directories]


class _Reader:
    """Reads modules as migrations."""

    def __init__(
        self, interpreter: Interpreter, code: CodeIndex, functions: Sequence[Function], project: Project
    ) -> None:
        self._interpreter = interpreter
        self._calls: dict[str, list[Call]] = defaultdict(list)
        for call in code.calls():
            self._calls[call.module.path].append(call)
        self._by_function = code.calls_by_function()
        self._functions: dict[str, list[Function]] = defaultdict(list)
        for function in functions:
            self._functions[function.module.path].append(function)
        self._returned = {one.function: one.value for one in code.returns() if one.function is not None}
        self._changes = ChangeReader(
            lambda function: self._by_function.get(function) or project.calls_in(function),
            lambda function: self._functions[function.module.path],
        )

    def revision(self, module: Module) -> Migration | None:
        """Return a module as a revision of Alembic, None when it is none."""
        scope = self._interpreter.scopes.get(module.path)
        if scope is None or not scope.names.keys() >= OF_REVISION:
            return None
        parents = _texts(scope.names["down_revision"])
        return Migration(
            posixpath.basename(module.path),
            "alembic",
            _place(module),
            self._direction(module, "upgrade"),
            self._direction(module, "downgrade"),
            module,
            next(iter(_texts(scope.names["revision"]) or ()), None),
            parents,
            _texts(scope.names.get("branch_labels", Known(None))) or (),
            self._calls[module.path],
            is_first=parents == (),
        )

    def of_aerich(self, module: Module) -> Migration | None:
        """Return a module as a migration of Aerich, None when it is none: its functions return SQL."""
        found = {function.name: function for function in self._functions[module.path]}
        upgrade, downgrade = found.get("upgrade"), found.get("downgrade")
        if upgrade is None or not upgrade.is_async or upgrade not in self._returned:
            return None
        name = posixpath.basename(module.path)
        return Migration(
            name,
            "aerich",
            upgrade.place,
            self._returning(upgrade),
            self._returning(downgrade) if downgrade is not None else None,
            module,
            is_first=name.startswith("0_"),
        )

    def _direction(self, module: Module, name: str) -> Direction | None:
        scope = self._interpreter.scopes[module.path]
        value = scope.names.get(name)
        if value is None:
            return None
        if isinstance(value, FunctionValue):
            return self._changes.direction(value.original.function)
        return Direction(module.place, Change.UNSEEN)

    def _returning(self, function: Function) -> Direction:
        value = self._returned.get(function)
        text = value.value if isinstance(value, Known) else None
        if isinstance(value, Template):
            text = "".join(part if isinstance(part, str) else "x" for part in value.parts)
        change = change_of_sql(text) if isinstance(text, str) else Change.UNSEEN
        return Direction(function.place, change if value is not None else Change.NOTHING)


def _place(module: Module) -> Place:
    """Return where a revision says its name, else its file."""
    for statement in module.facts.statements:
        targets = statement.targets if isinstance(statement, syntax.Assign) else ()
        if isinstance(statement, syntax.AnnAssign):
            targets = (statement.target,)
        if any(isinstance(target, syntax.Name) and target.id == "revision" for target in targets):
            return module.at(statement)
    return module.place


def _texts(value: Value) -> tuple[str, ...] | None:
    """Return a text or the texts of a collection; () for None, None when something is not known."""
    options = present(value)
    if len(options) != 1:
        return None
    if isinstance(options[0], Known):
        return (options[0].value,) if isinstance(options[0].value, str) else () if options[0].value is None else None
    items = iterate(options[0])
    if items is None:
        return None
    found = [item.value for item in items if isinstance(item, Known) and isinstance(item.value, str)]
    return tuple(found) if len(found) == len(items) else None

"""The `env.py` of Alembic and the tables of the service → which of them it knows when it compares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from fastapi_audit.facts import syntax
from fastapi_audit.linking.class_kinds import DECLARATIVE
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.model.classes import Table
from fastapi_audit.model.code import Call
from fastapi_audit.model.migrations import Autogeneration
from fastapi_audit.model.module import Class, Module
from fastapi_audit.model.project import Project
from fastapi_audit.model.values import NONE, BoundExternal, ClassValue, External, ExternalObject, Value

CONFIGURE, METADATA, SQLMODEL = "alembic.context.configure", "metadata", "sqlmodel.SQLModel"
FROM_CODE = frozenset({"alembic.command.revision", "alembic.command.check", "alembic.autogenerate.compare_metadata"})
BY_NAME = frozenset({"importlib.import_module", "__import__", "pkgutil.walk_packages", "pkgutil.iter_modules", "exec"})
FILTERS = ("include_object", "include_name")


class AutogenerationFinder:
    """Knows the tables of a service, which metadata each belongs to, and the calls in environments of Alembic."""

    def __init__(self, project: Project, interpreter: Interpreter, calls: Sequence[Call]) -> None:
        self._project = project
        self._interpreter = interpreter
        self._calls = calls

    def of(self, environment: Module | None) -> Autogeneration | None:
        """Return what an environment compares with, None where it does not configure Alembic itself."""
        own = [call for call in self._calls if call.module is environment]
        configuring = [call for call in own if call.name == CONFIGURE]
        if environment is None or not configuring:
            return None
        given = [value for call in configuring for value in _options(call.argument(None, "target_metadata") or NONE)]
        place = configuring[-1].place
        metadata = {self._of_value(value) for value in given if value != NONE}
        if None in metadata or any(_is_open(call) for call in configuring):
            return Autogeneration(place, None)
        of_tables = {table: self._of_class(table.cls) for table in self._tables}
        loaded = self._project.imports.loaded_by([environment])
        inside = [table for table, key in of_tables.items() if key in metadata]
        return Autogeneration(
            place,
            bool(metadata),
            tuple(table for table in inside if table.cls.module in loaded),
            tuple(table for table in inside if table.cls.module not in loaded),
            tuple(table for table, key in of_tables.items() if key not in metadata and key is not None),
            self._doubt(environment, own, configuring),
        )

    @cached_property
    def _tables(self) -> list[Table]:
        """The tables of SQLAlchemy that the service uses: an application leads to their modules, if there is one.

        A class that shares the table of its base is none of its own.
        """
        modules = {module.path: module for module in self._project.all_modules}
        serving = [modules[application.place.path] for application in self._project.applications]
        used = self._project.imports.loaded_by(serving or self._project.modules, lambda _: True)
        known = {table.cls for table in self._project.tables}
        return [
            table
            for table in self._project.tables
            if table.library in ("sqlalchemy", "sqlmodel")
            and table.cls.module in used
            and "<locals>" not in table.cls.qualname
            and ("__tablename__" in table.cls.attributes or known.isdisjoint(table.cls.lineage[1:]))
        ]

    def _doubt(self, environment: Module, own: Sequence[Call], configuring: Sequence[Call]) -> str:
        """Say why tables may be known that no import at the top of a module leads to."""
        if any(call.name in FROM_CODE for call in self._project.calls):
            return "code of the service runs Alembic, with whatever it has imported by then"
        if any(call.argument(None, name) for call in configuring for name in FILTERS):
            return "a filter decides which tables are compared"
        reached = self._project.imports.loaded_by([environment], lambda _: True)
        if any(call.name in BY_NAME and call.module in reached for call in (*self._project.calls, *own)):
            return "modules are imported by names that are computed"
        unseen = next(self._imports_unseen(environment), None)
        return f"`{unseen}`, which is imported, is not found" if unseen else ""

    def _imports_unseen(self, environment: Module) -> Iterator[str]:
        """Yield the modules that an environment imports by a name under which none is found, though one ends so."""
        endings = {path for module in self._project.all_modules for path in _endings(module)}
        for statement in environment.facts.statements:
            names = [alias.name for alias in statement.names] if isinstance(statement, syntax.Import) else []
            if isinstance(statement, syntax.ImportFrom):
                names = [self._interpreter.index.absolute(environment, statement.module, statement.level)]
            for name in names:
                if name in endings and not self._is_found(name):
                    yield name

    def _is_found(self, name: str) -> bool:
        index = self._interpreter.index
        return index.find(name) is not None or index.is_namespace(name)

    def _of_value(self, value: Value) -> str | None:
        """Return what tells metadata apart: the base class that has them, or the place of the call that made them."""
        if value == External(f"{SQLMODEL}.{METADATA}"):
            return SQLMODEL
        if isinstance(value, BoundExternal) and value.name == METADATA:
            if isinstance(value.owner, ClassValue):
                return self._of_class(value.owner.cls)
            value = value.owner
        return str(value.call.place) if isinstance(value, ExternalObject) and value.call is not None else None

    def _of_class(self, cls: Class) -> str | None:
        own = self._interpreter.class_value(cls, METADATA)
        if own is not None:
            return self._of_value(own)
        if cls.is_a(SQLMODEL):
            return SQLMODEL
        roots = [one for one in cls.lineage if one.is_a(*DECLARATIVE)]
        if not roots:
            return None
        bases = (self._interpreter.in_module(base.value, roots[-1].module) for base in roots[-1].node.bases)
        made = (base.call.place for base in bases if isinstance(base, ExternalObject) and base.call is not None)
        return str(next(made, roots[-1]))


def _options(value: Value) -> list[Value]:
    """Return the metadata that an argument may give: one, or those of a list."""
    found: list[Value] = []
    for option in present(value):
        items = iterate(option)
        found += [option] if items is None else items
    return found


def _is_open(call: Call) -> bool:
    node = call.node
    return isinstance(node, syntax.Call) and any(argument.star for argument in node.args)


def _endings(module: Module) -> Iterator[str]:
    parts = module.path.removesuffix(".py").removesuffix("/__init__").split("/")
    for at in range(len(parts)):
        yield ".".join(parts[at:])

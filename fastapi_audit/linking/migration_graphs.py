"""Revisions by their files → the graph of each environment of Alembic, as its `alembic.ini` lays them out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from fastapi_audit.facts import syntax
from fastapi_audit.facts.tools import Alembic
from fastapi_audit.model.migrations import Migration, MigrationGraph
from fastapi_audit.model.module import Module

ENVIRONMENT, VERSIONS, HERE = "env.py", "versions", "%(here)s"

# Between directories: a space, comma or semicolon; a colon where a new path begins after it.
_SEPARATOR = re.compile(r"[\s,;]+|:(?=%\(here\)s|[./])")


class GraphBuilder:
    """Knows the environments among the modules of migrations, and which directories of revisions each has."""

    def __init__(self, modules: Sequence[Module], paths: Sequence[str], settings: Mapping[str, Alembic]) -> None:
        self._environments = {_directory(one.path): one for one in modules if _is_environment(one)}
        self._read = {module.path for module in modules}
        self._python = [path for path in paths if path.endswith(".py")]
        self._claimed: dict[str, str] = {}
        self._recursive: set[str] = set()
        self._listed: dict[str, tuple[str, ...]] = {}
        for path, facts in sorted(settings.items()):
            self._note(_directory(path), facts)

    def _note(self, here: str, facts: Alembic) -> None:
        """Note what one `alembic.ini` says of the environment that it is for."""
        if facts.script_location is None:
            return
        environment = _resolved(facts.script_location.value, here)
        if facts.is_recursive:
            self._recursive.add(environment)
        if facts.version_locations is not None and environment in self._environments:
            written = [one for one in _SEPARATOR.split(facts.version_locations.value) if one]
            self._listed[environment] = tuple(_resolved(one, here) for one in written)
            self._claimed.update(dict.fromkeys(self._listed[environment], environment))

    def graphs(self, revisions: Sequence[Migration]) -> Iterator[MigrationGraph]:
        """Yield the graph of each environment, also of one without revisions, and of revisions without environment."""
        directories: dict[str, list[Migration]] = {}
        for revision in revisions:
            directories.setdefault(_directory(revision.place.path), []).append(revision)
        owners = {directory: self._owner(directory) for directory in directories}
        for environment, module in sorted(self._environments.items()):
            mine = [directory for directory in sorted(directories) if owners[directory] == environment]
            found = tuple(one for directory in mine for one in directories[directory])
            yield MigrationGraph(environment, module, found, self._gap(environment, mine))
        for directory in sorted(directories):
            if owners[directory] is None:
                gap = "no environment of Alembic is seen that reads these revisions"
                yield MigrationGraph(directory, None, tuple(directories[directory]), gap)

    def _owner(self, directory: str) -> str | None:
        """Return the environment that reads a directory of revisions."""
        if directory in self._claimed:
            return self._claimed[directory]
        inner = directory
        while inner:
            outer, name = posixpath.split(inner)
            if name == VERSIONS and outer in self._environments and outer not in self._listed:
                return outer if inner == directory or outer in self._recursive else None
            inner = outer
        return None

    def _gap(self, environment: str, directories: Sequence[str]) -> str:
        missing = [one for one in self._listed.get(environment, ()) if one not in directories]
        if missing:
            return f"the revisions in `{missing[0]}` are not seen"
        unread = [one for one in self._python if _directory(one) in directories and one not in self._read]
        return f"`{unread[0]}` could not be read" if unread else ""


def _directory(path: str) -> str:
    return posixpath.dirname(path)


def _resolved(location: str, here: str) -> str:
    """Return the directory that a location names, by the directory of its file."""
    path = location.strip().removeprefix(HERE).lstrip("/") if location.strip().startswith(HERE) else location.strip()
    found = posixpath.normpath(posixpath.join(here, path))
    return "" if found == "." else found


def _is_environment(module: Module) -> bool:
    """Say whether a module is Alembic's `env.py`: it imports Alembic."""
    if posixpath.basename(module.path) != ENVIRONMENT:
        return False
    return any("alembic" in packages for packages in map(_packages, module.facts.statements))


def _packages(statement: syntax.Stmt) -> set[str]:
    """Return the first names of the modules that a statement imports."""
    if isinstance(statement, syntax.ImportFrom):
        return {statement.module.partition(".")[0]}
    names = statement.names if isinstance(statement, syntax.Import) else ()
    return {alias.name.partition(".")[0] for alias in names}

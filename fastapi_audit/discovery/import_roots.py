"""The directories that Python would find on its path.

Candidates from where packages start, from layouts and from configuration. Too many do little harm: a name is looked
for in each. What cannot be seen is how the service is started, so directories that hold a starting point count.
"""

import posixpath
from collections.abc import Iterator, Sequence
from pathlib import Path

from fastapi_audit.discovery.content import Opened, read_start
from fastapi_audit.discovery.directories import upwards
from fastapi_audit.discovery.packaging_tables import import_directories
from fastapi_audit.discovery.project_roots import MAX_MANIFEST_SIZE
from fastapi_audit.model.repository import Kind, SourceFile

_CONFIGURATION_NAMES = frozenset({"pyproject.toml", "setup.cfg", "pytest.ini", ".pytest.ini", "tox.ini"})
_STARTING_POINTS = frozenset({"main.py", "app.py", "asgi.py", "wsgi.py", "server.py", "manage.py", "conftest.py"})


def find_import_roots(top: Path, files: Sequence[SourceFile], project_roots: Sequence[str]) -> tuple[str, ...]:
    """Return the candidate import roots, deepest first and then by name; the project roots are among them."""
    modules = [file.path for file in files if file.kind is Kind.PYTHON]
    directories = {posixpath.dirname(path) for path in modules}
    packages = {posixpath.dirname(path) for path in modules if posixpath.basename(path) == "__init__.py"}
    inhabited = {parent for directory in directories for parent in upwards(directory)}
    guessed = {_package_root(directory, packages) for directory in packages}
    guessed |= set(_namespace_roots(directories, packages))
    guessed |= {
        posixpath.dirname(path)
        for path in modules
        if posixpath.basename(path) in _STARTING_POINTS and posixpath.dirname(path) not in packages
    }
    guessed = {directory for directory in guessed if not _is_inside_package(directory, packages)}
    guessed |= {directory for directory in inhabited if posixpath.basename(directory) == "src"}
    guessed |= set(_configured_roots(top, files))
    roots = (guessed & inhabited) | set(project_roots)
    return tuple(sorted(roots, key=lambda root: (-_depth(root), root)))


def _package_root(directory: str, packages: set[str]) -> str:
    """Return the directory above the outermost package of a chain."""
    while directory and directory in packages:
        directory = posixpath.dirname(directory)
    return directory


def _is_inside_package(directory: str, packages: set[str]) -> bool:
    """A package's part that lacks an `__init__.py` is imported through the package.

    An `__init__.py` in the repository's root or in `src` is a common slip that makes nothing a package.
    """
    above = upwards(posixpath.dirname(directory)) if directory else ()
    return any(parent in packages and posixpath.basename(parent) not in ("", "src") for parent in above)


def _namespace_roots(directories: set[str], packages: set[str]) -> Iterator[str]:
    """Yield the outermost directories with modules but no `__init__.py`, and those above them."""
    for directory in directories - packages:
        if directories.isdisjoint(upwards(posixpath.dirname(directory)) if directory else ()):
            yield directory
            yield posixpath.dirname(directory)


def _configured_roots(top: Path, files: Sequence[SourceFile]) -> Iterator[str]:
    for file in files:
        directory, name = posixpath.split(file.path)
        if name not in _CONFIGURATION_NAMES:
            continue
        opened = read_start(top / file.path, MAX_MANIFEST_SIZE)
        if isinstance(opened, Opened):
            for found in import_directories(name, opened.content):
                joined = posixpath.normpath(posixpath.join(directory, found))
                yield "" if joined == "." else joined


def _depth(root: str) -> int:
    return root.count("/") + 1 if root else 0

"""Which directories hold a Python manifest of their own, and so may be services."""

import posixpath
import re
from collections.abc import Sequence
from pathlib import Path

from fastapi_audit.discovery.content import Opened, read_start
from fastapi_audit.discovery.directories import around
from fastapi_audit.discovery.packaging_tables import is_manifest
from fastapi_audit.model.repository import Kind, Role, SourceFile

MAX_MANIFEST_SIZE = 1024 * 1024
_BY_NAME = re.compile(r"Pipfile|environment.*\.ya?ml|.*requirements.*\.(txt|in)")
_BY_CONTENT = frozenset({"pyproject.toml", "setup.cfg"})


def find_project_roots(top: Path, files: Sequence[SourceFile]) -> tuple[str, ...]:
    """Return the directories with a manifest and application code below, and always the root, sorted."""
    application = [file.path for file in files if file.kind is Kind.PYTHON and file.role is Role.APPLICATION]
    inhabited = {parent for path in application for parent in around(path)}
    declared = {_directory(file.path) for file in files if _declares_project(top, file)}
    declared |= {posixpath.dirname(file.path) for file in files if _is_setup_script(file)}
    return tuple(sorted({"", *(declared & inhabited)}))


def _declares_project(top: Path, file: SourceFile) -> bool:
    directory, name = posixpath.split(file.path)
    if name in _BY_CONTENT:
        opened = read_start(top / file.path, MAX_MANIFEST_SIZE)
        return isinstance(opened, Opened) and is_manifest(name, opened.content)
    if file.kind is Kind.MANIFEST and posixpath.basename(directory) == "requirements":
        return True
    return file.kind is Kind.MANIFEST and bool(_BY_NAME.fullmatch(name))


def _is_setup_script(file: SourceFile) -> bool:
    """A `setup.py` inside a package is an application module of that name, as its role says."""
    return file.role is Role.SCRIPT and posixpath.basename(file.path) == "setup.py"


def _directory(path: str) -> str:
    directory = posixpath.dirname(path)
    return posixpath.dirname(directory) if posixpath.basename(directory) == "requirements" else directory

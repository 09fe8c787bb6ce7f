"""What packaging and test tools say about import roots, in `pyproject.toml` and the `.ini` family.

Returns directories relative to the file; what cannot be read says nothing here (its reader reports it).
"""

import configparser
import posixpath
from collections.abc import Iterator
from typing import Any

import tomli


def import_directories(name: str, content: bytes) -> tuple[str, ...]:
    """Return the directories that a configuration file puts on Python's path."""
    found = _of_pyproject(_toml(content)) if name == "pyproject.toml" else _of_ini(_ini(content))
    return tuple(directory for directory in found if isinstance(directory, str))


def is_manifest(name: str, content: bytes) -> bool:
    """Say whether a `pyproject.toml` or `setup.cfg` describes a project and does not only configure tools."""
    if name == "setup.cfg":
        return _ini(content).has_section("metadata")
    document = _toml(content)
    return "project" in document or "build-system" in document or bool(_table(document, "tool", "poetry"))


def _of_pyproject(document: dict[str, Any]) -> Iterator[Any]:
    tool = _table(document, "tool")
    yield from _table(tool, "setuptools", "package-dir").values()
    yield from _list(_table(tool, "setuptools", "packages", "find"), "where")
    for package in _list(_table(tool, "poetry"), "packages"):
        yield package.get("from") if isinstance(package, dict) else None
    wheel = _table(tool, "hatch", "build", "targets", "wheel")
    for path in _list(wheel, "packages"):
        yield posixpath.dirname(path) if isinstance(path, str) else None
    yield from _list(wheel, "sources")
    yield _table(tool, "uv", "build-backend").get("module-root")
    yield _table(tool, "pdm", "build").get("package-dir")
    yield from _list(_table(tool, "pytest", "ini_options"), "pythonpath")
    yield from _list(_table(tool, "pytest"), "pythonpath")
    yield from _list(_table(tool, "pyright"), "extraPaths")


def _of_ini(parser: configparser.RawConfigParser) -> Iterator[str]:
    for line in parser.get("options", "package_dir", fallback="").splitlines():
        yield line.partition("=")[2].strip()
    yield from parser.get("options.packages.find", "where", fallback="").split()
    for section in ("pytest", "tool:pytest"):
        yield from parser.get(section, "pythonpath", fallback="").split()


def _toml(content: bytes) -> dict[str, Any]:
    try:
        return tomli.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}


def _ini(content: bytes) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(content.decode("utf-8", "replace"))
    except (configparser.Error, AttributeError):  # AttributeError: a continuation line after a key without a value
        return configparser.RawConfigParser()
    return parser


def _table(table: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        inner = table.get(key)
        if not isinstance(inner, dict):
            return {}
        table = inner
    return table


def _list(table: dict[str, Any], key: str) -> list[Any]:
    value = table.get(key)
    if isinstance(value, str):
        return value.split()
    return value if isinstance(value, list) else []

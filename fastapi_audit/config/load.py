"""Reads the settings of a project from `fastapi-audit.toml` or `[tool.fastapi-audit]` in `pyproject.toml`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path

import tomli

from fastapi_audit.config.settings import Settings
from fastapi_audit.errors import ConfigError

OWN_FILE = "fastapi-audit.toml"
PYPROJECT = "pyproject.toml"
TABLE = "fastapi-audit"
MAX_BYTES = 1_000_000

_KEYS = {field.name.replace("_", "-"): field.name for field in fields(Settings)}


def load_settings(root: Path, file: Path | None = None) -> Settings:
    """Return the settings of `file`, else of the file in `root` that configures us, else the defaults.

    Raises `ConfigError` for a file that cannot be read, an unknown key or a wrong value.
    """
    for path in [file] if file else [root / OWN_FILE, root / PYPROJECT]:
        content = _read(path, root, is_required=file is not None)
        table = None if content is None else _table(path, content)
        if table is not None:
            return _settings(path, table)
    return Settings()


def _read(path: Path, root: Path, *, is_required: bool) -> bytes | None:
    """Return the content; None for a file that was not named and that is missing or a link out of the tree."""
    try:
        is_own = is_required or path.resolve().is_relative_to(root.resolve())
        if is_own and path.is_file():
            if path.stat().st_size > MAX_BYTES:
                raise ConfigError(f"{path}: larger than {MAX_BYTES} bytes")
            return path.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    if is_required:
        raise ConfigError(f"{path}: there is no such file")
    return None


def _table(path: Path, content: bytes) -> Mapping[str, object] | None:
    """Return our table of a TOML file; None when it does not configure us."""
    try:
        document = tomli.loads(content.decode("utf-8-sig"))
    except (tomli.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        if path.name == PYPROJECT and TABLE.encode() not in content:
            return None
        raise ConfigError(f"{path}: not valid TOML: {' '.join(str(error).split())}") from error
    if path.name != PYPROJECT:
        return document
    tool = document.get("tool", {})
    table = tool.get(TABLE) if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{path}: [tool.{TABLE}] is not a table")
    return table


def _settings(path: Path, table: Mapping[str, object]) -> Settings:
    for key in table:
        if key not in _KEYS:
            nearest = get_close_matches(key, _KEYS, n=1, cutoff=0)[0]
            raise ConfigError(f"{path}: unknown key `{key}`; did you mean `{nearest}`?")
    return _validate(path, {_KEYS[key]: value for key, value in table.items()})


def _validate(path: Path, values: Mapping[str, object]) -> Settings:
    from pydantic import TypeAdapter, ValidationError  # costs more than all else of a start, and few runs need it

    try:
        # As JSON, because strictness there still takes a string for an enumeration and an array for a tuple.
        return TypeAdapter(Settings).validate_json(json.dumps(values, default=str), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key, *inside = (str(part) for part in first["loc"])
        where = ".".join([key.replace("_", "-"), *inside])
        raise ConfigError(f"{path}: `{where}`: {first['msg']}") from error

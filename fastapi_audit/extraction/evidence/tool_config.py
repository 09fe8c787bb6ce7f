"""The configuration of development tools: from `pyproject.toml`, ini files and files of their own."""

import json
from collections.abc import Iterator, Sequence

from fastapi_audit.extraction.evidence.ini import Section, read_sections
from fastapi_audit.extraction.evidence.text import (
    UnreadableError,
    cut,
    first_line_of,
    line_start,
    lines_of,
    text_of,
    without_comment_lines,
)
from fastapi_audit.extraction.evidence.toml_document import Table, TomlDocument, table_in
from fastapi_audit.facts.tools import Option, Tool, ToolConfig

_PACKAGING = frozenset({"poetry", "pdm", "setuptools", "setuptools_scm", "hatch", "uv", "flit", "maturin", "rye"})
_INI_TOOLS = frozenset(
    {"pytest", "mypy", "coverage", "flake8", "isort", "pylint", "bandit", "pycodestyle", "pydocstyle"}
)
_MAX_NESTING = 6


def read_tool_config(name: str, content: bytes) -> ToolConfig:
    """Read a configuration file that belongs to tools alone, by its name."""
    if name.endswith((".json", ".pyre_configuration")):
        return ToolConfig((_json_tool("pyright" if name.endswith(".json") else "pyre", content),))
    if name.endswith(".toml"):
        document = TomlDocument(content)
        tool = name.lstrip(".").removesuffix(".toml")
        return ToolConfig((_tool(document, tool, (tool,) if tool == "pytest" else ()),))
    if name == ".coveragerc":
        sections = [
            Section(section.pos, f"coverage:{section.name}", section.options) for section in read_sections(content)
        ]
        return ToolConfig(tools_of_ini(sections))
    return ToolConfig(tools_of_ini(read_sections(content)))


def tools_of_pyproject(document: TomlDocument) -> tuple[Tool, ...]:
    """Return the tools below `[tool]`, without those that build and install."""
    return tuple(_tool(document, name, ("tool", name)) for name in document.table("tool") if name not in _PACKAGING)


def tools_of_ini(sections: Sequence[Section]) -> tuple[Tool, ...]:
    """Return the tools that have sections: `[pytest]`, `[tool:pytest]`, `[coverage:report]` and the like."""
    merged: dict[str, Tool] = {}
    for section in sections:
        name, _, prefix = section.name.removeprefix("tool:").partition(":")
        if name not in _INI_TOOLS:
            continue
        options = tuple(Option(item.pos, _dotted(prefix, item.name), item.value) for item in section.options)
        known = merged.get(name)
        merged[name] = Tool(known.pos, name, known.options + options) if known else Tool(section.pos, name, options)
    return tuple(merged.values())


def _tool(document: TomlDocument, name: str, keys: tuple[str, ...]) -> Tool:
    options = tuple(_options(document, table_in(document.top, *keys), keys, ()))
    return Tool(document.position_of(*keys) or (options[0].pos if options else 0), name, options)


def _options(document: TomlDocument, table: Table, keys: tuple[str, ...], below: tuple[str, ...]) -> Iterator[Option]:
    for key, value in table.items():
        path = (*below, key)
        if isinstance(value, dict):
            if len(path) < _MAX_NESTING:
                yield from _options(document, value, keys, path)
            continue
        name = ".".join(path).removeprefix("ini_options.")  # pytest's table, which stands for its ini section
        text = _text(value)
        if text is not None:
            yield Option(document.position_of(*keys, *path), name, cut(text))


def _text(value: object) -> str | None:
    """Write a value as an ini file would; a list with anything but plain values has no such form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    if not isinstance(value, list):
        return None
    items = [_text(item) for item in value if not isinstance(item, list)]
    return "\n".join(item for item in items if item is not None) if None not in items else None


def _json_tool(name: str, content: bytes) -> Tool:
    """Read `pyrightconfig.json` or `.pyre_configuration`, which may hold lines of comments."""
    text = without_comment_lines(text_of(content))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"no valid JSON: {first_line_of(error)}") from error
    if not isinstance(document, dict):
        raise UnreadableError("no object at the top of the JSON file")
    lines = lines_of(text)
    options = []
    for key, value in document.items():
        line = next((number for number, line in enumerate(lines, start=1) if f'"{key}"' in line), 0)
        shown = _text(value)
        if shown is not None:
            options.append(Option(line_start(line) if line else 0, key, cut(shown)))
    return Tool(line_start(1), name, tuple(options))


def _dotted(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name

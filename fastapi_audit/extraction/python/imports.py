"""Import statements → facts."""

from __future__ import annotations

import libcst as cst

from fastapi_audit.extraction.python.context import Context
from fastapi_audit.facts import syntax


def import_names(node: cst.Import, context: Context) -> syntax.Import:
    """Return the record of `import a.b as c, d`."""
    record = syntax.Import(context.at(node), tuple(_alias(alias, context) for alias in node.names))
    context.imports.append(record)
    return record


def import_from(node: cst.ImportFrom, context: Context) -> syntax.ImportFrom:
    """Return the record of `from ..a import b as c`."""
    if isinstance(node.names, cst.ImportStar):
        names: tuple[syntax.Alias, ...] = (syntax.Alias(context.at(node), "*"),)
    else:
        names = tuple(_alias(alias, context) for alias in node.names)
    module = _dotted(node.module) if node.module else ""
    record = syntax.ImportFrom(context.at(node), module, len(node.relative), names)
    context.imports.append(record)
    return record


def _alias(alias: cst.ImportAlias, context: Context) -> syntax.Alias:
    bound = alias.asname.name if alias.asname else None
    return syntax.Alias(context.at(alias), _dotted(alias.name), bound.value if isinstance(bound, cst.Name) else None)


def _dotted(node: cst.BaseExpression) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    assert isinstance(node, cst.Name)
    return ".".join([node.value, *reversed(parts)])

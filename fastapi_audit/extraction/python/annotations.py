"""Annotations → facts: a string says what it would say without quotes (typing documentation, forward references)."""

from __future__ import annotations

import libcst as cst

from fastapi_audit.extraction.python.context import Context
from fastapi_audit.extraction.python.expressions import convert
from fastapi_audit.facts import syntax

LONGEST = 1_000  # characters; a longer string is no annotation that anybody wrote


def convert_annotation(node: cst.BaseExpression, context: Context) -> syntax.Expr:
    """Return the record of an annotation, strings in it read as the types they name."""
    return _unquoted(convert(node, context))


def _unquoted(node: syntax.Expr) -> syntax.Expr:
    if isinstance(node, syntax.Constant) and isinstance(node.value, str):
        return _parsed(node)
    if isinstance(node, syntax.BinaryOp):
        return syntax.BinaryOp(node.pos, node.op, _unquoted(node.left), _unquoted(node.right))
    if isinstance(node, syntax.Sequence):
        return syntax.Sequence(node.pos, node.kind, tuple(_unquoted(item) for item in node.items))
    if isinstance(node, syntax.Subscript):
        return syntax.Subscript(node.pos, node.value, _unquoted_arguments(node))
    return node


def _unquoted_arguments(node: syntax.Subscript) -> tuple[syntax.Expr, ...]:
    """Leave the values of `Literal` and the metadata of `Annotated` as they are."""
    name = _last_name(node.value)
    if name == "Literal":
        return node.index
    if name == "Annotated":
        return (_unquoted(node.index[0]), *node.index[1:])
    return tuple(_unquoted(item) for item in node.index)


def _parsed(node: syntax.Constant) -> syntax.Expr:
    text = str(node.value)
    if len(text) > LONGEST:
        return node
    try:
        expression = cst.parse_expression(text.strip())
    except (cst.ParserSyntaxError, cst.CSTValidationError):
        return node
    return _unquoted(convert(expression, Context(lambda _: node.pos)))


def _last_name(node: syntax.Expr) -> str:
    if isinstance(node, syntax.Attribute):
        return node.attr
    return node.id if isinstance(node, syntax.Name) else ""

"""Functions and classes → facts. A function's body is encoded at once, so that it costs little until it is read."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
import msgspec

from fastapi_audit.extraction.python.annotations import convert_annotation
from fastapi_audit.extraction.python.context import Context
from fastapi_audit.extraction.python.expressions import convert, convert_args
from fastapi_audit.extraction.python.parameters import convert_parameters
from fastapi_audit.facts import syntax

Suite = Callable[[cst.BaseSuite, Context], tuple[syntax.Stmt, ...]]

_encoder = msgspec.msgpack.Encoder()


def function_definition(node: cst.FunctionDef, context: Context, convert_suite: Suite) -> syntax.FunctionDef:
    """Return the record of a function; `convert_suite` reads its body."""
    decorators = tuple(convert(decorator.decorator, context) for decorator in node.decorators)
    params = convert_parameters(node.params, context, convert, convert_annotation)
    returns = convert_annotation(node.returns.annotation, context) if node.returns else None
    context.yields.append(False)
    docstring, body = split_docstring(convert_suite(node.body, context))
    return syntax.FunctionDef(
        context.at(node),
        node.name.value,
        params,
        returns,
        decorators,
        node.asynchronous is not None,
        context.yields.pop(),
        docstring,
        type_parameters(node.type_parameters),
        msgspec.Raw(_encoder.encode(body)),
    )


def class_definition(node: cst.ClassDef, context: Context, convert_suite: Suite) -> syntax.ClassDef:
    """Return the record of a class; `convert_suite` reads its body."""
    decorators = tuple(convert(decorator.decorator, context) for decorator in node.decorators)
    bases = convert_args((*node.bases, *node.keywords), context)
    docstring, body = split_docstring(convert_suite(node.body, context))
    names = type_parameters(node.type_parameters)
    return syntax.ClassDef(context.at(node), node.name.value, bases, decorators, docstring, names, body)


def type_parameters(node: cst.TypeParameters | None) -> tuple[str, ...]:
    """Return the names of the type parameters of `def f[T]`, `class C[T]` or `type A[T]` (PEP 695)."""
    return tuple(param.param.name.value for param in node.params) if node is not None else ()


def split_docstring(body: tuple[syntax.Stmt, ...]) -> tuple[str | None, tuple[syntax.Stmt, ...]]:
    """Return the docstring of a body, or None, and the statements after it."""
    if body and isinstance(body[0], syntax.ExprStmt):
        value = body[0].value
        if isinstance(value, syntax.Constant) and isinstance(value.value, str):
            return value.value, body[1:]
    return None, body

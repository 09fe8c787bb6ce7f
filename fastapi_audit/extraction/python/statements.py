"""LibCST statements → `facts.syntax` statements, by node type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from fastapi_audit.extraction.python import operators
from fastapi_audit.extraction.python.annotations import convert_annotation
from fastapi_audit.extraction.python.context import Context
from fastapi_audit.extraction.python.definitions import class_definition, function_definition, type_parameters
from fastapi_audit.extraction.python.expressions import convert, convert_optional
from fastapi_audit.extraction.python.imports import import_from, import_names
from fastapi_audit.extraction.python.patterns import read_pattern
from fastapi_audit.facts import syntax


def convert_block(statements: Sequence[cst.CSTNode], context: Context) -> tuple[syntax.Stmt, ...]:
    """Return the records of statements in order; a line with several of them gives several."""
    found: list[syntax.Stmt] = []
    for statement in statements:
        if isinstance(statement, cst.SimpleStatementLine):
            found.extend(_convert(small, context) for small in statement.body)
        else:
            found.append(_convert(statement, context))
    return tuple(found)


def convert_suite(suite: cst.BaseSuite, context: Context) -> tuple[syntax.Stmt, ...]:
    """Return the statements of an indented block or of the rest of a line."""
    return convert_block(suite.body, context)


def _convert(node: cst.CSTNode, context: Context) -> syntax.Stmt:
    return _READERS[type(node)](node, context)


def _function(node: cst.FunctionDef, context: Context) -> syntax.Stmt:
    return function_definition(node, context, convert_suite)


def _class(node: cst.ClassDef, context: Context) -> syntax.Stmt:
    return class_definition(node, context, convert_suite)


def _expression(node: cst.Expr, context: Context) -> syntax.Stmt:
    return syntax.ExprStmt(context.at(node), convert(node.value, context))


def _assign(node: cst.Assign, context: Context) -> syntax.Stmt:
    targets = tuple(convert(target.target, context) for target in node.targets)
    return syntax.Assign(context.at(node), targets, convert(node.value, context))


def _annotated_assign(node: cst.AnnAssign, context: Context) -> syntax.Stmt:
    target, annotation = convert(node.target, context), convert_annotation(node.annotation.annotation, context)
    return syntax.AnnAssign(context.at(node), target, annotation, convert_optional(node.value, context))


def _augmented_assign(node: cst.AugAssign, context: Context) -> syntax.Stmt:
    target, value = convert(node.target, context), convert(node.value, context)
    return syntax.AugAssign(context.at(node), target, operators.symbol(node.operator), value)


def _type_alias(node: cst.TypeAlias, context: Context) -> syntax.Stmt:
    return syntax.TypeAlias(
        context.at(node), node.name.value, type_parameters(node.type_parameters), convert(node.value, context)
    )


def _return(node: cst.Return, context: Context) -> syntax.Stmt:
    return syntax.Return(context.at(node), convert_optional(node.value, context))


def _raise(node: cst.Raise, context: Context) -> syntax.Stmt:
    cause = node.cause.item if node.cause else None
    return syntax.Raise(context.at(node), convert_optional(node.exc, context), convert_optional(cause, context))


def _assert(node: cst.Assert, context: Context) -> syntax.Stmt:
    return syntax.Assert(context.at(node), convert(node.test, context), convert_optional(node.msg, context))


def _delete(node: cst.Del, context: Context) -> syntax.Stmt:
    return syntax.Delete(context.at(node), convert(node.target, context))


def _scope(kind: str) -> Callable[[Any, Context], syntax.Stmt]:
    def read(node: cst.Global | cst.Nonlocal, context: Context) -> syntax.Stmt:
        names = tuple(item.name.value for item in node.names)
        if kind == "global":
            context.declared_global.update(names)
        return syntax.Scope(context.at(node), kind, names)

    return read


def _jump(kind: str) -> Callable[[Any, Context], syntax.Stmt]:
    return lambda node, context: syntax.Jump(context.at(node), kind)


def _else(node: cst.Else | cst.Finally | None, context: Context) -> tuple[syntax.Stmt, ...]:
    return () if node is None else convert_suite(node.body, context)


def _if(node: cst.If, context: Context) -> syntax.Stmt:
    """Convert an `if` with its chain of `elif`, from the last branch to the first: a chain may be very long."""
    chain = [node]
    while isinstance(chain[-1].orelse, cst.If):
        chain.append(chain[-1].orelse)
    last = chain[-1].orelse
    orelse = _else(last, context) if isinstance(last, cst.Else) else ()
    for branch in reversed(chain[-syntax.MAX_DEPTH :]):
        test, body = convert(branch.test, context), convert_suite(branch.body, context)
        orelse = (syntax.If(context.at(branch), test, body, orelse),)
    return orelse[0]


def _for(node: cst.For, context: Context) -> syntax.Stmt:
    target, source = convert(node.target, context), convert(node.iter, context)
    body, orelse = convert_suite(node.body, context), _else(node.orelse, context)
    return syntax.For(context.at(node), target, source, body, orelse, node.asynchronous is not None)


def _while(node: cst.While, context: Context) -> syntax.Stmt:
    test, body = convert(node.test, context), convert_suite(node.body, context)
    return syntax.While(context.at(node), test, body, _else(node.orelse, context))


def _with(node: cst.With, context: Context) -> syntax.Stmt:
    items = tuple(
        syntax.WithItem(
            context.at(item.item),
            convert(item.item, context),
            convert_optional(item.asname.name if item.asname else None, context),
        )
        for item in node.items
    )
    return syntax.With(context.at(node), items, convert_suite(node.body, context), node.asynchronous is not None)


def _try(node: cst.Try | cst.TryStar, context: Context) -> syntax.Stmt:
    body = convert_suite(node.body, context)
    handlers = tuple(_handler(handler, context) for handler in node.handlers)
    return syntax.Try(context.at(node), body, handlers, _else(node.orelse, context), _else(node.finalbody, context))


def _handler(node: cst.ExceptHandler | cst.ExceptStarHandler, context: Context) -> syntax.Handler:
    bound = node.name.name if node.name else None
    return syntax.Handler(
        context.at(node),
        convert_optional(node.type, context),
        bound.value if isinstance(bound, cst.Name) else None,
        convert_suite(node.body, context),
    )


def _match(node: cst.Match, context: Context) -> syntax.Stmt:
    cases = tuple(_case(case, context) for case in node.cases)
    return syntax.Match(context.at(node), convert(node.subject, context), cases)


def _case(node: cst.MatchCase, context: Context) -> syntax.Case:
    names, values = read_pattern(node.pattern)
    return syntax.Case(
        context.at(node),
        tuple(names),
        tuple(convert(value, context) for value in values),
        convert_optional(node.guard, context),
        convert_suite(node.body, context),
    )


_READERS: dict[type[cst.CSTNode], Callable[[Any, Context], syntax.Stmt]] = {
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
    cst.Expr: _expression,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated_assign,
    cst.AugAssign: _augmented_assign,
    cst.TypeAlias: _type_alias,
    cst.Import: import_names,
    cst.LazyImport: import_names,
    cst.ImportFrom: import_from,
    cst.LazyImportFrom: import_from,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.Del: _delete,
    cst.Global: _scope("global"),
    cst.Nonlocal: _scope("nonlocal"),
    cst.Pass: _jump("pass"),
    cst.Break: _jump("break"),
    cst.Continue: _jump("continue"),
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.Match: _match,
}

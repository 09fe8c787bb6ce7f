"""The parts of LibCST's statements, in the order of the source."""

from __future__ import annotations

import libcst as cst

from fastapi_audit.extraction.python.layout.expressions import annotation
from fastapi_audit.extraction.python.layout.marks import INDENT, SHALLOWER, Begin, Deeper, Elif, Parts, PartsOf


def _annotated_assign(node: cst.AnnAssign) -> Parts:
    return (node.target, annotation(node.annotation, ":"), node.equal, node.value, node.semicolon)


def _import(node: cst.Import | cst.LazyImport) -> Parts:
    return ("import", node.whitespace_after_import, node.names, node.semicolon)


def _import_from(node: cst.ImportFrom | cst.LazyImportFrom) -> Parts:
    return (
        "from",
        node.whitespace_after_from,
        node.relative,
        node.module,
        node.whitespace_before_import,
        "import",
        node.whitespace_after_import,
        node.lpar,
        node.names,
        node.rpar,
        node.semicolon,
    )


def _type_parameter(node: cst.TypeParam) -> Parts:
    return (node.param, node.equal, node.star, node.whitespace_after_star, node.default, node.comma)


def _type_alias(node: cst.TypeAlias) -> Parts:
    return (
        "type",
        node.whitespace_after_type,
        node.name,
        node.whitespace_after_name,
        node.type_parameters,
        None if node.type_parameters is None else node.whitespace_after_type_parameters,
        "=",
        node.whitespace_after_equals,
        node.value,
        node.semicolon,
    )


def _indented_block(node: cst.IndentedBlock) -> Parts:
    return (node.header, Deeper(node.indent), node.body, node.footer, SHALLOWER)


def _decorator(node: cst.Decorator) -> Parts:
    return (node.leading_lines, INDENT, "@", node.whitespace_after_at, node.decorator, node.trailing_whitespace)


def _function(node: cst.FunctionDef) -> Parts:
    return (
        node.leading_lines,
        node.decorators,
        node.lines_after_decorators,
        INDENT,
        Begin(node),
        node.asynchronous,
        "def",
        node.whitespace_after_def,
        node.name,
        node.whitespace_after_name,
        node.type_parameters,
        node.whitespace_after_type_parameters,
        "(",
        node.whitespace_before_params,
        node.params,
        ")",
        annotation(node.returns, "->"),
        node.whitespace_before_colon,
        ":",
        node.body,
    )


def _class(node: cst.ClassDef) -> Parts:
    return (
        node.leading_lines,
        node.decorators,
        node.lines_after_decorators,
        INDENT,
        Begin(node),
        "class",
        node.whitespace_after_class,
        node.name,
        node.whitespace_after_name,
        node.type_parameters,
        node.whitespace_after_type_parameters,
        node.lpar,
        node.bases,
        node.keywords,
        node.rpar,
        node.whitespace_before_colon,
        ":",
        node.body,
    )


def _if(node: cst.If, keyword: str = "if") -> Parts:
    return (
        node.leading_lines,
        INDENT,
        Begin(node),
        keyword,
        node.whitespace_before_test,
        node.test,
        node.whitespace_after_test,
        ":",
        node.body,
        Elif(node.orelse) if isinstance(node.orelse, cst.If) else node.orelse,
    )


def _for(node: cst.For) -> Parts:
    return (
        node.leading_lines,
        INDENT,
        Begin(node),
        node.asynchronous,
        "for",
        node.whitespace_after_for,
        node.target,
        node.whitespace_before_in,
        "in",
        node.whitespace_after_in,
        node.iter,
        node.whitespace_before_colon,
        ":",
        node.body,
        node.orelse,
    )


def _while(node: cst.While) -> Parts:
    return (
        node.leading_lines,
        INDENT,
        Begin(node),
        "while",
        node.whitespace_after_while,
        node.test,
        node.whitespace_before_colon,
        ":",
        node.body,
        node.orelse,
    )


def _with(node: cst.With) -> Parts:
    return (
        node.leading_lines,
        INDENT,
        Begin(node),
        node.asynchronous,
        "with",
        node.whitespace_after_with,
        node.lpar,
        node.items,
        node.rpar,
        node.whitespace_before_colon,
        ":",
        node.body,
    )


def _try(node: cst.Try | cst.TryStar) -> Parts:
    return (
        node.leading_lines,
        INDENT,
        Begin(node),
        "try",
        node.whitespace_before_colon,
        ":",
        node.body,
        node.handlers,
        node.orelse,
        node.finalbody,
    )


def _handler(node: cst.ExceptHandler | cst.ExceptStarHandler) -> Parts:
    star = ("*", node.whitespace_after_star) if isinstance(node, cst.ExceptStarHandler) else None
    return (
        node.leading_lines,
        INDENT,
        Begin(node),
        "except",
        node.whitespace_after_except,
        star,
        node.type,
        node.name,
        node.whitespace_before_colon,
        ":",
        node.body,
    )


def _match(node: cst.Match) -> Parts:
    return (
        node.leading_lines,
        INDENT,
        Begin(node),
        "match",
        node.whitespace_after_match,
        node.subject,
        node.whitespace_before_colon,
        ":",
        node.whitespace_after_colon,
        Deeper(node.indent),
        node.cases,
        node.footer,
        SHALLOWER,
    )


def _case(node: cst.MatchCase) -> Parts:
    return (
        node.leading_lines,
        INDENT,
        Begin(node),
        "case",
        node.whitespace_after_case,
        node.pattern,
        node.whitespace_before_if,
        None if node.guard is None else "if",
        node.whitespace_after_if,
        node.guard,
        node.whitespace_before_colon,
        ":",
        node.body,
    )


def _closing(keyword: str) -> PartsOf:
    """Return the parts of `else` or `finally`."""
    return lambda node: (node.leading_lines, INDENT, keyword, node.whitespace_before_colon, ":", node.body)


PARTS: dict[type, PartsOf] = {
    cst.SimpleStatementLine: lambda node: (node.leading_lines, INDENT, node.body, node.trailing_whitespace),
    cst.SimpleStatementSuite: lambda node: (node.leading_whitespace, node.body, node.trailing_whitespace),
    cst.Del: lambda node: ("del", node.whitespace_after_del, node.target, node.semicolon),
    cst.Pass: lambda node: ("pass", node.semicolon),
    cst.Break: lambda node: ("break", node.semicolon),
    cst.Continue: lambda node: ("continue", node.semicolon),
    cst.Return: lambda node: ("return", node.whitespace_after_return, node.value, node.semicolon),
    cst.Expr: lambda node: (node.value, node.semicolon),
    cst.Raise: lambda node: ("raise", node.whitespace_after_raise, node.exc, node.cause, node.semicolon),
    cst.Assert: lambda node: ("assert", node.whitespace_after_assert, node.test, node.comma, node.msg, node.semicolon),
    cst.NameItem: lambda node: (node.name, node.comma),
    cst.Global: lambda node: ("global", node.whitespace_after_global, node.names, node.semicolon),
    cst.Nonlocal: lambda node: ("nonlocal", node.whitespace_after_nonlocal, node.names, node.semicolon),
    cst.AsName: lambda node: (node.whitespace_before_as, "as", node.whitespace_after_as, node.name),
    cst.ImportAlias: lambda node: (node.name, node.asname, node.comma),
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.LazyImport: lambda node: ("lazy", node.whitespace_after_lazy, *_import(node)),
    cst.LazyImportFrom: lambda node: ("lazy", node.whitespace_after_lazy, *_import_from(node)),
    cst.AssignTarget: lambda node: (node.target, node.whitespace_before_equal, "=", node.whitespace_after_equal),
    cst.Assign: lambda node: (node.targets, node.value, node.semicolon),
    cst.AnnAssign: _annotated_assign,
    cst.AugAssign: lambda node: (node.target, node.operator, node.value, node.semicolon),
    cst.TypeVar: lambda node: (node.name, node.colon, node.bound),
    cst.TypeVarTuple: lambda node: ("*", node.whitespace_after_star, node.name),
    cst.ParamSpec: lambda node: ("**", node.whitespace_after_star, node.name),
    cst.TypeParam: _type_parameter,
    cst.TypeParameters: lambda node: (node.lbracket, node.params, node.rbracket),
    cst.TypeAlias: _type_alias,
    cst.IndentedBlock: _indented_block,
    cst.Decorator: _decorator,
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
    cst.If: _if,
    Elif: lambda mark: _if(mark.node, "elif"),
    cst.Else: _closing("else"),
    cst.For: _for,
    cst.While: _while,
    cst.WithItem: lambda node: (node.item, node.asname, node.comma),
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.ExceptHandler: _handler,
    cst.ExceptStarHandler: _handler,
    cst.Finally: _closing("finally"),
    cst.Match: _match,
    cst.MatchCase: _case,
}

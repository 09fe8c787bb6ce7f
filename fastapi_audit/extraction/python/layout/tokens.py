"""The parts of operators, punctuation and what stands between lines, in the order of the source."""

from __future__ import annotations

import libcst as cst

from fastapi_audit.extraction.python.layout.marks import INDENT, Parts, PartsOf
from fastapi_audit.extraction.python.operators import SYMBOLS


def _between_spaces(symbol: str) -> PartsOf:
    return lambda node: (node.whitespace_before, symbol, node.whitespace_after)


def _two_words(first: str, second: str) -> PartsOf:
    return lambda node: (node.whitespace_before, first, node.whitespace_between, second, node.whitespace_after)


def _operator(kind: type[cst.CSTNode], symbol: str) -> PartsOf:
    if issubclass(kind, cst.BaseUnaryOp):
        return lambda node: (symbol, node.whitespace_after)
    if issubclass(kind, cst.BaseAugOp):
        return _between_spaces(f"{symbol}=")
    if issubclass(kind, (cst.NotIn, cst.IsNot)):
        return _two_words(*symbol.split())
    return _between_spaces(symbol)


def _empty_line(node: cst.EmptyLine) -> Parts:
    return (INDENT if node.indent else None, node.whitespace, node.comment, node.newline)


def _parenthesized_whitespace(node: cst.ParenthesizedWhitespace) -> Parts:
    return (node.first_line, node.empty_lines, INDENT if node.indent else None, node.last_line)


PARTS: dict[type, PartsOf] = {
    **{kind: _operator(kind, symbol) for kind, symbol in SYMBOLS.items()},
    cst.NotEqual: lambda node: (node.whitespace_before, node.value, node.whitespace_after),
    cst.Semicolon: _between_spaces(";"),
    cst.Colon: _between_spaces(":"),
    cst.Comma: _between_spaces(","),
    cst.Dot: _between_spaces("."),
    cst.AssignEqual: _between_spaces("="),
    cst.ImportStar: lambda _: ("*",),
    cst.LeftParen: lambda node: ("(", node.whitespace_after),
    cst.RightParen: lambda node: (node.whitespace_before, ")"),
    cst.LeftSquareBracket: lambda node: ("[", node.whitespace_after),
    cst.RightSquareBracket: lambda node: (node.whitespace_before, "]"),
    cst.LeftCurlyBrace: lambda node: ("{", node.whitespace_after),
    cst.RightCurlyBrace: lambda node: (node.whitespace_before, "}"),
    cst.Asynchronous: lambda node: ("async", node.whitespace_after),
    cst.TrailingWhitespace: lambda node: (node.whitespace, node.comment, node.newline),
    cst.EmptyLine: _empty_line,
    cst.ParenthesizedWhitespace: _parenthesized_whitespace,
}

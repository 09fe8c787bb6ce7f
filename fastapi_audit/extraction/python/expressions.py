"""LibCST expressions → `facts.syntax` expressions, by node type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from fastapi_audit.extraction.python import operators
from fastapi_audit.extraction.python.context import Context
from fastapi_audit.extraction.python.literals import number_value, string_value, unescape
from fastapi_audit.extraction.python.parameters import convert_parameters
from fastapi_audit.facts import syntax

_KEYWORDS = {"None": None, "True": True, "False": False}


def convert(node: cst.CSTNode, context: Context) -> syntax.Expr:
    """Return the record of an expression; `Opaque` where it is nested too deeply or of no known kind."""
    reader = _READERS.get(type(node))
    if reader is None or context.depth >= syntax.MAX_DEPTH:
        return syntax.Opaque(context.at(node))
    context.depth += 1
    try:
        return reader(node, context)
    finally:
        context.depth -= 1


def convert_optional(node: cst.CSTNode | None, context: Context) -> syntax.Expr | None:
    """Return the record of an expression that may be missing."""
    return None if node is None else convert(node, context)


def convert_args(args: Sequence[cst.Arg], context: Context) -> tuple[syntax.Argument, ...]:
    """Return the arguments of a call or of a class."""
    return tuple(
        syntax.Argument(
            context.at(arg.value), convert(arg.value, context), arg.keyword.value if arg.keyword else None, arg.star
        )
        for arg in args
    )


def _name(node: cst.Name, context: Context) -> syntax.Expr:
    if node.value in _KEYWORDS:
        return syntax.Constant(context.at(node), _KEYWORDS[node.value])
    return syntax.Name(context.at(node), node.value)


def _attribute(node: cst.Attribute, context: Context) -> syntax.Expr:
    return syntax.Attribute(context.at(node), convert(node.value, context), node.attr.value)


def _call(node: cst.Call, context: Context) -> syntax.Expr:
    return syntax.Call(context.at(node), convert(node.func, context), convert_args(node.args, context))


def _string(node: cst.SimpleString, context: Context) -> syntax.Expr:
    value = string_value(node.value)
    if isinstance(value, bytes):
        return syntax.Bytes(context.at(node), value)
    return syntax.Constant(context.at(node), value)


def _number(node: cst.BaseNumber, context: Context) -> syntax.Expr:
    value = number_value(node.value) if isinstance(node, (cst.Integer, cst.Float)) else None
    return syntax.Opaque(context.at(node)) if value is None else syntax.Constant(context.at(node), value)


def _f_string(node: cst.FormattedString, context: Context) -> syntax.Expr:
    return syntax.FString(context.at(node), _parts(node.parts, "r" in node.prefix.lower(), context))


def _t_string(node: cst.TemplatedString, context: Context) -> syntax.Expr:
    return syntax.FString(context.at(node), _parts(node.parts, "r" in node.prefix.lower(), context), is_template=True)


def _parts(parts: Sequence[cst.CSTNode], is_raw: bool, context: Context) -> tuple[syntax.Expr, ...]:
    return tuple(_part(part, is_raw, context) for part in parts)


def _part(part: cst.CSTNode, is_raw: bool, context: Context) -> syntax.Expr:
    if isinstance(part, (cst.FormattedStringText, cst.TemplatedStringText)):
        text = part.value.replace("{{", "{").replace("}}", "}")
        return syntax.Constant(context.at(part), unescape(text, is_raw=is_raw))
    assert isinstance(part, (cst.FormattedStringExpression, cst.TemplatedStringExpression))
    spec = _parts(part.format_spec, is_raw, context) if part.format_spec else ()
    return syntax.Interpolation(context.at(part), convert(part.expression, context), part.conversion, spec)


def _concatenation(node: cst.ConcatenatedString, context: Context) -> syntax.Expr:
    """Join implicitly concatenated strings; LibCST nests them to the right."""
    parts: list[syntax.Expr] = []
    rest: cst.CSTNode = node
    while isinstance(rest, cst.ConcatenatedString):
        parts.append(convert(rest.left, context))
        rest = rest.right
    parts.append(convert(rest, context))
    return _joined(context.at(node), parts)


def _joined(pos: int, parts: list[syntax.Expr]) -> syntax.Expr:
    if all(isinstance(part, syntax.Bytes) for part in parts):
        return syntax.Bytes(pos, b"".join(part.value for part in parts if isinstance(part, syntax.Bytes)))
    if all(isinstance(part, syntax.Constant) for part in parts):
        return syntax.Constant(pos, "".join(str(part.value) for part in parts if isinstance(part, syntax.Constant)))
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, syntax.FString) else (part,))]
    return syntax.FString(pos, tuple(flat))


def _subscript(node: cst.Subscript, context: Context) -> syntax.Expr:
    index = tuple(_index(element.slice, context) for element in node.slice)
    return syntax.Subscript(context.at(node), convert(node.value, context), index)


def _index(part: cst.BaseSlice, context: Context) -> syntax.Expr:
    if isinstance(part, cst.Index):
        value = convert(part.value, context)
        return syntax.Starred(context.at(part), value) if part.star else value
    assert isinstance(part, cst.Slice)
    lower, upper, step = (convert_optional(bound, context) for bound in (part.lower, part.upper, part.step))
    return syntax.Slice(context.at(part), lower, upper, step)


def _sequence(kind: str) -> Callable[[Any, Context], syntax.Expr]:
    def read(node: cst.List | cst.Tuple | cst.Set, context: Context) -> syntax.Expr:
        return syntax.Sequence(context.at(node), kind, tuple(_element(item, context) for item in node.elements))

    return read


def _element(item: cst.BaseElement, context: Context) -> syntax.Expr:
    value = convert(item.value, context)
    return syntax.Starred(context.at(item), value) if isinstance(item, cst.StarredElement) else value


def _dict(node: cst.Dict, context: Context) -> syntax.Expr:
    return syntax.Dict(
        context.at(node),
        tuple(
            (convert(item.key, context) if isinstance(item, cst.DictElement) else None, convert(item.value, context))
            for item in node.elements
        ),
    )


def _starred(node: cst.StarredElement, context: Context) -> syntax.Expr:
    return syntax.Starred(context.at(node), convert(node.value, context))


def _await(node: cst.Await, context: Context) -> syntax.Expr:
    return syntax.Await(context.at(node), convert(node.expression, context))


def _yield(node: cst.Yield, context: Context) -> syntax.Expr:
    context.yields[-1] = True
    if isinstance(node.value, cst.From):
        return syntax.Yield(context.at(node), convert(node.value.item, context), is_from=True)
    return syntax.Yield(context.at(node), convert_optional(node.value, context))


def _binary(node: cst.BinaryOperation | cst.BooleanOperation, context: Context) -> syntax.Expr:
    op = operators.symbol(node.operator)
    return syntax.BinaryOp(context.at(node), op, convert(node.left, context), convert(node.right, context))


def _unary(node: cst.UnaryOperation, context: Context) -> syntax.Expr:
    op, value = operators.symbol(node.operator), convert(node.expression, context)
    if op == "-" and isinstance(value, syntax.Constant) and type(value.value) in (int, float):
        return syntax.Constant(context.at(node), -value.value)  # type: ignore[operator]  # the line above narrows it
    return syntax.UnaryOp(context.at(node), op, value)


def _compare(node: cst.Comparison, context: Context) -> syntax.Expr:
    ops = tuple(operators.symbol(target.operator) for target in node.comparisons)
    values = tuple(convert(target.comparator, context) for target in node.comparisons)
    return syntax.Compare(context.at(node), convert(node.left, context), ops, values)


def _if_expression(node: cst.IfExp, context: Context) -> syntax.Expr:
    test, body, orelse = (convert(part, context) for part in (node.test, node.body, node.orelse))
    return syntax.IfExp(context.at(node), test, body, orelse)


def _lambda(node: cst.Lambda, context: Context) -> syntax.Expr:
    context.yields.append(False)
    params, body = convert_parameters(node.params, context, convert), convert(node.body, context)
    context.yields.pop()
    return syntax.Lambda(context.at(node), params, body)


def _comprehension(kind: str) -> Callable[[Any, Context], syntax.Expr]:
    def read(node: cst.BaseSimpleComp, context: Context) -> syntax.Expr:
        clauses = _clauses(node.for_in, context)
        return syntax.Comprehension(context.at(node), kind, convert(node.elt, context), None, clauses)

    return read


def _dict_comprehension(node: cst.DictComp, context: Context) -> syntax.Expr:
    clauses = _clauses(node.for_in, context)
    key, value = convert(node.key, context), convert(node.value, context)
    return syntax.Comprehension(context.at(node), "dict", key, value, clauses)


def _clauses(first: cst.CompFor, context: Context) -> tuple[syntax.Clause, ...]:
    found = []
    clause: cst.CompFor | None = first
    while clause is not None:
        target, source = convert(clause.target, context), convert(clause.iter, context)
        ifs = tuple(convert(condition.test, context) for condition in clause.ifs)
        found.append(syntax.Clause(context.at(clause), target, source, ifs, clause.asynchronous is not None))
        clause = clause.inner_for_in
    return tuple(found)


def _named(node: cst.NamedExpr, context: Context) -> syntax.Expr:
    return syntax.NamedExpr(context.at(node), convert(node.target, context), convert(node.value, context))


def _ellipsis(node: cst.Ellipsis, context: Context) -> syntax.Expr:
    return syntax.EllipsisLiteral(context.at(node))


_READERS: dict[type[cst.CSTNode], Callable[[Any, Context], syntax.Expr]] = {
    cst.Name: _name,
    cst.Attribute: _attribute,
    cst.Call: _call,
    cst.SimpleString: _string,
    cst.Integer: _number,
    cst.Float: _number,
    cst.Imaginary: _number,
    cst.FormattedString: _f_string,
    cst.TemplatedString: _t_string,
    cst.ConcatenatedString: _concatenation,
    cst.Subscript: _subscript,
    cst.List: _sequence("list"),
    cst.Tuple: _sequence("tuple"),
    cst.Set: _sequence("set"),
    cst.Dict: _dict,
    cst.StarredElement: _starred,
    cst.Await: _await,
    cst.Yield: _yield,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _binary,
    cst.UnaryOperation: _unary,
    cst.Comparison: _compare,
    cst.IfExp: _if_expression,
    cst.Lambda: _lambda,
    cst.ListComp: _comprehension("list"),
    cst.SetComp: _comprehension("set"),
    cst.GeneratorExp: _comprehension("generator"),
    cst.DictComp: _dict_comprehension,
    cst.NamedExpr: _named,
    cst.Ellipsis: _ellipsis,
}

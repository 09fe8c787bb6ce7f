"""The parts of LibCST's expressions, in the order of the source."""

from __future__ import annotations

from typing import Any

import libcst as cst

from fastapi_audit.extraction.python.layout.marks import Begin, Part, Parts, PartsOf


def parenthesizable(inner: PartsOf) -> PartsOf:
    """Return the parts of a node that may stand in parentheses; it begins after them."""

    def parts(node: Any) -> Parts:
        if not node.lpar:
            return inner(node)
        return (node.lpar, Begin(node), *inner(node), node.rpar)

    return parts


def annotation(node: cst.Annotation | None, indicator: str) -> Part:
    """Return the parts of an annotation behind its colon or arrow, or None if there is no annotation."""
    if node is None:
        return None
    return (node.whitespace_before_indicator, indicator, node.whitespace_after_indicator, node.annotation)


def _formatted_expression(node: cst.FormattedStringExpression | cst.TemplatedStringExpression) -> Parts:
    return (
        "{",
        node.whitespace_before_expression,
        node.expression,
        node.equal,
        node.whitespace_after_expression,
        None if node.conversion is None else ("!", node.conversion),
        None if node.format_spec is None else (":", node.format_spec),
        "}",
    )


def _parameters(node: cst.Parameters) -> Parts:
    return (node.posonly_params, node.posonly_ind, node.params, node.star_arg, node.kwonly_params, node.star_kwarg)


def _param(node: cst.Param) -> Parts:
    return (
        node.star,
        node.whitespace_after_star,
        node.name,
        annotation(node.annotation, ":"),
        node.equal,
        node.default,
        node.comma,
        node.whitespace_after_param,
    )


def _arg(node: cst.Arg) -> Parts:
    return (
        node.star,
        node.whitespace_after_star,
        node.keyword,
        node.equal,
        node.value,
        node.comma,
        node.whitespace_after_arg,
    )


def _call(node: cst.Call) -> Parts:
    return (node.func, node.whitespace_after_func, "(", node.whitespace_before_args, node.args, ")")


def _if_expression(node: cst.IfExp) -> Parts:
    return (
        node.body,
        node.whitespace_before_if,
        "if",
        node.whitespace_after_if,
        node.test,
        node.whitespace_before_else,
        "else",
        node.whitespace_after_else,
        node.orelse,
    )


def _dict_element(node: cst.DictElement) -> Parts:
    return (node.key, node.whitespace_before_colon, ":", node.whitespace_after_colon, node.value, node.comma)


def _starred_element(node: cst.StarredElement) -> Parts:
    """Return the parts of a starred element, whose comma stands behind its parentheses."""
    if not node.lpar:
        return ("*", node.whitespace_before_value, node.value, node.comma)
    return (node.lpar, Begin(node), "*", node.whitespace_before_value, node.value, node.rpar, node.comma)


def _dict_comprehension(node: cst.DictComp) -> Parts:
    return (
        node.lbrace,
        node.key,
        node.whitespace_before_colon,
        ":",
        node.whitespace_after_colon,
        node.value,
        node.for_in,
        node.rbrace,
    )


def _clause(node: cst.CompFor) -> Parts:
    return (
        node.whitespace_before,
        node.asynchronous,
        "for",
        node.whitespace_after_for,
        node.target,
        node.whitespace_before_in,
        "in",
        node.whitespace_after_in,
        node.iter,
        node.ifs,
        node.inner_for_in,
    )


def _walrus(node: cst.NamedExpr) -> Parts:
    return (node.target, node.whitespace_before_walrus, ":=", node.whitespace_after_walrus, node.value)


def _subscript(node: cst.Subscript) -> Parts:
    return (node.value, node.whitespace_after_value, node.lbracket, node.slice, node.rbracket)


PARTS: dict[type, PartsOf] = {
    cst.Name: parenthesizable(lambda node: (node.value,)),
    cst.Integer: parenthesizable(lambda node: (node.value,)),
    cst.Float: parenthesizable(lambda node: (node.value,)),
    cst.Imaginary: parenthesizable(lambda node: (node.value,)),
    cst.SimpleString: parenthesizable(lambda node: (node.value,)),
    cst.Ellipsis: parenthesizable(lambda _: ("...",)),
    cst.FormattedStringText: lambda node: (node.value,),
    cst.TemplatedStringText: lambda node: (node.value,),
    cst.FormattedStringExpression: _formatted_expression,
    cst.TemplatedStringExpression: _formatted_expression,
    cst.FormattedString: parenthesizable(lambda node: (node.start, node.parts, node.end)),
    cst.TemplatedString: parenthesizable(lambda node: (node.start, node.parts, node.end)),
    cst.ConcatenatedString: parenthesizable(lambda node: (node.left, node.whitespace_between, node.right)),
    cst.ComparisonTarget: lambda node: (node.operator, node.comparator),
    cst.Comparison: parenthesizable(lambda node: (node.left, node.comparisons)),
    cst.UnaryOperation: parenthesizable(lambda node: (node.operator, node.expression)),
    cst.BinaryOperation: parenthesizable(lambda node: (node.left, node.operator, node.right)),
    cst.BooleanOperation: parenthesizable(lambda node: (node.left, node.operator, node.right)),
    cst.Attribute: parenthesizable(lambda node: (node.value, node.dot, node.attr)),
    cst.Index: lambda node: (node.star, node.whitespace_after_star, node.value),
    cst.Slice: lambda node: (node.lower, node.first_colon, node.upper, node.second_colon, node.step),
    cst.SubscriptElement: lambda node: (node.slice, node.comma),
    cst.Subscript: parenthesizable(_subscript),
    cst.ParamStar: lambda node: ("*", node.comma),
    cst.ParamSlash: lambda node: ("/", node.whitespace_after, node.comma),
    cst.Param: _param,
    cst.Parameters: _parameters,
    cst.Lambda: parenthesizable(
        lambda node: ("lambda", node.whitespace_after_lambda, node.params, node.colon, node.body)
    ),
    cst.Arg: _arg,
    cst.Call: parenthesizable(_call),
    cst.Await: parenthesizable(lambda node: ("await", node.whitespace_after_await, node.expression)),
    cst.IfExp: parenthesizable(_if_expression),
    cst.From: lambda node: (node.whitespace_before_from, "from", node.whitespace_after_from, node.item),
    cst.Yield: parenthesizable(lambda node: ("yield", node.whitespace_after_yield, node.value)),
    cst.Element: lambda node: (node.value, node.comma),
    cst.DictElement: _dict_element,
    cst.StarredElement: _starred_element,
    cst.StarredDictElement: lambda node: ("**", node.whitespace_before_value, node.value, node.comma),
    cst.Tuple: parenthesizable(lambda node: (node.elements,)),
    cst.List: parenthesizable(lambda node: (node.lbracket, node.elements, node.rbracket)),
    cst.Set: parenthesizable(lambda node: (node.lbrace, node.elements, node.rbrace)),
    cst.Dict: parenthesizable(lambda node: (node.lbrace, node.elements, node.rbrace)),
    cst.CompFor: _clause,
    cst.CompIf: lambda node: (node.whitespace_before, "if", node.whitespace_before_test, node.test),
    cst.GeneratorExp: parenthesizable(lambda node: (node.elt, node.for_in)),
    cst.ListComp: parenthesizable(lambda node: (node.lbracket, node.elt, node.for_in, node.rbracket)),
    cst.SetComp: parenthesizable(lambda node: (node.lbrace, node.elt, node.for_in, node.rbrace)),
    cst.DictComp: parenthesizable(_dict_comprehension),
    cst.StarredDictComp: parenthesizable(
        lambda node: (node.lbrace, "**", node.whitespace_before_value, node.value, node.for_in, node.rbrace)
    ),
    cst.NamedExpr: parenthesizable(_walrus),
}

"""The parts of LibCST's patterns of a `match` statement, in the order of the source."""

from __future__ import annotations

import libcst as cst

from fastapi_audit.extraction.python.layout.expressions import parenthesizable
from fastapi_audit.extraction.python.layout.marks import Parts, PartsOf


def _mapping(node: cst.MatchMapping) -> Parts:
    rest = None if node.rest is None else ("**", node.whitespace_before_rest, node.rest, node.trailing_comma)
    return (node.lbrace, node.elements, rest, node.rbrace)


def _mapping_element(node: cst.MatchMappingElement) -> Parts:
    return (node.key, node.whitespace_before_colon, ":", node.whitespace_after_colon, node.pattern, node.comma)


def _keyword_element(node: cst.MatchKeywordElement) -> Parts:
    return (node.key, node.whitespace_before_equal, "=", node.whitespace_after_equal, node.pattern, node.comma)


def _class(node: cst.MatchClass) -> Parts:
    return (
        node.cls,
        node.whitespace_after_cls,
        "(",
        node.whitespace_before_patterns,
        node.patterns,
        node.kwds,
        node.whitespace_after_kwds,
        ")",
    )


def _as(node: cst.MatchAs) -> Parts:
    word = None if node.pattern is None else "as"
    return (node.pattern, node.whitespace_before_as, word, node.whitespace_after_as, _name(node.name))


def _name(node: cst.Name | None) -> cst.Name | str:
    return "_" if node is None else node


PARTS: dict[type, PartsOf] = {
    cst.MatchValue: lambda node: (node.value,),
    cst.MatchSingleton: lambda node: (node.value,),
    cst.MatchSequenceElement: lambda node: (node.value, node.comma),
    cst.MatchStar: lambda node: ("*", node.whitespace_before_name, _name(node.name), node.comma),
    cst.MatchList: parenthesizable(lambda node: (node.lbracket, node.patterns, node.rbracket)),
    cst.MatchTuple: parenthesizable(lambda node: (node.patterns,)),
    cst.MatchMappingElement: _mapping_element,
    cst.MatchMapping: parenthesizable(_mapping),
    cst.MatchKeywordElement: _keyword_element,
    cst.MatchClass: parenthesizable(_class),
    cst.MatchAs: parenthesizable(_as),
    cst.MatchOrElement: lambda node: (node.pattern, node.separator),
    cst.MatchOr: parenthesizable(lambda node: (node.patterns,)),
}

"""What a pattern of a `match` statement binds and compares with."""

from __future__ import annotations

import libcst as cst


def read_pattern(pattern: cst.CSTNode) -> tuple[list[str], list[cst.BaseExpression]]:
    """Return the names that a pattern binds and the expressions (values and classes) it compares with."""
    names: list[str] = []
    values: list[cst.BaseExpression] = []
    pending = [pattern]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.MatchValue):
            values.append(node.value)
            continue
        if isinstance(node, cst.MatchClass):
            values.append(node.cls)
        names.extend(_bound(node))
        pending.extend(reversed([child for child in node.children if _belongs(child)]))
    return names, values


def _bound(node: cst.CSTNode) -> list[str]:
    if isinstance(node, (cst.MatchAs, cst.MatchStar)) and node.name is not None:
        return [node.name.value]
    if isinstance(node, cst.MatchMapping) and node.rest is not None:
        return [node.rest.value]
    return []


def _belongs(child: cst.CSTNode) -> bool:
    return isinstance(
        child,
        (cst.MatchPattern, cst.MatchSequenceElement, cst.MatchStar, cst.MatchMappingElement, cst.MatchKeywordElement,
         cst.MatchOrElement),
    )  # fmt: skip

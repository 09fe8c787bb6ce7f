"""What stands below a node, what around it, and which names are bound and read."""

from __future__ import annotations

import pytest
from linking_builders import project_of

from fastapi_audit.facts import syntax, tree
from fastapi_audit.model.module import Function


def function_of(body: str) -> Function:
    (function, *_) = project_of(main=f"def f(given):\n    {body}\n").functions
    return function


def test_the_nodes_below_come_in_the_order_of_the_source() -> None:
    nodes = tree.descendants(function_of("return first(second, third[fourth])").statements)

    assert [node.id for node in nodes if isinstance(node, syntax.Name)] == ["first", "second", "third", "fourth"]


def test_the_body_of_a_nested_function_is_not_below() -> None:
    nodes = list(tree.descendants(function_of("def inner(a=default):\n        return hidden").statements))

    assert [node.id for node in nodes if isinstance(node, syntax.Name)] == ["default"]


def test_every_node_but_statements_of_the_body_has_a_parent() -> None:
    function = function_of("if given:\n        return [item for item in given]")
    nodes = list(tree.descendants(function.statements))

    assert [type(node) for node in nodes if id(node) not in function.parents] == [syntax.If]


def test_what_may_stand_in_a_body_is_told_without_decoding_it() -> None:
    body = function_of("def inner():\n        given.overrides['key'] = None").node

    assert body.may_hold("overrides")
    assert body.may_hold("key")
    assert body.may_hold("inner", "nowhere")
    assert not body.may_hold("override", "nowhere", "clear")


@pytest.mark.parametrize(
    ("body", "bound", "read"),
    [
        ("a = b", {"a"}, {"b"}),
        ("a, (b, *c) = d", {"a", "b", "c"}, {"d"}),
        ("a.b = c[d] = e", set(), {"a", "c", "d", "e"}),
        ("a: int = b", {"a"}, {"int", "b"}),
        ("for a in b: c(a)", {"a"}, {"a", "b", "c"}),
        ("with a as b, c: pass", {"b"}, {"a", "c"}),
        ("x = [a for a in b if (c := a)]", {"x", "a", "c"}, {"a", "b"}),
        ("del a", {"a"}, set()),
        ("a += 1", set(), {"a"}),
        ("def g(): return a", set(), {"a"}),
    ],
)
def test_names_are_bound_or_read(body: str, bound: set[str], read: set[str]) -> None:
    statements = function_of(body).statements

    assert (set(tree.names_bound(statements)), set(tree.names_read(statements))) == (bound, read)

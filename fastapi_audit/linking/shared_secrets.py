"""Which code compares what comes in with a secret of the service by hand: `token != settings.UPDATE_TOKEN`.

A secret is told by its name together with where it is kept: in settings, in the environment, in a constant.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.facts import syntax, tree
from fastapi_audit.linking.evaluation.attributes import SETTINGS
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.recorder import Recorder
from fastapi_audit.model import secrecy
from fastapi_audit.model.module import Function
from fastapi_audit.model.values import ClassValue, ExternalObject, Instance, Known, ModuleValue, Unknown, Value

HOLDERS = frozenset({"conf", "config", "configuration", "settings"})
UNWRAPPING = "get_secret_value"


def compares_shared_secret(recorder: Recorder, function: Function) -> bool:
    """Say whether a function compares a value that it was given with a secret, also when the value is empty."""
    return any(
        _is_of_secret(node, values, recorder) and not _is_for_given_only(node, function)
        for node, values, _ in recorder.comparisons.values()
    )


def _is_of_secret(node: syntax.Compare, values: tuple[Value, ...], recorder: Recorder) -> bool:
    if node.ops not in (("==",), ("!=",)):
        return False
    sides = tuple(zip((node.left, *node.comparators), values, strict=True))
    kept = [_is_kept(expression, value, recorder) for expression, value in sides]
    given = [_is_given(value) for _, value in sides]
    return (kept[0] and given[1] and not kept[1]) or (kept[1] and given[0] and not kept[0])


def _is_given(value: Value) -> bool:
    """Say whether a value may come from outside: no constant, and nothing of the environment."""
    origins = (one.origin for one in present(value) if isinstance(one, (ExternalObject, Unknown)))
    is_kept = any(origin is not None and origin.kind == "environment" for origin in origins)
    return not is_kept and not all(isinstance(option, Known) for option in present(value))


def _is_kept(node: syntax.Expr, value: Value, recorder: Recorder) -> bool:
    """Say whether an expression reads a secret out of where a service keeps those."""
    origins = (one.origin for one in present(value) if isinstance(one, (ExternalObject, Unknown)))
    if any(one is not None and one.kind == "environment" and _is_secret_name(one.name) for one in origins):
        return True
    if isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute) and node.func.attr == UNWRAPPING:
        return _is_kept(node.func.value, value, recorder)
    if isinstance(node, syntax.Name):
        return node.id.isupper() and _is_secret_name(node.id)
    if not isinstance(node, syntax.Attribute) or not _is_secret_name(node.attr):
        return False
    _, owner = recorder.attributes.get(id(node), (node, None))
    return any(_holds_settings(option, node.value) for option in (present(owner) if owner is not None else ()))


def _is_secret_name(name: str) -> bool:
    return secrecy.kind_of(name) is not None or secrecy.words_of(name)[-1:] == ["key"]


def _holds_settings(owner: Value, node: syntax.Expr) -> bool:
    if isinstance(owner, (ClassValue, Instance)) and owner.cls.is_a(*SETTINGS):
        return True
    name = tree.name_of(node.func if isinstance(node, syntax.Call) else node) or ""
    return isinstance(owner, ModuleValue) or name.lower().removeprefix("get_") in HOLDERS


def _is_for_given_only(node: syntax.Compare, function: Function) -> bool:
    """Say whether wrong values are refused, and empty ones pass: `if token and token != SECRET`."""
    sides = (node.left, *node.comparators)
    given = {side.id for side in sides if isinstance(side, syntax.Name) and not side.id.isupper()}
    inner: syntax.Node | None = node if node.ops == ("!=",) else None
    while inner is not None:
        inner = function.parents.get(id(inner))
        if isinstance(inner, syntax.If) and any(_is_shown(part, given) for part in _joined(inner.test)):
            return True
    return False


def _joined(test: syntax.Expr) -> Iterator[syntax.Expr]:
    """Yield the parts of a test that must all hold."""
    if isinstance(test, syntax.BinaryOp) and test.op == "and":
        yield from _joined(test.left)
        yield from _joined(test.right)
    else:
        yield test


def _is_shown(part: syntax.Expr, names: set[str]) -> bool:
    if isinstance(part, syntax.Compare) and part.ops in (("is not",), ("!=",)):
        empty = part.comparators[0]
        return tree.name_of(part.left) in names and isinstance(empty, syntax.Constant) and not empty.value
    return isinstance(part, syntax.Name) and part.id in names

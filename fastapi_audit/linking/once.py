"""Which calls run for the first caller only, because their result is kept for all that come later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi_audit.facts import syntax
from fastapi_audit.model.code import Call


def runs_once(call: Call) -> bool:
    """Say whether a call stands in `if kept is None:` whose body sets that global name or class attribute."""
    if call.function is None:
        return False
    kept = set(_global_names(call.function.statements))
    for block in call.blocks:
        name = _missing(block.test) if isinstance(block, syntax.If) else None
        if name is not None and (name in kept or name.startswith("cls.")) and name in _assigned(block):
            return True
    return False


def _missing(test: syntax.Expr) -> str | None:
    """Return the name that a condition finds unset: `name is None` or `not name`."""
    if isinstance(test, syntax.UnaryOp) and test.op == "not":
        return _name(test.value)
    if isinstance(test, syntax.Compare) and test.ops == ("is",):
        other = test.comparators[0]
        return _name(test.left) if isinstance(other, syntax.Constant) and other.value is None else None
    return None


def _name(node: syntax.Expr) -> str | None:
    if isinstance(node, syntax.Name):
        return node.id
    if isinstance(node, syntax.Attribute) and isinstance(node.value, syntax.Name):
        return f"{node.value.id}.{node.attr}"
    return None


def _assigned(block: object) -> set[str | None]:
    found: set[str | None] = set()
    for statement in block.body if isinstance(block, (syntax.If, syntax.With, syntax.Try)) else ():
        if isinstance(statement, syntax.Assign):
            found |= {_name(target) for target in statement.targets}
        elif isinstance(statement, syntax.AnnAssign):
            found.add(_name(statement.target))
        else:
            found |= _assigned(statement)
    return found


def _global_names(statements: Iterable[syntax.Stmt]) -> Iterator[str]:
    for statement in statements:
        if isinstance(statement, syntax.Scope) and statement.kind == "global":
            yield from statement.names

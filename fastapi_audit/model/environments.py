"""Branches of code that only developers, or only production, run through, by the words of their tests."""

from __future__ import annotations

from enum import Enum

from fastapi_audit.facts import syntax, tree
from fastapi_audit.model import secrecy
from fastapi_audit.model.routing import Condition

DEVELOPMENT = frozenset({"debug", "dev", "develop", "development", "local", "localhost", "test", "testing"})
PRODUCTION = frozenset({"prod", "production"})


class Environment(Enum):
    """Where a test holds: nowhere but there."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


OTHER = {Environment.DEVELOPMENT: Environment.PRODUCTION, Environment.PRODUCTION: Environment.DEVELOPMENT}


def is_for_development(condition: Condition) -> bool:
    """Say whether only a development environment gets into a branch: `if settings.environment == "local"`."""
    found = _environment_of(condition.test) if condition.test is not None else None
    if found is not None and not condition.holds:
        found = OTHER[found]
    return found is Environment.DEVELOPMENT


def _environment_of(test: syntax.Expr) -> Environment | None:
    """Return the environment that a test asks for, None where it asks for neither of them, or for both."""
    if isinstance(test, syntax.UnaryOp) and test.op == "not":
        inner = _environment_of(test.value)
        return OTHER[inner] if inner is not None else None
    if isinstance(test, syntax.BinaryOp) and test.op in ("and", "or"):
        return _of_both(test)
    if isinstance(test, syntax.Compare):
        return _of_comparison(test)
    return _named(test)


def _of_both(test: syntax.BinaryOp) -> Environment | None:
    left, right = _environment_of(test.left), _environment_of(test.right)
    if test.op == "and" and None in (left, right):
        return left or right
    return left if left is right else None


def _of_comparison(test: syntax.Compare) -> Environment | None:
    if len(test.ops) != 1:
        return None
    right = test.comparators[0]
    found = _named(right) or _named(test.left)
    is_denied = (test.ops[0] in ("!=", "not in", "is not")) is not _is_false(right)
    return OTHER[found] if is_denied and found is not None else found


def _is_false(node: syntax.Expr) -> bool:
    return isinstance(node, syntax.Constant) and node.value is False


def _named(node: syntax.Expr) -> Environment | None:
    """Return the environment that the names and texts of an expression speak of."""
    texts = (one.value if isinstance(one, syntax.Constant) else tree.name_of(one) for one in tree.descendants([node]))
    words = {word for text in texts if isinstance(text, str) for word in secrecy.words_of(text)}
    if not DEVELOPMENT.isdisjoint(words):
        return Environment.DEVELOPMENT if PRODUCTION.isdisjoint(words) else None
    return Environment.PRODUCTION if not PRODUCTION.isdisjoint(words) else None

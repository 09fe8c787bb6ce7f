"""What types, constraints and validators leave of what a client may send."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from fastapi_audit.facts import syntax, tree
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.types import ENUMS
from fastapi_audit.model.inputs import VALIDATOR
from fastapi_audit.model.module import Class
from fastapi_audit.model.types import UNION, TypeRef
from fastapi_audit.model.values import ExternalObject, Known, Value

CONTAINERS = frozenset({
    "list", "set", "tuple", "frozenset", "typing.List", "typing.Set", "typing.Sequence", "typing.Iterable", UNION,
    "typing.Optional", "typing.Union",
})  # fmt: skip
# What a pattern must refuse to leave nothing harmful: of paths, URLs, shells, code and SQL.
PROBES = ("../x", "a/b", "//evil.example", "https://evil.example/", "a b;c", "$(x)", "__import__('os')", "x' OR '1'='1")
PATTERNS = ("pattern", "regex")


def cleaned_by(type_: TypeRef | None, options: Mapping[str, Value], metadata: Sequence[Value]) -> str | None:
    """Return what makes everything harmless that a parameter or field takes; None where nothing does."""
    if type_ is not None and is_harmless(type_):
        return f"its type is {type_}"
    calls = [value.call for value in metadata if isinstance(value, ExternalObject) and value.call is not None]
    if any(call.name in names("taint", "validators") for call in calls):
        return VALIDATOR
    given = [*options.items(), *(item for call in calls for item in call.named.items())]
    patterns = [value.value for name, value in given if name in PATTERNS and isinstance(value, Known)]
    if any(isinstance(pattern, str) and _refuses_harm(pattern) for pattern in patterns):
        return "its pattern"
    return None


def is_harmless(type_: TypeRef) -> bool:
    """Say whether a type holds no text of a client's making: numbers, identifiers, times, members of a set."""
    if type_.name in CONTAINERS:
        return bool(type_.arguments) and all(map(is_harmless, type_.arguments))
    return type_.name in names("taint", "harmless") or type_.name in ENUMS or type_.is_a(*ENUMS)


@cache
def _refuses_harm(pattern: str) -> bool:
    try:
        return not any(re.search(pattern, probe) for probe in PROBES)
    except (re.error, OverflowError, RecursionError):
        return False


@cache
def validated_fields(cls: Class) -> frozenset[str]:
    """Return the fields of a model for which it has validators of its own, or inherits them."""
    found: set[str] = set()
    for ancestor in cls.lineage:
        for method in ancestor.methods.values():
            if method.decorators & names("taint", "validators"):
                nodes = tree.descendants(method.node.decorators)
                found |= {str(node.value) for node in nodes if isinstance(node, syntax.Constant)}
    return frozenset(found)

"""Validators of a model, as Pydantic 1 and 2 declare them."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.rule_api import Class, Function

OF_FIELDS = frozenset({"pydantic.field_validator", "pydantic.validator"})
OF_MODELS = frozenset({"pydantic.model_validator", "pydantic.root_validator"})


def validators_of(cls: Class, kinds: frozenset[str]) -> Iterator[Function]:
    """Yield the validators of some kinds that a class has, own and inherited."""
    for one in cls.lineage:
        yield from (method for method in one.methods.values() if not kinds.isdisjoint(method.decorators))

"""Arguments that differ from caller to caller, so that what is made with them cannot be shared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastapi_audit.model.code import Call
from fastapi_audit.model.project import Project
from fastapi_audit.model.values import (
    ExternalObject,
    FunctionValue,
    Origin,
    Template,
    Unknown,
    Value,
    values_inside,
)

# What credentials and addresses are; None is a type that is not known.
TEXTS = frozenset({None, "bytes", "pydantic.SecretStr", "str"})


def differs_by_caller(call: Call, project: Project, without: Sequence[str] = ()) -> bool:
    """Say whether an argument, but for those of some names, is a text out of a parameter or out of what is no setting,
    or a function that the caller defines inside itself.
    """
    values = [*call.positional, *(value for name, value in call.named.items() if name not in without)]
    settings = {one.cls for one in project.settings}
    origins = [origin for value in values for origin in _origins(value)]
    is_given = any(one.kind == "parameter" or (one.kind == "field" and one.owner not in settings) for one in origins)
    return is_given or any(_is_nested(inner) for value in values for inner in values_inside(value))


def _is_nested(value: Value) -> bool:
    return isinstance(value, FunctionValue) and "<locals>" in value.function.qualname


def _origins(value: Value) -> Iterator[Origin]:
    """Yield where the texts in a value came in."""
    for inner in values_inside(value):
        is_text = isinstance(inner, Unknown) or (isinstance(inner, ExternalObject) and inner.type in TEXTS)
        if isinstance(inner, (Unknown, ExternalObject)) and is_text and inner.origin is not None:
            yield inner.origin
        parts = inner.parts if isinstance(inner, Template) else ()
        made_of = inner.call.positional if isinstance(inner, ExternalObject) and inner.call is not None else ()
        for part in (*parts, *made_of):
            if not isinstance(part, str):
                yield from _origins(part)

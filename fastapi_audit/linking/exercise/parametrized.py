"""`pytest.mark.parametrize` → what each run of a test gives for its parameters.

Source: pytest documentation, "Parametrizing fixtures and test functions".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.model.values import (
    Collection,
    ExternalCall,
    ExternalObject,
    FunctionValue,
    Known,
    Value,
    may_be_true,
)

PARAMETRIZE, PARAM = "pytest.mark.parametrize", "pytest.param"
MAX_RUNS = 200

Bound = dict[str, Value]


def runs_of(function: FunctionValue, interpreter: Interpreter) -> list[Bound] | None:
    """Return what every run gives for the parameters, or None when the runs are too many or not known."""
    rows = [_rows(mark) for mark in _marks(function, interpreter)]
    known = [row for row in rows if row is not None]
    count = 1
    for row in known:
        count *= len(row)
    if len(known) < len(rows) or not 0 < count <= MAX_RUNS:
        return None
    return [{name: value for part in parts for name, value in part.items()} for parts in product(*known)]


def _marks(function: FunctionValue, interpreter: Interpreter) -> Iterator[ExternalCall]:
    owner = function.function.owner
    classes = owner.lineage if owner is not None else ()
    of_classes = (mark for cls in classes for mark in interpreter.class_decorators.get(cls, ()))
    for part in function.chain:
        yield from filter(None, map(_mark, part.decorations))
    yield from filter(None, map(_mark, of_classes))


def _mark(decoration: Value) -> ExternalCall | None:
    call = decoration.call if isinstance(decoration, ExternalObject) else None
    return call if call is not None and call.name == PARAMETRIZE else None


def _rows(mark: ExternalCall) -> list[Bound] | None:
    names, values = _names(mark.argument(0, "argnames")), mark.argument(1, "argvalues")
    items = iterate(values) if values is not None else None
    if not names or items is None:
        return None
    if may_be_true(mark.named.get("indirect")):
        return [{} for _ in items]
    return [_row(names, inside(item)) for item in items]


def _names(value: Value | None) -> list[str]:
    if isinstance(value, Known) and isinstance(value.value, str):
        return [name.strip() for name in value.value.split(",") if name.strip()]
    items = iterate(value) if value is not None else None
    return [str(item.value) for item in items or () if isinstance(item, Known)]


def inside(item: Value) -> Value:
    """Return the values of a `pytest.param(…)`; other items as they are."""
    call = item.call if isinstance(item, ExternalObject) else None
    if call is None or call.name != PARAM:
        return item
    return call.positional[0] if len(call.positional) == 1 else Collection("tuple", list(call.positional))


def _row(names: Sequence[str], item: Value) -> Bound:
    if len(names) == 1:
        return {names[0]: item}
    parts = iterate(item) or []
    return dict(zip(names, parts, strict=False))

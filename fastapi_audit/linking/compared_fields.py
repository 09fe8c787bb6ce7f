"""Which fields of schemas and settings the code compares with fixed texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.recorder import Recorder
from fastapi_audit.model.classes import ComparedField, Field, Schema, Settings
from fastapi_audit.model.module import Function, Module
from fastapi_audit.model.place import Place
from fastapi_audit.model.values import Instance, Value

COMPARISONS = frozenset({"==", "!=", "in", "not in"})
Scopes = Iterable[tuple[Recorder, Module, "Function | None"]]


def compared_fields(models: Sequence[Schema | Settings], scopes: Scopes) -> list[ComparedField]:
    """Return the fields that are compared with texts, by where they are declared, in the order of places."""
    fields = {model.cls: {field.name: (model, field) for field in model.fields} for model in models}
    owners: dict[Place, tuple[Schema | Settings, Field]] = {}
    found: dict[Place, list[tuple[Place, str]]] = {}
    for recorder, module, _ in scopes:
        for comparison, node, owner in _compared(recorder):
            named = [fields[option.cls].get(node.attr) for option in _instances(owner) if option.cls in fields]
            for model, field in filter(None, named):
                texts = [(module.at(node), text) for text in _texts(comparison, node)]
                if texts:
                    owners.setdefault(field.place, (model, field))
                    found.setdefault(field.place, []).extend(texts)
    return [ComparedField(*owners[place], tuple(sorted(set(found[place])))) for place in sorted(found)]


def _compared(recorder: Recorder) -> Iterator[tuple[syntax.Compare, syntax.Attribute, Value]]:
    """Yield the comparisons of two things one of which is an attribute, and of what."""
    for comparison, _, _ in recorder.comparisons.values():
        for side in (comparison.left, *comparison.comparators):
            if len(comparison.ops) == 1 and id(side) in recorder.attributes:
                yield comparison, *recorder.attributes[id(side)]


def _instances(owner: Value) -> Iterator[Instance]:
    return (option for option in present(owner) if isinstance(option, Instance))


def _texts(around: syntax.Compare, node: syntax.Attribute) -> Iterator[str]:
    """Yield the texts that a node is compared with; an empty one only says that there is none."""
    if around.ops[0] not in COMPARISONS:
        return
    other = around.comparators[0] if around.left is node else around.left
    if around.ops[0] in ("in", "not in"):
        items = other.items if isinstance(other, syntax.Sequence) and around.left is node else ()
    else:
        items = (other,)
    yield from (
        one.value for one in items if isinstance(one, syntax.Constant) and isinstance(one.value, str) and one.value
    )

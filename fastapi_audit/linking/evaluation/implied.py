"""Calls that nobody writes: of properties, and of what `with` does to its objects."""

from __future__ import annotations

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation.attributes import PROPERTIES, bound_to, find_in_class
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.recorder import RecordedCall
from fastapi_audit.model.values import External, FunctionValue, Instance, Unknown, Value


def note_properties(node: syntax.Attribute, owner: Value, frame: Frame) -> None:
    """Note that reading an attribute runs the property of that name of a project class."""
    for option in present(owner) if frame.recorder is not None else ():
        method = _method(option, node.attr, frame)
        if method is not None and any(External(name) in method.decorations for name in PROPERTIES):
            _note(node, node.attr, method, node, frame)


def note_entering(item: syntax.WithItem, value: Value, is_async: bool, frame: Frame) -> None:
    """Note that `with` enters and leaves objects of project classes."""
    for option in present(value) if frame.recorder is not None else ():
        for name in ("__aenter__", "__aexit__") if is_async else ("__enter__", "__exit__"):
            method = _method(option, name, frame)
            if method is not None:
                _note(item, name, method, item.value, frame)


def _method(value: Value, name: str, frame: Frame) -> FunctionValue | None:
    if not isinstance(value, Instance):
        return None
    found = find_in_class(value.cls, name, frame.interpreter, scope=value.scope)
    return bound_to(found, value) if isinstance(found, FunctionValue) else None


def _note(node: syntax.Node, name: str, method: FunctionValue, owner: syntax.Expr, frame: Frame) -> None:
    if frame.recorder is not None:
        written = syntax.Call(owner.pos, syntax.Attribute(owner.pos, owner, name), ())
        call = RecordedCall(written, method, (), {}, Unknown("an implied call"), frame.blocks, is_awaited=True)
        frame.recorder.implied.setdefault((id(node), name), call)

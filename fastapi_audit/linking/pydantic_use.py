"""Models, calls and parameters → where the project speaks to Pydantic, and in the words of which version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fastapi_audit.facts import syntax
from fastapi_audit.facts.tree import descendants
from fastapi_audit.knowledge.tables import names, texts
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.recorder import Recorder
from fastapi_audit.linking.evaluation.types import decorator_name
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Class, ClassAttribute, Function, Module
from fastapi_audit.model.place import Place, place_at
from fastapi_audit.model.pydantic_use import OldTerm, PydanticUse
from fastapi_audit.model.routing import Parameter
from fastapi_audit.model.values import ClassValue, ExternalCall, ExternalObject, Generic, Instance, OneOf, Value

Scopes = Iterable[tuple[Recorder, Module, "Function | None"]]
MOVED = {"pydantic.BaseSettings": "pydantic_settings.BaseSettings"}


def uses_in_models(classes: Sequence[Class], interpreter: Interpreter) -> Iterator[PydanticUse]:
    """Yield the models of a service, with what the body of each says."""
    for cls in classes:
        if cls.is_a(*names("pydantic", "models")):
            yield PydanticUse(cls.name, cls.place, tuple(sorted(_in_class(cls, interpreter), key=_place)))


def uses_in_calls(calls: Iterable[Call]) -> Iterator[PydanticUse]:
    """Yield the calls of methods of models, and of Pydantic's functions."""
    methods, functions = texts("pydantic", "methods"), texts("pydantic", "functions")
    current = frozenset(methods.values())
    for call in calls:
        owner, _, name = (call.name or "").rpartition(".")
        is_method = owner in names("pydantic", "models") and (name in current or name in methods)
        instead = functions.get(call.name or "", methods.get(name) if is_method else None)
        if is_method or instead is not None:
            is_old = instead is not None and not _asks_for_version(call)
            old = (OldTerm(call.place, f"{name}()", instead),) if is_old and instead is not None else ()
            yield PydanticUse(f"call of {call.name}", call.place, old)


def uses_in_attributes(scopes: Scopes) -> Iterator[PydanticUse]:
    """Yield the reads of what a model says of itself (`__fields__`)."""
    attributes = texts("pydantic", "attributes")
    known = {*attributes, *attributes.values()}
    for recorder, module, _ in scopes:
        for node, owner in recorder.attributes.values():
            if node.attr in known and any(_is_model(option) for option in present(owner)):
                instead = attributes.get(node.attr)
                old = (OldTerm(module.at(node), node.attr, instead),) if instead is not None else ()
                yield PydanticUse(f"read of {node.attr}", module.at(node), old)


def uses_in_parameters(parameters: Iterable[Parameter]) -> Iterator[PydanticUse]:
    """Yield the parameters of routes that carry constraints."""
    renamed = texts("pydantic", "parameters")
    for parameter in parameters:
        if not parameter.options.keys().isdisjoint({*renamed, *renamed.values()}):
            old = [OldTerm(parameter.place, name, renamed[name]) for name in parameter.options if name in renamed]
            yield PydanticUse(str(parameter), parameter.place, tuple(old))


def _place(term: OldTerm) -> Place:
    return term.place


def _is_model(value: Value) -> bool:
    if isinstance(value, (Instance, ClassValue)):
        return value.cls.is_a(*names("pydantic", "models"))
    return isinstance(value, ExternalObject) and value.type in names("pydantic", "models")


def _asks_for_version(call: Call) -> bool:
    """Say whether a call stands in a branch that is only for one version of Pydantic."""
    tests = [node.test for node in (*call.blocks, *call.around) if isinstance(node, (syntax.If, syntax.IfExp))]
    return any(_names_version(node) for node in descendants(tests))


def _names_version(node: syntax.Node) -> bool:
    if isinstance(node, syntax.Constant):
        return isinstance(node.value, str) and node.value in texts("pydantic", "methods").values()
    name = node.id if isinstance(node, syntax.Name) else node.attr if isinstance(node, syntax.Attribute) else ""
    return "pydantic" in name.lower()


def _in_class(cls: Class, interpreter: Interpreter) -> Iterator[OldTerm]:
    yield from (OldTerm(cls.place, base, MOVED[base]) for base in cls.ancestors[:1] if base in MOVED)
    yield from _in_config(cls, interpreter)
    yield from _in_decorators(cls, interpreter)
    for attribute in cls.attributes.values():
        if attribute.name == "__root__":
            yield OldTerm(attribute.place, "__root__", "RootModel")
        yield from _in_field(cls, attribute, interpreter)


def _in_config(cls: Class, interpreter: Interpreter) -> Iterator[OldTerm]:
    scope = interpreter.class_scopes.get(cls)
    if scope is None:
        return
    inner, said = scope.names.get("Config"), scope.names.get("model_config")
    renamed = texts("pydantic", "config")
    if isinstance(inner, ClassValue):
        keys = interpreter.class_scopes[inner.cls].names if inner.cls in interpreter.class_scopes else {}
        news = [f"{key} → {renamed[key]}" for key in keys if key in renamed]
        yield OldTerm(inner.cls.place, "class Config", ", ".join(["model_config", *news]))
    if isinstance(said, ExternalObject) and said.call is not None:
        yield from _arguments(said.call, renamed)


def _in_decorators(cls: Class, interpreter: Interpreter) -> Iterator[OldTerm]:
    replaced = texts("pydantic", "decorators")
    for method in cls.methods.values():
        for node in method.node.decorators if not method.decorators.isdisjoint(replaced) else ():
            name = decorator_name(interpreter.in_module(node, cls.module))
            if name in replaced:
                yield OldTerm(cls.module.at(node), f"@{(name or '').rpartition('.')[2]}", replaced[name or ""])


def _in_field(cls: Class, attribute: ClassAttribute, interpreter: Interpreter) -> Iterator[OldTerm]:
    scope = interpreter.class_scopes.get(cls)
    value = scope.names.get(attribute.name) if scope is not None and attribute.value is not None else None
    written = attribute.annotation
    is_made = written is not None and any(isinstance(node, syntax.Call) for node in descendants([written]))
    annotation = interpreter.class_annotation(cls, attribute) if is_made else None
    renamed, taken = texts("pydantic", "arguments"), names("pydantic", "field")
    for call in _calls_in(value, annotation):
        if call.name == "pydantic.Field":
            extra = {name: "json_schema_extra" for name in call.named if name not in taken}
            yield from _arguments(call, {**extra, **renamed})
        elif call.name in names("pydantic", "constrained"):
            yield from _arguments(call, renamed)


def _arguments(call: ExternalCall, renamed: Mapping[str, str]) -> Iterator[OldTerm]:
    for argument in call.node.args:
        if argument.keyword is not None and argument.keyword in renamed:
            yield OldTerm(place_at(call.place.path, argument.pos), argument.keyword, renamed[argument.keyword])


def _calls_in(*values: Value | None) -> Iterator[ExternalCall]:
    """Yield the calls that made values, and those in the annotations among them, each once."""
    waiting, seen = [value for value in values if value is not None], set[int]()
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, ExternalObject) and value.call is not None and id(value.call.node) not in seen:
            seen.add(id(value.call.node))
            yield value.call
            waiting += value.call.positional
        elif isinstance(value, Generic):
            waiting += value.arguments
        elif isinstance(value, OneOf):
            waiting += value.options

"""The constructor that Pydantic generates for a model: its fields under their aliases.

The rules are those of `pydantic._internal._signature.generate_pydantic_signature`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import texts
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.calls import call
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.types import dotted_name
from fastapi_audit.model.module import Class, ClassAttribute
from fastapi_audit.model.place import Place
from fastapi_audit.model.values import (
    ClassValue,
    External,
    ExternalCall,
    ExternalObject,
    Generic,
    Known,
    Table,
    Value,
)

FIELD_CALLS = ("pydantic.Field", "sqlmodel.Field", "sqlmodel.main.Field")
MARKERS = ("fastapi.Query", "fastapi.Path", "fastapi.Header", "fastapi.Cookie", "fastapi.Body", "fastapi.Form")
_ALIASES = ("alias", "validation_alias")


class ModelField(NamedTuple):
    """One argument of a model's constructor: its name is the alias, if that is an identifier."""

    name: str
    annotation: Value
    default: Value | None
    place: Place


def model_fields(cls: Class, interpreter: Interpreter) -> Iterator[ModelField]:
    """Yield the fields of a model, inherited ones first; private attributes and class variables are none."""
    generator = _alias_generator(cls, interpreter)
    found: dict[str, ModelField] = {}
    for ancestor in reversed(cls.lineage):
        for attribute in ancestor.attributes.values():
            annotation = interpreter.class_annotation(ancestor, attribute)
            if attribute.annotation is not None and _is_field(attribute, annotation):
                found[attribute.name] = _model_field(ancestor, attribute, annotation, generator, interpreter)
    yield from found.values()


def _is_field(attribute: ClassAttribute, annotation: Value) -> bool:
    base = annotation.base if isinstance(annotation, Generic) else annotation
    is_class_variable = isinstance(base, External) and base.name == "typing.ClassVar"
    return not (attribute.name.startswith("_") or attribute.name == "model_config" or is_class_variable)


def _model_field(
    cls: Class, attribute: ClassAttribute, annotation: Value, generator: Value | None, interpreter: Interpreter
) -> ModelField:
    scope = interpreter.class_scopes.get(cls)
    default = scope.names.get(attribute.name) if scope is not None else None
    calls = [found for item in (default, *metadata(annotation)) if (found := _call(item, *FIELD_CALLS, *MARKERS))]
    alias = next((alias for found in calls if (alias := _alias(found))), None)
    if alias is None and generator is not None:
        alias = _generated(generator, attribute.name, cls, interpreter)
    name = alias if alias is not None and alias.isidentifier() else attribute.name
    marker = _call(default, *MARKERS)
    plain = marker.argument(0, "default") if marker is not None else default
    return ModelField(name, _without_markers(annotation), plain, attribute.place)


def metadata(annotation: Value) -> tuple[Value, ...]:
    """Return what stands behind the type in `Annotated`."""
    return annotation.arguments[1:] if isinstance(annotation, Generic) else ()


def _call(value: Value | None, *names: str) -> ExternalCall | None:
    if isinstance(value, ExternalObject) and value.call is not None and value.call.name in names:
        return value.call
    return None


def _without_markers(annotation: Value) -> Value:
    """A model's constructor keeps the constraints of its fields, but not where FastAPI should look for them."""
    if not isinstance(annotation, Generic):
        return annotation
    kept = tuple(item for item in annotation.arguments if _call(item, *MARKERS) is None)
    return Generic(annotation.base, kept)


def _alias(found: ExternalCall) -> str | None:
    values = (found.named.get(name) for name in _ALIASES)
    return next((value.value for value in values if isinstance(value, Known) and isinstance(value.value, str)), None)


def _alias_generator(cls: Class, interpreter: Interpreter) -> Value | None:
    """Return the `alias_generator` of `model_config` or of an inner `Config`, own or inherited."""
    for ancestor in cls.lineage:
        scope = interpreter.class_scopes.get(ancestor)
        config = scope.names.get("model_config") or scope.names.get("Config") if scope is not None else None
        found = _option(config, "alias_generator", interpreter)
        if found is not None:
            return found
    return None


def _option(config: Value | None, name: str, interpreter: Interpreter) -> Value | None:
    if isinstance(config, ClassValue):
        return interpreter.class_value(config.cls, name, config.scope)
    if isinstance(config, Table):
        return config.get(name)
    return config.call.named.get(name) if isinstance(config, ExternalObject) and config.call is not None else None


def _generated(generator: Value, name: str, cls: Class, interpreter: Interpreter) -> str | None:
    """Return the alias of a field: by a library's generator, or by carrying out the project's."""
    generators = _call(generator, "pydantic.AliasGenerator")
    if generators is not None:
        generator = generators.argument(0, "alias") or generators.argument(1, "validation_alias") or generator
    style = texts("aliases", "generators").get(dotted_name(generator) or "")
    if style is not None:
        return _STYLES[style](name)
    frame = Frame(interpreter, cls.module, interpreter.module_scope(cls.module), wires=True)
    node = syntax.Call(cls.node.pos, syntax.Name(cls.node.pos, name), ())
    made = call(generator, Arguments([Known(name)]), node, frame)
    return made.value if isinstance(made, Known) and isinstance(made.value, str) else None


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _camel(name: str) -> str:
    pascal = _pascal(name)
    return pascal[:1].lower() + pascal[1:]


_STYLES: dict[str, Callable[[str], str]] = {
    "camel": _camel,
    "pascal": _pascal,
    "snake": lambda name: name,
    "kebab": lambda name: name.replace("_", "-"),
}

"""Classes of the project by what they are for, with their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fastapi_audit.facts import syntax
from fastapi_audit.linking.columns import foreign_keys_of
from fastapi_audit.linking.evaluation.attributes import SETTINGS
from fastapi_audit.linking.evaluation.imports import is_type_checking
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.types import ANNOTATED, MODELS
from fastapi_audit.linking.key_ways import with_ways
from fastapi_audit.linking.model_fields import FIELD_CALLS, metadata
from fastapi_audit.linking.relationships import RELATIONSHIPS
from fastapi_audit.linking.typerefs import type_ref
from fastapi_audit.model.classes import Field, Relationship, Schema, Settings, Table
from fastapi_audit.model.module import Class, ClassAttribute
from fastapi_audit.model.values import ClassValue, External, ExternalCall, ExternalObject, Generic, Known, OneOf, Value
from fastapi_audit.model.values import Table as Dict

DECLARATIVE = (
    "sqlalchemy.orm.DeclarativeBase", "sqlalchemy.orm.DeclarativeBaseNoMeta", "sqlalchemy.orm.decl_api.DeclarativeMeta",
    "sqlalchemy.orm.DeclarativeMeta", "flask_sqlalchemy.SQLAlchemy.Model",
)  # fmt: skip
OTHER_ORMS = {
    "tortoise.models.Model": "tortoise", "tortoise.Model": "tortoise", "beanie.Document": "beanie",
    "piccolo.table.Table": "piccolo", "peewee.Model": "peewee", "ormar.Model": "ormar", "odmantic.Model": "odmantic",
}  # fmt: skip
LOADING: dict[object, str] = {True: "select", False: "joined"}


def settings_of(classes: Sequence[Class], interpreter: Interpreter) -> list[Settings]:
    """Return the classes that Pydantic fills from the environment."""
    return [Settings(cls, fields_of(cls, interpreter)) for cls in classes if cls.is_a(*SETTINGS)]


def schemas_of(classes: Sequence[Class], interpreter: Interpreter) -> list[Schema]:
    """Return the Pydantic models that are neither settings nor tables."""
    return [
        Schema(cls, fields_of(cls, interpreter), _config_of(cls, interpreter))
        for cls in classes
        if cls.is_a(*MODELS) and not cls.is_a(*SETTINGS) and table_library(cls, interpreter) is None
    ]


def tables_of(classes: Sequence[Class], interpreter: Interpreter) -> list[Table]:
    """Return the ORM models that have a table of their own; what type checkers alone see is none."""
    found = [(cls, table_library(cls, interpreter)) for cls in classes if not _is_for_types(cls)]
    tables = [
        Table(cls, library, tuple(_relationships(cls, interpreter)), foreign_keys_of(cls, interpreter))
        for cls, library in found
        if library is not None
    ]
    return with_ways(tables, interpreter)


def _is_for_types(cls: Class) -> bool:
    """Say whether a class stands below `if TYPE_CHECKING`."""
    node = cls.module.parents.get(id(cls.node))
    while node is not None:
        if isinstance(node, syntax.If) and is_type_checking(node.test):
            return True
        node = cls.module.parents.get(id(node))
    return False


def _relationships(cls: Class, interpreter: Interpreter) -> Iterator[Relationship]:
    for ancestor in cls.lineage:
        scope = interpreter.class_scopes.get(ancestor)
        for attribute in ancestor.attributes.values():
            value = scope.names.get(attribute.name) if scope is not None else None
            made_by = value.call if isinstance(value, ExternalObject) else None
            if made_by is not None and made_by.name in RELATIONSHIPS:
                yield Relationship(attribute.name, attribute.place, _loading(made_by))


def _loading(call: ExternalCall) -> str | None:
    """Return how a relationship is loaded, by the names that SQLAlchemy has for its other spellings."""
    if call.is_open:
        return None
    arguments = call.named.get("sa_relationship_kwargs")
    value = arguments.get("lazy") if isinstance(arguments, Dict) else call.named.get("lazy")
    if arguments is not None and (not isinstance(arguments, Dict) or arguments.is_open):
        return None
    if value is None:
        return "select"
    spelling = value.value if isinstance(value, Known) else None
    return LOADING.get(spelling, spelling if isinstance(spelling, str) else None)


def table_library(cls: Class, interpreter: Interpreter) -> str | None:
    """Return the ORM that stores a class, None when none does. A declarative base without a table name is none."""
    if cls.is_a("sqlmodel.SQLModel"):
        return "sqlmodel" if any(_is_sqlmodel_table(ancestor, interpreter) for ancestor in cls.lineage) else None
    if cls.is_a(*DECLARATIVE):
        return "sqlalchemy" if _has_table_name(cls) else None
    return next((library for name, library in OTHER_ORMS.items() if cls.is_a(name)), None)


def _is_sqlmodel_table(cls: Class, interpreter: Interpreter) -> bool:
    for base in cls.node.bases:
        if base.keyword == "table":
            value = interpreter.in_module(base.value, cls.module)
            return isinstance(value, Known) and value.value is True
    return False


def _has_table_name(cls: Class) -> bool:
    """Say whether a declarative class is mapped: it names its table or inherits the way to name it, and has columns."""
    names = {name for ancestor in cls.lineage for name in (*ancestor.attributes, *ancestor.methods)}
    if "__abstract__" in cls.attributes:
        return False
    is_base = any(base in DECLARATIVE for base in cls.ancestors[:1] if isinstance(base, str))
    return bool(names & {"__tablename__", "__table__"}) and not (
        is_base and not cls.attributes.keys() & {"__tablename__"}
    )


def fields_of(cls: Class, interpreter: Interpreter) -> tuple[Field, ...]:
    """Return the fields of a model, inherited ones first, each with what the last class says of it."""
    found: dict[str, Field] = {}
    for ancestor in reversed(cls.lineage):
        for attribute in ancestor.attributes.values():
            if attribute.annotation is not None and not attribute.name.startswith("_"):
                found[attribute.name] = _field(ancestor, attribute, interpreter)
    return tuple(field for name, field in found.items() if name != "model_config")


def _field(cls: Class, attribute: ClassAttribute, interpreter: Interpreter) -> Field:
    annotation = interpreter.class_annotation(cls, attribute)
    scope = interpreter.class_scopes.get(cls)
    value = scope.names.get(attribute.name) if scope is not None and attribute.value is not None else None
    call = _field_call(value) or next(
        (found for item in metadata(annotation) if (found := _field_call(item)) is not None), None
    )
    options: Mapping[str, Value] = call.named if call is not None else {}
    is_said_by_call = call is not None and (value is None or _field_call(value) is not None)
    default = _default_of(call) if call is not None and is_said_by_call else value
    is_said_required = External("Ellipsis") in (default, _default_of(call) if call is not None else None)
    if default == External("Ellipsis"):
        default = None
    return Field(
        attribute.name,
        attribute.place,
        type_ref(annotation),
        default,
        options,
        tuple(_deep_metadata(annotation)),
        is_said_required,
    )


def _deep_metadata(annotation: Value) -> Iterator[Value]:
    """Yield what the `Annotated` in an annotation say, those inside of unions and containers included."""
    if isinstance(annotation, OneOf):
        for option in annotation.options:
            yield from _deep_metadata(option)
    elif isinstance(annotation, Generic):
        is_annotated = annotation.base == External(ANNOTATED)
        yield from annotation.arguments[1:] if is_annotated else ()
        for inner in annotation.arguments[:1] if is_annotated else annotation.arguments:
            yield from _deep_metadata(inner)


def _config_of(cls: Class, interpreter: Interpreter) -> dict[str, Value]:
    """Return the configuration of a model: `model_config`, an inner `class Config`, keywords of the class statement."""
    found: dict[str, Value] = {}
    for ancestor in reversed(cls.lineage):
        scope = interpreter.class_scopes.get(ancestor)
        for name in ("Config", "model_config"):
            found.update(_settings_in(scope.names.get(name) if scope is not None else None, interpreter))
        keywords = (base for base in ancestor.node.bases if base.keyword)
        found.update({str(one.keyword): interpreter.in_module(one.value, ancestor.module) for one in keywords})
    return found


def _settings_in(config: Value | None, interpreter: Interpreter) -> Mapping[str, Value]:
    if isinstance(config, ClassValue):
        scope = interpreter.class_scopes.get(config.cls)
        return scope.names if scope is not None else {}
    if isinstance(config, Dict):
        return {str(key.value): value for key, value in config.items if isinstance(key, Known)}
    return config.call.named if isinstance(config, ExternalObject) and config.call is not None else {}


def _field_call(value: Value | None) -> ExternalCall | None:
    if isinstance(value, ExternalObject) and value.call is not None and value.call.name in FIELD_CALLS:
        return value.call
    return None


def _default_of(call: ExternalCall) -> Value | None:
    return call.argument(0, "default") or call.argument(None, "default_factory")

"""Routes and schemas → which schemas are taken and sent by which routes, at every depth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.typerefs import type_ref
from fastapi_audit.model.classes import Field, Schema
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Class
from fastapi_audit.model.project import Project
from fastapi_audit.model.routing import Route
from fastapi_audit.model.schema_graph import SchemaGraph
from fastapi_audit.model.types import TypeRef
from fastapi_audit.model.values import Instance

MAKERS = frozenset({
    "pydantic.BaseModel.from_orm", "pydantic.BaseModel.model_validate", "sqlmodel.SQLModel.from_orm",
    "sqlmodel.SQLModel.model_validate",
})  # fmt: skip
BODIES = frozenset({"body", "form"})
Parts = Mapping[Class, tuple[Class, ...]]


def build_schema_graph(project: Project, interpreter: Interpreter) -> SchemaGraph:
    """Return the schemas of a service by the routes that take and send them."""
    taken = {schema.cls: _parts(schema.cls, schema.fields, interpreter) for schema in project.schemas}
    sent = {schema.cls: _parts(schema.cls, _shown(schema), interpreter) for schema in project.schemas}
    return SchemaGraph(
        _by_schema(((route, _bodies(route)) for route in project.routes), taken),
        _by_schema(((route, _answers(route, project)) for route in project.routes), sent),
        _by_maker(project.calls),
    )


def _shown(schema: Schema) -> Iterator[Field]:
    return (field for field in schema.fields if not field.is_excluded)


def _parts(cls: Class, fields: Iterable[Field], interpreter: Interpreter) -> tuple[Class, ...]:
    """Return the classes of a model's fields and of the arguments of its generic bases."""
    types = [field.type for field in fields if field.type is not None]
    for ancestor in cls.lineage:
        values = (interpreter.in_module(one.value, ancestor.module) for one in ancestor.node.bases if not one.keyword)
        types += [inner for value in values for inner in type_ref(value).arguments]
    return tuple(_classes(types))


def _classes(types: Iterable[TypeRef]) -> Iterator[Class]:
    return (part.cls for type_ in types for part in type_.walk() if part.cls is not None)


def _bodies(route: Route) -> Iterator[TypeRef]:
    return (one.type for one in route.all_parameters if one.source in BODIES and one.type is not None)


def _answers(route: Route, project: Project) -> list[TypeRef]:
    """Return what a route serialises: by its response model, else, where that names no class, by what is returned."""
    model = route.response_model
    if model is not None and any(True for _ in _classes([model])):
        return [model]
    return [item.type for item in project.returns_in(route.handler)] if route.handler is not None else []


def _by_schema(uses: Iterable[tuple[Route, Iterable[TypeRef]]], parts: Parts) -> dict[Class, tuple[Route, ...]]:
    found: dict[Class, list[Route]] = {}
    for route, types in uses:
        for cls in _reached(_classes(types), parts):
            found.setdefault(cls, []).append(route)
    return {cls: tuple(routes) for cls, routes in found.items()}


def _by_maker(calls: Iterable[Call]) -> dict[Class, tuple[Call, ...]]:
    found: dict[Class, list[Call]] = {}
    for call in calls:
        if call.name in MAKERS and isinstance(call.result, Instance):
            found.setdefault(call.result.cls, []).append(call)
    return {cls: tuple(made) for cls, made in found.items()}


def _reached(classes: Iterable[Class], parts: Parts) -> Iterator[Class]:
    """Yield the schemas among classes, and those inside them."""
    pending, seen = list(classes), set[Class]()
    while pending:
        cls = pending.pop()
        if cls in parts and cls not in seen:
            seen.add(cls)
            yield cls
            pending += parts[cls]

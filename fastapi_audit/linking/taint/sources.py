"""Where what clients choose comes in: parameters, bodies, uploads, and what code reads out of a request."""

from __future__ import annotations

from functools import cached_property

from fastapi_audit.knowledge.tables import texts
from fastapi_audit.linking.evaluation.attributes import SETTINGS
from fastapi_audit.linking.evaluation.types import type_name
from fastapi_audit.linking.signatures import UPLOADS
from fastapi_audit.linking.taint.constraints import cleaned_by, validated_fields
from fastapi_audit.linking.taint.steps import UNSEEN_CALLER
from fastapi_audit.model.classes import Field, Schema
from fastapi_audit.model.inputs import VALIDATOR, Gap, Input
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.project import Project
from fastapi_audit.model.routing import Dependency, Parameter, Route
from fastapi_audit.model.values import Known, Value


class Sources:
    """The inputs of one service, each made once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._inputs: dict[object, Input] = {}

    @cached_property
    def _parameters(self) -> dict[tuple[Function | None, str], Parameter]:
        found = self._project.subjects(Parameter)
        return {(parameter.function, parameter.variable): parameter for parameter in found}

    @cached_property
    def _declared(self) -> dict[Place, Parameter]:
        return {parameter.place: parameter for parameter in self._project.subjects(Parameter)}

    @cached_property
    def _routes(self) -> dict[Place, tuple[Route, ...]]:
        found: dict[Place, dict[Route, None]] = {}
        for route in self._project.routes:
            for parameter in route.all_parameters:
                found.setdefault(parameter.place, {})[route] = None
        return {place: tuple(routes) for place, routes in found.items()}

    @cached_property
    def _models(self) -> dict[Class, tuple[Route, ...]]:
        """The routes that fill a model with several parameters: `Annotated[Filter, Query()]`."""
        found: dict[Class, dict[Route, None]] = {}
        for route in self._project.routes:
            for parameter in route.all_parameters:
                if parameter.type is not None and parameter.type.cls is not None:
                    found.setdefault(parameter.type.cls, {})[route] = None
        return {cls: tuple(routes) for cls, routes in found.items()}

    @cached_property
    def _dependencies(self) -> dict[Place, Dependency]:
        routes = self._project.routes
        return {dependency.place: dependency for route in routes for dependency in route.all_dependencies}

    @cached_property
    def _schemas(self) -> dict[Class, Schema]:
        return {schema.cls: schema for schema in self._project.schemas}

    @cached_property
    def _fields(self) -> dict[Class, dict[str, Field]]:
        return {cls: {field.name: field for field in schema.fields} for cls, schema in self._schemas.items()}

    @cached_property
    def _tables(self) -> frozenset[Class]:
        return frozenset(table.cls for table in self._project.tables)

    def of_parameter(self, function: Function, name: str) -> Input | None:
        """Return the input that a parameter of a handler or dependency takes; None where it takes none."""
        parameter = self._parameters.get((function, name))
        return self._of(parameter) if parameter is not None else None

    def _of(self, parameter: Parameter) -> Input:
        if parameter.place not in self._inputs:
            self._inputs[parameter.place] = Input(
                str(parameter),
                parameter.source,
                parameter.place,
                self._routes.get(parameter.place, ()),
                parameter,
                parameter.cleaned,
            )
        return self._inputs[parameter.place]

    def unseen(self, function: Function, name: str) -> Input:
        """Return the input that a parameter is which nothing is seen to give."""
        node = next((param for param in function.node.params if param.name == name), function.node)
        found = Input(f"parameter {name} of {function.name}", UNSEEN_CALLER, function.module.at(node))
        return self._inputs.setdefault((function, name), found)

    def dependency(self, function: Function, name: str) -> Dependency | None:
        """Return the dependency whose result a parameter takes."""
        node = next((param for param in function.node.params if param.name == name), None)
        return self._dependencies.get(function.module.at(node)) if node is not None else None

    def of_field(self, name: str, cls: Class, function: Function | None) -> Input | Gap | None:
        """Return the input that a field of a class holds where a function reads it; None for configuration."""
        if cls.is_a(*SETTINGS):
            return None
        if cls in self._tables:
            return Gap(f"the column {name} of {cls.name}", is_stored=True)
        field = self._fields.get(cls, {}).get(name)
        if field is not None and field.place in self._declared:
            return self._of(self._declared[field.place])
        if field is None:
            return Gap(f"the attribute {name} of {cls.name}")
        return self._of_schema(field, cls, function)

    def _of_schema(self, field: Field, cls: Class, function: Function | None) -> Input | Gap:
        taken = self._project.schema_graph.taken_by(self._schemas[cls]) or self._models.get(cls, ())
        reached = self._project.flow.routes(function) if function is not None else ()
        routes = tuple(route for route in taken if route in reached)
        if not routes and (reached or not taken):
            return Gap(
                f"the field {field.name} of {cls.name}, which no request is seen to fill", is_stored=bool(reached)
            )
        key = (cls, field.name, bool(routes))
        if key not in self._inputs:
            validated = field.name in validated_fields(cls)
            cleaned = cleaned_by(field.type, field.options, field.metadata)
            cleaned = cleaned or (VALIDATOR if validated else None)
            name = f"field {field.name} of {cls.name}"
            self._inputs[key] = Input(name, "body" if routes else UNSEEN_CALLER, field.place, taken, None, cleaned)
        return self._inputs[key]

    def of_request(self, name: str) -> str | None:
        """Return what part of a request it is that has a name: `fastapi.Request.query_params.get`."""
        if not name.startswith(("fastapi.Request.", "fastapi.WebSocket.", "fastapi.security.")):
            return None
        for part, source in texts("taint", "request").items():
            if name == part or (name.startswith(part) and name[len(part)] in ".(["):
                return source
        return None

    def part_of_request(self, source: str, key: Value | None, function: Function | None) -> Input:
        """Return a part of a request that a function reads itself."""
        name = str(key.value) if isinstance(key, Known) else ""
        routes = self._project.flow.routes(function) if function is not None else ()
        place = function.place if function is not None else None
        found = Input(f"{source} {name}" if name else f"{source} of the request", "request", place, routes)
        return self._inputs.setdefault((source, name, function), found)

    def is_upload(self, value: Value) -> bool:
        """Say whether a value is an upload."""
        return type_name(value) in UPLOADS

    def unseen_upload(self, function: Function | None) -> Input:
        """Return an upload of which it is not seen where it comes in."""
        routes = self._project.flow.routes(function) if function is not None else ()
        parameters = (parameter for route in routes for parameter in route.all_parameters)
        parameter = next((one for one in parameters if one.source == "file"), None)
        if parameter is not None:
            return self._of(parameter)
        place = function.place if function is not None else None
        return self._inputs.setdefault(("upload", function), Input("an upload", "file", place, routes))

    def part_of_upload(self, upload: Input, part: str) -> Input:
        """Return the name, the type or the content of an upload."""
        key = (upload, part)
        if key not in self._inputs:
            name = f"{texts('taint', 'upload')[part]} of the {upload}" if upload.parameter else f"{part} of {upload}"
            self._inputs[key] = Input(name, "file", upload.place, upload.routes, upload.parameter)
        return self._inputs[key]

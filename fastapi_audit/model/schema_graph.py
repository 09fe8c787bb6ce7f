"""Which schemas cross the border of the service, in which direction, and on which routes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi_audit.model.classes import ClassKind
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Class
from fastapi_audit.model.routing import Route


@dataclass(frozen=True, eq=False, slots=True)
class SchemaGraph:
    """Routes by the schemas that they take and send, at every depth: as they are, as fields of others, as arguments of
    generics. What a field with `exclude=True` holds is not sent. Beside them the calls that make schemas of objects.
    """

    _taken: Mapping[Class, tuple[Route, ...]] = field(default_factory=dict)
    _sent: Mapping[Class, tuple[Route, ...]] = field(default_factory=dict)
    _made: Mapping[Class, tuple[Call, ...]] = field(default_factory=dict)

    def taken_by(self, schema: ClassKind) -> tuple[Route, ...]:
        """Return the routes that read a schema out of a body or form, in the order of registration."""
        return self._taken.get(schema.cls, ())

    def sent_by(self, schema: ClassKind) -> tuple[Route, ...]:
        """Return the routes that answer with a schema, in the order of registration."""
        return self._sent.get(schema.cls, ())

    def made_by(self, schema: ClassKind) -> tuple[Call, ...]:
        """Return the calls that make a schema of a given object (`model_validate`, `from_orm`), in their order."""
        return self._made.get(schema.cls, ())

"""Types as annotations say them, with names resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.module import Class

UNION = "Union"
_RESPONSES = "fastapi.responses."


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A type by its dotted name, with its arguments; `cls` when it is a class of the project.

    A union is named "Union", None is "None", and what cannot be resolved is "?". `Annotated` metadata is left out;
    `alias` is the name that an annotated union was given in the source.
    """

    name: str
    arguments: tuple[TypeRef, ...] = ()
    cls: Class | None = None
    alias: str = field(default="", compare=False)

    def __str__(self) -> str:
        if self.alias:
            return self.alias
        if self.name == UNION:
            return " | ".join(str(argument) for argument in self.arguments)
        inner = ", ".join(str(argument) for argument in self.arguments)
        return f"{self.name}[{inner}]" if inner else self.name

    def walk(self) -> Iterator[TypeRef]:
        """Yield this type and all types inside it."""
        yield self
        for argument in self.arguments:
            yield from argument.walk()

    @property
    def options(self) -> tuple[TypeRef, ...]:
        """The members of a union without None; of another type, itself."""
        members = self.arguments if self.name == UNION else (self,)
        return tuple(member for member in members if member.name != "None")

    @property
    def is_response(self) -> bool:
        """Whether this is a response class, Starlette's or a library's, or derived from one."""
        bases = [base for base in self.cls.ancestors if isinstance(base, str)] if self.cls is not None else [self.name]
        return any(base.startswith(_RESPONSES) or base in names("responses", "other") for base in bases)

    def is_a(self, *names: str) -> bool:
        """Say whether this is one of these external classes, or a project class derived from one."""
        return self.name in names or (self.cls is not None and self.cls.is_a(*names))

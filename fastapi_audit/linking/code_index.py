"""Calls, raises and the other sites of a set of modules: of their bodies, and of every function in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from fastapi_audit.linking.bulk_writes import bulk_writes_of
from fastapi_audit.linking.compared_fields import compared_fields
from fastapi_audit.linking.data_access import data_access
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.recorder import Recorder
from fastapi_audit.linking.evaluation.types import decorator_name
from fastapi_audit.linking.named_strings import named_strings_of
from fastapi_audit.linking.pydantic_use import uses_in_attributes, uses_in_calls
from fastapi_audit.linking.sites import (
    calls_of,
    clauses_of,
    comparisons_of,
    environment_reads_of,
    raises_of,
    returns_of,
)
from fastapi_audit.linking.token_reads import token_reads
from fastapi_audit.model.classes import ComparedField, Schema, Settings
from fastapi_audit.model.code import (
    BulkWrite,
    Call,
    Comparison,
    DataAccess,
    EnvironmentRead,
    ExceptClause,
    NamedString,
    Raise,
    Return,
    Site,
)
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.pydantic_use import PydanticUse
from fastapi_audit.model.routing import Route, TokenRead
from fastapi_audit.model.values import FunctionValue, Value

T = TypeVar("T", bound="Site | Function | Class")


class CodeIndex:
    """The sites of some modules, in the order of their places; each kind is computed when it is asked for."""

    def __init__(self, interpreter: Interpreter, modules: Sequence[Module], functions: Sequence[Function]) -> None:
        self._interpreter = interpreter
        self._modules = modules
        self.functions = functions
        for function in functions:
            function.decorators.update(_decorators(function, interpreter.function_values[function]))

    @cached_property
    def _scopes(self) -> list[tuple[Recorder, Module, Function | None, list[Call]]]:
        found = []
        for recorder, module, function in self._recorders():
            found.append((recorder, module, function, calls_of(recorder, module, function)))
        return found

    def _recorders(self) -> Iterator[tuple[Recorder, Module, Function | None]]:
        for module in self._modules:
            recorder = self._interpreter.recorders.get(module.path)
            if recorder is not None:
                yield recorder, module, None
        for function in self.functions:
            value = self._interpreter.function_values[function]
            current = next((part for part in value.chain if part.function is function), None)
            if current is not None:
                yield self._interpreter.read(current), function.module, function

    def calls(self) -> list[Call]:
        """Return every call."""
        return self._calls

    @cached_property
    def _calls(self) -> list[Call]:
        return in_order([call for *_, calls in self._scopes for call in calls])

    def recorded(self) -> Iterator[tuple[Sequence[Call], dict[int, Value]]]:
        """Yield the calls of every scope, and what each calls by the identity of its node."""
        for recorder, _, _, calls in self._scopes:
            yield calls, {id(record.node): record.callee for record in recorder.all_calls}

    def calls_by_function(self) -> dict[Function, list[Call]]:
        """Return the calls in functions, by function."""
        return {function: calls for _, _, function, calls in self._scopes if function is not None}

    def raises(self) -> list[Raise]:
        """Return every raise."""
        return in_order([item for scope in self._scopes for item in raises_of(*scope)])

    def comparisons(self) -> list[Comparison]:
        """Return every comparison."""
        return in_order([item for scope in self._scopes for item in comparisons_of(*scope[:3])])

    def returns(self) -> list[Return]:
        """Return every return that gives something."""
        return in_order([item for scope in self._scopes for item in returns_of(*scope[:3], self._interpreter)])

    def except_clauses(self) -> list[ExceptClause]:
        """Return every except clause."""
        return in_order([item for scope in self._scopes for item in clauses_of(*scope)])

    def environment_reads(self) -> list[EnvironmentRead]:
        """Return every read of the environment."""
        return self._environment_reads

    @cached_property
    def _environment_reads(self) -> list[EnvironmentRead]:
        return in_order([item for scope in self._scopes for item in environment_reads_of(*scope)])

    def data_accesses(self) -> list[DataAccess]:
        """Return every access to a database."""
        found = [data_access(call) for call in self.calls()]
        return [item for item in found if item is not None]

    def compared_fields(self, models: Sequence[Schema | Settings]) -> list[ComparedField]:
        """Return the fields of models that are compared with texts."""
        return compared_fields(models, (scope[:3] for scope in self._scopes))

    def pydantic_uses(self) -> list[PydanticUse]:
        """Return the calls and reads of Pydantic's interface."""
        return [*uses_in_calls(self.calls()), *uses_in_attributes(scope[:3] for scope in self._scopes)]

    def token_reads(self, routes: Sequence[Route]) -> list[TokenRead]:
        """Return the functions that take the caller's token."""
        recorders = {function: recorder for recorder, _, function, _ in self._scopes if function is not None}
        return token_reads(recorders, routes)

    def bulk_writes(self, tables: Collection[Class]) -> list[BulkWrite]:
        """Return the calls that write the fields of a model to one of some tables, all at once."""
        return in_order(
            [item for scope in self._scopes for item in bulk_writes_of(*scope[:3], tables, self._interpreter)]
        )

    def named_strings(self) -> list[NamedString]:
        """Return every string constant under a name."""
        calls = {id(call.node): call for call in self.calls()}
        functions: dict[str, dict[int, Function]] = {}
        for function in self.functions:
            functions.setdefault(function.module.path, {})[function.node.pos] = function
        classes: dict[str, dict[int, Class]] = {}
        for (path, pos), cls in self._interpreter.classes.items():
            classes.setdefault(path, {})[pos] = cls
        found: list[NamedString] = []
        for module in self._modules:
            path = module.path
            found += named_strings_of(module, functions.get(path, {}), classes.get(path, {}), calls)
        return found


def _decorators(function: Function, value: FunctionValue) -> Iterator[str]:
    """Yield the names of what decorates a function, and what wraps it."""
    for part in value.chain:
        yield from (name for decoration in part.decorations if (name := decorator_name(decoration)) is not None)
        if part.function is function:
            return


def in_order(found: Iterable[T]) -> list[T]:
    """Return what stands in files in the order of places."""
    return sorted(found, key=lambda one: one.module.order(one.node))

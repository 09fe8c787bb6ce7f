"""Rows that a call finds, and what the function around it does with them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fastapi_audit.facts import syntax
from fastapi_audit.model.classes import Table
from fastapi_audit.model.code import Call, DataAccess, Site


class RowState(Enum):
    """How far rows are unpacked: tuples of entities, a result to iterate over, a list, or one row."""

    TUPLES = "tuples"
    RESULT = "result"
    ROWS = "rows"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Reading:
    """A place that reads a relationship of a row that nothing has loaded; `is_repeated`: of each of many rows."""

    node: syntax.Attribute
    is_repeated: bool


class FoundRows(Site, frozen=True, eq=False):
    """A call that finds rows of one table: a query, or a call of a project function that returns what a query found.

    `loaded` are the names that the query says to load. `returned` are the statements that return the rows, and in what
    state.
    """

    call: Call
    table: Table
    loaded: frozenset[str]
    query: DataAccess
    readings: tuple[Reading, ...] = ()
    returned: tuple[tuple[syntax.Return, RowState], ...] = ()

    def __str__(self) -> str:
        return f"rows of {self.table.cls.name}"

    def loads_late(self, name: str) -> bool:
        """Say whether reading an attribute of a row asks the database."""
        return name not in self.loaded and any(one.name == name and one.is_lazy for one in self.table.relationships)

"""Which calls find rows of which table, with which relationships loaded, and what becomes of the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from fastapi_audit.facts import syntax, tree
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.row_use import Body, body_of, follow, reading
from fastapi_audit.model.classes import Table
from fastapi_audit.model.code import Call, DataAccess
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.project import Project
from fastapi_audit.model.rows import FoundRows, RowState
from fastapi_audit.model.values import ClassValue

SELECT, QUERY, ENTITIES = "sqlalchemy.select", "sqlalchemy.orm.Query", "Session.query"
BY_KEY = ("get", "get_one")
STARTS = {
    "get": RowState.ROW,
    "get_one": RowState.ROW,
    "scalar": RowState.ROW,
    "scalars": RowState.RESULT,
    "exec": RowState.RESULT,
    "execute": RowState.TUPLES,
}
OF_QUERY = {
    "all": RowState.ROWS,
    "first": RowState.ROW,
    "one": RowState.ROW,
    "one_or_none": RowState.ROW,
    "get": RowState.ROW,
}

Rows = tuple[FoundRows, RowState]


def rows_found(project: Project) -> list[FoundRows]:
    """Return the calls that find rows of tables with relationships, sorted by place."""
    tables = {table.cls: table for table in project.tables if any(one.is_lazy for one in table.relationships)}
    finder = _Finder(project, tables)
    found = [rows for function in project.functions for rows in finder.found_in(function)] if tables else []
    return sorted(found, key=lambda rows: rows.place)


@dataclass(slots=True)
class _Finder:
    """Looks at each function once; one that is asked for while it is looked at gives nothing."""

    project: Project
    tables: dict[Class, Table]
    _found: dict[Function, list[FoundRows]] = field(default_factory=dict)

    def found_in(self, function: Function) -> list[FoundRows]:
        """Return the rows that the calls of a function find."""
        if function not in self._found:
            self._found[function] = []
            self._found[function] = list(self._look(function))
        return self._found[function]

    def _look(self, function: Function) -> Iterator[FoundRows]:
        calls = (self._given(call) for call in self.project.calls_in(function))
        queries = (self._asked(access, function) for access in self.project.data_accesses_in(function))
        given = [rows for rows in (*calls, *queries) if rows is not None]
        body = body_of(function) if given else None
        for found, state in given:
            if body is not None:
                yield _with_use(found, state, body)

    def _given(self, call: Call) -> Rows | None:
        """Return the rows that a project function returns: from each of its `return`s, of one kind."""
        if not isinstance(call.target, Function) or call.target not in self.project.reaching_data:
            return None
        found = self.found_in(call.target)
        given = [(rows, node, state) for rows in found for node, state in rows.returned]
        kinds = {(rows.table, rows.loaded, state) for rows, _, state in given}
        if len(kinds) != 1 or not _are_all(call.target, [node for _, node, _ in given]):
            return None
        rows, _, state = given[0]
        site = FoundRows(call.module, call.function, call.node, call.blocks, call, rows.table, rows.loaded, rows.query)
        return site, state

    def _asked(self, access: DataAccess, function: Function) -> Rows | None:
        """Return the rows that a query of one table finds."""
        call = access.call
        owner, _, method = (call.name or "").rpartition(".")
        state = OF_QUERY.get(method) if owner == QUERY else STARTS.get(method)
        if state is None or (owner != QUERY and owner not in names("sessions", "with_rows")):
            return None
        is_by_key = method in BY_KEY and owner != QUERY
        parts = [call.node] if is_by_key else list(_parts(call.node, owner == QUERY, function))
        maker = call if is_by_key else self._maker(parts, function)
        entity = maker.positional[0] if maker is not None and maker.positional else None
        table = self.tables.get(entity.cls) if isinstance(entity, ClassValue) else None
        loaded = _loaded(parts)
        if table is None or loaded is None:
            return None
        return FoundRows(call.module, function, call.node, call.blocks, call, table, loaded, access), state

    def _maker(self, parts: Sequence[syntax.Node], function: Function) -> Call | None:
        """Return the one call that says what a query asks for, if that is one entity."""
        roots = {id(_root(part)) for part in parts}
        made = [call for call in self.project.calls_in(function) if id(call.node) in roots]
        chosen = [call for call in made if call.name == SELECT or (call.name or "").endswith(ENTITIES)]
        return chosen[0] if len(chosen) == 1 and len(chosen[0].positional) == 1 else None


def _with_use(rows: FoundRows, state: RowState, body: Body) -> FoundRows:
    """Return rows with what a function does with them."""
    readings, returned = [], []
    for around, after, is_repeated in follow(rows.node, state, body):
        if isinstance(around, syntax.Return):
            returned.append((around, after))
        elif isinstance(around, syntax.Attribute) and after is RowState.ROW and rows.loads_late(around.attr):
            read = reading(around, is_repeated, body)
            readings += [read] if read is not None else []
    return replace(rows, readings=tuple(readings), returned=tuple(returned))


def _are_all(function: Function, known: Sequence[syntax.Return]) -> bool:
    """Say whether a function returns nothing else, but for None."""
    returns = (node for node in function.nodes if isinstance(node, syntax.Return))
    others = (node.value for node in returns if not any(node is one for one in known))
    return all(value is None or (isinstance(value, syntax.Constant) and value.value is None) for value in others)


def _parts(call: syntax.Node, is_query: bool, function: Function) -> Iterator[syntax.Node]:
    """Yield the expressions that put a statement together: itself, and what its name was assigned."""
    given = call.args[0].value if isinstance(call, syntax.Call) and call.args else None
    statement = call if is_query else given
    if statement is None:
        return
    yield statement
    root = _root(statement)
    name = root.func.value if isinstance(root, syntax.Call) and isinstance(root.func, syntax.Attribute) else root
    if isinstance(name, syntax.Name) and name.id not in {param.name for param in function.node.params}:
        for node in function.nodes:
            if isinstance(node, syntax.Assign) and any(tree.is_name(target, name.id) for target in node.targets):
                yield node.value


def _root(node: syntax.Node) -> syntax.Node:
    """Return the first call of a chain, or the name that is no call."""
    while isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute):
        if not isinstance(node.func.value, syntax.Call):
            return node
        node = node.func.value
    return node


def _loaded(parts: Sequence[syntax.Node]) -> frozenset[str] | None:
    """Return the names that options mention; None when some options are not written down there."""
    found: set[str] = set()
    for node in tree.descendants(parts):
        given = _options(node) if isinstance(node, syntax.Call) else []
        if any(argument.star or not isinstance(argument.value, (syntax.Call, syntax.Sequence)) for argument in given):
            return None
        for inner in tree.descendants(given):
            if isinstance(inner, syntax.Attribute):
                found.add(inner.attr)
            elif isinstance(inner, syntax.Constant):
                found.add(str(inner.value))
    return frozenset(found)


def _options(call: syntax.Call) -> list[syntax.Argument]:
    is_options = isinstance(call.func, syntax.Attribute) and call.func.attr == "options"
    return [argument for argument in call.args if is_options or argument.keyword == "options"]

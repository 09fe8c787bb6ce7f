"""Queries that a call leads to, with what it is given as their parameters."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.rule_api import Call, DataAccess, ExternalObject, Function, Project, syntax, tree

from ._repetition import dependent, mentions

ONLY_MARKS = ("Session.delete", "scoped_session.delete")
DEPTH = 3
SCHEMA = "sqlalchemy.schema."
STATEMENTS = frozenset({"select", "insert", "update", "delete", "query"})
WRITES = frozenset({
    "add", "add_all", "bulk_create", "bulk_insert_mappings", "bulk_save_objects", "bulk_update_mappings", "commit",
    "create", "delete", "delete_many", "delete_one", "flush", "insert", "insert_many", "insert_one", "merge", "replace",
    "save", "update", "update_many", "update_one",
})  # fmt: skip
CACHES = frozenset({"functools.cache", "functools.lru_cache"})


def is_query(access: DataAccess) -> bool:
    """Say whether an access reads or writes rows at once."""
    return access.waits and access.moves_data and not (access.call.name or "").endswith(ONLY_MARKS)


def is_of_table(access: DataAccess, names: frozenset[str]) -> bool:
    """Say whether what one of some names stands for is the table that is asked, or created or dropped."""
    call = access.call
    statement = call.argument(0, "statement")
    if isinstance(statement, ExternalObject) and (statement.type or "").startswith(SCHEMA):
        return True
    return any(
        isinstance(inner, syntax.Call) and _is_table(_asked(inner), names) for inner in tree.descendants([call.node])
    )


def _asked(call: syntax.Call) -> syntax.Expr | None:
    """Return what stands for the table in `table.select()` and in `select(table)`, `session.query(table)`."""
    name = call.func.attr if isinstance(call.func, syntax.Attribute) else getattr(call.func, "id", "")
    if name not in STATEMENTS:
        return None
    if call.args:
        return call.args[0].value
    return call.func.value if isinstance(call.func, syntax.Attribute) else None


def _is_table(node: syntax.Expr | None, names: frozenset[str]) -> bool:
    return isinstance(node, syntax.Name) and node.id in names


def query_behind(call: Call, names: frozenset[str], project: Project, depth: int = DEPTH) -> DataAccess | None:
    """Return the nearest query that a call of a project function leads to and that depends on some of the names given
    to it; what only fills a cache is none.
    """
    function = call.target
    if not isinstance(function, Function) or depth == 0 or not CACHES.isdisjoint(function.decorators):
        return None
    given = frozenset(_parameters_given(call, function, names))
    if not given:
        return None
    inside = dependent(set(given), function.statements)
    for access in project.data_accesses_in(function):
        if not is_query(access) or is_of_table(access, inside):
            continue
        if mentions(access.call.node, inside) and not _fills_cache(access.call, function):
            return access
    calls = (inner for inner in project.calls_in(function) if mentions(inner.node, inside))
    found = (query_behind(inner, inside, project, depth - 1) for inner in calls if not _fills_cache(inner, function))
    return next((access for access in found if access is not None), None)


def only_reads(function: Function, project: Project, depth: int = DEPTH) -> bool:
    """Say whether a function writes nothing, as far as its calls are followed: what writes is an operation of its own,
    and doing several of them one after the other is often meant.
    """
    if any((access.call.name or "").rpartition(".")[2] in WRITES for access in project.data_accesses_in(function)):
        return False
    targets = {call.target for call in project.calls_in(function) if isinstance(call.target, Function)}
    return depth == 0 or all(only_reads(target, project, depth - 1) for target in targets & project.reaching_data)


def _parameters_given(call: Call, function: Function, names: frozenset[str]) -> Iterator[str]:
    """Yield the parameters of a function that an argument with one of some names fills."""
    node, params = call.node, [param.name for param in function.node.params]
    if not isinstance(node, syntax.Call):
        return
    is_bound = function.owner is not None and isinstance(node.func, syntax.Attribute)
    if is_bound and params and mentions(node.func, names):
        yield params[0]
    for position, argument in enumerate(node.args, start=1 if is_bound else 0):
        if argument.star or not mentions(argument.value, names):
            continue
        if argument.keyword is not None:
            yield argument.keyword
        elif position < len(params):
            yield params[position]


def _fills_cache(call: Call, function: Function) -> bool:
    """Say whether a call is made only when something that outlives the function has no value yet."""
    tests = (outer.test for outer in call.around if isinstance(outer, syntax.If))
    own = {param.name for param in function.node.params} - {"self", "cls"} | tree.names_bound(function.statements)
    return any(_asks_for_missing(test, own) for test in tests)


def _asks_for_missing(test: syntax.Expr, own: set[str]) -> bool:
    match test:
        case syntax.Compare(left=kept, ops=("is",), comparators=(syntax.Constant(value=None),)):
            return _root(kept) not in own
        case syntax.Compare(ops=("not in",), comparators=(kept,)):
            return _root(kept) not in own
        case syntax.UnaryOp(op="not", value=kept):
            return _root(kept) not in own
        case _:
            return False


def _root(node: syntax.Expr) -> str:
    while isinstance(node, (syntax.Attribute, syntax.Subscript)):
        node = node.value
    return node.id if isinstance(node, syntax.Name) else ""

"""Rows that a handler returns for a response model with more than the query has loaded."""

from collections.abc import Iterator

from fastapi_audit.rule_api import FoundRows, Project, Route, RowState, Schema, syntax

LISTS = frozenset({"list", "tuple", "typing.Sequence", "typing.Iterable"})
CHOOSING = frozenset({"response_model_include", "response_model_exclude"})


def unloaded_fields(
    found: FoundRows, route: Route, project: Project, *states: RowState
) -> Iterator[tuple[syntax.Return, str]]:
    """Yield what a handler returns in some states for a response model, with each field that nothing has loaded."""
    if not CHOOSING.isdisjoint(route.options):
        return
    for node, state in found.returned:
        schemas = _schemas(route, state, project) if state in states else ()
        yield from ((node, field.name) for schema in schemas for field in schema.fields if found.loads_late(field.name))


def _schemas(route: Route, state: RowState, project: Project) -> Iterator[Schema]:
    """Yield the schemas that FastAPI makes of each row."""
    for option in route.response_model.options if route.response_model is not None else ():
        of_list = option.arguments if option.name in LISTS else ()
        classes = [one.cls for one in (of_list if state is RowState.ROWS else (option,))]
        yield from (schema for schema in project.schemas if schema.cls in classes)

"""Routes that return collections: lists, or pages that wrap one."""

from fastapi_audit.rule_api import Project, Route, Schema, TypeRef, names

COLLECTIONS = frozenset({
    "list", "set", "tuple", "frozenset", "typing.Sequence", "typing.Iterable", "typing.Collection",
    "typing.AbstractSet",
})  # fmt: skip
COUNTS = frozenset({"int", "bool"})
POSITIONS = frozenset({"cursor", "nextcursor", "prevcursor", "previouscursor", "next", "previous", "prev", "nextpage"})


def plain(name: str) -> str:
    """Return a name in lower case, without underscores, hyphens and brackets."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def is_page_of_library(type_: TypeRef | None) -> bool:
    """Say whether a type is a page that a library gives out."""
    return type_ is not None and any(option.is_a(*names("collections", "pages")) for option in type_.options)


def returns_collection(route: Route, project: Project) -> bool:
    """Say whether a GET route gives a list, or a page that wraps one."""
    if "GET" not in route.methods:
        return False
    if route.response_model is not None:
        return any(_is_collection(option, project) for option in route.response_model.options)
    if route.handler is None or route.returns is not None:
        return False
    return any(option.name == "list" for given in project.returns_in(route.handler) for option in given.type.options)


def _is_collection(type_: TypeRef, project: Project) -> bool:
    if type_.name in COLLECTIONS or is_page_of_library(type_):
        return True
    schema = next((schema for schema in project.schemas if schema.cls is type_.cls), None)
    return schema is not None and _is_page(schema)


def _is_page(schema: Schema) -> bool:
    """Say whether a schema wraps one collection and has nothing else but counts and positions."""
    held = [field for field in schema.fields if field.type and any(o.name in COLLECTIONS for o in field.type.options)]
    others = [field for field in schema.fields if field not in held]
    return len(held) == 1 and all(
        plain(field.name) in POSITIONS
        or (field.name != "id" and field.type is not None and all(o.name in COUNTS for o in field.type.options))
        for field in others
    )

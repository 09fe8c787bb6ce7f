"""By which foreign keys queries look for rows: what their conditions say to be equal to what."""

from collections.abc import Iterator, Mapping, Set
from functools import lru_cache

from fastapi_audit.rule_api import Call, Comparison, ForeignKey, Place, Project, syntax, tree

Column = tuple[str, str]
Site = Comparison | Call
EQUAL, AMONG, BY_KEYWORDS = "==", "in_", "filter_by"
WHERE = frozenset({"where", "filter"})
JOINS = frozenset({"join", "outerjoin"})
MAKING = frozenset({"query", "select", "delete", "update", "select_from"})


@lru_cache(maxsize=1)
def asked_columns(project: Project) -> Mapping[Column, Place]:
    """Return the attributes of mapped classes by whose values queries look for rows, with the first such place."""
    keys = keys_by_column(project)
    mapped = {table.cls.name for table in project.tables}
    found: dict[Column, Place] = {}
    for column, site in (*_compared(project, keys), *_filtered(project, keys)):
        if column not in found and not _is_refined(site) and not _has_a_better_one(site, column, keys, mapped):
            found[column] = site.place
    return found


@lru_cache(maxsize=1)
def keys_by_column(project: Project) -> Mapping[Column, ForeignKey]:
    """Return the foreign keys by their classes and attributes, those of the relationships that go along them too."""
    keys = [key for table in project.tables for key in table.foreign_keys]
    return {(cls, name): key for key in keys for cls in classes_of(key) for name in (key.name, *key.followed_by)}


def _compared(project: Project, keys: Mapping[Column, ForeignKey]) -> Iterator[tuple[Column, Site]]:
    for one in project.subjects(Comparison):
        for column, other in equal_in(one.node, one):
            if column in keys and _is_lookup(column, other, one):
                yield column, one
    for call in project.calls:
        for column, _ in among_in(call.node, call):
            if column in keys and clause(call) not in JOINS:
                yield column, call


def equal_in(node: syntax.Node, site: Site) -> Iterator[tuple[Column, syntax.Expr]]:
    """Yield the columns that a node says to be equal to something."""
    if isinstance(node, syntax.Compare) and node.ops == (EQUAL,):
        sides = (node.left, *node.comparators)
        for side, other in (sides, sides[::-1]):
            if (column := column_of(side, site)) is not None:
                yield column, other


def among_in(node: syntax.Node, site: Site) -> Iterator[tuple[Column, syntax.Expr]]:
    """Yield the column that a node says to be among others, with those."""
    if isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute) and node.func.attr == AMONG:
        column = column_of(node.func.value, site)
        yield from [(column, argument.value) for argument in node.args[:1] if column is not None]


def _is_lookup(column: Column, other: syntax.Expr, site: Comparison) -> bool:
    """Say whether a comparison picks rows by a column: by a value, or in a join that brings the rows in."""
    if isinstance(other, syntax.Constant) and other.value is None:
        return False
    if clause(site) in JOINS:
        return joined(site) == column[0]
    owner = other.value if isinstance(other, syntax.Attribute) else None
    return not (isinstance(owner, syntax.Name) and owner.id[:1].isupper())


def clause(site: Site) -> str | None:
    """Return the method of a statement that a condition is given to."""
    call = _clause_around(site)
    return call.func.attr if call is not None and isinstance(call.func, syntax.Attribute) else None


def joined(site: Site) -> str | None:
    """Return what the join brings in that a condition is given to."""
    call = _clause_around(site)
    return tree.name_of(call.args[0].value) if call is not None and call.args else None


def _clause_around(site: Site) -> syntax.Call | None:
    found = (one for one in (site.node, *site.around) if _is_method(one, WHERE | JOINS | {BY_KEYWORDS}))
    return next((one for one in found if isinstance(one, syntax.Call)), None)


def _is_method(node: syntax.Node, methods: frozenset[str]) -> bool:
    return isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute) and node.func.attr in methods


def _filtered(project: Project, keys: Mapping[Column, ForeignKey]) -> Iterator[tuple[Column, Call]]:
    """Yield the columns of `filter_by(…)`."""
    for call in project.calls:
        if call.method == BY_KEYWORDS and isinstance(call.node, syntax.Call):
            first = _root(call.node)
            owner = tree.name_of(first.args[0].value) if isinstance(first, syntax.Call) and first.args else None
            columns = [(owner, one.keyword) for one in call.node.args if owner is not None and one.keyword is not None]
            yield from ((column, call) for column in columns if column in keys)


def _root(node: syntax.Node) -> syntax.Node:
    """Return what a chain of calls begins with: `select(Order)`, `session.query(Order)`, or the name of a statement."""
    while isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute):
        if not isinstance(node.func.value, syntax.Call):
            return node if node.func.attr in MAKING or not isinstance(node.func.value, syntax.Name) else node.func.value
        node = node.func.value
    return node


def column_of(node: syntax.Node, site: Site) -> Column | None:
    """Return the class and attribute that an expression names, inside of `col(…)` too."""
    if isinstance(node, syntax.Call) and tree.name_of(node.func) == "col" and len(node.args) == 1:
        node = node.args[0].value
    if not isinstance(node, syntax.Attribute):
        return None
    owner = tree.name_of(node.value)
    if owner == "cls" and site.function is not None and site.function.owner is not None:
        owner = site.function.owner.name
    return (owner, node.attr) if owner is not None else None


def _is_refined(site: Site) -> bool:
    """Say whether a condition is added, under a condition, to a statement that is made elsewhere."""
    if not any(isinstance(block, syntax.If) for block in site.blocks):
        return False
    around = _clause_around(site)
    return around is None or isinstance(_root(around), syntax.Name)


def _has_a_better_one(site: Site, column: Column, keys: Mapping[Column, ForeignKey], mapped: Set[str]) -> bool:
    """Say whether the same statement picks the rows by another column as well: by one of any kind that is no fixed
    state, by a key that has an index, or by a key that is named before. Where the key only joins, any other is better.
    """
    clauses = [one for one in (site.node, *site.around) if _is_method(one, WHERE | JOINS | {BY_KEYWORDS})]
    is_join = clause(site) in JOINS
    is_before = True
    for node in tree.descendants(clauses[-1:]):
        for other, value in _conditions(node, site, column[0]):
            key = keys.get(other)
            if key is keys[column]:
                is_before = is_join
            elif other[0] != column[0] or _is_fixed(value, mapped) or (not is_join and _joins(value, site, mapped)):
                continue
            elif key is None or key.is_indexed or is_before:
                return True
    return False


def _joins(value: syntax.Expr, site: Site, mapped: Set[str]) -> bool:
    """Say whether a value is a column of another table, so that a comparison with it joins."""
    column = column_of(value, site)
    return column is not None and column[0] in mapped


def _conditions(node: syntax.Node, site: Site, owner: str) -> Iterator[tuple[Column, syntax.Expr]]:
    yield from equal_in(node, site)
    yield from among_in(node, site)
    if isinstance(node, syntax.Call) and _is_method(node, frozenset({BY_KEYWORDS})):
        yield from (((owner, one.keyword), one.value) for one in node.args if one.keyword is not None)


def _is_fixed(value: syntax.Expr, mapped: Set[str]) -> bool:
    """Say whether a value is written down: a constant, a member of an enumeration, or several of those."""
    if isinstance(value, syntax.Sequence):
        return all(_is_fixed(item, mapped) for item in value.items)
    names = [node.id for node in tree.descendants([value]) if isinstance(node, syntax.Name)]
    is_plain = isinstance(value, (syntax.Constant, syntax.Attribute, syntax.Name))
    return is_plain and all(name[:1].isupper() and name not in mapped for name in names)


def classes_of(key: ForeignKey) -> list[str]:
    """Return the names of the classes that have a key: its own, and those that it inherits from."""
    return [cls.name for cls in key.cls.lineage]

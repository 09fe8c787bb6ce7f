r"""One database session serves several requests.

## Why
A session is the conversation of one request with the database: its transaction, and the rows that it has read. Two
requests that share one commit and roll back each other's work, read rows that have long changed, and one failed
statement leaves it unusable for everybody until the service restarts.

## Bad
```python
from functools import lru_cache

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

make_session = sessionmaker(create_engine("sqlite:///shop.db"))
session = make_session()  # finding


@lru_cache
def get_session() -> Session:
    return make_session()  # finding


class Orders:
    def __init__(self) -> None:
        self.session = make_session()  # finding


orders = Orders()
```

## Good
```python
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

make_session = sessionmaker(create_engine("sqlite:///shop.db"))
sessions_by_thread = scoped_session(make_session)


def get_session():
    with make_session() as session:
        yield session


class Orders:
    def __init__(self) -> None:
        self.session = make_session()


def get_orders() -> Orders:
    return Orders()


with make_session() as first:
    first.commit()
```

## Fix
Keep the factory, and open a session for each request in a generator dependency.

## Limits
Shared is what a module, a class body, a default argument, a `global` name, a cached function or the application's state
keeps, and what `__init__` keeps in an object that a module makes. A registry of sessions (`scoped_session`,
`async_scoped_session`) hands out one for each thread or task, and what a module closes again it does not share.

## References
SQLAlchemy documentation, Session Basics: "When do I construct a Session, when do I commit it, and when do I close it?",
"Is the Session thread-safe? Is AsyncSession safe to share in concurrent tasks?"
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    Class,
    Function,
    Project,
    Severity,
    Verdict,
    fail,
    makes_session,
    ok,
    rule,
    skip,
    syntax,
    tree,
)

from ._sessions import assigned_name, user_of, with_around

CACHES = frozenset({"functools.cache", "functools.lru_cache", "functools.cached_property"})
CLOSING = frozenset({"aclose", "close", "remove"})


@rule("DBS005", severity=Severity.ERROR)
def check(call: Call, project: Project) -> Verdict:
    if not makes_session(call):
        return skip
    if with_around(call) is not None:
        return ok(call.place)
    keeper = kept_by_module(call) if call.function is None else kept_by_function(call, call.function, project)
    return fail(call.place, f"one session is made for all requests: {keeper}") if keeper else ok(call.place)


def kept_by_module(call: Call) -> str | None:
    """Return what keeps a session that is made outside of functions."""
    around = call.around
    if any(isinstance(outer, syntax.If) and tree.asks_for_main(outer.test) for outer in around):
        return None
    match user_of(call):
        case syntax.Parameter(name=name):
            return f"it is the default of `{name}`"
        case syntax.Assign() | syntax.AnnAssign():
            owner = next((outer.name for outer in around if isinstance(outer, syntax.ClassDef)), None)
            own_name = assigned_name(call)
            if owner is None and own_name is not None and is_closed(own_name, call.module.facts.statements):
                return None
            return f"the class `{owner}` keeps it" if owner else "the module keeps it"
        case _:
            return None


def kept_by_function(call: Call, function: Function, project: Project) -> str | None:
    """Return what keeps a session that a function makes."""
    if not CACHES.isdisjoint(function.decorators) and isinstance(user_of(call), syntax.Return):
        return f"the result of `{function.name}` is cached"
    match user_of(call):
        case syntax.Assign(targets=(syntax.Name(id=name),)) if name in global_names(function):
            return f"the global `{name}` keeps it"
        case syntax.Assign(targets=(syntax.Attribute(value=syntax.Attribute(attr="state")),)):
            is_lifecycle = any(function in application.lifecycle for application in project.applications)
            return "the application's state keeps it" if is_lifecycle else None
        case syntax.Assign(targets=(syntax.Attribute(value=syntax.Name()),)) if function.name == "__init__":
            instance = next(instances(function.owner, project), None)
            return f"`{instance.module}` makes one `{function.owner}` and keeps it" if instance is not None else None
        case _:
            return None


def instances(cls: Class | None, project: Project) -> Iterator[Call]:
    """Yield the calls with which modules make an object of a class and keep it."""
    for call in project.calls:
        is_kept = call.function is None and isinstance(call.parent, (syntax.Assign, syntax.AnnAssign, syntax.Argument))
        if is_kept and cls is not None and isinstance(call.target, Class) and call.target.inherits(cls):
            yield call


def global_names(function: Function) -> frozenset[str]:
    nodes = function.nodes
    return frozenset(
        name for node in nodes if isinstance(node, syntax.Scope) and node.kind == "global" for name in node.names
    )


def is_closed(name: str, statements: tuple[syntax.Stmt, ...]) -> bool:
    """Say whether statements close what a name stands for."""
    closed = (
        node.value
        for node in tree.descendants(statements)
        if isinstance(node, syntax.Attribute) and node.attr in CLOSING
    )
    return any(tree.is_name(owner, name) for owner in closed)

r"""A dependency opens a database session and does not close it for certain.

## Why
A session that nobody closes keeps its connection. The pool is empty after as many requests as it has connections, and
from then on every request waits and fails. Code behind `yield` runs only when the handler succeeds; the connection is
lost exactly when things go wrong.

## Bad
```python
from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session, sessionmaker

make_session = sessionmaker()
app = FastAPI()


def get_session():  # finding
    session = make_session()
    yield session
    session.close()


def new_session() -> Session:  # finding
    return make_session()


@app.get("/items")
def read_items(session: Session = Depends(get_session)): ...


@app.get("/orders")
def read_orders(session: Session = Depends(new_session)): ...
```

## Good
```python
from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session, sessionmaker

make_session = sessionmaker()
make_async_session = async_sessionmaker()
app = FastAPI()


async def get_async_session():
    async with make_async_session() as session:
        yield session


def get_session():
    session = make_session()
    try:
        yield session
    finally:
        session.close()


@app.get("/items")
async def read_items(session: AsyncSession = Depends(get_async_session)): ...


@app.get("/orders")
def read_orders(session: Session = Depends(get_session)): ...
```

## Fix
`with make_session() as session: yield session`, or `try: yield session` and `finally: session.close()`.

## Limits
Looked at are dependencies that open a session or a connection, and generators that they call for it. Closing rolls back
what was not committed, so no explicit rollback is asked for. A session that is handed to something else than the route
(an exit stack, an object) may be closed there and stays unknown. One that a middleware opens is not looked at.

## References
FastAPI documentation, Dependencies with yield; SQLAlchemy documentation, Session Basics: "Opening and Closing a
Session".
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    Function,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    opens,
    rule,
    skip,
    syntax,
    tree,
    unknown,
)

from ._closing import around_mentions, asks_to_close, is_closed
from ._sessions import assigned_name, dependencies_of, user_of, with_around

NEVER = "never closes the {what} that it opens"
ON_SUCCESS = "does not close the {what} when the request fails"
EARLY = "closes the {what} before it is used"


@rule("DBS004", severity=Severity.ERROR)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    opened = [call for call in project.calls_in(function) if opens(call)]
    if not opened or not is_for_requests(function, project):
        yield skip
        return
    for call in opened:
        yield judge(call, function)


def is_for_requests(function: Function, project: Project) -> bool:
    """Say whether a function is a dependency, or a generator that one calls."""
    dependencies = dependencies_of(project)
    if function in dependencies:
        return True
    return function.node.is_generator and any(edge.caller in dependencies for edge in project.flow.callers(function))


def judge(call: Call, function: Function) -> Verdict:
    around, name, user = with_around(call), assigned_name(call), user_of(call)
    if around is not None:
        problem = EARLY if gives_away(around) else None
    elif isinstance(user, (syntax.Return, syntax.Yield)):
        problem = NEVER
    elif name is None or is_handed_on(name, function):
        return unknown(function.place, "what is opened may be closed elsewhere")
    else:
        problem = None if is_closed(name, function) else problem_with(name, function)
    what = "connection" if "connect" in (call.name or "").lower() else "session"
    return fail(function.place, f"`{function.name}` {problem.format(what=what)}") if problem else ok(function.place)


def gives_away(node: syntax.With) -> bool:
    """Say whether a `with` statement returns what it is about to close."""
    targets = {item.target.id for item in node.items if isinstance(item.target, syntax.Name)}
    returned = (inner.value for inner in tree.descendants(node.body) if isinstance(inner, syntax.Return))
    return any(isinstance(value, syntax.Name) and value.id in targets for value in returned)


def is_handed_on(name: str, function: Function) -> bool:
    """Say whether an object gets hold of what a name stands for: as an argument, or by an assignment."""
    for around in around_mentions(name, function):
        if isinstance(around, (syntax.Argument, syntax.Sequence, syntax.Dict)):
            return not is_closed(name, function)
        if isinstance(around, syntax.Assign) and isinstance(around.value, syntax.Name):
            return True
    return False


def problem_with(name: str, function: Function) -> str | None:
    nodes = function.nodes
    if not any(asks_to_close(node, name) for node in nodes):
        return NEVER
    return ON_SUCCESS if function.node.is_generator else None

r"""A route handler makes its own session or service instead of having it injected.

## Why
What a handler makes itself cannot be replaced: no test can give it a database of its own or a double, and what has to
be closed again is closed by nobody unless each handler remembers to.

## Bad
```python
# file: app/database.py
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

SessionLocal = sessionmaker(create_engine("sqlite://"))
# file: app/users.py
from sqlalchemy import select
from app.database import SessionLocal
from app.models import User


class UserService:
    def __init__(self) -> None:
        self.session = SessionLocal()

    def find(self, email: str):
        return self.session.scalar(select(User).where(User.email == email))
# file: app/main.py
from fastapi import FastAPI
from sqlalchemy import select
from app.database import SessionLocal
from app.models import User
from app.users import UserService

app = FastAPI()


@app.get("/users")
def list_users():
    with SessionLocal() as session:  # finding
        return session.scalars(select(User)).all()


@app.get("/users/{email}")
def read_user(email: str):
    return UserService().find(email)  # finding
```

## Good
```python
# file: app/database.py
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

SessionLocal = sessionmaker(create_engine("sqlite://"))


def get_session():
    with SessionLocal() as session:
        yield session
# file: app/users.py
from sqlalchemy import select
from sqlalchemy.orm import Session
from app.models import User


class UserService:
    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, email: str):
        return self.session.scalar(select(User).where(User.email == email))
# file: app/main.py
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from app.database import SessionLocal, get_session
from app.models import User
from app.users import UserService

app = FastAPI()
SessionDep = Annotated[Session, Depends(get_session)]


@app.get("/users")
def list_users(session: SessionDep):
    return session.scalars(select(User)).all()


@app.get("/users/{email}")
def read_user(email: str, session: SessionDep):
    return UserService(session).find(email)
```

## Fix
Write a dependency that yields it, and declare a parameter: `session: Annotated[Session, Depends(get_session)]`.

## Limits
Looked at are the handlers of HTTP routes themselves; a websocket lives longer than a session should. A class counts as
a service when it gets to the database. One that is made out of something that was injected can be replaced through
that, and passes. Clients, engines and settings have rules of their own (PRF008, PRF020, ARC008).

## References
FastAPI documentation, Dependencies; SQL (Relational) Databases, "Create a Session Dependency".
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
    syntax,
    tree,
)


@rule("ARC004", severity=Severity.WARNING)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    routes = [route for route in project.routes_of(function) if route.kind == "http"]
    if not routes or function not in project.reaching_data:
        return
    injected = {dependency.variable for route in routes for dependency in route.dependencies if dependency.variable}
    if function.owner is not None and function.node.params:
        injected.add(function.node.params[0].name)  # a controller, which FastAPI makes
    made = [call for call in project.calls_in(function) if _makes(call, project) and not _is_given(call, injected)]
    for call in made:
        yield fail(call.place, f"`{function.name}` makes {_what(call)} itself")
    if injected and not made:
        yield ok(function.place, "what it works with is injected")


def _makes(call: Call, project: Project) -> bool:
    """Say whether a call makes a session, or an object of the project that gets to the database."""
    return makes_session(call) or (isinstance(call.target, Class) and _is_service(call.target, project))


def _is_service(cls: Class, project: Project) -> bool:
    """Say whether a class is made to work with the database, and is no row, schema or error."""
    is_data = any(found.cls is cls for found in (*project.tables, *project.schemas)) or cls.is_dataclass
    return not is_data and any(method in project.reaching_data for method in cls.methods.values())


def _is_given(call: Call, injected: set[str]) -> bool:
    """Say whether something that was injected is among the arguments of a call, or is what it is a method of."""
    node = call.node
    if not isinstance(node, syntax.Call):
        return False
    parts = [*(argument.value for argument in node.args), node.func]
    return any(isinstance(part, syntax.Name) and part.id in injected for part in tree.descendants(parts))


def _what(call: Call) -> str:
    return f"its {call.target.name}" if isinstance(call.target, Class) else "its session"

r"""What a client sends is written to a table field by field, fields that are not theirs to set among them.

## Why
The schema of the request has a field such as `is_admin`, and the table has it too: whoever adds it to the request makes
themselves an administrator.

## Bad
```python
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

app = FastAPI()


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_admin: Mapped[bool]


class UserIn(BaseModel):
    name: str
    is_admin: bool = False


@app.post("/users")
def create_user(payload: UserIn) -> None:
    User(**payload.model_dump())  # finding


def update(user: User, payload: UserIn) -> None:
    for name, value in payload.model_dump(exclude_unset=True).items():
        setattr(user, name, value)  # finding


@app.patch("/users/me")
def update_user(payload: UserIn) -> None:
    update(User(), payload)
```

```python
from fastapi import FastAPI
from sqlmodel import Field, SQLModel

app = FastAPI()


class HeroBase(SQLModel):
    name: str
    role: str = "hero"


class Hero(HeroBase, table=True):
    id: int | None = Field(default=None, primary_key=True)


class HeroCreate(HeroBase): ...


@app.post("/heroes")
def create_hero(payload: HeroCreate) -> None:
    Hero.model_validate(payload)  # finding
```

## Good
A schema of the request's own, or one that is written without what is not the client's:

```python
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

app = FastAPI()


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_admin: Mapped[bool]


class UserIn(BaseModel):
    name: str


class UserImport(BaseModel):
    name: str
    is_admin: bool = False


@app.post("/users")
def create_user(payload: UserIn) -> None:
    User(**payload.model_dump(), is_admin=False)


@app.post("/imports")
def import_user(payload: UserImport) -> None:
    User(**payload.model_dump(exclude={"is_admin"}))
```

Administrators may set it:

```python
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

app = FastAPI()
bearer = HTTPBearer()


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_admin: Mapped[bool]


class UserIn(BaseModel):
    name: str
    is_admin: bool = False


def current_user(token: Annotated[str, Depends(bearer)]) -> User:
    return User(name=token)


def require_admin(user: Annotated[User, Depends(current_user)]) -> User:
    if not user.is_admin:
        raise HTTPException(403, "Administrators only")
    return user


@app.post("/users", dependencies=[Depends(require_admin)])
def create_user(payload: UserIn) -> None:
    User(**payload.model_dump())
```

## Fix
Give the request a schema without the field, leave it out (`exclude={"is_admin"}`), or let administrators only call the
route.

## Limits
Fields that are not the client's are known by their names. A function or handler that names the field itself is taken to
deal with it. What passes through a plain dict, or a repository for any table, is not followed.

## References
OWASP API Security 2023, API3; OWASP Mass Assignment Cheat Sheet; CWE-915.
"""

from fastapi_audit.rule_api import (
    BulkWrite,
    Class,
    Confidence,
    Project,
    Related,
    Route,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
)

from ._public_routes import plain
from ._roles import mentioned, role_check


@rule("SEC015", severity=Severity.ERROR)
def check(write: BulkWrite, project: Project) -> Verdict:
    if write.function is None:
        return skip
    routes = [route for route in project.flow.routes(write.function) if write.model in sent(route)]
    if not routes:
        return skip
    columns = {name for cls in write.table.lineage for name in cls.attributes}
    handlers = [route.handler for route in routes if route.handler is not None]
    dealt_with = {name for function in (write.function, *handlers) for name in mentioned(function)}
    exposed = sorted(name for name in write.fields & columns if is_privileged(name, routes) and name not in dealt_with)
    if not exposed:
        return ok(write.place, f"{write.model.name} sets no field of {write.table.name} that is not the client's")
    for route in routes:
        if role_check(route, project) is None:
            return failure(write, exposed, route)
    return ok(write.place, f"{routes[0]} checks the role of those who may set {', '.join(exposed)}")


def failure(write: BulkWrite, exposed: list[str], route: Route) -> Verdict:
    fields = [attribute for cls in write.model.lineage for attribute in cls.attributes.values()]
    places = [field.place for field in fields if field.name in exposed]
    related = (Related(route.place, f"{route} takes it"), *(Related(place, "this field") for place in places))
    message = f"whoever calls {route} sets {', '.join(exposed)} of {write.table.name}"
    return fail(write.place, message, related=related, confidence=Confidence.MEDIUM)


def is_privileged(name: str, routes: list[Route]) -> bool:
    """Say whether a field is not the client's: by its name, or as it says whose the row is and the caller is known."""
    if plain(name) in names("authorization", "privileged_fields"):
        return True
    knows_caller = all(route.guards for route in routes)
    return knows_caller and plain(name) in names("authorization", "identity_fields")


def sent(route: Route) -> frozenset[Class]:
    """Return the classes that the body of a route is made of."""
    bodies = (one.type for one in route.all_parameters if one.source in ("body", "form") and one.type is not None)
    return frozenset(inner.cls for body in bodies for inner in body.walk() if inner.cls is not None)

r"""A route publishes the rows of a table as they are stored.

## Why
The table becomes the contract: every column that is added, a password hash too, is sent to all clients, and no column
can be renamed without breaking them. Serialising the row may also load its relations, one query each.

## Bad
```python
from fastapi import FastAPI
from sqlmodel import Field, Session, SQLModel, select

app = FastAPI()


class User(SQLModel, table=True):
    id: int = Field(primary_key=True)
    password_hash: str


@app.get("/users", response_model=list[User])  # finding
def list_users(session: Session):
    return session.exec(select(User)).all()
```

```python
from fastapi import FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

app = FastAPI()


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    password_hash: Mapped[str]


def load(user_id: int) -> User:
    raise NotImplementedError


@app.get("/users/{user_id}")  # finding
def read_user(user_id: int):
    return load(user_id)
```

## Good
```python
from fastapi import FastAPI
from sqlmodel import Field, Session, SQLModel

app = FastAPI()


class UserBase(SQLModel):
    name: str


class User(UserBase, table=True):
    id: int = Field(primary_key=True)
    password_hash: str


class UserRead(UserBase):
    id: int


@app.get("/users/{user_id}", response_model=UserRead)
def read_user(user_id: int, session: Session):
    return session.get(User, user_id)
```

## Fix
Declare a schema with the fields that clients may see, and name it as the response model.

## Limits
A schema with a field of a table's type is not looked into. What a handler without a response model returns is known as
far as annotations and constructors tell; a coroutine that it returns without `await` is none of that.

## References
FastAPI documentation, SQL (Relational) Databases and Response Model; OWASP API Security 2023, API3; CWE-213.
"""

from fastapi_audit.rule_api import (
    Class,
    Confidence,
    Project,
    Related,
    Route,
    Severity,
    TypeRef,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

from ._responses import answers_json, returned_types, table_in
from ._weak import weak_part


@rule("TYP005", severity=Severity.ERROR)
def check(route: Route, project: Project) -> Verdict:
    if not answers_json(route):
        return skip
    model = route.response_model
    if model is not None and (table := table_in([model], project)):
        return _published(route, table, Confidence.HIGH)
    if model is not None and weak_part(model) is None:
        if _is_known(model):
            return ok(route.place, "its response model is no table")
        return unknown(route.place, "its response model cannot be resolved")
    returned = returned_types(route, project)
    if returned is None:
        return skip
    if table := table_in(returned, project):
        return _published(route, table, Confidence.MEDIUM)
    serialised = [type_ for type_ in returned if not type_.is_response]
    if not all(_is_known(type_) for type_ in serialised):
        return unknown(route.place, "what the handler returns cannot be told")
    return ok(route.place, "no row of a table is returned") if serialised or model is not None else skip


def _is_known(type_: TypeRef) -> bool:
    return all(part.name != "?" for part in type_.walk())


def _published(route: Route, table: Class, confidence: Confidence) -> Verdict:
    related = Related(table.place, f"the table {table.name}")
    message = f"{route} returns rows of {table.name} as stored"
    return fail(route.place, message, related=(related,), confidence=confidence)

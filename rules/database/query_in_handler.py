r"""A route handler queries the database itself.

## Why
A query in a handler can be reused by nothing and tested only through HTTP. Behind a repository or a service it has a
name and one home; the handler is left with the request and the response.

## Bad
```python
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from app.models import User

app = FastAPI()


@app.get("/users/{email}")
async def read_user(email: str, session: AsyncSession):  # finding
    return await session.scalar(select(User).where(User.email == email))
```

## Good
```python
# file: app/users.py
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from app.models import User


class UserRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def find(self, email: str):
        return await self.session.scalar(select(User).where(User.email == email))
# file: app/main.py
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from app.users import UserRepository

app = FastAPI()


@app.get("/users/{email}")
async def read_user(email: str, session: AsyncSession):
    user = await UserRepository(session).find(email)
    await session.commit()
    return user


@app.post("/users/{email}")
async def create_user(email: str, session: AsyncSession):
    session.add(User(email=email))
    await session.commit()


@app.get("/ready")
async def ready(session: AsyncSession):
    await session.execute(text("SELECT 1"))
```

## Fix
Move the query into a function or a repository class of its own and call that.

## Limits
Carrying on the transaction (`commit`, `flush`, `refresh`, `rollback`) is no query, nor is the `SELECT 1` of a health
check, nor what hands an object to a session (`add`, `delete`): there is nothing in it to give a name. FastCRUD and the
user databases of FastAPI Users are repositories themselves. A handler that gets to no data, only hands objects on, or
gets to data only through its dependencies or through calls that cannot be followed, is not judged. A handler counts
once, however many routes it has.

## References
Fowler, Patterns of Enterprise Application Architecture: Repository; FastAPI documentation, Bigger Applications.
"""

from fastapi_audit.rule_api import (
    DataAccess,
    Function,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
)

from ._statements import is_probe

MARKING = frozenset({"add", "add_all", "delete"})


@rule("DBS006", severity=Severity.WARNING)
def check(function: Function, project: Project) -> Verdict:
    if not project.routes_of(function) or function not in project.reaching_data:
        return skip
    accesses = [access for access in project.data_accesses_in(function) if access.moves_data]
    queries = [access for access in accesses if is_query(access)]
    if queries:
        related = tuple(Related(access.place, "a query") for access in queries)
        return fail(function.place, f"`{function.name}` queries the database itself", related=related)
    if accesses and not any(access.is_repository for access in accesses) and not leads_to_data(function, project):
        return skip
    return ok(function.place)


def is_query(access: DataAccess) -> bool:
    return not access.is_repository and not is_probe(access) and not is_mark(access)


def leads_to_data(function: Function, project: Project) -> bool:
    """Say whether a function gets to data through another one."""
    others = (other for other in project.reached([function], depth=1) if other is not function)
    return not project.reaching_data.isdisjoint(others)


def is_mark(access: DataAccess) -> bool:
    """Say whether an access only tells a session which objects to store or to remove."""
    owner, _, method = (access.call.name or "").rpartition(".")
    return method in MARKING and owner in names("sessions", "with_rows")

r"""A router includes itself, directly or over others.

## Why
A router that includes itself goes round for ever: with an older FastAPI the import never ends and eats all memory, with
a newer one it is refused and the application does not start. A ring over several routers worked in part, each inclusion
copying what was there by then; since FastAPI 0.137 it is refused as well.

## Bad
```python
from fastapi import APIRouter, FastAPI

app = FastAPI()
router = APIRouter()


@router.get("/items")
def list_items() -> list[int]:
    return [1]


router.include_router(router, prefix="/v1")  # finding
app.include_router(router)
```

```python
# file: app/items.py
from fastapi import APIRouter

from app.users import users

items = APIRouter()
items.include_router(users, prefix="/users")
# file: app/users.py
from fastapi import APIRouter

users = APIRouter()
# file: app/main.py
from fastapi import FastAPI

from app.items import items
from app.users import users

app = FastAPI()
users.include_router(items)  # finding
app.include_router(users)
```

## Good
```python
from fastapi import APIRouter, FastAPI

app = FastAPI()
users = APIRouter()
v1, v2 = APIRouter(), APIRouter()


@users.get("/users")
def list_users() -> list[int]:
    return [1]


v1.include_router(users)
v2.include_router(users)
app.include_router(v1, prefix="/v1")
app.include_router(v2, prefix="/v2")
```

## Fix
Include each router in the one above it only. `app.include_router(app.router)` can go: its routes are served already.

## Limits
Inclusions under a condition are not followed.

## References
FastAPI documentation, Bigger Applications, "Include an APIRouter in another"; release notes of 0.137.0.
"""

from fastapi_audit.rule_api import Inclusion, Project, Related, Severity, Verdict, fail, ok, rule

RINGS_REFUSED_FROM = "0.137"


@rule("COR017", severity=Severity.ERROR)
def check(inclusion: Inclusion, project: Project) -> Verdict:
    if not inclusion.cycle or inclusion.conditions:
        return ok(inclusion.place)
    if len(inclusion.cycle) == 1:
        return fail(inclusion.place, f"{inclusion.name} includes itself")
    if not project.is_since("fastapi", RINGS_REFUSED_FROM):
        return ok(inclusion.place)
    related = tuple(Related(place, "included here") for place in inclusion.cycle[:-1])
    return fail(inclusion.place, f"{inclusion.name} includes the router that it is included in", related=related)

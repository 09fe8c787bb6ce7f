r"""Callers are authenticated, and nothing tells what one of them may do from what another may.

## Why
Authentication says who somebody is, authorisation what they may do. Without roles, scopes or permissions every account,
also one that was made a minute ago or is stolen, may do everything.

## Bad
```python
# finding: project
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer

app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="token")


def current_user(token: Annotated[str, Depends(scheme)]) -> str:
    if not token.startswith("user-"):
        raise HTTPException(403, "Could not validate credentials")
    return token


@app.delete("/users/{user_id}")
def delete_user(user_id: int, user: Annotated[str, Depends(current_user)]) -> None: ...
```

## Good
```python
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer

app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="token")


class User:
    role = "reader"


def current_user(token: Annotated[str, Depends(scheme)]) -> User:
    return User()


class RoleRequired:
    def __init__(self, role: str) -> None:
        self.role = role

    def __call__(self, user: Annotated[User, Depends(current_user)]) -> User:
        if user.role != self.role:
            raise HTTPException(403, "Not allowed")
        return user


@app.delete("/users/{user_id}", dependencies=[Depends(RoleRequired("admin"))])
def delete_user(user_id: int) -> None: ...
```

Scopes say it as well:

```python
from typing import Annotated

from fastapi import FastAPI, HTTPException, Security
from fastapi.security import OAuth2PasswordBearer, SecurityScopes

app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="token", scopes={"users": "Change users"})


def current_user(scopes: SecurityScopes, token: Annotated[str, Security(scheme)]) -> str:
    if "users" in scopes.scopes and token != "user-1":
        raise HTTPException(403, "Not allowed")
    return token


@app.delete("/users/{user_id}")
def delete_user(user_id: int, user: Annotated[str, Security(current_user, scopes=["users"])]) -> None: ...
```

So do checks of whose something is:

```python
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer

app = FastAPI()
bearer = HTTPBearer()


def current_user(token: Annotated[str, Depends(bearer)]) -> str:
    return token


@app.delete("/notes/{owner}")
def delete_notes(owner: str, user: Annotated[str, Depends(current_user)]) -> None:
    if owner != user:
        raise HTTPException(403, "Not yours")
```

## Fix
Depend on a function that looks at the role, the scopes or the permissions of the current user and answers 403, on the
routers and routes that not everybody may use.

## Limits
A check that answers 404 is known by the names of what it looks at. Services whose callers show API keys only, as other
services do, are left out, and what middleware of unknown make does is not seen.

## References
FastAPI documentation, OAuth2 scopes; OWASP API Security 2023, API5; CWE-862.
"""

from fastapi_audit.rule_api import Confidence, Project, Route, Severity, Verdict, fail, ok, rule, skip

from ._roles import permission_check

MACHINES = ("APIKeyHeader", "APIKeyQuery")


@rule("SEC027", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    guarded = [route for route in project.routes if route.guards]
    if not any(not is_for_machines(route) for route in guarded):
        return skip
    for route in guarded:
        if place := permission_check(route, project):
            return ok(place, f"{route} checks what its caller may do")
    message = f"{len(guarded)} routes authenticate their callers and none checks what they may do"
    return fail(None, message, confidence=Confidence.MEDIUM)


def is_for_machines(route: Route) -> bool:
    """Say whether the callers of a route show nothing but a key."""
    schemes = {dependency.scheme for dependency in route.all_dependencies if dependency.scheme is not None}
    return bool(schemes) and schemes <= set(MACHINES)

r"""A route changes data and nothing authenticates the caller.

## Why
Anyone who can reach a POST, PUT, PATCH or DELETE route can change the data behind it. Forgotten authentication is
among the most frequent and most expensive holes of web services.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()


@app.delete("/items/{item_id}")  # finding
def delete_item(item_id: int) -> None: ...
```

A dependency that does not refuse anybody protects nothing:

```python
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import OAuth2PasswordBearer

app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="token", auto_error=False)


@app.put("/items/{item_id}")  # finding
def replace_item(item_id: int, token: Annotated[str | None, Depends(scheme)]) -> None: ...
```

Nor does one that refuses wrong credentials only:

```python
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer

app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="token", auto_error=False)


def optional_user(token: Annotated[str | None, Depends(scheme)]) -> str | None:
    if token is None:
        return None
    if not token.startswith("user-"):
        raise HTTPException(401, "Not authenticated")
    return token


@app.put("/items/{item_id}", dependencies=[Depends(optional_user)])  # finding
def replace_item(item_id: int) -> None: ...
```

## Good
```python
# file: app/dependencies.py
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer

scheme = OAuth2PasswordBearer(tokenUrl="token")


def current_user(token: Annotated[str, Depends(scheme)]) -> str:
    if not token.startswith("user-"):
        raise HTTPException(401, "Not authenticated")
    return token

# file: app/main.py
from fastapi import APIRouter, Depends, FastAPI

from app.dependencies import current_user

router = APIRouter(prefix="/items", dependencies=[Depends(current_user)])


@router.delete("/{item_id}")
def delete_item(item_id: int) -> None: ...


app = FastAPI()
app.include_router(router)
```

Callers who log in cannot be authenticated yet:

```python
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import OAuth2PasswordRequestForm

app = FastAPI()


@app.post("/token")
def issue_token(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str]:
    return {"access_token": form.username}
```

## Fix
Add the dependency that authenticates to the route, its router, the include or the application.

## Limits
Log-in routes and those that send a code for it, sign-up, recovery, verification and log-out routes, and routes that
check a password, a token or a signature themselves, are left out, and so are those that `public-paths` of the
configuration names. A middleware or dependency that cannot be resolved makes the verdict unknown, and so does a handler
that tells apart the callers that a dependency lets pass, a dependency that branches define several times, not always
with authentication, and a parameter whose type is of a package that is not known, which may stand for a dependency.

It is unknown as well for a POST route whose calls are all known, and none of which changes anything: a search with a
body. So it is for one that asks a search engine, or answers with a temporary file that it made, where nothing that it
calls says by its name that it changes something, and in a service that nothing in the repository deploys and that its
own code binds to the machine that it runs on.

A handler that compares what it is sent with a secret of the settings or the environment, and answers 401 or 403,
authenticates; how it compares is another rule's subject (SEC023). A mounted application without authentication below a
protected one is another rule's subject as well (SEC036).

## References
FastAPI documentation, Security; OWASP API Security 2023, API2 and API5; CWE-306.
"""

from functools import lru_cache

from fastapi_audit.rule_api import (
    Confidence,
    Place,
    Priority,
    Project,
    Related,
    Route,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    served_to_itself,
    skip,
    unknown,
)

from ._asking import only_asks
from ._public_routes import is_below_a_protected_application, is_public
from ._reading import changes_nothing


@rule("SEC013", severity=Severity.ERROR, priority=Priority.P0)
def check(route: Route, project: Project) -> Verdict:
    if not route.changes_data:
        return skip
    if guard := route.authenticated_by:
        return ok(guard.place, f"{guard} authenticates the caller")
    if is_below_a_protected_application(route) or is_public(route, project):
        return skip
    if route.doubts:
        place, reason = route.doubts[0]
        return unknown(place, reason)
    if route.handler is None:
        return unknown(route.place, "the handler is not known and may authenticate")
    if changes_nothing(route, project) or only_asks(route, project):
        return unknown(route.place, f"{route} changes nothing that is seen, and may be open to everybody")
    if here := served_locally(project):
        return unknown(here, "the service is served on the machine of whoever starts it, as far as is seen")
    confidence = Confidence.MEDIUM if route.application.opaque else Confidence.HIGH
    passed = tuple(Related(one.place, f"{one.name} lets callers without credentials pass") for one in route.lenient)
    message = f"{route} changes data and nothing authenticates the caller"
    return fail(route.place, message, related=passed, confidence=confidence)


@lru_cache(maxsize=1)
def served_locally(project: Project) -> Place | None:
    return served_to_itself(project)

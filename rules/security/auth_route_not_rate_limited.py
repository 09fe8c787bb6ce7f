r"""Somebody may try passwords, codes or sign-ups as often as the service can answer.

## Why
A program tries thousands of passwords a minute, from lists of leaked ones, and six digits of a code in minutes. Each
attempt also costs a slow hash: an entrance without a limit is a way to keep the service busy.

## Bad
```python
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import OAuth2PasswordRequestForm

app = FastAPI()


@app.post("/token")  # finding
def issue_token(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str]:
    return {"access_token": form.username}
```

A limit above the route's decorator is never asked, because the route has the function below it:

```python
from fastapi import FastAPI, Request
from slowapi import Limiter
from slowapi.util import get_remote_address

limiter = Limiter(key_func=get_remote_address)
app = FastAPI()


@limiter.limit("5/minute")
@app.post("/login")  # finding
def login(request: Request, username: str, password: str) -> str:
    return username
```

## Good
```python
from fastapi import FastAPI, Request
from slowapi import Limiter
from slowapi.util import get_remote_address

limiter = Limiter(key_func=get_remote_address)
app = FastAPI()


@app.post("/login")
@limiter.limit("5/minute")
def login(request: Request, username: str, password: str) -> str:
    return username
```

```python
# file: app/limits.py
from fastapi import HTTPException, Request

attempts: dict[str, int] = {}


def limit_attempts(request: Request) -> None:
    address = request.client.host if request.client else ""
    attempts[address] = attempts.get(address, 0) + 1
    if attempts[address] > 5:
        raise HTTPException(429, "Too many attempts", headers={"Retry-After": "60"})

# file: app/main.py
from fastapi import APIRouter, Depends, FastAPI

from app.limits import limit_attempts

router = APIRouter(prefix="/auth", dependencies=[Depends(limit_attempts)])


@router.post("/register")
def register(email: str, password: str) -> str:
    return email


app = FastAPI()
app.include_router(router)
```

```nginx
# file: deploy/nginx/default.conf
limit_req_zone $binary_remote_addr zone=entrances:10m rate=5r/m;

server {
    listen 443 ssl;

    location /auth/ {
        limit_req zone=entrances burst=5;
        proxy_pass http://api:8000;
    }
}
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.post("/auth/login")
def login(username: str, password: str) -> str:
    return username
```

## Fix
`slowapi` or `fastapi-limiter` on the route or its router, a dependency of your own that answers 429, or a limit in the
proxy. Count by account as well as by address: attempts come from many addresses.

## Limits
Routes are known by their path and by what they take and do: log-in, sign-up, recovery and verification. The renewal of
tokens, routes that authenticate their caller first, other than by a password, those that a library makes, and those
that take nothing but the token of a provider (`id_token`, `access_token`), which nobody guesses, are left out. Counting
failed attempts by account is enough. How high a limit is is not judged, nor whether the counts are shared between
processes. A gateway of which only a part is in the repository, and middleware that is not known, make the verdict
unknown.

## References
OWASP API Security 2023, API4; OWASP Cheat Sheet, Authentication; CWE-307; CWE-799.
"""

from fastapi_audit.rule_api import (
    Confidence,
    Priority,
    Project,
    Route,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
    unknown,
)

from ._attempts import takes_attempts
from ._limits import doubts, limits


@rule("SEC007", severity=Severity.ERROR, priority=Priority.P0)
def check(route: Route, project: Project) -> Verdict:
    if not takes_attempts(route, project):
        return skip
    limit = next(limits(route, project), None)
    if limit is not None:
        return ok(*limit)
    doubt = next(doubts(route, project), None)
    if doubt is not None:
        return unknown(*doubt)
    confidence = Confidence.MEDIUM if route.application.opaque else Confidence.HIGH
    return fail(route.place, f"{route} takes attempts, and {reason_for(route)}", confidence=confidence)


def reason_for(route: Route) -> str:
    decorators = route.handler.decorators if route.handler is not None else set[str]()
    if not decorators.isdisjoint(names("rate_limits", "decorators")):
        return "the limit stands above the route's decorator and is never asked"
    return "nothing limits how often"

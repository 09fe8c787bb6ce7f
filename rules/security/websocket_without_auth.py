r"""A websocket takes connections from anybody, while the HTTP routes of the service authenticate their callers.

## Why
A websocket is a door of its own: browsers open it from any site, CORS does not hold for it, and
`@app.middleware("http")` never sees it. What the routes beside it protect leaks through it.

## Bad
```python
from typing import Annotated

from fastapi import Depends, FastAPI, WebSocket
from fastapi.security import HTTPBearer

app = FastAPI()


@app.get("/messages", dependencies=[Depends(HTTPBearer())])
def read_messages() -> list[str]:
    return []


@app.websocket("/messages/live")  # finding
async def follow_messages(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:
        await websocket.send_text(await websocket.receive_text())
```

## Good
```python
from typing import Annotated

import jwt
from fastapi import Cookie, Depends, FastAPI, Query, WebSocket, WebSocketException, status
from fastapi.security import HTTPBearer

KEY = "read from settings"
app = FastAPI()


async def current_user(
    session: Annotated[str | None, Cookie()] = None, token: Annotated[str | None, Query()] = None
) -> str:
    user = session or token
    if user is None:
        raise WebSocketException(code=status.WS_1008_POLICY_VIOLATION)
    return user


@app.get("/messages", dependencies=[Depends(HTTPBearer())])
def read_messages() -> list[str]:
    return []


@app.websocket("/messages/live")
async def follow_messages(websocket: WebSocket, user: Annotated[str, Depends(current_user)]) -> None:
    await websocket.accept()


@app.websocket("/alerts")
async def follow_alerts(websocket: WebSocket, ticket: str) -> None:
    if not ticket.startswith("one-time-"):
        await websocket.close(code=1008)
        return
    await websocket.accept()


@app.websocket("/chat")
async def chat(websocket: WebSocket) -> None:
    await websocket.accept()
    first = await websocket.receive_json()
    user = jwt.decode(first["token"], KEY, algorithms=["HS256"])
    await websocket.send_json(user)
```

Where no route authenticates anybody, a websocket need not:

```python
from fastapi import FastAPI, WebSocket

app = FastAPI()


@app.websocket("/time")
async def tell_time(websocket: WebSocket) -> None:
    await websocket.accept()
```

## Fix
Depend on a function that takes the token from a cookie, a header or a one-time ticket in the query, and raises
`WebSocketException(code=status.WS_1008_POLICY_VIOLATION)`; or close with 1008 before anything is sent.

## Limits
A handler that looks at headers, cookies or the query, or hands the websocket to a library, may check its callers in a
way that cannot be followed: the verdict is unknown. Paths that `public-paths` of the configuration names are left out.

## References
FastAPI documentation, WebSockets; OWASP WebSocket Security Cheat Sheet; CWE-1385; CWE-306.
"""

from fastapi_audit.rule_api import (
    Function,
    Place,
    Project,
    Route,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

from ._public_routes import PROOFS, is_below_a_protected_application, is_public, reached


@rule("SEC029", severity=Severity.ERROR)
def check(route: Route, project: Project) -> Verdict:
    if route.kind != "websocket" or not any(other.guards for other in project.routes if other.kind == "http"):
        return skip
    if guard := route.authenticated_by:
        return ok(guard.place, f"{guard} authenticates the caller")
    if route.handler is not None and (place := proof_in(route.handler, project)):
        return ok(place, f"{route.handler.name} checks a token, signature or password itself")
    if is_below_a_protected_application(route) or is_public(route, project):
        return skip
    if route.doubts:
        return unknown(*route.doubts[0])
    if route.handler is None:
        return unknown(route.place, "the handler is not known and may authenticate")
    return fail(route.place, f"{route} takes connections from anybody, while other routes authenticate their callers")


def proof_in(handler: Function, project: Project) -> Place | None:
    """Return where a handler, or what it calls, checks a token, a signature or a password."""
    return next((call.place for call in reached(handler, project) if call.name in PROOFS), None)

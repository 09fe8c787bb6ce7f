r"""A websocket handler receives in a loop, and nothing handles that the client goes away.

## Why
Every client goes away some day, and then `receive_text()` raises `WebSocketDisconnect`. Where nobody catches it, each
visit ends as an error in the log, and what the handler would do at the end (leave the room, close the stream) never
happens.

## Bad
```python
from fastapi import FastAPI, WebSocket

app = FastAPI()


@app.websocket("/chat")  # finding
async def chat(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:
        text = await websocket.receive_text()
        await websocket.send_text(text)
```

## Good
```python
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()


async def serve(websocket: WebSocket) -> None:
    while True:
        await websocket.send_text(await websocket.receive_text())


@app.websocket("/chat")
async def chat(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        await serve(websocket)
    except WebSocketDisconnect:
        print("gone")


@app.websocket("/lines")
async def lines(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)


@app.websocket("/once")
async def once(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
```

## Fix
`except WebSocketDisconnect:` around the loop, or `async for text in websocket.iter_text():`, which ends by itself.

## Limits
Looked at are loops that receive. A `finally` alone leaves the error in the log, and is still reported, with less
confidence.

## References
FastAPI documentation, WebSockets, Handling disconnections and multiple clients.
"""

from fastapi_audit.rule_api import (
    Call,
    Confidence,
    Function,
    Project,
    Related,
    Route,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    syntax,
)

RECEIVING = tuple(f"fastapi.WebSocket.{name}" for name in ("receive_text", "receive_bytes", "receive_json"))
CAUGHT = frozenset({"fastapi.WebSocketDisconnect", "starlette.websockets.WebSocketDisconnect"})


@rule("COR010", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    if route.kind != "websocket" or route.handler is None:
        return skip
    reached = project.reached([route.handler], depth=3)
    calls = [call for function in reached for call in project.calls_in(function)]
    received = next((call for call in calls if call.name in RECEIVING and call.is_in_loop), None)
    if received is None:
        return skip
    if any(_is_caught(function, project) for function in reached):
        return ok(route.place)
    confidence = Confidence.MEDIUM if _is_cleaned_up(received) else Confidence.HIGH
    related = (Related(received.place, "received here"),)
    return fail(route.place, f"{route} does not handle that the client leaves", related=related, confidence=confidence)


def _is_caught(function: Function, project: Project) -> bool:
    clauses = project.except_clauses_in(function)
    return any(clause.is_broad or not CAUGHT.isdisjoint(clause.catches) or None in clause.catches for clause in clauses)


def _is_cleaned_up(call: Call) -> bool:
    return any(isinstance(block, syntax.Try) and block.finalbody for block in call.blocks)

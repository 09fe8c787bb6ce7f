r"""What the application opens when it starts is not closed when it stops.

## Why
Every deployment stops the old processes. Connections that nobody closes stay open at the database and the broker until
a timeout, messages that were buffered are lost, a task is torn off in the middle of its work, and the log is full of
"Unclosed client session".

## Bad
```python
import asyncio
from contextlib import asynccontextmanager

import asyncpg
import httpx
from fastapi import FastAPI


async def poll() -> None:
    while True:
        await asyncio.sleep(60)


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.pool = await asyncpg.create_pool("postgresql://db/shop")  # finding
    app.state.client = httpx.AsyncClient(timeout=5)
    app.state.task = asyncio.create_task(poll())
    yield


app = FastAPI(lifespan=lifespan)
```

```python
from aiokafka import AIOKafkaProducer
from fastapi import FastAPI

app = FastAPI()
producer = AIOKafkaProducer()


@app.on_event("startup")
async def start() -> None:
    await producer.start()  # finding
```

## Good
```python
# file: app/database.py
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://db/shop")
# file: app/main.py
import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import httpx
from fastapi import FastAPI

from app.database import engine


async def poll() -> None:
    while True:
        await asyncio.sleep(60)


async def warm_up() -> None:
    async with httpx.AsyncClient() as client:
        await client.get("https://rates.example.com")


@asynccontextmanager
async def lifespan(app: FastAPI):
    await warm_up()
    task = asyncio.create_task(poll())
    async with AsyncExitStack() as stack, httpx.AsyncClient(timeout=5) as client:
        pool = await stack.enter_async_context(asyncpg.create_pool("postgresql://db/shop"))
        yield {"client": client, "pool": pool}
    task.cancel()
    await engine.dispose()


app = FastAPI(lifespan=lifespan)
```

```python
from aiokafka import AIOKafkaProducer
from fastapi import FastAPI

app = FastAPI()
producer = AIOKafkaProducer()


@app.on_event("startup")
async def start() -> None:
    await producer.start()


@app.on_event("shutdown")
async def stop() -> None:
    await producer.stop()
```

## Fix
`async with` around the `yield` of the lifespan, or `close()`, `aclose()`, `dispose()`, `stop()`, `cancel()` behind it.

## Limits
Looked at are known clients, pools, brokers, schedulers and endless tasks that startup opens, over some functions of the
project; and clients, pools and brokers that a module makes outside of functions (medium confidence). One finding stands
for all of an application. Engines and clients of Redis or MongoDB count where the lifespan itself makes them, with
medium confidence. Where something of unknown type is closed, it is taken for what was opened. Whether the server gets
the signal is not judged.

## References
FastAPI documentation, Lifespan Events; HTTPX documentation, Async Support, "Opening and closing clients"; Kubernetes
documentation, Termination of Pods.
"""

from fastapi_audit.rule_api import (
    Application,
    Confidence,
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

from ._resources import closing, opened


@rule("DEP016", severity=Severity.WARNING)
def check(application: Application, project: Project) -> Verdict:
    if application.mounted_in is not None or not (application.routes or application.lifecycle):
        return skip
    resources = list(opened(application, project))
    if not resources or is_hidden(application):
        return skip
    closed = closing(application, project)
    left = [one for one in resources if one.is_left and not closed.covers(one.kind)]
    if not left:
        first = next(iter(closed.kinds.values()), resources[0].call)
        return ok(first.place, "what is opened at startup is closed at shutdown")
    is_sure = left[0].call.function is not None and not closed.kinds and left[0].kind not in names("resources", "quiet")
    related = tuple(Related(one.call.place, f"`{short(one.call.name)}` neither") for one in left[1:])
    message = f"nothing closes what `{short(left[0].call.name)}` opens here when the application stops"
    return fail(
        left[0].call.place, message, related=related, confidence=Confidence.HIGH if is_sure else Confidence.MEDIUM
    )


def is_hidden(application: Application) -> bool:
    """Say whether the lifespan is one that is not known: it may close everything."""
    return application.arguments.get("lifespan") is not None and not application.lifecycle


def short(name: str | None) -> str:
    return ".".join((name or "?").split(".")[-2:])

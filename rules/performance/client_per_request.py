r"""A request makes a client of another service for itself.

## Why
A client keeps connections, certificates and credentials for the next call. One that is made for each request throws
them away: every request pays for the handshake again, and under load the service runs out of sockets.

## Bad
```python
import httpx
from fastapi import FastAPI

app = FastAPI()


@app.get("/rates")
async def read_rates() -> object:
    async with httpx.AsyncClient() as client:  # finding
        return (await client.get("https://rates.example")).json()
```

A generator dependency runs for each request too, and so does what it calls:

```python
# file: app/clients.py
import redis.asyncio as redis


def connect() -> redis.Redis:
    return redis.from_url("redis://cache.example")  # finding


# file: app/main.py
from fastapi import Depends, FastAPI

from app.clients import connect

app = FastAPI()


async def cache():
    client = connect()
    yield client
    await client.aclose()


@app.get("/rates")
async def read_rates(client=Depends(cache)) -> object:
    return await client.get("rates")
```

## Good
```python
from contextlib import asynccontextmanager
from functools import lru_cache

import boto3
import httpx
from fastapi import FastAPI, Request


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with httpx.AsyncClient() as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@lru_cache
def storage():
    return boto3.client("s3")


@app.get("/rates")
async def read_rates(request: Request) -> object:
    return (await request.app.state.client.get("https://rates.example")).json()


@app.delete("/rates")
def delete_rates() -> None:
    storage().delete_object(Bucket="rates", Key="today")
```

## Fix
Make the client in the lifespan and keep it in `app.state`, or in a factory with `functools.lru_cache`; let a dependency
hand it out.

## Limits
Followed is what handlers, dependencies and middleware call, over any number of functions. Exempt is what is made at
import or startup, in tasks of a queue and background tasks, in a cached factory, in a singleton, and what is kept: in a
global, in an attribute, in a dict. So is what stands in for a client that a caller may give (`client or Client()`), and
a client that gets a pool or transport made elsewhere. A client, or an object that holds one, that is made with texts
out of a parameter is exempt too, because other credentials make it another client; for httpx and aiohttp only where
each call cannot be given them. So is a client of httpx or aiohttp whose addresses its function is given, and no caller
writes down: each request asks another host, and no connection would be used again. So is what a handler of websockets
makes, for it lives as long as the connection, and what several threads may not share, as sessions of requests and
resources of boto3. Engines are PRF020.

## References
HTTPX documentation, Clients; Boto3 documentation, Clients, "Multithreading"; aiohttp documentation, "Don't create a
session per request".
"""

from fastapi_audit.rule_api import (
    Call,
    Confidence,
    Function,
    Project,
    Related,
    Severity,
    Verdict,
    differs_by_caller,
    fail,
    making,
    rule,
    skip,
    syntax,
    tree,
)

from ._clients import client_made, not_for_requests
from ._foreign_addresses import is_for_foreign_addresses

# What these differ in can be given to each of their calls.
PLAIN = frozenset({"aiohttp.ClientSession", "httpx.AsyncClient", "httpx.Client"})
PER_CALL = ("auth", "base_url", "follow_redirects", "headers", "limits", "params", "timeout")
PARTS = ("connection_pool", "connector", "http_client", "transport")


@rule("PRF008", severity=Severity.WARNING)
def check(call: Call, project: Project) -> Verdict:
    client = client_made(call, project)
    if client is None or client.is_engine:
        return skip
    found = making(call, project, with_jobs=False)
    if found is None:
        return not_for_requests(call, project)
    if _shares_part(call) or differs_by_caller(call, project, PER_CALL if call.name in PLAIN else ()):
        return skip
    if _is_for_connections(found.entry, project) or (call.name in PLAIN and is_for_foreign_addresses(call, project)):
        return skip
    if found.calls == 0:
        return fail(call.place, f"`{found.entry.name}` makes a new `{call.name}` for each request")
    return fail(
        call.place,
        f"each request makes a new `{call.name}`, through `{found.entry.name}`",
        related=(Related(found.entry.place, "runs for each request and gets here"),),
        confidence=Confidence.MEDIUM,
    )


def _is_for_connections(entry: Function, project: Project) -> bool:
    """Say whether a function answers websockets alone, and what it makes lives as long as one of them."""
    routes = project.routes_of(entry)
    return bool(routes) and all(route.kind == "websocket" for route in routes)


def _shares_part(call: Call) -> bool:
    """Say whether a client is given what is expensive about it, and that is not made beside it."""
    arguments = call.node.args if isinstance(call.node, syntax.Call) else ()
    own = tree.names_bound(call.function.statements) if call.function is not None else frozenset()
    parts = [argument.value for argument in arguments if argument.keyword in PARTS]
    return any(not isinstance(part, syntax.Call) and getattr(part, "id", None) not in own for part in parts)

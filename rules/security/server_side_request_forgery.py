r"""A client chooses the host that the server sends a request to.

## Why
The server reaches what its clients cannot: other services inside the network, the metadata of the cloud with its keys.

## Bad
```python
import httpx
from fastapi import FastAPI
from pydantic import BaseModel, HttpUrl

app = FastAPI()


class Preview(BaseModel):
    url: HttpUrl


@app.get("/proxy")
async def proxy(url: str) -> str:
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).text  # finding


@app.post("/preview")
def preview(wanted: Preview) -> str:
    return httpx.get(str(wanted.url)).text  # finding
```

```python
import requests
from fastapi import FastAPI, Request

app = FastAPI()


def fetch(host: str) -> bytes:
    return requests.get(f"https://{host}/status", timeout=5).content  # finding


@app.get("/status")
def status(request: Request) -> bytes:
    return fetch(request.query_params["host"])
```

## Good
```python
from urllib.parse import urlparse

import httpx
from fastapi import FastAPI, HTTPException

ALLOWED = {"images.example.com", "static.example.com"}
app = FastAPI()


def require_allowed(url: str) -> None:
    if urlparse(url).hostname not in ALLOWED:
        raise HTTPException(422, "This host is not allowed")


@app.get("/image")
async def image(url: str) -> bytes:
    require_allowed(url)
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).content


@app.get("/users/{name}")
async def user(name: str) -> bytes:
    async with httpx.AsyncClient(base_url="https://users.example.com") as client:
        return (await client.get(f"/users/{name}")).content


@app.get("/weather")
async def weather(city: str) -> bytes:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"https://weather.example.com/{city}", params={"city": city})).content
```

## Fix
Fix the host in the code or in the settings. Where the client has to name it, compare it with a set of hosts before the
request, and do not follow redirections.

## Limits
A test of the URL anywhere in the functions on the way counts, but for one of its scheme. A client with a transport of
its own may refuse hosts: that is unknown. URLs that were stored are not followed to the request that stored them.

## References
OWASP Top Ten 2021, A10; OWASP API Security 2023, API7; CWE-918.
"""

from fastapi_audit.rule_api import (
    Call,
    ExternalObject,
    Severity,
    Sink,
    Verdict,
    names,
    ok,
    options_of,
    rule,
    skip,
    unknown,
)

from ._taint import reported


@rule("SEC018", severity=Severity.WARNING)
def check(sink: Sink) -> Verdict:
    if sink.kind != "request":
        return skip
    leading = [reach for reach in sink.harmful() if reach.leads]
    if leading and _has_transport(sink.call):
        return unknown(sink.place, "the transport of the client may refuse hosts")
    if leading:
        return reported(sink, leading, f"the host that {sink.call.name} asks")
    if sink.reaches:
        return ok(sink.place, sink.excuse() or f"the {sink.reaches[0].input} stands behind a host that is fixed")
    return skip


def _has_transport(call: Call) -> bool:
    """Say whether the client was given something of its own that opens its connections."""
    clients = options_of(call.owner) if call.owner is not None else ()
    made = [client.call for client in clients if isinstance(client, ExternalObject) and client.call is not None]
    given = [value for one in made for name, value in one.named.items() if name in names("taint", "transports")]
    return any(not isinstance(value, ExternalObject) for value in given)

r"""Redis is asked in a way that stops everybody else, or keeps cached values for ever.

## Why
Redis answers one command at a time. `KEYS` looks at every key, and no other client gets an answer meanwhile; `FLUSHALL`
deletes what belongs to others, too. A cached value without an expiry is never loaded anew, and takes its memory until
Redis has none left.

## Bad
```python
import json

from fastapi import FastAPI
from redis.asyncio import Redis

app = FastAPI()
redis = Redis()


@app.delete("/cache")
async def forget() -> None:
    for key in await redis.keys("book:*"):  # finding
        await redis.delete(key)


@app.get("/books/{book_id}")
async def read_book(book_id: int) -> dict:
    key = f"book:{book_id}"
    kept = await redis.get(key)
    if kept is not None:
        return json.loads(kept)
    book = {"id": book_id}
    await redis.set(key, json.dumps(book))  # finding
    return book
```

## Good
```python
import json

from fastapi import FastAPI
from redis.asyncio import Redis

app = FastAPI()
redis = Redis()
settings = {"theme": "dark"}


@app.delete("/cache")
async def forget() -> None:
    async for key in redis.scan_iter("book:*"):
        await redis.delete(key)


@app.get("/books/{book_id}")
async def read_book(book_id: int) -> dict:
    key = f"book:{book_id}"
    kept = await redis.get(key)
    if kept is not None:
        return json.loads(kept)
    book = {"id": book_id}
    await redis.set(key, json.dumps(book), ex=300)
    return book


@app.put("/theme")
async def choose(theme: str) -> list[str]:
    await redis.set("theme", theme)
    return list(settings.keys())
```

## Fix
`SCAN` (`scan_iter`) instead of `KEYS`, or a set that names the keys; `ex=` for what is cached; `DEL` or `UNLINK` of the
service's own keys.

## Limits
Looked at are clients that are known to be of Redis or Valkey. A `set` counts where the same function asks for the key
first and gives what it finds; what is stored for good has no expiry by right. Commands and scripts are left out.

## References
Redis documentation, KEYS, SCAN, FLUSHALL, "Client-side caching" and Key eviction.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import Call, Confidence, Function, Project, Severity, Verdict, fail, names, ok, rule, skip

from ._caching import read_through

EXPIRY_POSITION = 2  # of `set(name, value, ex)`


@rule("PRF011", severity=Severity.WARNING)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    if function.module.is_of_commands:
        yield skip
        return
    confidence = Confidence.HIGH if project.flow.serves(function) else Confidence.MEDIUM
    for call in project.calls_in(function):
        method = of_redis(call)
        if method in names("caching", "listing"):
            yield fail(call.place, "`KEYS` looks at every key while all others wait", confidence=confidence)
        elif method in names("caching", "emptying"):
            yield fail(call.place, "this deletes every key of every database", confidence=Confidence.MEDIUM)
        elif method in names("caching", "scanning"):
            yield ok(call.place)
    fills = {id(fill): fill for _, fill in read_through(function, project) if of_redis(fill) is not None}
    if any(expires(call) for call in project.calls_in(function) if of_redis(call) is not None):
        yield from (ok(fill.place, "what is cached expires") for fill in fills.values())
    else:
        message = "what is cached here never expires"
        yield from (fail(fill.place, message, confidence=Confidence.MEDIUM) for fill in fills.values())


def of_redis(call: Call) -> str | None:
    """Return the method of a client of Redis that a call is of; None for another call."""
    owner, _, method = (call.name or "").rpartition(".")
    return method if owner in names("caching", "clients") else None


def expires(call: Call) -> bool:
    """Say whether a call says for how long a value is kept."""
    if of_redis(call) in names("caching", "expiring") | {"expire", "pexpire", "expireat", "pexpireat"}:
        return True
    given = call.argument(EXPIRY_POSITION, *names("caching", "expiry"))
    return of_redis(call) == "set" and given is not None

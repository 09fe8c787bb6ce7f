r"""A route is never reached, because an earlier path with a parameter takes all of its requests.

## Why
Starlette stops at the first route whose path matches. Only the converter in the path decides (`{order_id:int}`), never
the annotation of the parameter: `/orders/latest` behind `/orders/{order_id}` is answered with "latest" is no integer.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders/{order_id}")
async def read_order(order_id: int) -> int:
    return order_id


@app.get("/orders/latest")  # finding
async def read_latest() -> int:
    return 1
```

What is mounted at the root takes everything behind it:

```python
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

app = FastAPI()
app.mount("/", StaticFiles(directory="web", html=True))


@app.get("/health")  # finding
async def health() -> str:
    return "up"
```

## Good
```python
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

app = FastAPI()


@app.get("/orders/latest")
async def read_latest() -> int:
    return 1


@app.get("/orders/{order_id}")
async def read_order(order_id: int) -> int:
    return order_id


@app.delete("/orders/all")
async def delete_orders() -> None: ...


app.mount("/", StaticFiles(directory="web", html=True))
```

A converter keeps the paths apart, whatever the order:

```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders/{order_id:int}")
async def read_order(order_id: int) -> int:
    return order_id


@app.get("/orders/latest")
async def read_latest() -> int:
    return 1
```

## Fix
Register the route with the fixed path first, or give the parameter a converter that does not match it.

## Limits
A route that only some requests get past (`/{a}/settings` and `/users/{b}`) is not reported. Converters of one's own,
partly unknown paths and `app.host` are not judged. Equal paths are COR001.

## References
FastAPI documentation, Path Parameters, Order matters; Starlette documentation, Routing, Path Parameters.
"""

from functools import lru_cache

from fastapi_audit.rule_api import Application, Mount, Related, Route, Severity, Verdict, fail, ok, rule, unknown

from ._paths import ANYTHING, shape, shared_methods, starts_of, takes_all_of


@rule("COR002", severity=Severity.ERROR)
def check(route: Route) -> Verdict:
    if not route.is_path_known:
        return unknown(route.place, f"the path {route.path} is known in part only")
    if mount := _covering_mount(route):
        return _shadowed(route, Related(mount.place, f"the mount at {mount.path or '/'}"))
    if earlier := _covering_route(route):
        return _shadowed(route, Related(earlier.place, f"{earlier}"))
    return ok(route.place)


def _covering_route(route: Route) -> Route | None:
    by_start = _with_parameters(route.application)
    around = sorted(found for start in starts_of(route.path) for found in by_start.get(start, ()))
    for position in around:
        earlier = route.application.routes[position]
        if position >= route.order or not shared_methods(earlier, route) or shape(earlier.path) == shape(route.path):
            continue
        if takes_all_of(earlier.path, route.path) and not route.excludes(earlier):
            return earlier
    return None


@lru_cache(maxsize=64)
def _with_parameters(application: Application) -> dict[str, list[int]]:
    """Return the positions of the routes that may take requests for others, by what stands before a parameter."""
    found: dict[str, list[int]] = {}
    for position, route in enumerate(application.routes):
        if route.is_path_known and "{" in route.path:
            found.setdefault(route.path.partition("{")[0], []).append(position)
    return found


def _covering_mount(route: Route) -> Mount | None:
    for mount in route.application.mounts:
        if mount.order > route.order or not mount.is_path_known or route.excludes(mount):
            continue
        if takes_all_of(f"{mount.path}/{ANYTHING}", route.path):
            return mount
    return None


def _shadowed(route: Route, related: Related) -> Verdict:
    return fail(route.place, f"{route} is never reached: {related.message} takes its requests", related=(related,))

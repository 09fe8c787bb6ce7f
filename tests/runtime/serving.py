"""Say what FastAPI itself serves: run by the interpreter whose FastAPI is asked.

Reads one order per line from standard input, `{"root": …, "targets": ["module:attribute", …]}`, and answers each with
one line, `{"served": {target: [route, …]}, "failures": {target: error}}`. A target that ends in "()" is a factory;
`module:*` means all applications of a module that no target before it has; one before which "start " stands is started
and stopped before its routes are looked at.
Every order starts with fresh modules, so that one process serves any number of trees. The routes are in the fields of
the route listing.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import inspect
import json
import os
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI, routing
from fastapi.security.base import SecurityBase
from starlette.routing import Mount

Record = dict[str, Any]
PARAMETER_KINDS = ("path", "query", "header", "cookie", "body")


def records(application: Any, prefix: str = "") -> Iterator[Record]:
    """Yield one record for each route and method of an application and of those mounted on it."""
    for context in contexts(application.routes):
        route = getattr(context, "original_route", context)
        # Of what is not a path operation, early versions that include live keep the effective copy in here.
        effective = getattr(getattr(context, "_route_context", None), "starlette_route", None) or context
        if isinstance(route, Mount):
            path = getattr(effective, "path", None) or route.path
            yield from mounted(getattr(route, "_base_app", None) or route.app, prefix + path)
        elif isinstance(route, routing.APIWebSocketRoute):
            yield {"kind": "websocket", "method": None, **shared_fields(effective, prefix)}
        elif isinstance(route, routing.APIRoute):
            fields = {"kind": "http", **shared_fields(effective, prefix), **http_fields(effective)}
            yield from ({**fields, "method": method} for method in sorted(effective.methods))


def contexts(routes: Iterable[Any]) -> Iterable[Any]:
    """Return the routes with what their routers and inclusions add, however this version of FastAPI keeps that."""
    in_context = getattr(routing, "iter_route_contexts", None)
    return routes if in_context is None else in_context(routes)


def mounted(application: Any, prefix: str) -> Iterator[Record]:
    """Yield the routes of a mounted FastAPI application, also from within middleware."""
    while not hasattr(application, "openapi") and hasattr(application, "app"):
        application = application.app
    if hasattr(application, "openapi"):
        yield from records(application, prefix)


def shared_fields(route: Any, prefix: str) -> Record:
    """Return what every kind of route has."""
    endpoint = unwrapped(route.endpoint)
    dependants = list(reached(route.dependant))
    called = [unwrapped(dependant.call) for dependant in dependants[1:]]
    return {
        "path": prefix + route.path,
        "handler": name_of(endpoint),
        "is_async": inspect.iscoroutinefunction(endpoint) or inspect.isasyncgenfunction(endpoint),
        "dependencies": sorted({name_of(call) for call in called if not isinstance(call, SecurityBase)}),
        "security": sorted({type(call).__name__ for call in called if isinstance(call, SecurityBase)}),
        "params": {kind: sorted(set(parameter_names(dependants, kind))) for kind in PARAMETER_KINDS},
    }


def http_fields(route: Any) -> Record:
    """Return what only HTTP routes have."""
    return {
        "response_model": model_name(route.response_model),
        "status_code": route.status_code,
        "tags": sorted(str(getattr(tag, "value", tag)) for tag in route.tags),
        "in_schema": bool(route.include_in_schema),
        "deprecated": bool(route.deprecated),
    }


def reached(dependant: Any) -> Iterator[Any]:
    """Yield a dependant and all those below it."""
    yield dependant
    for inner in dependant.dependencies:
        yield from reached(inner)


def parameter_names(dependants: Iterable[Any], kind: str) -> Iterator[str]:
    """Yield the names that parameters of one kind have in the request."""
    for dependant in dependants:
        for parameter in getattr(dependant, f"{kind}_params"):
            yield getattr(parameter, "validation_alias", None) or parameter.alias


def unwrapped(call: Any) -> Any:
    """Return the function below partial application and decorators that wrap."""
    while True:
        if isinstance(call, functools.partial):
            call = call.func
        elif hasattr(call, "__wrapped__"):
            call = call.__wrapped__
        else:
            return call


def name_of(call: Any) -> str:
    """Return `module:qualname` of a callable, for an instance that of its class."""
    named = call if hasattr(call, "__qualname__") else type(call)
    return f"{named.__module__}:{named.__qualname__}"


def model_name(model: Any) -> str | None:
    """Return a response model as text."""
    if model is None:
        return None
    if isinstance(model, type) and not getattr(model, "__args__", None):
        return model.__qualname__
    return re.sub(r" at 0x[0-9a-f]+", "", str(model)).replace("typing.", "")


def applications(target: str) -> Iterator[tuple[str, Any]]:
    """Import a module and yield each application that is asked for with its name."""
    module, _, attribute = target.partition(":")
    loaded = importlib.import_module(module)
    if attribute == "*":
        yield from ((f"{module}:{name}", each) for name, each in vars(loaded).items() if isinstance(each, FastAPI))
    else:
        found = getattr(loaded, attribute.removesuffix("()"))
        yield target, found() if attribute.endswith("()") else found


def start(application: Any) -> None:
    """Run the lifespan of an application (https://asgi.readthedocs.io/en/latest/specs/lifespan.html) or raise."""
    orders = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Record:
        return next(orders)

    async def send(message: Record) -> None:
        if message["type"].endswith(".failed"):
            raise RuntimeError(message["message"])

    asyncio.run(application({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send))


def answer(root: str, targets: Iterable[str]) -> dict[str, Record]:
    """Import the targets below a root and return their routes, and why any of them could not be imported."""
    served: Record = {}
    failures: Record = {}
    known = set(sys.modules)
    seen: list[Any] = []
    os.chdir(root)
    sys.path.insert(0, root)
    importlib.invalidate_caches()
    try:
        for target in targets:
            try:
                for name, application in applications(target.removeprefix("start ")):
                    if target.startswith("start "):
                        start(application)
                    if not any(application is other for other in seen):
                        served[name] = list(records(application))
                        seen.append(application)
            except Exception as error:  # whatever the code under test raises is the answer
                failures[target] = f"{type(error).__name__}: {error}"
    finally:
        sys.path.remove(root)
        forget(known, root)
    return {"served": served, "failures": failures}


def forget(known: set[str], root: str) -> None:
    """Forget the modules of a tree, but not what it imported from elsewhere."""
    for name in [name for name in set(sys.modules) - known if is_below(sys.modules[name], root)]:
        del sys.modules[name]


def is_below(module: Any, root: str) -> bool:
    """Say whether a module or a package without an `__init__` comes from a tree."""
    places = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
    return any(Path(root) in Path(place).parents for place in places if place)


def main() -> None:
    """Answer orders until standard input ends; what the code under test prints goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")  # old versions of FastAPI use what their own dependencies have deprecated
    for line in sys.stdin:
        order = json.loads(line)
        answers.write(json.dumps(answer(order["root"], order["targets"])) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()

r"""A parameter stands in a route's path and not in its signature, or the reverse.

## Why
FastAPI matches the two by name. A parameter that the path has and the handler calls otherwise becomes a query parameter
that nobody sends; one that is declared with `Path()` and is not in the path can never be filled. Either way each
request is answered with 422, or what the caller asked for is ignored.

## Bad
```python
from fastapi import FastAPI, Path

app = FastAPI()


@app.get("/items/{id}")  # finding
def read_item(item_id: int) -> int:
    return item_id


@app.get("/users")  # finding
def read_user(user_id: int = Path()) -> int:
    return user_id
```

## Good
```python
from fastapi import APIRouter, Depends, FastAPI, Path, Request

app = FastAPI()
router = APIRouter(prefix="/shops/{shop}")


def load_order(order_id: int) -> int:
    return order_id


@app.get("/items/{item_id}")
def read_item(item_id: int, page: int = 1) -> int:
    return item_id


@app.get("/orders/{order_id}")
def read_order(order: int = Depends(load_order)) -> int:
    return order


@app.get("/users/{userId}")
def read_user(user_id: int = Path(alias="userId")) -> int:
    return user_id


@app.get("/raw/{key}")
def read_raw(request: Request) -> str:
    return request.path_params["key"]


@router.get("/hours")
def read_hours() -> str:
    return "always open"


@app.get("/{rest:path}")
def everything_else() -> str:
    return "a page"


app.include_router(router)
```

## Fix
Give the parameter in the path and in the signature the same name, or use `Path(alias=…)`.

## Limits
What only a prefix brings into the path may be there for other routes or for a middleware, and a `{rest:path}` that
nobody reads catches all that is left: neither is reported. A handler or dependency that takes the request may read the
parameter there. One that nobody reads has medium confidence unless the handler waits for another parameter.

## References
FastAPI documentation, Path Parameters, and Path Parameters and Numeric Validations.
"""

import re
from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Confidence,
    Module,
    Parameter,
    Route,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    syntax,
    tree,
    unknown,
)

NAME = re.compile(r"{([a-zA-Z_]\w*)(:[a-zA-Z_]\w*)?}")
REQUESTS = frozenset({"Request", "WebSocket", "HTTPConnection"})


@rule("COR003", severity=Severity.ERROR)
def check(route: Route) -> Verdict:
    in_path = dict(NAME.findall(route.path))
    declared = [one for one in route.all_parameters if not one.is_of_library]
    missing = next((one for one in declared if one.source == "path" and not _names(one) & set(in_path)), None)
    if missing is not None:
        if not route.is_path_known:
            return unknown(route.place, f"the path {route.path} is known in part only")
        return fail(route.place, f"{route} has no {{{missing.name}}} in its path")
    read = {name for one in route.all_parameters for name in _names(one)}
    unread = [name for name in _own_names(route) if name in in_path and name not in read and not in_path[name]]
    if not unread:
        return ok(route.place)
    if _takes_request(route):
        return ok(route.place)
    if None in (route.handler, *(one.function or one.cls for one in route.all_dependencies)):
        return unknown(route.place, "what takes the parameters is not known")
    waits = any(one.source == "query" and one.default is None and one in route.parameters for one in declared)
    confidence = Confidence.HIGH if waits else Confidence.MEDIUM
    return fail(route.place, f"nothing takes {{{unread[0]}}} of {route}", confidence=confidence)


def _names(parameter: Parameter) -> set[str]:
    return {parameter.name, parameter.variable}


def _own_names(route: Route) -> Iterator[str]:
    """Yield the parameters in the paths that the handler's decorators say, without the prefixes of routers."""
    decorators = route.handler.node.decorators if route.handler is not None else ()
    for node in decorators:
        if not isinstance(node, syntax.Call) or not node.args:
            continue
        first = node.args[0]
        if isinstance(first.value, syntax.Constant) and first.keyword in (None, "path"):
            yield from (name for name, _ in NAME.findall(str(first.value.value)))


def _takes_request(route: Route) -> bool:
    """Say whether the handler, or a dependency, is given the request, or all there is."""
    functions = [route.handler] if route.handler is not None else []
    functions += [one.function for one in route.all_dependencies if one.function is not None]
    classes = [cls for one in route.all_dependencies if one.cls is not None for cls in one.cls.lineage]
    functions += [method for cls in classes for method in cls.methods.values()]
    if any(_is_request(item.annotation, cls.module) for cls in classes for item in cls.attributes.values()):
        return True
    return any(
        parameter.kind in ("args", "kwargs") or _is_request(parameter.annotation, function.module)
        for function in functions
        for parameter in function.node.params
    )


def _is_request(annotation: syntax.Expr | None, module: Module) -> bool:
    imports = [one for one in module.facts.statements if isinstance(one, syntax.ImportFrom)]
    aliases = {alias.asname for one in imports for alias in one.names if alias.asname and alias.name in REQUESTS}
    nodes = tree.descendants([annotation]) if annotation is not None else ()
    said = {str(getattr(node, "attr", getattr(node, "id", getattr(node, "value", "")))) for node in nodes}
    return not said.isdisjoint(REQUESTS | aliases)

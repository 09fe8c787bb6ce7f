"""Routes and the ways in which they are registered, for generated applications."""

from __future__ import annotations

from collections.abc import Callable

from runtime.applications import arguments
from runtime.generated_dependencies import add_decorator
from runtime.sketch import STREAMS_FROM, Sketch

METHODS = ("get", "post", "put", "delete", "patch", "options", "head")
PATHS = ("/items", "/{item_id}", "/{owner}/x", "/files/{item_id:path}", "/")
MODELS = (
    "«Item»",
    "None",
    "list[«Item»]",
    "«Item» | None",
    "«typing:List»[«Entry»]",
    "«typing:Union»[«Item», «Entry»]",
    "dict[str, «Item»]",
    "«Page»[«Item»]",
    "«typing:Optional»[«Point»]",
    "int",
    "«typing:Any»",
)
RESPONSES = ("«fastapi:Response»", "«fastapi.responses:JSONResponse»")
STREAMS = (
    "«typing:AsyncIterator»[«Item»]",
    "«collections.abc:AsyncIterable»[«Entry»]",
    "«typing:AsyncGenerator»[int, None]",
)
STATUSES = ("201", "«fastapi:status».HTTP_202_ACCEPTED", "«http:HTTPStatus».CREATED")
SEVERAL = ('methods=["GET", "POST"]', 'methods={"PUT"}', 'methods=["get"]')


def route(sketch: Sketch, router: str) -> str:
    """Draw a handler and its registration on a router or an application."""
    return FORMS[sketch.one_of(*FORMS)](sketch, router)


def _decorated(sketch: Sketch, router: str) -> str:
    more = f'@{router}.get("/more")\n' if sketch.rarely() else ""
    between = f"@{add_decorator(sketch)}\n" if sketch.rarely() else ""
    given = arguments(_path(sketch), _given(sketch))
    return f"@{router}.{sketch.one_of(*METHODS)}({given})\n{more}{between}{_handler(sketch, sketch.fresh('handle'))}"


def _several(sketch: Sketch, router: str) -> str:
    given = arguments(_path(sketch), _given(sketch), sketch.one_of(*SEVERAL))
    return f"@{router}.api_route({given})\n{_handler(sketch, sketch.fresh('handle'))}"


def _called(sketch: Sketch, router: str) -> str:
    name = sketch.fresh("handle")
    handler = _handler(sketch, name)
    first = sketch.one_of(f"{_path(sketch)}, {name}", f"endpoint={name}, path={_path(sketch)}")
    return f"{handler}\n\n\n{router}.add_api_route({arguments(first, _given(sketch), sketch.one_of('', *SEVERAL))})"


def _applied(sketch: Sketch, router: str) -> str:
    name = sketch.fresh("handle")
    given = arguments(_path(sketch), _given(sketch))
    return f"{_handler(sketch, name)}\n\n\n{router}.{sketch.one_of(*METHODS)}({given})({name})"


def _view(sketch: Sketch, router: str) -> str:
    name = sketch.fresh("View")
    read = sketch.fresh("read")
    view = sketch.add(name, f"class {name}:\n    {_handler(sketch, read, 'self')}")
    return f"{router}.add_api_route({arguments(_path(sketch), f'{view}().{read}', _given(sketch))})"


def _bound(sketch: Sketch, router: str) -> str:
    name = sketch.fresh("handle")
    handler = sketch.add(name, _handler(sketch, name, "fixed: int"))
    return f"{router}.add_api_route({_path(sketch)}, «functools:partial»({handler}, {sketch.one_of('1', 'fixed=1')}))"


def _websocket(sketch: Sketch, router: str) -> str:
    name = sketch.fresh("handle")
    handler = f"async def {name}({sketch.signature('socket: «fastapi:WebSocket»')}): ..."
    if sketch.rarely():
        return f"{handler}\n\n\n{router}.add_api_websocket_route({_path(sketch)}, {name})"
    return f"@{router}.websocket({arguments(_path(sketch), sketch.listed())})\n{handler}"


def _streamed(sketch: Sketch, router: str) -> str:
    if sketch.fastapi < STREAMS_FROM:
        return _decorated(sketch, router)
    name = sketch.fresh("handle")
    returns = sketch.one_of("", *(f" -> {stream}" for stream in STREAMS))
    return f"@{router}.get({_path(sketch)})\nasync def {name}({sketch.signature()}){returns}:\n    yield 1"


def _handler(sketch: Sketch, name: str, *before: str) -> str:
    returns = sketch.one_of("", *(f" -> {model}" for model in (*MODELS, *RESPONSES)))
    return f"{sketch.one_of('def', 'async def')} {name}({sketch.signature(*before)}){returns}: ..."


def _path(sketch: Sketch) -> str:
    return sketch.text("path", sketch.one_of(*PATHS))


def _given(sketch: Sketch) -> str:
    model = sketch.one_of("", "", *(f"response_model={model}" for model in MODELS))
    status = sketch.one_of("", *(f"status_code={status}" for status in STATUSES))
    return arguments(model, status, sketch.flags())


FORMS: dict[str, Callable[[Sketch, str], str]] = {
    "decorated": _decorated,
    "several": _several,
    "called": _called,
    "applied": _applied,
    "view": _view,
    "bound": _bound,
    "websocket": _websocket,
    "streamed": _streamed,
}

"""What the arguments of `FastAPI(…)` and `APIRouter(…)` register at once."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.model.values import ExternalObject, Table, Value
from fastapi_audit.model.wiring import HandlerRegistration, MiddlewareRegistration, RouterObject


def initialise_router(router: RouterObject, named: Mapping[str, Value]) -> None:
    """Take over the arguments of `FastAPI(…)` or `APIRouter(…)`, with what they register."""
    router.arguments = {**router.arguments, **named}
    place = router.place
    handlers = named.get("exception_handlers")
    if isinstance(handlers, Table):
        router.registrations += [HandlerRegistration(error, handler, place) for error, handler in handlers.items]
    for item in iterate(named["middleware"]) or () if "middleware" in named else ():
        if isinstance(item, ExternalObject) and item.call is not None:
            middleware = item.call.argument(0, "cls")
            if middleware is not None:
                options = {name: value for name, value in item.call.named.items() if name != "cls"}
                router.registrations.append(MiddlewareRegistration(middleware, options, place, is_listed=True))

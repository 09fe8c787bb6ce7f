"""`include_router` calls as rules see them: what they put in front, and which of them FastAPI refuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.routes import path_text
from fastapi_audit.model import routing
from fastapi_audit.model.place import Place
from fastapi_audit.model.wiring import Inclusion, Registration, RouteRegistration, RouterObject

_NOTHING = ("", True)


def build_inclusions(interpreter: Interpreter, application_paths: Iterable[str]) -> list[routing.Inclusion]:
    """Return every inclusion of a known router in application code, in the order of places."""
    paths = set(application_paths)
    found = [
        _inclusion(router, registration, registration.router, interpreter)
        for router in interpreter.routers
        for registration in router.registrations
        if isinstance(registration, Inclusion) and isinstance(registration.router, RouterObject)
        if registration.place.path in paths
    ]
    return sorted(found, key=lambda one: one.place)


def _inclusion(
    outer: RouterObject, registration: Inclusion, inner: RouterObject, interpreter: Interpreter
) -> routing.Inclusion:
    prefix = registration.arguments.get("prefix")
    before = inner.registrations[: registration.seen]
    is_empty = path_text(prefix) == _NOTHING and path_text(inner.arguments.get("prefix")) == _NOTHING
    return routing.Inclusion(
        registration.place,
        interpreter.bindings.get(inner, "a router"),
        prefix,
        tuple(_nameless(before, {inner})) if is_empty else (),
        _ring(outer, registration),
        registration.conditions,
    )


def _nameless(registrations: Sequence[Registration], seen: set[RouterObject]) -> Iterator[Place]:
    """Yield the routes without a path that have no prefix in front, however deep they are included."""
    for registration in registrations:
        if isinstance(registration, RouteRegistration) and not registration.conditions:
            if path_text(registration.path) == _NOTHING:
                yield registration.place
        elif isinstance(registration, Inclusion) and isinstance(registration.router, RouterObject):
            inner = registration.router
            prefixes = (registration.arguments.get("prefix"), inner.arguments.get("prefix"))
            if inner not in seen and all(path_text(prefix) == _NOTHING for prefix in prefixes):
                seen.add(inner)
                yield from _nameless(inner.registrations[: registration.seen], seen)


def _ring(outer: RouterObject, closing: Inclusion) -> tuple[Place, ...]:
    """Return the inclusions that lead back to the router which includes, the closing one last; none if none do."""
    waiting: list[tuple[Inclusion, ...]] = [(closing,)]
    seen: set[RouterObject] = set()
    for way in waiting:
        inner = way[-1].router
        if inner is outer:
            return tuple(one.place for one in (*way[1:], closing))
        if not isinstance(inner, RouterObject) or inner in seen:
            continue
        seen.add(inner)
        known = inner.registrations[: closing.seen] if way[-1] is closing else inner.registrations
        waiting += [(*way, item) for item in known if isinstance(item, Inclusion) and not item.conditions]
    return ()

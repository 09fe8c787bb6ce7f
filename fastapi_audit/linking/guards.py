"""What authenticates the callers of a route, and what may do so but cannot be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.types import dotted_name
from fastapi_audit.linking.refusals import Refusals
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Application, Dependency, Guard, Middleware, Route
from fastapi_audit.model.values import FunctionValue, Value

Doubt = tuple[Place, str]
_PROJECT_ENTRY_POINTS = ("dispatch", "__call__")
_CREDENTIAL_SOURCES = ("header", "cookie")


@dataclass(frozen=True, slots=True)
class GuardFinder:
    """Finds the guards of routes: among dependencies, in the handler and its decorators, in middleware."""

    refusals: Refusals

    def guards(self, route: Route, endpoint: Value) -> tuple[Guard, ...]:
        """Return what authenticates the caller of a route, the outermost first."""
        found = list(self._middleware_guards(_middlewares(route.application)))
        found += [
            Guard(_readable(dependency), dependency.place, dependency.level)
            for dependency in route.dependencies
            if self.authenticates(dependency)
        ]
        return (*found, *self._handler_guards(route, endpoint))

    def authenticates(self, dependency: Dependency) -> bool:
        """Say whether a dependency, with all below it, refuses callers that show no valid credentials."""
        below = list(dependency.walk())
        if any(item.raises_without_credentials for item in below):
            return True
        if any(item.name.replace(":", ".") in names("security", "dependencies") for item in below):
            return True
        if any(map(self._looks, below)) and any(map(self._refuses, below)):
            return True
        return any(map(self._looks_at_session, below)) and any(map(self._sends_away, below))

    def doubts(self, route: Route) -> tuple[Doubt, ...]:
        """Return what may authenticate the callers of a route for all that can be told."""
        found = [
            (item.place, "this dependency cannot be resolved")
            for dependency in route.dependencies
            for item in dependency.walk()
            if item.name == "?"
        ]
        found += [
            (middleware.place, f"{middleware} is not known and may authenticate")
            for middleware in _middlewares(route.application)
            if _is_opaque(middleware)
        ]
        return tuple(found)

    def _looks(self, dependency: Dependency) -> bool:
        if dependency.scheme is not None:
            return True
        if any(parameter.source in _CREDENTIAL_SOURCES for parameter in dependency.parameters):
            return True
        return dependency.function is not None and self.refusals.reads_credentials(dependency.function)

    def _looks_at_session(self, dependency: Dependency) -> bool:
        if dependency.scheme is not None or any(parameter.source == "cookie" for parameter in dependency.parameters):
            return True
        return dependency.function is not None and self.refusals.reads_session(dependency.function)

    def _sends_away(self, dependency: Dependency) -> bool:
        return dependency.function is not None and self.refusals.sends_away(dependency.function)

    def _refuses(self, dependency: Dependency) -> bool:
        return dependency.function is not None and self.refusals.refuses(dependency.function)

    def _handler_guards(self, route: Route, endpoint: Value) -> Iterator[Guard]:
        if not isinstance(endpoint, FunctionValue) or route.handler is None:
            return
        for part in (endpoint, endpoint.original):
            for decoration in part.decorations:
                name = dotted_name(decoration)
                if name in names("security", "decorators"):
                    yield Guard(str(name), route.handler.place, "handler")
        looks = (
            self.refusals.reads_credentials(route.handler)
            or any(parameter.source in _CREDENTIAL_SOURCES for parameter in route.parameters)
            or any(self._looks(item) for item in route.all_dependencies)
        )
        if looks and (self.refusals.refuses(route.handler) or self._wrapper_refuses(endpoint)):
            yield Guard(route.handler.qualname, route.handler.place, "handler")

    def _wrapper_refuses(self, endpoint: FunctionValue) -> bool:
        return endpoint.wraps is not None and self.refusals.refuses(endpoint.function)

    def _middleware_guards(self, middlewares: tuple[Middleware, ...]) -> Iterator[Guard]:
        for middleware in middlewares:
            functions = _entry_points(middleware.function, middleware.cls)
            if any(
                self.refusals.refuses(function) and self.refusals.reads_credentials(function) for function in functions
            ):
                yield Guard(str(middleware), middleware.place, "middleware")


def _middlewares(application: Application) -> tuple[Middleware, ...]:
    """Return the middleware around an application: that of the applications that mount it, then its own."""
    around: tuple[Middleware, ...] = ()
    seen: list[Application] = []
    inner: Application | None = application
    while inner is not None and inner not in seen:
        around = (*inner.middlewares, *around)
        seen.append(inner)
        inner = inner.mounted_in
    return around


def _entry_points(function: Function | None, cls: Class | None) -> list[Function]:
    if function is not None:
        return [function]
    methods = [cls.find_method(name) for name in _PROJECT_ENTRY_POINTS] if cls is not None else []
    return [method for method in methods if method is not None]


def _is_opaque(middleware: Middleware) -> bool:
    if middleware.function is not None or middleware.cls is not None:
        return False
    return middleware.name is None or middleware.name not in names("security", "harmless_middleware")


def _readable(dependency: Dependency) -> str:
    return dependency.name.rpartition(":")[2] or dependency.name

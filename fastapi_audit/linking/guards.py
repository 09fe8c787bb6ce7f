"""What authenticates the callers of a route, and what may do so but cannot be told."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from fastapi_audit.facts import syntax, tree
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.credentials import is_credential, is_sent_as_credential, looks, looks_itself
from fastapi_audit.linking.dependency_ways import ways_of
from fastapi_audit.linking.evaluation.registration import HTTP_MIDDLEWARE
from fastapi_audit.linking.refusals import Refusals
from fastapi_audit.linking.strangers import Strangers
from fastapi_audit.model.module import Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Dependency, Guard, Middleware, Route
from fastapi_audit.model.values import FunctionValue, Value

Doubt = tuple[Place, str]


@dataclass(frozen=True, slots=True)
class GuardFinder:
    """Finds the guards of routes: among dependencies, in the handler and its decorators, in middleware."""

    refusals: Refusals
    strangers: Strangers

    def guards(self, route: Route, endpoint: Value) -> tuple[Guard, ...]:
        """Return what authenticates the caller of a route, the outermost first."""
        found = self._middleware_guards(_middlewares(route))
        return (*found, *self.among(route.dependencies), *self._handler_guards(route, endpoint))

    def among(self, dependencies: Iterable[Dependency]) -> tuple[Guard, ...]:
        """Return those of some dependencies that authenticate the caller."""
        dependencies = list(dependencies)
        lenient = [item for item in dependencies if self.is_lenient(item)]
        return tuple(
            _guard(item)
            for item in dependencies
            if item not in lenient and all(self._guards(way, bool(lenient)) for way in ways_of(item))
        )

    def _guards(self, way: Dependency, after_lenient: bool) -> bool:
        if self.checks(way):
            return not self.is_lenient(way)
        return after_lenient and any(map(self._refuses, way.walk()))

    def lenient(self, dependencies: Iterable[Dependency]) -> tuple[Guard, ...]:
        """Return those of some dependencies that look at callers, and let those pass that show no credentials."""
        return tuple(_guard(item) for item in dependencies if self.is_lenient(item))

    def is_lenient(self, dependency: Dependency) -> bool:
        """Say whether a dependency refuses some callers by their credentials, but none that show none."""
        return self.checks(dependency) and self.strangers.pass_by(dependency)

    def checks(self, dependency: Dependency) -> bool:
        """Say whether a dependency, with all below it, refuses callers by the credentials that they show."""
        below = list(dependency.walk())
        if any(item.raises_without_credentials for item in below):
            return True
        if any(item.name.replace(":", ".") in names("security", "dependencies") for item in below):
            return True
        if any(item.function is not None and self.refusals.leaves_it_to_library(item.function) for item in below):
            return True
        if any(map(self._looks, below)) and any(map(self._refuses, below)):
            return True
        return any(map(self._looks_at_session, below)) and any(map(self._sends_away, below))

    def doubts(self, route: Route) -> tuple[Doubt, ...]:
        """Return what may authenticate the callers of a route for all that can be told."""
        found = [
            (item.place, "this dependency cannot be resolved")
            for dependency in route.dependencies
            for way in ways_of(dependency)
            for item in way.walk()
            if item.name == "?"
        ]
        found += [
            (item.place, f"{_readable(item)} is defined several times, and not every definition authenticates")
            for item in route.dependencies
            if len(ways := ways_of(item)) > 1 and any(self._guards(way, False) for way in ways)
        ]
        found += _unknown_types(route)
        found += [
            (middleware.place, f"{middleware} is not known and may authenticate")
            for middleware in _middlewares(route)
            if _is_opaque(middleware)
        ]
        return (*found, *self._handler_doubts(route))

    def _handler_doubts(self, route: Route) -> Iterator[Doubt]:
        """Yield what a handler may check: whom dependencies let pass, and what a websocket gets in other ways."""
        if route.handler is None:
            return
        lenient = [item for item in route.dependencies if self.is_lenient(item)]
        if lenient and (_answers_apart(route.handler, lenient) or self.refusals.reads_credentials(route.handler)):
            yield route.handler.place, f"{route.handler.name} may refuse callers that {_readable(lenient[0])} lets pass"
        if route.kind != "websocket":
            return
        if self._is_looked_at(route, route.handler):
            yield route.handler.place, f"{route.handler.name} looks at the connection and may check its caller"
        elif self.refusals.refuses(route.handler):
            yield route.handler.place, f"{route.handler.name} refuses some of its callers"

    def _looks(self, dependency: Dependency) -> bool:
        return looks(dependency, self.refusals)

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
        for name in route.decorators:
            if name in names("security", "decorators"):
                yield Guard(name.rpartition(".")[2], route.handler.place, "decorator")
        if not self._is_looked_at(route, route.handler):
            return
        wrapper = self._refusing_wrapper(route.wrappers, route.handler)
        if wrapper is not None:
            yield Guard(wrapper.qualname.partition(".<locals>")[0], route.handler.place, "decorator")
        elif self.refusals.refuses(route.handler):
            yield Guard(route.handler.qualname, route.handler.place, "handler")

    def _is_looked_at(self, route: Route, handler: Function) -> bool:
        """Say whether a handler, or what it depends on, looks at what its caller shows."""
        # A query parameter of a plain route is as likely the subject of the request as its caller's credential.
        shown = is_credential if route.kind == "websocket" else is_sent_as_credential
        return (
            looks_itself(handler, self.refusals)
            or self.refusals.leaves_it_to_library(handler)
            or any(map(shown, route.parameters))
            or any(self._looks(item) for item in route.all_dependencies)
        )

    def _refusing_wrapper(self, wrappers: tuple[Function, ...], handler: Function) -> Function | None:
        """Return the wrapper of a decorator that refuses callers before the handler gets them."""
        return next((wrapper for wrapper in wrappers if self.refusals.refuses_before(wrapper, handler)), None)

    def _middleware_guards(self, middlewares: tuple[Middleware, ...]) -> Iterator[Guard]:
        for middleware in middlewares:
            if any(
                self.refusals.refuses(function) and self.refusals.reads_credentials(function)
                for function in middleware.entries
            ):
                yield Guard(str(middleware), middleware.place, "middleware")


def _middlewares(route: Route) -> tuple[Middleware, ...]:
    """Return the middleware around a route: that of the applications around its own, then that of its own."""
    applications = reversed((route.application, *route.application.around))
    around = (middleware for application in applications for middleware in application.middlewares)
    return tuple(item for item in around if route.kind != "websocket" or not _is_for_http_only(item))


def _is_for_http_only(middleware: Middleware) -> bool:
    """Say whether websockets go past a middleware, as they do past `@app.middleware("http")`."""
    if middleware.cls is not None:
        return middleware.cls.is_a(HTTP_MIDDLEWARE)
    return middleware.function is not None


def _unknown_types(route: Route) -> Iterator[Doubt]:
    """Yield the parameters whose types are of packages that are not known: these may stand for dependencies."""
    ways = (inner for dependency in route.dependencies for way in ways_of(dependency) for inner in way.walk())
    for parameter in chain(route.parameters, *(inner.parameters for inner in ways)):
        name = parameter.type.name if parameter.type is not None and not parameter.type.arguments else ""
        package, dot, _ = name.partition(".")
        is_own = parameter.is_of_library or parameter.source != "query" or parameter.type is None or parameter.type.cls
        if not is_own and dot and package not in sys.stdlib_module_names | names("security", "type_packages"):
            yield parameter.place, f"{name} is not known and may be a dependency that authenticates"


def _answers_apart(handler: Function, lenient: Iterable[Dependency]) -> bool:
    """Say whether a handler leaves in a branch that hangs on what dependencies gave, to it or to its view."""
    names = {one.variable for item in lenient for one in ((item,) if item.variable else item.dependencies)}
    tests = (node for node in handler.nodes if isinstance(node, syntax.If))
    return any(
        any(tree.name_of(inner) in names for inner in tree.descendants([node.test]))
        and any(isinstance(inner, (syntax.Return, syntax.Raise)) for inner in tree.descendants([node]))
        for node in tests
    )


def _is_opaque(middleware: Middleware) -> bool:
    if middleware.function is not None or middleware.cls is not None:
        return False
    return middleware.name is None or middleware.name not in names("security", "harmless_middleware")


def _guard(dependency: Dependency) -> Guard:
    return Guard(_readable(dependency), dependency.place, dependency.level)


def _readable(dependency: Dependency) -> str:
    return dependency.name.rpartition(":")[2] or dependency.name

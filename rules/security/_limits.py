"""What limits how often a route is called: decorators, dependencies, middleware, gateways, counted attempts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from fastapi_audit.rule_api import (
    Collection,
    Dependency,
    Function,
    Place,
    Project,
    Route,
    Value,
    is_for_development,
    names,
    secrecy,
    syntax,
    tree,
)

from ._around import middlewares_around, unknown_middleware

TOO_MANY = 429
COUNTED = frozenset({"attempt", "attempts", "attemps", "failures", "lockout", "locked", "retries", "tries"})
LIMITING = frozenset({"limit", "limiter", "limits", "ratelimit", "ratelimiter", "ratelimited", "throttle", "throttled"})


def limits(route: Route, project: Project) -> Iterator[tuple[Place, str]]:
    """Yield what limits the attempts that a route takes, with its place."""
    found = next((name for name in route.decorators if name in names("rate_limits", "decorators")), None)
    if found is not None:
        yield route.place, f"{found} limits the rate"
    for dependency in route.all_dependencies:
        if is_limiter(dependency, project):
            yield dependency.place, f"{dependency.name.rpartition(':')[2]} limits the rate"
    for function in functions_of(route):
        if limits_itself(function, project):
            yield function.place, f"{function.name} limits the rate"
    yield from limits_around(route, project)
    of_dependencies = (dependency.function for dependency in route.all_dependencies)
    starts = [*functions_of(route), *(function for function in of_dependencies if function is not None)]
    for function in project.flow.reached(starts):
        if counts_attempts(function):
            yield function.place, f"{function.name} counts the attempts of an account"


def functions_of(route: Route) -> tuple[Function, ...]:
    return (*route.wrappers, *((route.handler,) if route.handler is not None else ()))


def is_limiter(dependency: Dependency, project: Project) -> bool:
    known = names("rate_limits", "dependencies")
    if dependency.name.replace(":", ".") in known or (dependency.cls is not None and dependency.cls.is_a(*known)):
        return True
    return dependency.function is not None and limits_itself(dependency.function, project)


def limits_itself(function: Function, project: Project) -> bool:
    """Say whether a function answers 429, or asks a limiter and does something about what that says."""
    if TOO_MANY in project.answers.of(function).statuses:
        return True
    calls = (call for inner in project.reached([function]) for call in project.calls_in(inner))
    return any(call.name in names("rate_limits", "asks") for call in calls)


def limits_around(route: Route, project: Project) -> Iterator[tuple[Place, str]]:
    """Yield the middleware and gateways that limit all routes, or those of this path."""
    is_exempt = not names("rate_limits", "exempting").isdisjoint(route.decorators)
    for middleware in middlewares_around(route.application):
        by_default = middleware.name in names("rate_limits", "defaults") and has_default_limits(project)
        own = TOO_MANY in project.answers.of_middleware(middleware).statuses
        if own or middleware.name in names("rate_limits", "middleware") or (by_default and not is_exempt):
            yield middleware.place, f"{middleware} limits the rate"
    for gateway in project.gateways:
        yield from ((one.place, f"{gateway} limits the rate") for one in gateway.limits if one.covers(route.full_path))


@lru_cache(maxsize=1)
def has_default_limits(project: Project) -> bool:
    makers = (call for call in project.calls if call.name in names("rate_limits", "limiters"))
    given = (call.argument(None, name) for call in makers for name in ("default_limits", "application_limits"))
    return any(value is not None and not is_empty(value) for value in given)


def is_empty(value: Value) -> bool:
    return isinstance(value, Collection) and not value.items and not value.is_open


def counts_attempts(function: Function) -> bool:
    """Say whether a function compares or tests an attribute that is named for attempts or for being locked."""
    tests = (node for node in function.nodes if isinstance(node, (syntax.If, syntax.Compare)))
    tested = (
        inner for node in tests for inner in tree.descendants((node.test if isinstance(node, syntax.If) else node,))
    )
    return any(
        isinstance(one, syntax.Attribute) and not COUNTED.isdisjoint(secrecy.words_of(one.attr)) for one in tested
    )


def doubts(route: Route, project: Project) -> Iterator[tuple[Place, str]]:
    """Yield what may limit the rate for all that can be told."""
    for dependency in route.all_dependencies:
        if dependency.name == "?":
            yield dependency.place, "this dependency cannot be resolved and may limit the rate"
    for name in (one for one in route.decorators if one not in names("rate_limits", "exempting")):
        if not LIMITING.isdisjoint(word for part in name.split(".") for word in secrecy.words_of(part)):
            yield route.place, f"{name} may limit the rate"
    for middleware in middlewares_around(route.application):
        if middleware.name in names("rate_limits", "by_path"):
            yield middleware.place, f"{middleware} limits the paths that its rules name"
    opaque = unknown_middleware(route.application)
    if opaque is not None:
        yield opaque.place, f"{opaque} is not known and may limit the rate"
    for gateway in project.gateways:
        if gateway.is_open:
            yield gateway.place, f"{gateway} stands in front of the service and may limit the rate"
    if route.handler is None:
        yield route.place, "the handler is not known and may limit the rate"
    for condition in route.conditions:
        if is_for_development(condition):
            yield condition.place, "only a development environment has it"

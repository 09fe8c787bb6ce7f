"""Routes whose answer is the same for many callers: what a cache could give."""

from __future__ import annotations

from fastapi_audit.rule_api import Dependency, Place, Project, Route, is_for_watchers, names, secrecy, tree

SHOWN = frozenset({"cookie", "header"})


def reads_for_many(route: Route, project: Project) -> bool:
    """Say whether a route only reads from a database, for whoever may call it and not for the caller alone."""
    if "GET" not in route.methods or route.handler is None or route.handler not in project.reaching_data:
        return False
    if is_for_watchers(route, project) or _writes(route, project):
        return False
    return not _is_for_administrators(route) and _callers(route).isdisjoint(tree.names_read(route.handler.statements))


def _writes(route: Route, project: Project) -> bool:
    reached = project.writes.reached_from(route.handler) if route.handler is not None else ()
    return any(not write.is_apart and write.is_certain for write in reached)


def _is_for_administrators(route: Route) -> bool:
    """Say whether the path, or the name of what guards a route, speaks of administrators: there are few of them."""
    texts = [route.full_path, *(guard.name for guard in route.guards), *(one.name for one in route.all_dependencies)]
    words = {word for text in texts for word in secrecy.words_of(text)}
    return not words.isdisjoint(names("caching", "administrators"))


def _callers(route: Route) -> frozenset[str]:
    """Return the variables of a handler that tell who calls it."""
    guards = {guard.place for guard in (*route.guards, *route.lenient)}
    return frozenset(one.variable for one in route.dependencies if one.variable and _is_caller(one, guards))


def _is_caller(dependency: Dependency, guards: set[Place]) -> bool:
    """Say whether a dependency authenticates, or takes something that a caller shows."""
    return any(
        one.place in guards or one.scheme is not None or any(given.source in SHOWN for given in one.parameters)
        for one in dependency.walk()
    )

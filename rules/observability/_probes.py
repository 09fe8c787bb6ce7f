"""Routes that an orchestrator may ask how the application is."""

from collections.abc import Iterator
from functools import lru_cache

from fastapi_audit.rule_api import Call, Function, Kind, Project, Purpose, Route, names

UNKNOWN_PART = "{?}"


def is_asked_alike(route: Route) -> bool:
    """Say whether a route answers GET to anybody who sends nothing but its path."""
    return "GET" in route.methods and not any(parameter.default is None for parameter in route.all_parameters)


def asked_by(route: Route, project: Project) -> str:
    """Return who is told to ask for a route, as the end of a sentence; "" where nobody is seen to."""
    place = project.probed.get(route)
    return f", which {place} asks" if place is not None else ""


@lru_cache(maxsize=1)
def is_function(project: Project) -> bool:
    """Say whether the service runs as functions of a platform, which starts them for requests and asks for no probe."""
    if any(one.purpose is Purpose.SERVER and not one.is_for_development for one in project.starting.commands):
        return False
    files = (path.rpartition("/")[2] for path in project.paths_of(Kind.PLATFORM))
    wrapped = any(call.name in names("starting", "functions") for call in project.calls)
    return wrapped or any(name in names("starting", "function_files") for name in files)


def library_calls(project: Project) -> Iterator[Call]:
    """Yield the calls of libraries that make health endpoints with checks."""
    known = names("probes", "libraries")
    return (call for call in project.calls if call.name in known and (call.positional or call.named))


def doubtful_paths(routes: list[Route]) -> list[Route]:
    """Return the GET routes whose last part is not known."""
    return [route for route in routes if "GET" in route.methods and UNKNOWN_PART in route.path.rpartition("/")[2]]


@lru_cache(maxsize=1)
def functions_of_probes(project: Project) -> frozenset[Function]:
    """Return the functions that answer probes, and those that these call."""
    known = names("probes", "liveness") | names("probes", "readiness")
    handlers = [route.handler for route in project.routes if not known.isdisjoint(route.words)]
    return frozenset(project.reached((one for one in handlers if one is not None), depth=2))

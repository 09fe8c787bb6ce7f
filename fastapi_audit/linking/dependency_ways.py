"""What a dependency may be, with all below it, where branches define what it names several times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fastapi_audit.model.routing import Dependency

MAX_WAYS = 16


def ways_of(dependency: Dependency) -> tuple[Dependency, ...]:
    """Return the dependency as each of the definitions makes it; itself where nothing is defined twice."""
    if not any(inner.alternatives for inner in dependency.walk()):
        return (dependency,)
    return tuple(way for way, _ in zip(_ways(dependency), range(MAX_WAYS), strict=False))


def _ways(dependency: Dependency) -> Iterator[Dependency]:
    """Yield one way for each definition at each depth, all others as they are taken to be."""
    if dependency.alternatives:
        place, level, scopes, variable = dependency.place, dependency.level, dependency.scopes, dependency.variable
        for one in dependency.alternatives:
            yield replace(one, place=place, level=level, scopes=scopes, variable=variable)
        return
    below = dependency.dependencies
    for number, inner in enumerate(below):
        if any(one.alternatives for one in inner.walk()):
            for way in _ways(inner):
                yield replace(dependency, dependencies=(*below[:number], way, *below[number + 1 :]))

"""The routes of a service by method and path, and which of them answer a request.

Follows `starlette.routing.Router`: the first route whose path matches is taken, a parameter is one part of the path
unless its converter says otherwise, and a slash at the end is made up for by a redirect. Routes are kept in a tree by
the parts of their paths: a look-up goes down it once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fastapi_audit.linking.exercise.addresses import HOLE, WIDE_HOLE
from fastapi_audit.model.routing import Application, Route

WEBSOCKET = "WEBSOCKET"
_PARAMETER = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
_CONVERTERS = {"int": "[0-9]+", "float": r"[0-9]+(?:\.[0-9]+)?", "uuid": "[0-9a-fA-F-]{32,36}"}
_HOLES = re.compile(f"[{HOLE}{WIDE_HOLE}]")
_ANY = f"[{HOLE}{WIDE_HOLE}]"
_UNKNOWN_PART = "{?}"
_CATCH_ALL = ":path}"
_LONGEST = 40  # parts of a path that are compared in every way


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """One way to a route: `targets` is the route, or those of the same handler when tests serve it themselves.

    `is_alone`: its application is asked without the one that mounts it.
    """

    method: str
    path: str
    order: int
    targets: tuple[Route, ...]
    application: Application | None
    is_alone: bool = False


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    patterns: dict[str, tuple[re.Pattern[str], _Node]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def below(self, part: str) -> _Node:
        if "{" not in part:
            return self.literals.setdefault(part, _Node())
        pattern = _expression(part)
        if pattern not in self.patterns:
            self.patterns[pattern] = (re.compile(pattern), _Node())
        return self.patterns[pattern][1]

    def reached(self, parts: Sequence[str]) -> Iterator[Entry]:
        if not parts:
            yield from self.entries
            return
        if parts[0] in self.literals:
            yield from self.literals[parts[0]].reached(parts[1:])
        for pattern, node in self.patterns.values():
            if pattern.fullmatch(parts[0]):
                yield from node.reached(parts[1:])


class RouteMap:
    """Looks up the routes that answer a request."""

    def __init__(self, entries: Iterable[Entry], root_paths: Sequence[str] = ()) -> None:
        self._trees: dict[str, _Node] = {}
        self._flexible: dict[str, list[tuple[re.Pattern[str], Entry]]] = {}
        self._all: dict[str, list[Entry]] = {}
        self._root_paths = root_paths
        self._known: dict[tuple[str, str], tuple[tuple[Route, ...], tuple[Route, ...]]] = {}
        for entry in entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        self._all.setdefault(entry.method, []).append(entry)
        if _UNKNOWN_PART in entry.path or _CATCH_ALL in entry.path:
            pattern = re.compile(_expression(entry.path.rstrip("/")) + "/?")
            self._flexible.setdefault(entry.method, []).append((pattern, entry))
            return
        node = self._trees.setdefault(entry.method, _Node())
        for part in _parts(entry.path):
            node = node.below(part)
        node.entries.append(entry)

    @property
    def methods(self) -> Sequence[str]:
        """The methods that any route has."""
        return list(self._all)

    def answering(self, method: str, path: str) -> tuple[tuple[Route, ...], tuple[Route, ...]]:
        """Return the routes that answer a request, and where that cannot be told those that may."""
        path = path if path.startswith("/") or _HOLES.match(path) else f"/{path}"
        key = (method, path)
        if key not in self._known:
            self._known[key] = self._answering(method, path)
        return self._known[key]

    def _answering(self, method: str, path: str) -> tuple[tuple[Route, ...], tuple[Route, ...]]:
        certain = self._certain(method, path)
        start = path.find("/")
        if not certain and start > 0 and not _HOLES.sub("", path[:start]):  # a host, or one with a path
            certain = self._certain(method, path[start:])
        for root in self._root_paths:
            if not certain and path.startswith(root + "/"):
                certain = self._certain(method, path[len(root) :])
        if not _HOLES.search(path) or (certain and start == 0 and WIDE_HOLE not in path):
            return certain, ()
        entries = _nearest(path, [entry for entry in self._all.get(method, ()) if _may_be(path, entry.path)])
        narrow = _targets(entry for entry in entries if _CATCH_ALL not in entry.path)
        possible = _targets(entries)
        if not certain and len(narrow or possible) == 1:
            return narrow or possible, ()
        return certain, tuple(route for route in possible if route not in certain)

    def _certain(self, method: str, path: str) -> tuple[Route, ...]:
        tree = self._trees.get(method)
        found = list(tree.reached(_parts(path))) if tree is not None and path.startswith("/") else []
        found += [entry for pattern, entry in self._flexible.get(method, ()) if pattern.fullmatch(path)]
        return _targets(_first(found, path.endswith("/")))


def _nearest(path: str, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the entries that spell out all that is known of a path; where there are none, all."""
    known = {part for part in _parts(path) if not _HOLES.search(part)}
    return [entry for entry in entries if known.issubset(_parts(entry.path))] or entries


def _first(entries: Sequence[Entry], has_slash: bool) -> Iterator[Entry]:
    """Yield the entry that is taken in each application, and those registered where it is not."""
    ranked = sorted(entries, key=lambda entry: (*_vagueness(entry), entry.path.endswith("/") != has_slash, entry.order))
    taken: dict[tuple[Application | None, bool], Entry] = {}
    for entry in ranked:
        first = taken.setdefault((entry.application, entry.is_alone), entry)
        if first is entry or any(one.excludes(other) for one in entry.targets for other in first.targets):
            yield entry


def _vagueness(entry: Entry) -> tuple[bool, int]:
    """Put routes with a path that is fully known first, then those of which the most is."""
    is_vague = _UNKNOWN_PART in entry.path
    return is_vague, -len(_PARAMETER.sub("", entry.path)) if is_vague else 0


def _targets(entries: Iterable[Entry]) -> tuple[Route, ...]:
    return tuple(dict.fromkeys(route for entry in entries for route in entry.targets))


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _expression(path: str) -> str:
    """Return the regular expression of a path as it is declared."""
    found, start = "", 0
    for match in _PARAMETER.finditer(path):
        found += re.escape(path[start : match.start()]) + _of_parameter(match)
        start = match.end()
    return found + re.escape(path[start:])


def _of_parameter(match: re.Match[str]) -> str:
    if match.group(0) == _UNKNOWN_PART or match.group(2) == "path":
        return ".*"
    converter = _CONVERTERS.get(match.group(2) or "", "[^/]+")
    return f"(?:{converter}|{_ANY})"


def _may_be(path: str, declared: str) -> bool:
    """Say whether a path with parts that are not known may be one that a route declares."""
    given, own = _parts(path), _parts(declared)
    if len(given) > _LONGEST or len(own) > _LONGEST:
        return True
    wide = [index == 0 and not path.startswith("/") and bool(_HOLES.match(part)) for index, part in enumerate(given)]
    return _align(given, wide, own)


def _align(given: list[str], wide: list[bool], own: list[str]) -> bool:
    """Compare two paths part by part, from the end of a table of what may follow (as for wildcards in file names)."""
    reachable = [[False] * (len(own) + 1) for _ in range(len(given) + 1)]
    reachable[len(given)][len(own)] = True
    for i in range(len(given), -1, -1):
        for j in range(len(own), -1, -1):
            if reachable[i][j]:
                continue
            spans_given = i < len(given) and (wide[i] or given[i] == WIDE_HOLE)
            spans_own = j < len(own) and (own[j] == _UNKNOWN_PART or _CATCH_ALL in own[j])
            reachable[i][j] = (
                (i < len(given) and j < len(own) and _may_equal(given[i], own[j]) and reachable[i + 1][j + 1])
                or (spans_given and (reachable[i + 1][j] or (j < len(own) and reachable[i][j + 1])))
                or (spans_own and (reachable[i][j + 1] or (i < len(given) and reachable[i + 1][j])))
            )
    return reachable[0][0]


def _may_equal(given: str, own: str) -> bool:
    if "{" in own:
        return re.fullmatch(_expression(own), given) is not None or bool(_HOLES.search(given))
    return re.fullmatch(".*".join(map(re.escape, _HOLES.split(given))), own) is not None


def entries_of(routes: Iterable[Route]) -> Iterator[Entry]:
    """Yield the ways to routes as they are served."""
    for route in routes:
        methods = (WEBSOCKET,) if route.kind == "websocket" else route.methods
        for method in methods:
            yield Entry(method, route.full_path, route.order, (route,), route.application)
            if route.application.mounted_in is not None:
                yield Entry(method, route.path, route.order, (route,), route.application, is_alone=True)

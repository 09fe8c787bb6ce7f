"""Who calls whom, and where it runs: on the event loop that serves requests, in a thread, at startup, elsewhere."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from fastapi_audit.model.code import Call, Site
from fastapi_audit.model.module import Function
from fastapi_audit.model.routing import Route


class Context(str, Enum):
    """Where and when a function runs.

    LOOP: on the event loop that serves requests, background tasks that are `async def` included. THREAD: in a worker
    thread of it, where FastAPI runs plain `def` handlers and dependencies. STARTUP: while no request is served, at
    startup or shutdown. OWN_LOOP: on a loop made for it (`asyncio.run`), which nobody shares. ELSEWHERE: in another
    process, a queue's worker or a scheduler. IMPORT: while a module is imported.
    """

    LOOP = "event loop"
    THREAD = "thread"
    STARTUP = "startup"
    OWN_LOOP = "own loop"
    ELSEWHERE = "elsewhere"
    IMPORT = "import"


class Passage(str, Enum):
    """What becomes of the context on the way from a caller to what it calls or hands on."""

    HERE = "here"
    THREAD = "thread"
    GREENLET = "greenlet"
    LOOP = "event loop"
    OWN_LOOP = "own loop"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, eq=False, slots=True)
class Edge:
    """One way from a function, or from the top of a module (None), to a function of the project.

    `is_certain` is false where the callee is only one of several that may be meant. `is_once`: the callee runs for the
    first caller only, its result is kept (a cached function without parameters). `is_apart`: nobody waits for the
    callee, which runs beside or after the caller (a background task, a worker of a queue).
    """

    caller: Function | None
    callee: Function
    call: Call
    passage: Passage
    is_certain: bool = True
    is_once: bool = False
    is_apart: bool = False


class LoopCall(Site, frozen=True, eq=False):
    """A call in an `async def` that keeps the event loop from serving others, by itself or by what it leads to.

    `kind` is "blocking" (waits for a network, a file, a process, a lock …), "data" (waits for a database through a
    synchronous driver) or "processor". `cause` is the call at the end of the `chain` of calls that leads there; the
    first of the chain is this call. `subject` says with what ("http", "file", "image" …), `instead` what asynchronous
    code uses. `confidence` is "high", "medium" or "low".
    """

    call: Call
    kind: str
    cause: Call
    chain: tuple[Call, ...]
    subject: str
    instead: str
    confidence: str

    def __str__(self) -> str:
        return f"{self.kind} call {self.cause.name}"


@dataclass(eq=False, slots=True)
class Flow:
    """The call graph of a service. `contexts` has where each function runs, as far as anything is known to run it,
    `entries` the functions that FastAPI itself calls with the routes for which it does, `held_up` the calls of each
    `async def` that hold up its event loop.
    """

    edges: tuple[Edge, ...] = ()
    contexts: Mapping[Function, frozenset[Context]] = field(default_factory=dict)
    entries: Mapping[Function, tuple[Route, ...]] = field(default_factory=dict)
    held_up: Mapping[Function, tuple[LoopCall, ...]] = field(default_factory=dict)
    _to: dict[Function, list[Edge]] = field(default_factory=dict)
    _from: dict[Function | None, list[Edge]] = field(default_factory=dict)
    _reaching: dict[Function, tuple[Route, ...]] | None = None
    _awaited: frozenset[Function] | None = None
    _apart: frozenset[Function] | None = None

    def __post_init__(self) -> None:
        for edge in self.edges:
            self._to.setdefault(edge.callee, []).append(edge)
            self._from.setdefault(edge.caller, []).append(edge)

    def callers(self, function: Function) -> tuple[Edge, ...]:
        """Return the ways that lead to a function."""
        return tuple(self._to.get(function, ()))

    def callees(self, function: Function | None) -> tuple[Edge, ...]:
        """Return the ways that lead from a function, or from the tops of modules."""
        return tuple(self._from.get(function, ()))

    def runs_in(self, function: Function) -> frozenset[Context]:
        """Return where a function runs; empty when nothing is known that calls it."""
        return self.contexts.get(function, frozenset())

    def serves(self, function: Function) -> bool:
        """Say whether a function runs for requests, on the event loop or in a thread of it."""
        return not self.runs_in(function).isdisjoint((Context.LOOP, Context.THREAD))

    def is_awaited(self, function: Function) -> bool:
        """Say whether requests wait for a function: FastAPI calls it for them, or something does that they wait for."""
        if self._awaited is None:
            self._awaited = self._below(self.entries, lambda edge: not edge.is_apart)
        return function in self._awaited

    def runs_apart(self, function: Function) -> bool:
        """Say whether a function also runs where no request waits for it: in a task, a worker, from a command."""
        if not self.runs_in(function).isdisjoint((Context.ELSEWHERE, Context.OWN_LOOP)):
            return True
        if self._apart is None:
            known = {one for edge in self.edges for one in (edge.callee, edge.caller) if one is not None}
            started = (edge.callee for edge in self.edges if edge.is_apart)
            self._apart = self._below((*started, *filter(self._is_command, known)), lambda _: True)
        return function in self._apart or self._is_command(function)

    def holds_up_requests(self, function: Function) -> bool:
        """Say whether what blocks in an `async def` holds up requests.

        It does unless all that is known to run it runs at startup, on a loop of its own or elsewhere.
        """
        found = self.runs_in(function)
        return function.is_async and (not found or Context.LOOP in found)

    def held_up_by(self, function: Function, *kinds: str) -> tuple[LoopCall, ...]:
        """Return the calls of a function that hold up requests, of some kinds of `LoopCall`."""
        if not self.holds_up_requests(function):
            return ()
        return tuple(call for call in self.held_up.get(function, ()) if call.kind in kinds)

    def routes(self, function: Function) -> tuple[Route, ...]:
        """Return the routes whose requests reach a function, through any number of calls, sorted by place."""
        if self._reaching is None:
            self._reaching = self._routes_by_function()
        return self._reaching.get(function, ())

    def reached(self, functions: Iterable[Function], depth: int = 5) -> tuple[Function, ...]:
        """Return functions and those that they lead to, to a depth, nearest first; of a method, its overrides too."""
        found = dict.fromkeys(functions)
        frontier = list(found)
        for _ in range(depth):
            below = (edge.callee for function in frontier for edge in self._from.get(function, ()))
            frontier = [function for function in dict.fromkeys(below) if function not in found]
            found.update(dict.fromkeys(frontier))
        return tuple(found)

    def _is_command(self, function: Function) -> bool:
        return _is_of_command(function) and not self.is_awaited(function)

    def _below(self, functions: Iterable[Function], follows: Callable[[Edge], bool]) -> frozenset[Function]:
        """Return functions and all that they lead to, by the edges that are followed."""
        found = set(functions)
        waiting = list(found)
        while waiting:
            new = {edge.callee for edge in self.callees(waiting.pop()) if follows(edge)} - found
            found |= new
            waiting += new
        return frozenset(found)

    def _routes_by_function(self) -> dict[Function, tuple[Route, ...]]:
        """Hand routes down from the functions that FastAPI calls, each as one bit, until nothing is new."""
        distinct = dict.fromkeys(route for routes in self.entries.values() for route in routes)
        ordered = sorted(distinct, key=lambda route: (route.place, route.path, route.methods))
        bits = {route: 1 << number for number, route in enumerate(ordered)}
        reaching = {one: sum({bits[route] for route in routes}) for one, routes in self.entries.items()}
        waiting = deque(reaching)
        while waiting:
            caller = waiting.popleft()
            for edge in self.callees(caller):
                known = reaching.get(edge.callee, 0)
                if known | reaching[caller] != known:
                    reaching[edge.callee] = known | reaching[caller]
                    waiting.append(edge.callee)
        routes = {found: tuple(one for one in ordered if bits[one] & found) for found in set(reaching.values())}
        return {function: routes[found] for function, found in reaching.items()}


def _is_of_command(function: Function) -> bool:
    return function.module.is_of_commands or function.module.is_runnable

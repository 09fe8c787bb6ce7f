"""Calls that make an event loop for themselves, and the ways on which the loop that serves requests gets to them."""

from collections.abc import Iterator

from fastapi_audit.rule_api import Call, Destination, Edge, Function, Passage, Project

STAYING = (Passage.HERE, Passage.GREENLET)  # a greenlet runs on the thread of the loop
ASKING = ("asyncio.get_running_loop", "asyncio.AbstractEventLoop.is_running", "sniffio.current_async_library")


def runs_own_loop(call: Call, project: Project) -> bool:
    """Say whether a call runs a coroutine on an event loop of its own."""
    offload = project.known_calls.offloads(call.name) if call.name is not None else None
    return offload is not None and offload.destination is Destination.OWN_LOOP and not offload.wraps


def asks_for_loop(function: Function, project: Project) -> bool:
    """Say whether a function looks for a running event loop itself, to do one thing or the other."""
    return any(call.name in ASKING for call in project.calls_in(function))


def way_from_loop(function: Function, project: Project) -> tuple[Edge, ...]:
    """Return the calls on the shortest way from an asynchronous function to a plain one that stays in its thread, the
    nearest first; empty when there is none that is certain.
    """
    ways: list[tuple[Edge, ...]] = [(edge,) for edge in _staying(function, project)]
    seen = {function}
    for way in ways:
        caller = way[-1].caller
        if caller is None or caller in seen:
            continue
        seen.add(caller)
        if caller.is_async:
            return way
        ways += [(*way, edge) for edge in _staying(caller, project)]
    return ()


def _staying(function: Function, project: Project) -> Iterator[Edge]:
    return (edge for edge in project.flow.callers(function) if edge.is_certain and edge.passage in STAYING)

"""What holds up the event loop, as verdicts: one a cause, at the call that the async function's owner can change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastapi_audit.rule_api import Confidence, Function, LoopCall, Project, Related, Route, Verdict, fail

MAX_ROUTES = 3


def held_up(function: Function, project: Project, kind: str, does: str) -> Iterator[Verdict]:
    """Yield a failure for each call of a kind in a function; `does` says what it does to the event loop."""
    routes = _named(project.flow.routes(function)) if project.flow.held_up_by(function, kind) else ""
    is_served = project.flow.serves(function)
    for call in project.flow.held_up_by(function, kind):
        yield fail(
            call.place,
            f"{_what(call)} {does} in `async def {function.name}`{_how(call)}{routes}",
            related=tuple(_steps(call)),
            confidence=_confidence(call, is_served),
        )


def _confidence(call: LoopCall, is_served: bool) -> Confidence:
    """Return how sure a finding is: less so in a function that nothing is known to run, and indirectly hardly."""
    found = Confidence[call.confidence.upper()]
    if is_served:
        return found
    return Confidence(max(found - 1, Confidence.LOW)) if len(call.chain) == 1 else Confidence.LOW


def _what(call: LoopCall) -> str:
    return f"`{_short(call.call.name)}`"


def _how(call: LoopCall) -> str:
    if len(call.chain) == 1:
        return ""
    steps = len(call.chain) - 1
    return f": it leads to `{_short(call.cause.name)}`, {steps} call{'s' if steps > 1 else ''} away"


def _steps(call: LoopCall) -> Iterator[Related]:
    for caller, step in zip(call.chain, call.chain[1:], strict=False):
        within = step.function.name if step.function is not None else caller.name
        yield Related(step.place, f"`{within}` calls `{_short(step.name)}`")


def _short(name: str | None) -> str:
    """Return the last two parts of a dotted name: what people call it."""
    return ".".join((name or "?").split(".")[-2:])


def _named(routes: Sequence[Route]) -> str:
    if not routes:
        return ""
    shown = ", ".join(str(route) for route in routes[:MAX_ROUTES])
    more = f" and {len(routes) - MAX_ROUTES} more" if len(routes) > MAX_ROUTES else ""
    return f"; for {shown}{more}"

"""How a rule tells by which way something that a client chose gets to a call."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi_audit.rule_api import Confidence, Reach, Related, Sink, Verdict, fail


def reported(sink: Sink, reaches: Sequence[Reach], what: str, confidence: Confidence = Confidence.HIGH) -> Verdict:
    """Return the finding that an input decides about a call; `what` says about what."""
    reach = reaches[0]
    routes = reach.input.routes or sink.routes
    of_route = f" of {routes[0]}" if routes else ""
    return fail(
        sink.place, f"the {reach.input}{of_route} decides {what}", related=way(sink, reach), confidence=confidence
    )


def way(sink: Sink, reach: Reach) -> tuple[Related, ...]:
    """Return where an input comes in, and the functions that hand it on."""
    ends = (sink.function, reach.input.parameter.function if reach.input.parameter is not None else None)
    between = [function for function in reach.through if function not in ends]
    places = [Related(function.place, f"{function.name} hands it on") for function in between]
    start = [Related(reach.input.place, f"{reach.input} comes in here")] if reach.input.place is not None else []
    return (*start, *places)

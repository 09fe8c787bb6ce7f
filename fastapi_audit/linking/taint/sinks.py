"""The calls that must not be told by clients what to do, each with the inputs that get there."""

from __future__ import annotations

from fastapi_audit.knowledge.sinks import SinkKind, sinks
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.types import dotted_name
from fastapi_audit.linking.taint.checks import Checks
from fastapi_audit.linking.taint.steps import UPLOADED
from fastapi_audit.linking.taint.tracer import Tracer
from fastapi_audit.model.code import Call
from fastapi_audit.model.inputs import Gap, Input, Reach, Sink
from fastapi_audit.model.place import Place
from fastapi_audit.model.project import Project
from fastapi_audit.model.values import Known, Value

NAMING = frozenset({"path", "request", "redirect"})


def sinks_of(project: Project, tracer: Tracer) -> list[Sink]:
    """Return the sinks of application code, in the order of their places."""
    checks = Checks(project, tracer)
    found = [_sink(call, known, project, checks) for call in project.calls if (known := sinks().get(call.name or ""))]
    return [sink for sink in found if sink is not None]


def _sink(call: Call, known: SinkKind, project: Project, checks: Checks) -> Sink | None:
    value = call.owner if known.is_owner else call.argument(known.position, *known.names)
    kind = _kind(call, known)
    if value is None or kind is None:
        return None
    ways = checks.tracer.ways(value, call.function)
    reaches = tuple(way for way in ways if isinstance(way, Reach) and not _is_content(way, kind))
    tested: dict[Input, Place] = {}
    for reach in reaches:
        place = checks.on_the_way(reach, kind)
        if place is not None:
            tested.setdefault(reach.input, place)
    routes = project.flow.routes(call.function) if call.function is not None else ()
    gaps = tuple(way for way in ways if isinstance(way, Gap))
    return Sink(call.module, call.function, call.node, call.blocks, call, kind, value, reaches, gaps, routes, tested)


def _is_content(reach: Reach, kind: str) -> bool:
    """Say whether it is what is in an upload or a file, where a name is meant: it is written there, not named so."""
    is_inside = reach.input.source == "file" and f"{UPLOADED}filename" not in reach.operations
    return kind in NAMING and (is_inside or not names("taint", "contents").isdisjoint(reach.operations))


def _kind(call: Call, known: SinkKind) -> str | None:
    """Return what a call does with its text, None where its other arguments make it harmless."""
    if known.argument is not None and _name(call.argument(1, known.argument)) in known.safe:
        return None
    if known.flag is None or call.named.get(known.flag) == Known(True):
        return known.kind
    return "process" if known.kind == "shell" and not _may_be_true(call.named.get(known.flag)) else None


def _may_be_true(value: Value | None) -> bool:
    return value is not None and not (isinstance(value, Known) and not value.value)


def _name(value: Value | None) -> str | None:
    return dotted_name(value) if value is not None else None

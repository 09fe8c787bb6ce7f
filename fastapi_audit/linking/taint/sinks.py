"""The calls that must not be told by clients what to do, each with the inputs that get there."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.knowledge.sinks import SinkKind, sinks
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.types import dotted_name
from fastapi_audit.linking.taint.checks import Checks
from fastapi_audit.linking.taint.steps import UNSEEN_CALLER, UPLOADED
from fastapi_audit.linking.taint.tracer import Tracer
from fastapi_audit.model.code import Call
from fastapi_audit.model.inputs import Gap, Input, Reach, Sink
from fastapi_audit.model.place import Place
from fastapi_audit.model.project import Project
from fastapi_audit.model.values import Known, Value, may_be_true

NAMING = frozenset({"path", "request", "redirect"})


def sinks_of(project: Project, tracer: Tracer) -> list[Sink]:
    """Return the sinks of application code, in the order of their places."""
    checks = Checks(project, tracer)
    statements = {access.call: access.statement for access in project.data_accesses}
    return [
        _sink(call, kind, value, project, checks)
        for call in project.calls
        for kind, value in _texts(call, statements.get(call))
    ]


def _texts(call: Call, statement: Value | None) -> Iterator[tuple[str, Value]]:
    """Yield the texts that a call is told what to do by, each with the kind of sink that it is."""
    if statement is not None:
        yield "sql", statement
    known = sinks().get(call.name or "")
    kind = _kind(call, known) if known is not None else None
    if known is not None and kind is not None:
        value = call.owner if known.is_owner else call.argument(known.position, *known.names)
        yield from () if value is None else ((kind, value),)


def _sink(call: Call, kind: str, value: Value, project: Project, checks: Checks) -> Sink:
    ways = checks.tracer.ways(value, call.function)
    reaches = tuple(way for way in ways if isinstance(way, Reach) and not _is_content(way, kind))
    tested: dict[Input, Place] = {}
    for reach in reaches:
        place = checks.on_the_way(reach, kind)
        if place is not None:
            tested.setdefault(reach.input, place)
    routes = project.flow.routes(call.function) if call.function is not None else ()
    seen = tuple(reach for reach in reaches if reach.input.source != UNSEEN_CALLER)
    unseen = tuple(reach for reach in reaches if reach.input.source == UNSEEN_CALLER)
    gaps = tuple(way for way in ways if isinstance(way, Gap))
    return Sink(
        call.module, call.function, call.node, call.blocks, call, kind, value, seen, unseen, gaps, routes, tested
    )


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
    return "process" if known.kind == "shell" and not may_be_true(call.named.get(known.flag)) else None


def _name(value: Value | None) -> str | None:
    return dotted_name(value) if value is not None else None

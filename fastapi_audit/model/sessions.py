"""Calls that make sessions and connections."""

from __future__ import annotations

from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Class
from fastapi_audit.model.values import ExternalObject

LENT = "connection"  # `session.connection()` gives what the session has, nothing new


def makes_session(call: Call) -> bool:
    """Say whether a call opens a session."""
    return _makes(call, names("sessions", "sessions"))


def opens(call: Call) -> bool:
    """Say whether a call opens a session or a connection."""
    return makes_session(call) or _makes(call, names("sessions", "connections"))


def _makes(call: Call, types: frozenset[str]) -> bool:
    if isinstance(call.target, Class):
        return call.target.is_a(*types)
    result = call.result
    if call.target is not None or not isinstance(result, ExternalObject) or result.type not in types:
        return False
    owner, _, last = (call.name or "").rpartition(".")
    return not (last == LENT and owner in names("sessions", "sessions"))

"""Clients and engines that a call makes."""

from __future__ import annotations

from fastapi_audit.rule_api import Call, Client, Function, Project, Verdict, is_made_once, ok, skip


def client_made(call: Call, project: Project) -> Client | None:
    """Return what is known of the client that a call makes, also by a class of the project derived from it."""
    if call.name is None or isinstance(call.target, Function):
        return None
    bases = [base for base in call.target.ancestors if isinstance(base, str)] if call.target is not None else []
    known = (project.known_calls.client(name) for name in (call.name, *bases))
    return next((client for client in known if client is not None and client.is_expensive), None)


def not_for_requests(call: Call, project: Project) -> Verdict:
    """Return the verdict of what no request is known to make anew: as it should be, when it is known why."""
    return ok(call.place) if is_made_once(call, project) else skip

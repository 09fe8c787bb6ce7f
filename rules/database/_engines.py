"""Engines and pools that are kept for requests, and those that are made for one piece of work."""

from fastapi_audit.rule_api import Call, Context, Project, is_made_once, is_used_on_the_spot, making

AT_START = frozenset({Context.IMPORT, Context.STARTUP})


def is_kept_for_requests(call: Call, project: Project) -> bool:
    """Say whether an engine or a pool that a call makes may serve many requests: no request makes it for itself, no
    function uses it up, and no command does.
    """
    function = call.function
    if call.module.is_of_commands:
        return False
    if function is None:
        return True
    if is_used_on_the_spot(call):
        return False
    found = project.flow.runs_in(function)
    if not found.isdisjoint(AT_START):
        return True
    return making(call, project) is None and (not found or is_made_once(call, project))

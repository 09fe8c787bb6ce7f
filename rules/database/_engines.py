"""Engines and pools that are kept for requests, and those that are made for one piece of work."""

from fastapi_audit.rule_api import Call, Context, Project, is_made_once, is_used_on_the_spot, making

from ._sessions import assigned_name

FOR_TESTS = frozenset({"test", "testing", "tests"})
AT_START = frozenset({Context.IMPORT, Context.STARTUP})


def is_kept_for_requests(call: Call, project: Project) -> bool:
    """Say whether an engine or a pool that a call makes may serve many requests: no request makes it for itself, no
    function uses it up, no command does, and it is not named for the tests.
    """
    function = call.function
    if call.module.is_of_commands or is_for_tests(call):
        return False
    if function is None:
        return True
    if is_used_on_the_spot(call):
        return False
    found = project.flow.runs_in(function)
    if not found.isdisjoint(AT_START):
        return True
    return making(call, project) is None and (not found or is_made_once(call, project))


def is_for_tests(call: Call) -> bool:
    """Say whether the name that a call's result is given says that it is for the tests: `test_engine`."""
    return not FOR_TESTS.isdisjoint((assigned_name(call) or "").lower().split("_"))

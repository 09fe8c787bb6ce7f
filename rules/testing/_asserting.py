"""Which code of the tests asserts something, itself or through what it calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fastapi_audit.rule_api import Call, Class, Function, Project, Suite, Test, names, syntax

CONNECT = "websocket_connect"
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")  # of `assert_called_once`, of `assertEqual`


@lru_cache(maxsize=1)
def asserting_functions(suite: Suite) -> frozenset[Function]:
    """Return the functions of the tests that assert something, at any number of calls."""
    by_name = [call.function for call in suite.calls if call.function is not None and is_asserting_call(call, suite)]
    waiting = [*by_name, *filter(asserts, suite.functions)]
    found = set(waiting)
    for function in waiting:  # grows on the way
        for call in suite.callers(function):
            if call.function is not None and call.function not in found:
                found.add(call.function)
                waiting.append(call.function)
    return frozenset(found)


def asserts(function: Function) -> bool:
    """Say whether a function asserts something by itself, or raises."""
    return any(isinstance(node, (syntax.Assert, syntax.Raise)) for node in function.nodes)


def is_asserting_call(call: Call, suite: Suite) -> bool:
    """Say whether what is called says by its name that it sees to something; of the application it need not."""
    if isinstance(call.target, Class) or (isinstance(call.target, Function) and call.target not in suite.known):
        return False
    words = {word.lower() for part in dotted_parts(call.node) for word in WORD.findall(part)}
    return not words.isdisjoint(names("testing", "asserting"))


def dotted_parts(node: syntax.Node) -> Iterator[str]:
    """Yield the names behind the dots of what is called, and its own."""
    func = node.func if isinstance(node, syntax.Call) else node
    while isinstance(func, syntax.Attribute):
        yield func.attr
        func = func.value
    if isinstance(func, syntax.Name) and isinstance(node, syntax.Call) and func is node.func:
        yield func.id


@lru_cache(maxsize=1)
def closing_fixtures(suite: Suite) -> frozenset[Function]:
    """Return the fixtures that assert something when the test is over."""
    return frozenset(fixture for fixture in suite.fixtures if asserts_after_yield(fixture))


def asserts_after_yield(fixture: Function) -> bool:
    nodes = fixture.nodes
    yields = [node.pos for node in nodes if isinstance(node, syntax.Yield)]
    return bool(yields) and any(isinstance(node, syntax.Assert) and node.pos > min(yields) for node in nodes)


def helpers_of(test: Test, suite: Suite) -> tuple[Function, ...]:
    """Return a test with the functions of the tests that it calls, at any number of calls, and those inside of them."""
    found = dict.fromkeys(suite.inside(test.function))
    waiting = list(found)
    for function in waiting:  # grows on the way
        for call in suite.calls_in(function):
            if isinstance(call.target, Function) and call.target in suite.known and call.target not in found:
                inside = suite.inside(call.target)
                found.update(dict.fromkeys(inside))
                waiting += inside
    return tuple(found)


def telling_calls(test: Test, project: Project) -> Iterator[Call]:
    """Yield the calls of a test that may fail by themselves when something is wrong.

    A request is none of them, and neither is what makes its arguments.
    """
    requests = {id(call.node) for call in test.requests if call.method != CONNECT}
    for function in helpers_of(test, project.suite):
        for call in project.suite.calls_in(function):
            is_own = isinstance(call.target, Function) and call.target in project.suite.known
            is_of_request = not requests.isdisjoint(map(id, (call.node, *call.around)))
            if not is_own and not is_of_request and not is_inert(call):
                yield call


def is_inert(call: Call) -> bool:
    """Say whether a call is known to say nothing about what is tested."""
    name = call.name or ""
    if name in names("testing", "inert") or name.partition(".")[0] in names("testing", "inert_modules"):
        return True
    if any(name.startswith(f"{module}.") for module in names("testing", "inert_modules")):
        return True
    return call.target is None and call.method in names("testing", "inert_methods")

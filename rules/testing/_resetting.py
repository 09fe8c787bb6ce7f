"""Where tests take back the dependencies that they replaced, and whose application it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from fastapi_audit.rule_api import Class, Fixture, Function, Suite, Test, syntax, tree

OVERRIDES = "dependency_overrides"
TAKING_BACK = frozenset({"clear", "pop", "popitem"})
AROUND_TESTS = frozenset({"setup_function", "setup_module", "teardown_function", "teardown_module"})
MAX_DEPTH = 4


@lru_cache(maxsize=1)
def resetting_functions(suite: Suite) -> frozenset[Function]:
    """Return the functions of the tests, methods included, that take overrides back, by themselves or by a call."""
    holding = (function for function in suite.functions if function.node.may_hold(OVERRIDES))
    found = {function for function in holding if any(resets(function.statements))}
    callers = [(call.function, call.target) for call in suite.calls if call.function is not None]
    found |= {caller for caller, target in callers if target in found}
    return frozenset(one for one in suite.functions if not found.isdisjoint(suite.inside(one)))


def resets(statements: Iterable[syntax.Stmt]) -> Iterator[syntax.Node]:
    """Yield what empties `dependency_overrides`, takes something out, or puts back what there was."""
    for node in tree.descendants(statements):
        if (
            (isinstance(node, syntax.Attribute) and node.attr in TAKING_BACK and is_overrides(node.value))
            or (isinstance(node, syntax.Delete) and any(map(is_overrides, tree.children(node.target))))
            or (isinstance(node, syntax.Assign) and any(map(is_overrides, node.targets)) and not is_filled(node.value))
        ):
            yield node


def is_overrides(node: syntax.Node) -> bool:
    return isinstance(node, syntax.Attribute) and node.attr == OVERRIDES


def is_filled(node: syntax.Expr) -> bool:
    return isinstance(node, syntax.Dict) and bool(node.items)


def is_reset(function: Function, suite: Suite, tests: Sequence[Test], depth: int = MAX_DEPTH) -> bool | None:
    """Say whether what a function replaces is taken back: by itself, by what runs around it, or by all that call it.

    None where it is not seen who calls it in the end.
    """
    if is_reset_around(function, suite):
        return True
    fixture = suite.fixtures.get(function)
    if fixture is not None:
        asking = [test.function for test in tests if fixture in suite.fixtures_of(test.function)]
        return bool(asking) and all(is_reset_around(one, suite) for one in asking)
    if function in {test.function for test in tests} or function.name.startswith(("setup", "setUp", "asyncSetUp")):
        return False
    answers = {
        is_reset(call.function, suite, tests, depth - 1) if call.function is not None and depth else None
        for call in suite.callers(function)
    }
    return answers.pop() if len(answers) == 1 else None


def is_reset_around(function: Function, suite: Suite) -> bool:
    """Say whether a function takes overrides back, or its fixtures, its class, or the set-up of its module."""
    resetting = resetting_functions(suite)
    if function in resetting:
        return True
    if any(fixture.function in resetting for fixture in suite.fixtures_of(function)):
        return True
    if function.owner is not None and any(method in resetting for method in methods_of(function.owner)):
        return True
    return any(one.module is function.module and one.name in AROUND_TESTS for one in resetting)


def methods_of(cls: Class) -> Iterator[Function]:
    for one in cls.lineage:
        yield from one.methods.values()


def is_made_anew(application: syntax.Expr, function: Function, suite: Suite, depth: int = MAX_DEPTH) -> bool | None:
    """Say whether each test gets an application of its own: one made by a call in a function, or in its fixture.

    None where that is not known.
    """
    if isinstance(application, syntax.Call):
        return True
    if not isinstance(application, syntax.Name):
        return None if begins_with_own(application, function) else False
    made = list(assigned(application.id, function))
    if made:
        answers = {is_made_anew(value, function, suite, depth - 1) if depth else None for value in made}
        return answers.pop() if len(answers) == 1 else None
    if application.id not in {parameter.name for parameter in function.node.params}:
        return False
    fixture = next((one for one in suite.asked.get(function, ()) if one.name == application.id), None)
    return is_given_anew(fixture, suite, depth - 1) if fixture is not None and depth else None


def is_given_anew(fixture: Fixture, suite: Suite, depth: int) -> bool | None:
    """Say whether a fixture gives each test an application of its own."""
    nodes = fixture.function.nodes
    given = [node.value for node in nodes if isinstance(node, (syntax.Return, syntax.Yield)) and node.value is not None]
    if fixture.scope != "function":
        return False
    answers = {is_made_anew(value, fixture.function, suite, depth) for value in given}
    return answers.pop() if len(answers) == 1 else None


def assigned(name: str, function: Function) -> Iterator[syntax.Expr]:
    """Yield what is assigned to a name in a function."""
    for node in function.nodes:
        if isinstance(node, syntax.Assign):
            targets: tuple[syntax.Expr | None, ...] = node.targets
        elif isinstance(node, (syntax.AnnAssign, syntax.WithItem)):
            targets = (node.target,)
        else:
            continue
        if node.value is not None and any(tree.is_name(target, name) for target in targets):
            yield node.value


def begins_with_own(node: syntax.Expr, function: Function) -> bool:
    """Say whether an attribute is one of an object that the function makes or is given: `self.app`, `client.app`."""
    while isinstance(node, syntax.Attribute):
        node = node.value
    if not isinstance(node, syntax.Name):
        return True
    parameters = {parameter.name for parameter in function.node.params}
    return node.id in parameters or any(True for _ in assigned(node.id, function))

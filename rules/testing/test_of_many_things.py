r"""A test asserts so much that a failure does not say what broke.

## Why
A test ends at the first assertion that does not hold. Of ten, nine may have failed as well or not; the name of the test
says neither, and whoever reads the report has to run it again and again.

## Bad
```python
# file: app/users.py
class Users:
    def __init__(self) -> None:
        self.found: dict[str, int] = {}

    def add(self, name: str, age: int) -> None:
        self.found[name] = age

    def remove(self, name: str) -> None:
        del self.found[name]
# file: tests/test_users.py
from app.users import Users


def test_users() -> None:  # finding
    users = Users()
    users.add("Ada", 36)
    assert users.found["Ada"] == 36
    assert len(users.found) == 1
    assert "Grace" not in users.found
    users.add("Grace", 85)
    assert users.found["Grace"] == 85
    assert len(users.found) == 2
    assert users.found["Ada"] == 36
    users.add("Ada", 37)
    assert users.found["Ada"] == 37
    assert len(users.found) == 2
    users.remove("Ada")
    assert "Ada" not in users.found
    assert "Grace" in users.found
    assert len(users.found) == 1
    users.remove("Grace")
    assert len(users.found) == 0
    users.add("Grace", 86)
    assert users.found["Grace"] == 86
```

## Good
However much is asserted of one result, it is one thing:

```python
# file: app/users.py
def user_named(name: str) -> dict[str, object]:
    return {"name": name, "mail": f"{name}@example.org", "age": 36, "roles": ["reader"], "id": 1}
# file: tests/test_users.py
from app.users import user_named


def test_a_user_is_found() -> None:
    user = user_named("ada")
    assert user is not None
    assert isinstance(user, dict)
    assert user["id"] == 1
    assert user["name"] == "ada"
    assert user["mail"] == "ada@example.org"
    assert str(user["mail"]).islower()
    assert user["age"] == 36
    assert user["roles"] == ["reader"]
    assert "password" not in user
    assert "hash" not in user
    assert len(user) == 5
    assert set(user) == {"id", "name", "mail", "age", "roles"}


def test_a_user_has_its_name() -> None:
    assert user_named("grace")["name"] == "grace"
```

## Fix
Write a test for each thing that may break, and let a fixture lead to where it begins.

## Limits
A test is reported that acts six times or more, asserts after each, and has more than ten assertions: a scenario of a
few steps is one thing. It acts where it sends a request or calls a function of the service; where it asks a repository
what is there now, or a function inside of an assertion, it only looks, and what it does in functions of the tests is
not seen. Counted are `assert` statements and methods of `unittest` that assert, in the test itself, those left out that
only tell the type checker what a value is (`is not None`, `isinstance`, a name alone). That is opinion: it is advice,
and moves no score.

## References
Gerard Meszaros, xUnit Test Patterns, Assertion Roulette; pytest documentation, Anatomy of a test.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    Function,
    Layer,
    Project,
    Severity,
    Test,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    syntax,
    tree,
)

MOST_ASSERTIONS, MOST_ROUNDS = 10, 5
UNITTEST, NARROWING = "assert", ("assertIsInstance", "assertIsNotNone")


@rule("TST019", severity=Severity.INFO)
def check(test: Test, project: Project) -> Verdict:
    assertions = list(assertions_of(test, project))
    if not assertions:
        return skip
    rounds = rounds_of(test, project, assertions)
    if len(assertions) > MOST_ASSERTIONS and rounds > MOST_ROUNDS:
        return fail(test.place, f"`{test}` acts {rounds} times and asserts {len(assertions)} things")
    return ok(test.place)


def assertions_of(test: Test, project: Project) -> Iterator[syntax.Node]:
    """Yield what asserts in the body of a test, and does not only tell what kind of value something is."""
    for node in test.function.nodes:
        if isinstance(node, syntax.Assert) and not narrows(node.test):
            yield node
    for call in project.suite.calls_in(test.function):
        if is_assertion(call.method) and call.method not in NARROWING:
            yield call.node


def narrows(asked: syntax.Expr) -> bool:
    """Say whether an assertion is one by which a type checker learns what a value is."""
    if isinstance(asked, syntax.Compare):
        last = asked.comparators[-1]
        return asked.ops == ("is not",) and isinstance(last, syntax.Constant) and last.value is None
    is_check = isinstance(asked, syntax.Call) and tree.is_name(asked.func, "isinstance")
    return is_check or isinstance(asked, syntax.Name)


def is_assertion(method: str | None) -> bool:
    """Say whether a method is one of those by which `unittest` asserts."""
    return method is not None and method.startswith(UNITTEST) and method != UNITTEST


def rounds_of(test: Test, project: Project, assertions: list[syntax.Node]) -> int:
    """Return how often a test does something and then asserts something; what is asked in an assertion comes first."""
    around = {id(inner): node.pos for node in assertions for inner in tree.descendants([node])}
    events = [(node.pos, True) for node in assertions]
    for call in project.suite.calls_in(test.function):
        if call in test.requests or (id(call.node) not in around and is_act(call, project)):
            events.append((around.get(id(call.node), call.node.pos), False))
    rounds, has_acted = 0, False
    for _, is_asserted in sorted(events):
        rounds += is_asserted and has_acted
        has_acted = not is_asserted
    return rounds


def is_act(call: Call, project: Project) -> bool:
    """Say whether a call is of a function of the service, and not of a repository that is asked what is there."""
    target = call.target
    if not isinstance(target, Function) or target in project.suite.known:
        return False
    return project.layers.layer(target) is not Layer.REPOSITORY

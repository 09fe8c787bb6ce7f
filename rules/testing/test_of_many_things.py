r"""A test asserts so much that a failure does not say what broke.

## Why
A test ends at the first assertion that does not hold. Of ten, nine may have failed as well or not; the name of the test
says neither, and whoever reads the report has to run it again and again.

## Bad
```python
# file: tests/test_users.py
def test_users() -> None:  # finding
    user = {"name": "Ada", "age": 36, "mail": "ada@example.org"}
    assert user["name"] == "Ada"
    assert user["age"] == 36
    assert user["mail"].endswith("example.org")
    user["age"] += 1
    assert user["age"] == 37
    user["name"] = "Grace"
    assert user["name"] == "Grace"
    user["mail"] = "grace@example.org"
    assert user["mail"].startswith("grace")
    assert len(user) == 3
    del user["mail"]
    assert len(user) == 2
    assert "mail" not in user
    assert user == {"name": "Grace", "age": 37}
    assert user != {}
```

## Good
```python
# file: tests/test_users.py
def test_a_birthday_adds_a_year() -> None:
    user = {"name": "Ada", "age": 36}
    user["age"] += 1
    assert user == {"name": "Ada", "age": 37}
```

## Fix
Compare whole values at once, and write a test for each thing that may break.

## Limits
Counted are `assert` statements and methods of `unittest` that assert, in the test itself: more than ten are too many.
That is opinion, so it is advice, and moves no score.

## References
Gerard Meszaros, xUnit Test Patterns, Assertion Roulette; pytest documentation, Parametrizing tests.
"""

from fastapi_audit.rule_api import Project, Severity, Test, Verdict, fail, ok, rule, skip, syntax, tree

MOST = 10
UNITTEST = "assert"


@rule("TST019", severity=Severity.INFO)
def check(test: Test, project: Project) -> Verdict:
    stated = sum(isinstance(node, syntax.Assert) for node in tree.descendants(test.function.statements))
    called = sum(is_assertion(call.method) for call in project.suite.calls_in(test.function))
    if stated + called == 0:
        return skip
    if stated + called > MOST:
        return fail(test.place, f"`{test}` asserts {stated + called} things")
    return ok(test.place)


def is_assertion(method: str | None) -> bool:
    """Say whether a method is one of those by which `unittest` asserts."""
    return method is not None and method.startswith(UNITTEST) and method != UNITTEST

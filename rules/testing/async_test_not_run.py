r"""An asynchronous test is collected, and nothing awaits it.

## Why
pytest does not run coroutine functions itself. Without a plugin that is told to, the test is skipped with a warning, or
fails, according to the version; in a plain `unittest.TestCase` it passes, whatever it says.

## Bad
```python
# file: pyproject.toml
[tool.pytest.ini_options]
asyncio_mode = "strict"
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
# file: tests/test_main.py
async def test_the_application_has_a_title() -> None:  # finding
    from app.main import app

    assert app.title
# file: tests/test_cases.py
from unittest import TestCase


class TestMain(TestCase):
    async def test_it_passes_whatever_it_says(self) -> None:  # finding
        self.assertTrue(False)
```

## Good
```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
# file: tests/test_marked.py
import pytest


@pytest.mark.anyio
async def test_marked() -> None:
    assert True


@pytest.mark.asyncio
class TestAll:
    async def test_marked_by_its_class(self) -> None:
        assert True
# file: tests/test_module.py
from pytest import mark

pytestmark = [mark.slow, mark.asyncio(loop_scope="module")]


async def test_marked_by_its_module() -> None:
    assert True
# file: tests/test_cases.py
from unittest import IsolatedAsyncioTestCase


class MainTests(IsolatedAsyncioTestCase):
    async def test_the_class_runs_it(self) -> None:
        self.assertTrue(True)
```

```toml
# file: pyproject.toml
[tool.pytest.ini_options]
asyncio_mode = "auto"
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
# file: tests/test_main.py
async def test_nothing() -> None:
    assert True
```

## Fix
`asyncio_mode = "auto"` in the configuration of pytest, or `@pytest.mark.asyncio` or `@pytest.mark.anyio` on the test,
its class, or its module (`pytestmark`); for unittest `IsolatedAsyncioTestCase`.

## Limits
Looked at are the tests that pytest collects by the names of their files and classes. Which configuration is in force
depends on where pytest is started: where only one further up switches a mode on, the verdict is unknown. So it is where
a decorator of unknown effect is applied, or a hook of a `conftest.py` sees all tests. That a plugin is installed for
the mark is not checked. A test that its module runs itself, outside of functions or in what it calls there, is one of a
script and left out.

## References
pytest documentation, Configuration file formats; pytest-asyncio documentation, Modes; AnyIO documentation, Testing with
AnyIO; Python documentation, unittest, IsolatedAsyncioTestCase.
"""

from functools import lru_cache

from fastapi_audit.rule_api import (
    Function,
    Module,
    Project,
    Severity,
    Test,
    Verdict,
    fail,
    is_case,
    names,
    ok,
    rule,
    skip,
    syntax,
    tree,
    unknown,
)

from ._running import hook_of, mode_of, unknown_runner


@rule("TST005", severity=Severity.ERROR)
def check(test: Test, project: Project) -> Verdict:
    function, suite = test.function, project.suite
    if not function.is_async or not suite.collects(function) or suite.is_skipped(function):
        return skip
    if is_run_by_module(function, project):
        return skip
    wrapper = suite.wrappers.get(function)
    marks = suite.marks.get(function, ())
    if not names("testing", "runs").isdisjoint(filter(None, marks)) or (wrapper is not None and not wrapper.is_async):
        return ok(test.place)
    if function.owner is not None and is_case(function.owner):
        return by_case(test)
    if any(parameter == "anyio_backend" for parameter in asked_for(test, project)):
        return ok(test.place, "the backend of AnyIO runs it")
    if any(mark is None or not leaves(mark) for mark in marks):
        return unknown(test.place, "what decorates it may run it")
    return by_configuration(test, project)


def is_run_by_module(function: Function, project: Project) -> bool:
    """Say whether its module, as a script, runs a test itself, or hands it to what does: `asyncio.run(test_it())`."""
    used = used_at_top(function.module)
    waiting = [function]
    for one in waiting:  # grows on the way
        if one.qualname in used:
            return True
        calling = (call.function for call in project.suite.callers(one) if call.module is function.module)
        waiting += [outer for outer in calling if outer is not None and outer not in waiting]
    return False


@lru_cache(maxsize=256)
def used_at_top(module: Module) -> frozenset[str]:
    """Return the names that calls outside of functions call, or are given."""
    calls = [node for node in tree.descendants(module.facts.statements) if isinstance(node, syntax.Call)]
    used = (part for call in calls for part in (call.func, *(argument.value for argument in call.args)))
    return frozenset(part.id for part in used if isinstance(part, syntax.Name))


def by_case(test: Test) -> Verdict:
    """Judge a method of a class of unittest's kind, which pytest's plugins leave alone."""
    bases = [base for base in test.function.owner.ancestors if isinstance(base, str)] if test.function.owner else []
    if not names("testing", "async_cases").isdisjoint(bases):
        return ok(test.place)
    if not names("testing", "sync_cases").isdisjoint(bases):
        return fail(test.place, f"`{test}` gives a coroutine, which `unittest.TestCase` does not await: it passes")
    return unknown(test.place, f"whether {bases[0]} runs coroutines is not known")


def by_configuration(test: Test, project: Project) -> Verdict:
    """Judge a test without a mark."""
    mode = mode_of(test.function.module.path, project)
    if mode is not None:
        return ok(test.place, mode[1]) if mode[0] else unknown(test.place, mode[1])
    hook = hook_of(test.function.module.path, project)
    if hook is not None:
        return unknown(test.place, f"`{hook.name}` in {hook.module.path} may mark or run it")
    runner = unknown_runner(project)
    if runner is not None:
        return unknown(test.place, f"some versions of {runner} run every coroutine function")
    return fail(test.place, f"nothing awaits `{test}`: it has no mark, and no mode of pytest runs it")


def asked_for(test: Test, project: Project) -> set[str]:
    """Return the names of the parameters of a test and of its fixtures."""
    functions = [test.function, *(fixture.function for fixture in project.suite.fixtures_of(test.function))]
    return {parameter.name for function in functions for parameter in function.node.params}


def leaves(mark: str) -> bool:
    """Say whether a decorator is known to leave it to others to run a coroutine function."""
    known = names("testing", "leaving")
    return any(mark == name or mark.startswith(f"{name}.") for name in known)

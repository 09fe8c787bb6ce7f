r"""`Depends(…)` is given what a function returned, and not a function.

## Why
`Depends(get_session())` calls the function once, while the module is imported, and hands its result to FastAPI, which
cannot call that. The application does not start, or one object is shared by all requests.

## Bad
```python
from fastapi import Depends, FastAPI

app = FastAPI()


def current_page() -> dict[str, int]:
    return {"page": 1}


async def current_user():
    return {"name": "ada"}


@app.get("/items")
def read_items(page: dict = Depends(current_page())) -> list[str]:  # finding
    return []


@app.get("/users", dependencies=[Depends(current_user())])  # finding
def read_users() -> list[str]:
    return []
```

## Good
```python
from functools import partial
from typing import Annotated

from fastapi import Depends, FastAPI

app = FastAPI()


def current_page(size: int = 10) -> dict[str, int]:
    return {"size": size}


def require(role: str):
    def check() -> str:
        return role

    return check


class Paged:
    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self, page: int = 1) -> int:
        return page * self.size


@app.get("/items", dependencies=[Depends(require("admin"))])
def read_items(
    page: Annotated[dict, Depends(current_page)],
    start: int = Depends(Paged(10)),
    other: dict = Depends(partial(current_page, size=5)),
    made: dict = Depends(lambda: {}),
) -> list[str]:
    return []
```

## Fix
Leave the parentheses out: `Depends(get_session)`. Where arguments are needed, write a factory that returns a function,
or a class with `__call__`.

## Limits
What a library's function returns is not known, and its calls are left alone.

## References
FastAPI documentation, Dependencies, and Advanced Dependencies, "Parameterized dependencies".
"""

from functools import lru_cache

from fastapi_audit.rule_api import (
    Call,
    Class,
    Collection,
    DictValue,
    Function,
    Instance,
    Known,
    Module,
    Project,
    Severity,
    Template,
    Value,
    Verdict,
    fail,
    ok,
    options_of,
    rule,
    skip,
    syntax,
)

DEPENDS = ("fastapi.Depends", "fastapi.Security", "fastapi.params.Depends", "fastapi.params.Security")


@rule("COR004", severity=Severity.ERROR)
def check(call: Call, project: Project) -> Verdict:
    if call.name not in DEPENDS or not isinstance(call.node, syntax.Call):
        return skip
    given = call.argument(0, "dependency")
    if given is None:
        return skip
    nodes = {id(argument.value) for argument in call.node.args}
    inner = next((one for one in _calls_beside(call, project) if id(one.node) in nodes), None)
    if inner is None or not _cannot_be_called(inner, given):
        return ok(call.place)
    return fail(call.place, f"`Depends` is given the result of {inner.name}, which cannot be called")


def _calls_beside(call: Call, project: Project) -> list[Call]:
    if call.function is not None:
        return list(project.calls_in(call.function))
    return _calls_outside_functions(project).get(call.module, [])


@lru_cache(maxsize=1)
def _calls_outside_functions(project: Project) -> dict[Module, list[Call]]:
    found: dict[Module, list[Call]] = {}
    for call in project.calls:
        if call.function is None:
            found.setdefault(call.module, []).append(call)
    return found


def _cannot_be_called(made: Call, result: Value) -> bool:
    if isinstance(made.target, Class):
        return _is_plain_object(result)
    if not isinstance(made.target, Function):
        return False
    if made.is_of_coroutine_function or made.target.node.is_generator:
        return True
    return all(_is_data(option) or _is_plain_object(option) for option in options_of(result))


def _is_data(value: Value) -> bool:
    return isinstance(value, (Known, Template, DictValue, Collection))


def _is_plain_object(value: Value) -> bool:
    """Say whether a value is an object of a class that is known to the end and has no `__call__`."""
    if not isinstance(value, Instance) or value.cls.find_method("__call__") is not None:
        return False
    return all(not isinstance(base, str) or base in ("object", "pydantic.BaseModel") for base in value.cls.ancestors)

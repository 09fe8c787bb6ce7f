r"""A function does not say what it takes or what it gives back.

## Why
A type checker does not look into functions without annotations, and takes what they return for anything: mistakes there
surface in production. FastAPI itself validates and documents only what is annotated.

## Bad
```python
def total(prices, rate: float) -> float:  # finding
    return sum(prices) * rate


async def load(order_id: int):  # finding
    return {"id": order_id}
```

## Good
```python
from functools import wraps
from typing import Callable


class Order:
    def __init__(self, price: float):
        self.price = price

    @classmethod
    def free(cls) -> "Order":
        return cls(0)

    def __str__(self):
        return f"{self.price}"


def logged(function: Callable[..., object]) -> Callable[..., object]:
    @wraps(function)
    def wrapper(*args, **kwargs) -> object:
        return function(*args, **kwargs)

    return wrapper
```

## Fix
Annotate every parameter and the return; `-> None` where nothing is returned.

## Limits
Annotations are looked for, not judged: `Any` counts. Types in comments do not. Parameters whose names begin with an
underscore are meant to be ignored, and what a special method returns is given by the language.

## References
PEP 484; mypy documentation, `disallow_untyped_defs` and `disallow_incomplete_defs`.
"""

from fastapi_audit.rule_api import Function, Severity, Verdict, fail, ok, rule, syntax

STARRED = frozenset({"args", "kwargs"})
GIVEN = frozenset({
    "__bool__", "__bytes__", "__contains__", "__del__", "__delattr__", "__delitem__", "__eq__", "__format__", "__ge__",
    "__gt__", "__hash__", "__init__", "__init_subclass__", "__le__", "__len__", "__lt__", "__ne__", "__post_init__",
    "__repr__", "__set_name__", "__setattr__", "__setitem__", "__str__",
})  # fmt: skip


@rule("TYP001", severity=Severity.WARNING)
def check(function: Function) -> Verdict:
    parameters = [f"`{param.name}`" for param in _own(function) if param.annotation is None]
    missing = [*parameters, *(["its return"] if _lacks_return(function) else [])]
    if not missing:
        return ok(function.place)
    return fail(function.place, f"{function.qualname} does not annotate {_listed(missing)}")


def _own(function: Function) -> list[syntax.Parameter]:
    """Return the parameters that say something: not `self` and `cls`, nor `*args` and `**kwargs` handed through."""
    params = list(function.node.params)
    if function.owner is not None and "staticmethod" not in function.decorators:
        params = params[1:]
    if STARRED.issubset(param.kind for param in params):
        params = [param for param in params if param.kind not in STARRED]
    return [param for param in params if not param.name.startswith("_")]


def _lacks_return(function: Function) -> bool:
    is_given = function.owner is not None and function.name in GIVEN
    return function.node.returns is None and not is_given


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))

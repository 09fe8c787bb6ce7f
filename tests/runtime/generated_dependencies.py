"""Dependencies of every kind, for generated applications."""

from __future__ import annotations

from collections.abc import Callable

from runtime.applications import indented
from runtime.sketch import Sketch

SCHEMES = (
    '«fastapi.security:OAuth2PasswordBearer»(tokenUrl="token")',
    '«fastapi.security:APIKeyHeader»(name="X-Key")',
    '«fastapi.security:APIKeyQuery»(name="key", auto_error=False)',
    "«fastapi.security:HTTPBearer»()",
    "«fastapi.security:HTTPBasic»()",
)
NEW_LINE = "\n"  # as no f-string can have a backslash inside its braces yet


def add_dependency(sketch: Sketch) -> None:
    """Draw one dependency of any kind."""
    KINDS[sketch.one_of(*KINDS)](sketch)


def _function(sketch: Sketch) -> None:
    name = sketch.fresh("get")
    start, leave = sketch.one_of("def", "async def"), sketch.one_of("return", "yield")
    sketch.dependencies.append(sketch.add(name, f"{start} {name}({sketch.signature()}):\n    {leave} None"))


def _lambda(sketch: Sketch) -> None:
    name = sketch.fresh("short")
    sketch.dependencies.append(sketch.add(name, f"{name} = lambda {sketch.one_of('', 'q=1', 'item_id')}: None"))


def _class(sketch: Sketch) -> None:
    name = sketch.fresh("Service")
    base = sketch.one_of("", *sketch.classes)
    inherits = bool(base) and sketch.rarely()
    body = "    pass" if inherits else f"    def __init__({sketch.signature('self')}) -> None: ..."
    reference = sketch.add(name, f"class {name}{f'({base})' if base else ''}:\n{body}")
    sketch.classes.append(reference)
    sketch.dependencies.append(reference)


def _fields(sketch: Sketch) -> None:
    name = sketch.fresh("Query")
    start = sketch.one_of("@«dataclasses:dataclass»\nclass {}:", "class {}(«pydantic:BaseModel»):").format(name)
    fields = sketch.one_of("q: str", "page: int = 1\n    limit: int = 10", "item_id: int\n    note: str | None = None")
    reference = sketch.add(name, f"{start}\n    {fields}")
    sketch.dependencies.append(reference)


def _instance(sketch: Sketch) -> None:
    name = sketch.fresh("Check")
    start = sketch.one_of("def", "async def")
    init = "    def __init__(self, role: str) -> None:\n        self.role = role\n"
    reference = sketch.add(name, f"class {name}:\n{init}\n    {start} __call__({sketch.signature('self')}): ...")
    expression = f'{reference}("admin")'
    if sketch.rarely():
        instance = sketch.fresh("check")
        expression = sketch.add(instance, f"{instance} = {expression}")
    sketch.dependencies.append(expression)


def _closure(sketch: Sketch) -> None:
    name = sketch.fresh("require")
    inner = indented(f"def inner({sketch.signature()}):\n    return role\n\nreturn inner")
    call = sketch.one_of("()", '("admin")')
    sketch.dependencies.append(sketch.add(name, f'def {name}(role: str = "user"):\n{inner}') + call)


def _chained(sketch: Sketch) -> None:
    if not sketch.dependencies:
        return
    name = sketch.fresh("after")
    inner = indented("def inner(given=«fastapi:Depends»(first)):\n    return given\n\nreturn inner")
    made = sketch.add(name, f"def {name}(first):\n{inner}")
    sketch.dependencies.append(f"{made}({sketch.one_of(*sketch.dependencies)})")


def _partial(sketch: Sketch) -> None:
    name = sketch.fresh("bound")
    function = sketch.fresh("free")
    target = sketch.add(function, f"def {function}({sketch.signature('fixed: int')}): ...")
    partial = f"{name} = «functools:partial»({target}, {sketch.one_of('1', 'fixed=1')})"
    sketch.dependencies.append(sketch.add(name, partial))


def _method(sketch: Sketch) -> None:
    name = sketch.fresh("Auth")
    kind = sketch.one_of("", "@classmethod", "@staticmethod")
    inside = sketch.signature() if "static" in kind else sketch.signature("cls" if kind else "self")
    reference = sketch.add(name, f"class {name}:\n{f'    {kind}' if kind else ''}\n    def current({inside}): ...")
    sketch.dependencies.append(f"{reference}.current" if kind else f"{reference}().current")


def _decorated(sketch: Sketch) -> None:
    name = sketch.fresh("wrapped")
    decorator = add_decorator(sketch)
    sketch.dependencies.append(sketch.add(name, f"@{decorator}\ndef {name}({sketch.signature()}): ..."))


def _scheme(sketch: Sketch) -> None:
    name = sketch.fresh("scheme")
    scheme = sketch.one_of(*SCHEMES)
    if sketch.rarely():
        own = sketch.fresh("Own")
        call = "async def __call__(self, request: «fastapi:Request»): ..."
        scheme = f"{sketch.add(own, f'class {own}(«fastapi.security:HTTPBearer»):{NEW_LINE}    {call}')}()"
    sketch.dependencies.append(sketch.add(name, f"{name} = {scheme}"))


def _alias(sketch: Sketch) -> None:
    name = sketch.fresh("Given")
    marks = [
        '«fastapi:Query»(alias="q-a")',
        "«fastapi:Header»()",
        *(f"«fastapi:Depends»({each})" for each in sketch.dependencies),
    ]
    inner = sketch.one_of("str", "int | None", *sketch.aliases)
    if inner in sketch.aliases:
        sketch.aliases.append(sketch.add(name, f"{name} = {inner}"))
    else:
        sketch.aliases.append(sketch.add(name, f"{name} = «typing:Annotated»[{inner}, {sketch.one_of(*marks)}]"))


def _renamed(sketch: Sketch) -> None:
    if sketch.dependencies:
        name = sketch.fresh("same")
        sketch.dependencies.append(sketch.add(name, f"{name} = {sketch.one_of(*sketch.dependencies)}"))


def add_decorator(sketch: Sketch) -> str:
    """Draw a decorator for functions: plain or with arguments, one that wraps or one that hides what it decorates."""
    name = sketch.fresh("logged")
    wraps = sketch.one_of("@«functools:wraps»(function)\n", "")
    wrapper = f"def decorate(function):\n{indented(f'{wraps}def wrapper(*args, **kwargs): ...')}\n\n    return wrapper"
    if sketch.rarely():
        return sketch.add(name, f"def {name}(level):\n{indented(wrapper)}\n\n    return decorate") + "(1)"
    return sketch.add(name, wrapper.replace("decorate", name, 1))


KINDS: dict[str, Callable[[Sketch], None]] = {
    "function": _function,
    "class": _class,
    "instance": _instance,
    "closure": _closure,
    "scheme": _scheme,
    "alias": _alias,
    "method": _method,
    "partial": _partial,
    "fields": _fields,
    "renamed": _renamed,
    "chained": _chained,
    "lambda": _lambda,
    "decorated": _decorated,
}

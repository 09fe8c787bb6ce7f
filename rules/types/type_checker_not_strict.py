r"""The type checker is not strict, or there is none.

## Why
By default mypy does not look into functions without annotations, and lets `Any` spread in silence. Only the strict
mode finds what nobody annotated.

## Bad
```toml
# file: pyproject.toml
[project]
name = "shop"

[tool.mypy]  # finding
ignore_missing_imports = true
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

```python
# finding: project
from fastapi import FastAPI

app = FastAPI()
```

## Good
```toml
# file: pyproject.toml
[project]
name = "shop"

[tool.mypy]
strict = true
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

```text
# file: pyrightconfig.json
{"include": ["app"], "typeCheckingMode": "strict"}
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

```text
# file: Makefile
types:
        poetry run mypy --strict app
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Set `strict = true` below `[tool.mypy]`, or `typeCheckingMode = "strict"` for pyright, and loosen it for those modules
that are not there yet.

## Limits
For mypy the flags that strict mode is made of count as well. Exceptions for single modules are not judged. basedpyright
is strict unless it is told otherwise; ty and Pyrefly have no such mode and count as they are.

## References
mypy documentation, The mypy configuration file - strict; pyright documentation, Configuration - typeCheckingMode; Pyre
documentation, Gradual Typing - Strict mode.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    AutomatedCommand,
    Confidence,
    Place,
    Project,
    Severity,
    Tool,
    Verdict,
    checker_tools,
    checking_commands,
    fail,
    ok,
    place_at,
    rule,
)

TRUE = frozenset({"1", "on", "true", "yes"})
# Of the flags that `strict` turns on, those without which code is left unchecked.
FLAGS = (
    "disallow_any_generics",
    "disallow_subclassing_any",
    "disallow_untyped_calls",
    "disallow_untyped_defs",
    "warn_return_any",
)
STRICT_MODES = frozenset({"all", "recommended", "strict"})
ONE_LEVEL = frozenset({"pyrefly", "ty"})


@rule("TYP013", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    configured = list(checker_tools(project))
    run = checking_commands(project)
    names = {name for _, name in run}
    for path, tool in configured:
        if is_strict(tool, names):
            return ok(place_at(path, tool.pos), f"{tool.name} is strict")
    for command, name in run:
        if command.has_option("--strict") or (name == "basedpyright" and not sets_mode(configured)):
            return ok(command.place, f"{name} is strict")
    if place := next(of_one_level(configured, run), None):
        return ok(place, "the type checker has one level", Confidence.MEDIUM)
    if configured:
        path, tool = next((one for one in configured if one[1].name in names), configured[0])
        return fail(place_at(path, tool.pos), f"{tool.name} is not strict")
    if run:
        return fail(run[0][0].place, f"{run[0][1]} is not strict")
    return fail(None, "no type checker is configured")


def is_strict(tool: Tool, running: set[str]) -> bool:
    if tool.name == "mypy":
        is_loose = is_off(tool, "disallow_untyped_defs")
        return not is_loose and (is_on(tool, "strict") or all(is_on(tool, flag) for flag in FLAGS))
    if tool.name in ("basedpyright", "pyright"):
        mode, paths = tool.option("typeCheckingMode"), tool.option("strict")
        is_default = mode is None and (tool.name == "basedpyright" or running == {"basedpyright"})
        return is_default or (mode is not None and mode.value in STRICT_MODES) or bool(paths and paths.value)
    return tool.name == "pyre" and is_on(tool, "strict")


def is_on(tool: Tool, name: str) -> bool:
    option = tool.option(name)
    return option is not None and option.value.lower() in TRUE


def is_off(tool: Tool, name: str) -> bool:
    return tool.option(name) is not None and not is_on(tool, name)


def sets_mode(configured: list[tuple[str, Tool]]) -> bool:
    return any(tool.option("typeCheckingMode") is not None for _, tool in configured)


def of_one_level(configured: list[tuple[str, Tool]], run: list[tuple[AutomatedCommand, str]]) -> Iterator[Place]:
    yield from (place_at(path, tool.pos) for path, tool in configured if tool.name in ONE_LEVEL)
    yield from (command.place for command, name in run if name in ONE_LEVEL)

r"""The settings are read anew for each request.

## Why
Each time the settings are made, the environment and the `.env` file are read, and every value is validated: work that
gives the same result each time, with file access on the way of each request. And a file that changes while the service
runs gives one request other settings than the next.

## Bad
```python
from typing import Annotated

from fastapi import Depends, FastAPI
from pydantic_settings import BaseSettings

app = FastAPI()


class Settings(BaseSettings):
    name: str = "shop"


def get_settings() -> Settings:
    return Settings()  # finding


@app.get("/name")
def read_name(settings: Annotated[Settings, Depends(get_settings)]) -> str:
    return settings.name


@app.get("/again")
def read_again() -> str:
    return Settings().name  # finding
```

A class as its own dependency is made anew too:

```python
from typing import Annotated

from fastapi import Depends, FastAPI
from pydantic_settings import BaseSettings

app = FastAPI()


class Settings(BaseSettings):
    name: str = "shop"


@app.get("/name")  # finding
def read_name(settings: Annotated[Settings, Depends()]) -> str:
    return settings.name
```

## Good
```python
from functools import lru_cache
from typing import Annotated

from fastapi import Depends, FastAPI
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    name: str = "shop"


@lru_cache
def get_settings() -> Settings:
    return Settings()


def create_app() -> FastAPI:
    app = FastAPI(title=get_settings().name)

    @app.get("/name")
    def read_name(settings: Annotated[Settings, Depends(get_settings)]) -> str:
        return settings.name

    return app


app = create_app()
```

What a module makes when it is imported is made once, and so is what is kept:

```python
from fastapi import FastAPI
from pydantic_settings import BaseSettings

app = FastAPI()


class Settings(BaseSettings):
    name: str = "shop"


settings = Settings()
kept: Settings | None = None


def get_settings() -> Settings:
    global kept
    if kept is None:
        kept = Settings()
    return kept


@app.get("/name")
def read_name() -> str:
    return settings.name + get_settings().name
```

## Fix
Put `@lru_cache` on the function that makes them, or make them once in a module.

## Limits
Looked at are the settings classes of Pydantic, in what handlers, dependencies and middleware call, over any number of
functions. What is made with arguments that differ from caller to caller is left out, and so is a function that nothing
is known to call.

## References
FastAPI documentation, Settings and Environment Variables, "Creating the Settings only once with lru_cache".
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    Class,
    Project,
    Related,
    Settings,
    Severity,
    Verdict,
    differs_by_caller,
    fail,
    is_made_once,
    making,
    ok,
    rule,
)


@rule("ARC008", severity=Severity.WARNING)
def check(settings: Settings, project: Project) -> Iterator[Verdict]:
    for call in project.calls:
        if call.target is settings.cls and not differs_by_caller(call, project):
            yield from judge(call, settings, project)
    yield from injected(settings.cls, project)


def judge(call: Call, settings: Settings, project: Project) -> Iterator[Verdict]:
    """Judge one place that makes the settings."""
    found = making(call, project)
    if found is not None:
        related = () if found.calls == 0 else (Related(found.entry.place, "runs for each request and gets here"),)
        yield fail(call.place, f"each request makes {settings} anew", related=related)
    elif is_made_once(call, project):
        yield ok(call.place, f"{settings} is made once")


def injected(cls: Class, project: Project) -> Iterator[Verdict]:
    """Yield a failure for each route that has FastAPI make the settings."""
    for route in project.routes:
        if any(dependency.cls is cls for dependency in route.all_dependencies):
            yield fail(route.place, f"each request to {route} makes {cls.name} anew")

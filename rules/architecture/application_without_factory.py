r"""The application is built while its module is imported.

## Why
What a module builds exists once, with the settings that happened to be there at its first import. A test that wants
other settings, a second database or a clean state has to change the environment before anything is imported, or reload
modules. A function that builds the application takes them as arguments, as often as it is asked.

## Bad
```python
from fastapi import FastAPI

app = FastAPI(title="Shop")  # finding


@app.get("/items")
def list_items() -> list[str]:
    return []
```

## Good
```python
# file: app/factory.py
from fastapi import FastAPI


def create_app(title: str = "Shop") -> FastAPI:
    app = FastAPI(title=title)
    app.mount("/admin", create_admin())
    return app


def create_admin() -> FastAPI:
    return FastAPI()
# file: app/main.py
from app.factory import create_app

app = create_app()
```

## Fix
Move the construction, with the routers and middleware, to `create_app(settings)`, and let the module that the server
starts call it: `app = create_app()`, or `uvicorn --factory app.main:create_app`.

## Limits
This is advice. Applications that are mounted on another one are left out, and so are those of scripts and examples.

## References
Uvicorn documentation, Deployment - Application factories; FastAPI documentation, Testing Dependencies with Overrides.
"""

from functools import lru_cache

from fastapi_audit.rule_api import Application, Call, Place, Project, Severity, Verdict, fail, ok, rule, skip


@rule("ARC005", severity=Severity.INFO)
def check(application: Application, project: Project) -> Verdict:
    construction = calls_by_place(project).get(application.place)
    if application.mounted_in is not None or construction is None:
        return skip
    if construction.function is not None:
        return ok(application.place, f"{construction.function.name} builds it")
    return fail(application.place, f"{application.name} is built while its module is imported")


@lru_cache(maxsize=1)
def calls_by_place(project: Project) -> dict[Place, Call]:
    return {call.place: call for call in project.calls}

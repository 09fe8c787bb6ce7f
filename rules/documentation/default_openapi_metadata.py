r"""An application documents itself under FastAPI's default title or version, or without a description.

## Why
The OpenAPI document is what clients, portals and code generators see of a service. "FastAPI 0.1.0" tells them neither
which API it is, nor what it is for, nor whether it has changed.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()  # finding
```

```python
from fastapi import FastAPI

app = FastAPI(title="Orders", version="2.1.0")  # finding
```

## Good
```python
from fastapi import FastAPI

app = FastAPI(title="Orders", description="Takes and tracks the orders of the shop.", version="2.1.0")
```

Settings may say it, and an application that serves no document needs none:

```python
from fastapi import FastAPI
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    project_name: str
    project_summary: str
    release: str


settings = Settings()
app = FastAPI(title=settings.project_name, summary=settings.project_summary, version=settings.release)
internal = FastAPI(openapi_url=None)
```

## Fix
Pass `title`, `description` (or `summary`) and `version` to `FastAPI(…)`.

## Limits
A mounted application has a document of its own and is judged like any other. An application with an `openapi` function
of its own, or with arguments that cannot be seen (`FastAPI(**options)`), is unknown.

## References
FastAPI documentation, Metadata and Docs URLs; OpenAPI Specification, Info Object.
"""

from fastapi_audit.rule_api import Application, Known, Severity, Value, Verdict, fail, ok, rule, skip, unknown

DEFAULTS = {"title": ("FastAPI", "", None), "description": ("", None), "version": ("0.1.0", "", None)}


@rule("API001", severity=Severity.WARNING)
def check(application: Application) -> Verdict:
    if not application.serves_document:
        return skip
    missing = [name for name, defaults in DEFAULTS.items() if _is_one_of(_said(application, name), defaults)]
    if not missing:
        return ok(application.place)
    if application.is_open or "openapi" in application.attributes:
        return unknown(application.place, f"{' and '.join(missing)} may be given where it cannot be seen")
    return fail(application.place, f"{application} has no {', '.join(missing)} of its own")


def _said(application: Application, name: str) -> Value:
    """Return what an application says under a name; a summary does for a description."""
    said = application.attributes.get(name) or application.arguments.get(name) or Known(None)
    if name == "description" and _is_one_of(said, DEFAULTS[name]):
        return application.arguments.get("summary") or said
    return said


def _is_one_of(value: Value, texts: tuple[str | None, ...]) -> bool:
    return isinstance(value, Known) and not value.is_default and value.value in texts

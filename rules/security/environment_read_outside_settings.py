r"""The environment is read somewhere else than in the settings.

## Why
Values read where they are used are checked nowhere, have no type, and are missing only when the code that needs them
runs. Nobody can tell what a deployment must set.

## Bad
```python
import os

from fastapi import FastAPI

app = FastAPI()


@app.get("/region")
def read_region() -> dict[str, str]:
    return {"region": os.environ["REGION"]}  # finding
```

## Good
```python
# file: app/settings.py
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    region: str


settings = Settings()

# file: app/main.py
from fastapi import FastAPI

from app.settings import settings

app = FastAPI()


@app.get("/region")
def read_region() -> dict[str, str]:
    return {"region": settings.region}
```

One module that turns the environment into constants does as well:

```python
# file: app/config.py
import os

REGION = os.environ["REGION"]
LIMIT = int(os.getenv("LIMIT", "10"))

# file: app/main.py
from fastapi import FastAPI

from app.config import REGION

app = FastAPI()


@app.get("/region")
def read_region() -> dict[str, str]:
    return {"region": REGION}
```

## Fix
Make it a field of the settings class, and pass the settings to the code that needs them.

## Limits
Commands, migrations, and the configuration files of servers and workers are left out, and so is what runs under
`if __name__ == "__main__"`, and what the system or a launcher sets itself (`HOME`, `RANK`). Which module holds the
constants is told by where most reads stand.

## References
The Twelve-Factor App, III: Config; FastAPI documentation, Settings and Environment Variables.
"""

from functools import lru_cache

from fastapi_audit.rule_api import EnvironmentRead, Module, Project, Severity, Verdict, fail, names, ok, rule, skip


@rule("SEC034", severity=Severity.WARNING)
def check(read: EnvironmentRead, project: Project) -> Verdict:
    if read.is_of_command or read.is_of_system:
        return skip
    if read.module in settings_modules(project):
        return ok(read.place, f"{read} is read in the settings")
    return fail(read.place, f"{read} is read outside the settings")


@lru_cache(maxsize=1)
def settings_modules(project: Project) -> frozenset[Module]:
    """Return the modules with settings classes, and the one that turns most of the environment into constants."""
    found = {settings.cls.module for settings in project.settings}
    serving = {application.place.path for application in project.applications}
    serving |= {router.place.path for router in project.routers}
    counts: dict[Module, int] = {}
    for read in project.subjects(EnvironmentRead):
        is_constant = read.function is None or has_its_name(read.module)
        if is_constant and read.module.path not in serving and not read.is_of_command:
            counts[read.module] = counts.get(read.module, 0) + 1
    ranked = sorted(counts, key=lambda module: (has_its_name(module), counts[module], module.path))
    return frozenset(found.union(ranked[-1:]))


def has_its_name(module: Module) -> bool:
    return not names("modules", "configuration").isdisjoint(module.name.split(".")[-2:])

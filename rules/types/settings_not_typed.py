r"""A value of the configuration is a bare text out of the environment.

## Why
All that the environment holds is text: nothing says whether a value is a number, a list or a URL, and nothing checks it
before the code that needs it runs. Settings with types are checked as a whole when the service starts.

## Bad
```python
# file: app/config.py
import os

REGION = os.environ["REGION"]  # finding
DEBUG = os.getenv("DEBUG", "")  # finding

# file: app/main.py
import os

from fastapi import FastAPI

app = FastAPI()


@app.get("/region")
def read_region() -> dict[str, str]:
    return {"bucket": os.environ["BUCKET"]}  # finding
```

```python
from fastapi import FastAPI
from starlette.config import Config

config = Config(".env")
LIMIT = config("LIMIT", default=10)  # finding
app = FastAPI()
```

## Good
```python
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    region: str
    limit: int = 10


settings = Settings()
```

What does without Pydantic has types as well:

```python
import os
from dataclasses import dataclass

from starlette.config import Config


@dataclass(frozen=True)
class Settings:
    region: str
    limit: int


def load() -> Settings:
    return Settings(region=os.environ["REGION"], limit=int(os.getenv("LIMIT", "10")))


config = Config(".env")
DEBUG = config("DEBUG", cast=bool, default=False)
REGION = config("REGION", default="eu")
WORKERS: int = int(os.environ["WORKERS"])
```

## Fix
Declare a class of `pydantic_settings.BaseSettings` with one typed field for each variable, and read that.

## Limits
Annotated names, values that are converted where they are read or in the same function, and fields of dataclasses, attrs
and named tuples count as typed; where they are read is another rule's matter (SEC034). Values that Dynaconf, Hydra or a
file of YAML provide are not seen. Commands and the files of servers are left out.

## References
Pydantic documentation, Settings Management; FastAPI documentation, Settings and Environment Variables.
"""

from fastapi_audit.rule_api import ConfigurationValue, Severity, Verdict, fail, ok, rule


@rule("TYP012", severity=Severity.WARNING)
def check(value: ConfigurationValue) -> Verdict:
    if value.is_typed:
        return ok(value.place, f"{value} has a type")
    return fail(value.place, f"{value} is read as a text, nothing says of which type it is")

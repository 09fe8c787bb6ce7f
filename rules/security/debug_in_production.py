r"""What is deployed runs in debug mode.

## Why
With `debug=True` every error shows its traceback, with code and values, to whoever caused it.

## Bad
```python
from fastapi import FastAPI

app = FastAPI(debug=True)  # finding
```

## Good
```python
from fastapi import FastAPI
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    debug: bool = False


settings = Settings()
app = FastAPI(debug=settings.debug)
```

## Fix
Take the debug mode from the settings, off by default.

## Limits
How the server is started is the matter of `development-server`.

## References
Starlette documentation, Applications; CWE-489; CWE-209.
"""

from fastapi_audit.rule_api import (
    Application,
    ExternalObject,
    Known,
    OneOf,
    Severity,
    Unknown,
    Verdict,
    fail,
    ok,
    rule,
    unknown,
)


@rule("SEC024", severity=Severity.WARNING)
def check(application: Application) -> Verdict:
    debug = application.arguments.get("debug")
    if isinstance(debug, Known) and debug.value is True:
        default = " by default" if debug.is_default else ""
        return fail(application.place, f"{application} runs in debug mode{default}")
    if isinstance(debug, OneOf) or (isinstance(debug, (ExternalObject, Unknown)) and debug.origin is None):
        return unknown(application.place, "whether it runs in debug mode is not known")
    return ok(application.place, "it does not run in debug mode")

r"""The service answers whatever host a request names.

## Why
The `Host` header comes from the caller. Where links in mails or redirections are made of it, an attacker has them lead
to a host of their own; a cache in between may keep the answer for everybody.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()  # finding


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```python
from fastapi import FastAPI
from fastapi.middleware.trustedhost import TrustedHostMiddleware

app = FastAPI()
app.add_middleware(TrustedHostMiddleware, allowed_hosts=["*"])  # finding


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Good
```python
from fastapi import FastAPI
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    hosts: list[str] = []


app = FastAPI()
app.add_middleware(TrustedHostMiddleware, allowed_hosts=Settings().hosts)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```yaml
# file: compose.yaml
services:
  api:
    build: .
    labels:
      - traefik.http.routers.api.rule=Host(`shop.example.com`)
# file: main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Fix
`TrustedHostMiddleware` with the hosts from the settings, or names of hosts in the proxy (`server_name`, `Host(…)`).

## Limits
A proxy or platform that serves some hosts only is enough; whether it has a default for all others is not looked at.

## References
Starlette documentation, TrustedHostMiddleware; OWASP Web Security Testing Guide, Host Header Injection; CWE-644.
"""

from fastapi_audit.rule_api import (
    Application,
    Known,
    Middleware,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
    values_inside,
)

from ._around import middlewares_around, sign_of_a_proxy, unknown_middleware

TRUSTED = "starlette.middleware.trustedhost.TrustedHostMiddleware"


@rule("SEC026", severity=Severity.INFO)
def check(application: Application, project: Project) -> Verdict:
    if not application.is_outermost:
        return skip
    own = next((one for one in middlewares_around(application) if one.name == TRUSTED), None)
    if own is not None:
        return fail(own.place, "every host is trusted") if trusts_everything(own) else ok(own.place, str(own))
    named = next((one for one in project.gateways if one.hosts is not None), None)
    if named is not None:
        return ok(named.hosts, f"{named} serves the hosts that it is told")
    doubt = unknown_middleware(application)
    place = doubt.place if doubt is not None else sign_of_a_proxy(application, project)
    if place is not None or project.gateways:
        return unknown(place or project.gateways[0].place, "what stands in front of the service may check the host")
    return fail(application.place, f"{application} answers whatever host a request names")


def trusts_everything(middleware: Middleware) -> bool:
    """Say whether all hosts are allowed: by a wildcard, or because none are given."""
    hosts = middleware.arguments.get("allowed_hosts")
    if hosts is None:
        return True
    return any(isinstance(value, Known) and value.value == "*" for value in values_inside(hosts))

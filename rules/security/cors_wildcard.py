r"""Cross-origin requests are allowed from everywhere, or from origins that are written into the code.

## Why
With `*` every web site may call the service from the browsers of its users; together with credentials Starlette
answers with the caller's own origin, so that any site acts with their cookies. Origins in the code are the same in
every environment: those of development stay allowed in production.

## Bad
```python
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)  # finding
```

```python
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origin_regex="https?://.*")  # finding
```

A wildcard that the settings have as their default is one all the same:

```python
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    origins: list[str] = ["*"]


settings = Settings()
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=settings.origins)  # finding
```

## Good
```python
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    origins: list[str] = []


settings = Settings()
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=settings.origins, allow_credentials=True)
```

## Fix
List the origins in the settings, one list for each environment, and allow no more than those.

## Limits
A middleware that is registered under a condition (development, say) is not judged. Headers set by a proxy, or by hand
in a middleware of one's own, are not looked at.

## References
Starlette documentation, CORSMiddleware; OWASP Top Ten 2021, A05; CWE-942.
"""

import re
from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Collection,
    ExternalObject,
    Known,
    Middleware,
    OneOf,
    Priority,
    Severity,
    Template,
    Value,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

CORS = ("starlette.middleware.cors.CORSMiddleware", "fastapi.middleware.cors.CORSMiddleware")
ANYBODY = ("https://attacker.invalid", "http://x-7f3a.invalid:8443")
LONGEST_PATTERN = 500
CONFIGURED = ("environment", "field")
PARSERS = frozenset({"ast.literal_eval", "json.loads", "orjson.loads", "yaml.safe_load"})


@rule("SEC006", severity=Severity.ERROR, priority=Priority.P0)
def check(middleware: Middleware) -> Verdict:
    if middleware.name not in CORS:
        return skip
    origins = list(leaves(middleware.arguments.get("allow_origins")))
    patterns = list(leaves(middleware.arguments.get("allow_origin_regex")))
    if middleware.conditions:
        return unknown(middleware.conditions[-1].place, "it is registered under a condition only")
    if "*" in texts(origins) or any(map(matches_anybody, texts(patterns))):
        return fail(middleware.place, f"every origin may call the service{with_credentials(middleware)}")
    written = [origin.value for origin in (*origins, *patterns) if isinstance(origin, Known) and not origin.is_default]
    named = sorted({str(origin) for origin in written if origin is not None})
    if named:
        return fail(middleware.place, f"allowed origins are written into the code: {', '.join(named[:3])}")
    if all(map(is_configured, (*origins, *patterns))):
        return ok(middleware.place, "the allowed origins come from the configuration")
    return unknown(middleware.place, "where the allowed origins come from is not known")


def leaves(value: Value | None) -> Iterator[Value]:
    """Yield what a list of origins may hold; an open list also holds something that is not known."""
    if isinstance(value, Collection):
        for item in value.items:
            yield from leaves(item)
        if value.is_open:
            yield ExternalObject(None)
    elif isinstance(value, OneOf):
        for option in value.options:
            yield from leaves(option)
    elif value is not None:
        yield value


def texts(values: list[Value]) -> list[str]:
    return [value.value for value in values if isinstance(value, Known) and isinstance(value.value, str)]


def matches_anybody(pattern: str) -> bool:
    try:
        return len(pattern) <= LONGEST_PATTERN and all(re.fullmatch(pattern, origin) for origin in ANYBODY)
    except re.error:
        return False


def is_configured(value: Value) -> bool:
    if isinstance(value, Known):
        return value.is_default or value.value is None
    if isinstance(value, Template):
        return all(isinstance(part, str) or is_configured(part) for part in value.parts)
    made_by = value.call if isinstance(value, ExternalObject) else None
    if made_by is not None and made_by.name in PARSERS:
        return all(map(is_configured, made_by.positional))
    origin = getattr(value, "origin", None)
    return origin is not None and origin.kind in CONFIGURED


def with_credentials(middleware: Middleware) -> str:
    value = middleware.arguments.get("allow_credentials")
    return ", with the user's credentials" if isinstance(value, Known) and value.value is True else ""

r"""A password, key or token is written into the code.

## Why
Whoever can read the repository has the secret, and so has everybody who finds an old copy of it. It is the same in
every environment, and changing it takes a release.

## Bad
```python
SECRET_KEY = "9f2c4be1a07d4c5a8e3b"  # finding
```

```python
import os

from fastapi import FastAPI
from starlette.middleware.sessions import SessionMiddleware

JWT_SECRET = os.getenv("JWT_SECRET", "supersecretkey123")  # finding

app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key="changeme")  # finding
```

```python
from sqlalchemy import create_engine

engine = create_engine("postgresql://shop:k3Xp9qLw@db.shop.internal.net/shop")  # finding
```

## Good
```python
import os

SECRET_KEY = os.environ["SECRET_KEY"]
```

Names, words and placeholders are no secrets:

```python
TOKEN_URL = "/api/v1/token"
API_KEY = "<your-key>"
SESSION_TOKEN = "session_token"
PASSWORD = "The password is too short."
DATABASE_URL = "postgresql://postgres:postgres@localhost/shop"
```

## Fix
Read it from the environment or a secret store, and replace the secret: it is known already.

## Limits
Judged by the shapes of well-known providers, and by names together with values that are more than words. A weak
default of a settings field is another rule's subject (SEC033). Texts that are computed are not looked at.

## References
OWASP Top Ten 2021, A07; CWE-798; The Twelve-Factor App, III: Config.
"""

from fastapi_audit.rule_api import Confidence, NamedString, Priority, Severity, Verdict, fail, ok, rule, secrecy, skip

ENUMS = ("enum.Enum", "enum.StrEnum", "enum.IntEnum")
SETTINGS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings")
DESCRIPTIONS = frozenset({
    "description", "detail", "doc", "example", "examples", "help", "label", "message", "msg", "openapi_examples",
    "pattern", "placeholder", "regex", "summary", "title",
})  # fmt: skip
WEAK_CONTEXTS = ("argument", "variable")
LONG = 16


@rule("SEC001", severity=Severity.ERROR, priority=Priority.P0)
def check(string: NamedString) -> Verdict:
    shape = None if is_description(string) else secrecy.shape_of(string.value)
    if shape is not None:
        return fail(string.place, f"{shape} is written into the code, under {string}")
    kind = secrecy.kind_of(string.name)
    if kind is None:
        return skip
    if is_description(string) or (string.cls is not None and string.cls.is_a(*ENUMS)):
        return ok(string.place, "a name or a description")
    if is_default_setting(string):
        is_long = len(string.value) >= LONG and secrecy.bits(string.value) >= secrecy.LEAST_BITS
        if not is_long or not secrecy.is_real(kind, string.name, string.value):
            return ok(string.place, "a default of the settings")
        return fail(string.place, f"{string} is written into the code", confidence=Confidence.MEDIUM)
    if secrecy.is_real(kind, string.name, string.value):
        return fail(string.place, f"{string} is written into the code")
    if string.context in WEAK_CONTEXTS and secrecy.is_weak(kind, string.value):
        return fail(string.place, f"{string} is written into the code, and weak", confidence=Confidence.MEDIUM)
    return ok(string.place, "a word, a placeholder or a reference")


def is_description(string: NamedString) -> bool:
    return not DESCRIPTIONS.isdisjoint((string.name.lower(), *string.within))


def is_default_setting(string: NamedString) -> bool:
    return string.function is None and string.cls is not None and string.cls.is_a(*SETTINGS)

r"""Tokens are signed with a secret that is written into the code, has a default, or is shorter than 32 bytes.

## Why
Whoever knows the secret makes tokens for any user. One in the code or in a default is known to all who can read the
code, and is what runs wherever somebody forgot to set another. A short one is found by trying: a single token is enough
to try against, offline.

## Bad
```python
import jwt


def issue(user_id: str) -> str:
    return jwt.encode({"sub": user_id}, "secret", algorithm="HS256")  # finding
```

A default in the settings is a secret that is known:

```python
# file: app/settings.py
from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    jwt_secret: SecretStr = SecretStr("change-me-in-production-please-now")


settings = Settings()

# file: app/tokens.py
import jwt

from app.settings import settings


def read(token: str) -> dict[str, str]:
    return jwt.decode(token, settings.jwt_secret.get_secret_value(), algorithms=["HS256"])  # finding
```

## Good
```python
import jwt
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    jwt_secret: SecretStr = Field(min_length=32)


settings = Settings()


def read(token: str) -> dict[str, str]:
    return jwt.decode(token, settings.jwt_secret.get_secret_value(), algorithms=["HS256"])
```

A pair of keys shares no secret:

```python
import jwt

PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----"


def read(token: str) -> dict[str, str]:
    return jwt.decode(token, PUBLIC_KEY, algorithms=["EdDSA"])
```

## Fix
Make it a required field of the settings with `min_length=32`, and set it to 32 random bytes
(`openssl rand -base64 32`) in each environment.

## Limits
The length of what the environment gives is not known; a required value counts as sound. The key is followed through
constants, settings, reads of the environment, and parameters to their callers. One of several keys, chosen by a
condition, is not judged, and neither are the keys of asymmetric algorithms.

## References
RFC 7518, section 3.2; OWASP JSON Web Token Cheat Sheet; CWE-798; CWE-1392.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    ExternalObject,
    Known,
    Place,
    Priority,
    Project,
    Related,
    Severity,
    Unknown,
    Value,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    syntax,
    tree,
    unknown,
)

from ._sources import sources
from ._tokens import DECODES, ENCODES, is_asymmetric, key_of

LEAST_BYTES = 32
CONFIGURED = ("environment", "field")
RANDOM = ("secrets.", "os.urandom", "uuid.uuid4")


@rule("SEC002", severity=Severity.ERROR, priority=Priority.P0)
def check(call: Call, project: Project) -> Verdict:
    key = key_of(call) if call.name in ENCODES or call.name in DECODES else None
    if key is None or is_asymmetric(call):
        return skip
    values = [source.value for source in sources(key, project)]
    texts = [value for value in values if isinstance(value, Known) and isinstance(value.value, (str, bytes))]
    others = [value for value in values if not isinstance(value, Known)]
    if texts and all(map(is_configured, others)):
        is_default = bool(others) or all(text.is_default for text in texts)
        return fail(call.place, problem(texts, is_default), related=tuple(fields_read(call, project)))
    if texts or any(not is_sound(value) for value in others):
        return unknown(call.place, "which key it is depends on more than the configuration")
    return ok(call.place, "the key is not in the code")


def as_bytes(value: Known) -> bytes:
    text = value.value
    return text if isinstance(text, bytes) else str(text).encode()


def problem(texts: list[Known], is_default: bool) -> str:
    """Return what is wrong with a key, without saying what it is."""
    length = min(len(as_bytes(text)) for text in texts)
    short = f", and it has {length} bytes where {LEAST_BYTES} are needed" if length < LEAST_BYTES else ""
    if length == 0:
        return "tokens are signed with an empty secret wherever none is set"
    where = "has a default that is in the code" if is_default else "is written into the code"
    return f"the secret that tokens are signed with {where}{short}"


def is_configured(value: Value) -> bool:
    origin = value.origin if isinstance(value, (ExternalObject, Unknown)) else None
    return origin is not None and origin.kind in CONFIGURED


def is_sound(value: Value) -> bool:
    call = value.call if isinstance(value, ExternalObject) else None
    return is_configured(value) or (call is not None and call.name.startswith(RANDOM))


def fields_read(call: Call, project: Project) -> Iterator[Related]:
    """Yield the settings fields with a default that the call names."""
    named = {inner.attr for inner in tree.descendants((call.node,)) if isinstance(inner, syntax.Attribute)}
    places: dict[Place, str] = {
        field.place: field.name
        for settings in project.settings
        for field in settings.fields
        if field.name in named and isinstance(field.default, (Known, ExternalObject))
    }
    yield from (Related(place, f"the default of {name}") for place, name in sorted(places.items()))

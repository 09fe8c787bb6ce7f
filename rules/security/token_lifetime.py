r"""A token never expires, or lives too long: access tokens more than 30 minutes, refresh tokens more than 7 days.

## Why
A signed token cannot be taken back: whoever steals one uses it until it expires. Short access tokens, renewed with a
refresh token that the server can refuse, keep that time short.

## Bad
```python
import jwt


def create_access_token(user_id: str, secret: str) -> str:
    return jwt.encode({"sub": user_id}, secret, algorithm="HS256")  # finding
```

Followed through settings, parameters and arithmetic:

```python
from datetime import datetime, timedelta, timezone

import jwt
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    jwt_secret: str
    access_token_minutes: int = 60 * 24 * 8


settings = Settings()


def create_access_token(user_id: str, lifetime: timedelta) -> str:
    claims = {"sub": user_id, "exp": datetime.now(timezone.utc) + lifetime}
    return jwt.encode(claims, settings.jwt_secret, algorithm="HS256")  # finding


def log_in(user_id: str) -> str:
    return create_access_token(user_id, timedelta(minutes=settings.access_token_minutes))
```

## Good
```python
from datetime import datetime, timedelta, timezone
from typing import Any

import jwt


def create_token(data: dict[str, Any], secret: str, lifetime: timedelta) -> str:
    claims = data.copy()
    claims.update({"exp": datetime.now(timezone.utc) + lifetime})
    return jwt.encode(claims, secret, algorithm="HS256")


def create_access_token(user_id: str, secret: str) -> str:
    return create_token({"sub": user_id}, secret, timedelta(minutes=15))


def create_refresh_token(user_id: str, secret: str) -> str:
    return create_token({"sub": user_id}, secret, timedelta(days=7))
```

A token for something else than calling the API may live as long as that takes:

```python
import time

import jwt


def create_invitation(email: str, secret: str) -> str:
    return jwt.encode({"sub": email, "exp": time.time() + 14 * 24 * 3600}, secret, algorithm="HS256")
```

## Fix
Set `exp`: 30 minutes at most for access tokens, 7 days for refresh tokens.

## Limits
What a token is for is told by the names of the functions that make it and of their callers. Lifetimes that come from
the environment without a default are unknown.

## References
RFC 8725; OWASP JSON Web Token Cheat Sheet, Token sidejacking; CWE-613.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    Confidence,
    DictValue,
    Function,
    Known,
    Priority,
    Project,
    Severity,
    Value,
    Verdict,
    fail,
    ok,
    rule,
    secrecy,
    skip,
    unknown,
)

from ._lifetimes import Length, lengths_of
from ._sources import sources
from ._tokens import ENCODES, claims_of

DAY = 24 * 3600
LIMITS = {"access": 30 * 60, "refresh": 7 * DAY, "other": None, "": 30 * 60}
ACCESS = frozenset({"access", "auth", "authenticate", "authentication", "bearer", "login", "signin"})
REFRESH = frozenset({"refresh"})
OTHER = frozenset({
    "action", "activation", "api", "bot", "callback", "challenge", "change", "confirm", "confirmation", "csrf",
    "device", "download", "email", "file", "integration", "internal", "invitation", "invite", "license", "link",
    "magic", "oauth", "password", "preview", "recipe", "recovery", "reset", "service", "share", "signed", "state",
    "tenant", "unsubscribe", "upload", "url", "verification", "verify", "webhook", "zoom",
})  # fmt: skip


@rule("SEC004", severity=Severity.ERROR, priority=Priority.P0)
def check(call: Call, project: Project) -> Verdict:
    if call.name not in ENCODES:
        return skip
    claims = claims_of(call)
    if claims is None:
        return unknown(call.place, "the claims are not known")
    here = () if call.function is None else (call.function,)
    around = tuple(other.function for other in project.calls if other.target in here and other.function is not None)
    doubts = 0
    known: list[float] = []
    for source in sources(claims, project):
        if not isinstance(source.value, DictValue):
            doubts += 1
            continue
        expiries = [value for key, value in source.value.items if isinstance(key, Known) and key.value == "exp"]
        if not expiries and not source.value.is_open:
            return fail(call.place, "the token never expires: it has no `exp`")
        owners = (here, around, is_assertion(source.value))
        found = list(lengths(expiries, source.through, project))
        known += [length.seconds for length in found if length.seconds is not None]
        judged = [verdict(call, length, *owners) for length in found]
        doubts += judged.count(None) if expiries else 1
        worst = next((one for one in judged if one not in (None, skip)), None)
        if worst is not None:
            return worst
    if doubts:
        return unknown(call.place, "how long the token lives is not known")
    return ok(call.place, f"it expires after {shown(max(known))} at most" if known else "it expires")


def lengths(expiries: list[Value], through: tuple[Function, ...], project: Project) -> Iterator[Length]:
    for value in expiries:
        yield from lengths_of(value, project, through)


def verdict(
    call: Call, length: Length, here: tuple[Function, ...], around: tuple[Function, ...], is_foreign: bool
) -> Verdict | None:
    """Judge one possible lifetime: `skip` when nothing is wrong with it, None when it is not known."""
    kind = kind_of((*here, *length.through)) or kind_of(around) or ("other" if is_foreign else "")
    limit = LIMITS[kind]
    if limit is None:
        return skip
    if length.seconds is None:
        return None
    if length.seconds <= limit:
        return skip
    confidence = Confidence.HIGH if kind else Confidence.MEDIUM
    what = f"{kind} token" if kind else "token"
    return fail(call.place, f"{what} lives {shown(length.seconds)}, {shown(limit)} at most", confidence=confidence)


def is_assertion(claims: DictValue) -> bool:
    """Say whether claims name who issues the token and nobody whom it is for: how a client shows itself elsewhere."""
    return claims.get("iss") is not None and claims.get("sub") is None and not claims.is_open


def kind_of(functions: tuple[Function, ...]) -> str:
    """Return what a token is for, by the functions that make it, the innermost first; "" when they do not say."""
    named = [frozenset(secrecy.words_of(function.name)) for function in functions]
    if any(words & OTHER and not words & REFRESH for words in named):
        return "other"
    kinds = ["refresh" if words & REFRESH else "access" for words in named if words & (REFRESH | ACCESS)]
    return kinds[0] if kinds else ""


def shown(seconds: float) -> str:
    """Return a length of time for people."""
    for unit, size in (("days", DAY), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size or (seconds % size == 0 and seconds >= size):
            return f"{seconds / size:g} {unit if seconds != size else unit[:-1]}"
    return f"{seconds:g} seconds"

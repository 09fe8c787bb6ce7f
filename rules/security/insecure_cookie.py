r"""A cookie that lets somebody in is sent over plain HTTP, or can be read by scripts.

## Why
Without `secure` the cookie goes out with the first plain HTTP request, for everybody on the way to read. Without
`httponly` every script on the page can take it, the one that somebody smuggled in included.

## Bad
```python
from fastapi import FastAPI, Response

app = FastAPI()


@app.post("/login")
def log_in(response: Response) -> None:
    response.set_cookie("session_id", "…", httponly=True)  # finding
```

## Good
```python
from fastapi import FastAPI, Response
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    secure_cookies: bool = True


settings = Settings()
app = FastAPI()


@app.post("/login")
def log_in(response: Response) -> None:
    response.set_cookie("session_id", "…", httponly=True, secure=settings.secure_cookies, samesite="lax")


@app.post("/logout")
def log_out(response: Response) -> None:
    response.set_cookie("session_id", "", max_age=0)


@app.post("/theme")
def choose_theme(theme: str, response: Response) -> None:
    response.set_cookie("theme", theme)
```

## Fix
Pass `secure=True, httponly=True`. Without `samesite` Starlette sends `lax`, which is fine.

## Limits
What a cookie is for is told by its name; those with names that say nothing of access are left out. A cookie against
forged requests (`csrf`) has to be read by scripts.

## References
Starlette documentation, Response.set_cookie; OWASP Session Management Cheat Sheet, Cookies; CWE-614; CWE-1004.
"""

from fastapi_audit.rule_api import Call, Known, Severity, Value, Verdict, fail, ok, rule, secrecy, skip, unknown

ACCESS = frozenset({"access", "auth", "jwt", "login", "refresh", "session", "sessionid", "sid", "token"})
FORGERY = frozenset({"csrf", "xsrf", "csrftoken", "xsrftoken"})


@rule("SEC020", severity=Severity.WARNING)
def check(call: Call) -> Verdict:
    name = call.name or ""
    if not name.startswith("fastapi.responses.") or not name.endswith(".set_cookie"):
        return skip
    key = call.argument(0, "key")
    if not isinstance(key, Known) or not isinstance(key.value, str):
        return unknown(call.place, "what the cookie is for is not known: its name is computed")
    words = frozenset(secrecy.words_of(key.value))
    if not words & (ACCESS | FORGERY) or deletes(call):
        return skip
    wanted = {"secure": call.argument(6, "secure")}
    if not words & FORGERY:
        wanted["httponly"] = call.argument(7, "httponly")
    missing = [flag for flag, value in wanted.items() if is_off(value)]
    if missing and any(argument.star for argument in getattr(call.node, "args", ())):
        return unknown(call.place, "more arguments come in from elsewhere")
    if missing:
        return fail(call.place, f"the cookie {key.value} is set without {' and '.join(missing)}")
    return ok(call.place, f"the cookie {key.value} is sent safely")


def is_off(value: Value | None) -> bool:
    return value is None or (isinstance(value, Known) and not value.value and not value.is_default)


def deletes(call: Call) -> bool:
    """Say whether a cookie is set only to take it away."""
    ages = [call.argument(1, "value"), call.argument(2, "max_age"), call.argument(3, "expires")]
    empty, age, expiry = (isinstance(value, Known) and value.value in ("", 0) for value in ages)
    return empty or age or expiry

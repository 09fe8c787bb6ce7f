r"""A secret of the settings has a default that works.

## Why
When the secret is missing, the service starts all the same, with a value that everybody knows who can read the code.
Nobody notices until somebody uses it.

## Bad
```python
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    secret_key: str = "change-me"  # finding
```

```python
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    admin_password: SecretStr = Field(default=SecretStr("admin"))  # finding
    jwt_secret: SecretStr = SecretStr("")  # finding
```

## Good
```python
import secrets

from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    secret_key: SecretStr
    session_secret: str = secrets.token_urlsafe(32)
    smtp_password: SecretStr | None = None
    payment_api_key: str = ""
    access_token_url: str = "/token"
    private_key: str = "/run/secrets/private.pem"
```

## Fix
Take the default away, so that the start fails where the value is missing; `None` where the service works without.

## Limits
What is a secret is told by the last words of a field's name. An empty password or key for another service turns that
service off, and is fine; an empty key to sign with is not. Settings for tests and development, told by the names of
their class and module, are left out.

## References
OWASP Top Ten 2021, A05; CWE-1188; CWE-798; The Twelve-Factor App, III: Config.
"""

from fastapi_audit.rule_api import (
    ExternalObject,
    Known,
    Priority,
    SettingsField,
    Severity,
    Value,
    Verdict,
    fail,
    ok,
    rule,
    secrecy,
    skip,
)

from ._settings import is_for_development, is_text

OWN = frozenset({
    "app", "application", "auth", "cookie", "csrf", "encryption", "fernet", "hmac", "jwt", "key", "master", "pepper",
    "secret", "secretkey", "security", "session", "signing", "token",
})  # fmt: skip  # words of the secrets that a service signs or encrypts with itself
SECRETS = ("pydantic.SecretStr", "pydantic.SecretBytes")


@rule("SEC033", severity=Severity.ERROR, priority=Priority.P0)
def check(field: SettingsField) -> Verdict:
    kind = secrecy.kind_of(field.name)
    if kind is None or not is_text(field) or is_for_development(field):
        return skip
    text = text_of(field.default)
    if text is None:
        return ok(field.place, f"{field} has no default that works")
    if not text:
        if kind != "key" or not OWN.issuperset(secrecy.words_of(field.name)):
            return ok(field.place, f"{field} is off by default")
        return fail(field.place, f"{field} is empty by default, and the service starts all the same")
    if secrecy.names_something(text) or (kind == "token" and not secrecy.is_real(kind, field.name, text)):
        return ok(field.place, "the default is a reference or a name")
    return fail(field.place, f"{field} has a default that works: everybody who can read the code knows it")


def text_of(default: Value | None) -> str | None:
    """Return the text of a default, out of its `SecretStr`; None when there is none or it is computed."""
    if isinstance(default, ExternalObject) and default.call is not None and default.call.name in SECRETS:
        default = default.call.argument(0, "secret_value")
    if isinstance(default, Known) and isinstance(default.value, (str, bytes)):
        return default.value if isinstance(default.value, str) else default.value.decode(errors="replace")
    return None

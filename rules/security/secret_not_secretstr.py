r"""A secret of the settings is a plain text.

## Why
Settings are printed, logged and shown in tracebacks and error reports. A plain text shows there; a `SecretStr` shows
as asterisks, and whoever wants the value has to ask for it.

## Bad
```python
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    jwt_secret: str  # finding
    smtp_password: str | None = None  # finding
```

```python
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str = "postgresql://shop:k3Xp9qLw@localhost/shop"  # finding
```

## Good
```python
from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    jwt_secret: SecretStr
    smtp_password: SecretStr | None = None
    database_url: str
    s3_access_key: str
    s3_secret_key: SecretStr
    token_url: str = "/token"
    require_password: bool = True
```

## Fix
Give it the type `SecretStr`, and call `get_secret_value()` where it is used.

## Limits
What is a secret is told by the last words of a field's name. The URL of a database counts when its default holds a
password.

## References
Pydantic documentation, Secret Types; CWE-532.
"""

import re

from fastapi_audit.rule_api import Known, Priority, SettingsField, Severity, Verdict, fail, ok, rule, secrecy, skip

from ._settings import hides_value, is_for_development, is_text, names_half_of_a_pair

CREDENTIALS = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/@:]*:[^\s@/]+@")


@rule("SEC032", severity=Severity.WARNING, priority=Priority.P0)
def check(field: SettingsField) -> Verdict:
    if not is_text(field) or names_half_of_a_pair(field):
        return skip
    if (secrecy.kind_of(field.name) is None or is_for_everybody(field)) and not holds_credentials(field):
        return skip
    if hides_value(field):
        return ok(field.place, f"{field} hides its value")
    return fail(field.place, f"{field} is a secret, and a plain text")


def is_for_everybody(field: SettingsField) -> bool:
    """Say whether the default is a key that a service hands to every browser."""
    value = field.default.value if isinstance(field.default, Known) else None
    return isinstance(value, str) and secrecy.PUBLIC_KEYS.match(value) is not None


def holds_credentials(field: SettingsField) -> bool:
    """Say whether the default is a URL with a password."""
    value = field.default.value if isinstance(field.default, Known) and not is_for_development(field) else None
    return isinstance(value, str) and CREDENTIALS.match(value) is not None

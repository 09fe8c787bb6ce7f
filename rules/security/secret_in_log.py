r"""A password, key or token is written to the log.

## Why
Logs are kept for long, copied to other services, and read by many who may not see the secret. Whoever reads it there
can use it.

## Bad
```python
import logging

logger = logging.getLogger(__name__)


def log_in(name: str, password: str) -> None:
    logger.info("log-in of %s with %s", name, password)  # finding
```

```python
import logging

from pydantic import BaseModel

logger = logging.getLogger(__name__)


class Session(BaseModel):
    access_token: str


def remember(session: Session) -> None:
    logger.debug(f"got {session.access_token}")  # finding
```

That a schema hides its password does not hide a variable of the same name:

```python
import structlog
from pydantic import BaseModel, SecretStr

logger = structlog.stdlib.get_logger(__name__)


class Credentials(BaseModel):
    name: str
    password: SecretStr


def log_in(credentials: Credentials) -> None:
    password = credentials.password.get_secret_value()
    logger.info("log_in", name=credentials.name, password=password)  # finding
```

## Good
```python
import logging

from pydantic import BaseModel, SecretStr

logger = logging.getLogger(__name__)


class Settings(BaseModel):
    api_key: SecretStr


def start(settings: Settings, password: str | None, access_token: str, user_password: SecretStr) -> None:
    logger.info(f"got {user_password}")
    logger.info("password is set: %s", bool(password))
    logger.info("token ends with %s", access_token[-4:])
    logger.info("key: %s", settings.api_key)
    logger.info("no password was given")
```

## Fix
Leave it out, or log who it belongs to. Keep secrets in `SecretStr`, which shows as asterisks.

## Limits
What is a secret is told by the last words of its name; a plain `token` is none, because texts have tokens too. What is
handed through a function, or cut, is not looked at.

## References
OWASP Logging Cheat Sheet, Data to exclude; OWASP Top Ten 2021, A09; CWE-532.
"""

from collections.abc import Iterator
from functools import lru_cache

from fastapi_audit.rule_api import (
    Call,
    ExternalObject,
    Project,
    Severity,
    Template,
    Value,
    Verdict,
    fail,
    ok,
    options_of,
    rule,
    secrecy,
    skip,
    syntax,
)

from ._settings import HIDDEN, hides_value

LOGGING = ("logging.", "structlog.", "loguru.")
METHODS = frozenset({"critical", "debug", "error", "exception", "info", "log", "print", "warn", "warning"})
CREDENTIALS = frozenset({"access", "api", "auth", "bearer", "id", "jwt", "refresh", "reset", "session"})


@rule("SEC031", severity=Severity.WARNING)
def check(call: Call, project: Project) -> Verdict:
    name = call.name or ""
    is_log = name == "print" or (name.startswith(LOGGING) and name.rpartition(".")[2] in METHODS)
    if not is_log or not isinstance(call.node, syntax.Call):
        return skip
    shown = [(name, part) for argument in call.node.args for name, part in names_shown(argument.value)]
    secrets = [(name, part) for name, part in shown if is_secret(name)]
    hidden = hidden_names(project) if secrets else frozenset()
    is_shown = not any(map(is_hidden, (*call.positional, *call.named.values())))
    for name, part in secrets:
        if is_shown and not (isinstance(part, syntax.Attribute) and name in hidden):
            return fail(call.place, f"{name} is written to the log")
    return ok(call.place, "no secret is written")


def names_shown(node: syntax.Expr) -> Iterator[tuple[str, syntax.Expr]]:
    """Yield what a text shows as it is, by name: variables, attributes and items, alone or inside of a text."""
    if isinstance(node, syntax.Name):
        yield node.id, node
    elif isinstance(node, syntax.Attribute):
        yield node.attr, node
    elif isinstance(node, syntax.Subscript):
        keys = (key.value for key in node.index if isinstance(key, syntax.Constant))
        yield from ((key, node) for key in keys if isinstance(key, str))
    elif isinstance(node, syntax.FString):
        for part in node.parts:
            if isinstance(part, syntax.Interpolation):
                yield from names_shown(part.value)
    elif isinstance(node, syntax.BinaryOp):
        yield from names_shown(node.left)
        yield from names_shown(node.right)
    elif isinstance(node, syntax.Sequence):
        for item in node.items:
            yield from names_shown(item)


def is_hidden(value: Value) -> bool:
    """Say whether a value shows as asterisks, or is a text with such a value in it."""
    if isinstance(value, Template):
        return any(is_hidden(part) for part in value.parts if not isinstance(part, str))
    return any(isinstance(option, ExternalObject) and option.type in HIDDEN for option in options_of(value))


def is_secret(name: str) -> bool:
    kind = secrecy.kind_of(name)
    return kind in ("password", "key") or (kind == "token" and not CREDENTIALS.isdisjoint(secrecy.words_of(name)))


@lru_cache(maxsize=1)
def hidden_names(project: Project) -> frozenset[str]:
    """Return the names of the fields that show as asterisks, for attributes of what is not known."""
    fields = [field for schema in project.schemas for field in schema.fields]
    fields += [field for settings in project.settings for field in settings.fields]
    return frozenset(field.name for field in fields if hides_value(field))

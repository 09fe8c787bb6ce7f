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

## Good
```python
import logging

from pydantic import BaseModel, SecretStr

logger = logging.getLogger(__name__)


class Settings(BaseModel):
    api_key: SecretStr


def start(settings: Settings, password: str | None, access_token: str) -> None:
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

from fastapi_audit.rule_api import Call, Project, Severity, Verdict, fail, ok, rule, skip, syntax

from ._secrets import kind_of, words_of
from ._settings import HIDDEN

LOGGING = ("logging.", "structlog.", "loguru.")
METHODS = frozenset({"critical", "debug", "error", "exception", "info", "log", "print", "warn", "warning"})
CREDENTIALS = frozenset({"access", "api", "auth", "bearer", "id", "jwt", "refresh", "reset", "session"})


@rule("SEC031", severity=Severity.WARNING)
def check(call: Call, project: Project) -> Verdict:
    name = call.name or ""
    is_log = name == "print" or (name.startswith(LOGGING) and name.rpartition(".")[2] in METHODS)
    if not is_log or not isinstance(call.node, syntax.Call):
        return skip
    shown = [name for argument in call.node.args for name in names_shown(argument.value)]
    secrets = [name for name in shown if is_secret(name)]
    hidden = hidden_names(project) if secrets else frozenset()
    secret = next((name for name in secrets if name not in hidden), None)
    if secret is None:
        return ok(call.place, "no secret is written")
    return fail(call.place, f"{secret} is written to the log")


def names_shown(node: syntax.Expr) -> Iterator[str]:
    """Yield the names of what a text shows as it is: variables, attributes and items, alone or inside of a text."""
    if isinstance(node, syntax.Name):
        yield node.id
    elif isinstance(node, syntax.Attribute):
        yield node.attr
    elif isinstance(node, syntax.Subscript):
        yield from (key.value for key in node.index if isinstance(key, syntax.Constant) and isinstance(key.value, str))
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


def is_secret(name: str) -> bool:
    kind = kind_of(name)
    return kind in ("password", "key") or (kind == "token" and not CREDENTIALS.isdisjoint(words_of(name)))


def hidden_names(project: Project) -> frozenset[str]:
    """Return the names of the fields that show as asterisks."""
    fields = [field for schema in project.schemas for field in schema.fields]
    fields += [field for settings in project.settings for field in settings.fields]
    return frozenset(
        field.name
        for field in fields
        if field.type is not None and any(option.is_a(*HIDDEN) for option in field.type.options)
    )

r"""A secret is compared in a time that tells how much of a guess was right.

## Why
`==` stops at the first character that differs. Whoever may guess often enough, and measures, finds a key or a
signature one character after the other.

## Bad
```python
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    api_key: str


settings = Settings()
app = FastAPI()


@app.get("/metrics")
def metrics(x_api_key: Annotated[str, Header()]) -> None:
    if x_api_key != settings.api_key:  # finding
        raise HTTPException(403)
```

```python
import hashlib
import hmac


def is_signed(body: bytes, signature: str, key: bytes) -> bool:
    expected = hmac.new(key, body, hashlib.sha256).hexdigest()
    return expected == signature  # finding
```

## Good
```python
import secrets

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    api_key: str
    token_type: str = "bearer"


settings = Settings()


def may_enter(api_key: str, token_type: str) -> bool:
    if api_key == "" or token_type != settings.token_type:
        return False
    return secrets.compare_digest(api_key, settings.api_key)
```

## Fix
Use `secrets.compare_digest(a, b)`; it takes bytes, or texts of ASCII characters.

## Limits
Looked at are comparisons with a secret of the settings, a constant or the environment, told by its name, and with what
`hmac` gives. Stored passwords are another rule's subject (SEC005).

## References
Python documentation, secrets.compare_digest; FastAPI documentation, HTTP Basic Auth; CWE-208.
"""

from collections.abc import Iterator, Sequence

from fastapi_audit.rule_api import (
    Function,
    Place,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    secrecy,
    skip,
    syntax,
)

SAFE = frozenset({"hmac.compare_digest", "secrets.compare_digest"})
DIGESTS = frozenset({"hmac.digest", "hmac.new().digest", "hmac.new().hexdigest"})
CONFIGURATION = frozenset({"conf", "config", "configuration", "settings"})


@rule("SEC023", severity=Severity.WARNING)
def check(function: Function, project: Project) -> Verdict:
    calls = project.calls_in(function)
    digests = {id(call.node) for call in calls if call.name in DIGESTS}
    place = next(unsafe_comparisons(function, digests), None)
    if place is not None:
        return fail(place, "a secret is compared with `==`, whose time tells how much of a guess was right")
    safe = next((call for call in calls if call.name in SAFE), None)
    return ok(safe.place, f"{safe.name} takes the same time for every guess") if safe is not None else skip


def unsafe_comparisons(function: Function, digests: set[int]) -> Iterator[Place]:
    """Yield where a function compares a secret with something that came in."""
    nodes = function.nodes
    local = names_of_digests(nodes, digests)
    for node in nodes:
        if not isinstance(node, syntax.Compare) or node.ops not in (("==",), ("!=",)):
            continue
        sides = (node.left, node.comparators[0])
        secret = [side for side in sides if is_configured_secret(side) or is_digest(side, digests, local)]
        if len(secret) == 1 and not any(isinstance(side, (syntax.Constant, syntax.Bytes)) for side in sides):
            yield function.module.at(node)


def names_of_digests(nodes: Sequence[syntax.Node], digests: set[int]) -> frozenset[str]:
    """Return the names that are bound to what `hmac` gives."""
    return frozenset(
        target.id
        for node in nodes
        if isinstance(node, syntax.Assign) and is_digest(node.value, digests, frozenset())
        for target in node.targets
        if isinstance(target, syntax.Name)
    )


def is_digest(node: syntax.Expr, digests: set[int], local: frozenset[str]) -> bool:
    return id(node) in digests or (isinstance(node, syntax.Name) and node.id in local)


def is_configured_secret(node: syntax.Expr) -> bool:
    """Say whether an expression reads a secret of the settings, or a constant of its name."""
    if isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute):
        return node.func.attr == "get_secret_value" and is_configured_secret(node.func.value)
    if isinstance(node, syntax.Name):
        return node.id.isupper() and secrecy.kind_of(node.id) is not None
    if not isinstance(node, syntax.Attribute) or secrecy.kind_of(node.attr) is None:
        return False
    owner = node.value
    if isinstance(owner, syntax.Call):
        owner = owner.func
    name = owner.id if isinstance(owner, syntax.Name) else owner.attr if isinstance(owner, syntax.Attribute) else ""
    return name.lower().removeprefix("get_") in CONFIGURATION

r"""A token is read without saying which algorithms may have signed it, or without verifying it.

## Why
What an unverified token says is what the caller wants it to say. Without a list of algorithms the token chooses:
`none`, or a symmetric one with the public key as its secret.

## Bad
```python
import jwt


def read(token: str) -> dict[str, str]:
    return jwt.decode(token, options={"verify_signature": False})  # finding
```

```python
from jose import jwt


def read(token: str, key: str) -> dict[str, str]:
    return jwt.decode(token, key)  # finding
```

```python
import jwt


def read(token: str, key: str) -> dict[str, str]:
    return jwt.decode(token, key, algorithms=["HS256", "none"])  # finding
```

## Good
```python
import jwt


def read(token: str, key: str) -> dict[str, str]:
    return jwt.decode(token, key, algorithms=["HS256"])
```

What is unverified may choose the key that verifies it:

```python
import jwt


def read(token: str, keys: dict[str, str]) -> dict[str, str]:
    issuer = jwt.decode(token, options={"verify_signature": False})["iss"]
    return jwt.decode(token, keys[issuer], algorithms=["RS256"])
```

## Fix
Pass `algorithms=[…]` with those that the issuer uses, and leave the verification on.

## Limits
Reads by PyJWT and python-jose, whose functions are called as such. An unverified read in a function that also verifies
is taken for the choice of a key; one that asks for dates only (`exp`) is fine.

## References
RFC 8725, section 3.1; PyJWT documentation, Reading the Claimset without Validation; CWE-347.
"""

from fastapi_audit.rule_api import (
    Call,
    Collection,
    Confidence,
    DictValue,
    Known,
    OneOf,
    Priority,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

from ._tokens import algorithms_of, key_of

READS = ("jwt.decode", "jose.jwt.decode")
DATES = ("exp", "iat", "nbf")
UNVERIFIED = ("jose.jwt.get_unverified_claims",)


@rule("SEC003", severity=Severity.ERROR, priority=Priority.P0)
def check(call: Call, project: Project) -> Verdict:
    if call.name not in (*READS, *UNVERIFIED):
        return skip
    if call.name in UNVERIFIED or verifies(call) is False:
        if is_followed_by_a_proof(call, project):
            return ok(call.place, "the claims choose the key that the token is verified with")
        if reads_nothing_but_dates(call, project):
            return ok(call.place, "nothing is believed but dates")
        return fail(call.place, "a token is read without verifying its signature", confidence=Confidence.MEDIUM)
    algorithms = algorithms_of(call)
    if algorithms is None and (key_of(call) is None or is_open(call)):
        return unknown(call.place, "how the token is verified is passed on from elsewhere")
    if algorithms is None:
        return fail(call.place, "a token is read without saying which algorithms may have signed it")
    if any(isinstance(name, Known) and str(name.value).lower() == "none" for name in algorithms):
        return fail(call.place, "a token is read that nobody need have signed: the algorithm `none` is allowed")
    if verifies(call) is None:
        return unknown(call.place, "whether the signature is verified is not known")
    return ok(call.place, "the algorithms are given and the signature is verified")


def verifies(call: Call) -> bool | None:
    """Say whether a call verifies the signature; None when its options are not known."""
    if is_false(call.named.get("verify")):
        return False
    options = call.argument(3, "options")
    if options is None or (isinstance(options, Known) and options.value is None):
        return True
    tables = options.options if isinstance(options, OneOf) else (options,)
    found = {verdict_of(table) if isinstance(table, DictValue) else None for table in tables}
    return found.pop() if len(found) == 1 else None


def verdict_of(options: DictValue) -> bool | None:
    value = options.get("verify_signature")
    if value is None:
        return None if options.is_open else True
    return value.value is not False if isinstance(value, Known) and not value.is_default else None


def is_false(value: object) -> bool:
    return isinstance(value, Known) and value.value is False and not value.is_default


def is_open(call: Call) -> bool:
    """Say whether more arguments may come in by `*` or `**`."""
    return any(isinstance(value, Collection) and value.is_open for value in call.positional) or has_star(call)


def has_star(call: Call) -> bool:
    return any(argument.star for argument in getattr(call.node, "args", ()))


def reads_nothing_but_dates(call: Call, project: Project) -> bool:
    """Say whether the function asks for claims by name, and for none that says who the caller is."""
    reads = project.calls_in(call.function) if call.function is not None else ()
    asked = [read.argument(0, "key") for read in reads if read.name == f"{call.name}().get"]
    return bool(asked) and all(isinstance(name, Known) and name.value in DATES for name in asked)


def is_followed_by_a_proof(call: Call, project: Project) -> bool:
    others = project.calls_in(call.function) if call.function is not None else ()
    return any(other.name in READS and verifies(other) is True for other in others)

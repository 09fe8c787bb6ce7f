r"""Passwords are stored as they are, or hashed with a function that is made to be fast.

## Why
Databases get stolen. MD5 and the SHA family try billions of passwords a second on one graphics card, salted or not;
functions made for passwords (Argon2, bcrypt, scrypt, PBKDF2) are slow on purpose.

## Bad
```python
import hashlib


def hash_password(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()  # finding
```

```python
from dataclasses import dataclass


@dataclass
class User:
    name: str
    password: str


def log_in(user: User, password: str) -> bool:
    return user.password == password  # finding
```

## Good
```python
from pwdlib import PasswordHash

hasher = PasswordHash.recommended()


def hash_password(password: str) -> str:
    return hasher.hash(password)
```

Hashing something else with SHA-256 is fine, and so are a password that is repeated, and one that is made shorter for
bcrypt:

```python
import hashlib

import bcrypt


def etag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def hash_password(password: str) -> bytes:
    return bcrypt.hashpw(hashlib.sha256(password.encode()).digest(), bcrypt.gensalt())


def check_sign_up(password: str, password_confirm: str) -> bool:
    return password == password_confirm
```

## Fix
Use `pwdlib` with Argon2 (`PasswordHash.recommended()`), and hash anew at the next log-in.

## Limits
What is a password is told by the names in the call, and by those that callers pass. Hashes of tokens and keys, which
are random, are no subject.

## References
OWASP Password Storage Cheat Sheet; CWE-916; CWE-256.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    BoundExternal,
    Call,
    Collection,
    External,
    ExternalObject,
    Function,
    Known,
    Place,
    Priority,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    secrecy,
    skip,
    syntax,
    tree,
)

SLOW = frozenset({
    "argon2.PasswordHasher.hash", "argon2.PasswordHasher.verify", "argon2.hash_password", "bcrypt.checkpw",
    "bcrypt.hashpw", "hashlib.pbkdf2_hmac", "hashlib.scrypt", "passlib.context.CryptContext.hash",
    "passlib.context.CryptContext.verify", "passlib.context.CryptContext.verify_and_update",
    "pwdlib.PasswordHash.hash", "pwdlib.PasswordHash.verify", "pwdlib.PasswordHash.verify_and_update",
    "werkzeug.security.check_password_hash", "werkzeug.security.generate_password_hash",
})  # fmt: skip
FAST = frozenset({
    "blake2b", "blake2s", "md5", "new", "sha1", "sha224", "sha256", "sha384", "sha3_224", "sha3_256", "sha3_384",
    "sha3_512", "sha512",
})  # fmt: skip
WEAK_SCHEMES = frozenset({
    "apr_md5_crypt", "des_crypt", "hex_md5", "hex_sha1", "hex_sha256", "hex_sha512", "ldap_md5", "ldap_sha1",
    "md5_crypt", "mysql323", "mysql41", "nthash", "plaintext", "sha1_crypt",
})  # fmt: skip
INPUTS = frozenset({"again", "confirm", "confirmation", "current", "new", "old", "repeat", "repeated", "retype"})
CONFIGURATION = frozenset({"conf", "config", "configuration", "env", "settings"})


@rule("SEC005", severity=Severity.ERROR, priority=Priority.P0)
def check(function: Function, project: Project) -> Verdict:
    calls = project.calls_in(function)
    slow = next(((call, name) for call in calls for name in names_in(call) if name in SLOW), None)
    if slow is not None:
        context = weak_context(project) if "CryptContext" in slow[1] else None
        if context is not None:
            return fail(context.place, "passwords are hashed with a scheme that is made to be fast")
        return ok(slow[0].place, f"{slow[1]} is made for passwords")
    fast = next((call for call in calls if is_fast(call) and takes_password(call, function, project)), None)
    if fast is not None:
        return fail(fast.place, "a password is hashed with a function that is made to be fast")
    place = next(plain_comparisons(function), None)
    return fail(place, "a stored password is compared as it is: it is not hashed") if place is not None else skip


def names_in(call: Call) -> Iterator[str]:
    """Yield what is called, and what is handed on to be called (`asyncio.to_thread(hasher.hash, password)`)."""
    yield call.name or ""
    for value in call.positional:
        if isinstance(value, External):
            yield value.name
        elif isinstance(value, BoundExternal) and isinstance(value.owner, ExternalObject):
            made_by = value.owner.call.name.removesuffix(".recommended") if value.owner.call is not None else ""
            yield f"{value.owner.type or made_by}.{value.name}"


def weak_context(project: Project) -> Call | None:
    """Return the passlib context whose first scheme, the one that new hashes get, is a fast one."""
    for call in project.calls:
        schemes = call.argument(0, "schemes") if call.name == "passlib.context.CryptContext" else None
        first = schemes.items[0] if isinstance(schemes, Collection) and schemes.items else None
        if isinstance(first, Known) and first.value in WEAK_SCHEMES:
            return call
    return None


def is_fast(call: Call) -> bool:
    owner, _, name = (call.name or "").removesuffix(".update").removesuffix("()").rpartition(".")
    return owner == "hashlib" and name in FAST


def takes_password(call: Call, function: Function, project: Project) -> bool:
    """Say whether a call is given a password: by the names in it, or by those that callers pass to the function."""
    if is_about_leaks(function):
        return False
    if names_password(call):
        return True
    arguments = call.node.args if isinstance(call.node, syntax.Call) else ()
    given = {name.id for name in tree.descendants(arguments) if isinstance(name, syntax.Name)}
    if given.isdisjoint(parameter.name for parameter in function.node.params):
        return False
    return any(names_password(other) for other in project.calls if other.target is function)


def names_password(call: Call) -> bool:
    arguments = call.node.args if isinstance(call.node, syntax.Call) else ()
    return any(is_password(name) for name in map(tree.name_of, tree.descendants(arguments)) if name is not None)


def is_about_leaks(function: Function) -> bool:
    """Say whether a function asks a list of leaked passwords, which wants a part of the SHA-1."""
    return any(
        isinstance(node, syntax.Constant) and isinstance(node.value, str) and "pwnedpasswords" in node.value
        for node in function.nodes
    )


def is_password(name: str) -> bool:
    return secrecy.kind_of(name) == "password"


def plain_comparisons(function: Function) -> Iterator[Place]:
    """Yield where a stored password is compared with one that came in."""
    for node in function.nodes:
        if not isinstance(node, syntax.Compare) or node.ops not in (("==",), ("!=",)):
            continue
        sides = (node.left, node.comparators[0])
        names = [tree.name_of(side) for side in sides]
        if any(name is None or not is_password(name) or set(secrecy.words_of(name)) & INPUTS for name in names):
            continue
        owners = [tree.name_of(side.value) if isinstance(side, syntax.Attribute) else None for side in sides]
        is_stored = owners[0] != owners[1] and not any(owner in CONFIGURATION for owner in owners)
        if is_stored and not any((name or "").isupper() for name in names):
            yield function.module.at(node)

"""Which fields hold what no client may see: by their names, word by word, and by types that can hold it."""

from __future__ import annotations

import re

from fastapi_audit.rule_api import Field, TypeRef

PASSWORDS = (
    ("password",), ("passwd",), ("pwd",), ("passphrase",), ("password", "hash"), ("passwd", "hash"), ("pwd", "hash"),
    ("pw", "hash"), ("password", "digest"), ("password", "salt"), ("salt",), ("cvv",), ("ssn",),
)  # fmt: skip
KEYS = (
    ("api", "key"), ("api", "secret"), ("secret", "key"), ("private", "key"), ("signing", "key"), ("encryption", "key"),
    ("totp", "secret"), ("otp", "secret"), ("mfa", "secret"), ("access", "token"), ("refresh", "token"),
    ("session", "token"), ("auth", "token"), ("api", "token"),
)  # fmt: skip
VAGUE = (("secret",), ("token",))
# A password that the service has chosen must be shown to somebody once.
MADE = frozenset({"new", "temp", "temporary", "generated", "initial"})
# What carries a caller on, and protects nothing.
HARMLESS = frozenset({"continuation", "csrf", "cursor", "next", "page", "previous", "prev", "sync"})
TEXTS = frozenset({"str", "bytes", "?", "typing.Any"})


def kind_of(field: Field) -> str | None:
    """Return what the name of a field promises: "password", "key" or, where it says too little, "vague"."""
    words = words_of(field.name)
    if not HARMLESS.isdisjoint(words):
        return None
    for kind, tails in (("password", PASSWORDS), ("key", KEYS), ("vague", VAGUE)):
        if any(words[-len(tail) :] == tail for tail in tails):
            return "key" if kind == "password" and not MADE.isdisjoint(words) else kind
    return None


def holds_text(type_: TypeRef | None) -> bool:
    """Say whether a field can hold a text that is written out; `SecretStr` is masked, a flag tells nothing."""
    return type_ is not None and any(option.name in TEXTS for option in type_.options)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case: `passwordHash` and `password_hash` are two."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return tuple(word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word)

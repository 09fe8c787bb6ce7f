"""JSON Web Tokens: the calls that make and read them, with their arguments."""

from __future__ import annotations

from fastapi_audit.rule_api import Call, Collection, Known, Value

ENCODES = {"jwt.encode": (0, 1, 2), "jose.jwt.encode": (0, 1, 2), "authlib.jose.jwt.encode": (1, 2, None)}
DECODES = {"jwt.decode": (1, 2), "jose.jwt.decode": (1, 2), "authlib.jose.jwt.decode": (1, None)}
ASYMMETRIC = ("RS", "ES", "PS", "Ed")


def claims_of(call: Call) -> Value | None:
    """Return the claims that a token is made of; None when the call makes none."""
    positions = ENCODES.get(call.name or "")
    return call.argument(positions[0], "payload", "claims") if positions is not None else None


def key_of(call: Call) -> Value | None:
    """Return the key that a token is signed or verified with; None when the call does neither."""
    name = call.name or ""
    position = ENCODES[name][1] if name in ENCODES else DECODES[name][0] if name in DECODES else None
    return call.argument(position, "key") if position is not None else None


def algorithms_of(call: Call) -> list[Value] | None:
    """Return the algorithms that a token may be signed with; None when the call does not say."""
    name = call.name or ""
    position = ENCODES[name][2] if name in ENCODES else DECODES[name][1] if name in DECODES else None
    value = call.argument(position, "algorithms", "algorithm")
    if value is None or (isinstance(value, Known) and value.value is None):
        return None
    return list(value.items) if isinstance(value, Collection) else [value]


def is_asymmetric(call: Call) -> bool:
    """Say whether every algorithm takes a pair of keys, so that no secret is shared."""
    names = [value.value if isinstance(value, Known) else None for value in algorithms_of(call) or ()]
    return bool(names) and all(isinstance(name, str) and name.startswith(ASYMMETRIC) for name in names)

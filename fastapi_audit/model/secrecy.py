"""What a secret looks like: by the shape of a value, and by a name together with a value that is no mere word."""

from __future__ import annotations

import re
from math import log2
from urllib.parse import urlsplit

SHAPES = {
    "an AWS access key": r"\b(?:AKIA|ASIA)(?![0-9A-Z]*EXAMPLE)[0-9A-Z]{16}\b",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})",
    "a GitLab token": r"\bglpat-[\w-]{20,}",
    "a Slack token": r"\bxox[abeoprs]-[0-9]+-[0-9A-Za-z-]{10,}",
    "a Slack webhook": r"https://hooks\.slack\.com/services/T\w+/B\w+/\w{20,}",
    "a Stripe key": r"\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,}",
    "a Stripe webhook secret": r"\bwhsec_[0-9A-Za-z+/]{24,}",
    "a Google API key": r"\bAIza[0-9A-Za-z_-]{35}",
    "a SendGrid key": r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
    "an OpenAI key": r"\bsk-(?:proj-)?(?=\w*[0-9])[A-Za-z0-9_]{32,}",
    "an Anthropic key": r"\bsk-ant-[\w-]{24,}",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "a PyPI token": r"\bpypi-AgEIcHlwaS5vcmc[\w-]{20,}",
    "a JSON Web Token": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{10,}",
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*\S{20,}",
}  # fmt: skip
PASSWORDS = (("pass",), ("passphrase",), ("passwd",), ("password",), ("pw",), ("pwd",))
KEYS = (
    ("auth", "key"), ("encryption", "key"), ("fernet", "key"), ("hmac", "key"), ("jwt", "key"), ("master", "key"),
    ("pepper",), ("private", "key"), ("secret",), ("secret", "key"), ("secretkey",), ("session", "key"),
    ("signing", "key"),
)  # fmt: skip
TOKENS = (("access", "key"), ("api", "key"), ("apikey",), ("credential",), ("credentials",), ("token",))
PLACEHOLDERS = re.compile(
    r"your|example|placeholder|replace|insert|dummy|redacted|sample|todo|fixme|x{3,}|\*{3,}|\.{3}|^<.*>$|[${}%(\[]|^\^",
    re.IGNORECASE,
)
REFERENCES = re.compile(
    r"^(?:[./~]|https?://|arn:|vault:|ssm:|env:|projects/)|\.(?:pem|key|crt|json|ya?ml|env|txt|html)$"
)
# Keys that identify a project to a service and are sent to every browser: PostHog, Stripe, Mapbox.
PUBLIC_KEYS = re.compile(r"^(?:phc_|pk_(?:live|test)_|pk\.eyJ)")
HASHES = re.compile(r"^\$(?:2[aby]|argon2\w*|pbkdf2\S*|scrypt|6)\$|^pbkdf2_")
WEAK = re.compile(
    r"(?:super|my|very|top|ultra)\W*(?:secret|key|jwt)|change\W*(?:me|this|it)|^secret$|keyboard\W*cat", re.I
)
NAME_LIKE = re.compile(r"[A-Za-z]+[0-9]?(?:[ _.:/-][A-Za-z]+[0-9]?)*")
DEFAULTS = frozenset({
    "admin", "changeme", "example", "guest", "pass", "passwd", "password", "postgres", "root", "secret", "test", "user",
})  # fmt: skip
LOOPBACK = re.compile(r"localhost|127\.0\.0\.1|0\.0\.0\.0|::1|host\.docker\.internal")
LOCAL = re.compile(r"[\w-]+|.*\.(?:local|localhost|test)")
EXAMPLE = re.compile(r"(?:.*\.)?example(?:\.\w+)?|.*\.invalid|host(?:name)?|server", re.I)
LEAST_BITS = 3.0
TEMPLATES = re.compile(r"example|sample|template|dist\b|default|test|(?:^|[._/-])ci\b|local\.dev|dummy", re.IGNORECASE)


def is_template(path: str) -> bool:
    """Say whether a file of variables is meant to be copied and filled in, or is for tests, by its path."""
    return TEMPLATES.search(path) is not None


def is_secret(name: str, value: str) -> bool:
    """Say whether a variable of the environment holds a secret, by the shape of its value or by its name."""
    kind = kind_of(name)
    return shape_of(value) is not None or (kind is not None and is_real(kind, name, value))


def shape_of(value: str) -> str | None:
    """Return what a value is by its shape: a token of a provider, a key, a URL with a password; None if nothing."""
    for kind, pattern in SHAPES.items():
        if re.search(pattern, value):
            return kind
    return "a URL with a password" if has_credentials(value) else None


def has_credentials(value: str) -> bool:
    """Say whether a text is a URL with a real password; those of development on the own machine are none."""
    if not re.match(r"[a-z][a-z0-9+.-]*://[^\s/@]*:[^\s/@]+@", value):
        return False
    try:
        parts = urlsplit(value)
        user, password, host = parts.username or "", parts.password or "", parts.hostname or ""
    except ValueError:
        return False
    if (
        LOOPBACK.fullmatch(host)
        or PLACEHOLDERS.search(password)
        or EXAMPLE.fullmatch(host)
        or password in ("password", "pass", "pwd")
    ):
        return False
    is_default = password in DEFAULTS or password == user or (password.isalpha() and len(password) <= 8)
    return not (is_default and LOCAL.fullmatch(host))


def kind_of(name: str) -> str | None:
    """Return what a name promises by its last words: "password", "key" or "token"; None for no secret."""
    words = tuple(words_of(name))
    if {"hash", "hashed", "public", "hint", "placeholder"} & set(words):
        return None
    for kind, tails in (("password", PASSWORDS), ("key", KEYS), ("token", TOKENS)):
        if any(words[-len(tail) :] == tail for tail in tails):
            return kind
    return None


def words_of(name: str) -> list[str]:
    """Return the words of a name in lower case: `clientSecret`, `CLIENT_SECRET` and `client-secret` are two."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]


def is_real(kind: str, name: str, value: str) -> bool:
    """Say whether a value under the name of a secret of this kind is one, and no placeholder, word or reference."""
    if len(value) < 6 or re.search(r"\s", value) or words_of(value) == words_of(name):
        return False
    if PLACEHOLDERS.search(value) or names_something(value) or HASHES.search(value) or len(set(value)) < 3:
        return False
    if kind == "token":
        return len(value) >= 16 and has_mixture(value) and not NAME_LIKE.fullmatch(value) and bits(value) >= LEAST_BITS
    if re.fullmatch(r"[A-Za-z]+(?:[ _.:/-][A-Za-z]+)*", value):
        return is_random_word(value) or (kind == "key" and value.isalpha() and len(value) >= 16)
    return has_mixture(value)


def names_something(value: str) -> bool:
    """Say whether a value tells where a secret is kept, or identifies somebody to a service that asks for no proof."""
    return REFERENCES.search(value) is not None or PUBLIC_KEYS.match(value) is not None


def is_weak(kind: str, value: str) -> bool:
    """Say whether a value is one of those that everybody tries first, and that a program works with."""
    return (kind == "key" and WEAK.search(value) is not None) or (kind == "password" and value in DEFAULTS)


def has_mixture(value: str) -> bool:
    """Say whether a value holds more than letters and separators."""
    return re.search(r"[A-Za-z]", value) is not None and re.search(r"[^A-Za-z\s_.:/-]", value) is not None


def is_random_word(value: str) -> bool:
    """Say whether a word without separators is too long and too mixed to be one that people write."""
    return value.isalpha() and len(value) >= 20 and not value.islower() and bits(value) >= LEAST_BITS + 0.8


def bits(value: str) -> float:
    """Return the entropy of a text, in bits for each character."""
    shares = [value.count(character) / len(value) for character in set(value)]
    return -sum(share * log2(share) for share in shares)

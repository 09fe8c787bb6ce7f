"""The values of string and number tokens, without `ast`: the same on every interpreter."""

from __future__ import annotations

import re
import unicodedata

_ESCAPE = re.compile(
    r"\\(?:(\r\n|\r|\n)|([\\'\"abfnrtv])|([0-7]{1,3})|x([0-9a-fA-F]{2})"
    r"|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^}]+)\})"
)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LARGEST = 2**63 - 1


def string_value(token: str) -> str | bytes:
    """Return what a string token such as `r"a"` or `b'x'` means. Unpaired surrogates become question marks."""
    prefix, text = _split(token)
    text = unescape(text, is_raw="r" in prefix)
    if "b" in prefix:
        return text.encode("latin-1", "replace")
    return text


def unescape(text: str, *, is_raw: bool) -> str:
    """Resolve the escapes of a string's inner text."""
    text = text.replace("\r\n", "\n")
    if is_raw or "\\" not in text:
        return text
    return _ESCAPE.sub(_character, text).encode("utf-8", "replace").decode("utf-8")


def number_value(token: str) -> int | float | None:
    """Return an integer or float token's value; None when it does not fit into 64 bits or is no plain number."""
    text = token.replace("_", "")
    try:
        value = int(text, 0)
    except ValueError:
        return _float_value(text)
    return value if value <= _LARGEST else None


def _float_value(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _split(token: str) -> tuple[str, str]:
    start = min(token.index(quote) for quote in "'\"" if quote in token)
    prefix, body = token[:start].lower(), token[start:]
    width = 3 if body[:3] in ('"""', "'''") and len(body) >= 6 else 1
    return prefix, body[width:-width]


def _character(match: re.Match[str]) -> str:
    newline, simple, octal, *codes, name = match.groups()
    if newline is not None:
        return ""
    if simple is not None:
        return _SIMPLE.get(simple, simple)
    if octal is not None:
        return chr(int(octal, 8))
    if name is not None:
        return _named(name, match.group())
    code = int(next(code for code in codes if code is not None), 16)
    return chr(code) if code <= 0x10FFFF else match.group()


def _named(name: str, otherwise: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return otherwise

"""Which databases the URLs in tests and application name: one for tests, a local one, another, or one not known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi_audit.rule_api import (
    Call,
    ExternalObject,
    Known,
    Project,
    Template,
    Value,
    options_of,
    syntax,
    texts,
    tree,
)

UNKNOWN_PART = "\0"
SCHEME = re.compile(r"[a-z][a-z0-9+.]*://", re.IGNORECASE)
RESERVED = (".example", ".example.com", ".example.org", ".internal", ".invalid", ".local", ".localhost", ".test")
MAKERS = ("URL.create", "Dsn.build", "Url.build", "make_url")


class Database(Enum):
    """What a URL says about a database."""

    OF_TESTS = "of tests"
    LOCAL = "local"
    REMOTE = "remote"
    UNKNOWN = "unknown"


def database_of(text: str) -> Database:
    """Return what a URL, with unknown parts marked, says about its database."""
    scheme, separator, rest = text.partition("://")
    if not separator or not SCHEME.match(text):
        return Database.OF_TESTS if "test" in text.lower() or text == ":memory:" else Database.UNKNOWN
    if "test" in rest.lower():
        return Database.OF_TESTS
    if scheme.lower().startswith(("sqlite", "duckdb")):
        return _of_file(rest)
    host = _host_of(text)
    if host is None or UNKNOWN_PART in host or (UNKNOWN_PART in rest and not host):
        return Database.UNKNOWN
    return Database.LOCAL if _is_local(host) else Database.REMOTE


def _of_file(path: str) -> Database:
    name = path.partition("?")[0].strip("/")
    if not name or ":memory:" in path or "mode=memory" in path:
        return Database.OF_TESTS
    return Database.UNKNOWN if UNKNOWN_PART in name else Database.LOCAL


def _host_of(text: str) -> str | None:
    try:
        return urlsplit(re.sub(r"^[^:]+", "scheme", text)).hostname or ""
    except ValueError:
        return None


def _is_local(host: str) -> bool:
    """Say whether a host is this machine, one of a private network, or a container by its name."""
    if "." not in host and ":" not in host:
        return True
    if host.endswith(RESERVED):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def urls_of(call: Call) -> Iterator[tuple[str, bool]]:
    """Yield the URLs that a call connects with, and whether the environment may replace each; none if it is unseen."""
    keyword = texts("testing", "connecting").get(call.name or "")
    given = call.argument(0, keyword) if keyword is not None else None
    for option in options_of(given) if given is not None else ():
        text, is_default = text_of(option)
        yield (text if UNKNOWN_PART not in text else text + _names_in(call)), is_default


def _names_in(call: Call) -> str:
    """Return the names and texts in what a call is given: they may say that it is for tests."""
    node = call.node
    inner = tree.descendants(argument.value for argument in node.args) if isinstance(node, syntax.Call) else ()
    said = (str(one.value) if isinstance(one, syntax.Constant) else tree.name_of(one) for one in inner)
    return " ".join(filter(None, said))


def text_of(value: Value) -> tuple[str, bool]:
    """Return a value as text with its unknown parts marked, and whether the environment may replace it."""
    if isinstance(value, Known):
        return str(value.value), value.is_default
    if isinstance(value, Template):
        parts = [(part, False) if isinstance(part, str) else text_of(part) for part in value.parts]
        return "".join(text for text, _ in parts), value.is_default or any(is_default for _, is_default in parts)
    if isinstance(value, ExternalObject) and value.call is not None and value.call.name.endswith(MAKERS):
        return _of_parts(value)
    return UNKNOWN_PART, False


def _of_parts(value: ExternalObject) -> tuple[str, bool]:
    """Return the text of a URL that is made from its parts, or from another one."""
    made = value.call
    if made is None:
        return UNKNOWN_PART, False
    first = made.argument(0, "name_or_url", "drivername", "scheme")
    if made.name.endswith("make_url"):
        return text_of(first) if first is not None else (UNKNOWN_PART, False)
    named = [made.argument(None, *names) for names in (("host",), ("database", "path", "db"))]
    parts = [text_of(part) if part is not None else ("", False) for part in (first, *named)]
    scheme, host, name = (text for text, _ in parts)
    return f"{scheme}://{host}/{name}", any(is_default for _, is_default in parts)


def connecting_calls(project: Project) -> Iterator[Call]:
    """Yield the calls with which the tests connect with databases."""
    return (call for call in project.suite.calls if call.name in texts("testing", "connecting"))


def own_engines(project: Project) -> Iterator[Call]:
    """Yield the calls with which the application does."""
    return (call for call in project.calls if call.name in texts("testing", "connecting"))

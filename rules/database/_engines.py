"""Engines of SQLAlchemy: which calls make one, and what their URL says about the driver."""

from collections.abc import Iterator

from fastapi_audit.rule_api import Call, ExternalObject, Known, Project, Template, Value, options_of, texts

WRAPPER = "sqlalchemy.ext.asyncio.AsyncEngine"
MAKERS = ("sqlalchemy.engine.url.make_url", "sqlalchemy.make_url", "sqlalchemy.engine.make_url")
SCHEMES = ("drivername", "scheme")
BUILDERS = ("URL.create", "Dsn.build", "Url.build")


def engine_kind(call: Call, project: Project) -> str | None:
    """Return "sync" or "async" for a call that makes an engine, None for another one.

    A plain engine that `AsyncEngine(…)` wraps is an asynchronous one.
    """
    kind = texts("sessions", "engines").get(call.name or "")
    if kind != "sync":
        return kind
    wrapped = (other.argument(0, "sync_engine") for other in project.calls if other.name == WRAPPER)
    made = (value.call.node for value in wrapped if isinstance(value, ExternalObject) and value.call is not None)
    return "async" if any(node is call.node for node in made) else "sync"


def drivers(url: Value | None) -> list[str | None]:
    """Return what stands in front of "://" in each URL that a value may be; None where that is not known."""
    return [None] if url is None else [_driver(option) for option in options_of(url)]


def _driver(url: Value) -> str | None:
    if isinstance(url, Known):
        return _scheme(url.value)
    if isinstance(url, Template):
        is_changed = any(isinstance(part, Known) for part in url.parts)  # by a method of the text, in a way not known
        return None if is_changed else _scheme(url.parts[0])
    if not isinstance(url, ExternalObject):
        return None
    return next((found for value in _sources(url) for found in drivers(value)), None)


def _sources(url: ExternalObject) -> Iterator[Value]:
    """Yield what a URL was made from: another one, or the name of its driver."""
    if url.type == "str":
        yield from url.arguments
    if url.call is None:
        return
    first = url.call.argument(0, "name_or_url", *SCHEMES)
    if url.call.name in MAKERS and first is not None:
        yield first
    if url.call.name.endswith(BUILDERS) and isinstance(first, Known):
        yield Known(f"{first.value!s}://", first.is_default)


def _scheme(text: object) -> str | None:
    head, separator, _ = text.partition("://") if isinstance(text, str) else ("", "", "")
    return head.lower() if separator else None


def is_default(url: Value | None) -> bool:
    """Say whether the environment may replace a URL."""
    return (
        any(isinstance(option, (Known, Template)) and option.is_default for option in options_of(url)) if url else True
    )

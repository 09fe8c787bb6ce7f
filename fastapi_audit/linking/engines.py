"""Calls → the engines of SQLAlchemy, the pools and the addresses of databases, with what URLs say of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.facts.tools import Alembic
from fastapi_audit.knowledge.tables import texts
from fastapi_audit.model.code import Call
from fastapi_audit.model.engines import DatabaseAddress, Engine, Pool, is_replaceable
from fastapi_audit.model.place import place_at
from fastapi_audit.model.values import ExternalObject, Known, Template, Value, options_of

WRAPPER = "sqlalchemy.ext.asyncio.AsyncEngine"
ENGINE_OPTIONS = "pool_size max_overflow poolclass pool"
MAKERS = ("sqlalchemy.engine.url.make_url", "sqlalchemy.make_url", "sqlalchemy.engine.make_url")
SCHEMES = ("drivername", "scheme")
BUILDERS = ("URL.create", "Dsn.build", "Url.build")


def engines_of(calls: Sequence[Call], distributions: Collection[str]) -> list[Engine]:
    """Return the engines that calls make; `distributions` are those that the service asks for.

    A plain engine that `AsyncEngine(…)` wraps is an asynchronous one.
    """
    given = (call.argument(0, "sync_engine") for call in calls if call.name == WRAPPER)
    wrapped = {id(value.call.node) for value in given if isinstance(value, ExternalObject) and value.call is not None}
    found = []
    for call in calls:
        kind = texts("sessions", "engines").get(call.name or "")
        if kind is not None:
            found.append(_engine(call, "async" if id(call.node) in wrapped else kind, distributions))
    return found


def _engine(call: Call, kind: str, distributions: Collection[str]) -> Engine:
    url = call.argument(0, "url")
    drivers = tuple(_drivers(url))
    dialects = {_dialect(driver) for driver in drivers}
    if None in drivers or url is None or is_replaceable(url):
        installed = {_dialect(driver) for driver in _installed(distributions, kind)}
        dialects = (dialects - {None} | installed) or {None}
    return Engine(call, kind, url, drivers, frozenset(dialects), _is_open(call))


def pools_of(calls: Sequence[Call], engines: Sequence[Engine]) -> list[Pool]:
    """Return the pools of engines, and those that calls make without SQLAlchemy."""
    found = [Pool(engine.call, _sizes(engine.call), engine.is_open, engine) for engine in engines]
    found += [Pool(call, _sizes(call), _is_open(call)) for call in calls if call.name in texts("sessions", "pools")]
    return sorted(found, key=lambda pool: pool.place)


def addresses_of(calls: Sequence[Call], evidence: Mapping[str, EvidenceFacts]) -> list[DatabaseAddress]:
    """Return the URLs of databases: what calls are given, and those in the configuration of migrations."""
    found = [
        DatabaseAddress(place_at(path, facts.url.pos), Known(facts.url.value))
        for path, facts in evidence.items()
        if isinstance(facts, Alembic) and facts.url is not None
    ]
    for call in calls:
        position, _, name = texts("sessions", "addresses").get(call.name or "", "").rpartition(" ")
        url = call.argument(int(position) if position else None, name) if name else None
        if url is not None:
            found.append(DatabaseAddress(call.place, url, call))
    return sorted(found, key=lambda address: address.place)


def _sizes(call: Call) -> dict[str, Value]:
    options = texts("sessions", "pools").get(call.name or "", ENGINE_OPTIONS).split()
    return {name: value for name, value in call.named.items() if name in options}


def _is_open(call: Call) -> bool:
    """Say whether `**` may have given more arguments than are known."""
    made = call.result.call if isinstance(call.result, ExternalObject) else None
    return made is None or made.is_open


def _installed(distributions: Collection[str], kind: str) -> Iterator[str]:
    """Yield the drivers for a kind of engine that a service asks for."""
    for name, driver in texts("sessions", "distributions").items():
        if name in distributions and texts("sessions", "drivers").get(driver, kind) == kind:
            yield driver


def _dialect(driver: str | None) -> str | None:
    return driver.partition("+")[0] if driver is not None else None


def _drivers(url: Value | None) -> list[str | None]:
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
    return next((found for value in _sources(url) for found in _drivers(value)), None)


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

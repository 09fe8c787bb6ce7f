"""The tables themselves: well formed, sourced, without doubles, under canonical names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import cast

import msgspec
import pytest

from fastapi_audit.knowledge import clients, effects, offloading
from fastapi_audit.knowledge.calls import call_knowledge
from fastapi_audit.knowledge.tables import Entry, table, texts
from fastapi_audit.linking.names import canonical

EFFECTS = ("blocking", "processor")
CALLS = (*EFFECTS, "offloading", "clients")


def listed(subject: str) -> Iterator[str]:
    """Yield the names of a table of effects as often as they stand in it."""
    for section in table(subject).values():
        yield from cast("list[str]", section.get("functions", []))
        yield from cast("list[str]", section.get("except", []))
        for owner, methods in cast("dict[str, list[str]]", section.get("methods", {})).items():
            yield from (f"{owner}.{method}" for method in methods)


def doubles(names: Iterator[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


@pytest.mark.parametrize("subject", CALLS)
def test_every_section_has_a_source_to_look_up(subject: str) -> None:
    sources = {name: str(section.get("source", "")) for name, section in table(subject).items()}

    assert [name for name, source in sources.items() if not source.startswith(("https://", "http://pycurl.io/"))] == []


@pytest.mark.parametrize("subject", EFFECTS)
def test_no_effect_is_said_twice(subject: str) -> None:
    assert doubles(listed(subject)) == []


def test_no_client_is_said_twice() -> None:
    also = (cast("list[str]", section.get("also", [])) for section in table("clients").values())

    assert doubles(chain(table("clients"), *also)) == []


def test_no_offload_is_said_twice() -> None:
    sections = (cast(Entry, section["names"]) for section in table("offloading").values())

    assert doubles(name for section in sections for name in section) == []


def test_a_call_either_waits_or_works() -> None:
    assert sorted(set(listed("blocking")) & set(listed("processor"))) == []


@pytest.mark.parametrize("subject", EFFECTS)
def test_the_names_of_effects_are_canonical(subject: str) -> None:
    assert [name for name in listed(subject) if canonical(name) != name] == []


def test_the_names_of_offloads_clients_and_types_are_canonical() -> None:
    knowledge = call_knowledge()
    types = chain.from_iterable(texts("types", section) for section in ("returns", "enters", "items", "fluent"))
    names = chain(knowledge.offloading_calls, knowledge.client_calls, table("database"), types)

    assert [name for name in names if canonical(name) != name] == []


def test_what_calls_return_has_a_canonical_name() -> None:
    returned = chain(texts("types", "returns").values(), texts("types", "enters").values())

    assert [name for name in returned if canonical(name) != name] == []


def test_aliases_lead_to_canonical_names() -> None:
    assert [name for name in texts("names", "objects").values() if canonical(name) != name] == []


def test_data_access_is_not_among_other_blocking_calls() -> None:
    accesses = (
        f"{owner}.{method}"
        for owner, entry in table("database").items()
        for method in cast("list[str]", entry.get("waits", []))
    )

    assert [name for name in accesses if call_knowledge().blocking(name) is not None] == []


def test_the_entries_of_data_access_are_well_formed() -> None:
    keys = {"driver", "like", "methods", "waits", "statements", "text", "orm", "repository"}
    entries = table("database")

    assert {name: sorted(entry.keys() - keys) for name, entry in entries.items() if entry.keys() - keys} == {}
    assert [name for name, entry in entries.items() if entry.get("driver", "sync") not in ("sync", "async")] == []
    assert [name for name, entry in entries.items() if entry.get("like", name) not in entries] == []
    assert [name for name, entry in entries.items() if not entry.keys() & {"driver", "like"}] == []


def test_a_timeout_is_a_number_or_false() -> None:
    assert [name for name, client in call_knowledge().client_calls.items() if client.timeout is True] == []


def test_a_timeout_says_where_it_is_set() -> None:
    timed = {name: client for name, client in call_knowledge().client_calls.items() if client.timeout is not None}

    assert timed
    assert [name for name, client in timed.items() if not client.timeout_arguments] == []


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ({"subject": "http", "source": "s", "instead": "i", "function": []}, effects._Library),
        ({"subject": "http", "source": "s", "instead": "i", "confidence": "sure"}, effects._Library),
        ({"source": "s", "names": {"f": {"calable": 0}}}, offloading._Section),
        ({"subject": "http"}, clients.Client),
        ({"subject": "http", "source": "s", "timeouts": 5.0}, clients.Client),
    ],
)
def test_a_section_that_is_not_well_formed_is_refused(section: Entry, kind: type[msgspec.Struct]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(section, kind)

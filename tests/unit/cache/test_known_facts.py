"""Facts by content, in segments: what is kept, what is left out, and when segments are put together."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from fastapi_audit.cache import known_facts
from fastapi_audit.cache.directory import Directory, open_directory
from fastapi_audit.cache.known_facts import KnownFacts

FACTS = msgspec.msgpack.encode(["facts"] * 100)


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    return open_directory(tmp_path, tmp_path / "cache")


def keep(directory: Directory, *contents: bytes, asked: tuple[bytes, ...] = ()) -> None:
    facts = KnownFacts(directory)
    for content in (*asked, *contents):
        facts.get(content)
    for content in contents:
        facts.add(content, FACTS)
    facts.save()


def known(directory: Directory, *contents: bytes) -> list[bool]:
    facts = KnownFacts(directory)
    found = [facts.get(content) for content in contents]
    assert all(bytes(memoryview(one)) == FACTS for one in found if one is not None)
    return [one is not None for one in found]


def test_what_was_added_is_known_to_later_runs(directory: Directory) -> None:
    keep(directory, b"a", b"b")
    keep(directory, b"c", asked=(b"a", b"b"))

    assert known(directory, b"a", b"b", b"c", b"d") == [True, True, True, False]
    assert len(directory.names("facts-")) == 2


def test_a_run_that_adds_nothing_writes_nothing(directory: Directory) -> None:
    keep(directory, b"a")
    before = directory.names("facts-")

    keep(directory, asked=(b"a",))

    assert directory.names("facts-") == before


def test_the_facts_of_another_extractor_are_not_known(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(directory, b"a")
    monkeypatch.setattr(known_facts, "extractor_fingerprint", lambda: b"another")

    assert known(directory, b"a") == [False]


def test_many_segments_become_one(directory: Directory) -> None:
    contents = [f"{number}".encode() for number in range(20)]
    for number, content in enumerate(contents):
        keep(directory, content, asked=tuple(contents[:number]))

    assert len(directory.names("facts-")) <= 8
    assert all(known(directory, *contents))


def test_what_nobody_asks_for_is_left_out_when_it_outgrows_the_rest(directory: Directory) -> None:
    keep(directory, *(f"old {number}".encode() for number in range(10)))
    keep(directory, b"new")

    assert known(directory, b"new", b"old 0") == [True, False]
    assert len(directory.names("facts-")) == 1


def test_two_runs_at_once_keep_what_both_found(directory: Directory) -> None:
    one, other = KnownFacts(directory), KnownFacts(directory)
    one.add(b"a", FACTS)
    other.add(b"b", FACTS)
    one.save()
    other.save()

    assert known(directory, b"a", b"b") == [True, True]

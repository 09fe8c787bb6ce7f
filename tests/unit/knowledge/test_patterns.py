"""How a dotted name finds its entry."""

from __future__ import annotations

import pytest

from fastapi_audit.knowledge.patterns import find, is_pattern

ENTRIES = {
    "lib.act": "function",
    "lib.Client.*": "any",
    "lib.Client.close": None,
    "lib.Client.errors.*": None,
    "lib.Client.*.peek": "peek",
    "other.*.create": "create",
}


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("lib.act", "function"),
        ("lib.act.now", None),
        ("lib.Client", None),
        ("lib.Client.get", "any"),
        ("lib.Client.items.list", "any"),
        ("lib.Client.items().get", None),
        ("lib.Client.items()[].get", None),
        ("lib.Client.close", None),
        ("lib.Client.close.later", "any"),
        ("lib.Client.errors.NotFound", None),
        ("lib.Client.peek", "peek"),
        ("lib.Client.a.b.peek", "peek"),
        ("lib.Client.a().b.peek", "peek"),
        ("lib.Clients.get", None),
        ("other.create", "create"),
        ("other.a.b.create", "create"),
        ("other.a.created", None),
        ("another.create", None),
    ],
)
def test_the_name_itself_counts_first_and_then_the_longest_owner(name: str, entry: str | None) -> None:
    assert find(ENTRIES, name) == entry


@pytest.mark.parametrize(
    "text",
    ["lib.act", "lib.*", "lib.Client.*.peek", "lib.make().get", "lib.Client.items()[].get", "open", "straße.lesen"],
)
def test_a_name_or_pattern_is_told(text: str) -> None:
    assert is_pattern(text)


@pytest.mark.parametrize(
    "text",
    ["", "act", "*", "*.get", "lib.", ".lib", "lib..act", "lib.a*", "lib.*.a.b", "lib.*.*", "a-b.c", "a.1", "lib.act "],
)
def test_what_no_call_can_be_named_is_no_pattern(text: str) -> None:
    assert not is_pattern(text)

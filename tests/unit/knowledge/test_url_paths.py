"""Which paths are of a pattern."""

from __future__ import annotations

import pytest

from fastapi_audit.knowledge.url_paths import fits, is_path_pattern


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/health", "/health"),
        ("/health", "/health/"),
        ("/health/", "/health"),
        ("/", "/"),
        ("/webhooks/*", "/webhooks/stripe"),
        ("/webhooks/*", "/webhooks/stripe/events"),
        ("/*/items", "/v1/items"),
        ("/items/{item_id}", "/items/{item_id}"),
        ("/items/*", "/items/{item_id}"),
    ],
)
def test_a_star_is_any_text_and_a_last_slash_makes_no_difference(pattern: str, path: str) -> None:
    assert fits(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/health", "/healthz"),
        ("/health", "/api/health"),
        ("/webhooks/*", "/webhooks"),
        ("/a.b", "/axb"),
        ("/items", "/items/{item_id}"),
    ],
)
def test_nothing_else_is_meant(pattern: str, path: str) -> None:
    assert not fits(pattern, path)


@pytest.mark.parametrize("text", ["", "health", "*", "/a b", "/a?b=c", "https://example.com/a"])
def test_what_is_no_path_is_refused(text: str) -> None:
    assert not is_path_pattern(text)

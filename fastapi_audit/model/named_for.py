"""What the names of files, of stages of images and of jobs say that these are for."""

from __future__ import annotations

import re

from fastapi_audit.knowledge.tables import names

_WORDS = re.compile(r"[^a-z0-9]+")


def is_named_for_development(text: str) -> bool:
    """Say whether a path, or the name of a stage of an image, is one for development or tests."""
    return _has_word_of("development", text)


def is_named_for_showing(text: str) -> bool:
    """Say whether a path is one of an example."""
    return _has_word_of("showing", text)


def is_named_for_production(text: str) -> bool:
    """Say whether a path, or the name of a stage, is one for production or what comes before it."""
    return _has_word_of("production", text)


def is_named_for_delivery(text: str) -> bool:
    """Say whether a pipeline or a job of it delivers, by its path or name."""
    return _has_word_of("delivering", text)


def _has_word_of(section: str, text: str) -> bool:
    return not names("starting", section).isdisjoint(_WORDS.split(text.lower()))

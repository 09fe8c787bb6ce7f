"""Fields of settings by the types that they may have."""

from __future__ import annotations

from fastapi_audit.rule_api import Field, SettingsField, secrecy

HIDDEN = frozenset({"pydantic.Secret", "pydantic.SecretBytes", "pydantic.SecretStr"})
ELSEWHERE = frozenset({"ci", "dev", "development", "local", "test", "testing", "tests"})
TEXTS = frozenset({"bytes", "str"})


def types_of(field: SettingsField) -> frozenset[str]:
    """Return the names of the types that a field may have, None left out."""
    return frozenset(option.name for option in field.type.options) if field.type is not None else frozenset()


def hides_value(field: Field | SettingsField) -> bool:
    """Say whether a field hides its value from logs and tracebacks."""
    options = field.type.options if field.type is not None else ()
    return any(option.is_a(*HIDDEN) for option in options)


def is_text(field: SettingsField) -> bool:
    """Say whether a field may hold a text, hidden or not."""
    return hides_value(field) or not TEXTS.isdisjoint(types_of(field))


def names_half_of_a_pair(field: SettingsField) -> bool:
    """Say whether a field is the access key of a storage whose secret key is another field: a name, like a user's."""
    words = secrecy.words_of(field.name)
    if words[-2:] != ["access", "key"] or "secret" in words:
        return False
    others = (secrecy.words_of(name) for name in field.cls.attributes)
    return any(other[: len(words) - 2] == words[:-2] and "secret" in other for other in others)


def is_for_development(field: SettingsField) -> bool:
    """Say whether a field is declared in settings that are for tests or development alone, by their names."""
    names = (field.cls.name, field.cls.module.name.rpartition(".")[2])
    return any(not ELSEWHERE.isdisjoint(secrecy.words_of(name)) for name in names)

"""What all parts of the JSON document share: closed and frozen models, text that JSON can carry, places, rules."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _without_surrogates(text: object) -> object:
    # A path that is not UTF-8 on disk carries lone surrogates, which JSON readers refuse.
    return text.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_without_surrogates)]


class Part(BaseModel):
    """The base of all parts of the document."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Location(Part):
    """Where something is; without a path it concerns the project, with line 0 the file as a whole."""

    path: Text | None
    line: int
    column: int


class RuleReference(Part):
    rule: Text
    name: Text

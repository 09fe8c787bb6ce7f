"""The commands that run without a person: in pipelines, and in the tasks, scripts and hooks that these lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi_audit.model.place import Place


@dataclass(frozen=True, eq=False, slots=True)
class AutomatedCommand:
    """One command, as words: what only starts it (`uv run`, `python -m`, `sudo`, assignments) is taken off. `written`
    has that, too: the image of `docker run`, whose own program it may be that runs.

    `place` is where it is written, `via` the way there, from the step of a pipeline on; `is_in_ci` says whether a
    pipeline runs it, `is_advisory` whether the pipeline goes on when it fails (`|| true`). An action of GitHub is a
    command of one word, its name without version; `is_action` tells them apart. `directory` is where it runs, as far as
    that is known, "" for the root.
    """

    place: Place
    words: tuple[str, ...]
    via: tuple[Place, ...] = ()
    is_in_ci: bool = False
    is_advisory: bool = False
    is_action: bool = False
    directory: str = ""
    written: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(self.words)

    @property
    def program(self) -> str:
        """The name of what is run, without its directory; of an action, the whole name."""
        return self.words[0] if self.is_action else self.words[0].rpartition("/")[2]

    def has_option(self, *names: str) -> bool:
        """Say whether one of these options is given, with or without a value."""
        return any(word.partition("=")[0] in names for word in self.words[1:])


@dataclass(frozen=True, eq=False, slots=True)
class Automation:
    """All commands of a service, in the order of places. `opaque` are the places in pipelines that run what is not in
    the repository, with what it is: a workflow of another one, an image of many linters.
    """

    commands: Sequence[AutomatedCommand] = ()
    opaque: Sequence[tuple[Place, str]] = ()

    @property
    def in_ci(self) -> Sequence[AutomatedCommand]:
        """The commands that a pipeline runs."""
        return [command for command in self.commands if command.is_in_ci]

"""What a file of deployment says is to be run, as text: one `Declared` for each process."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi_audit.model.place import Place
from fastapi_audit.model.starting import Runner

Line = tuple[Place, str]


@dataclass(frozen=True, slots=True)
class Declared:
    """One process: its command lines in their order, and the directory in the repository that is most like its own.

    `variables` are those that the file gives it; for the rest see `StartCommand`.
    """

    runner: Runner
    place: Place
    lines: tuple[Line, ...]
    directory: str
    variables: Mapping[str, str] = field(default_factory=dict)
    is_for_development: bool = False
    is_kept: bool = False
    repeated: Place | None = None


def text_of(words: Sequence[str]) -> str:
    """Return words as one line; a single word is a line already."""
    return words[0] if len(words) == 1 else shlex.join(words)


def entered(entry: Line | None, command: Line | None, *, is_exec: bool = True) -> tuple[Line, ...]:
    """Return what a container runs: an entry point that is a script, then its command, else both as one line."""
    if entry is None or command is None:
        return tuple(line for line in (entry, command) if line is not None)
    if not is_exec:
        return (entry,)
    program = entry[1].split()[-1]
    if "/" in program or program.endswith(".sh"):
        return entry, command
    return ((command[0], f"{entry[1]} {command[1]}"),)

"""The commands that start the service, and what runs with it, where it is deployed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from fastapi_audit.model.automation import AutomatedCommand
from fastapi_audit.model.code import Call
from fastapi_audit.model.place import Place


class Purpose(str, Enum):
    """What a command is for. OTHER is what is not known to serve or to migrate: it may do either."""

    SERVER = "server"
    MIGRATION = "migration"
    OTHER = "other"


class Runner(str, Enum):
    """By which file a command is run. PLATFORM is one that keeps as many processes as it is told to."""

    IMAGE = "image"
    COMPOSE = "compose"
    KUBERNETES = "kubernetes"
    PLATFORM = "platform"
    SYSTEMD = "systemd"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, eq=False, slots=True)
class StartCommand:
    """One command of a Dockerfile, compose file, manifest, unit or platform; scripts are followed to what they run.

    `place` is where it is written. `words` are as
    those of `AutomatedCommand`. `reloads` says why it is a server for development, "" for none. `workers` is the number
    of its processes, None where that is computed or told from outside. `is_for_development`: the file is one for
    developers by its name, mounts the source, or stands beside one for production; `is_kept`: something in the
    repository keeps it running. `repeated` is where it is said that it runs several times.
    """

    place: Place
    words: tuple[str, ...]
    purpose: Purpose
    runner: Runner
    reloads: str = ""
    workers: int | None = 1
    is_for_development: bool = False
    is_kept: bool = False
    repeated: Place | None = None

    def __str__(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, eq=False, slots=True)
class MigrationInPipeline:
    """A command of a pipeline that migrates a database: that of the tests, or the one that is deployed to."""

    command: AutomatedCommand
    is_delivering: bool


@dataclass(frozen=True, eq=False, slots=True)
class Starting:
    """How a service is started: its commands in the order of places, and what else migrates: calls in its code, and
    commands of pipelines, of which `is_delivering` says whether their pipeline or job delivers, by its name.
    """

    commands: Sequence[StartCommand] = ()
    migrating_calls: Sequence[Call] = ()
    migrating_in_ci: Sequence[MigrationInPipeline] = ()

"""What container files say: Dockerfiles and compose files."""

from __future__ import annotations

import msgspec


class Instruction(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One instruction of a Dockerfile, continuation lines joined, without comments.

    `stage` counts from 0, -1 before the first FROM. `words` holds the arguments of a CMD, ENTRYPOINT, RUN or SHELL
    in exec form, and is empty in shell form. `filled` is the value of a USER, COPY or ADD with variables filled in,
    None where one of them has no known value.
    """

    pos: int
    keyword: str
    value: str
    stage: int
    words: tuple[str, ...] = ()
    filled: str | None = None

    @property
    def is_exec_form(self) -> bool:
        """Say whether the arguments are given as a JSON array, so that no shell stands in between."""
        return bool(self.words)


class Stage(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One FROM. `written` is the image as it stands there, `image` with build arguments filled in.

    `image` is None where an argument has no known value; `parent` is the stage it continues, if it continues one.
    """

    pos: int
    written: str
    image: str | None
    name: str | None = None
    parent: int | None = None


class BuildVariable(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an ENV or an ARG (`is_argument`) declares; `stage` counts as in instructions.

    `written` is the value as it stands there, without quotes, None where only the name is given.
    """

    pos: int
    stage: int
    name: str
    written: str | None = None
    is_argument: bool = False


class Dockerfile(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="dockerfile"):
    """Stages, instructions and variables in the order of the file."""

    stages: tuple[Stage, ...]
    instructions: tuple[Instruction, ...]
    variables: tuple[BuildVariable, ...] = ()

    def lineage(self, stage: int) -> tuple[int, ...]:
        """Return a stage and those it continues, the nearest first."""
        chain: list[int] = []
        current: int | None = stage
        while current is not None:
            chain.append(current)
            current = self.stages[current].parent
        return tuple(chain)


class IgnoreFile(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="ignore"):
    """The patterns of a `.dockerignore`, in its order."""

    patterns: tuple[str, ...]


class Variable(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An environment variable; the value is None where only the name is given, and cut after 4,096 characters."""

    pos: int
    name: str
    value: str | None = None


class HealthCheck(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A compose health check; `test` holds its words, one word for a shell command."""

    pos: int
    test: tuple[str, ...]
    is_disabled: bool = False


class Service(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One service of a compose file. Lists keep the words of exec form; a shell command is one word.

    `mounts` are the volumes as written, `host:container`; `replicas` and `restart` what is said of them, None where
    nothing is. `is_watched`: compose carries changes of the source into it.
    """

    pos: int
    name: str
    image: str | None = None
    build_context: str | None = None
    dockerfile: str | None = None
    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    health_check: HealthCheck | None = None
    environment: tuple[Variable, ...] = ()
    ports: tuple[str, ...] = ()
    labels: tuple[Variable, ...] = ()
    user: str | None = None
    mounts: tuple[str, ...] = ()
    replicas: str | None = None
    restart: str | None = None
    is_watched: bool = False
    command_pos: int = 0


class Compose(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="compose"):
    """The services of a compose file, in its order."""

    services: tuple[Service, ...]

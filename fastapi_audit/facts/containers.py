"""What container files say: Dockerfiles and compose files."""

from __future__ import annotations

import msgspec


class Instruction(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One instruction of a Dockerfile, continuation lines joined, without comments.

    `stage` counts from 0, -1 before the first FROM. `words` holds the arguments of a CMD, ENTRYPOINT, RUN or SHELL
    in exec form, and is empty in shell form.
    """

    pos: int
    keyword: str
    value: str
    stage: int
    words: tuple[str, ...] = ()

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


class Dockerfile(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="dockerfile"):
    """Stages and instructions in the order of the file."""

    stages: tuple[Stage, ...]
    instructions: tuple[Instruction, ...]

    @property
    def final_stages(self) -> tuple[int, ...]:
        """Return the stages whose instructions hold in the final image: the last one and those it continues."""
        return self.lineage(len(self.stages) - 1) if self.stages else ()

    def lineage(self, stage: int) -> tuple[int, ...]:
        """Return a stage and those it continues, the nearest first."""
        chain: list[int] = []
        current: int | None = stage
        while current is not None:
            chain.append(current)
            current = self.stages[current].parent
        return tuple(chain)

    def in_force(self, keyword: str) -> Instruction | None:
        """Return the last instruction of a keyword in the final image, such as its USER; base images are unknown."""
        for stage in self.final_stages:
            found = [item for item in self.instructions if item.stage == stage and item.keyword == keyword]
            if found:
                return found[-1]
        return None


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
    environment_files: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    labels: tuple[Variable, ...] = ()
    mounts: tuple[str, ...] = ()
    replicas: str | None = None
    restart: str | None = None
    is_watched: bool = False
    command_pos: int = 0


class Compose(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="compose"):
    """The services of a compose file, in its order."""

    services: tuple[Service, ...]

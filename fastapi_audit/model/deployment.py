"""What the service is shipped as, and what runs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import normpath

from fastapi_audit.facts.containers import Dockerfile, IgnoreFile, Instruction, Service, Stage
from fastapi_audit.model.ignored import is_ignored
from fastapi_audit.model.named_for import is_named_for_development, is_named_for_production
from fastapi_audit.model.place import Place, place_at


@dataclass(frozen=True, eq=False, slots=True)
class ComposedService:
    """A service of a compose file."""

    path: str
    service: Service

    @property
    def place(self) -> Place:
        """Where it is named."""
        return place_at(self.path, self.service.pos)


@dataclass(frozen=True, eq=False, slots=True)
class Image:
    """A container image by its Dockerfile.

    `contexts` are the directories that it is built in: those that compose files and commands name, else the likeliest
    one. `names` are those that it is given, without registry and tag. `composed` are the services of compose files that
    run it. `carries_service` says whether code of the service's applications is copied into it; None where what is
    copied is neither that nor other code. `ignore_files` are what keeps files out of each context, None where nothing
    does.
    """

    path: str
    dockerfile: Dockerfile
    contexts: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    composed: tuple[ComposedService, ...] = ()
    carries_service: bool | None = None
    ignore_files: tuple[IgnoreFile | None, ...] = ()

    def __str__(self) -> str:
        return self.path

    @property
    def place(self) -> Place:
        """The FROM of the stage that ships."""
        stages = self.shipped_stages
        return self.at(self.dockerfile.stages[stages[0]].pos) if stages else Place(self.path)

    @property
    def shipped_stages(self) -> tuple[int, ...]:
        """The stages that make up what is shipped: the last one and those it continues, the nearest first.

        One that is named for production comes before one that is not, and one for development last of all.
        """
        stages = self.dockerfile.stages
        shipped = [number for number, stage in enumerate(stages) if not is_named_for_development(stage.name or "")]
        shipped = [number for number in shipped if is_named_for_production(stages[number].name or "")] or shipped
        return self.dockerfile.lineage(shipped[-1] if shipped else len(stages) - 1) if stages else ()

    @property
    def shipped_instructions(self) -> tuple[Instruction, ...]:
        """The instructions of what is shipped, the one that comes last first."""
        backwards = self.dockerfile.instructions[::-1]
        return tuple(item for stage in self.shipped_stages for item in backwards if item.stage == stage)

    @property
    def base(self) -> Stage | None:
        """The stage that what is shipped begins with, None in a file without any."""
        stages = self.shipped_stages
        return self.dockerfile.stages[stages[-1]] if stages else None

    def in_force(self, keyword: str) -> Instruction | None:
        """Return the last instruction of a keyword in what is shipped, such as its USER; base images are unknown."""
        return next((item for item in self.shipped_instructions if item.keyword == keyword), None)

    def at(self, pos: int) -> Place:
        """Return the place of an instruction."""
        return place_at(self.path, pos)

    def takes(self, copy: Copy, path: str) -> bool:
        """Say whether a file of the repository gets into the image by a COPY: its source, or something in it."""
        for context, ignoring in zip(self.contexts, self.ignore_files, strict=True):
            inside = path.removeprefix(f"{context}/") if context else path
            source = normpath(copy.source.lstrip("/"))
            is_source = source == "." or inside == source or inside.startswith(f"{source}/")
            is_in_context = not context or path.startswith(f"{context}/")
            if is_in_context and is_source and not is_ignored(inside, ignoring.patterns if ignoring else ()):
                return True
        return False

    @property
    def copies(self) -> Iterator[Copy]:
        """What is copied out of the build context, in the order of the file."""
        for instruction in self.dockerfile.instructions:
            if instruction.keyword in ("COPY", "ADD"):
                yield from copies_of(instruction)


@dataclass(frozen=True, eq=False, slots=True)
class Workload:
    """A container that Kubernetes keeps running: of a Deployment, a StatefulSet and the like.

    What Helm computes is "COMPUTED" in the image and missing elsewhere. `words` are those of its command and arguments.
    `probes` are the places of those that are set, by their keys; `computed` are the keys of those that are filled in by
    a chart whose values do not say with what. `user` is where another user than root is set for it, `is_user_computed`
    says whether the chart may set one.
    """

    place: Place
    kind: str
    name: str
    image: str
    words: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    probes: Mapping[str, Place] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()
    is_template: bool = False
    user: Place | None = None
    is_user_computed: bool = False

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".rstrip()


@dataclass(frozen=True, slots=True)
class Copy:
    """One thing that a COPY or ADD takes out of the build context: `source` is relative to it, `target` as written."""

    instruction: Instruction
    source: str
    target: str


def copies_of(instruction: Instruction) -> Iterator[Copy]:
    """Yield what a COPY or ADD takes out of the build context; other stages, images and addresses are none of it."""
    words = (instruction.filled or instruction.value).partition("\n")[0].split()
    flags = [word for word in words if word.startswith("--")]
    if any(flag.startswith("--from=") for flag in flags) or "<<" in instruction.value:
        return
    paths = [word.strip("[]\"',") for word in words if not word.startswith("--")]
    for source in paths[:-1]:
        if "://" not in source and not source.startswith("git@"):
            yield Copy(instruction, source, paths[-1])


def short_name(image: str) -> str:
    """Return the name of an image without registry, tag and digest; "" where it is computed."""
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return "" if "$" in name or "{" in name else name


def repository_of(image: str) -> str:
    """Return the name of an image and of whose it is, without registry, tag and digest."""
    name = image.partition("@")[0]
    head, _, tail = name.rpartition("/")
    return f"{head.rpartition('/')[2]}/{tail.partition(':')[0]}".lstrip("/").removeprefix("library/")

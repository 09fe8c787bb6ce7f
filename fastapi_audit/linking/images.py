"""Dockerfiles → the images of one service: where they are built, what runs them, and whose code is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from posixpath import dirname, normpath

from fastapi_audit.facts.containers import Compose, Dockerfile, IgnoreFile
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.linking.services import Service
from fastapi_audit.model.automation import AutomatedCommand, Automation
from fastapi_audit.model.deployment import ComposedService, Copy, Image, short_name
from fastapi_audit.model.project import Project

VALUED = frozenset({
    "--add-host", "--build-arg", "--build-context", "--builder", "--cache-from", "--cache-to", "--file", "--iidfile",
    "--label", "--network", "--output", "--platform", "--progress", "--secret", "--ssh", "--tag", "--target", "-f",
    "-o", "-t",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Build:
    """One way in which an image is built: out of a Dockerfile, in a directory, under some names."""

    dockerfile: str
    context: str
    names: frozenset[str] = frozenset()
    composed: ComposedService | None = None


def images_of(project: Project, service: Service) -> list[Image]:
    """Return the images whose Dockerfiles are among the files of a service, in the order of paths."""
    evidence = service.deployed(project.evidence)
    finder = _Finder(project, service, evidence)
    return [finder.image(path, facts) for path, facts in evidence.items() if isinstance(facts, Dockerfile)]


class _Finder:
    """Knows the files of a service, and how compose files and commands build and run images."""

    def __init__(self, project: Project, service: Service, evidence: Mapping[str, EvidenceFacts]) -> None:
        self._service = service
        self._code = sorted({application.place.path for application in project.applications})
        self._modules = sorted(module.path for module in project.all_modules)
        self._files = sorted({*project.kinds, *self._modules})
        self._composed = [
            ComposedService(path, one)
            for path, facts in evidence.items()
            if isinstance(facts, Compose)
            for one in facts.services
        ]
        self._ignoring = {path: facts for path, facts in evidence.items() if isinstance(facts, IgnoreFile)}
        dockerfiles = {path for path, facts in evidence.items() if isinstance(facts, Dockerfile)}
        self._builds = [*_of_compose(self._composed, dockerfiles), *_of_commands(project.automation)]

    def image(self, path: str, facts: Dockerfile) -> Image:
        builds = [build for build in self._builds if build.dockerfile == path]
        names = frozenset(name for build in builds for name in build.names)
        built = [build.composed for build in builds if build.composed is not None]
        plain = Image(path, facts)
        copies = list(plain.copies)
        contexts = tuple(dict.fromkeys(build.context for build in builds)) or (self._likely_context(path, copies),)
        composed = tuple(one for one in self._composed if one in built or self._is_same(one, built, names))
        ignoring = tuple(self._ignore_file(path, context) for context in contexts)
        return Image(path, facts, contexts, names, composed, self._carries_service(contexts, copies), ignoring)

    def _ignore_file(self, path: str, context: str) -> IgnoreFile | None:
        """Return what keeps files out of a build: the Dockerfile's own list comes before that of the context."""
        inside = f"{context}/" if context else ""
        beside = (f"{path}.dockerignore", f"{inside}.dockerignore", f"{inside}.containerignore")
        found = (self._ignoring[one] for one in beside if one in self._ignoring)
        return next(found, None)

    @staticmethod
    def _is_same(one: ComposedService, built: Sequence[ComposedService], names: frozenset[str]) -> bool:
        """Say whether a compose service runs an image by its name, or adds to one of another file that builds it."""
        if one.service.build_context is not None:
            return False
        if one.service.image is not None and short_name(one.service.image) in names:
            return True
        return one.service.image is None and any(
            other.service.name == one.service.name and dirname(other.path) == dirname(one.path) for other in built
        )

    def _likely_context(self, path: str, copies: Sequence[Copy]) -> str:
        """Return the nearest directory around a Dockerfile with what it copies, or with code where it copies all."""
        around = [dirname(path)]
        while around[-1]:
            around.append(dirname(around[-1]))
        telling = [copy for copy in copies if normpath(copy.source) not in (".", "/")]
        for directory in around:
            if any(_holds(_below(directory, copy.source), file) for copy in telling for file in self._files):
                return directory
        if telling or not copies:
            return around[0]
        return next((one for one in around if any(_holds(one, file) for file in self._modules)), around[0])

    def _carries_service(self, contexts: Sequence[str], copies: Sequence[Copy]) -> bool | None:
        sources = {_below(context, copy.source) for context in contexts for copy in copies}
        if any(_holds(source, file) for source in sources for file in self._code):
            return True
        is_elsewhere = any(_holds(source, file) for source in sources for file in self._modules)
        return False if is_elsewhere or any(self._is_of_another(source) for source in sources) else None

    def _is_of_another(self, source: str) -> bool:
        return self._service.is_one_of_several and not self._service.is_own(f"{source}/")


def _of_compose(composed: Sequence[ComposedService], dockerfiles: set[str]) -> Iterator[_Build]:
    for one in composed:
        if one.service.build_context is None and one.service.dockerfile is None:
            continue
        name = one.service.dockerfile or "Dockerfile"
        for base in dict.fromkeys((dirname(one.path), "")):  # a file may be used from the root of the repository
            context = _below(base, one.service.build_context or ".")
            path = _below(context, name)
            if path in dockerfiles:
                names = {one.service.name, short_name(one.service.image or "")} - {""}
                yield _Build(path, context, frozenset(names), one)
                break


def _of_commands(automation: Automation) -> Iterator[_Build]:
    for command in automation.commands:
        if command.program in ("docker", "podman", "buildah", "depot") and "build" in command.words[1:3]:
            yield _built_by(command)


def _built_by(command: AutomatedCommand) -> _Build:
    options: dict[str, list[str]] = {}
    plain: list[str] = []
    pending = ""
    for word in command.words[command.words.index("build") + 1 :]:
        name, equals, value = word.partition("=")
        if pending:
            options.setdefault(pending, []).append(word)
            pending = ""
        elif not word.startswith("-"):
            plain.append(word)
        elif equals:
            options.setdefault(name, []).append(value)
        else:
            pending = word if word in VALUED else ""
    context = _below(command.directory, plain[0] if plain else ".")
    files = [*options.get("-f", ()), *options.get("--file", ())]
    path = _below(command.directory, files[0]) if files else _below(context, "Dockerfile")
    tags = [*options.get("-t", ()), *options.get("--tag", ())]
    return _Build(path, context, frozenset(map(short_name, tags)) - {""})


def _below(directory: str, path: str) -> str:
    """Return a path below a directory of the repository; "" for the root."""
    joined = normpath(f"{directory}/{path.lstrip('/')}").lstrip("/")
    return "" if joined == "." or joined.startswith("..") else joined


def _holds(source: str, file: str) -> bool:
    """Say whether what is copied, a file, a directory or a pattern, has a file in it."""
    if not source or file == source or file.startswith(f"{source}/"):
        return True
    return any(sign in source for sign in "*?[") and fnmatchcase(file, source)

"""Compose files: what their services run, and which of the repository's images they run as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from posixpath import dirname, normpath

from fastapi_audit.facts.containers import Compose, Service
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.starting.declared import Declared, Line, entered, text_of
from fastapi_audit.model.named_for import is_named_for_development, is_named_for_production
from fastapi_audit.model.place import Place, place_at
from fastapi_audit.model.starting import Runner

FOR_DEVELOPMENT = ("", ".", "./", "..", "../")


@dataclass(frozen=True, slots=True)
class Run:
    """An image of the repository that a service of a compose file runs."""

    dockerfile: str
    place: Place
    is_for_development: bool
    is_kept: bool
    repeated: Place | None


def declared_in(path: str, compose: Compose, sources: Iterable[str]) -> Iterator[Declared | Run]:
    """Yield what the services of a compose file run; `sources` are the paths of the application's code."""
    for service, run in _runs(path, compose, tuple(sources)):
        lines = _lines(place_at(path, service.command_pos or service.pos), service)
        yield _declared(run, lines, service) if lines else run


def runs_in(path: str, compose: Compose, sources: Iterable[str]) -> Iterator[Run]:
    """Yield which images the services of a compose file run, whatever their command."""
    yield from (run for _, run in _runs(path, compose, tuple(sources)))


def _runs(path: str, compose: Compose, sources: tuple[str, ...]) -> Iterator[tuple[Service, Run]]:
    alike = Counter(_likeness(service) for service in compose.services)
    for service in compose.services:
        place = place_at(path, service.pos)
        is_repeated = _is_repeated(service) or alike[_likeness(service)] > 1
        is_for_development = (
            is_named_for_development(path) or service.is_watched or _mounts(service, dirname(path), sources)
        )
        is_kept = is_named_for_production(path) or (service.restart or "no") not in ("no", "none", "false")
        yield (
            service,
            Run(_dockerfile(path, service), place, is_for_development, is_kept, place if is_repeated else None),
        )


def _declared(run: Run, lines: tuple[Line, ...], service: Service) -> Declared:
    variables = {variable.name: variable.value for variable in service.environment if variable.value is not None}
    directory = dirname(run.dockerfile) or dirname(run.place.path)
    declared = Declared(Runner.COMPOSE, run.place, lines, directory, variables, run.is_for_development)
    return replace(declared, is_kept=run.is_kept, repeated=run.repeated)


def _lines(place: Place, service: Service) -> tuple[Line, ...]:
    image = (service.image or "").partition("@")[0].partition(":")[0]
    if image in names("starting", "migrating_images") and service.command:
        return ((place, f"{image.rpartition('/')[2]} {text_of(service.command)}"),)
    entry = (place, text_of(service.entrypoint)) if any(service.entrypoint) else None
    return entered(entry, (place, text_of(service.command)) if service.command else None)


def _dockerfile(path: str, service: Service) -> str:
    """Return the path of the Dockerfile of which a service is built, "" where it is built of none here."""
    if service.build_context is None:
        return ""
    return normpath("/".join((dirname(path) or ".", service.build_context, service.dockerfile or "Dockerfile")))


def _mounts(service: Service, directory: str, sources: tuple[str, ...]) -> bool:
    """Say whether a service sees the repository's own source, as it is while it is edited."""
    for mount in service.mounts:
        host = mount.partition(":")[0]
        if host in FOR_DEVELOPMENT or host.startswith(("./", "../")):
            joined = normpath(f"{directory}/{host}" if directory else host)
            if any(joined == "." or path.startswith(joined + "/") for path in sources):
                return True
    return False


def _is_repeated(service: Service) -> bool:
    replicas = service.replicas
    return replicas is not None and replicas not in ("0", "1")


def _likeness(service: Service) -> tuple[str | None, ...]:
    """Return what services have in common that are one, run several times: image, and command without its options."""
    built = service.build_context is not None or service.image is not None
    own = service.name if not built else None
    head = text_of(service.command).partition(" --")[0] if service.command else ""
    return own, service.build_context, service.dockerfile, service.image, head

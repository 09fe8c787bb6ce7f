"""Services that nobody deploys: a program serves them to the person who runs it, or a package to who installs it."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.code import Call
from fastapi_audit.model.deployment import Image
from fastapi_audit.model.place import Place
from fastapi_audit.model.project import Project
from fastapi_audit.model.repository import Kind
from fastapi_audit.model.values import ExternalObject, Known, Value, values_inside


def served_to_itself(project: Project) -> Place | None:
    """Return where a function of the service binds it to the machine that it runs on, where nothing deploys it.

    A server that reloads is one for developers, and says nothing of how others run it.
    """
    if is_deployed(project):
        return None
    servers = [
        call for call in project.subjects(Call) if call.name in names("starting", "servers_in_code") and call.function
    ]
    bound = [call for call in servers if "reload" not in call.named and _is_bound_to_itself(call)]
    return bound[0].place if bound and len(bound) == len(servers) else None


def published_by(project: Project) -> Place | None:
    """Return where a pipeline publishes the service as a package, where nothing deploys it."""
    if is_deployed(project):
        return None
    for command in project.automation.in_ci:
        is_action = command.is_action and command.program.partition("@")[0] in names("starting", "publishing_actions")
        pairs = (f"{command.program} {word}" for word in command.words[:2])
        if is_action or not names("starting", "publishing").isdisjoint(pairs):
            return command.place
    return None


def is_deployed(project: Project) -> bool:
    """Say whether the repository has anything that runs it: an image, a platform, a command that starts it."""
    return bool(project.subjects(Image) or project.paths_of(Kind.PLATFORM) or project.starting.commands)


def _is_bound_to_itself(call: Call) -> bool:
    host = call.argument(None, "host")
    texts = set(_texts(host)) if host is not None else set[str]()
    return not texts.isdisjoint(names("starting", "own_addresses")) and texts.isdisjoint(
        names("starting", "all_addresses")
    )


def _texts(value: Value) -> Iterator[str]:
    """Yield the texts that a value may be, those included that a library gives where the environment says nothing."""
    for inner in values_inside(value):
        call = inner.call if isinstance(inner, ExternalObject) else None
        given = (*call.positional[1:], *call.named.values()) if call is not None else (inner,)
        yield from (one.value for one in given if isinstance(one, Known) and isinstance(one.value, str))

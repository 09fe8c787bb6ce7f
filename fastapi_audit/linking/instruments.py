"""Calls, middleware, commands and files of deployment → the tools that watch the service, by what is known of tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from fastapi_audit.facts import syntax
from fastapi_audit.facts.alerts import AlertRules
from fastapi_audit.facts.configurations import Configuration, Resource, Resources
from fastapi_audit.facts.containers import Compose
from fastapi_audit.facts.dependencies import Manifest
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.knowledge.tables import Entry, table
from fastapi_audit.model.code import Call
from fastapi_audit.model.deployment import Image, repository_of
from fastapi_audit.model.instruments import Duty, Instrument
from fastapi_audit.model.module import Class, Module
from fastapi_audit.model.place import Place, place_at
from fastapi_audit.model.project import Project
from fastapi_audit.model.values import External, Known, Value, values_inside

OFF = frozenset({"", "0", "false", "none", "off"})
COMMANDS = frozenset({"args", "command"})
ALERTS = frozenset({Duty.ALERTS})


@dataclass(frozen=True)
class _Tool:
    """One section of what is known of tools."""

    does: frozenset[Duty]
    may: frozenset[Duty]
    arguments: tuple[str, ...]
    distributions: tuple[str, ...]
    options: Mapping[str, str]


def build_instruments(project: Project, evidence: Mapping[str, EvidenceFacts]) -> tuple[Instrument, ...]:
    """Return what watches a service, in the order of places; `evidence` is that of its deployment."""
    found = [*_in_code(project), *_in_commands(project)]
    for path, facts in evidence.items():
        found += _in_file(path, facts)
    return tuple(sorted(set(found), key=lambda item: (item.place, item.name, sorted(item.does), sorted(item.may))))


def _in_file(path: str, facts: EvidenceFacts) -> Iterator[Instrument]:
    if isinstance(facts, AlertRules):
        yield from (Instrument(f"alert {one.name}", place_at(path, one.pos), ALERTS) for one in facts.rules[:1])
    elif isinstance(facts, Resources):
        yield from (found for resource in facts.resources for found in _of_resource(path, resource))
    elif isinstance(facts, Compose):
        yield from _of_compose(path, facts)
    elif isinstance(facts, Configuration):
        yield from _of_platform(path, facts)


@cache
def _tools(key: str) -> Mapping[str, tuple[_Tool, ...]]:
    """Return the tools by the names that one key of their sections lists."""
    found: dict[str, tuple[_Tool, ...]] = {}
    for section in table("monitoring").values():
        for name in cast("Iterable[str]", section.get(key, ())):
            found[name] = (*found.get(name, ()), _tool(section))
    return found


def _tool(section: Entry) -> _Tool:
    listed = {key: cast("list[str]", section.get(key, [])) for key in ("does", "may", "arguments", "distributions")}
    does, may = frozenset(map(Duty, listed["does"])), frozenset(map(Duty, listed["may"]))
    options = cast("Mapping[str, str]", section.get("options", {}))
    return _Tool(does, may, tuple(listed["arguments"]), tuple(listed["distributions"]), options)


def _known(key: str, name: str, place: Place) -> Iterator[Instrument]:
    """Yield what is known under a name that stands at a place."""
    for tool in _tools(key).get(name, ()):
        yield Instrument(name, place, tool.does, tool.may)


def _in_code(project: Project) -> Iterator[Instrument]:
    installed = _installed(project)
    for call in project.calls:
        yield from _of_call(call, installed)
    for middleware in (one for application in project.applications for one in application.middlewares):
        for name in (middleware.name or "", *(_bases(middleware.cls) if middleware.cls is not None else ())):
            yield from _known("middleware", name, middleware.place)
    for dependency in (one for route in project.routes for one in route.all_dependencies):
        yield from _known("dependencies", dependency.name.replace(":", "."), dependency.place)
    for cls in project.classes:
        yield from (found for name in _bases(cls) for found in _known("bases", name, cls.place))
    for module in project.modules:
        yield from _of_imports(module)


def _bases(cls: Class) -> tuple[str, ...]:
    return tuple(ancestor for ancestor in cls.ancestors if isinstance(ancestor, str))


def _installed(project: Project) -> frozenset[str]:
    """Return the distributions that the service asks for to run, extras included."""
    manifests = [one for one in project.evidence_of(Manifest).values() if not one.is_constraints]
    return frozenset(one.name for each in manifests for one in each.requirements if not one.is_development)


def _of_call(call: Call, installed: frozenset[str]) -> Iterator[Instrument]:
    for tool in _tools("calls").get(call.name or "", ()):
        if tool.distributions and installed.isdisjoint(tool.distributions):
            continue
        if not tool.arguments or any(_is_given(call.named.get(name)) for name in tool.arguments):
            yield Instrument(str(call.name), call.place, tool.does, tool.may)
        elif _is_open(call):
            yield Instrument(str(call.name), call.place, frozenset(), tool.does)
    handed = (inner for value in (*call.positional, *call.named.values()) for inner in values_inside(value))
    for name in (value.name for value in handed if isinstance(value, External)):
        yield from _known("values", name, call.place)


def _is_given(value: Value | None) -> bool:
    """Say whether an argument is given that switches something on, or that may from outside."""
    return value is not None and not (isinstance(value, Known) and not value.value and not value.is_default)


def _is_open(call: Call) -> bool:
    return isinstance(call.node, syntax.Call) and any(argument.star for argument in call.node.args)


def _of_imports(module: Module) -> Iterator[Instrument]:
    for statement in module.facts.statements:
        imported: list[str] = []
        if isinstance(statement, syntax.Import):
            imported = [alias.name for alias in statement.names]
        elif isinstance(statement, syntax.ImportFrom) and not statement.level:
            imported = [f"{statement.module}.{alias.name}" for alias in statement.names]
        for name in imported:
            yield from _known("imports", name, module.at(statement))


def _in_commands(project: Project) -> Iterator[Instrument]:
    """Yield what commands start the server with, as they are written: what only starts it is no part of a command."""
    for command in project.starting.commands:
        for program in dict.fromkeys(word.rpartition("/")[2] for word in command.words):
            for tool in _tools("options").get(program, ()):
                if any(word.partition("=")[0] == tool.options[program] for word in command.words):
                    yield Instrument(f"{program} {tool.options[program]}", command.place, tool.does, tool.may)
    for automated in project.automation.commands:
        yield from _of_words(automated.written, automated.place)
    for image in project.subjects(Image):
        for line in (image.in_force(keyword) for keyword in ("ENTRYPOINT", "CMD")):
            if line is not None:
                yield from _of_words(line.words or (line.value,), image.at(line.pos))


def _of_words(words: Iterable[str], place: Place) -> Iterator[Instrument]:
    programs = (part.rpartition("/")[2] for word in words for part in word.split())
    for program in dict.fromkeys(programs):
        yield from _known("commands", program, place)


def _of_platform(path: str, configuration: Configuration) -> Iterator[Instrument]:
    for setting in configuration.settings:
        yield from _of_words((setting.value,), place_at(path, setting.pos))


def _of_compose(path: str, compose: Compose) -> Iterator[Instrument]:
    for service in compose.services:
        yield from _of_words((*service.entrypoint, *service.command), place_at(path, service.pos))
        yield from _known("images", repository_of(service.image or ""), place_at(path, service.pos))
        labels = ((label.name, label.value or "", place_at(path, label.pos)) for label in service.labels)
        yield from _of_annotations(labels)


def _of_resource(path: str, resource: Resource) -> Iterator[Instrument]:
    yield from _known("resources", resource.kind, place_at(path, resource.pos))
    annotations = (one for one in resource.settings if "annotations" in one.path[:-1])
    yield from _of_annotations((one.path[-1], one.value, place_at(path, one.pos)) for one in annotations)
    for one in resource.settings:
        if not COMMANDS.isdisjoint(one.path):
            yield from _of_words((one.value,), place_at(path, one.pos))
        if one.path[-1:] == ("image",):
            yield from _known("images", repository_of(one.value), place_at(path, one.pos))


def _of_annotations(annotations: Iterable[tuple[str, str, Place]]) -> Iterator[Instrument]:
    for name, value, place in annotations:
        if value.strip().lower() not in OFF:
            yield from _known("annotations", name, place)

"""Which commands run the tests of the service, and not those of something beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import normpath

from fastapi_audit.rule_api import AutomatedCommand, Module, Project, names, scripts_started, syntax, texts, tree

CONTAINERS = frozenset({"docker", "docker-compose", "podman"})


def testing_commands(project: Project) -> list[AutomatedCommand]:
    """Return the commands that run tests of the service, wherever they run themselves."""
    tests = {test.place.path for test in project.tests}
    known = {module.path for module in project.all_modules}
    asked = [command for command in project.automation.commands if runs_tests(command)]
    return [command for command in asked if reaches(command, tests, known)]


def scripts_of_tests(project: Project) -> Iterator[AutomatedCommand]:
    """Yield the commands of pipelines that run a Python file of the repository which names what runs tests."""
    known = {module.path: module for module in project.all_modules}
    for command, path in scripts_started(project):
        if command.is_in_ci and path in known and _names_runner(known[path]):
            yield command


def _names_runner(module: Module) -> bool:
    runners = texts("automation", "test_runners")
    for node in tree.everything(module.facts.statements):
        named = node.value if isinstance(node, syntax.Constant) else tree.name_of(node)
        if named in runners:
            return True
    return False


def runs_tests(command: AutomatedCommand) -> bool:
    """Say whether a command runs tests of Python."""
    asked = texts("automation", "test_runners").get(command.program)
    if asked is None or command.is_action or not names("automation", "not_testing").isdisjoint(command.words):
        return False
    return not asked or asked in command.words


def reaches(command: AutomatedCommand, tests: Iterable[str], known: Iterable[str]) -> bool:
    """Say whether a command finds tests of the service: in the directory where it runs, or in what it names.

    What it names may be in a container, whose directories are its own: only what is there and holds none is not it.
    """
    if not CONTAINERS.isdisjoint(command.written):
        return True
    named = [word.partition("::")[0] for word in command.words[1:] if "/" in word or word.endswith(".py")]
    places = [_joined(command.directory, word) for word in named if not word.startswith(("-", "$"))]
    looked_in = [place for place in places if _holds(place, known)] or [_joined(command.directory, "")]
    return any(_holds(place, tests) or not _holds(place, known) for place in looked_in)


def _joined(directory: str, path: str) -> str:
    joined = normpath(f"{directory}/{path}" if directory else path or ".")
    return "" if joined == "." or joined.startswith("..") else joined


def _holds(directory: str, paths: Iterable[str]) -> bool:
    return any(not directory or path == directory or path.startswith(f"{directory}/") for path in paths)

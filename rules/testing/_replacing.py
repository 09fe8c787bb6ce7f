"""How tests come to a database of their own: overrides, engines, environments, patches, transactions taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from fastapi_audit.rule_api import (
    Call,
    Class,
    Function,
    Override,
    Place,
    Project,
    PytestConfiguration,
    Tasks,
    names,
    place_at,
    syntax,
    texts,
    tree,
)

SETTINGS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings")
OVERRIDES = "dependency_overrides"
ENVIRONMENT = "environ"
WRITING = frozenset({"setdefault", "update"})
TAKING_BACK = frozenset({"begin_nested", "rollback"})
PATCHING = frozenset({"delattr", "dict", "object", "patch", "setattr", "setitem"})
IN_PROCESS = frozenset({
    "async_asgi_testclient.TestClient", "fastapi.testclient.TestClient", "httpx.ASGITransport",
    "starlette.testclient.TestClient",
})  # fmt: skip
RUNNERS = frozenset({"coverage", "pytest", "py.test", "tox"})
ASSIGNED = re.compile(r"\W*((?:\w+=\S* +)+)[^;&|]*\b(?:pytest|py\.test)\b")  # `DATABASE_URL=… uv run pytest`
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


@dataclass(frozen=True, slots=True)
class Replacement:
    """What puts something in the place of the application's database; `is_certain`: it is known to do that, and
    `says_which`: it decides which database the settings of the application name.
    """

    place: Place
    what: str
    is_certain: bool = True
    says_which: bool = False


@lru_cache(maxsize=1)
def replacements(project: Project) -> tuple[Replacement, ...]:
    """Return what tests do to have a database of their own, the certain ones first."""
    found = [*in_code(project), *in_calls(project), *in_fixtures(project), *in_configuration(project)]
    return tuple(sorted(found, key=lambda one: not one.is_certain))


def in_code(project: Project) -> Iterator[Replacement]:
    suite = project.suite
    scopes = [(module, tuple(tree.descendants(module.facts.statements))) for module in suite.modules]
    scopes += [(function.module, function.nodes) for function in suite.functions]
    for module, nodes in scopes:
        for node in nodes:
            what = said_by(node)
            if what is not None:
                yield Replacement(module.at(node), what, says_which=True)
    for override in project.subjects(Override):
        yield Replacement(override.place, "dependencies are overridden")


def said_by(node: syntax.Node) -> str | None:
    """Return what of the environment or the settings a node replaces, None when it replaces nothing."""
    for target in node.targets if isinstance(node, syntax.Assign) else ():
        if isinstance(target, syntax.Subscript) and tree.name_of(target.value) == ENVIRONMENT:
            return "the environment is set" if is_about_database(key_of(target)) else None
        if isinstance(target, syntax.Attribute) and is_about_database(target.attr):
            return f"`{target.attr}` is replaced" if not tree.is_name(target.value, "self") else None
    return None


def in_calls(project: Project) -> Iterator[Replacement]:
    for call in project.suite.calls:
        what = done_by(call)
        if what is not None:
            yield Replacement(call.place, *what)


def done_by(call: Call) -> tuple[str, bool, bool] | None:
    """Return what a call does to it, whether that is certain, and whether it decides which database it is."""
    name = call.name or ""
    if name.partition(".")[0] in names("testing", "own_databases"):
        return "the tests bring a database", True, True
    if name in texts("testing", "connecting"):
        return "the tests connect with a database themselves", True, False
    if isinstance(call.target, Class) and call.target.is_a(*SETTINGS) and (call.positional or call.named):
        return "the tests make settings of their own", True, True
    return written_by(call, call.node) if isinstance(call.node, syntax.Call) else None


def written_by(call: Call, node: syntax.Call) -> tuple[str, bool, bool] | None:
    """Return what a call writes into the environment or puts in the place of something, like `done_by`."""
    name, changed = call.name or "", changed_by(call, node)
    if changed == OVERRIDES and call.method in PATCHING:
        return "dependencies are overridden", True, False
    if name.endswith("load_dotenv"):
        return ("the environment is read from a file for tests", True, True) if "test" in words_in(node) else None
    if call.method == "setenv" or (changed == ENVIRONMENT and call.method in WRITING | PATCHING):
        return ("the environment is set", True, True) if is_about_database(words_in(node)) else None
    if call.method in PATCHING or name.startswith("unittest.mock.patch"):
        return ("something is patched", False, False) if is_about_database(patched_by(node)) else None
    return None


def changed_by(call: Call, node: syntax.Call) -> str | None:
    """Return the name of what is updated, or of the first that a call is given."""
    if call.method in WRITING and isinstance(node.func, syntax.Attribute):
        return tree.name_of(node.func.value)
    return tree.name_of(node.args[0].value) if node.args else None


def patched_by(node: syntax.Call) -> str:
    """Return the last names in the texts of a patch: `"session"` of `patch("app.db.session")`."""
    given = [argument.value for argument in node.args[:2]]
    return " ".join(str(one.value).rpartition(".")[2] for one in given if isinstance(one, syntax.Constant))


def words_in(node: syntax.Call) -> str:
    """Return the names and texts in the arguments of a call; a first one that is a variable may be any."""
    if node.args and isinstance(node.args[0].value, syntax.Name):
        return "database"
    inner = list(tree.descendants(argument.value for argument in node.args))
    texts_given = [str(one.value) for one in inner if isinstance(one, syntax.Constant)]
    return " ".join([*texts_given, *(name for one in inner if (name := tree.name_of(one)) is not None)])


def key_of(target: syntax.Subscript) -> str:
    """Return the key of `environ[key]`; of a computed one, something that may be any."""
    key = target.index[0] if target.index else None
    return str(key.value) if isinstance(key, syntax.Constant) else "database"


def is_about_database(text: str) -> bool:
    """Say whether a name speaks of the database, or of the settings that say which it is."""
    return not names("testing", "database_words").isdisjoint(word.lower() for word in WORD.findall(text))


def in_fixtures(project: Project) -> Iterator[Replacement]:
    """Yield the fixtures that take back what was written, and those of plugins that bring a database."""
    suite = project.suite
    for fixture in suite.fixtures:
        if any(call.method in TAKING_BACK for one in suite.inside(fixture) for call in suite.calls_in(one)):
            yield Replacement(fixture.place, f"`{fixture.name}` takes back what was written")
    for function in (*suite.fixtures, *(test.function for test in project.tests)):
        if asks_for_database(function):
            yield Replacement(function.place, "a plugin brings the database", says_which=True)


def asks_for_database(function: Function) -> bool:
    known = names("testing", "database_fixtures")
    return any(parameter.name in known for parameter in function.node.params)


def in_configuration(project: Project) -> Iterator[Replacement]:
    """Yield the variables that the configuration of pytest, or a task that starts it, sets."""
    for configuration in project.suite.configurations:
        yield from set_by(configuration)
    for path, facts in project.evidence_of(Tasks).items():
        for command in (command for task in facts.tasks for command in task.commands):
            started = ASSIGNED.match(command.text)
            if started is not None and is_about_database(started[1]):
                what = "the command that starts the tests sets the environment"
                yield Replacement(place_at(path, command.pos), what, says_which=True)


def set_by(configuration: PytestConfiguration) -> Iterator[Replacement]:
    options = configuration.tool.options if configuration.tool is not None else ()
    for option in options:
        if option.name.partition(".")[0].lower() in ("env", "env_files", "pytest_env") and is_about_database(
            f"{option.name} {option.value}"
        ):
            place = place_at(configuration.path, option.pos)
            yield Replacement(place, "the configuration of pytest sets the environment", says_which=True)


def in_process(project: Project) -> Place | None:
    """Return where the tests make a client that drives the application in their own process."""
    for call in project.suite.calls:
        if call.name in IN_PROCESS or (call.name == "httpx.AsyncClient" and "app" in call.named):
            return call.place
    return None

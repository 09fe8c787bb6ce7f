"""Named tasks of a `pyproject.toml` or `Pipfile`, by the tool that runs them; nothing is expanded."""

from collections.abc import Iterator

from fastapi_audit.extraction.evidence.text import cut
from fastapi_audit.extraction.evidence.toml_document import Table, TomlDocument, texts_in
from fastapi_audit.facts.automation import Command, Task, Tasks

_RUNNERS = (
    ("taskipy", ("tool", "taskipy", "tasks")),
    ("poe", ("tool", "poe", "tasks")),
    ("pdm", ("tool", "pdm", "scripts")),
    ("rye", ("tool", "rye", "scripts")),
    ("pixi", ("tool", "pixi", "tasks")),
    ("pipenv", ("scripts",)),
)
_COMMANDS = ("cmd", "shell", "script", "sequence", "composite", "chain")
_NEEDS = ("deps", "depends-on", "depends_on")
_MAX_TASKS = 200


def tasks_of(document: TomlDocument) -> tuple[Tasks, ...]:
    """Return the tasks of each runner that has any."""
    paths = [*_RUNNERS, *(("hatch", path) for path in _hatch_scripts(document))]
    found = [Tasks(runner, tuple(_tasks(document, path))) for runner, path in paths]
    return tuple(tasks for tasks in found if tasks.tasks)


def _hatch_scripts(document: TomlDocument) -> Iterator[tuple[str, ...]]:
    for name in document.table("tool", "hatch", "envs"):
        yield ("tool", "hatch", "envs", name, "scripts")


def _tasks(document: TomlDocument, path: tuple[str, ...]) -> Iterator[Task]:
    table = document.table(*path)
    for name in list(table)[:_MAX_TASKS]:
        value = table[name]
        holder: Table = value if isinstance(value, dict) else {"cmd": value}
        pos = document.position_of(*path, name)
        texts = [text for key in _COMMANDS for text in texts_in(holder, key)]
        needs = [text for key in _NEEDS for text in texts_in(holder, key)]
        yield Task(pos, name, tuple(Command(pos, cut(text)) for text in texts), tuple(needs))

"""Named tasks of Makefiles, justfiles, Taskfiles and tox, each with its commands; nothing is expanded."""

import re
from collections.abc import Sequence

from fastapi_audit.extraction.evidence.ini import read_sections
from fastapi_audit.extraction.evidence.text import line_start, lines_of, text_of
from fastapi_audit.extraction.evidence.tool_config import tools_of_ini
from fastapi_audit.extraction.evidence.yaml_tree import (
    Mapping,
    Node,
    Scalar,
    child,
    entries,
    leaves,
    read_mapping,
    scalar,
)
from fastapi_audit.extraction.evidence.yaml_tree import Sequence as YamlSequence
from fastapi_audit.facts.automation import Command, Task, Tasks

_TARGET = re.compile(r"@?([A-Za-z0-9_$(][^:=#]*?)\s*:(?![=:])([^=].*)?\Z", re.DOTALL)
_CONDITION = re.compile(r"(?:ifn?eq|ifn?def)\b|(?:else|endif)(?:\s|\Z)")
_MAX_TASKS = 200


def read_tasks(name: str, content: bytes) -> Tasks:
    """Read a file of tasks, by its name."""
    if name == "tox.ini":
        return _read_tox(content)
    if name.lower().startswith("taskfile"):
        return _read_taskfile(content)
    runner = "make" if "makefile" in name.lower() else "just"
    return Tasks(runner, tuple(_recipes(lines_of(text_of(content)))))


def _recipes(lines: Sequence[str]) -> list[Task]:
    """Read targets at the start of lines and the indented lines below each."""
    found: list[tuple[int, str, list[Command], tuple[str, ...]]] = []
    is_open = False
    for number, line in enumerate(lines, start=1):
        if line[:1] in ("\t", " "):
            if is_open and line.strip():
                found[-1][2].append(Command(line_start(number), line.strip().lstrip("@-")))
            continue
        if _CONDITION.match(line):
            continue
        target = _TARGET.match(line)
        if target:
            found.append((line_start(number), target[1].split()[0], [], _needs(target[2] or "")))
        is_open = bool(target) or (is_open and (not line.strip() or line.startswith("#")))
    return [Task(pos, name, tuple(commands), needs) for pos, name, commands, needs in found]


def _needs(after: str) -> tuple[str, ...]:
    """Return what stands behind the colon, without comments, variables and the punctuation of justfiles."""
    words = after.partition("#")[0].replace("(", " ").replace(")", " ").replace("&&", " ").split()
    return tuple(word for word in words if word[0].isalnum() or word[0] == "_")


def _read_tox(content: bytes) -> Tasks:
    sections = read_sections(content)
    tasks = []
    for section in sections:
        if section.name.startswith("testenv"):
            options = [option for option in section.options if option.name in ("commands", "commands_pre")]
            commands = [Command(option.pos, line) for option in options for line in option.value.splitlines()]
            tasks.append(Task(section.pos, section.name.partition(":")[2] or section.name, tuple(commands)))
    return Tasks("tox", tuple(tasks), tools_of_ini(sections))


def _read_taskfile(content: bytes) -> Tasks:
    tasks = entries(child(read_mapping(text_of(content)), "tasks"))[:_MAX_TASKS]
    return Tasks("task", tuple(_task(key, node) for key, node in tasks))


def _task(key: Scalar, node: Node) -> Task:
    listed = child(node, "deps")
    needed = [*_items(listed), *_items(child(node, "cmds"))]
    names = [scalar(child(item, "task")) if isinstance(item, Mapping) else None for item in needed]
    plain = [leaf.text for leaf in leaves(listed)]
    return Task(key.pos, key.text, tuple(_task_commands(node)), (*plain, *(name for name in names if name)))


def _items(node: Node | None) -> list[Node]:
    return node.items if isinstance(node, YamlSequence) else []


def _task_commands(node: Node) -> list[Command]:
    """Read a task that is a command, a list of commands, or a mapping with `cmds` or `cmd`."""
    if isinstance(node, Mapping):
        node = child(node, "cmds") or child(node, "cmd") or Scalar(node.pos, "")
    items = node.items if isinstance(node, YamlSequence) else [node]
    texts = [leaf for item in items for leaf in leaves(child(item, "cmd") if isinstance(item, Mapping) else item)]
    return [Command(leaf.pos, line) for leaf in texts for line in leaf.text.splitlines() if line.strip()]

"""What discovery found: files with their kinds and roles, candidate project roots, and what could not be read."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path


class Role(str, Enum):
    """What a Python file is for. GENERATED is what nobody here wrote: made by a generator, or copied from a library."""

    APPLICATION = "application"
    TEST = "test"
    MIGRATION = "migration"
    SCRIPT = "script"
    GENERATED = "generated"


class Kind(str, Enum):
    """Which reader a file is for; everything but PYTHON is evidence."""

    PYTHON = "python"
    DOCKERFILE = "dockerfile"
    DOCKERIGNORE = "dockerignore"
    COMPOSE = "compose"
    KUBERNETES = "kubernetes"
    CI = "ci"
    PRE_COMMIT = "pre-commit"
    DEPENDENCY_BOT = "dependency-bot"
    TASKS = "tasks"
    SCRIPT = "script"
    MANIFEST = "manifest"
    LOCK = "lock"
    TOOL_CONFIG = "tool-config"
    COVERAGE = "coverage"
    ALEMBIC = "alembic"
    MIGRATION = "migration"
    ENVIRONMENT = "environment"
    PLATFORM = "platform"
    PROXY = "proxy"
    ALERTS = "alerts"
    INFRASTRUCTURE = "infrastructure"
    LOAD_TEST = "load-test"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the repository; `path` is relative to the root with forward slashes. Size in bytes."""

    path: str
    kind: Kind
    role: Role = Role.APPLICATION
    size: int = 0


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that could not be taken into account, and why, in one line for people.

    `kind` is "unreadable", "unparsable", "too-large", "outside" or "unsupported".
    """

    path: str
    kind: str
    reason: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Repository:
    """The audited tree. `project_roots` are the directories ("" is the root itself) that hold a manifest of their own;
    `import_roots` the directories that Python would find on its path, deepest first. All paths are sorted.
    """

    root: Path
    files: tuple[SourceFile, ...]
    project_roots: tuple[str, ...] = ("",)
    import_roots: tuple[str, ...] = ("",)
    problems: tuple[FileProblem, ...] = field(default=())

"""What each Python file is for, by the conventions of pytest, Alembic, Aerich, code generators and copied libraries.

In doubt a file is application code: a false "test" would hide it from the audit.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from fastapi_audit.model.repository import Role

_GENERATED_NAME = re.compile(r".*_pb2(_grpc)?\.py\Z")
_GENERATED_MARK = re.compile(
    r"@generated\b|\bDO NOT (EDIT|MODIFY)\b|(?i:\bauto[- ]?generated (by|from|file|code)\b)"
    r"|(?i:^#\s*(this file (is|was) )?generated (by|from)\b)",
    re.MULTILINE,
)
_HEADER_LINE = re.compile(rb"\s*(#.*)?\n?\Z")
_DOCSTRING = re.compile(r"[rRuU]?(\"\"\"|''')(.*?)(\1|\Z)", re.DOTALL)
_REVISION_MARK = re.compile(r"^Revision ID: .*^Revises:", re.MULTILINE | re.DOTALL)

_TEST_NAME = re.compile(r"(test_.*|.*_test|conftest|tests)\.py\Z")
_TEST_DIRECTORY = re.compile(r"tests|__tests__|.+_tests|tests_.+")

_NUMBERED_NAME = re.compile(r"[0-9]+_.*\.py\Z")
_MIGRATION_DIRECTORIES = frozenset({"alembic", "migrations", "migration", "revisions"})

_VENDORED_DIRECTORIES = frozenset({"_vendor", "_vendored", "vendored", "third_party", "thirdparty"})

_SCRIPT_NAMES = frozenset({"setup.py", "noxfile.py", "fabfile.py", "locustfile.py", "hatch_build.py"})
_SCRIPT_DIRECTORIES = frozenset({"scripts", "benchmarks", "docs_src"})
# These are scripts beside the code and may well be packages of the application inside it.
_SCRIPT_DIRECTORIES_OUTSIDE_PACKAGES = frozenset(
    {"docs", "doc", "examples", "example", "tools", "bin", "dev", "hack", "benchmark", "script"}
)

# A package ships them as files that nobody imports; one that is imported has an `__init__.py`.
_EXAMPLE_DIRECTORIES = frozenset({"examples", "example"})


@dataclass(frozen=True, slots=True)
class Roles:
    """What the layout of the whole tree says: directories of tests, migrations, packages and other people's code."""

    packages: frozenset[PurePosixPath]
    test_directories: frozenset[PurePosixPath]
    migration_directories: frozenset[PurePosixPath]
    vendored_directories: frozenset[PurePosixPath]

    @classmethod
    def of(cls, python_paths: Iterable[str]) -> "Roles":
        """Read the layout from the paths of all Python files."""
        paths = [PurePosixPath(path) for path in python_paths]
        return cls(
            packages=frozenset(path.parent for path in paths if path.name == "__init__.py"),
            test_directories=_test_directories(paths),
            migration_directories=_migration_directories(paths),
            vendored_directories=_vendored_directories(paths),
        )

    def role_of(self, path: PurePosixPath, start: bytes) -> Role:
        """Return the role of a file by its path and its first bytes."""
        header = _header(start)
        is_vendored = not self.vendored_directories.isdisjoint(path.parents)
        if is_vendored or _GENERATED_NAME.match(path.name) or _GENERATED_MARK.search(header):
            return Role.GENERATED
        if _TEST_NAME.match(path.name) or not self.test_directories.isdisjoint(path.parents):
            return Role.TEST
        if _REVISION_MARK.search(header) or not self.migration_directories.isdisjoint((path, *path.parents)):
            return Role.MIGRATION
        return Role.SCRIPT if self._is_script(path) else Role.APPLICATION

    def role_of_evidence(self, path: PurePosixPath) -> Role:
        """Return the role of a file that is no Python: for tests, or not."""
        return Role.APPLICATION if self.test_directories.isdisjoint(path.parents) else Role.TEST

    def _is_script(self, path: PurePosixPath) -> bool:
        if not _SCRIPT_DIRECTORIES.isdisjoint(path.parts[:-1]):
            return True
        if path.name in _SCRIPT_NAMES:
            return path.parent not in self.packages
        return any(
            parent.name in _SCRIPT_DIRECTORIES_OUTSIDE_PACKAGES
            and parent not in self.packages
            and (parent.name in _EXAMPLE_DIRECTORIES or parent.parent not in self.packages)
            for parent in path.parents
        )


def _header(start: bytes) -> str:
    """Return the comments and the docstring before the first statement."""
    lines = start.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    count = next((number for number, line in enumerate(lines) if not _HEADER_LINE.match(line)), len(lines))
    comments = b"".join(lines[:count]).decode("utf-8", "replace")
    docstring = _DOCSTRING.match(b"".join(lines[count:]).decode("utf-8", "replace"))
    return comments + (docstring.group(2) if docstring else "")


def _test_directories(paths: Iterable[PurePosixPath]) -> frozenset[PurePosixPath]:
    """Directories named for tests; one named plain "test" must hold something that pytest collects."""
    named = {parent for path in paths for parent in path.parents if _TEST_DIRECTORY.fullmatch(parent.name)}
    collected = {
        parent for path in paths if _TEST_NAME.match(path.name) for parent in path.parents if parent.name == "test"
    }
    return frozenset(named | collected)


def _vendored_directories(paths: Iterable[PurePosixPath]) -> frozenset[PurePosixPath]:
    """Copies of libraries; one named plain "vendor" holds nothing but packages, for it may be about vendors."""
    named = {parent for path in paths for parent in path.parents if parent.name in _VENDORED_DIRECTORIES}
    plain = {parent for path in paths for parent in path.parents if parent.name == "vendor"}
    about_vendors = {path.parent for path in paths if path.name != "__init__.py"}
    return frozenset(named | (plain - about_vendors))


def _migration_directories(paths: Iterable[PurePosixPath]) -> frozenset[PurePosixPath]:
    """Alembic's environments, numbered migrations and Piccolo's; a lone `env.py` of Alembic stands for itself."""
    all_paths = frozenset(paths)
    versions = {parent for path in all_paths for parent in path.parents if parent.name.startswith("versions")}
    environments = {path.parent for path in versions if path.parent / "env.py" in all_paths}
    alone = {path.parent for path in all_paths if path.name == "env.py"}
    named = {path for path in environments | alone if path.name in _MIGRATION_DIRECTORIES}
    unnamed = {path for path in versions if path.parent in environments} | {path / "env.py" for path in environments}
    numbered = {
        parent
        for path in all_paths
        if _NUMBERED_NAME.match(path.name)
        for parent in path.parents
        if parent.name == "migrations"
    }
    piccolo = {parent for path in all_paths for parent in path.parents if parent.name == "piccolo_migrations"}
    return frozenset(named | unnamed | numbered | piccolo)

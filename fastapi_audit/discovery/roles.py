"""What each Python file is for, by the conventions of pytest, Alembic, Aerich, code generators and copied libraries.

In doubt a file is application code: a false "test" would hide it from the audit.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from posixpath import basename, dirname, join

from fastapi_audit.discovery.directories import around
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

    packages: frozenset[str]
    test_directories: frozenset[str]
    migration_directories: frozenset[str]
    vendored_directories: frozenset[str]

    @classmethod
    def of(cls, paths: Collection[str]) -> "Roles":
        """Read the layout from the paths of all Python files."""
        directories = {directory for path in paths for directory in around(path)}
        return cls(
            packages=frozenset(dirname(path) for path in paths if basename(path) == "__init__.py"),
            test_directories=_test_directories(paths, directories),
            migration_directories=_migration_directories(frozenset(paths), directories),
            vendored_directories=_vendored_directories(paths, directories),
        )

    def role_of(self, path: str, start: bytes) -> Role:
        """Return the role of a file by its path and its first bytes."""
        header, name, directories = _header(start), basename(path), around(path)
        is_vendored = not self.vendored_directories.isdisjoint(directories)
        if is_vendored or _GENERATED_NAME.match(name) or _GENERATED_MARK.search(header):
            return Role.GENERATED
        if _TEST_NAME.match(name) or not self.test_directories.isdisjoint(directories):
            return Role.TEST
        if _REVISION_MARK.search(header) or not self.migration_directories.isdisjoint((path, *directories)):
            return Role.MIGRATION
        return Role.SCRIPT if self._is_script(path) else Role.APPLICATION

    def role_of_evidence(self, path: str) -> Role:
        """Return the role of a file that is no Python: for tests, or not."""
        return Role.APPLICATION if self.test_directories.isdisjoint(around(path)) else Role.TEST

    def _is_script(self, path: str) -> bool:
        if not _SCRIPT_DIRECTORIES.isdisjoint(path.split("/")[:-1]):
            return True
        if basename(path) in _SCRIPT_NAMES:
            return dirname(path) not in self.packages
        return any(self._holds_scripts(directory) for directory in around(path))

    def _holds_scripts(self, directory: str) -> bool:
        name = basename(directory)
        if name not in _SCRIPT_DIRECTORIES_OUTSIDE_PACKAGES or directory in self.packages:
            return False
        return name in _EXAMPLE_DIRECTORIES or dirname(directory) not in self.packages


def _header(start: bytes) -> str:
    """Return the comments and the docstring before the first statement."""
    lines = start.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    count = next((number for number, line in enumerate(lines) if not _HEADER_LINE.match(line)), len(lines))
    comments = b"".join(lines[:count]).decode("utf-8", "replace")
    docstring = _DOCSTRING.match(b"".join(lines[count:]).decode("utf-8", "replace"))
    return comments + (docstring.group(2) if docstring else "")


def _test_directories(paths: Collection[str], directories: Collection[str]) -> frozenset[str]:
    """Directories named for tests; one named plain "test" must hold something that pytest collects."""
    named = {directory for directory in directories if _TEST_DIRECTORY.fullmatch(basename(directory))}
    collected = {directory for path in paths if _TEST_NAME.match(basename(path)) for directory in around(path)}
    return frozenset((*named, *_named("test", collected)))


def _vendored_directories(paths: Collection[str], directories: Collection[str]) -> frozenset[str]:
    """Copies of libraries; one named plain "vendor" holds nothing but packages, for it may be about vendors."""
    named = {directory for directory in directories if basename(directory) in _VENDORED_DIRECTORIES}
    about_vendors = {dirname(path) for path in paths if basename(path) != "__init__.py"}
    return frozenset(named | ({*_named("vendor", directories)} - about_vendors))


def _migration_directories(paths: frozenset[str], directories: Collection[str]) -> frozenset[str]:
    """Alembic's environments, numbered migrations and Piccolo's; a lone `env.py` of Alembic stands for itself."""
    versions = {directory for directory in directories if basename(directory).startswith("versions")}
    environments = {dirname(directory) for directory in versions if join(dirname(directory), "env.py") in paths}
    alone = {dirname(path) for path in paths if basename(path) == "env.py"}
    named = {directory for directory in environments | alone if basename(directory) in _MIGRATION_DIRECTORIES}
    unnamed = {directory for directory in versions if dirname(directory) in environments}
    unnamed |= {join(directory, "env.py") for directory in environments}
    numbered = {directory for path in paths if _NUMBERED_NAME.match(basename(path)) for directory in around(path)}
    piccolo = _named("piccolo_migrations", directories)
    return frozenset((*named, *unnamed, *_named("migrations", numbered), *piccolo))


def _named(name: str, directories: Collection[str]) -> Iterator[str]:
    return (directory for directory in directories if basename(directory) == name)

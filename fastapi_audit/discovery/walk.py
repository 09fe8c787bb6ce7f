"""One walk over the tree: files worth a look, and what stands in the way.

Follows no symbolic link and opens nothing but ignore files. A link is reported only where it hides something that
would have been audited: out of the root, or to nowhere. A link to something inside is a duplicate and left out.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from fastapi_audit.discovery.content import Opened, read_start, reason_of
from fastapi_audit.discovery.ignores import MAX_IGNORE_FILE_SIZE, IgnoreFile, is_ignored, read_ignore_file
from fastapi_audit.discovery.kinds import kind_of
from fastapi_audit.model.repository import FileProblem, Kind

_VERSION_CONTROL = frozenset({".git", ".hg", ".svn", ".bzr"})
_ENVIRONMENTS = frozenset({".tox", ".nox", ".venv", ".direnv", ".pixi", "site-packages", "__pypackages__"})
_OTHER_LANGUAGES = frozenset({"node_modules", "bower_components", ".next", ".nuxt", ".terraform", ".serverless"})
_CACHES = frozenset(
    {
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".cache",
        ".eggs",
        ".aws-sam",
        ".fastapi_audit_cache",
    }
)
_FOREIGN_DIRECTORIES = _VERSION_CONTROL | _ENVIRONMENTS | _OTHER_LANGUAGES | _CACHES
_ENVIRONMENT_MARKERS = frozenset({"pyvenv.cfg", "conda-meta"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that some reader is for. Size in bytes."""

    path: str
    kind: Kind
    size: int


@dataclass(slots=True)
class Walk:
    """Collects candidates and problems below `top`, which must be a real path."""

    top: Path
    excludes: IgnoreFile
    candidates: list[Candidate] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)

    def run(self) -> None:
        """Walk the tree, depth first and in order of names."""
        info = self._read_ignore_file("", ".git/info/exclude")
        pending: list[tuple[str, tuple[IgnoreFile, ...]]] = [("", (info,) if info else ())]
        while pending:
            directory, ignore_files = pending.pop()
            entries = self._entries(directory)
            names = {entry.name for entry in entries}
            if directory and names & _ENVIRONMENT_MARKERS:
                continue
            if ".gitignore" in names and (found := self._read_ignore_file(directory, f"{directory}.gitignore")):
                ignore_files = (*ignore_files, found)
            below = [path for entry in entries if (path := self._visit(directory, entry, ignore_files))]
            pending.extend((path, ignore_files) for path in reversed(below))

    def _entries(self, directory: str) -> list["os.DirEntry[str]"]:
        try:
            with os.scandir(self.top / directory) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._report(
                directory.rstrip("/") or ".", "unreadable", f"the directory cannot be listed: {reason_of(error)}"
            )
            return []

    def _read_ignore_file(self, base: str, path: str) -> IgnoreFile | None:
        file = self.top / path
        if os.path.realpath(file) != str(file):
            return None  # Git does not follow a linked ignore file either, and the link may lead out
        opened = read_start(file, MAX_IGNORE_FILE_SIZE)
        if not isinstance(opened, Opened):
            return None
        ignore_file, left_out = read_ignore_file(base, opened.content)
        if left_out:
            self._report(path, "unsupported", f"{left_out} of its patterns cannot be used")
        return ignore_file

    def _visit(self, directory: str, entry: "os.DirEntry[str]", ignore_files: tuple[IgnoreFile, ...]) -> str | None:
        """Take a file into the list; return a directory, with a slash at the end, that is to be walked."""
        path = directory + entry.name
        kind = kind_of(path)
        if entry.is_symlink():
            if (kind or _leads_to_directory(entry)) and not self._is_left_out(path, ignore_files):
                self._visit_link(path)
            return None
        if entry.is_dir(follow_symlinks=False):
            path += "/"
            return path if self._is_walked(directory, entry.name, path, ignore_files) else None
        if kind and not self._is_left_out(path, ignore_files):
            self._visit_file(path, kind, entry)
        return None

    def _is_walked(self, directory: str, name: str, path: str, ignore_files: tuple[IgnoreFile, ...]) -> bool:
        if name in _FOREIGN_DIRECTORIES or name.endswith(".egg-info") or _is_build_output(directory, name):
            return False
        return not self._is_left_out(path, ignore_files) and self._has_portable_name(path)

    def _is_left_out(self, path: str, ignore_files: tuple[IgnoreFile, ...]) -> bool:
        return is_ignored(path, ignore_files) or bool(self.excludes.decision(path))

    def _visit_file(self, path: str, kind: Kind, entry: "os.DirEntry[str]") -> None:
        if not self._has_portable_name(path):
            return
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            self._report(path, "unreadable", reason_of(error))
            return
        if stat.S_ISREG(status.st_mode):
            self.candidates.append(Candidate(path, kind, status.st_size))
        elif kind is Kind.PYTHON:
            self._report(path, "unreadable", "not a regular file")

    def _visit_link(self, path: str) -> None:
        target = Path(os.path.realpath(self.top / path))
        if not target.is_relative_to(self.top):
            self._report(path, "outside", "a symbolic link that leads out of the audited tree")
        elif target.is_symlink() or not os.path.lexists(target):
            self._report(path, "unreadable", "a symbolic link that leads nowhere")

    def _has_portable_name(self, path: str) -> bool:
        if path.isascii() or path == path.encode("utf-8", "replace").decode():
            return True
        self._report(path.rstrip("/"), "unsupported", "the name is not valid UTF-8")
        return False

    def _report(self, path: str, kind: str, reason: str) -> None:
        shown = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        self.problems.append(FileProblem(shown, kind, reason))


def _leads_to_directory(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_build_output(directory: str, name: str) -> bool:
    return directory.endswith("build/") and (name == "lib" or name.startswith(("lib.", "bdist.")))

"""From a path to a `Repository`: walk the tree, name what each file is, find the roots.

Opens Python files for their first bytes only, and manifests for their packaging tables; parses no Python.
"""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from fastapi_audit.discovery.content import Opened, read_start
from fastapi_audit.discovery.ignores import ignore_file_of_excludes
from fastapi_audit.discovery.import_roots import find_import_roots
from fastapi_audit.discovery.project_roots import find_project_roots
from fastapi_audit.discovery.roles import Roles
from fastapi_audit.discovery.walk import Candidate, Walk
from fastapi_audit.errors import NothingToAudit, UsageError
from fastapi_audit.model.repository import FileProblem, Kind, Repository, SourceFile

DEFAULT_MAX_FILE_SIZE = 2 * 1024 * 1024
_LARGE_KINDS = (Kind.LOCK, Kind.COVERAGE)
_LARGE_FACTOR = 16  # lock files and coverage reports are machine-made and rightly long
_HEADER_SIZE = 512


def discover(root: Path, *, exclude: Sequence[str] = (), max_file_size: int = DEFAULT_MAX_FILE_SIZE) -> Repository:
    """Take stock of the tree at `root`, or of one Python file.

    `exclude` holds patterns in gitignore syntax; sizes are in bytes. Raises `UsageError` for a path that does not
    exist or a pattern that means nothing, and `NothingToAudit` where there is no Python file.
    """
    top, candidates, problems = _candidates(root, exclude)
    sized = [_with_size_limit(candidate, max_file_size, problems) for candidate in candidates]
    files = _source_files(top, [candidate for candidate in sized if candidate], problems)
    if not any(file.kind is Kind.PYTHON for file in files) and not any(_is_python(problem) for problem in problems):
        seen = "".join(f" ({problem.path}: {problem.reason})" for problem in problems[:1])
        raise NothingToAudit(f"{root} holds no Python file that is not ignored or excluded{seen}; give another path")
    project_roots = find_project_roots(top, files)
    return Repository(
        root=top,
        files=files,
        project_roots=project_roots,
        import_roots=find_import_roots(top, files, project_roots),
        problems=tuple(sorted(problems, key=lambda problem: (problem.path, problem.kind, problem.reason))),
    )


def _candidates(root: Path, exclude: Sequence[str]) -> tuple[Path, list[Candidate], list[FileProblem]]:
    mode = _mode_of(root)
    if stat.S_ISDIR(mode):
        top = Path(os.path.realpath(root))
        walk = Walk(top, ignore_file_of_excludes(exclude))
        walk.run()
        return top, walk.candidates, walk.problems
    if not stat.S_ISREG(mode):
        raise UsageError(f"{root} is neither a directory nor a regular file")
    if root.suffix != ".py":
        raise NothingToAudit(f"{root} is not a Python file; give a directory or a file that ends in .py")
    single = Path(os.path.realpath(root.parent)) / root.name
    return single.parent, [Candidate(root.name, Kind.PYTHON, single.stat().st_size)], []


def _mode_of(root: Path) -> int:
    try:
        return root.stat().st_mode
    except FileNotFoundError:
        raise UsageError(f"{root} does not exist; give the path of a directory or of a Python file") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{root} cannot be read: {error}") from None


def _with_size_limit(candidate: Candidate, limit: int, problems: list[FileProblem]) -> Candidate | None:
    allowed = limit * _LARGE_FACTOR if candidate.kind in _LARGE_KINDS else limit
    if candidate.size <= allowed:
        return candidate
    reason = f"the file has {candidate.size} bytes, more than the {allowed} that are read"
    problems.append(FileProblem(candidate.path, "too-large", reason))
    return None


def _source_files(top: Path, candidates: Sequence[Candidate], problems: list[FileProblem]) -> tuple[SourceFile, ...]:
    roles = Roles.of([candidate.path for candidate in candidates if candidate.kind is Kind.PYTHON])
    files = []
    for candidate in candidates:
        role = roles.role_of_evidence(candidate.path)
        if candidate.kind is Kind.PYTHON:
            opened = read_start(top / candidate.path, _HEADER_SIZE)
            if not isinstance(opened, Opened):
                problems.append(FileProblem(candidate.path, "unreadable", opened))
                continue
            role = roles.role_of(candidate.path, opened.content)
        files.append(SourceFile(candidate.path, candidate.kind, role, candidate.size))
    return tuple(sorted(files, key=lambda file: file.path))


def _is_python(problem: FileProblem) -> bool:
    return problem.path.endswith(".py")

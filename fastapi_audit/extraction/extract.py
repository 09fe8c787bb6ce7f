"""Every file of the repository → facts, in this process or in any executor, with the same result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from typing import Protocol

import msgspec

from fastapi_audit.extraction.evidence import read_evidence
from fastapi_audit.extraction.jobs import Result
from fastapi_audit.extraction.pool import results_of
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.facts.syntax import ModuleFacts
from fastapi_audit.model.extraction import Extraction
from fastapi_audit.model.repository import FileProblem, Kind, Repository, SourceFile

Read = Callable[[str], bytes]
Progress = Callable[[int, int], None]

_decoder = msgspec.msgpack.Decoder(ModuleFacts)


class Store(Protocol):
    """Encoded facts by the content of a file, of earlier runs and for later ones."""

    def get(self, content: bytes) -> msgspec.Raw | None:
        """Return the facts of a content, if they are known."""

    def add(self, content: bytes, facts: bytes) -> None:
        """Keep the facts of a content."""


def extract(
    repository: Repository,
    *,
    jobs: int = 1,
    read: Read | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    store: Store | None = None,
) -> Extraction:
    """Read and extract every file; of equal files, one.

    `read` gives the bytes of a path and raises OSError; `progress` is told how many Python files are done, of how many.
    With more than one job, or an `executor`, files are sent as bytes: workers share neither disk nor memory with us.
    What the `store` knows is not extracted again.
    """
    reader = _Reader(repository, read)
    python = [file for file in repository.files if file.kind is Kind.PYTHON]
    evidence = _read_all_evidence([file for file in repository.files if file.kind is not Kind.PYTHON], reader)
    paths = _paths_by_content(python, reader)
    known = _known(paths, store)
    new: dict[bytes, Result] = {}
    for results in results_of([content for content in paths if content not in known], jobs, executor):
        new.update(results)
        if progress is not None:
            progress(len(known) + len(new), len(paths))
    if store is not None:
        _keep(new, store)
    by_path = {path: result for content, result in {**known, **new}.items() for path in paths[content]}
    return Extraction(
        # Equal files have nodes of their own nevertheless, as nodes are told apart by identity.
        {path: _decoder.decode(result.facts) for path, result in sorted(by_path.items()) if result.facts},
        evidence,
        tuple(sorted([*reader.problems, *_problems(by_path)], key=lambda problem: problem.path)),
        {path: result.seconds for path, result in by_path.items()},
    )


def _problems(results: Mapping[str, Result]) -> Iterator[FileProblem]:
    for path, result in results.items():
        if result.reason:
            yield FileProblem(path, "unparsable", result.reason, result.line)


class _Reader:
    """Reads files and remembers those that could not be read."""

    def __init__(self, repository: Repository, read: Read | None) -> None:
        self._read = read or (lambda path: (repository.root / path).read_bytes())
        self.problems: list[FileProblem] = []

    def __call__(self, path: str) -> bytes | None:
        try:
            return self._read(path)
        except OSError as error:
            self.problems.append(FileProblem(path, "unreadable", error.strerror or "cannot be read"))
            return None


def _read_all_evidence(files: Iterable[SourceFile], reader: _Reader) -> dict[str, EvidenceFacts]:
    found: dict[str, EvidenceFacts] = {}
    for file in files:
        content = reader(file.path)
        if content is None:
            continue
        facts = read_evidence(file.kind, file.path, content)
        if isinstance(facts, str):
            reader.problems.append(FileProblem(file.path, "unparsable", facts))
        elif facts is not None:
            found[file.path] = facts
    return found


def _paths_by_content(files: Iterable[SourceFile], reader: _Reader) -> dict[bytes, list[str]]:
    """Return the paths of each content, the biggest first, so that no worker ends with a big one."""
    paths: dict[bytes, list[str]] = {}
    for file in sorted(files, key=lambda file: (-file.size, file.path)):
        content = reader(file.path)
        if content is not None:
            paths.setdefault(content, []).append(file.path)
    return paths


def _known(contents: Iterable[bytes], store: Store | None) -> dict[bytes, Result]:
    if store is None:
        return {}
    return {content: Result(facts) for content in contents if (facts := store.get(content)) is not None}


def _keep(results: Mapping[bytes, Result], store: Store) -> None:
    """Keep facts; why a file has none is found out quickly, and may depend on the machine."""
    for content, result in results.items():
        if result.facts:
            store.add(content, result.facts)

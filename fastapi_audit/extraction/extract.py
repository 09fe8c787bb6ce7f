"""Every file of the repository → facts, in this process or in any executor, with the same result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from multiprocessing import get_context

import msgspec

from fastapi_audit.extraction.evidence import read_evidence
from fastapi_audit.extraction.worker import Job, Result, extract_batch, extract_batch_isolated
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.facts.syntax import ModuleFacts
from fastapi_audit.model.extraction import Extraction
from fastapi_audit.model.repository import FileProblem, Kind, Repository, SourceFile

Read = Callable[[str], bytes]
Progress = Callable[[int, int], None]
Batch = tuple[Job, ...]

BATCH_BYTES = 120_000
WORKERS_PAY_FROM = 1_000_000  # bytes of source: below, starting workers costs more than they save

_decoder = msgspec.msgpack.Decoder(ModuleFacts)


def extract(
    repository: Repository,
    *,
    jobs: int = 1,
    read: Read | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Extraction:
    """Read and extract every file.

    `read` gives the bytes of a path and raises OSError; `progress` is told how many Python files are done, of how many.
    With more than one job, or an `executor`, files are sent as bytes: workers share neither disk nor memory with us.
    """
    reader = _Reader(repository, read)
    python = [file for file in repository.files if file.kind is Kind.PYTHON]
    evidence = _read_all_evidence([file for file in repository.files if file.kind is not Kind.PYTHON], reader)
    batches = list(_batches(python, reader))
    results: dict[str, Result] = {}
    for done in _results(batches, jobs, executor):
        results.update(done)
        if progress is not None:
            progress(len(results), len(python))
    modules = {path: _decoder.decode(results[path].facts) for path in sorted(results) if results[path].facts}
    problems = [
        FileProblem(path, "unparsable", result.reason, result.line) for path, result in results.items() if result.reason
    ]
    return Extraction(modules, evidence, tuple(sorted([*problems, *reader.problems], key=lambda item: item.path)))


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


def _batches(files: Iterable[SourceFile], reader: _Reader) -> Iterator[Batch]:
    """Yield files in batches of similar size, the biggest first, so that no worker ends with a big one."""
    batch: list[Job] = []
    size = 0
    for file in sorted(files, key=lambda file: (-file.size, file.path)):
        content = reader(file.path)
        if content is None:
            continue
        batch.append((file.path, content))
        size += len(content)
        if size >= BATCH_BYTES:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


def _results(batches: Sequence[Batch], jobs: int, executor: Executor | None) -> Iterator[dict[str, Result]]:
    """Run batches in the caller's executor, in a pool of processes, or in this process."""
    size = sum(len(content) for batch in batches for _, content in batch)
    if executor is not None:
        yield from _run(executor, batches)
    elif jobs > 1 and size >= WORKERS_PAY_FROM:
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            yield from _run(pool, batches)
    else:
        yield from map(extract_batch, batches)


def _run(executor: Executor, batches: Sequence[Batch]) -> Iterator[dict[str, Result]]:
    """Run batches in an executor. Where a file killed a worker, what is left is read file by file, each on its own."""
    done = 0
    try:
        for result in executor.map(extract_batch, batches):
            yield result
            done += 1
    except BrokenExecutor:
        yield from map(extract_batch_isolated, batches[done:])

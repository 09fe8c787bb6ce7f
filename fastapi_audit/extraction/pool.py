"""Batches of files → results, in the caller's executor, in a pool of processes, or in this process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor

from fastapi_audit.extraction.jobs import Batch, Result
from fastapi_audit.processes import start_method

BATCH_BYTES = 40_000
# Bytes of source, by how processes start: below, starting workers costs more than they save.
WORKERS_PAY_FROM = {"fork": 100_000, "spawn": 1_000_000}


def results_of(contents: Sequence[bytes], jobs: int, executor: Executor | None) -> Iterator[dict[bytes, Result]]:
    """Yield the results of contents, batch by batch in their order; `jobs` is how many processes may work."""
    if not contents:
        return
    from fastapi_audit.extraction.worker import extract_batch  # the parser takes a fifth of a second to load

    batches, method = list(_batches(contents)), start_method()
    if executor is not None:
        yield from _run(executor, batches)
    elif jobs > 1 and sum(map(len, contents)) >= WORKERS_PAY_FROM[method]:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        with ProcessPoolExecutor(min(jobs, len(batches)), mp_context=get_context(method)) as pool:
            yield from _run(pool, batches)
    else:
        yield from (_by_content(batch, extract_batch(batch)) for batch in batches)


def _batches(contents: Iterable[bytes]) -> Iterator[Batch]:
    """Yield batches of similar size."""
    batch: list[bytes] = []
    size = 0
    for content in contents:
        batch.append(content)
        size += len(content)
        if size >= BATCH_BYTES:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


def _by_content(batch: Batch, results: Sequence[Result]) -> dict[bytes, Result]:
    return dict(zip(batch, results, strict=True))


def _run(executor: Executor, batches: Sequence[Batch]) -> Iterator[dict[bytes, Result]]:
    """Run batches in an executor. Where a file killed a worker, what is left is read file by file, each on its own."""
    from fastapi_audit.extraction.worker import extract_batch, extract_batch_isolated

    done = 0
    try:
        for results in executor.map(extract_batch, batches):
            yield _by_content(batches[done], results)
            done += 1
    except BrokenExecutor:
        yield from (_by_content(batch, extract_batch_isolated(batch)) for batch in batches[done:])

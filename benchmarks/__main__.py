"""`python -m benchmarks [TREE ...]`: prints, as Markdown, what an audit of each tree costs, in ratios to a bare parse.

Without trees, it makes one. Trees are copied, so nothing is left in them. Takes many times as long as one audit does.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.generated import GROWTHS, more_files
from benchmarks.measuring import Cost, medians, run
from benchmarks.peers import peers_in

AUDIT = [sys.executable, "-m", "fastapi_audit"]
GENERATED_ROUTERS = 400
NOT_COPIED = shutil.ignore_patterns(".git", ".fastapi_audit_cache")
MEGABYTE = 1024 * 1024


def main() -> None:
    """Measure what was asked for, and print it."""
    arguments = _arguments()
    _say(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}, ")
    _say(f"medians of {arguments.rounds} rounds.\n\n")
    with TemporaryDirectory() as directory:
        scratch = Path(directory)
        _starting(arguments.rounds)
        for tree in arguments.trees or [_generated_tree(scratch)]:
            copy = scratch / tree.name
            if copy != tree:
                shutil.copytree(tree, copy, symlinks=True, ignore=NOT_COPIED)
            if not arguments.peers:
                _tree(copy, arguments.rounds)
            else:
                _peers(copy, arguments.peers, scratch, arguments.rounds)
        if not arguments.no_growth and not arguments.peers:
            _growth(scratch, arguments.rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("trees", nargs="*", type=Path, help="Directories to audit.")
    parser.add_argument("--rounds", type=int, default=3, help="How often each command runs. [3]")
    parser.add_argument("--peers", type=Path, help="Measure other tools instead, whose programs are in this directory.")
    parser.add_argument("--no-growth", action="store_true", help="Leave out generated projects of several sizes.")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _table(title: str, columns: Sequence[str], rows: Iterator[tuple[str, ...]]) -> None:
    _say(f"### {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n")
    for row in rows:
        _say(f"| {' | '.join(row)} |\n")
    _say("\n")


def _repeated(rounds: int, command: Sequence[str | Path], before: Callable[[], object] = lambda: None) -> Cost:
    """Return the median of several runs, and the memory of one more, as who watches that slows down what it watches."""
    timed = _timed(rounds, command, before)
    before()
    return replace(timed, memory=run(command, watches_memory=True).memory)


def _timed(
    rounds: int,
    command: Sequence[str | Path],
    before: Callable[[], object] = lambda: None,
    statuses: Iterable[int] = (0,),
) -> Cost:
    costs = []
    for _ in range(rounds):
        before()
        costs.append(run(command, accepts=statuses))
    return medians(costs)


def _starting(rounds: int) -> None:
    def rows() -> Iterator[tuple[str, ...]]:
        for arguments, status in (("--help", 0), ("--version", 0), ("no-such-directory", 2)):
            cost = _timed(rounds, [*AUDIT, arguments], statuses=(status,))
            yield f"`fastapi-audit {arguments}`", f"{cost.wall:.2f} s"

    _table("Starting", ("command", "wall"), rows())


def _tree(tree: Path, rounds: int) -> None:
    wall, cpu, files, lines = _bare_parse(tree, rounds)
    cache = tree / ".fastapi_audit_cache"
    two = [*AUDIT, str(tree), "--jobs", "2"]

    def remove() -> None:
        shutil.rmtree(cache, ignore_errors=True)

    def touch() -> None:
        (tree / "changed_by_the_benchmark.py").write_text(f"NUMBER = {os.urandom(8).hex()!r}\n")

    def rows() -> Iterator[tuple[str, ...]]:
        alone = _repeated(rounds, [*AUDIT, str(tree), "--jobs", "1", "--no-cache"])
        cold = _repeated(rounds, two, remove)
        warm = _repeated(rounds, two)
        changed = _repeated(rounds, two, touch)
        yield "bare parse", f"{wall:.2f} s", f"{cpu:.2f} s", "", "1"
        yield "cold, one process", *_figures(alone), f"{alone.cpu / cpu:.2f} × the processor time of the parse"
        yield "cold, two workers", *_figures(cold), f"{cold.wall / wall:.2f} × the wall time of the parse"
        yield "warm, nothing changed", *_figures(warm), f"{warm.wall / cold.wall:.1%} of cold"
        yield "warm, one file changed", *_figures(changed), f"{changed.wall / cold.wall:.1%} of cold"

    title = f"{tree.name}: {files:,} Python files, {lines:,} lines"
    _table(title, ("run", "wall", "processor", "memory", "ratio"), rows())


def _figures(cost: Cost) -> tuple[str, str, str]:
    memory = "" if cost.memory is None else f"{cost.memory / MEGABYTE:.0f} MB"
    return *_times(cost), memory


def _times(cost: Cost) -> tuple[str, str]:
    return f"{cost.wall:.2f} s", f"{cost.cpu:.2f} s"


def _bare_parse(tree: Path, rounds: int) -> tuple[float, float, int, int]:
    """Return the median wall and processor seconds of the parse, and how many files and lines there are."""
    command = [sys.executable, "-m", "benchmarks.bare_parse", str(tree)]
    said = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(rounds)]
    cost = medians([Cost(float(wall), float(cpu)) for wall, cpu, *_ in said])
    return cost.wall, cost.cpu, int(said[0][2]), int(said[0][3])


def _peers(tree: Path, programs: Path, scratch: Path, rounds: int) -> None:
    def rows() -> Iterator[tuple[str, ...]]:
        own = _timed(rounds, [*AUDIT, str(tree), "--jobs", "2", "--no-cache"])
        yield "fastapi-audit", *_times(own), "1"
        for name, command, statuses in peers_in(programs, tree, scratch):
            try:
                cost = _timed(rounds, command, statuses=statuses)
            except subprocess.CalledProcessError as error:
                yield name, f"exits with {error.returncode}", "", ""
                continue
            yield name, *_times(cost), f"{cost.wall / own.wall:.2f}"

    _table(f"{tree.name}: peers", ("tool", "wall", "processor", "wall / ours, cold, two workers"), rows())


def _growth(scratch: Path, rounds: int) -> None:
    def rows() -> Iterator[tuple[str, ...]]:
        for name, (make, size) in GROWTHS.items():
            costs = [_generated_cost(make, size * times, scratch / f"{name}-{times}", rounds) for times in (1, 4, 16)]
            nothing = _generated_cost(make, 1, scratch / f"{name}-0", rounds)
            each = [(cost - nothing) / (size * times - 1) for cost, times in zip(costs, (1, 4, 16), strict=True)]
            ratios = tuple(f"{one / each[0]:.2f}" for one in each)
            yield name, f"{size}", *(f"{cost:.2f} s" for cost in costs), *ratios[1:]

    columns = ("in the number of", "1×", "time of 1×", "4×", "16×", "time of each at 4×", "at 16×")
    _table("Growth (processor time; the last columns against 1×)", columns, rows())


def _generated_cost(make: Callable[[Path, int], None], size: int, root: Path, rounds: int) -> float:
    make(root, size)
    return _timed(rounds, [*AUDIT, str(root), "--jobs", "1", "--no-cache"]).cpu


def _generated_tree(scratch: Path) -> Path:
    tree = scratch / "generated"
    more_files(tree, GENERATED_ROUTERS)
    return tree


if __name__ == "__main__":
    main()

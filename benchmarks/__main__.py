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
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bare_parse import python_contents
from benchmarks.generated import GROWTHS, more_files
from benchmarks.measuring import Cost, medians, run
from benchmarks.peers import peers_in

AUDIT = [sys.executable, "-m", "fastapi_audit"]
GENERATED_ROUTERS = 400
NOT_COPIED = shutil.ignore_patterns(".git", ".fastapi_audit_cache")
MEGABYTE = 1024 * 1024
ALONE, COLD = "cold, one process", "cold, two workers"


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


def _by_turns(rounds: int, measures: Mapping[str, Callable[[], Cost]]) -> dict[str, Cost]:
    """Return the medians of several measures, taken by turns: a machine may be slower for minutes."""
    costs: dict[str, list[Cost]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            costs[name].append(measure())
    return {name: medians(found) for name, found in costs.items()}


def _starting(rounds: int) -> None:
    def rows() -> Iterator[tuple[str, ...]]:
        for arguments, status in (("--help", 0), ("--version", 0), ("no-such-directory", 2)):
            cost = medians([run([*AUDIT, arguments], accepts=(status,)) for _ in range(rounds)])
            yield f"`fastapi-audit {arguments}`", f"{cost.wall:.2f} s"

    _table("Starting", ("command", "wall"), rows())


def _tree(tree: Path, rounds: int) -> None:
    runs = _runs_of(tree)

    def rows() -> Iterator[tuple[str, ...]]:
        bare = {"bare parse": partial(_bare_parse, tree)}
        costs = _by_turns(rounds, bare | {name: partial(measure, False) for name, measure in runs.items()})
        yield "bare parse", *_times(costs["bare parse"]), "", "1"
        for name, measure in runs.items():
            memory = measure(True).memory  # in a run of its own, as who watches that slows down what it watches
            shown = "" if memory is None else f"{memory / MEGABYTE:.0f} MB"
            yield name, *_times(costs[name]), shown, _ratio(name, costs)

    contents = python_contents(tree)
    lines = sum(content.count(b"\n") for content in contents)
    title = f"{tree.name}: {len(contents):,} Python files, {lines:,} lines"
    _table(title, ("run", "wall", "processor", "memory", "ratio"), rows())


def _runs_of(tree: Path) -> dict[str, Callable[[bool], Cost]]:
    """Return the kinds of runs, in the order in which they follow upon each other; each is told to watch the memory."""
    cached = [*AUDIT, str(tree), "--jobs", "2"]

    def cold(watches_memory: bool) -> Cost:
        shutil.rmtree(tree / ".fastapi_audit_cache", ignore_errors=True)
        return run(cached, watches_memory=watches_memory)

    def changed(watches_memory: bool) -> Cost:
        (tree / "changed_by_the_benchmark.py").write_text(f"NUMBER = {os.urandom(8).hex()!r}\n")
        return run(cached, watches_memory=watches_memory)

    alone = [*AUDIT, str(tree), "--jobs", "1", "--no-cache"]
    return {
        ALONE: lambda watches_memory: run(alone, watches_memory=watches_memory),
        COLD: cold,
        "warm, nothing changed": lambda watches_memory: run(cached, watches_memory=watches_memory),
        "warm, one file changed": changed,
    }


def _ratio(name: str, costs: Mapping[str, Cost]) -> str:
    cost, parse = costs[name], costs["bare parse"]
    if name == ALONE:
        return f"{cost.cpu / parse.cpu:.2f} × the processor time of the parse"
    if name == COLD:
        return f"{cost.wall / parse.wall:.2f} × the wall time of the parse"
    return f"{cost.wall / costs[COLD].wall:.1%} of cold"


def _times(cost: Cost) -> tuple[str, str]:
    return f"{cost.wall:.2f} s", f"{cost.cpu:.2f} s"


def _bare_parse(tree: Path) -> Cost:
    """Return what the parse costs, without loading the parser."""
    command = [sys.executable, "-m", "benchmarks.bare_parse", str(tree)]
    wall, cpu = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return Cost(float(wall), float(cpu))


def _peers(tree: Path, programs: Path, scratch: Path, rounds: int) -> None:
    own = [*AUDIT, str(tree), "--jobs", "2", "--no-cache"]
    refusals: dict[str, int] = {}
    measures: dict[str, Callable[[], Cost]] = {"fastapi-audit": partial(run, own)}
    for name, command, statuses in peers_in(programs, tree, scratch):
        measure = partial(run, command, accepts=statuses)
        try:
            measure()
        except subprocess.CalledProcessError as error:
            refusals[name] = error.returncode
        else:
            measures[name] = measure

    def rows() -> Iterator[tuple[str, ...]]:
        costs = _by_turns(rounds, measures)
        for name, cost in costs.items():
            yield name, *_times(cost), f"{cost.wall / costs['fastapi-audit'].wall:.2f}"
        for name, status in refusals.items():
            yield name, f"exits with {status}", "", ""

    _table(f"{tree.name}: peers", ("tool", "wall", "processor", "wall / ours, cold, two workers"), rows())


def _growth(scratch: Path, rounds: int) -> None:
    def rows() -> Iterator[tuple[str, ...]]:
        for name, (make, size) in GROWTHS.items():
            sizes = {"nothing": 1, **{f"{times}×": size * times for times in (1, 4, 16)}}
            costs = _by_turns(rounds, {key: _audit_of(make, many, scratch / name / key) for key, many in sizes.items()})
            nothing, *grown = (cost.cpu for cost in costs.values())
            each = [(cost - nothing) / (size * times - 1) for cost, times in zip(grown, (1, 4, 16), strict=True)]
            yield name, f"{size}", *(f"{cost:.2f} s" for cost in grown), *(f"{one / each[0]:.2f}" for one in each[1:])

    columns = ("in the number of", "1×", "time of 1×", "4×", "16×", "time of each at 4×", "at 16×")
    _table("Growth (processor time; the last columns against 1×)", columns, rows())


def _audit_of(make: Callable[[Path, int], None], size: int, root: Path) -> Callable[[], Cost]:
    make(root, size)
    return partial(run, [*AUDIT, str(root), "--jobs", "1", "--no-cache"])


def _generated_tree(scratch: Path) -> Path:
    tree = scratch / "generated"
    more_files(tree, GENERATED_ROUTERS)
    return tree


if __name__ == "__main__":
    main()

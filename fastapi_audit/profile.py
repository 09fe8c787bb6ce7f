"""Where the time of one run goes: stages, files and rules. Seconds of wall time; what workers do overlaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

SLOWEST = 5


@dataclass(slots=True)
class Profile:
    """Seconds by the name of the stage, the path of the file, and the code of the rule."""

    stages: dict[str, float] = field(default_factory=dict)
    files: dict[str, float] = field(default_factory=dict)
    rules: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens within as part of a stage."""
        with _counted(self.stages, name):
            yield

    @contextmanager
    def rule(self, code: str) -> Iterator[None]:
        """Count what happens within as the work of a rule, over all services."""
        with _counted(self.rules, code):
            yield

    def lines(self) -> Iterator[str]:
        """Yield the profile as text."""
        yield f"{sum(self.stages.values()):.2f} s in all"
        for name, seconds in self.stages.items():
            yield f"  {name:<10}{seconds:8.2f} s"
        yield from _slowest("files", self.files)
        yield from _slowest("rules", self.rules)


@contextmanager
def _counted(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = perf_counter()
    try:
        yield
    finally:
        seconds[name] = seconds.get(name, 0.0) + perf_counter() - started


def _slowest(title: str, seconds: Mapping[str, float]) -> Iterator[str]:
    slowest = sorted(((spent, name) for name, spent in seconds.items() if spent), reverse=True)[:SLOWEST]
    if slowest:
        yield f"the slowest {title}"
        yield from (f"  {spent:8.2f} s  {name}" for spent, name in slowest)

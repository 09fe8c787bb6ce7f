"""Everything that can be set, with its default. Files and the command line fill in what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from fastapi_audit.errors import ConfigError
from fastapi_audit.knowledge.patterns import is_pattern
from fastapi_audit.knowledge.url_paths import is_path_pattern

MAX_JOBS = 256


class Format(str, Enum):
    """The forms of the report."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class FailOn(str, Enum):
    """The weakest finding that makes the command fail."""

    ERROR = "error"
    WARNING = "warning"
    P0 = "p0"
    NEVER = "never"


class MinConfidence(str, Enum):
    """The least sure findings that are shown."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class Settings:
    """One run's settings; a key of a file is a field's name with hyphens.

    Where the report goes is not among them: a file of the audited tree must not name what gets overwritten.
    `jobs` None means one for each processor. The calls are names or patterns of `knowledge.patterns`: what blocks, what
    runs its first argument in a thread, what is never to be reported as blocking or heavy. `public_paths` are patterns
    of `knowledge.url_paths`: the routes that are meant for anybody.
    """

    format: Format = Format.TEXT
    min_score: float | None = None
    fail_on: FailOn = FailOn.NEVER
    min_confidence: MinConfidence = MinConfidence.MEDIUM
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_path_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    show_source: bool = False
    jobs: int | None = None
    blocking_calls: tuple[str, ...] = ()
    offloading_calls: tuple[str, ...] = ()
    trusted_calls: tuple[str, ...] = ()
    public_paths: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.min_score is not None and not 0 <= self.min_score <= 100:
            raise ConfigError(f"`min-score` is {self.min_score:g}; it goes from 0 to 100")
        if self.jobs is not None and not 1 <= self.jobs <= MAX_JOBS:
            raise ConfigError(f"`jobs` is {self.jobs}; it goes from 1 to {MAX_JOBS}")
        _require_patterns("blocking-calls", self.blocking_calls)
        _require_patterns("offloading-calls", self.offloading_calls)
        _require_patterns("trusted-calls", self.trusted_calls)
        _require_paths("public-paths", self.public_paths)

    @property
    def named_rules(self) -> tuple[str, ...]:
        """Every rule code, or beginning of one, that the settings name."""
        per_path = (code for codes in self.per_path_ignores.values() for code in codes)
        return (*self.select, *self.ignore, *per_path)


def _require_patterns(key: str, names: Iterable[str]) -> None:
    for name in names:
        if not is_pattern(name):
            raise ConfigError(
                f"`{key}`: `{name}` is no dotted name; write one such as `app.legacy.fetch` or `acme_sdk.*`"
            )


def _require_paths(key: str, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        if not is_path_pattern(pattern):
            raise ConfigError(
                f"`{key}`: `{pattern}` is no path; write one from the root of the service, "
                "such as `/health` or `/api/webhooks/*`"
            )

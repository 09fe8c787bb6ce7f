"""What the commands take, and how it becomes settings. Nothing heavy at import."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastapi_audit import output
from fastapi_audit.config.settings import FailOn, Format, MinConfidence, Settings
from fastapi_audit.errors import UsageError

if TYPE_CHECKING:
    from fastapi_audit.reporting.text_report import TextOptions


class Color(str, Enum):
    """When the text is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class ListFormat(str, Enum):
    """The forms of the route map."""

    TEXT = "text"
    JSON = "json"


class HttpMethod(str, Enum):
    """The methods that routes can be asked for."""

    GET = "GET"
    HEAD = "HEAD"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"
    OPTIONS = "OPTIONS"
    TRACE = "TRACE"
    CONNECT = "CONNECT"


PathArgument = Annotated[Path, typer.Argument(exists=True, help="A directory or a Python file.", show_default="here")]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="Read the settings from this file.")]
ExcludeOption = Annotated[
    list[str] | None, typer.Option("--exclude", metavar="PATTERN", help="Leave out paths, as in .gitignore.")
]
JobsOption = Annotated[int | None, typer.Option("--jobs", help="Processes that work at once; all processors.")]
NoCacheOption = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write a cache.")]
CacheDirectoryOption = Annotated[
    Path | None,
    typer.Option("--cache-dir", envvar="FASTAPI_AUDIT_CACHE_DIR", help="Keep the cache here, not in the project."),
]
ClearCacheOption = Annotated[bool, typer.Option("--clear-cache", help="Empty the cache first.")]
ProfileOption = Annotated[bool, typer.Option("--profile", help="Say where the time went.")]
ColorOption = Annotated[Color, typer.Option("--color", help="When to colour the text.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Neither progress nor messages.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")]


FormatOption = Annotated[Format | None, typer.Option("--format", help="The form of the report. [text]")]
MinScoreOption = Annotated[float | None, typer.Option("--min-score", help="Fail below this score.")]
FailOnOption = Annotated[FailOn | None, typer.Option("--fail-on", help="Fail on such findings. [never]")]
SelectOption = Annotated[
    list[str] | None, typer.Option("--select", metavar="RULES", help="Show these only, such as SEC,OBS001.")
]
IgnoreOption = Annotated[list[str] | None, typer.Option("--ignore", metavar="RULES", help="Do not show these.")]
PerPathOption = Annotated[
    list[str] | None,
    typer.Option("--per-path-ignores", metavar="PATTERN:RULES", help="Suppress rules below a path."),
]
MinConfidenceOption = Annotated[
    MinConfidence | None, typer.Option("--min-confidence", help="Show findings as sure as this. [medium]")
]
ShowSourceOption = Annotated[
    bool | None, typer.Option("--show-source/--no-show-source", help="Show the lines of findings.")
]
BlockingCallsOption = Annotated[
    list[str] | None, typer.Option("--blocking-calls", metavar="NAMES", help="These block, such as app.legacy.fetch.")
]
OffloadingCallsOption = Annotated[
    list[str] | None,
    typer.Option("--offloading-calls", metavar="NAMES", help="These run their first argument in a thread."),
]
TrustedCallsOption = Annotated[
    list[str] | None, typer.Option("--trusted-calls", metavar="NAMES", help="These are never reported as blocking.")
]
PublicPathsOption = Annotated[
    list[str] | None, typer.Option("--public-paths", metavar="PATHS", help="Anybody may call these: /api/webhooks/*.")
]
ListFormatOption = Annotated[ListFormat, typer.Option("--format", help="The form of the list.")]
AppOption = Annotated[
    str | None, typer.Option("--app", metavar="MODULE:NAME", help="Only this application, such as app.main:app.")
]
MethodOption = Annotated[
    list[HttpMethod] | None,
    typer.Option("--method", metavar="METHOD", case_sensitive=False, help="Only this method; may be repeated."),
]
RoutePathOption = Annotated[
    str | None,
    typer.Option("--path", metavar="PATTERN", help="Only this path and what is below it; * stands for any text."),
]
UnauthenticatedOption = Annotated[
    bool, typer.Option("--unauthenticated", help="Only routes that nothing authenticates.")
]


def settings_of(path: Path, config: Path | None, **given: object) -> Settings:
    """Return the settings of the file with what the command line gives on top."""
    from fastapi_audit.config.load import load_settings

    settings = load_settings(path if path.is_dir() else path.parent, config)
    settings = replace(settings, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    return replace(settings, jobs=settings.jobs or os.cpu_count())


def split(values: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return the parts of values with commas; None stays None."""
    if values is None:
        return None
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def ignores_of(values: Iterable[str] | None) -> dict[str, tuple[str, ...]] | None:
    """Return per-path ignores given as PATTERN:RULES; raise `UsageError` for a value of another form."""
    ignores: dict[str, tuple[str, ...]] = {}
    for value in values or ():
        pattern, colon, codes = value.rpartition(":")
        if not colon or not pattern or not codes:
            raise UsageError(f"`{value}` is no per-path ignore; write PATTERN:RULES, such as `app/legacy/**:SEC001`")
        ignores[pattern] = (*ignores.get(pattern, ()), *(split([codes]) or ()))
    return ignores or None


def text_options_of(settings: Settings, color: Color, file: Path | None = None) -> TextOptions:
    """Return how a text is laid out for the terminal, or for a file."""
    from fastapi_audit.audit.verdict import Confidence
    from fastapi_audit.reporting.text_findings import FindingOptions
    from fastapi_audit.reporting.text_report import TextOptions

    is_colored = color is Color.ALWAYS or (color is Color.AUTO and file is None and output.is_colorful_terminal())
    shown = Confidence[settings.min_confidence.name]
    return TextOptions(
        width=output.DEFAULT_WIDTH if file else output.terminal_width(),
        is_colored=is_colored,
        is_ascii=file is None and output.is_ascii_only(),
        findings=FindingOptions(least_confidence=shown, shows_source=settings.show_source),
    )


def listing_options_of(settings: Settings, color: Color, file: Path | None = None) -> TextOptions:
    """Return how a table is laid out: cut to a terminal, whole where another program or a file takes it."""
    options = text_options_of(settings, color, file)
    return options if file is None and output.is_terminal() else replace(options, width=output.UNLIMITED_WIDTH)

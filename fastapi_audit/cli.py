"""The command line: options → settings → pipeline → renderer → exit status. No logic, and nothing heavy at import."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from fastapi_audit import __version__, output
from fastapi_audit.config.settings import Settings
from fastapi_audit.errors import AuditError, ExitStatus
from fastapi_audit.options import (
    AppOption,
    BlockingCallsOption,
    CacheDirectoryOption,
    ClearCacheOption,
    Color,
    ColorOption,
    ConfigOption,
    ExcludeOption,
    FailOnOption,
    FormatOption,
    IgnoreOption,
    JobsOption,
    ListFormat,
    ListFormatOption,
    MethodOption,
    MinConfidenceOption,
    MinScoreOption,
    NoCacheOption,
    OffloadingCallsOption,
    OutputOption,
    PathArgument,
    PerPathOption,
    ProfileOption,
    PublicPathsOption,
    QuietOption,
    RoutePathOption,
    SelectOption,
    ShowSourceOption,
    TrustedCallsOption,
    UnauthenticatedOption,
    ignores_of,
    listing_options_of,
    settings_of,
    split,
    text_options_of,
)
from fastapi_audit.running import Caching, running

INTERRUPTED = 130

# Older versions of Typer raise click's exceptions, newer ones those of their own copy; this is the one in use.
_BadUsage: Any = typer.BadParameter.__mro__[2]


class AuditByDefault(TyperGroup):
    """Takes arguments that begin with no command's name for those of `audit`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command in front where none is named."""
        if not args or args[0] not in {*self.commands, "--help", "--version"}:
            args = ["audit", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=AuditByDefault,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help costs a tenth of a second less
    context_settings={"max_content_width": 100},
)


def main() -> None:
    """Run the command and exit, at once: to take a large model apart, object by object, takes seconds; to look for
    garbage in it as well.
    """
    gc.disable()
    status = run(sys.argv[1:])
    output.flush()
    os._exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run the command with arguments and return its exit status; nothing but Ctrl-C gets past."""
    understood = [argument for argument in arguments if argument != "--debug"]
    try:
        return int(app(understood, prog_name="fastapi-audit", standalone_mode=False) or ExitStatus.OK)
    except AuditError as error:
        output.say(f"error: {error}")
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:  # a bug of ours, or usage that Typer refused: one line, never a traceback unasked
        if isinstance(error, _BadUsage):
            output.say(f"error: {error.format_message()} (fastapi-audit --help)")
        elif len(understood) < len(arguments):
            traceback.print_exc()
        else:
            output.say(
                f"a bug in fastapi-audit: {type(error).__name__}: {error}; please report it with what --debug says"
            )
    return ExitStatus.ERROR


def _print_version(is_asked: bool) -> None:
    if is_asked:
        output.print_report(f"fastapi-audit {__version__}\n")
        raise typer.Exit


@app.callback(epilog="`fastapi-audit [PATH]` is short for `fastapi-audit audit [PATH]`, where the options are listed.")
def options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a bug in fastapi-audit.")] = False,
) -> None:
    """Say whether a FastAPI service is ready for production, what is wrong, and what to fix first."""


@app.command()
def audit(
    path: PathArgument = Path(),
    form: FormatOption = None,
    output_file: OutputOption = None,
    min_score: MinScoreOption = None,
    fail_on: FailOnOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    per_path_ignores: PerPathOption = None,
    exclude: ExcludeOption = None,
    min_confidence: MinConfidenceOption = None,
    show_source: ShowSourceOption = None,
    blocking_calls: BlockingCallsOption = None,
    offloading_calls: OffloadingCallsOption = None,
    trusted_calls: TrustedCallsOption = None,
    public_paths: PublicPathsOption = None,
    jobs: JobsOption = None,
    no_cache: NoCacheOption = False,
    cache_directory: CacheDirectoryOption = None,
    clear_cache: ClearCacheOption = False,
    profile: ProfileOption = False,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> int:
    """Audit and score a project (the default command)."""
    settings = settings_of(
        path,
        config,
        format=form,
        min_score=min_score,
        fail_on=fail_on,
        select=split(select),
        ignore=split(ignore),
        per_path_ignores=ignores_of(per_path_ignores),
        exclude=exclude and tuple(exclude),
        min_confidence=min_confidence,
        show_source=show_source,
        blocking_calls=split(blocking_calls),
        offloading_calls=split(offloading_calls),
        trusted_calls=split(trusted_calls),
        public_paths=split(public_paths),
        jobs=jobs,
    )
    from fastapi_audit import pipeline
    from fastapi_audit.checking.gates import broken_gates
    from fastapi_audit.reporting.render import render

    caching = Caching(not no_cache, cache_directory, clear_cache)
    with running(path, caching, quiet=quiet, is_profiled=profile) as means:
        found = pipeline.audit(path, settings, means)
    text_options = text_options_of(settings, color, output_file)
    _deliver(render(found, settings.format.value, text_options), output_file, quiet)
    broken = broken_gates(found, settings)
    for message in () if quiet else broken:
        output.say(message)
    return ExitStatus.GATE_FAILED if broken else ExitStatus.OK


@app.command()
def routes(
    path: PathArgument = Path(),
    app_name: AppOption = None,
    method: MethodOption = None,
    url_path: RoutePathOption = None,
    unauthenticated: UnauthenticatedOption = False,
    form: ListFormatOption = ListFormat.TEXT,
    output_file: OutputOption = None,
    exclude: ExcludeOption = None,
    jobs: JobsOption = None,
    no_cache: NoCacheOption = False,
    cache_directory: CacheDirectoryOption = None,
    clear_cache: ClearCacheOption = False,
    profile: ProfileOption = False,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """List the routes as FastAPI would serve them: method, path, who may call it, handler, response model, tags."""
    settings = settings_of(path, config, exclude=exclude and tuple(exclude), jobs=jobs)
    from fastapi_audit import pipeline
    from fastapi_audit.checking.route_selection import RouteSelection
    from fastapi_audit.reporting.route_json import render_routes_json
    from fastapi_audit.reporting.route_table import render_routes

    selection = RouteSelection(app_name, [one.value for one in method or ()], url_path, unauthenticated)
    caching = Caching(not no_cache, cache_directory, clear_cache)
    with running(path, caching, quiet=quiet, is_profiled=profile) as means:
        found = pipeline.list_routes(path, settings, selection, means)
    if form is ListFormat.JSON:
        text = render_routes_json(found)
    else:
        text = render_routes(found, listing_options_of(settings, color, output_file))
    _deliver(text, output_file, quiet)


@app.command()
def checklist(
    name: Annotated[str, typer.Argument(help="health, security, production, mistakes, architecture, …")],
    path: PathArgument = Path(),
    exclude: ExcludeOption = None,
    jobs: JobsOption = None,
    no_cache: NoCacheOption = False,
    cache_directory: CacheDirectoryOption = None,
    clear_cache: ClearCacheOption = False,
    profile: ProfileOption = False,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    config: ConfigOption = None,
) -> None:
    """Print one checklist of an audit."""
    settings = settings_of(path, config, exclude=exclude and tuple(exclude), jobs=jobs)
    from fastapi_audit import pipeline
    from fastapi_audit.reporting.listings import render_checklist

    caching = Caching(not no_cache, cache_directory, clear_cache)
    with running(path, caching, quiet=quiet, is_profiled=profile) as means:
        found = pipeline.audit(path, settings, means)
    output.print_report(render_checklist(found, name, text_options_of(settings, color)))


@app.command()
def explain(rule: Annotated[str, typer.Argument(help="The code or the name of a rule.")]) -> None:
    """Print the documentation of a rule."""
    from fastapi_audit.checking.registry import find_rule, load_rules
    from fastapi_audit.reporting.listings import render_explanation

    output.print_report(render_explanation(find_rule(load_rules(), rule).info))


@app.command()
def rules(color: ColorOption = Color.AUTO) -> None:
    """List every rule."""
    from fastapi_audit.checking.registry import load_rules
    from fastapi_audit.reporting.listings import render_rules

    found = [rule.info for rule in load_rules()]
    output.print_report(render_rules(found, listing_options_of(Settings(), color)))


@app.command()
def schema() -> None:
    """Print the JSON Schema of the JSON report."""
    from fastapi_audit.reporting.listings import render_schema

    output.print_report(render_schema())


def _deliver(text: str, file: Path | None, quiet: bool) -> None:
    if file is None:
        output.print_report(text)
        return
    output.write_report(text, file)
    if not quiet:
        output.say(f"written to {file}")

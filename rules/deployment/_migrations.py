"""What migrates when the application starts, and what may that is not sure to."""

from collections.abc import Iterator

from fastapi_audit.rule_api import Call, Function, Place, Project, Purpose, StartCommand, names

DEPTH = 8
FORWARDED = frozenset({"$@", "$*", "${@}"})


def migrates_at_start(project: Project) -> Call | None:
    """Return the call that migrates when an application starts: at import, or in what runs before the first request."""
    made_in = {application.place.path for application in project.applications}
    at_import = [call for call in project.calls if call.function is None and call.module.path in made_in]
    called = [call.target for call in at_import if isinstance(call.target, Function)]
    lifecycle = [function for application in project.applications for function in application.lifecycle]
    reached = set(project.reached((*lifecycle, *called), DEPTH))
    migrating = project.starting.migrating_calls
    return next((call for call in migrating if call in at_import or call.function in reached), None)


def doubtful_start(project: Project) -> tuple[Place, str] | None:
    """Return a command of a deployment that may migrate, though nothing shows that it does, and why."""
    commands = [one for one in project.starting.commands if not one.is_for_development]
    scripts = {one.place.path.rpartition("/")[2] for one in commands}
    for command in commands:
        if command.purpose is Purpose.OTHER and (reason := _doubt(command, scripts, project)):
            return command.place, f"whether `{command.words[0]}` runs the migrations is not known: {reason}"
    return None


def _doubt(command: StartCommand, scripts: set[str], project: Project) -> str:
    head = command.words[0]
    program = head.rpartition("/")[2]
    if head in FORWARDED or head in names("starting", "harmless"):
        return ""
    if head.startswith("$") or (head in (".", "source") and any("$" in word for word in command.words)):
        return "it is computed"
    if program.endswith((".sh", ".bash")):
        return "" if program in scripts else "it is not in the repository"
    if program in own_programs(project):
        return "it is a command of the project's own"
    runs_file = program.startswith("python") and any(word.endswith(".py") for word in command.words)
    return "it is a program of the project's own" if runs_file or program.endswith(".py") else ""


def own_programs(project: Project) -> set[str]:
    return set(_own_programs(project))


def _own_programs(project: Project) -> Iterator[str]:
    """Yield what the project's own commands and packages are called: a script is mostly named like its package."""
    for module in project.modules:
        name = module.name.split(".")[0]
        yield from (name, name.replace("_", "-"), module.name)

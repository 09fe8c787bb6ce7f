"""Where errors are reported to somebody."""

from fastapi_audit.rule_api import Duty, Place, Project


def monitoring(project: Project) -> tuple[str, Place] | None:
    """Return what reports the errors of a service, and where it is switched on; None when nothing is known to."""
    found = project.instrument_for(Duty.ERRORS)
    return (str(found), found.place) if found is not None else None

"""Where errors are reported to somebody: what initialises a tracker, in code or in the command that serves."""

from fastapi_audit.rule_api import Image, Place, Project, names


def monitoring(project: Project) -> tuple[str, Place] | None:
    """Return what reports the errors of a service, and where it is switched on; None when nothing is known to."""
    for call in project.calls:
        if call.name in names("monitoring", "starts"):
            return str(call.name), call.place
    for application in project.applications:
        for middleware in application.middlewares:
            if middleware.name in names("monitoring", "middleware"):
                return str(middleware), middleware.place
    return next((found for image in project.subjects(Image) if (found := _command(image)) is not None), None)


def _command(image: Image) -> tuple[str, Place] | None:
    for keyword in ("ENTRYPOINT", "CMD"):
        instruction = image.dockerfile.in_force(keyword)
        if instruction is None:
            continue
        words = instruction.words or tuple(instruction.value.split())
        found = next((word for word in words if word.rpartition("/")[2] in names("monitoring", "commands")), None)
        if found is not None:
            return found, image.at(instruction.pos)
    return None

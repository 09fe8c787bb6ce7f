"""What starts the service and keeps it running by the files of the repository, and what in them is not said."""

from fastapi_audit.rule_api import Gateway, Kind, Place, Project, Purpose, StartCommand, texts

PROXIES = frozenset({"Envoy", "Kong"})
PUSHES = ("build-push", "docker-publish", "metadata-action")


def platform(project: Project) -> Gateway | None:
    """Return the cluster or the platform that runs the service, as many times as it is told to; None for none."""
    proxies = PROXIES | set(texts("gateways", "images").values())
    return next((gateway for gateway in project.gateways if gateway.kind not in proxies), None)


def infrastructure(project: Project) -> Place | None:
    """Return a file of Terraform, Pulumi or the CDK: what is deployed is said in code that is not read."""
    paths = project.paths_of(Kind.INFRASTRUCTURE)
    return Place(paths[0]) if paths else None


def start_of(project: Project) -> StartCommand | None:
    """Return the command that starts the server where it is deployed, of several one that the repository keeps."""
    commands = [one for one in project.starting.commands if one.purpose is Purpose.SERVER]
    deployed = [one for one in commands if not one.is_for_development]
    return next((one for one in deployed if one.is_kept), deployed[0] if deployed else None)


def is_handed_over(project: Project) -> Place | None:
    """Return the step of a pipeline that pushes an image to a registry."""
    for command in project.automation.in_ci:
        is_push = command.program in ("docker", "podman", "buildah", "skopeo") and bool(
            {"push", "--push", "copy"} & {*command.words}
        )
        if is_push or (command.is_action and any(part in command.program for part in PUSHES)):
            return command.place
    return None

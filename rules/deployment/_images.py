"""Which container images carry the service: its code is in them, they run Python, and are not made for development."""

import re
from fnmatch import fnmatchcase
from posixpath import basename, dirname

from fastapi_audit.rule_api import Image, Project, is_named_for_development, is_named_for_production, names

FROM_STAGE = re.compile(r"\bfrom=([^\s,]+)")
_TEMPLATE = re.compile(r"(^|[^a-z0-9])template($|[^a-z0-9])", re.IGNORECASE)
_PYTHON_IMAGE = re.compile(r"python|pypy|conda|mamba|uvicorn|(^|/)(uv|poetry|pdm)(:|$)")
_PYTHON_COMMAND = re.compile(
    r"\b(python[0-9.]*|pip[0-9.]*|pipx|pipenv|uv|poetry|pdm|hatch|conda|micromamba|uvicorn|gunicorn|hypercorn|granian|fastapi)\b"
)


def is_of_service(image: Image, project: Project) -> bool:
    """Say whether an image ships the service, as far as that can be told.

    An image of which it is not known what is in it counts where there is none of which it is.
    """
    if is_named_for_development(image.path) or image.carries_service is False or not runs_python(image):
        return False
    if (
        is_pattern_for_others(image)
        or is_started_for_development_only(image)
        or has_twin_for_production(image, project)
    ):
        return False
    return bool(image.carries_service) or not any(other.carries_service for other in project.subjects(Image))


def is_pattern_for_others(image: Image) -> bool:
    """Say whether a Dockerfile is one that others are made from, by its name."""
    return _TEMPLATE.search(basename(image.path)) is not None


def has_twin_for_production(image: Image, project: Project) -> bool:
    """Say whether a plain `Dockerfile` stands beside one for production: it is for development then."""
    if basename(image.path) not in ("Dockerfile", "Containerfile"):
        return False
    beside = (other.path for other in project.subjects(Image) if dirname(other.path) == dirname(image.path))
    return any(is_named_for_production(basename(path)) for path in beside)


def is_started_for_development_only(image: Image) -> bool:
    """Say whether the last stage is for development and has the only command of the file."""
    starting = {item.stage for item in image.dockerfile.instructions if item.keyword in ("CMD", "ENTRYPOINT")}
    shipped, last = image.shipped_stages, len(image.dockerfile.stages) - 1
    return last not in shipped and last in starting and starting.isdisjoint(shipped)


def building_stages(image: Image) -> tuple[int, ...]:
    """Return the stages that are shipped and those that something of theirs is taken from, in the order of the file."""
    dockerfile = image.dockerfile
    numbers = {(stage.name or "").lower(): number for number, stage in enumerate(dockerfile.stages)}
    numbers |= {str(number): number for number in range(len(dockerfile.stages))}
    found: set[int] = set()
    pending = list(image.shipped_stages)
    while pending:
        current = pending.pop()
        if current in found:
            continue
        found.add(current)
        pending += dockerfile.lineage(current)
        values = (item.value for item in dockerfile.instructions if item.stage == current)
        named = (name.lower() for value in values for name in FROM_STAGE.findall(value))
        pending += [numbers[name] for name in named if name in numbers]
    return tuple(sorted(found))


def plain_name(image: str) -> str:
    """Return the name of an image as the knowledge of images has it: without digest and Docker Hub's own names."""
    name = image.lower().partition("@")[0]
    return name.removeprefix("index.").removeprefix("docker.io/").removeprefix("library/")


def tag_of(image: str) -> str:
    """Return the tag of an image, "" if it has none."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]


def is_listed(image: str, section: str) -> bool:
    """Say whether an image is among those that a section of the knowledge of images names."""
    return any(fnmatchcase(plain_name(image), pattern) for pattern in names("images", section))


def runs_python(image: Image) -> bool:
    """Say whether what is shipped is built from an image of Python or has a command of Python's tools in it."""
    if any(_PYTHON_IMAGE.search(_repository(image, number)) for number in image.shipped_stages):
        return True
    run = (item for item in image.shipped_instructions if item.keyword in ("RUN", "CMD", "ENTRYPOINT"))
    return any(_PYTHON_COMMAND.search(item.value) for item in run)


def _repository(image: Image, number: int) -> str:
    stage = image.dockerfile.stages[number]
    return (stage.image or stage.written).lower().partition("@")[0]

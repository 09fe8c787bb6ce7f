"""Which container images carry the service: they run Python, and they are not made for development."""

import re

from fastapi_audit.rule_api import Image

_DEVELOPMENT = frozenset(
    {"ci", "debug", "dev", "devcontainer", "development", "docs", "e2e", "lint", "local", "test", "testing", "tests"}
)
_WORDS = re.compile(r"[^a-z0-9]+")
_PYTHON_IMAGE = re.compile(r"python|pypy|conda|mamba|uvicorn|(^|/)(uv|poetry|pdm)(:|$)")
_PYTHON_COMMAND = re.compile(
    r"\b(python[0-9.]*|pip[0-9.]*|pipx|pipenv|uv|poetry|pdm|hatch|conda|micromamba|uvicorn|gunicorn|hypercorn|granian|fastapi)\b"
)


def is_for_development(text: str) -> bool:
    """Say whether a path, or the name of a stage, is one for development or tests."""
    return not _DEVELOPMENT.isdisjoint(_WORDS.split(text.lower()))


def shipped_stages(image: Image) -> tuple[int, ...]:
    """Return the stages that make up what is shipped: the last that is not for development, and what it continues."""
    stages = image.dockerfile.stages
    shipped = [number for number, stage in enumerate(stages) if not is_for_development(stage.name or "")]
    return image.dockerfile.lineage(shipped[-1] if shipped else len(stages) - 1) if stages else ()


def runs_python(image: Image) -> bool:
    """Say whether what is shipped is built from an image of Python or has a command of Python's tools in it."""
    stages = shipped_stages(image)
    if any(_PYTHON_IMAGE.search(_repository(image, number)) for number in stages):
        return True
    keywords = ("RUN", "CMD", "ENTRYPOINT")
    run = (item for item in image.dockerfile.instructions if item.stage in stages and item.keyword in keywords)
    return any(_PYTHON_COMMAND.search(item.value) for item in run)


def _repository(image: Image, number: int) -> str:
    stage = image.dockerfile.stages[number]
    return (stage.image or stage.written).lower().partition("@")[0]

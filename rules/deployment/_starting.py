"""How the container of an image is started: its command, the scripts of the repository that it runs, and compose's."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_audit.rule_api import Image, Place, Project, Script

SCRIPT = re.compile(r"[\w./${}-]*\.(?:sh|bash)|[\w./${}-]*/[\w-]*(?:entrypoint|entry|launch|run|start)[\w-]*")
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_WORDS = re.compile(r"[^\s;&|()<>`\"']+")


@dataclass(frozen=True, slots=True)
class Start:
    """The words of everything that starts a container. `is_told`: there is a command at all, beside the base image's.

    `unseen` is a script that is started and not in the repository, "" if there is none.
    """

    place: Place
    words: tuple[str, ...]
    is_told: bool
    unseen: str = ""

    def runs(self, programs: frozenset[str]) -> bool:
        """Say whether one of some programs is among the words."""
        return any(word.rpartition("/")[2] in programs for word in self.words)


def start_of(image: Image, project: Project) -> Start:
    """Return how an image is started."""
    told = [item for item in image.dockerfile.instructions if item.stage in image.shipped_stages]
    told = [item for item in told if item.keyword in ("ENTRYPOINT", "CMD")]
    own = [item.words or tuple(_split(item.value)) for item in told]
    composed = [(*one.service.entrypoint, *one.service.command) for one in image.composed]
    words = [word for command in (*own, *composed) for text in command for word in _split(text)]
    called = list(dict.fromkeys(word for word in words if SCRIPT.fullmatch(word)))
    place = image.at(told[-1].pos) if told else image.place
    scripts = {name: list(_texts(name, image, project)) for name in called}
    inside = [word for texts in scripts.values() for text in texts for word in _WORDS.findall(text)]
    unseen = next((name for name, texts in scripts.items() if not texts and "/" in name), "")
    return Start(place, (*words, *inside), bool(told) or any(composed), unseen)


def _split(text: str) -> list[str]:
    """Return the words of a command, and of what it tells a shell to run (`bash -c "…"`)."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    return [inner for word in words for inner in ((word,) if word == text else _WORDS.findall(word))]


def _texts(called: str, image: Image, project: Project) -> Iterator[str]:
    """Yield the scripts of the repository that a container knows by a name, also where COPY gives them another one."""
    name = called.rpartition("/")[2]
    renamed = {copy.source.rpartition("/")[2] for copy in image.copies if copy.target.rpartition("/")[2] == name}
    for path, script in project.evidence_of(Script).items():
        if path.rpartition("/")[2] in (renamed or {name}) and script.text:
            yield _COMMENT.sub("", script.text)

"""What the service is shipped as."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi_audit.facts.containers import Dockerfile
from fastapi_audit.model.place import Place, place_at


@dataclass(frozen=True, eq=False, slots=True)
class Image:
    """A container image by its Dockerfile."""

    path: str
    dockerfile: Dockerfile

    def __str__(self) -> str:
        return self.path

    @property
    def place(self) -> Place:
        """The last stage's FROM, where the image that ships begins."""
        stages = self.dockerfile.stages
        return self.at(stages[-1].pos) if stages else Place(self.path)

    def at(self, pos: int) -> Place:
        """Return the place of an instruction."""
        return place_at(self.path, pos)

"""Which distributions a project asks for, and which versions it has locked."""

from __future__ import annotations

import msgspec

from fastapi_audit.facts.automation import Tasks
from fastapi_audit.facts.tools import Tool


class Requirement(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One requirement. `name` is normalised (PEP 503), `specifier` in the terms of PEP 440.

    `group` is "" for what the project needs to run, else the name of the extra or group. `pinned` is the one version
    that the specifier allows, if there is just one, `url` the address that it is taken from, if one is given.
    """

    pos: int
    name: str
    specifier: str = ""
    pinned: str | None = None
    group: str = ""
    is_development: bool = False
    extras: tuple[str, ...] = ()
    marker: str = ""
    url: str = ""


class Include(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Another requirements file that this one includes (`-r`) or is constrained by (`-c`); nobody followed it."""

    pos: int
    path: str
    is_constraint: bool = False


class Manifest(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="manifest"):
    """What one manifest declares, the tools it configures and the tasks it names.

    `python` is the supported range of Python. `is_constraints`: it asks for nothing, it only says which versions are
    taken.
    """

    requirements: tuple[Requirement, ...]
    includes: tuple[Include, ...] = ()
    tools: tuple[Tool, ...] = ()
    name: str = ""
    python: str = ""
    tasks: tuple[Tasks, ...] = ()
    is_constraints: bool = False


class LockedVersion(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One distribution at one version; `name` is normalised (PEP 503)."""

    pos: int
    name: str
    version: str


class Lock(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="lock"):
    """Everything a lock file holds, in its order; a name may stand there more than once, for different markers."""

    versions: tuple[LockedVersion, ...]

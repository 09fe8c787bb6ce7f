"""Configuration in YAML, TOML or JSON whose meaning is somebody else's: platforms, Traefik, Kubernetes."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec


class Setting(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One value under the keys that lead to it; the items of a list have their numbers as keys."""

    pos: int
    path: tuple[str, ...]
    value: str

    @property
    def name(self) -> str:
        """The innermost key that is no number."""
        return next((key for key in reversed(self.path) if not key.isdecimal()), "")


class Configuration(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="configuration"):
    """The settings of one file in its order; `subject` is what it configures: "traefik", "fly", "render" …"""

    subject: str
    settings: tuple[Setting, ...] = ()


class Resource(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One resource of Kubernetes, with its settings."""

    pos: int
    kind: str
    name: str = ""
    settings: tuple[Setting, ...] = ()

    def below(self, *keys: str) -> Iterator[Setting]:
        """Yield the settings whose path begins with some keys."""
        return (setting for setting in self.settings if setting.path[: len(keys)] == keys)


class Expression(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One expression of a template: the line that it begins in, and the path of the value that it takes, if one."""

    line: int
    path: tuple[str, ...] = ()


class Resources(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="kubernetes"):
    """The resources of one manifest. `is_template`: Helm fills it in, and what it computes is not here; `expressions`
    say by their lines what it computes that from.

    A file of values has no resources, and the settings with which Helm fills in a chart.
    """

    resources: tuple[Resource, ...]
    is_template: bool = False
    values: tuple[Setting, ...] = ()
    expressions: tuple[Expression, ...] = ()

"""What proxies are told: nginx, Caddy and HAProxy, as directives inside one another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

import msgspec


class Directive(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One directive, or the head of a block. `parent` is the number of the block around it, -1 at the top."""

    pos: int
    name: str
    arguments: tuple[str, ...] = ()
    parent: int = -1


class Proxy(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="proxy"):
    """The directives of one file in its order; `server` is "nginx", "caddy" or "haproxy".

    What another file has that this one includes is not here.
    """

    server: str
    directives: tuple[Directive, ...]

    def named(self, *names: str) -> Iterator[tuple[int, Directive]]:
        """Yield the directives of some names, with their numbers."""
        return ((number, one) for number, one in enumerate(self.directives) if one.name in names)

    def around(self, number: int) -> tuple[Directive, ...]:
        """Return the blocks around a directive, the innermost first."""
        found: list[Directive] = []
        parent = self.directives[number].parent
        while parent >= 0:
            found.append(self.directives[parent])
            parent = self.directives[parent].parent
        return tuple(found)

    def inside(self, number: int) -> tuple[Directive, ...]:
        """Return what stands in a block, at any depth: all that follows it until a directive outside of it."""
        following = (self.directives[later] for later in range(number + 1, len(self.directives)))
        return tuple(takewhile(lambda directive: directive.parent >= number, following))

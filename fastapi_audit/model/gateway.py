"""What stands in front of a service, as far as files of the repository configure it: proxies, ingresses, platforms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi_audit.model.place import Place

_LONGEST_PATTERN = 500


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A limit of requests that a gateway sets: for all paths, or for those below `path`, which may be a pattern."""

    place: Place
    path: str | None = None
    is_pattern: bool = False

    def covers(self, path: str) -> bool:
        """Say whether it holds for a route, also where the gateway takes a prefix away or puts one before it."""
        if self.path is None:
            return True
        if self.is_pattern:
            return _found(self.path, path)
        below = self.path.rstrip("/*")
        return path == below or path.startswith(below + "/") or (len(path) > 1 and below.endswith(path.rstrip("/")))


@dataclass(frozen=True, eq=False, slots=True)
class Gateway:
    """A proxy, ingress or platform that requests pass before they reach the service.

    `https` is where it says that it takes HTTPS, `redirects` that it serves nothing over plain HTTP, `plain` that it
    does. `headers` are the response headers that it sets, in lower case; `hosts` is where it names the hosts that it
    serves, `cache` where it keeps answers. `is_open`: it may do more than that, as a part of its configuration is not
    in the repository; a platform that only hands requests on is not open.
    """

    kind: str
    place: Place
    https: Place | None = None
    redirects: Place | None = None
    plain: Place | None = None
    limits: tuple[RateLimit, ...] = ()
    headers: Mapping[str, Place] = field(default_factory=dict)
    hosts: Place | None = None
    cache: Place | None = None
    is_open: bool = False

    def __str__(self) -> str:
        return self.kind


def _found(pattern: str, path: str) -> bool:
    try:
        return len(pattern) <= _LONGEST_PATTERN and re.search(pattern, path) is not None
    except re.error:
        return False

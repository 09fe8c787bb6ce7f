"""All that is known of library calls, by canonical dotted name, with what a project adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from fastapi_audit.knowledge.clients import Client, clients
from fastapi_audit.knowledge.effects import Effect, effects
from fastapi_audit.knowledge.offloading import Destination, Offload, offloads
from fastapi_audit.knowledge.patterns import find

OWN_HELPER = Effect("configuration", "own", "the configuration of the project", "a thread")
OWN_WRAPPER = Offload(Destination.THREAD, 0, wraps=True)


@dataclass(frozen=True, slots=True)
class CallKnowledge:
    """The four tables of calls. Keys are `package.function`, `package.Type.method` or patterns of `patterns.find`."""

    blocking_calls: Mapping[str, Effect | None]
    processor_calls: Mapping[str, Effect | None]
    offloading_calls: Mapping[str, Offload]
    client_calls: Mapping[str, Client]
    trusted: Mapping[str, bool] = field(default_factory=dict)

    def blocking(self, name: str) -> Effect | None:
        """Return how a call waits and blocks its thread, None when nothing is known or it is trusted."""
        return None if self.trusts(name) else find(self.blocking_calls, name)

    def processor(self, name: str) -> Effect | None:
        """Return how a call keeps the processor busy, None when nothing is known or it is trusted."""
        return None if self.trusts(name) else find(self.processor_calls, name)

    def trusts(self, name: str | None) -> bool:
        """Say whether the project trusts a call, and all that it leads to."""
        return bool(self.trusted) and name is not None and find(self.trusted, name) is not None

    def offloads(self, name: str) -> Offload | None:
        """Return where a call takes the callable that it is given."""
        return find(self.offloading_calls, name)

    def client(self, name: str) -> Client | None:
        """Return what a call costs and how long it waits."""
        return find(self.client_calls, name)

    def extended(
        self, *, blocking: Iterable[str] = (), offloading: Iterable[str] = (), trusted: Iterable[str] = ()
    ) -> CallKnowledge:
        """Return this with a project's own blocking helpers, wrappers or decorators that offload their first argument,
        and calls that are not to be reported; each a name or a pattern."""
        return replace(
            self,
            blocking_calls={**self.blocking_calls, **dict.fromkeys(blocking, OWN_HELPER)},
            offloading_calls={**self.offloading_calls, **dict.fromkeys(offloading, OWN_WRAPPER)},
            trusted={**self.trusted, **dict.fromkeys(trusted, True)},
        )


@cache
def call_knowledge() -> CallKnowledge:
    """Return what comes with us."""
    return CallKnowledge(effects("blocking"), effects("processor"), offloads(), clients())

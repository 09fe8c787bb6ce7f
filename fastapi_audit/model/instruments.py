"""What watches a service: tools that are switched on in its code, its start commands or its deployment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fastapi_audit.model.place import Place


class Duty(str, Enum):
    """What a tool does. ALERTS: somebody is told when something is wrong, by tracking errors or by rules. REQUESTS:
    each request leaves a record, REQUEST_IDS: what tells the records of one request from others. SPANS: the spans that
    code makes by itself get somewhere.
    """

    ERRORS = "errors"
    ALERTS = "alerts"
    TRACES = "traces"
    METRICS = "metrics"
    REQUESTS = "requests"
    REQUEST_IDS = "request-ids"
    SPANS = "spans"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One place that switches a tool on; `may` is what it does only when it is told to from outside."""

    name: str
    place: Place
    does: frozenset[Duty]
    may: frozenset[Duty] = frozenset()

    def __str__(self) -> str:
        return self.name

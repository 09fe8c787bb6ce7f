r"""A moment is taken without its time zone.

## Why
A naive `datetime` says a time and not where. Beside an aware one it cannot be compared, a database takes it for another
zone, and a token that is dated by it expires hours early or late. `utcnow()` even looks like UTC and is converted as
local time.

## Bad
```python
from datetime import datetime, timedelta

from pydantic import BaseModel, Field


class Item(BaseModel):
    created_at: datetime = Field(default_factory=datetime.utcnow)  # finding


def expires() -> datetime:
    return datetime.now() + timedelta(minutes=5)  # finding


def read(seconds: float) -> datetime:
    return datetime.utcfromtimestamp(seconds)  # finding
```

## Good
```python
import time
from datetime import datetime, timedelta, timezone
from functools import partial

from pydantic import BaseModel, Field


class Item(BaseModel):
    created_at: datetime = Field(default_factory=partial(datetime.now, timezone.utc))


def expires() -> datetime:
    return datetime.now(tz=timezone.utc) + timedelta(minutes=5)


def local() -> datetime:
    return datetime.now().astimezone()


def seconds() -> float:
    return datetime.now().timestamp()


def copyright_year() -> int:
    return datetime.now().year


def file_name() -> str:
    now = datetime.now()
    return f"report_{now.year}_{now.month}.csv"


def read(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
```

## Fix
`datetime.now(timezone.utc)`, `datetime.fromtimestamp(seconds, timezone.utc)`, and columns with a time zone.

## Limits
Local times that are only shown (`.strftime(…)`, `.year`, `.date()`), that give a timestamp, or that get their zone in
the same expression are left out. Differences of two naive times have medium confidence.

## References
Python documentation, datetime, Aware and Naive Objects, and the deprecation of `utcnow` in 3.12.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    BoundExternal,
    Call,
    Confidence,
    External,
    Known,
    Severity,
    Value,
    Verdict,
    fail,
    ok,
    options_of,
    rule,
    skip,
    syntax,
    unknown,
)

UTC = ("datetime.datetime.utcnow", "datetime.datetime.utcfromtimestamp")
LOCAL = {"datetime.datetime.now": 0, "datetime.datetime.fromtimestamp": 1}
AWARE = frozenset({"astimezone", "replace"})
SHOWN = frozenset({"strftime", "year", "month", "day", "hour", "minute", "weekday", "isoweekday", "date", "timestamp"})


@rule("COR011", severity=Severity.WARNING)
def check(call: Call) -> Iterator[Verdict]:
    if call.name in UTC or call.name in LOCAL:
        yield _judge(call)
        return
    handed = [name for value in (*call.positional, *call.named.values()) if (name := _name(value)) in UTC]
    yield fail(call.place, f"{handed[0]} gives a time without its zone") if handed else skip


def _judge(call: Call) -> Verdict:
    zone = call.argument(LOCAL[call.name], "tz") if call.name in LOCAL else None
    zones = options_of(zone) if zone is not None else ()
    is_given = bool(zones) and Known(None) not in zones
    if is_given or _is_open(call):
        return ok(call.place)
    if any(one != Known(None) for one in zones):
        return unknown(call.place, "whether a zone is given is decided elsewhere")
    used = call.parent.attr if isinstance(call.parent, syntax.Attribute) else ""
    if used in AWARE or (call.name in LOCAL and (used in SHOWN or _is_only_shown(call))):
        return ok(call.place)
    is_difference = isinstance(call.parent, syntax.BinaryOp) and call.parent.op == "-"
    confidence = Confidence.MEDIUM if is_difference else Confidence.HIGH
    return fail(call.place, f"{call.name} gives a time without its zone", confidence=confidence)


def _is_only_shown(call: Call) -> bool:
    """Say whether a time gets a name of the function of which nothing but parts to show is read."""
    if not isinstance(call.parent, syntax.Assign) or call.function is None:
        return False
    names = {target.id for target in call.parent.targets if isinstance(target, syntax.Name)}
    parents = call.function.parents
    uses = [parents.get(id(node)) for node in call.function.nodes if isinstance(node, syntax.Name) and node.id in names]
    reads = [one for one in uses if not isinstance(one, syntax.Assign)]
    return bool(reads) and all(isinstance(one, syntax.Attribute) and one.attr in SHOWN for one in reads)


def _is_open(call: Call) -> bool:
    return isinstance(call.node, syntax.Call) and any(argument.star for argument in call.node.args)


def _name(value: Value) -> str | None:
    if isinstance(value, External):
        return value.name
    if isinstance(value, BoundExternal) and isinstance(value.owner, External):
        return f"{value.owner.name}.{value.name}"
    return None

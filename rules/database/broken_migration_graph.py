r"""The revisions of Alembic do not form one line of history.

## Why
`alembic upgrade head` refuses to run when there are several heads, when a revision names one that does not exist, or
when they go round in a circle; of two files with one revision id, one is never run. It is mostly noticed in a
deployment: two branches, each sound by itself, were merged on the same day.

## Bad
```python
# file: migrations/env.py
from alembic import context
# file: migrations/versions/0001_users.py
revision = "0001"
down_revision = None
# file: migrations/versions/0002_email.py
revision = "0002"  # finding
down_revision = "0001"
# file: migrations/versions/0003_phone.py
revision = "0003"
down_revision = "0001"
```

```python
# file: migrations/env.py
from alembic import context
# file: migrations/versions/0002_email.py
revision = "0002"  # finding
down_revision = "0001"
```

## Good
```python
# file: migrations/env.py
from alembic import context
# file: migrations/versions/0001_users.py
revision = "0001"
down_revision = None
# file: migrations/versions/0002_email.py
revision = "0002"
down_revision = "0001"
# file: migrations/versions/0003_phone.py
revision: str = "0003"
down_revision: str | None = "0001"
# file: migrations/versions/0004_merge.py
revision = "0004"
down_revision = ("0002", "0003")
```

Branches with labels are meant, and every environment has a history of its own:

```python
# file: shop/env.py
from alembic import context
# file: shop/versions/0001_orders.py
revision = "0001"
down_revision = None
branch_labels = ("orders",)
# file: shop/versions/0002_stock.py
revision = "0002"
down_revision = None
branch_labels = ("stock",)
depends_on = "0001"
# file: log/env.py
from alembic import context
# file: log/versions/0001_events.py
revision = "0001"
down_revision = None
```

## Fix
Join heads with `alembic merge heads`, or let the later revision follow the earlier one. Restore a missing revision from
history; give one of two that share an id a new one. Let the pipeline run `alembic upgrade head` on an empty database.

## Limits
Each directory with an `env.py` of Alembic has a graph, with the directories that its `alembic.ini` lists, else
`versions`. Several heads pass when each has a branch label of its own, and are undecided where something upgrades to
`heads`. Missing parents and several heads are undecided where not all revisions are seen: one does not say its name in
plain text, a file cannot be read, or a directory lies elsewhere.

## References
Alembic documentation, Working with Branches; Cookbook, "Building an Up to Date Database from Scratch".
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Known,
    Migration,
    MigrationGraph,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    unknown,
)

HEADS = "heads"
UPGRADE = "alembic.command.upgrade"


@rule("DBS011", severity=Severity.ERROR)
def check(graph: MigrationGraph, project: Project) -> Iterator[Verdict]:
    if not graph.migrations:
        return
    certain = [*duplicates(graph), *circles(graph)]
    doubt = graph.gap or next((doubt_of(one) for one in graph.migrations if doubt_of(one)), "")
    doubtful = [] if certain else [*missing_parents(graph), *several_heads(graph)]
    yield from certain
    if doubtful and doubt:
        yield unknown(doubtful[0].place, doubt)
    elif doubtful and is_any_head_wanted(project) and not list(missing_parents(graph)):
        yield unknown(doubtful[0].place, "there are several heads, and something upgrades to all of them")
    else:
        yield from doubtful
    if not certain and not doubtful:
        yield ok(graph.heads[0].place if graph.heads else graph.place)


def doubt_of(migration: Migration) -> str:
    """Say what is not known of a revision, "" when all is."""
    if migration.revision is not None and migration.parents is not None:
        return ""
    return f"the revision of {migration}, or what it follows, is computed"


def duplicates(graph: MigrationGraph) -> Iterator[Verdict]:
    for migration in graph.migrations:
        first = graph.by_revision.get(migration.revision or "", migration)
        if first is not migration:
            related = (Related(first.place, "the other one"),)
            yield fail(migration.place, f"two files are revision `{migration.revision}`", related=related)


def circles(graph: MigrationGraph) -> Iterator[Verdict]:
    """Yield a failure for the first revision that comes after itself."""
    waiting = {name: list(one.parents or ()) for name, one in graph.by_revision.items()}
    followers: dict[str, list[str]] = {}
    for name, parents in waiting.items():
        for parent in parents:
            followers.setdefault(parent, []).append(name)
    counts = {name: sum(parent in waiting for parent in parents) for name, parents in waiting.items()}
    free = [name for name, count in counts.items() if not count]
    while free:
        name = free.pop()
        del counts[name]
        for follower in followers.get(name, ()):
            counts[follower] -= 1
            if not counts[follower]:
                free.append(follower)
    if counts:
        first = graph.by_revision[next(iter(counts))]
        yield fail(first.place, f"revision `{first.revision}` comes after itself, or after ones that do")


def missing_parents(graph: MigrationGraph) -> Iterator[Verdict]:
    for migration in graph.migrations:
        for parent in migration.parents or ():
            if parent not in graph.by_revision:
                yield fail(migration.place, f"{migration} follows revision `{parent}`, which does not exist")


def several_heads(graph: MigrationGraph) -> Iterator[Verdict]:
    if len(graph.heads) < 2:
        return
    labels = [graph.labels_of(head) for head in graph.heads]
    own = [label - frozenset().union(*labels[:at], *labels[at + 1 :]) for at, label in enumerate(labels)]
    if all(own):
        return
    first, *others = graph.heads
    names = ", ".join(f"`{head.revision}`" for head in graph.heads)
    related = tuple(Related(head.place, "another head") for head in others)
    yield fail(first.place, f"there are {len(graph.heads)} heads: {names}", related=related)


def is_any_head_wanted(project: Project) -> bool:
    """Say whether a command or the code upgrades to all heads."""
    commands = project.automation.commands
    if any(command.program == "alembic" and HEADS in command.words for command in commands):
        return True
    calls = (call.argument(1, "revision") for call in project.calls if call.name == UPGRADE)
    return any(isinstance(value, Known) and value.value == HEADS for value in calls)

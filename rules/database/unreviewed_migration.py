r"""A generated migration was committed with what its generator could not know.

## Why
`alembic revision --autogenerate` writes a candidate. It does not know the name of a constraint that the database named
itself, and it does not know that a table has rows. Whoever reads the migration sees it; whoever does not finds out when
a deployment stops half-way.

## Bad
```python
# file: migrations/env.py
from alembic import context

context.configure()
# file: migrations/versions/0001_users.py
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade() -> None:
    op.drop_table("users")
# file: migrations/versions/0002_names.py
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("users", sa.Column("name", sa.String(), nullable=False))  # finding
    op.create_unique_constraint(None, "users", ["name"])


def downgrade() -> None:
    op.drop_constraint(None, "users", type_="unique")  # finding
    op.drop_column("users", "name")
```

## Good
```python
# file: migrations/env.py
from alembic import context

context.configure()
# file: migrations/versions/0001_users.py
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("users", sa.Column("email", sa.String(), nullable=False))


def downgrade() -> None:
    op.drop_table("users")
# file: migrations/versions/0002_names.py
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("users", sa.Column("name", sa.String(), nullable=False, server_default=""))
    op.create_unique_constraint("uq_users_name", "users", ["name"])


def downgrade() -> None:
    op.drop_constraint("uq_users_name", "users", type_="unique")
    op.drop_column("users", "name")
```

## Fix
Name the constraint (a naming convention of the metadata does so for all). Give the column a `server_default`, or add it
nullable, fill it, and forbid NULL then.

## Limits
Looked at are Alembic's constraints that are dropped without a name, and columns that forbid NULL without a default, on
tables that an earlier migration made, in the ten newest revisions before each head: what was deployed long ago is
neither taken back nor run on rows again. Each problem is told once, at the newest revision that has it. A migration
that moves or removes rows itself knows its rows, and passes. What else a reader would see, such as a rename that was
taken for a new column, is not told from what was meant.

## References
Alembic documentation, Auto Generating Migrations, "What does Autogenerate Detect (and what does it not detect?)" and
The Importance of Naming Constraints.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from fastapi_audit.rule_api import (
    Call,
    Change,
    ExternalObject,
    Known,
    Migration,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
)

RECENT = 10
DROP, ADD, COLUMN = "drop_constraint", "add_column", "sqlalchemy.Column"
MAKES_TABLE = "create_table"
DEFAULTS = ("server_default", "computed", "identity")
BY_THEMSELVES = frozenset({"sqlalchemy.Computed", "sqlalchemy.Identity"})


@rule("DBS024", severity=Severity.WARNING)
def check(migration: Migration, project: Project) -> Iterator[Verdict]:
    if migration in recent(project):
        yield from recent(project)[migration]


@lru_cache(maxsize=1)
def recent(project: Project) -> Mapping[Migration, tuple[Verdict, ...]]:
    """Return the revisions of Alembic that a deployment may still have before it, or take back, with what is told."""
    found: dict[Migration, tuple[Verdict, ...]] = {}
    for graph in project.migrations.graphs:
        newest = dict.fromkeys(one for head in graph.heads for one in graph.before(head)[:RECENT])
        judged = [one for one in newest if one.upgrade is not None and one.upgrade.change is Change.SCHEMA]
        found.update(_verdicts(judged))
    return found


def _verdicts(migrations: Sequence[Migration]) -> Iterator[tuple[Migration, tuple[Verdict, ...]]]:
    """Yield migrations with what is told of them: each problem at the newest that has it, and where the others are."""
    wrong: dict[Migration, list[Verdict]] = {}
    for problem, message in PROBLEMS:
        having = {one: calls for one in migrations if (calls := problem(one))}
        for one in having:
            wrong.setdefault(one, [])
        if having:
            first, *others = (call.place for calls in having.values() for call in calls)
            related = tuple(Related(place, "here, too") for place in others)
            wrong[next(iter(having))].append(fail(first, message, related=related))
    for one in migrations:
        yield one, tuple(wrong.get(one, [ok(one.place)]))


def _nameless(migration: Migration) -> list[Call]:
    """Return the drops of constraints without a name."""
    drops = (call for call in migration.calls if call.method == DROP)
    return [call for call in drops if call.argument(0, "constraint_name") == Known(None)]


def _without_value(migration: Migration) -> list[Call]:
    """Return what adds columns to tables with rows that allow no NULL and say nothing to fill them with."""
    if _moves_rows(migration):
        return []
    own = {_text(call.argument(0, "table_name")) for call in migration.calls if call.method == MAKES_TABLE}
    added = (call for call in migration.calls if call.method == ADD and _is_upgrade(call))
    others = (call for call in added if _text(call.argument(0, "table_name")) not in own)
    return [call for call in others if _demands(call.argument(1, "column"))]


def _moves_rows(migration: Migration) -> bool:
    return any(call.method in ("execute", "bulk_insert") and _is_upgrade(call) for call in migration.calls)


def _is_upgrade(call: Call) -> bool:
    return call.function is not None and call.function.name == "upgrade"


def _demands(column: object) -> bool:
    """Say whether a column forbids NULL, and neither the database nor the migration fills it."""
    made = column.call if isinstance(column, ExternalObject) else None
    if made is None or made.name != COLUMN or made.is_open or made.named.get("nullable") != Known(False):
        return False
    inside = (value.type for value in made.positional if isinstance(value, ExternalObject))
    is_filled = any(made.named.get(name, Known(None)) != Known(None) for name in DEFAULTS)
    return not is_filled and BY_THEMSELVES.isdisjoint(inside)


def _text(value: object) -> str:
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else ""


PROBLEMS = (
    (_nameless, "a constraint without a name cannot be dropped"),
    (_without_value, "the rows that are there have no value for this column"),
)

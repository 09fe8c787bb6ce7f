r"""A migration alters a table in a way that SQLite cannot.

## Why
SQLite has no statement that changes a column or a constraint of a table. Alembic raises `NotImplementedError`, or
SQLite refuses the statement; without transactions for its schema, half of the migration may have happened by then. In a
batch, Alembic makes a new table, copies the rows and puts it in the place of the old one.

## Bad
```python
# file: app/database.py
from sqlalchemy import create_engine

engine = create_engine("sqlite:///shop.db")
# file: migrations/env.py
from alembic import context
# file: migrations/versions/0001_email.py
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.alter_column("users", "email", nullable=False)  # finding
    op.create_unique_constraint("uq_users_email", "users", ["email"])


def downgrade() -> None:
    op.drop_constraint("uq_users_email", "users")
```

## Good
```python
# file: app/database.py
from sqlalchemy import create_engine

engine = create_engine("sqlite:///shop.db")
# file: migrations/env.py
from alembic import context
# file: migrations/versions/0001_email.py
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.add_column("users", sa.Column("name", sa.String(100)))
    op.alter_column("users", "mail", new_column_name="email")
    with op.batch_alter_table("users") as batch_op:
        batch_op.alter_column("email", nullable=False)
        batch_op.create_unique_constraint("uq_users_email", ["email"])


def downgrade() -> None:
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_constraint("uq_users_email")
        batch_op.alter_column("email", nullable=True)
    op.alter_column("users", "email", new_column_name="mail")
    op.drop_column("users", "name")
```

## Fix
Put the operations into `with op.batch_alter_table("table") as batch_op:`. With `render_as_batch=True` in `env.py`,
Alembic writes new migrations so by itself.

## Limits
This is advice, for services whose engine or `alembic.ini` has a URL of SQLite; a default that the environment may
replace has medium confidence, and so has SQLite beside another database. Renaming a column and dropping one are left
out: SQLite has statements for them. A migration that asks for the dialect, or decides by anything else, is undecided.
One finding stands for all operations of a migration.

## References
Alembic documentation, Running "Batch" Migrations for SQLite and Other Databases; SQLite documentation, ALTER TABLE.
"""

from collections.abc import Iterator
from functools import lru_cache

from fastapi_audit.rule_api import (
    Alembic,
    Call,
    Confidence,
    Migration,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
    syntax,
    unknown,
)

OPERATIONS, BATCH = "alembic.op", "alembic.operations.BatchOperations"
SQLITE, PLACEHOLDER = "sqlite", "driver"  # `driver://user:pass@localhost/dbname` is what `alembic init` writes
BRANCHES = (syntax.If, syntax.Match, syntax.Try)


@rule("DBS014", severity=Severity.INFO)
def check(migration: Migration, project: Project) -> Verdict:
    confidence = uses_sqlite(project)
    if confidence is None:
        return skip
    unbatched = [call for call in migration.calls if is_impossible(call)]
    if not unbatched:
        batched = (call.place for call in migration.calls if (call.name or "").startswith(BATCH))
        place = next(batched, None)
        return ok(place) if place is not None else skip
    first, *others = unbatched
    if any(is_conditional(call) for call in unbatched) or asks_for_dialect(migration):
        return unknown(first.place, "on which database this runs depends on a condition")
    related = tuple(Related(call.place, f"`{operation(call)}`, too") for call in others)
    return fail(
        first.place, f"SQLite cannot `{operation(first)}` without a batch", related=related, confidence=confidence
    )


def operation(call: Call) -> str:
    return (call.name or "").rpartition(".")[2]


def is_impossible(call: Call) -> bool:
    """Say whether SQLite has no statement for an operation outside of a batch."""
    owner, _, name = (call.name or "").rpartition(".")
    if owner != OPERATIONS or name not in names("migrations", "not_on_sqlite"):
        return False
    return name != "alter_column" or not call.named.keys() <= names("migrations", "of_alter_column")


def is_conditional(call: Call) -> bool:
    return any(isinstance(block, BRANCHES) for block in call.blocks)


def asks_for_dialect(migration: Migration) -> bool:
    functions = {call.function for call in migration.calls if call.function is not None}
    nodes = (node for function in functions for node in function.nodes)
    return any(isinstance(node, syntax.Attribute) and node.attr == "dialect" for node in nodes)


@lru_cache(maxsize=1)
def uses_sqlite(project: Project) -> Confidence | None:
    """Say how sure it is that the service runs on SQLite, None when nothing says that it does."""
    found = list(databases(project))
    if not any(name == SQLITE for name, _ in found):
        return None
    is_certain = all(name == SQLITE and not is_replaceable for name, is_replaceable in found)
    return Confidence.HIGH if is_certain else Confidence.MEDIUM


def databases(project: Project) -> Iterator[tuple[str | None, bool]]:
    """Yield the databases of URLs, None for one that is not known, and whether the environment may replace them."""
    for engine in project.engines:
        for driver in engine.drivers:
            yield (driver or "").partition("+")[0] or None, engine.is_url_replaceable
    for facts in project.evidence_of(Alembic).values():
        written = "" if facts.url is None else facts.url.value.partition(":")[0].partition("+")[0]
        if written not in ("", PLACEHOLDER):
            yield written, False

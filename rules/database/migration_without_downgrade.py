r"""A migration cannot be taken back.

## Why
When a deployment fails, the code goes back to the last version, and the database has to go with it. A migration without
a downgrade stops that in the moment of need: what it did is undone by hand, on production, under pressure.

## Bad
```python
# file: migrations/env.py
from alembic import context
# file: migrations/versions/0001_users.py
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:  # finding
    pass
# file: migrations/versions/0002_email.py
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(320)))


def downgrade() -> None:
    raise NotImplementedError  # finding
# file: migrations/versions/0003_index.py
from alembic import op

revision = "0003"  # finding
down_revision = "0002"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_users_email ON users (email)")
```

## Good
```python
# file: migrations/env.py
from alembic import context
# file: migrations/versions/0001_users.py
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    schema_upgrades()


def downgrade() -> None:
    schema_downgrades()


def schema_upgrades() -> None:
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))


def schema_downgrades() -> None:
    op.drop_table("users")
# file: migrations/versions/0002_names.py
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("UPDATE users SET name = trim(name)")


def downgrade() -> None:
    pass
# file: migrations/versions/0003_merge.py
revision = "0003"
down_revision = ("0001", "0002")


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
```

## Fix
Write what undoes the upgrade, in the reverse order; Alembic writes it with `--autogenerate`. Run `alembic downgrade -1`
in the pipeline, so that it is known to work.

## Limits
A downgrade that does something passes, whether or not it undoes everything. One that does nothing fails where the
upgrade changes the schema: by an operation of Alembic, by SQL that creates, alters or drops, or by a function of the
project that does. Where the upgrade only moves rows, adds a value to an enumeration of PostgreSQL, or does what is not
seen, the verdict is unknown: there may be nothing to take back. Looked at are Alembic and Aerich (but for its first
migration, for which it writes no downgrade itself). A first migration that refuses to be taken back is left out:
nothing was there before it.

## References
Alembic documentation, Tutorial - Downgrading; Aerich, Usage.
"""

from fastapi_audit.rule_api import Change, Migration, Related, Severity, Verdict, fail, ok, rule, skip, unknown


@rule("DBS010", severity=Severity.WARNING)
def check(migration: Migration) -> Verdict:
    upgrade, downgrade = migration.upgrade, migration.downgrade
    if upgrade is None or upgrade.change is Change.NOTHING:
        return skip
    refusal = downgrade.refusal if downgrade is not None else None
    if migration.is_first and (migration.tool == "aerich" or refusal is not None):
        return skip
    if downgrade is not None and downgrade.change is not Change.NOTHING:
        return ok(downgrade.place)
    place = refusal or (migration.place if downgrade is None else downgrade.place)
    if upgrade.change is Change.DATA:
        return unknown(place, "the upgrade changes rows only, and there may be nothing to take back")
    if upgrade.change is Change.UNSEEN:
        return unknown(place, "whether what the upgrade does has to be taken back is not known")
    what = "has no downgrade" if downgrade is None else "raises" if refusal is not None else "does nothing"
    subject = f"the downgrade of {migration}" if downgrade is not None else str(migration)
    return fail(
        place,
        f"{subject} {what}, and the upgrade changes the schema",
        related=(Related(upgrade.place, "the upgrade"),),
    )

"""Which migrations can be taken back, which histories hold together, and what only looks broken."""

from __future__ import annotations

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of, result_of

BATCH = "database.sqlite_migration_without_batch"
DOWNGRADE = "database.migration_without_downgrade"
GRAPH = "database.broken_migration_graph"
UNREVIEWED = "database.unreviewed_migration"
ENVIRONMENT = {"migrations/env.py": "from alembic import context\n"}
KINDS = "from alembic import op\n\ndef add(name):\n    op.create_table(name)\n\ndef remove(name): ...\n"


def revision(name: str, parent: object, body: str = "", more: str = "") -> str:
    imports = "import sqlalchemy as sa\nfrom alembic import op\n"
    return f"{imports}\nrevision = {name!r}\ndown_revision = {parent!r}\n{more}{body}"


def ways(upgrade: str, downgrade: str, more: str = "") -> str:
    return f"{more}\ndef upgrade():\n    {upgrade}\n\ndef downgrade():\n    {downgrade}\n"


def history(*revisions: tuple[str, object], where: str = "migrations/versions", more: str = "") -> dict[str, str]:
    files = {
        f"{where}/{name}_{at}.py": revision(name, parent, more=more) for at, (name, parent) in enumerate(revisions)
    }
    return {**ENVIRONMENT, **files}


@pytest.mark.parametrize(
    ("upgrade", "downgrade", "expected"),
    [
        ("op.drop_column('a', 'b')", "pass", FAILS),
        ("op.drop_column('a', 'b')", "'''Nothing.'''", FAILS),
        ("op.drop_column('a', 'b')", "return None", FAILS),
        ("op.drop_column('a', 'b')", "print('nothing to do')", FAILS),
        ("op.drop_column('a', 'b')", "op.get_bind()", FAILS),
        ("op.drop_column('a', 'b')", "raise RuntimeError('not supported')", FAILS),
        ("op.drop_column('a', 'b')", "with op.batch_alter_table('a'):\n        pass", FAILS),
        ("op.execute(sa.text('alter table a drop column b'))", "pass", FAILS),
        ("op.execute(f'DROP INDEX {revision}')", "pass", FAILS),
        ("op.get_bind().execute(sa.text('CREATE UNIQUE INDEX i ON a (b)'))", "pass", FAILS),
        ("op.execute('UPDATE a SET b = 1; ALTER TABLE a DROP COLUMN c')", "pass", FAILS),
        ("sa.Enum('a', name='e').create(op.get_bind())", "pass", FAILS),
        ("op.drop_column('a', 'b')", "op.add_column('a', sa.Column('b', sa.String()))", PASSES),
        ("op.drop_column('a', 'b')", "op.execute('ALTER TABLE a ADD COLUMN b text')", PASSES),
        ("op.drop_column('a', 'b')", "op.execute(open('b.sql').read())", PASSES),
        ("op.drop_column('a', 'b')", "restore(op)", PASSES),
        ("op.drop_column('a', 'b')", "if op.get_context().as_sql:\n        op.execute('SELECT 1')", PASSES),
        ("op.execute('UPDATE a SET b = 1')", "pass", UNKNOWN),
        ("op.execute('-- ALTER TABLE first\\nDELETE FROM a')", "pass", UNKNOWN),
        ("op.execute(sa.update(sa.table('a')).values(b=1))", "pass", UNKNOWN),
        ("op.bulk_insert(sa.table('a'), [{'b': 1}])", "pass", UNKNOWN),
        ("op.execute(\"ALTER TYPE e ADD VALUE IF NOT EXISTS 'x'\")", "pass", UNKNOWN),
        ("op.execute('CREATE EXTENSION IF NOT EXISTS vector')", "pass", UNKNOWN),
        ("op.execute('CREATE OR REPLACE FUNCTION f() AS $$ DROP TABLE a; $$')", "pass", UNKNOWN),
        ("op.execute('ALTER TABLE a VALIDATE CONSTRAINT c')", "pass", UNKNOWN),
        ("op.execute(open('a.sql').read())", "pass", UNKNOWN),
        ("migrate(op)", "pass", UNKNOWN),
        ("pass", "pass", NO_SUBJECT),
        ("print('merge')", "raise NotImplementedError", NO_SUBJECT),
    ],
)
def test_a_change_of_the_schema_wants_a_downgrade_that_does_something(
    upgrade: str, downgrade: str, expected: Counts
) -> None:
    more = "from elsewhere import migrate, restore\n"
    files = {**ENVIRONMENT, "migrations/versions/0001_a.py": revision("0001", "0000", ways(upgrade, downgrade, more))}

    assert counts_of(DOWNGRADE, files) == expected


def test_a_first_migration_may_refuse_to_be_taken_back() -> None:
    body = ways("op.create_table('a')", "raise NotImplementedError('nothing is below')")
    files = {**ENVIRONMENT, "migrations/versions/1_a.py": revision("1", None, body)}

    assert counts_of(DOWNGRADE, files) == NO_SUBJECT


NAMELESS = ways("op.create_unique_constraint(None, 'a', ['b'])", "op.drop_constraint(None, 'a', type_='unique')")
NAMED = NAMELESS.replace("None", "'uq_b'")


@pytest.mark.parametrize(
    ("nameless", "count", "expected"),
    [
        ({3}, 3, (2, 1, 0)),
        ({1}, 10, (9, 1, 0)),
        ({1}, 11, (10, 0, 0)),
        ({1, 2, 3}, 20, (10, 0, 0)),
        ({1, 12, 13}, 13, (8, 1, 0)),
    ],
)
def test_what_was_generated_is_told_once_while_it_may_be_taken_back(
    nameless: set[int], count: int, expected: Counts
) -> None:
    bodies = {at: NAMELESS if at in nameless else NAMED for at in range(1, count + 1)}
    versions = {
        f"migrations/versions/{at}_a.py": revision(str(at), str(at - 1) if at > 1 else None, body)
        for at, body in bodies.items()
    }

    assert counts_of(UNREVIEWED, {**ENVIRONMENT, **versions}) == expected


def test_functions_are_followed_to_other_modules() -> None:
    files = {
        **ENVIRONMENT,
        "migrations/__init__.py": "",
        "migrations/kinds.py": KINDS,
        "migrations/versions/0001_a.py": revision(
            "0001", None, ways("kinds.add('a')", "kinds.remove('a')", "from migrations import kinds\n")
        ),
    }

    assert counts_of(DOWNGRADE, files) == FAILS


@pytest.mark.parametrize(("downgrade", "expected"), [("op.drop_table('a')", PASSES), ("pass", FAILS)])
def test_environments_of_several_databases_have_a_function_for_each(downgrade: str, expected: Counts) -> None:
    body = (
        "def upgrade(name):\n    globals()[f'upgrade_{name}']()\n\n"
        "def downgrade(name):\n    globals()[f'downgrade_{name}']()\n\n"
        f"def upgrade_users():\n    op.create_table('a')\n\ndef downgrade_users():\n    {downgrade}\n"
    )
    files = {**ENVIRONMENT, "migrations/versions/0001_a.py": revision("0001", None, body)}

    assert counts_of(DOWNGRADE, files) == expected


@pytest.mark.parametrize(
    ("name", "downgrade", "expected"),
    [
        ("1_20240101_users.py", 'return """ALTER TABLE a DROP COLUMN b;"""', PASSES),
        ("1_20240101_users.py", 'return """\n        """', FAILS),
        ("0_20240101_init.py", 'return """\n        """', NO_SUBJECT),
    ],
)
def test_migrations_of_aerich_return_their_sql(name: str, downgrade: str, expected: Counts) -> None:
    text = (
        "from tortoise import BaseDBAsyncClient\n\n"
        'async def upgrade(db: BaseDBAsyncClient) -> str:\n    return """ALTER TABLE a ADD b text;"""\n\n'
        f"async def downgrade(db: BaseDBAsyncClient) -> str:\n    {downgrade}\n"
    )

    assert counts_of(DOWNGRADE, {f"migrations/models/{name}": text}) == expected


@pytest.mark.parametrize(
    ("revisions", "expected"),
    [
        ([("1", None), ("2", "1"), ("3", "2")], PASSES),
        ([("1", None), ("2", "1"), ("3", "1"), ("4", ("2", "3"))], PASSES),
        ([("1", None), ("2", None), ("3", ["1", "2"])], PASSES),
        ([("1", None), ("2", "1"), ("3", "1")], FAILS),
        ([("1", None), ("2", None)], FAILS),
        ([("1", None), ("3", "2")], FAILS),
        ([("1", None), ("1", None)], FAILS),
        ([("1", "2"), ("2", "1")], FAILS),
        ([("1", None), ("2", ("1", "3")), ("3", "2")], FAILS),
    ],
)
def test_a_history_has_one_head_and_everything_before_it(revisions: list[tuple[str, object]], expected: Counts) -> None:
    assert counts_of(GRAPH, history(*revisions)) == expected


def test_each_problem_is_told_where_it_is() -> None:
    result = result_of(GRAPH, history(("1", None), ("2", "9"), ("3", "1")))

    assert [(finding.place and finding.place.path, finding.message) for finding in result.findings] == [
        ("migrations/versions/2_1.py", "2_1.py follows revision `9`, which does not exist"),
        ("migrations/versions/2_1.py", "there are 2 heads: `2`, `3`"),
    ]


def test_labels_must_tell_the_heads_apart() -> None:
    same = history(("1", None), ("2", "1"), ("3", "1"), more="branch_labels = 'shop'\n")
    apart = {
        **ENVIRONMENT,
        "migrations/versions/a.py": revision("1", None),
        "migrations/versions/b.py": revision("2", "1", more="branch_labels = ('shop',)\n"),
        "migrations/versions/c.py": revision("3", "2"),
        "migrations/versions/d.py": revision("4", "1", more="branch_labels = {'log'}\n"),
    }

    assert counts_of(GRAPH, same) == FAILS
    assert counts_of(GRAPH, apart) == PASSES


def test_a_revision_that_looks_like_a_test_is_one_all_the_same() -> None:
    files = history(("1", None), ("3", "2"))
    files["migrations/versions/2_add_ab_test.py"] = revision("2", "1")

    assert counts_of(GRAPH, files) == PASSES


def test_what_is_computed_is_not_missing() -> None:
    files = history(("1", None), ("3", "2"))
    files["migrations/versions/two.py"] = "import os\n\nrevision = os.path.basename(__file__)\ndown_revision = '1'\n"

    assert counts_of(GRAPH, files) == UNKNOWN


def test_what_cannot_be_read_is_not_missing() -> None:
    files = history(("1", None), ("3", "2"))
    files["migrations/versions/two.py"] = "revision = = 2\n"

    assert counts_of(GRAPH, files) == UNKNOWN


@pytest.mark.parametrize(
    ("locations", "expected"),
    [
        ("%(here)s/migrations/versions %(here)s/shop/versions", PASSES),
        ("migrations/versions, shop/versions", PASSES),
        ("%(here)s/migrations/versions:%(here)s/shop/versions", PASSES),
        ("%(here)s/migrations/versions shop_plugin:versions", UNKNOWN),
    ],
)
def test_directories_that_are_listed_make_one_history(locations: str, expected: Counts) -> None:
    files = history(("1", None), ("3", "2"))
    files["alembic.ini"] = f"[alembic]\nscript_location = %(here)s/migrations\nversion_locations = {locations}\n"
    mark = "'''two\n\nRevision ID: 2\nRevises: 1\n'''\n"
    if expected == PASSES:
        files["shop/versions/two.py"] = mark + revision("2", "1")

    assert counts_of(GRAPH, files) == expected


def test_directories_below_count_only_where_alembic_is_told_so() -> None:
    files = history(("1", None), ("2", "1"))
    files["migrations/versions/old/0.py"] = revision("0", None)
    told = {"alembic.ini": "[alembic]\nscript_location = migrations\nrecursive_version_locations = true\n"}

    assert counts_of(GRAPH, files)[0] == 2  # the history, and one that no environment reads
    assert counts_of(GRAPH, {**files, **told}) == FAILS


def test_each_environment_has_a_history_of_its_own() -> None:
    files = {f"{one}/env.py": "import alembic.context\n" for one in ("core/migrations", "tenant/migrations")}
    files |= {f"{one}/migrations/versions/a.py": revision("1", None) for one in ("core", "tenant")}

    assert counts_of(GRAPH, files) == (2, 0, 0)


@pytest.mark.parametrize(
    "extra",
    [
        {"scripts/start.sh": "#!/bin/sh\nalembic upgrade heads\n"},
        {"app/db.py": "from alembic import command\n\ndef run(config):\n    command.upgrade(config, 'heads')\n"},
    ],
)
def test_several_heads_may_be_meant_where_all_are_upgraded(extra: dict[str, str]) -> None:
    assert counts_of(GRAPH, {**history(("1", None), ("2", None)), **extra}) == UNKNOWN


LITE = {"app/db.py": "from sqlalchemy import create_engine\nengine = create_engine('sqlite:///a.db')\n"}
POSTGRES = {"app/db.py": "from sqlalchemy import create_engine\nengine = create_engine('postgresql://a@b/c')\n"}
BY_INI = {"alembic.ini": "[alembic]\nscript_location = migrations\nsqlalchemy.url = sqlite+aiosqlite:///a.db\n"}
ANYWHERE = {"app/db.py": "import os\nfrom sqlalchemy import create_engine\nengine = create_engine(os.environ['URL'])\n"}


@pytest.mark.parametrize(
    ("upgrade", "database", "expected"),
    [
        ("op.alter_column('a', 'b', type_=sa.Text())", LITE, FAILS),
        ("op.alter_column('a', 'b', new_column_name='c', nullable=True)", LITE, FAILS),
        ("op.create_foreign_key('fk', 'a', 'b', ['c'], ['d'])", BY_INI, FAILS),
        ("op.drop_constraint('fk', 'a')", LITE, FAILS),
        ("op.alter_column('a', 'b', new_column_name='c', existing_type=sa.Text())", LITE, NO_SUBJECT),
        ("op.drop_column('a', 'b')", LITE, NO_SUBJECT),
        ("op.create_index('i', 'a', ['b'])", LITE, NO_SUBJECT),
        ("op.alter_column('a', 'b', type_=sa.Text())", POSTGRES, NO_SUBJECT),
        ("op.alter_column('a', 'b', type_=sa.Text())", ANYWHERE, NO_SUBJECT),
        ("op.alter_column('a', 'b', type_=sa.Text())", {}, NO_SUBJECT),
        ("with op.batch_alter_table('a') as it:\n        it.drop_constraint('fk')", LITE, PASSES),
        ("if op.get_bind().dialect.name != 'sqlite':\n        op.drop_constraint('fk', 'a')", LITE, UNKNOWN),
        (
            "if op.get_bind().dialect.name == 'sqlite':\n        return\n    op.drop_constraint('f', 'a')",
            LITE,
            UNKNOWN,
        ),
    ],
)
def test_sqlite_needs_a_batch_for_what_it_has_no_statement_for(
    upgrade: str, database: dict[str, str], expected: Counts
) -> None:
    files = {**ENVIRONMENT, **database, "migrations/versions/a.py": revision("1", None, ways(upgrade, "pass"))}

    assert counts_of(BATCH, files) == expected


INCOMPLETE = "database.autogenerate_incomplete"
SHOP = {
    "app/__init__.py": "",
    "app/base.py": "from sqlalchemy.orm import DeclarativeBase\n\nclass Base(DeclarativeBase): ...\n",
    "app/users.py": "from app.base import Base\n\nclass User(Base):\n    __tablename__ = 'users'\n",
    "app/main.py": "from fastapi import FastAPI\nfrom app import users\n\napp = FastAPI()\n",
}


def environment(imports: str, metadata: str = "Base.metadata", options: str = "") -> dict[str, str]:
    call = f"context.configure(connection=connection, target_metadata=target_metadata{options})"
    text = (
        f"from alembic import context\n{imports}\n\ntarget_metadata = {metadata}\n\ndef run(connection):\n    {call}\n"
    )
    return {"migrations/env.py": text}


BY_NAME = "import importlib\nfrom app.base import Base\nimportlib.import_module('app.' + 'users')"
FOR_TYPES = "from typing import TYPE_CHECKING\nfrom app.base import Base\nif TYPE_CHECKING:\n    import app.users"


@pytest.mark.parametrize(
    ("imports", "metadata", "expected"),
    [
        ("from app.base import Base", "Base.metadata", FAILS),
        ("from app.base import Base", "[Base.metadata]", FAILS),
        ("from app.base import Base\nif False:\n    pass\nelse:\n    import app.users", "Base.metadata", PASSES),
        ("from app.users import Base", "Base.metadata", PASSES),
        ("import app.users as u", "u.Base.metadata", PASSES),
        ("import app.main\nfrom app.base import Base", "Base.metadata", PASSES),
        ("from app.users import *", "Base.metadata", PASSES),
        ("", "None", FAILS),
        ("from elsewhere import Base", "Base.metadata", UNKNOWN),
        (BY_NAME, "Base.metadata", UNKNOWN),
        (FOR_TYPES, "Base.metadata", FAILS),
    ],
)
def test_autogenerate_knows_the_tables_that_its_environment_imports(
    imports: str, metadata: str, expected: Counts
) -> None:
    assert counts_of(INCOMPLETE, {**SHOP, **environment(imports, metadata)}) == expected


def test_the_packages_around_a_module_are_imported_with_it() -> None:
    files = {**SHOP, "app/__init__.py": "from app import users\n", **environment("from app.base import Base")}

    assert counts_of(INCOMPLETE, files) == PASSES


def test_a_filter_may_leave_tables_out_on_purpose() -> None:
    files = {**SHOP, **environment("from app.base import Base", options=", include_object=lambda *given: True")}

    assert counts_of(INCOMPLETE, files) == UNKNOWN


def test_what_runs_alembic_from_code_has_imported_more() -> None:
    command = "import app.users\nfrom alembic import command\n\ndef make(config):\n    command.revision(config, 'x')\n"
    files = {**SHOP, "app/cli.py": command, **environment("from app.base import Base")}

    assert counts_of(INCOMPLETE, files) == UNKNOWN


def test_a_module_that_no_application_leads_to_holds_no_table_of_the_service() -> None:
    files = {
        **SHOP,
        "app/old.py": "from app.base import Base\n\nclass Old(Base):\n    __tablename__ = 'old'\n",
        **environment("from app.users import Base"),
    }

    assert counts_of(INCOMPLETE, files) == PASSES


@pytest.mark.parametrize(
    "source",
    [
        "import typing as t\nif t.TYPE_CHECKING:\n    class Known(User):\n        __tablename__ = 'known'\n",
        "class Admin(User):\n    __mapper_args__ = {'polymorphic_identity': 'admin'}\n",
        "def make():\n    class Late(Base):\n        __tablename__ = 'late'\n    return Late\n",
    ],
)
def test_a_class_without_a_table_of_its_own_is_not_missed(source: str) -> None:
    files = {
        **SHOP,
        "app/main.py": "from fastapi import FastAPI\nfrom app import more\n\napp = FastAPI()\n",
        "app/more.py": f"from app.users import Base, User\n\n{source}",
        **environment("from app.users import Base"),
    }

    assert counts_of(INCOMPLETE, files) == PASSES


@pytest.mark.parametrize(
    "base",
    [
        "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n",
        "from sqlalchemy import MetaData\nfrom sqlalchemy.orm import DeclarativeBase\n\n"
        "class Base(DeclarativeBase):\n    metadata = MetaData()\n",
        "from sqlmodel import SQLModel as Base\n",
    ],
)
def test_metadata_are_told_apart_however_they_are_made(base: str) -> None:
    table = "class {}(Base{}):\n    __tablename__ = '{}'\n"
    more = ", table=True" if "sqlmodel" in base else ""
    files = {
        **SHOP,
        "app/base.py": base,
        "app/users.py": "from app.base import Base\n\n" + table.format("User", more, "users"),
    }

    assert counts_of(INCOMPLETE, {**files, **environment("from app.users import Base")}) == PASSES
    assert counts_of(INCOMPLETE, {**files, **environment("from app.base import Base")}) == FAILS


@pytest.mark.parametrize(("engines", "expected"), [(1, FAILS), (2, PASSES)])
def test_a_second_base_is_missed_where_there_is_no_second_database(engines: int, expected: Counts) -> None:
    other = "from sqlalchemy.orm import DeclarativeBase\n\nclass Other(DeclarativeBase): ...\n"
    table = "class Event(Other):\n    __tablename__ = 'events'\n"
    makes = [f"engine_{at} = create_engine('postgresql://a@b/{at}')\n" for at in range(engines)]
    files = {
        **SHOP,
        "app/__init__.py": f"from sqlalchemy import create_engine\n{other}\n{table}\n{''.join(makes)}",
        **environment("from app.users import Base"),
    }

    assert counts_of(INCOMPLETE, files) == expected

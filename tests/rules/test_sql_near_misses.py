"""How what clients choose gets into SQL, and what only looks like it: objects that quote, sets, keys, tuples, types."""

from __future__ import annotations

from importlib import import_module

import pytest

from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.testing import check_files

SQL = import_module("fastapi_audit_rules.security.sql_injection")
CALL = import_module("fastapi_audit_rules.security.dangerous_call")

HEAD = """import os, re, sqlite3
from datetime import date
from pathlib import Path
from typing import Annotated
import psycopg
from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from psycopg import sql
from pydantic import BaseModel, field_validator
from sqlalchemy import Table, column, func, select, text
from sqlalchemy.orm import DeclarativeBase, Session

class Base(DeclarativeBase): ...

class User(Base):
    __tablename__ = "users"

class Chosen(BaseModel):
    order: str

app = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="token")
connection = sqlite3.connect("app.db")
postgres = psycopg.connect("")
session = Session()
"""


def result(code: str, rule: object = SQL) -> RuleResult:
    outcome = check_files(rule, {"app/main.py": HEAD + code})  # type: ignore[arg-type]  # a module

    assert not outcome.crashes
    return outcome.results[0]


def outcome(code: str) -> tuple[int, int, int]:
    found = result(code)
    return found.passes, found.fails, found.unknowns


def handler(parameters: str, body: str) -> str:
    inside = "\n".join(f"    {line}" for line in body.splitlines())
    return f'@app.post("/x")\nasync def handle({parameters}):\n{inside}\n'


@pytest.mark.parametrize(
    ("parameters", "body"),
    [
        ("name: str", "postgres.execute(sql.SQL('SELECT {} FROM t').format(sql.Identifier(name)))"),
        (
            "names: list[str]",
            "postgres.execute(sql.SQL('SELECT {}').format(sql.SQL(', ').join([sql.Identifier(n) for n in names])))",
        ),
        ("name: str", "connection.execute(str(select(User).where(User.name == name)))"),
        ("name: str", "session.execute(text(f'SELECT {column(name)} {func.now()}'))"),
        ("name: str", "session.execute(text(f'SELECT 1 FROM {User.__table__.name} {User.__tablename__}'))"),
        ("ids: list[int]", "connection.execute(f\"SELECT 1 WHERE id IN ({', '.join(map(str, ids))})\")"),
        ("day: date", "connection.execute(f'SELECT {day.year}')"),
        ("name: str", "connection.execute(Path('all.sql').read_text())"),
        ("name: Annotated[str, Query(pattern='^[a-z]+$')]", "connection.execute(f'SELECT {name}')"),
        ("names: list[str]", "for n in names:\n    if n not in ('a', 'b'):\n        return\n"
         "connection.execute('SELECT ' + ', '.join(names))"),
        ("name: str", "if not re.fullmatch('[a-z]+', name):\n    return\nconnection.execute(f'SELECT {name}')"),
    ],
)  # fmt: skip
def test_what_quotes_binds_checks_or_is_no_text_is_no_injection(parameters: str, body: str) -> None:
    assert outcome(handler(parameters, body)) == (1, 0, 0)


@pytest.mark.parametrize(
    ("parameters", "body"),
    [
        ("name: str", "postgres.execute(sql.SQL(f'SELECT {name}'))"),
        ("names: list[str]", "for name in names:\n    connection.execute(f'SELECT {name}')"),
        ("payload: dict", "connection.execute(f\"SELECT {payload['name']}\")"),
        ("name: str", "if name == 'x':\n    return\nconnection.execute(f'SELECT {name}')"),
        ("name: str", "if '--' in name:\n    return\nconnection.execute(f'SELECT {name}')"),
        ("name: Annotated[str, Query(pattern='.+')]", "connection.execute(f'SELECT {name}')"),
        ("name: str", "find(name)\nconnection.execute(f'SELECT {name}')"),
        ("form: Annotated[OAuth2PasswordRequestForm, Depends()]", "connection.execute(f'SELECT {form.username}')"),
        ("token: Annotated[str, Depends(bearer)]", "connection.execute(f'SELECT {token}')"),
        ("chosen: Annotated[Chosen, Query()]", "connection.execute(f'SELECT {chosen.order}')"),
    ],
)
def test_look_alikes_of_checks_and_quotes_leave_the_injection(parameters: str, body: str) -> None:
    exists = "def find(name: str) -> None:\n    if not os.path.exists('x'):\n        raise HTTPException(404)\n"
    assert outcome(exists + handler(parameters, body)) == (0, 1, 0)


def test_conditions_that_are_the_keys_of_a_dict_hold_none_of_its_values() -> None:
    code = """
def conditions(name: str | None):
    known = {"name = :name": name, "size > 1": name}
    return [key for key, value in known.items() if value], {"name": name}

@app.get("/x")
def find(name: str | None = None):
    where, values = conditions(name)
    connection.execute(f"SELECT 1 WHERE {' AND '.join(where)}", values)

@app.get("/y")
def look(name: str | None = None):
    where, values = conditions(name)
    connection.execute(f"SELECT 1 WHERE {values}")
"""
    found = result(code)

    assert found.fails == 1
    assert [finding.place.line - HEAD.count("\n") for finding in found.findings if finding.place] == [14]


def test_arguments_by_any_name_are_not_known() -> None:
    code = """
def find(*conditions: str, **values: str) -> None:
    connection.execute(f"SELECT 1 WHERE {' AND '.join(conditions)}")
    connection.execute(f"SELECT 1 WHERE {' AND '.join(f'{key} = {value}' for key, value in values.items())}")
"""
    assert outcome(code) == (0, 0, 2)


def test_the_way_is_reported_with_where_it_starts_and_what_hands_it_on() -> None:
    code = """
def run(statement: str) -> None:
    connection.execute(statement)

def ordered(column: str) -> None:
    run(f"SELECT 1 ORDER BY {column}")

@app.get("/x")
def find(order: str):
    ordered(order)
"""
    (finding,) = result(code).findings

    assert "query parameter order of GET /x" in finding.message
    assert [related.message for related in finding.related] == [
        "query parameter order comes in here",
        "ordered hands it on",
    ]


def test_what_nothing_is_seen_to_give_is_reported_with_less_confidence_unless_its_type_holds_no_text() -> None:
    code = """
class Filter(BaseModel):
    name: str

@app.post("/x")
def take(filter: Filter): ...

def by_field(filter: Filter):
    connection.execute(f"SELECT {filter.name}")

def by_attribute(filter):
    connection.execute(f"SELECT {filter.name}")

def by_numbers(ids: list[int], day: date):
    connection.execute(f"SELECT {', '.join(map(str, ids))} {day}")
"""
    found = result(code)

    assert (found.passes, found.fails, found.unknowns) == (1, 2, 0)
    assert {finding.confidence.name for finding in found.findings} == {"MEDIUM"}


def test_a_validator_may_make_a_field_harmless() -> None:
    code = """
class Filter(BaseModel):
    name: str
    @field_validator("name")
    @classmethod
    def strip(cls, value: str) -> str:
        return value.strip()

@app.post("/x")
def find(filter: Filter):
    connection.execute(f"SELECT {filter.name}")

@app.post("/y")
def count(filter: Filter):
    connection.execute(f"SELECT {int(filter.name)}")
"""
    assert outcome(code) == (1, 0, 1)


def test_commands_made_of_numbers_alone_hold_nothing_harmful_though_nothing_is_seen_to_give_them() -> None:
    code = "def end(pids: list[int], name: str):\n    for pid in pids:\n        os.system(f'kill {pid}')\n"

    assert not result(code, CALL).findings
    assert len(result(code + "    os.system(f'kill {name}')\n", CALL).findings) == 1

"""Lists that are long, and those that only look like it."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

RULE = import_module("fastapi_audit_rules.performance.unpaginated_list_route")
START = """
from fastapi import FastAPI, Query
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)


app = FastAPI()
session = Session()


def load(*conditions):
    return session.scalars(select(Item).where(*conditions)).all()


"""


def found(route: str) -> list[str]:
    """Return the confidence of each finding."""
    (result,) = check_files(RULE, {"main.py": f"{START}{route}\n"}).results
    return [finding.confidence.name for finding in result.findings]


@pytest.mark.parametrize(
    ("route", "confidence"),
    [
        ("@app.get('/items')\ndef items() -> list[int]:\n    return load()", "HIGH"),
        ("@app.get('/items')\ndef items(colour: str = '') -> list[int]:\n    return load(colour)", "HIGH"),
        ("@app.get('/shops/{shop}/items')\ndef items(shop: int) -> list[int]:\n    return load(shop)", "LOW"),
        ("@app.get('/items')\ndef items(shop: int) -> list[int]:\n    return load(shop)", "LOW"),
    ],
)
def test_what_belongs_to_one_thing_is_less_certainly_much(route: str, confidence: str) -> None:
    assert found(route) == [confidence]


@pytest.mark.parametrize("name", ["limit", "max_count", "maxRows"])
def test_a_parameter_chooses_how_many(name: str) -> None:
    assert (
        found(f"@app.get('/items')\ndef items({name}: int = Query(10, le=99)) -> list[int]:\n    return load()") == []
    )

"""Which routes take and send which schemas, at every depth."""

from __future__ import annotations

from fastapi_audit.testing import understand_files

MAIN = """
from typing import Annotated, Generic, TypeVar
from fastapi import Depends, FastAPI, Form
from pydantic import BaseModel, Field

app = FastAPI()
T = TypeVar("T")

class Secret(BaseModel):
    value: str

class Node(BaseModel):
    children: list["Node"]
    hidden: Secret = Field(exclude=True)

class Item(BaseModel):
    node: Node | None

class Page(BaseModel, Generic[T]):
    items: list[T]

class ItemPage(Page[Item]):
    total: int

class Query(BaseModel):
    text: str

class Login(BaseModel):
    name: str

class Made(BaseModel):
    id: int

def query(body: Query) -> Query: ...

@app.get("/items")
def read() -> ItemPage: ...

@app.post("/search", response_model=dict)
def search(found: Query = Depends(query)):
    return {"made": Made.model_validate(found)}

@app.post("/login")
def login(data: Annotated[Login, Form()]) -> None: ...

@app.put("/items")
def write(item: Item) -> None: ...
"""


def test_schemas_are_sent_through_bases_generics_and_fields_but_not_excluded_ones() -> None:
    (project,) = understand_files({"main.py": MAIN})
    sent = {str(schema): [str(one) for one in project.schema_graph.sent_by(schema)] for schema in project.schemas}

    assert {name for name, routes in sent.items() if routes == ["GET /items"]} == {"ItemPage", "Item", "Node"}
    assert sent["Made"] == ["POST /search"]
    assert not any(sent[name] for name in ("Secret", "Query", "Login"))


def test_schemas_are_taken_from_bodies_and_forms_of_routes_and_dependencies() -> None:
    (project,) = understand_files({"main.py": MAIN})
    taken = {str(schema): [str(one) for one in project.schema_graph.taken_by(schema)] for schema in project.schemas}

    assert taken["Item"] == taken["Node"] == taken["Secret"] == ["PUT /items"]
    assert taken["Query"] == ["POST /search"]
    assert taken["Login"] == ["POST /login"]
    assert not taken["ItemPage"]


def test_the_calls_that_make_a_schema_of_an_object_are_known() -> None:
    (project,) = understand_files({"main.py": MAIN})
    made = {str(schema): len(project.schema_graph.made_by(schema)) for schema in project.schemas}

    assert made.pop("Made") == 1
    assert not any(made.values())

"""Which inputs get to a call, by which functions, and what is known to stand around them."""

from __future__ import annotations

from fastapi_audit.rule_api import Sink
from fastapi_audit.testing import understand_files

HEAD = """import os
from pathlib import Path
from fastapi import BackgroundTasks, Depends, FastAPI, UploadFile
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel
app = FastAPI()
"""


def only_sink(code: str) -> Sink:
    """Return the only sink of a module."""
    (project,) = understand_files({"app/main.py": HEAD + code})
    (sink,) = project.subjects(Sink)
    return sink


def test_a_text_says_what_stands_around_an_input() -> None:
    sink = only_sink('@app.get("/x")\ndef read(name: str):\n    open(f"files/{name}.txt")\n')

    (reach,) = sink.reaches
    assert (reach.input.name, reach.before, reach.after) == ("query parameter name", "files/", ".txt")
    assert [str(route) for route in sink.routes] == ["GET /x"]


def test_functions_on_the_way_stand_in_order_the_first_one_first() -> None:
    code = """
def load(path):
    return open(path)
def find(name):
    return load(os.path.join("files", name))
@app.get("/x")
def read(name: str):
    return find(name)
"""
    (reach,) = only_sink(code).reaches

    assert [function.name for function in reach.through] == ["read", "find", "load"]
    assert (reach.before, reach.is_segment) == ("{?}/", True)


def test_each_call_of_a_function_gives_what_its_own_arguments_are() -> None:
    code = """
def locate(name: str) -> str:
    return "files/" + name
@app.get("/x")
def read(name: str, other: str):
    locate(other)
    return open(locate(name))
"""
    assert [reach.input.name for reach in only_sink(code).reaches] == ["query parameter name"]


def test_what_runs_in_a_thread_or_later_gets_the_arguments_behind_it() -> None:
    code = """
def remove(path: str, name: str):
    os.remove(name)
@app.get("/x")
async def first(name: str):
    await run_in_threadpool(remove, "a", name)
@app.get("/y")
async def second(other: str, tasks: BackgroundTasks):
    tasks.add_task(remove, "a", name=other)
"""
    found = {reach.input.name for reach in only_sink(code).reaches}

    assert found == {"query parameter name", "query parameter other"}


def test_a_field_is_an_input_only_where_its_schema_is_taken_from_the_request() -> None:
    code = """
class Item(BaseModel):
    name: str
def stored(key: int) -> Item: ...
@app.post("/x")
def make(item: Item): ...
@app.get("/x")
def read(key: int):
    return open(stored(key).name)
"""
    sink = only_sink(code)

    assert sink.reaches == ()
    assert [gap.is_stored for gap in sink.gaps] == [True]


def test_functions_that_call_each_other_come_to_an_end() -> None:
    code = """
def first(name: str, depth: int) -> str:
    return second(name + "/", depth) if depth else name
def second(name: str, depth: int) -> str:
    return first(name, depth - 1)
def load(path: str):
    load(path + "x")
    open(path)
@app.get("/x")
def read(name: str):
    load(first(name, 3))
"""
    assert {reach.input.name for reach in only_sink(code).reaches} == {"query parameter name"}


def test_the_name_of_an_upload_is_one_input_its_content_another() -> None:
    code = """
@app.post("/x")
def save(file: UploadFile):
    open(file.filename, "wb").write(file.file.read())
"""
    assert [reach.input.name for reach in only_sink(code).reaches] == ["name of the file parameter file"]


def test_one_result_of_several_holds_what_stands_there() -> None:
    code = """
def both(name: str, other: str):
    return name, other
@app.get("/x")
def read(name: str, other: str):
    first, second = both(name, other)
    open(second)
"""
    assert [reach.input.name for reach in only_sink(code).reaches] == ["query parameter other"]


def test_a_parameter_that_nothing_is_seen_to_give_is_told_from_what_clients_choose() -> None:
    sink = only_sink("def load(number: int, name: str):\n    open(f'{number}/{name}')\n")

    assert (sink.reaches, sink.gaps) == ((), ())
    assert [reach.input.name for reach in sink.unseen] == ["parameter number of load", "parameter name of load"]
    assert [reach.input.name for reach in sink.suspected()] == ["parameter name of load"]
    assert sink.doubts() == ("the parameter name of load that nothing is seen to give",)


def test_many_ways_that_are_not_seen_to_start_leave_room_for_those_of_clients() -> None:
    unseen = "".join(f"def load{number}(name):\n    find(name)\n" for number in range(70))
    code = f"{unseen}def find(name):\n    open(name)\n@app.get('/x')\ndef read(name: str):\n    find(name)\n"

    assert [reach.input.name for reach in only_sink(code).reaches] == ["query parameter name"]


def test_the_text_of_a_statement_is_a_sink() -> None:
    code = """import sqlite3
connection = sqlite3.connect("app.db")
@app.get("/x")
def read(name: str):
    return connection.execute("SELECT 1 WHERE name = " + name)
"""
    sink = only_sink(code)

    assert (sink.kind, [reach.input.name for reach in sink.harmful()]) == ("sql", ["query parameter name"])


def test_a_dict_that_holds_what_was_made_of_it_is_followed_to_an_end() -> None:
    code = """
def budget(first: str, second: str) -> tuple[str, str]:
    return first, second
@app.post("/x")
def read(name: str, given: dict[str, str]):
    options = dict(given)
    options["a"], options["b"] = budget(options["a"], options.get("b", name))
    open("/".join(options.values()))
"""

    assert [reach.input.name for reach in only_sink(code).reaches] == ["query parameter name"]


def test_a_chain_of_very_many_calls_is_given_up_and_not_climbed_until_the_stack_ends() -> None:
    steps = "".join(f"def step_{number}(name):\n    step_{number + 1}(name)\n" for number in range(7000))
    code = f"{steps}def step_7000(name):\n    open(name)\n@app.get('/x')\ndef read(name: str):\n    step_0(name)\n"

    sink = only_sink(code)

    assert sink.reaches == ()
    assert [gap.reason for gap in sink.gaps] == ["a chain of calls that is too long to follow"]
    assert [str(route) for route in sink.routes] == ["GET /x"]

"""Which errors leave which functions, and with what status they reach a caller."""

from __future__ import annotations

from linking_builders import project_of

HEAD = """
from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

app = FastAPI()

class ShopError(Exception):
    status_code = 500

class Missing(ShopError):
    status_code = 404

@app.exception_handler(ShopError)
def answer(request: Request, error: ShopError):
    return JSONResponse({}, error.status_code)

def find():
    raise Missing("a text")

def refuse():
    raise HTTPException(403)
"""


def leaving(body: str) -> list[int | None]:
    project = project_of(main=HEAD + body)
    (function,) = (one for one in project.functions if one.qualname == "act")
    return [answer.status for answer in project.escapes.leaving([function])]


def test_an_error_goes_through_all_that_call_one_another() -> None:
    assert leaving("def inner(): find()\ndef act():\n    inner()\n    refuse()\n") == [404, 403]


def test_an_error_goes_through_a_thread_but_not_out_of_a_background_task() -> None:
    assert leaving("async def act(tasks: BackgroundTasks):\n    await run_in_threadpool(find)\n") == [404]
    assert leaving("async def act(tasks: BackgroundTasks):\n    tasks.add_task(find)\n") == []


def test_an_error_is_caught_under_the_names_of_its_bases() -> None:
    assert leaving("def act():\n    try:\n        find()\n    except ShopError:\n        pass\n") == []
    assert leaving("def act():\n    try:\n        find()\n    except HTTPException:\n        pass\n") == [404]


def test_a_clause_that_raises_it_again_keeps_nothing() -> None:
    assert leaving("def act():\n    try:\n        refuse()\n    except HTTPException:\n        raise\n") == [403]
    assert (
        leaving("def act():\n    try:\n        refuse()\n    except Exception as e:\n        raise ValueError from e\n")
        == []
    )


def test_functions_that_call_one_another_end() -> None:
    assert leaving("def other():\n    act()\n    find()\ndef act(): other()\n") == [404]

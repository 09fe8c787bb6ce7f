"""Event loops and threads that have their place, and some that have not, well hidden."""

from importlib import import_module
from types import ModuleType

import pytest

from fastapi_audit.testing import check_files

BLOCKING = import_module("fastapi_audit_rules.performance.blocking_call_in_async")
NESTED_EVENT_LOOP = import_module("fastapi_audit_rules.correctness.nested_event_loop")
PRIVATE_LOOP_IN_HANDLER = import_module("fastapi_audit_rules.correctness.private_loop_in_handler")

START = """
import asyncio
import threading

import anyio
from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


async def load() -> list[int]:
    return [1]


"""


def outcome(rule: ModuleType, source: str) -> tuple[int, int]:
    """Return how many calls fail, and of how many nothing can be said."""
    reported = check_files(rule, {"main.py": START + source})
    assert not reported.crashes
    return sum(result.fails for result in reported.results), sum(result.unknowns for result in reported.results)


@pytest.mark.parametrize(
    "source",
    [
        "def main():\n    asyncio.run(load())\n",
        "asyncio.run(load())\n",
        "@app.get('/')\ndef read():\n    return asyncio.run(load())\n",
        "def inner():\n    return asyncio.run(load())\n\n@app.get('/')\nasync def read():\n"
        "    return await run_in_threadpool(inner)\n",
        "def inner():\n    return asyncio.run(load())\n\n@app.get('/')\nasync def read():\n"
        "    return await asyncio.to_thread(inner)\n",
        "def inner():\n    return asyncio.run(load())\n\n@app.get('/')\nasync def read():\n"
        "    return await asyncio.get_running_loop().run_in_executor(None, inner)\n",
        "async def inner():\n    return anyio.from_thread.run(load)\n",
        "class Runner:\n    def run(self, job): ...\n\nasync def read(runner: Runner):\n    runner.run(load())\n",
    ],
)
def test_a_loop_where_none_is_running_is_fine(source: str) -> None:
    assert outcome(NESTED_EVENT_LOOP, source) == (0, 0)


@pytest.mark.parametrize(
    "source",
    [
        "@app.get('/')\nasync def read():\n    return asyncio.run(load())\n",
        "from asyncio import run as go\n\nasync def read():\n    return go(load())\n",
        "async def read():\n    return asyncio.new_event_loop().run_until_complete(load())\n",
        "async def read():\n    loop = asyncio.get_event_loop()\n    return loop.run_until_complete(load())\n",
        "async def read():\n    with asyncio.Runner() as runner:\n        return runner.run(load())\n",
        "async def read():\n    return anyio.run(load)\n",
        "def inner():\n    return asyncio.run(load())\n\ndef outer():\n    return inner()\n\nasync def read():\n"
        "    return outer()\n",
        "class Items:\n    def all(self):\n        return asyncio.run(load())\n\n@app.get('/')\n"
        "async def read(items: Items = Depends()):\n    return items.all()\n",
        "@app.on_event('startup')\nasync def start():\n    asyncio.run(load())\n",
    ],
)
def test_a_loop_inside_a_loop_is_found(source: str) -> None:
    assert outcome(NESTED_EVENT_LOOP, source) == (1, 0)


@pytest.mark.parametrize(
    "source",
    [
        "def inner():\n    try:\n        loop = asyncio.get_running_loop()\n    except RuntimeError:\n"
        "        return asyncio.run(load())\n    return loop.create_task(load())\n\nasync def read():\n"
        "    return inner()\n",
        "import nest_asyncio\n\nnest_asyncio.apply()\n\nasync def read():\n    return asyncio.run(load())\n",
    ],
)
def test_code_that_looks_for_a_loop_stays_unknown(source: str) -> None:
    assert outcome(NESTED_EVENT_LOOP, source) == (0, 1)


def test_the_way_to_a_nested_loop_is_told() -> None:
    source = "def inner():\n    return asyncio.run(load())\n\ndef outer():\n    return inner()\n\n"
    source += "async def read():\n    return outer()\n"
    (result,) = check_files(NESTED_EVENT_LOOP, {"main.py": START + source}).results

    (finding,) = result.findings
    assert finding.message == "`run` fails when `inner` is called from `async def main.read`"
    assert [related.message for related in finding.related] == [
        "`main.read` calls `outer`",
        "`main.outer` calls `inner`",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "def main():\n    asyncio.run(load())\n    threading.Thread(target=main).start()\n",
        "@app.get('/')\nasync def read():\n    return asyncio.run(load())\n",
        "@app.get('/')\ndef read():\n    try:\n        asyncio.get_running_loop()\n    except RuntimeError:\n"
        "        asyncio.run(load())\n",
        "@app.get('/')\ndef read():\n    worker = threading.Thread(target=print)\n    worker.start()\n"
        "    worker.join()\n",
        "@app.get('/')\ndef read():\n    workers = [threading.Thread(target=print) for _ in range(2)]\n"
        "    for worker in workers:\n        worker.start()\n    for worker in workers:\n        worker.join()\n",
        "WORKERS = []\n\n@app.get('/')\ndef read():\n    worker = threading.Thread(target=print)\n"
        "    worker.start()\n    WORKERS.append(worker)\n",
        "class Pool:\n    def start(self):\n        self.worker = threading.Thread(target=print)\n"
        "        self.worker.start()\n\npool = Pool()\n\n@app.get('/')\ndef read():\n    pool.start()\n",
        "@app.on_event('startup')\ndef start():\n    threading.Thread(target=print).start()\n",
    ],
)
def test_a_loop_or_thread_that_has_an_owner_is_fine(source: str) -> None:
    assert outcome(PRIVATE_LOOP_IN_HANDLER, source) == (0, 0)


@pytest.mark.parametrize(
    "source",
    [
        "@app.get('/')\ndef read():\n    return asyncio.run(load())\n",
        "def inner():\n    loop = asyncio.new_event_loop()\n    return loop\n\n@app.get('/')\ndef read():\n"
        "    inner()\n",
        "@app.get('/')\nasync def read():\n    threading.Thread(target=print).start()\n",
        "from threading import Timer as Later\n\n@app.get('/')\ndef read():\n    Later(1, print).start()\n",
        "def user():\n    worker = threading.Thread(target=print)\n    worker.daemon = True\n    worker.start()\n\n"
        "@app.get('/', dependencies=[Depends(user)])\ndef read(): ...\n",
    ],
)
def test_a_loop_or_thread_of_a_request_is_found(source: str) -> None:
    assert outcome(PRIVATE_LOOP_IN_HANDLER, source) == (1, 0)


BLOCKING = import_module("fastapi_audit_rules.performance.blocking_call_in_async")
FILES = """
import smtplib
from pathlib import Path


def template() -> str:
    with open("letter.html") as file:
        return file.read()


def keep() -> None:
    Path("kept.txt").write_text("")


def send() -> None:
    smtplib.SMTP("mail.example").sendmail("a", "b", "c")


def write() -> None:
    template()
    deliver()


def deliver() -> None:
    send()


"""


@pytest.mark.parametrize(
    ("body", "confidence", "cause"),
    [
        ("open('letter.html').read()", "MEDIUM", "`open` blocks"),
        ("template()", "LOW", "`open`"),
        ("keep()", "MEDIUM", "`Path.write_text`"),
        ("write()", "HIGH", "`smtplib.SMTP`"),
        ("deliver()", "HIGH", "`smtplib.SMTP`"),
    ],
)
def test_a_file_on_the_way_matters_less_than_what_is_behind_it(body: str, confidence: str, cause: str) -> None:
    source = f"{START}{FILES}@app.get('/')\nasync def read():\n    return {body}\n"
    (result,) = check_files(BLOCKING, {"main.py": source}).results
    (finding,) = result.findings

    assert finding.confidence.name == confidence
    assert cause in finding.message


PAGES = """
import boto3
from fastapi import FastAPI

app = FastAPI()
paginator = boto3.client("s3").get_paginator("list_objects_v2")


def pages():
    return paginator.paginate(Bucket="shop")


@app.get("/")
async def read():
"""


@pytest.mark.parametrize(
    ("body", "fails"),
    [
        ("    paginator.paginate(Bucket='shop')\n", 0),
        ("    pages()\n", 0),
        ("    found = paginator.paginate(Bucket='shop')\n    return StreamingResponse(found)\n", 0),
        ("    for page in paginator.paginate(Bucket='shop'):\n        print(page)\n", 1),
        ("    found = paginator.paginate(Bucket='shop')\n    for page in found:\n        print(page)\n", 1),
        ("    return [page['Name'] for page in paginator.paginate(Bucket='shop')]\n", 1),
        ("    return paginator.paginate(Bucket='shop').build_full_result()\n", 1),
    ],
)
def test_pages_are_waited_for_by_whoever_walks_over_them(body: str, fails: int) -> None:
    (result,) = check_files(BLOCKING, {"main.py": PAGES + body}).results
    assert result.fails == fails


WRAPPED = """
import time
from fastapi import FastAPI
from fastapi_versioning import VersionedFastAPI

inner = FastAPI()
app = VersionedFastAPI(inner, version_format="{major}"{given})


@app.{registered}
async def work():
    time.sleep(1)
"""


@pytest.mark.parametrize(
    ("registered", "given", "fails"),
    [
        ("on_event('startup')", "", 0),
        ("on_event('shutdown')", ", enable_latest=True", 0),
        ("get('/')", "", 1),
        ("middleware('http')", "", 1),
        ("unknown('startup')", "", 1),
    ],
)
def test_an_application_that_is_wrapped_keeps_what_is_registered_on_it(registered: str, given: str, fails: int) -> None:
    source = WRAPPED.replace("{registered}", registered).replace("{given}", given)
    (result,) = check_files(BLOCKING, {"main.py": source}).results
    assert result.fails == fails

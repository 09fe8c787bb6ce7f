"""Sessions that end with their request, and some that are kept in use after it."""

from importlib import import_module

import pytest

from fastapi_audit.rule_api import Confidence
from fastapi_audit.testing import check_files

RULE = import_module("fastapi_audit_rules.correctness.request_resource_in_background")

START = """
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session

app = FastAPI()
make_session = async_sessionmaker()
RUNNING = set()


async def get_session():
    async with make_session() as session:
        yield session


async def work(number: int, session: AsyncSession | None = None): ...


@app.post("/")
"""


def confidences(source: str, fastapi: str = "0.115.0") -> list[Confidence]:
    """Return the confidence of each finding."""
    reported = check_files(RULE, {"main.py": START + source, "requirements.txt": f"fastapi=={fastapi}\n"})
    assert not reported.crashes
    return [finding.confidence for result in reported.results for finding in result.findings]


@pytest.mark.parametrize(
    "source",
    [
        "async def f(session: AsyncSession, tasks: BackgroundTasks):\n    tasks.add_task(work, 1)\n",
        "async def f(session: AsyncSession):\n    asyncio.create_task(work(1))\n",
        "async def f(session: AsyncSession):\n    await asyncio.create_task(work(1, session))\n",
        "async def f(session: AsyncSession):\n    task = asyncio.create_task(work(1, session))\n    await task\n",
        "async def f(session: AsyncSession):\n    tasks = {asyncio.create_task(work(1, session))}\n"
        "    await asyncio.wait(tasks)\n",
        "async def f(session: AsyncSession):\n    own = set()\n    task = asyncio.create_task(work(1, session))\n"
        "    own.add(task)\n    await asyncio.wait(own)\n",
        "async def f(session: AsyncSession):\n    async with asyncio.TaskGroup() as group:\n"
        "        group.create_task(work(1, session))\n",
        "async def f(session: AsyncSession):\n    await asyncio.to_thread(work, 1, session)\n",
        "def f(session: Session):\n    worker = threading.Thread(target=work, args=(1, session))\n"
        "    worker.start()\n    worker.join()\n",
        "async def f(tasks: BackgroundTasks):\n    tasks.add_task(work, 1, make_session)\n",
        "async def f(): ...\n\n\nasync def script(session: AsyncSession):\n    asyncio.create_task(work(1, session))\n",
    ],
)
def test_a_session_that_ends_with_the_request_is_fine(source: str) -> None:
    assert confidences(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "async def f(session: AsyncSession, tasks: BackgroundTasks):\n    tasks.add_task(work, 1, session)\n",
        "async def f(session: AsyncSession, tasks: BackgroundTasks):\n    tasks.add_task(work, 1, session=session)\n",
        "async def f(tasks: BackgroundTasks, session=Depends(get_session)):\n    tasks.add_task(work, 1, session)\n",
        "async def f(session: AsyncSession):\n    asyncio.create_task(work(1, session))\n",
        "async def f(session: AsyncSession):\n    asyncio.ensure_future(work(1, session=session))\n",
        "async def f(session: AsyncSession):\n    task = asyncio.create_task(work(1, session))\n"
        "    RUNNING.add(task)\n    task.add_done_callback(RUNNING.discard)\n",
        "def f(session: Session):\n    threading.Thread(target=work, args=(1, session)).start()\n",
        "def f(session: Session):\n    ThreadPoolExecutor().submit(work, 1, session)\n",
        "def f(session: Session, tasks: BackgroundTasks):\n    later(session, tasks)\n\n\n"
        "def later(session: Session, tasks: BackgroundTasks):\n    tasks.add_task(work, 1, session)\n",
        "def f(session: 'Shop', tasks: BackgroundTasks):\n    tasks.add_task(work, 1, session)\n\n\n"
        "class Shop(Session): ...\n",
    ],
)
def test_a_session_that_outlives_the_request_is_found(source: str) -> None:
    assert confidences(source) == [Confidence.HIGH]


TASK = "async def f(session: AsyncSession, tasks: BackgroundTasks):\n    tasks.add_task(work, 1, session)\n"


@pytest.mark.parametrize("version", ["0.105.0", "0.118.0", "0.121.3"])
def test_where_tasks_run_before_dependencies_end_it_is_only_held_too_long(version: str) -> None:
    assert confidences(TASK, version) == [Confidence.LOW]


@pytest.mark.parametrize("version", ["0.106.0", "0.117.1"])
def test_between_two_versions_it_is_closed_first(version: str) -> None:
    assert confidences(TASK, version) == [Confidence.HIGH]


def test_what_no_dependency_with_yield_gives_is_not_closed_by_fastapi() -> None:
    given = "def take(request: Request):\n    return request.state.db\n"
    deeper = "def take(session=Depends(get_session)):\n    return session\n"
    handler = "async def f(tasks: BackgroundTasks, session: AsyncSession = Depends(take)):\n"
    handler += "    tasks.add_task(work, 1, session)\n"
    start = START.replace("import asyncio", "import asyncio\nfrom fastapi import Request", 1)

    def found(dependency: str) -> list[Confidence]:
        source = start.replace('@app.post("/")\n', dependency + '@app.post("/")\n') + handler
        reported = check_files(RULE, {"main.py": source, "requirements.txt": "fastapi==0.115.0\n"})
        return [finding.confidence for result in reported.results for finding in result.findings]

    assert found(given) == [Confidence.LOW]
    assert found(deeper) == [Confidence.HIGH]

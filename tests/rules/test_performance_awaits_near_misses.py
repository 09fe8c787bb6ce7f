"""Awaits that belong one after the other, and handlers that are right to be asynchronous; and some that are not."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

SEQUENTIAL = import_module("fastapi_audit_rules.performance.sequential_awaits")
NO_AWAIT = import_module("fastapi_audit_rules.performance.async_handler_without_await")
START = """
import asyncio

import httpx
import pricing
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import StreamingResponse

app = FastAPI()
client = httpx.AsyncClient()


class Price(BaseModel):
    value: float


async def ask(name: str):
    answer = await client.get(name)
    return answer.json()


async def write(name: str):
    await client.post(name)


async def remember(name: str):
    app.state.last = await client.get(name)


async def count(session: AsyncSession, name: str):
    return await session.get(int, name)


"""


def findings(rule: object, body: str, parameters: str = "") -> list[str]:
    """Return the confidence of each finding in an asynchronous handler."""
    source = f"{START}@app.get('/')\nasync def handler({parameters}):\n    {body}\n"
    (result,) = check_files(rule, {"main.py": source}).results  # type: ignore[arg-type]
    return [finding.confidence.name for finding in result.findings]


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ("a = await ask('a')\n    b = await ask(a['next'])", ""),
        ("a = await ask('a')\n    a = await ask(a)", ""),
        ("a = await ask('a')\n    a.check()\n    b = await ask('b')", ""),
        ("a = await write('a')\n    b = await write('b')", ""),
        ("a = await ask('a')\n    b = await write('b')", ""),
        ("a = await remember('a')\n    b = await remember('b')", ""),
        ("await client.get('a')\n    await client.get('b')", ""),
        ("a = await count(session, 'a')\n    b = await count(session, 'b')", "session: AsyncSession"),
        ("a = await session.get(int, 1)\n    b = await session.get(int, 2)", "session: AsyncSession"),
        ("a, b = await asyncio.gather(ask('a'), ask('b'))", ""),
        ("a = await other.get('a')\n    b = await other.get('b')", "other"),
    ],
)
def test_the_awaits_belong_one_after_the_other(body: str, parameters: str) -> None:
    assert findings(SEQUENTIAL, body, parameters) == []


@pytest.mark.parametrize(
    "body",
    [
        "a = await client.get('a')\n    b = await client.get('b')\n    return a, b",
        "a = await ask('a')\n    b: object = await ask('b')\n    c = await ask('c')\n    return a, b, c",
        "if client:\n        a = await ask('a')\n        b = await client.head('b')\n        return a, b",
        "a = await ask('a')\n    b = await ask(a)\n    c = await ask('c')\n    return b, c",
        "name = 'b'\n    a = await ask('a')\n    b = await ask(name)\n    return a, b",
    ],
)
def test_the_awaits_could_go_side_by_side(body: str) -> None:
    assert findings(SEQUENTIAL, body) == ["HIGH"]


@pytest.mark.parametrize(
    "body",
    [
        "return {'status': 'ok'}",
        "return Price(value=sorted([2, 1])[0])",
        "return await ask('a')",
        "async with client:\n        return pricing.compute()",
        "return [item async for item in pricing.items()]",
        "yield pricing.compute()",
        "task = asyncio.create_task(pricing.compute())\n    return str(task)",
        "async def stream():\n        yield pricing.compute()\n\n    return StreamingResponse(stream())",
        "import time\n    time.sleep(1)\n    return pricing.compute()",
    ],
)
def test_the_handler_is_right_to_be_asynchronous_or_told_otherwise(body: str) -> None:
    assert findings(NO_AWAIT, body) == []


@pytest.mark.parametrize(
    ("body", "confidence"),
    [
        ("return price.compute()", "MEDIUM"),
        ("import torch\n    return torch.cuda.is_available()", "MEDIUM"),
        ("from torch import cuda as c\n    return c.is_available()", "MEDIUM"),
        ("return pricing.compute()", "LOW"),
    ],
)
def test_the_handler_should_be_plain(body: str, confidence: str) -> None:
    assert findings(NO_AWAIT, body, "price") == [confidence]


def test_what_a_function_of_the_project_calls_has_low_confidence() -> None:
    source = (
        START + "def compute():\n    return pricing.compute()\n\n\n@app.get('/')\nasync def handler():\n    compute()\n"
    )
    (result,) = check_files(NO_AWAIT, {"main.py": source}).results

    assert [finding.confidence.name for finding in result.findings] == ["LOW"]


def test_a_method_that_stands_in_for_an_asynchronous_one_stays_so() -> None:
    source = START + (
        "class View:\n    async def read(self): ...\n\n\n"
        "class Prices(View):\n    async def read(self):\n        return pricing.compute()\n\n\n"
        "app.get('/')(Prices().read)\n"
    )

    assert check_files(NO_AWAIT, {"main.py": source}).lines == frozenset()

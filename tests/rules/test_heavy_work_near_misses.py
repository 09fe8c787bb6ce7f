"""Messages and documents that a request waits for, and those that it hands over."""

import pytest
from rule_builders import NO_SUBJECT, Counts, counts_of, result_of

RULE = "performance.heavy_work_in_request"
START = """
import asyncio
import smtplib
from abc import ABC, abstractmethod

import httpx
import requests
from celery import Celery
from fastapi import APIRouter, BackgroundTasks, FastAPI
from fastapi.responses import Response
from fastapi_mail import FastMail
from starlette.background import BackgroundTask
from weasyprint import HTML

app = FastAPI()
queue = Celery()
client = httpx.AsyncClient()
mail = FastMail(None)


async def deliver(text):
    await mail.send_message(text)


@queue.task
def deliver_later(text):
    smtplib.SMTP("localhost").sendmail("a", "b", text)


class Sender(ABC):
    @abstractmethod
    def send(self, text): ...


class SmtpSender(Sender):
    def send(self, text):
        with smtplib.SMTP_SSL("localhost") as server:
            server.sendmail("a", "b", text)


class Step(ABC):
    @abstractmethod
    def run(self, text): ...


class MailStep(Step):
    def run(self, text):
        SmtpSender().send(text)


class FirstStep(Step):
    def run(self, text): ...


class LastStep(Step):
    def run(self, text): ...


async def notify(text):
    try:
        response = await client.post("https://hooks.example.com", json=text)
        response.raise_for_status()
    except httpx.HTTPError:
        print("failed")


async def order(text):
    response = await client.post("https://shop.example.com", json=text)
    response.raise_for_status()


"""


def counts(handler: str, header: str = "@app.post('/')") -> Counts:
    return counts_of(RULE, {"main.py": f"{START}{header}\n{handler}\n"})


@pytest.mark.parametrize(
    "handler",
    [
        "async def add(text: str):\n    await deliver(text)",
        "async def add(text: str):\n    await asyncio.gather(deliver(text), deliver('again'))",
        "async def add(text: str):\n    await asyncio.wait_for(deliver(text), 5)",
        "async def add(text: str):\n    await asyncio.to_thread(deliver_later, text)",
        "def add(text: str):\n    deliver_later(text)",
        "def add(text: str):\n    asyncio.run(deliver(text))",
        "def add(text: str, via: Sender):\n    via.send(text)",
        "async def add(text: str):\n    await notify(text)",
        "def add(text: str):\n    requests.post('https://hooks.example.com', json=text)",
        "async def add(text: str, tasks: BackgroundTasks):\n    tasks.add_task(notify, text)\n    await deliver(text)",
        "def add(text: str):\n    HTML(string=text).write_pdf('/tmp/x.pdf')\n    return {'made': True}",
    ],
)
def test_the_request_waits(handler: str) -> None:
    assert counts(handler) == (0, 1, 0)


@pytest.mark.parametrize(
    "handler",
    [
        "async def add(text: str, tasks: BackgroundTasks):\n    tasks.add_task(deliver, text)",
        "async def add(text: str, tasks: BackgroundTasks):\n    tasks.add_task(mail.send_message, text)",
        "async def add(text: str):\n    return Response(background=BackgroundTask(deliver, text))",
        "def add(text: str):\n    deliver_later.delay(text)",
        "def add(text: str):\n    deliver_later.apply_async(args=[text])",
        "def add(text: str):\n    queue.send_task('deliver', [text])",
        "async def add(text: str):\n    kept = asyncio.create_task(deliver(text))",
    ],
)
def test_somebody_else_does_it(handler: str) -> None:
    assert counts(handler) == (1, 0, 0)


@pytest.mark.parametrize(
    "handler",
    [
        "async def add(text: str):\n    return text",
        "async def add(text: str):\n    await order(text)",
        "async def add(text: str):\n    response = await client.post('https://a.b')\n    return response.json()",
        "def add(text: str):\n    return requests.post('https://a.b').ok",
        "def add(text: str):\n    requests.get('https://a.b')",
        "def add(text: str):\n    return Response(HTML(string=text).write_pdf(), media_type='application/pdf')",
        "def add(text: str, step: Step):\n    step.run(text)",
        "async def send_test_mail(text: str):\n    await deliver(text)",
        "async def add(text: str, mailer):\n    await mailer.send_message(text)",
    ],
)
def test_nothing_is_done_that_somebody_else_could_do(handler: str) -> None:
    assert counts(handler) == NO_SUBJECT


RESULT = """
from fastapi import HTTPException
from sqlalchemy.ext.asyncio import AsyncSession


class Mailer:
    async def invite(self, text) -> bool:
        return await self.send(text)

    async def send(self, text) -> bool:
        answer = await mail.send_message(text)
        return answer is None

    async def forget(self, text) -> None:
        await mail.send_message(text)


@app.post('/')
"""


@pytest.mark.parametrize(
    "handler",
    [
        "async def add(text: str):\n    sent = await Mailer().invite(text)\n    return {'sent': sent}",
        "async def add(text: str):\n    return await Mailer().send(text)",
        "async def add(text: str):\n    error = None\n    try:\n        await deliver(text)\n"
        "    except Exception as problem:\n        error = str(problem)\n    return {'error': error}",
        "async def add(text: str):\n    try:\n        await deliver(text)\n"
        "    except Exception:\n        raise HTTPException(502, 'not sent')",
    ],
)
def test_who_asks_for_a_message_alone_may_wait_for_what_becomes_of_it(handler: str) -> None:
    assert counts_of(RULE, {"main.py": f"{START}{RESULT}{handler}\n"}) == NO_SUBJECT


@pytest.mark.parametrize(
    "handler",
    [
        "async def add(text: str):\n    return await Mailer().forget(text)",
        "async def add(text: str):\n    sent = await Mailer().invite(text)\n    return {'text': text}",
        "async def add(text: str):\n    try:\n        await deliver(text)\n"
        "    except Exception as problem:\n        print(problem)\n    return {'text': text}",
        "async def add(text: str, session: AsyncSession):\n    session.add(object())\n    await session.commit()\n"
        "    sent = await Mailer().invite(text)\n    return {'sent': sent}",
    ],
)
def test_who_asks_for_more_or_learns_nothing_need_not_wait(handler: str) -> None:
    assert counts_of(RULE, {"main.py": f"{START}{RESULT}{handler}\n"}) == (0, 1, 0)


def test_only_handlers_are_looked_at() -> None:
    assert counts("async def add(text: str):\n    await deliver(text)", header="") == NO_SUBJECT


def test_an_unused_answer_is_less_certain_than_a_mail() -> None:
    files = {"main.py": f"{START}@app.post('/')\nasync def add(text: str):\n    await notify(text)\n"}

    (finding,) = result_of(RULE, files).findings
    assert finding.confidence.name == "MEDIUM"

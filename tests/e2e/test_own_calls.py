"""What the configuration says of a project's own calls reaches the rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fastapi_audit.cli import run
from fastapi_audit.testing import write_files

SERVICE = {
    "app/__init__.py": "",
    "app/main.py": """
import acme_sdk
from fastapi import FastAPI

from app import cache, legacy, threads

app = FastAPI()
client = acme_sdk.Client()


@app.get("/orders")
async def read_orders():
    return legacy.fetch("orders")


@app.get("/parcels")
async def read_parcels():
    return client.parcels()


@app.get("/rates")
async def read_rates():
    return cache.get("rates")


@app.get("/report")
async def read_report():
    return await report()


@threads.in_thread
def report():
    return acme_sdk.report()


@app.get("/summary")
async def read_summary():
    return await summary()


@threads.in_pool(size=2)
def summary():
    return acme_sdk.summary()
""",
    "app/legacy.py": "from app.generated import stubs\n\n\ndef fetch(what):\n    return stubs.call(what)\n",
    "app/cache.py": "from urllib.request import urlopen\n\n\ndef get(key):\n    return urlopen(f'http://cache/{key}').read()\n",
    "app/threads.py": """
from functools import wraps

import acme_threads


def in_thread(function):
    @wraps(function)
    async def wrapper(*arguments):
        return await acme_threads.apply(function, arguments)

    return wrapper


def in_pool(size):
    def decorate(function):
        @wraps(function)
        async def wrapper(*arguments):
            return await acme_threads.apply(function, arguments, size)

        return wrapper

    return decorate
""",
}
KNOWN = 'blocking-calls = ["app.legacy.fetch", "acme_sdk.*"]\n'
OFFLOADED = 'offloading-calls = ["app.threads.*"]\n'
TRUSTED = 'trusted-calls = ["app.cache.get", "acme_sdk.Client.parcels"]\n'


@pytest.mark.parametrize(
    ("configuration", "blocking"),
    [
        ("", ["read_rates"]),
        (KNOWN, ["read_orders", "read_parcels", "read_rates", "read_report", "read_summary"]),
        (KNOWN + OFFLOADED, ["read_orders", "read_parcels", "read_rates"]),
        (KNOWN + OFFLOADED + TRUSTED, ["read_orders"]),
    ],
    ids=["nothing", "blocking", "offloading", "trusted"],
)
def test_handlers_block_as_far_as_the_configuration_knows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], configuration: str, blocking: list[str]
) -> None:
    write_files(tmp_path, {**SERVICE, "fastapi-audit.toml": configuration})

    assert run([str(tmp_path), "--format", "json", "--quiet", "--select", "PRF001"]) == 0

    findings = json.loads(capsys.readouterr().out)["findings"]
    assert [finding["message"].partition("async def ")[2].partition("`")[0] for finding in findings] == blocking


def test_the_options_say_the_same_as_the_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_files(tmp_path, SERVICE)
    known = ["--blocking-calls", "app.legacy.fetch,acme_sdk.*", "--offloading-calls", "app.threads.*"]
    trusted = ["--trusted-calls", "app.cache.get", "--trusted-calls", "acme_sdk.Client.parcels"]

    assert run([str(tmp_path), "--format", "json", "--quiet", "--select", "PRF001", *known, *trusted]) == 0

    findings = json.loads(capsys.readouterr().out)["findings"]
    assert ["read_orders" in finding["message"] for finding in findings] == [True]


def test_a_call_that_cannot_be_is_a_mistake_of_the_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path, {**SERVICE, "fastapi-audit.toml": 'blocking-calls = ["fetch()"]'})

    assert run([str(tmp_path)]) == 2

    assert "`blocking-calls`: `fetch()` is no dotted name; write one such as" in capsys.readouterr().err

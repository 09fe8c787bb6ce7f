"""Clients and engines that are shared although it does not look like it, and some that are not."""

from importlib import import_module

import pytest

from fastapi_audit.testing import Files, check_files

CLIENT = import_module("fastapi_audit_rules.performance.client_per_request")
ENGINE = import_module("fastapi_audit_rules.performance.engine_per_request")
START = """
from contextlib import asynccontextmanager
from functools import cached_property, lru_cache

import boto3
import httpx
import redis.asyncio as redis
from fastapi import BackgroundTasks, Depends, FastAPI, Request
from pydantic import BaseModel
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine
from sqlalchemy.orm import Session


class Settings(BaseSettings):
    region: str = "eu"
    database: str = "postgresql://db.example/shop"


def get_settings() -> Settings:
    return Settings()


app = FastAPI()

"""
HANDLER = "\n\n@app.get('/')\nasync def handler():\n    "


def found(rule: object, source: str, other: Files | None = None) -> list[str]:
    """Return the confidence of each finding."""
    (result,) = check_files(rule, {"main.py": START + source, **(other or {})}).results  # type: ignore[arg-type]
    return [finding.confidence.name for finding in result.findings]


FETCH = (
    "async def fetch(url: str):\n    async with httpx.AsyncClient() as client:\n        return await client.get(url)\n"
)
GIVEN = "\n\n@app.get('/')\nasync def handler(page: str):\n    "


@pytest.mark.parametrize(
    "source",
    [
        FETCH + GIVEN + "return await fetch(page)\n",
        "async def ask(client, url): ...\n\n\nasync def fetch(url: str):\n"
        "    async with httpx.AsyncClient() as client:\n        return await ask(client, url)\n"
        + GIVEN
        + "return await fetch(page)\n",
        "async def fetch(urls: list[str]):\n    async def ask(client, url): ...\n\n"
        "    async with httpx.AsyncClient() as client:\n        return [await ask(client, url) for url in urls]\n"
        + GIVEN
        + "return await fetch([page])\n",
        GIVEN + "client = httpx.AsyncClient()\n    return await client.request('GET', page)\n",
        "async def upload():\n    async with httpx.AsyncClient() as client:\n        await client.get('https://a.example')\n"
        "\n\n@app.get('/')\nasync def handler(tasks: BackgroundTasks):\n    tasks.add_task(upload)\n",
        "\n\n@app.websocket('/')\nasync def handler(socket):\n    await redis.Redis().blpop('a')\n",
    ],
)
def test_there_is_nothing_to_share_between_strange_hosts_or_with_a_connection(source: str) -> None:
    assert found(CLIENT, source) == []


@pytest.mark.parametrize(
    "source",
    [
        FETCH + GIVEN + "return await fetch('https://a.example')\n",
        FETCH + GIVEN + "return await fetch(f'https://a.example/{page}')\n",
        FETCH.replace("(url)", "(f'https://a.example/{url}')") + GIVEN + "return await fetch(page)\n",
        FETCH.replace("AsyncClient()", "AsyncClient(base_url='https://a.example')")
        + GIVEN
        + "return await fetch(page)\n",
        FETCH.replace("get(url)", "get('https://a.example', params=url)") + GIVEN + "return await fetch(page)\n",
        "async def ask(client, item): ...\n\n\nasync def fetch(item: str):\n"
        "    async with httpx.AsyncClient() as client:\n        return await ask(client, item)\n"
        + GIVEN
        + "return await fetch(page)\n",
    ],
)
def test_one_host_is_asked_again_and_again(source: str) -> None:
    assert found(CLIENT, source) == ["MEDIUM"]


@pytest.mark.parametrize(
    "source",
    [
        "client = httpx.AsyncClient()" + HANDLER + "return await client.get('https://a.example')\n",
        "@lru_cache(maxsize=8)\ndef storage(region: str):\n    return boto3.client('s3', region_name=region)\n"
        + HANDLER
        + "return storage('eu').list_buckets()\n",
        "@lru_cache\ndef storage():\n    return boto3.client('s3')\n\n\n@app.get('/')\n"
        "def handler(client=Depends(storage)): ...\n",
        "def make():\n    return httpx.AsyncClient()\n\n\ndef get():\n    global client\n    if client is None:\n"
        "        client = make()\n    return client\n\nclient = None\n" + HANDLER + "return await get().get('/')\n",
        "class Api:\n    client = None\n\n    @classmethod\n    def get(cls):\n        if cls.client is None:\n"
        "            cls.client = httpx.AsyncClient()\n        return cls.client\n"
        + HANDLER
        + "return await Api.get().get('/')\n",
        "clients = {}\n\n\ndef get(host):\n    return clients.setdefault(host, httpx.AsyncClient())\n"
        + HANDLER
        + "return await get('a.example').get('/')\n",
        "class Api:\n    def __init__(self):\n        self.client = httpx.AsyncClient()\n\n"
        "    async def read(self):\n        return await self.client.get('/')\n\n\napi = Api()\n"
        + HANDLER
        + "return await api.read()\n",
        "class Api:\n    @cached_property\n    def client(self):\n        return boto3.client('s3')\n\n\napi = Api()\n"
        + HANDLER
        + "return api.client.list_buckets()\n",
        "class Base:\n    def __init__(self):\n        self.client = httpx.AsyncClient()\n\n\nclass Api(Base):\n"
        "    def __init__(self):\n        super().__init__()\n\n\napi = None\n\n\ndef get():\n    global api\n"
        "    if api is None:\n        api = Api()\n    return api\n" + HANDLER + "return await get().client.get('/')\n",
        "class Single(type): ...\n\n\nclass Api(metaclass=Single):\n    def __init__(self):\n"
        "        self.client = httpx.AsyncClient()\n" + HANDLER + "return await Api().client.get('/')\n",
        "@asynccontextmanager\nasync def lifespan(app):\n    app.state.client = make()\n    yield\n\n\n"
        "def make():\n    return httpx.AsyncClient()\n\n\napp = FastAPI(lifespan=lifespan)\n"
        "\n\n@app.get('/')\nasync def handler(request: Request):\n    return await request.app.state.client.get('/')\n",
        "@app.get('/')\nasync def handler(request: Request):\n    request.app.state.client = httpx.AsyncClient()\n",
        "async def read(client=None):\n    client = client or httpx.AsyncClient()\n    return await client.get('/')\n"
        + HANDLER
        + "return await read()\n",
        "class Store(BaseModel):\n    token: str\n\n\n@app.post('/')\ndef handler(store: Store):\n"
        "    return boto3.client('s3', aws_session_token=store.token).list_buckets()\n",
        "pool = redis.ConnectionPool()" + HANDLER + "return await redis.Redis(connection_pool=pool).get('a')\n",
        "@app.get('/')\nasync def handler():\n    async def refuse(response): ...\n\n"
        "    return await httpx.AsyncClient(event_hooks={'response': [refuse]}).get('/')\n",
        "class Api:\n    def __init__(self, token: str):\n"
        "        self.client = httpx.AsyncClient(headers={'Authorization': token})\n\n\n@app.get('/')\n"
        "async def handler(token: str):\n    return await Api(token).client.get('/')\n",
        "import requests\n" + HANDLER + "return requests.Session().get('https://a.example', timeout=5)\n",
        "def unused():\n    return httpx.AsyncClient()\n",
        "class httpx:\n    class AsyncClient: ...\n" + HANDLER + "return httpx.AsyncClient()\n",
    ],
)
def test_requests_share_the_client(source: str) -> None:
    assert found(CLIENT, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "from httpx import AsyncClient as Web\n" + HANDLER + "async with Web() as client:\n        return 1\n",
        "class Api(httpx.AsyncClient): ...\n" + HANDLER + "async with Api() as client:\n        return 1\n",
        "def get_storage(settings: Settings = Depends(get_settings)):\n"
        "    return boto3.client('s3', region_name=settings.region)\n\n\n@app.get('/')\n"
        "def handler(client=Depends(get_storage)): ...\n",
        "class Api:\n    def __init__(self):\n        self.client = httpx.AsyncClient()\n\n\n@app.get('/')\n"
        "async def handler(api: Api = Depends()):\n    return await api.client.get('/')\n",
        "@app.get('/')\nasync def handler(token: str):\n"
        "    async with httpx.AsyncClient(headers={'Authorization': token}) as client:\n        return 1\n",
        "@app.middleware('http')\nasync def forward(request, call_next):\n    httpx.AsyncClient()\n"
        "    return await call_next(request)\n",
        "@app.get('/')\nasync def handler():\n    transport = httpx.AsyncHTTPTransport(retries=3)\n"
        "    return await httpx.AsyncClient(transport=transport).get('/')\n",
    ],
)
def test_every_request_makes_a_client(source: str) -> None:
    assert found(CLIENT, source) == ["HIGH"]


@pytest.mark.parametrize(
    "source",
    [
        "def make():\n    return httpx.AsyncClient()\n" + HANDLER + "return await make().get('/')\n",
        "class Api:\n    def __init__(self):\n        self.client = httpx.AsyncClient()\n\n    async def read(self):\n"
        "        return await self.client.get('/')\n" + HANDLER + "return await Api().read()\n",
        "class Base:\n    def __init__(self):\n        self.client = httpx.AsyncClient()\n\n\nclass Api(Base):\n"
        "    def __init__(self):\n        super().__init__()\n" + HANDLER + "return await Api().client.get('/')\n",
        "class Api:\n    async def __aenter__(self):\n        self.client = httpx.AsyncClient()\n"
        "        return self\n\n\n"
        "def make():\n    return Api()\n\n\nasync def fetch():\n    client = httpx.AsyncClient()\n"
        "    return await client.get('/')\n" + HANDLER + "return await fetch()\n",
    ],
)
def test_a_client_made_further_away_has_medium_confidence(source: str) -> None:
    assert found(CLIENT, source) == ["MEDIUM"]


def test_a_client_made_in_another_file_is_reported_there() -> None:
    other = {"clients.py": "import httpx\n\n\ndef make():\n    return httpx.AsyncClient()\n"}
    source = START + "import clients as parts\n" + HANDLER + "return await parts.make().get('/')\n"

    assert check_files(CLIENT, {"main.py": source, **other}).lines == {("clients.py", 5)}


@pytest.mark.parametrize(
    "source",
    [
        "engine = create_engine('sqlite://')\n\n\n@app.get('/')\ndef handler():\n"
        "    return Session(engine).get(int, 1)\n",
        "@lru_cache\ndef engine_of(tenant: str):\n    return create_engine(f'postgresql://db.example/{tenant}')\n\n\n"
        "@app.get('/{tenant}')\ndef handler(tenant: str):\n    return engine_of(tenant)\n",
        "@app.post('/try')\ndef handler(url: str):\n    create_engine(url).connect()\n",
    ],
)
def test_requests_share_the_engine(source: str) -> None:
    assert found(ENGINE, source) == []


@pytest.mark.parametrize(
    ("source", "confidence"),
    [
        ("@app.get('/')\ndef handler():\n    return create_engine('sqlite:///a.db').connect()\n", "HIGH"),
        (
            "def get_session(settings: Settings = Depends(get_settings)):\n"
            "    with Session(create_engine(settings.database)) as session:\n        yield session\n\n\n@app.get('/')\n"
            "def handler(session: Session = Depends(get_session)): ...\n",
            "HIGH",
        ),
        (
            "def make_engine():\n    return create_engine('sqlite:///a.db')\n\n\ndef make_session():\n"
            "    return Session(make_engine())\n\n\ndef get_session():\n    yield make_session()\n\n\n@app.get('/')\n"
            "def handler(session: Session = Depends(get_session)): ...\n",
            "MEDIUM",
        ),
        (
            "def make_engine():\n    return create_engine('sqlite:///a.db')\n\n\ndef back_up():\n"
            "    make_engine().connect()\n\n\n@app.post('/backups')\ndef handler():\n    back_up()\n",
            "LOW",
        ),
    ],
)
def test_every_request_makes_an_engine(source: str, confidence: str) -> None:
    assert found(ENGINE, source) == [confidence]


@pytest.mark.parametrize(
    ("source", "passes"),
    [
        ("client = httpx.AsyncClient()\n", 1),
        ("def make():\n    return httpx.AsyncClient()\n\n\nclient = make()\n", 1),
        ("@lru_cache\ndef make():\n    return httpx.AsyncClient()\n" + HANDLER + "return await make().get('/')\n", 1),
        (
            "def make():\n    return httpx.AsyncClient()\n\n\ndef get():\n    global client\n    client = make()\n"
            "    return client\n" + HANDLER + "return await get().get('/')\n",
            1,
        ),
        ("def unused():\n    return httpx.AsyncClient()\n", 0),
        (
            "@app.get('/')\ndef handler(region: str):\n    boto3.client('s3', region_name=region)\n",
            0,
        ),
    ],
)
def test_only_what_is_known_to_be_shared_passes(source: str, passes: int) -> None:
    reported = check_files(CLIENT, {"main.py": START + source})

    assert (reported.passes, reported.lines) == (passes, frozenset())

"""What is known of library calls, and what a project may add."""

from __future__ import annotations

import pytest

from fastapi_audit.knowledge.calls import call_knowledge
from fastapi_audit.knowledge.offloading import Destination


@pytest.mark.parametrize(
    ("name", "library", "subject", "confidence"),
    [
        ("time.sleep", "time", "sleep", "high"),
        ("requests.get", "requests", "http", "high"),
        ("requests.Session.get", "requests", "http", "high"),
        ("redis.Redis.hgetall", "redis", "redis", "high"),
        ("open", "files", "file", "medium"),
        ("pathlib.Path.read_text", "files", "file", "medium"),
        ("os.path.exists", "file-entries", "file", "low"),
        ("prometheus_client.generate_latest", "prometheus", "file", "low"),
        ("botocore.client.BaseClient.put_object", "aws", "cloud", "high"),
        ("openai.OpenAI.chat.completions.create", "openai", "http", "high"),
        ("googleapiclient.discovery.Resource.files().list().execute", "google-clients", "cloud", "high"),
        ("psycopg2.connect", "database-connections", "database", "high"),
    ],
)
def test_a_call_that_waits_is_known_with_its_library(name: str, library: str, subject: str, confidence: str) -> None:
    effect = call_knowledge().blocking(name)

    assert effect is not None
    assert (effect.library, effect.subject, effect.confidence) == (library, subject, confidence)


@pytest.mark.parametrize(
    "name",
    [
        "asyncio.sleep",
        "httpx.AsyncClient.get",
        "redis.asyncio.Redis.get",
        "openai.AsyncOpenAI.chat.completions.create",
        "pathlib.Path.with_suffix",
        "subprocess.Popen.poll",
        "app.services.requests.get",
        "requests",
        "get",
        "",
    ],
)
def test_a_call_that_does_not_wait_is_not_known(name: str) -> None:
    assert call_knowledge().blocking(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "redis.Redis.pipeline",
        "botocore.client.BaseClient.generate_presigned_url",
        "botocore.client.BaseClient.exceptions.NoSuchKey",
        "boto3.resources.base.ServiceResource.Bucket",
    ],
)
def test_what_is_excepted_from_all_methods_of_a_type_is_not_known(name: str) -> None:
    assert call_knowledge().blocking(name) is None


def test_the_methods_of_what_is_excepted_are_still_known() -> None:
    assert call_knowledge().blocking("boto3.resources.base.ServiceResource.Bucket.upload_file") is not None


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("bcrypt.hashpw", "password"),
        ("passlib.context.CryptContext.verify", "password"),
        ("PIL.Image.Image.resize", "image"),
        ("pandas.read_csv", "data frame"),
        ("zipfile.ZipFile.extractall", "compression"),
    ],
)
def test_heavy_work_is_known(name: str, subject: str) -> None:
    effect = call_knowledge().processor(name)

    assert effect is not None
    assert effect.subject == subject


@pytest.mark.parametrize("name", ["PIL.Image.open", "hashlib.sha256", "json.dumps", "jwt.decode"])
def test_light_work_is_not_known(name: str) -> None:
    assert call_knowledge().processor(name) is None


@pytest.mark.parametrize(
    ("name", "destination", "position", "keyword", "wraps"),
    [
        ("starlette.concurrency.run_in_threadpool", Destination.THREAD, 0, "func", False),
        ("asyncio.AbstractEventLoop.run_in_executor", Destination.THREAD, 1, "func", False),
        ("asgiref.sync.sync_to_async", Destination.THREAD, 0, "func", True),
        ("threading.Thread", Destination.THREAD, 1, "target", False),
        ("anyio.to_process.run_sync", Destination.PROCESS, 0, "func", False),
        ("sqlalchemy.ext.asyncio.AsyncSession.run_sync", Destination.GREENLET, 0, "fn", False),
        ("asyncio.create_task", Destination.LOOP, 0, "coro", False),
        ("asyncio.run", Destination.OWN_LOOP, 0, "main", False),
        ("fastapi.BackgroundTasks.add_task", Destination.BACKGROUND, 0, "func", False),
        ("celery.Task.delay", Destination.WORKER, None, None, False),
    ],
)
def test_a_call_that_takes_a_callable_elsewhere_says_where_and_which(
    name: str, destination: Destination, position: int | None, keyword: str | None, wraps: bool
) -> None:
    offload = call_knowledge().offloads(name)

    assert offload is not None
    assert (offload.destination, offload.position, offload.keyword) == (destination, position, keyword)
    assert offload.wraps is wraps


@pytest.mark.parametrize(
    ("name", "timeout"),
    [
        ("requests.post", False),
        ("httpx.AsyncClient", 5.0),
        ("aiohttp.ClientSession", 300.0),
        ("requests.Session", None),
    ],
)
def test_a_client_says_how_long_it_waits(name: str, timeout: float | bool | None) -> None:
    client = call_knowledge().client(name)

    assert client is not None
    assert client.timeout == timeout
    assert type(client.timeout) is type(timeout)


def test_engines_are_told_from_other_clients() -> None:
    engine, client = call_knowledge().client("sqlalchemy.create_engine"), call_knowledge().client("httpx.Client")

    assert engine is not None
    assert client is not None
    assert (engine.is_engine, client.is_engine) == (True, False)
    assert (engine.is_expensive, client.is_expensive) == (True, True)


def test_a_project_adds_its_own_helpers_and_wrappers() -> None:
    own = call_knowledge().extended(blocking=["app.legacy.*", "app.io.fetch"], offloading=["app.threads.in_thread"])
    helper, wrapper = own.blocking("app.legacy.mail.send"), own.offloads("app.threads.in_thread")

    assert helper is not None
    assert wrapper is not None
    assert own.blocking("app.io.fetch") == helper
    assert (wrapper.destination, wrapper.position, wrapper.wraps) == (Destination.THREAD, 0, True)
    assert own.blocking("requests.get") == call_knowledge().blocking("requests.get")
    assert call_knowledge().blocking("app.io.fetch") is None


def test_what_a_project_trusts_is_no_longer_known() -> None:
    own = call_knowledge().extended(blocking=["app.io.fetch"], trusted=["requests.*", "app.io.fetch", "bcrypt.hashpw"])

    assert own.blocking("requests.Session.get") is None
    assert own.blocking("app.io.fetch") is None
    assert own.processor("bcrypt.hashpw") is None
    assert own.processor("bcrypt.checkpw") is not None
    assert own.blocking("time.sleep") is not None
    assert own.trusts("requests.get")
    assert not own.trusts("time.sleep")
    assert not own.trusts(None)

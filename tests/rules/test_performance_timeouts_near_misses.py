"""Timeouts that are set where one does not look at once, and some that are not."""

from importlib import import_module

import pytest

from fastapi_audit.testing import Reported, check_files

TIMEOUT = import_module("fastapi_audit_rules.performance.missing_client_timeout")


def judge(source: str, requirements: str = "") -> Reported:
    return check_files(TIMEOUT, {"main.py": source, "requirements.txt": requirements})


@pytest.mark.parametrize(
    "source",
    [
        "import requests\n\ndef read(**options):\n    return requests.get('https://a.example', **options)\n",
        "import requests\n\ndef read(timeout=None):\n    return requests.get('https://a.example', timeout=timeout)\n",
        "import requests\n\nclass Adapter(requests.adapters.HTTPAdapter): ...\n\nsession = requests.Session()\n"
        "session.mount('https://', Adapter())\nsession.get('https://a.example')\n",
        "import requests\n\nclass Session(requests.Session):\n    def request(self, *args, **kwargs): ...\n\n"
        "def read(session: Session):\n    return session.get('https://a.example')\n",
        "import socket\nfrom urllib.request import urlopen\n\nsocket.setdefaulttimeout(5)\n\n"
        "def read():\n    return urlopen('https://a.example')\n",
        "from urllib.request import urlopen\n\ndef read():\n    return urlopen('https://a.example', None, 5)\n",
        "import redis\n\ncache = redis.from_url('redis://a.example?socket_timeout=5')\n",
        "import redis\n\ncache = redis.Redis(connection_pool=pool())\n",
        "import aiohttp\nimport httpx\n\nclients = [httpx.AsyncClient(), aiohttp.ClientSession()]\n",
        "import httpx\n\nclient = httpx.AsyncClient(timeout=httpx.Timeout(None, connect=5))\n",
        "class requests:\n    def get(self, url): ...\n\nrequests().get('https://a.example')\n",
    ],
)
def test_it_is_bounded_or_may_be(source: str) -> None:
    reported = judge(source, "redis==5.0.8\n")

    assert (reported.lines, reported.crashes) == (frozenset(), ())


@pytest.mark.parametrize(
    "source",
    [
        "from requests import post as send\n\nsend('https://a.example')\n",
        "import requests\n\nwith requests.Session() as session:\n    session.get('https://a.example')\n",
        "import requests\n\nclass Api:\n    def __init__(self):\n        self.session = requests.Session()\n\n"
        "    def read(self):\n        return self.session.get('https://a.example')\n",
        "import requests\n\nsession = requests.Session()\n"
        "session.mount('https://', requests.adapters.HTTPAdapter(max_retries=3))\nsession.get('https://a.example')\n",
        "import redis.asyncio as redis\n\ncache = redis.from_url('redis://a.example')\n",
        "import httpx\n\nclient = httpx.AsyncClient(timeout=httpx.Timeout(None))\n",
        "import requests\n\ndef read():\n    return requests.get('https://a.example', timeout=None)\n",
    ],
)
def test_it_waits_for_ever(source: str) -> None:
    assert len(judge(source, "redis==5.0.8\n").lines) == 1


@pytest.mark.parametrize(("requirements", "fails"), [("redis==7.1.0\n", 1), ("redis==8.0.0\n", 0), ("redis\n", 0)])
def test_redis_waits_for_ever_before_version_8(requirements: str, fails: int) -> None:
    (result,) = judge("import redis\n\ncache = redis.Redis()\n", requirements).results

    assert (result.passes, result.fails) == (1 - fails, fails)


@pytest.mark.parametrize(("main", "fails"), [("", 0), ("import prices\n\n", 1)])
def test_a_command_and_what_it_alone_imports_keep_nobody_waiting(main: str, fails: int) -> None:
    files = {
        "main.py": f"{main}from fastapi import FastAPI\n\napp = FastAPI()\n",
        "prices.py": "import requests\n\n\ndef load():\n    return requests.get('https://a.example')\n",
        "load.py": "import prices\n\nif __name__ == '__main__':\n    prices.load()\n",
    }
    (result,) = check_files(TIMEOUT, files).results

    assert (result.passes, result.fails) == (0, fails)

"""Serve a fixture's application in this process: `python -m runtime.drive MODULE NAME`.

Reads one request per line from standard input as JSON (the arguments of `httpx.AsyncClient.request`) and writes one
line per response: status, headers, body. A NAME ending in "()" is a factory.
"""

import asyncio
import json
import sys
from importlib import import_module
from typing import Any

import httpx


async def serve(application: Any) -> None:
    """Answer requests within the application's lifespan until standard input ends."""
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url="https://localhost") as client,
    ):
        while line := await asyncio.to_thread(sys.stdin.readline):
            response = await client.request(**json.loads(line))
            answer = {"status": response.status_code, "headers": dict(response.headers), "body": response.text}
            sys.stdout.write("\n" + json.dumps(answer) + "\n")
            sys.stdout.flush()


def load(module: str, name: str) -> Any:
    """Import the application, or call its factory."""
    target = getattr(import_module(module), name.removesuffix("()"))
    return target() if name.endswith("()") else target


if __name__ == "__main__":
    asyncio.run(serve(load(sys.argv[1], sys.argv[2])))

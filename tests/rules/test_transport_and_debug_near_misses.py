"""Cookies, TLS, debug mode and libraries: other spellings, configuration, and what only looks like the problem."""

from __future__ import annotations

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

COOKIE = import_module("fastapi_audit_rules.security.insecure_cookie")
TLS = import_module("fastapi_audit_rules.security.tls_verification_disabled")
DEBUG = import_module("fastapi_audit_rules.security.debug_in_production")
LIBRARY = import_module("fastapi_audit_rules.security.unmaintained_auth_library")
LOG = import_module("fastapi_audit_rules.security.secret_in_log")
APPLICATION = "from fastapi import FastAPI\napp = FastAPI()\n"


@pytest.mark.parametrize(
    ("call", "is_reported"),
    [
        ("response.set_cookie('refresh_token', value, httponly=True, secure=True)", False),
        ("response.set_cookie('csrf_token', value, secure=True)", False),
        ("response.set_cookie('locale', value)", False),
        ("response.set_cookie('session', '', expires=0)", False),
        ("response.set_cookie('session', value, httponly=True, secure=is_secure)", False),
        ("response.set_cookie('session', value, **options)", False),
        ("jar.set_cookie('session', value)", False),
        ("response.set_cookie('session', value, secure=True)", True),
        ("response.set_cookie(key=NAME, value=value, httponly=True, secure=False)", True),
    ],
)
def test_cookies_that_let_in_are_secure_and_hidden_from_scripts(call: str, is_reported: bool) -> None:
    code = f"""from fastapi import Response
NAME = "accessToken"
def send(response: Response, jar, value: str, is_secure: bool, options: dict) -> None:
    {call}
"""
    outcome = check_files(COOKIE, {"app/cookies.py": code})

    assert not outcome.crashes
    assert outcome.lines == ({("app/cookies.py", 4)} if is_reported else frozenset())


@pytest.mark.parametrize(
    ("call", "is_reported"),
    [
        ("requests.get(url, verify=False)", True),
        ("web.post(url, json={}, verify=CHECKS)", True),
        ("httpx.Client(verify=settings.verify)", True),
        ("aiohttp.TCPConnector(ssl=False)", True),
        ("requests.get(url, verify='/etc/ssl/company.pem')", False),
        ("requests.get(url, verify=checks)", False),
        ("jwt.decode(url, verify=False)", False),
        ("httpx.AsyncClient(timeout=5)", False),
    ],
)
def test_verification_that_is_off_is_reported_wherever_it_was_turned_off(call: str, is_reported: bool) -> None:
    code = f"""import aiohttp, httpx, jwt, requests
import requests as web
from pydantic_settings import BaseSettings
CHECKS = False
class Settings(BaseSettings):
    verify: bool = False
settings = Settings()
def ask(url: str, checks: bool):
    return {call}
"""
    outcome = check_files(TLS, {"app/clients.py": code})

    assert not outcome.crashes
    assert outcome.lines == ({("app/clients.py", 9)} if is_reported else frozenset())


def test_debug_by_default_is_reported_and_debug_by_the_environment_is_not() -> None:
    head = "import os\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\n"
    files = {
        "app/a.py": head
        + "class Settings(BaseSettings):\n    debug: bool = True\napp = FastAPI(debug=Settings().debug)\n",
        "app/b.py": head + 'app = FastAPI(debug=os.environ["DEBUG"] == "1")\n',
    }

    assert check_files(DEBUG, files).lines == {("app/a.py", 6)}


@pytest.mark.parametrize(
    ("requirement", "is_reported"),
    [("python_jose[cryptography]==3.3.0", True), ("passlib[bcrypt]", True), ("PyJWT", False), ("jose-theme", False)],
)
def test_libraries_are_known_by_their_distribution(requirement: str, is_reported: bool) -> None:
    files = {"requirements.txt": f"fastapi\n{requirement}\n", "app/main.py": APPLICATION}

    assert check_files(LIBRARY, files).lines == ({("requirements.txt", 2)} if is_reported else frozenset())


def test_a_library_that_only_developers_need_is_fine() -> None:
    files = {"requirements-dev.txt": "fastapi\npasslib\n", "app/main.py": APPLICATION}

    assert check_files(LIBRARY, files).lines == frozenset()


@pytest.mark.parametrize(
    ("call", "is_reported"),
    [
        ("print('user', form['password'])", True),
        ("log.info('key ' + settings.secret_key)", True),
        ("log.error('%s', [user.name, reset_token])", True),
        ("log.info('password', extra={'user': user})", False),
        ("log.info('%s', mask(password))", False),
        ("log.info('%s', token)", False),
        ("log.info('%s', max_tokens)", False),
        ("log.info('%s', password_length)", False),
        ("log.info('%s', user.password.is_set)", False),
        ("audit.info(password)", False),
    ],
)
def test_only_secrets_that_show_as_they_are_are_reported(call: str, is_reported: bool) -> None:
    code = f"""import logging
log = logging.getLogger(__name__)
def act(form, settings, user, reset_token, mask, password, token, max_tokens, password_length, audit):
    {call}
"""
    outcome = check_files(LOG, {"app/act.py": code})

    assert not outcome.crashes
    assert outcome.lines == ({("app/act.py", 4)} if is_reported else frozenset())

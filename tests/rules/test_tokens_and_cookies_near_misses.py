"""Tokens and their secrets: other spellings, other files, other tokens, and what only looks like one of them."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import pytest

from fastapi_audit.testing import check_files

SECRET = import_module("fastapi_audit_rules.security.weak_jwt_secret")
UNVERIFIED = import_module("fastapi_audit_rules.security.jwt_not_verified")
LIFETIME = import_module("fastapi_audit_rules.security.token_lifetime")
HASH = import_module("fastapi_audit_rules.security.weak_password_hash")
COMMITTED = import_module("fastapi_audit_rules.security.secret_file_committed")
PLAIN = import_module("fastapi_audit_rules.security.secret_not_secretstr")
DEFAULT = import_module("fastapi_audit_rules.security.secret_with_default")
TIMING = import_module("fastapi_audit_rules.security.timing_unsafe_comparison")
HEAD = "import time\nfrom datetime import datetime, timedelta, timezone\nimport jwt\n"


def reported(rule: ModuleType, code: str) -> list[int]:
    """Return the lines that a rule reports in one file, in which nothing may make it crash."""
    outcome = check_files(rule, {"app/tokens.py": code})
    assert not outcome.crashes
    return sorted(line for _, line in outcome.lines)


@pytest.mark.parametrize(
    "secret",
    [
        'os.environ["SECRET"]',
        'os.getenv("SECRET")',
        "secrets.token_urlsafe(32)",
        'config("SECRET")',
        'str(config("SECRET", cast=str))',
    ],
)
def test_a_secret_from_outside_or_at_random_is_sound(secret: str) -> None:
    code = f"""import os, secrets, jwt
from starlette.config import Config
config = Config()
SECRET = {secret}
def issue() -> str:
    return jwt.encode({{"sub": "1"}}, SECRET, "HS256")
"""

    assert reported(SECRET, code) == []


@pytest.mark.parametrize(
    "secret",
    [
        'os.getenv("SECRET", "0123456789abcdef0123456789abcdef")',
        'os.environ.get("SECRET") or "secret"',
        'config("SECRET", default="secret")',
        '"".join(["a", "b"])',
        'b"0123456789abcdef0123456789abcdef"',
    ],
)
def test_a_secret_in_the_code_is_reported_in_every_spelling(secret: str) -> None:
    code = f"""import os
from jose import jwt as tokens
from starlette.config import Config
config = Config()
SECRET = {secret}
def issue(key: str) -> str:
    return tokens.encode({{"sub": "1"}}, key, algorithm="HS256")
def log_in() -> str:
    return issue(key=SECRET)
"""

    assert reported(SECRET, code) == [7]


def test_a_secret_for_development_alone_is_not_judged() -> None:
    code = """import os, jwt
def choose(is_production: bool) -> str:
    if not is_production:
        return "for-tests"
    return open("/run/secret").read()
def issue(is_production: bool) -> str:
    return jwt.encode({"sub": "1"}, choose(is_production), "HS256")
"""

    assert reported(SECRET, code) == []


def test_an_inherited_settings_default_is_reported() -> None:
    files = {
        "app/base.py": 'from pydantic_settings import BaseSettings\nclass Base(BaseSettings):\n    key: str = "weak"\n',
        "app/settings.py": "from app.base import Base\nclass Settings(Base):\n    debug: bool = False\n",
        "app/tokens.py": """import jwt
from app.settings import Settings
def get_settings() -> Settings:
    return Settings()
def issue() -> str:
    settings = get_settings()
    return jwt.encode({"sub": "1"}, settings.key, "HS256")
""",
    }

    assert check_files(SECRET, files).lines == {("app/tokens.py", 7)}


@pytest.mark.parametrize(
    "call",
    [
        "jwt.decode(token, key, ['HS256'])",
        "jwt.decode(token, key, algorithms=ALLOWED, options={'verify_exp': False})",
        "jwt.get_unverified_header(token)",
        "parser.decode(token)",
        "jwt.decode(token, **arguments)",
    ],
)
def test_verified_reads_headers_and_other_decoders_are_fine(call: str) -> None:
    code = f"import jwt\nALLOWED = ['RS256']\ndef read(token, key, parser, arguments):\n    return {call}\n"

    assert reported(UNVERIFIED, code) == []


def test_unverified_dates_are_fine_and_unverified_users_are_not() -> None:
    code = """import jwt
OPTIONS = {"verify_signature": False}
def expiry(token: str) -> int:
    claims = jwt.decode(token, options=OPTIONS)
    return claims.get("exp")
def user(token: str) -> str:
    claims = jwt.decode(token, options=OPTIONS)
    return claims.get("sub")
"""

    assert reported(UNVERIFIED, code) == [7]


@pytest.mark.parametrize(
    "expiry",
    [
        "datetime.now(timezone.utc) + timedelta(hours=1)",
        "timedelta(0, 3600) + datetime.utcnow()",
        "int(time.time()) + 60 * 60",
        "(datetime.now() + timedelta(minutes=MINUTES)).timestamp()",
        "int((datetime.now() + timedelta(minutes=MINUTES)).timestamp())",
        "datetime.now() + LIFETIME",
    ],
)
def test_an_hour_is_too_long_in_every_form(expiry: str) -> None:
    code = f"""{HEAD}MINUTES = 60
LIFETIME = timedelta(hours=1)
def create_access_token(key: str) -> str:
    claims = {{"sub": "1"}}
    claims["exp"] = {expiry}
    return jwt.encode(claims, key, "HS256")
"""

    assert reported(LIFETIME, code) == [9]


@pytest.mark.parametrize("name", ["create_reset_token", "invite", "make_refresh_token", "email_verification_token"])
def test_other_tokens_may_live_longer(name: str) -> None:
    code = f"""{HEAD}def {name}(key: str) -> str:
    return jwt.encode({{"sub": "1", "exp": datetime.now() + timedelta(days=2)}}, key, "HS256")
"""

    assert reported(LIFETIME, code) == []


def test_what_a_client_shows_to_another_service_is_no_access_token() -> None:
    code = f"""{HEAD}def generate(key: str) -> str:
    return jwt.encode({{"iss": "me", "exp": time.time() + 3600}}, key, "HS256")
"""

    assert reported(LIFETIME, code) == []


def test_a_lifetime_or_claims_from_elsewhere_are_unknown() -> None:
    code = f"""{HEAD}import os
def create_access_token(key: str, claims: dict[str, str]) -> str:
    return jwt.encode(claims, key, "HS256")
def create_login_token(key: str) -> str:
    minutes = int(os.environ["MINUTES"])
    return jwt.encode({{"sub": "1", "exp": datetime.now() + timedelta(minutes=minutes)}}, key, "HS256")
"""

    assert reported(LIFETIME, code) == []


@pytest.mark.parametrize(
    "code",
    [
        "import asyncio\nfrom pwdlib import PasswordHash\nhasher = PasswordHash.recommended()\n"
        "async def make(password: str) -> str:\n    return await asyncio.to_thread(hasher.hash, password)\n",
        "from passlib.context import CryptContext\ncontext = CryptContext(schemes=['bcrypt'])\n"
        "def make(password: str) -> str:\n    return context.hash(password)\n",
    ],
)
def test_slow_hashes_pass_wherever_they_run(code: str) -> None:
    outcome = check_files(HASH, {"app/passwords.py": code})

    assert not outcome.lines
    assert outcome.passes == 1


@pytest.mark.parametrize(
    "body",
    [
        "return hashlib.sha256(token.encode()).hexdigest()",
        "return form.new_password == form.old_password",
        "return given.password == settings.password",
        "return given.password == ADMIN_PASSWORD",
        "return form.password == form.password2",
        "return get('https://api.pwnedpasswords.com/range/' + hashlib.sha1(password).hexdigest()[:5])",
    ],
)
def test_what_stores_no_password_is_no_subject(body: str) -> None:
    code = f"import hashlib\ndef use(token, form, given, settings, password, get):\n    {body}\n"

    assert reported(HASH, code) == []


@pytest.mark.parametrize(
    "body",
    [
        "return hashlib.md5(form['password'].encode()).hexdigest()",
        "return hashlib.new('sha1', form.password).hexdigest()",
        "digest = hashlib.sha256(); digest.update(form.passwd.encode())",
        "return digest_of(form.password)",
        "return user.password == form.password",
    ],
)
def test_fast_hashes_and_plain_passwords_are_reported(body: str) -> None:
    code = f"""import hashlib
def digest_of(text):
    return hashlib.sha512(text.encode()).hexdigest()
def use(form, user):
    {body}
"""

    assert reported(HASH, code) == [3 if "digest_of" in body else 5]


def test_a_fast_scheme_of_passlib_is_reported_at_its_context() -> None:
    code = """from passlib.context import CryptContext
context = CryptContext(schemes=["hex_sha256", "bcrypt"])
def make(password: str) -> str:
    return context.hash(password)
"""

    assert reported(HASH, code) == [2]


def test_defaults_of_settings_for_tests_are_fine_and_inherited_ones_are_reported_once() -> None:
    files = {
        "app/settings/base.py": "from pydantic_settings import BaseSettings\n"
        "class Base(BaseSettings):\n    secret_key: str = 'insecure'\n    api_token: str = 'none'\n",
        "app/settings/test.py": "from app.settings.base import Base\nclass Tests(Base):\n    secret_key: str = 'x'\n",
        "app/settings/prod.py": "from app.settings.base import Base\nclass Live(Base):\n    debug: bool = False\n",
    }

    assert check_files(DEFAULT, files).lines == {("app/settings/base.py", 3)}


def test_secrets_are_told_by_their_last_words_and_hidden_ones_pass() -> None:
    code = """from typing import Annotated
from pydantic import Field, Secret, SecretStr
from pydantic_settings import BaseSettings
Hidden = Annotated[SecretStr, Field(min_length=32)]
class Settings(BaseSettings):
    jwt_secret: Hidden
    secret_key: SecretStr | None = None
    password_min_length: int = 8
    token_header: str = "X-Token"
    client_secret: str | None = None
    s3_access_key: str
    s3_secret_key: SecretStr
    storage_access_key: str
"""

    assert reported(PLAIN, code) == [10, 13]


@pytest.mark.parametrize(
    ("path", "is_reported"),
    [(".env", True), ("deploy/.env.production", True), (".env.example", False), (".env.test", False)],
)
def test_secrets_in_files_of_variables_are_reported_but_in_templates(path: str, is_reported: bool) -> None:
    files = {
        path: "DEBUG=1\nAPI_SECRET=q8Fz2xLw90vTzKd71\nTOKEN=${TOKEN}\nPASSWORD=\n",
        "app/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    }

    assert check_files(COMMITTED, files).lines == ({(path, 2)} if is_reported else frozenset())


def test_empty_secrets_of_other_services_turn_them_off_and_empty_keys_to_sign_with_do_not() -> None:
    code = """from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    stripe_secret_key: str = ""
    github_client_secret: str = ""
    smtp_password: str = ""
    jwt_secret: str = ""
"""

    assert reported(DEFAULT, code) == [6]


@pytest.mark.parametrize(
    ("comparison", "is_reported"),
    [
        ("key == API_KEY", True),
        ("get_settings().api_key != key", True),
        ("key == self.settings.api_key.get_secret_value()", True),
        ("hmac.new(a, b, c).digest() == key", True),
        ("API_KEY == ''", False),
        ("settings.api_key == None", False),
        ("settings.token_type == key", False),
        ("API_KEY == OTHER_API_KEY", False),
        ("user.token_id == key", False),
        ("KEY_HEADER == key", False),
        ("secrets.compare_digest(key, API_KEY)", False),
    ],
)
def test_only_secrets_against_what_came_in_are_compared_unsafely(comparison: str, is_reported: bool) -> None:
    code = f"""import hmac, secrets
def check(self, settings, get_settings, user, key, a, b, c):
    return {comparison}
"""

    assert reported(TIMING, code) == ([3] if is_reported else [])

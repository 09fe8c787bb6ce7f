"""Routes that anybody must be able to call, by what they do and by their path: log-in, sign-up, recovery, webhooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fastapi_audit.rule_api import Application, Call, Class, Function, Project, Route, Schema, names, texts

MAX_DEPTH = 4
PASSWORD_FORMS = frozenset({"OAuth2PasswordRequestForm", "OAuth2PasswordRequestFormStrict"})
ENTRY_FORMS = PASSWORD_FORMS | {"OAuth2AuthorizeCallback"}
OPEN_READS = names("probes", "liveness") | names("probes", "readiness") | names("security", "documentation")
PASSWORD_CHECKS = frozenset({
    "argon2.PasswordHasher.verify", "bcrypt.checkpw", "passlib.context.CryptContext.verify",
    "passlib.context.CryptContext.verify_and_update", "pwdlib.PasswordHash.verify",
    "pwdlib.PasswordHash.verify_and_update", "werkzeug.security.check_password_hash",
})  # fmt: skip
PROOFS = PASSWORD_CHECKS | frozenset({
    "authlib.jose.jwt.decode",
    "authlib.jose.jwt.encode",
    "hmac.compare_digest",
    "hmac.digest",
    "hmac.new",
    "hmac.new.hexdigest",
    "itsdangerous.TimestampSigner.unsign",
    "itsdangerous.URLSafeSerializer.loads",
    "itsdangerous.URLSafeTimedSerializer.loads",
    "jose.jwt.decode",
    "jose.jwt.encode",
    "jwt.decode",
    "jwt.encode",
    "secrets.compare_digest",
    "standardwebhooks.Webhook.verify",
    "standardwebhooks.webhooks.Webhook.verify",
    "stripe.Webhook.construct_event",
    "svix.Webhook.verify",
    "svix.webhooks.Webhook.verify",
})  # fmt: skip
ISSUES = frozenset({"authlib.jose.jwt.encode", "jose.jwt.encode", "jwt.encode"})
ENTERED_BY = frozenset({"GET", "POST"})
HASHES = frozenset({
    "argon2.PasswordHasher.hash",
    "bcrypt.hashpw",
    "passlib.context.CryptContext.hash",
    "pwdlib.PasswordHash.hash",
    "werkzeug.security.generate_password_hash",
})  # fmt: skip
RECOVERIES = frozenset({
    "forgotpassword", "forgottenpassword", "passwordforgot", "passwordlost", "passwordrecovery", "passwordreset",
    "recoverpassword", "requestpasswordreset", "resetpassword",
})  # fmt: skip
RECOVERING = frozenset({"forgot", "lost", "recover", "recovery", "reset"})  # where the handler's name says of what
ENTRANCES = RECOVERIES | frozenset({
    "confirmemail", "cspreport", "emailverification", "health", "healthcheck", "healthz", "livez", "login", "logout",
    "readyz", "register", "registration", "requestverifytoken", "resendverification", "signin", "signout", "signup",
    "telemetry", "verifyemail",
})  # fmt: skip
EXCHANGES = frozenset({
    "accept", "accesstoken", "activate", "activation", "auth", "authenticate", "authorize", "callback", "confirm",
    "confirmation", "exchange", "invitation", "invite", "magiclink", "mfa", "oauth", "otp", "refresh", "refreshtoken",
    "revoke", "session", "sessions", "token", "tokens", "twofactor", "unsubscribe", "verification", "verify",
})  # fmt: skip
CODES = frozenset(
    {
        "magiclink",
        "requestcode",
        "requestlink",
        "requestmagiclink",
        "requestotp",
        "requesttoken",
        "resendcode",
        "resendotp",
        "sendcode",
        "sendmagiclink",
        "sendotp",
    }
)  # what a log-in sends, below a gate
LICENSES = frozenset({"activate", "deactivate", "validate"})
PROTOCOL = frozenset({"introspect", "register", "revoke", "token"})  # RFC 6749, 7009, 7591 and 7662
GATES = frozenset({"auth", "login", "oauth", "oauth2", "signin", "sso"})
CREDENTIALS = frozenset({
    "accesstoken", "assertion", "code", "credential", "credentials", "idtoken", "loginid", "otp", "password",
    "refreshtoken", "resettoken", "token",
})  # fmt: skip

REPEATED = frozenset({
    "confirmpassword", "password2", "passwordagain", "passwordconfirm", "passwordconfirmation", "passwordrepeat",
    "repeatpassword", "repeatedpassword",
})  # fmt: skip  # whoever sends a password twice chooses one


def is_public(route: Route, project: Project) -> bool:
    """Say whether anybody is meant to call a route: the configuration says so, or it is in its nature."""
    return route.public_by is not None or is_public_by_nature(route, project)


def is_public_by_nature(route: Route, project: Project) -> bool:
    """Say whether a route must answer callers who cannot show a token yet, or checks its callers by other means."""
    if any(dependency.name.rpartition(":")[2] in ENTRY_FORMS for dependency in route.all_dependencies):
        return True
    segments, sent, called = segments_of(route), names_sent(route, project), names_called(route, project)
    if not ENTERED_BY.issuperset(route.methods):
        called -= ISSUES  # a token that comes with what was changed says nothing about who changed it
    if (
        is_entrance(segments, sent)
        or recovers(route)
        or checks_its_callers(segments, called)
        or signs_up(route, sent, called)
    ):
        return True
    return route.methods == ("GET",) and bool(segments) and segments[-1] in OPEN_READS


def is_below_a_protected_application(route: Route) -> bool:
    """Say whether a route is of an application without authentication that is mounted under one with it (SEC036)."""
    if _authenticates(route.application):
        return False
    return any(outer.guards or _authenticates(outer) for outer in route.application.around)


@lru_cache(maxsize=64)
def _authenticates(application: Application) -> bool:
    return any(route.guards for route in application.routes)


def is_entrance(segments: list[str], sent: frozenset[str]) -> bool:
    """Say whether a path is that of an entrance, or of an exchange of a credential that the caller sends."""
    end = segments[-1] if segments else ""
    if end in ENTRANCES or (end in PROTOCOL and "oauth2" in segments):
        return True
    if end in CODES and not GATES.isdisjoint(segments[:-1]):
        return True
    if end in LICENSES and "key" in sent:
        return True
    return not EXCHANGES.isdisjoint(segments[-2:]) and not CREDENTIALS.isdisjoint(sent)


def recovers(route: Route) -> bool:
    """Say whether a route is where a lost password is asked for or replaced, by its path or its handler with it.

    The password of somebody that the path names, as in `/users/{user_id}/reset`, is another matter.
    """
    parts = [part for part in route.path.split("/") if part]
    if not parts or "POST" not in route.methods:
        return False
    if plain(parts[-1]) in RECOVERIES:
        return True
    is_of_item = len(parts) > 2 and "{" in parts[-2]
    handler = plain(route.handler.name) if route.handler is not None else ""
    return plain(parts[-1]) in RECOVERING and handler in RECOVERIES and not is_of_item


def checks_its_callers(segments: list[str], called: frozenset[str]) -> bool:
    """Say whether a handler checks a password, token or signature, issues a token, or opens a session."""
    opens_session = any(name.endswith(".set_cookie") for name in called)
    return not PROOFS.isdisjoint(called) or comes_back(called) or (opens_session and not GATES.isdisjoint(segments))


def comes_back(called: frozenset[str]) -> bool:
    """Say whether one of some calls asks another service who the caller is, as after a log-in there."""
    ways = texts("security", "callbacks").items()
    return any(
        name.startswith(f"{owner}.") and name.endswith(f".{method}") for name in called for owner, method in ways
    )


def signs_up(route: Route, sent: frozenset[str], called: frozenset[str]) -> bool:
    """Say whether a route takes a new account, with the password that the caller chose."""
    if route.methods != ("POST",) or "{" in last(route.path):
        return False
    return not REPEATED.isdisjoint(sent) or ("password" in sent and not HASHES.isdisjoint(called))


def last(path: str) -> str:
    """Return the last segment of a path."""
    return path.rstrip("/").rpartition("/")[2]


def plain(name: str) -> str:
    """Return a name without separators and case: `reset-password` and `resetPassword` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def segments_of(route: Route) -> list[str]:
    """Return the plain segments of a path without its parameters."""
    return [plain(segment) for segment in route.path.split("/") if segment and "{" not in segment]


def names_sent(route: Route, project: Project) -> frozenset[str]:
    """Return the plain names of what a caller sends: parameters, and the fields of bodies and forms."""
    return frozenset(plain(name) for name in _names_sent(route, project))


def _names_sent(route: Route, project: Project) -> Iterator[str]:
    schemas = schemas_by_class(project)
    for parameter in route.all_parameters:
        yield parameter.name
        for inner in parameter.type.walk() if parameter.type is not None else ():
            schema = schemas.get(inner.cls) if inner.cls is not None else None
            yield from (field.name for field in schema.fields) if schema is not None else ()


@lru_cache(maxsize=1)
def schemas_by_class(project: Project) -> dict[Class, Schema]:
    return {schema.cls: schema for schema in project.schemas}


def names_called(route: Route, project: Project) -> frozenset[str]:
    """Return the names of all that a handler calls, also through functions of the project."""
    calls = reached(route.handler, project) if route.handler is not None else ()
    return frozenset(call.name for call in calls if call.name is not None)


def reached(function: Function, project: Project) -> Iterator[Call]:
    """Yield the calls in a function and in those that it calls, some levels deep."""
    pending, seen = [(function, 0)], {function}
    while pending:
        current, depth = pending.pop()
        for call in project.calls_in(current):
            yield call
            target = call.target.find_method("__init__") if isinstance(call.target, Class) else call.target
            if target is not None and target not in seen and depth < MAX_DEPTH:
                seen.add(target)
                pending.append((target, depth + 1))

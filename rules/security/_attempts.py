"""Routes where somebody may try until it works: log-in, sign-up, recovery of passwords, codes that are sent."""

from __future__ import annotations

from fastapi_audit.rule_api import Dependency, Guard, Project, Route

from ._public_routes import (
    CREDENTIALS,
    PASSWORD_CHECKS,
    PASSWORD_FORMS,
    RECOVERIES,
    last,
    names_called,
    names_sent,
    reached,
    recovers,
    segments_of,
    signs_up,
)

ENTRANCES = RECOVERIES | frozenset({
    "emailverification", "login", "register", "registration", "requestverifytoken", "resendverification", "sendotp",
    "signin", "signup", "verifyemail", "verifyotp",
})  # fmt: skip
EXCHANGES = frozenset({
    "accesstoken", "activate", "activation", "auth", "authenticate", "confirm", "confirmation", "magiclink", "mfa",
    "otp", "token", "tokens", "totp", "twofactor", "verification", "verify",
})  # fmt: skip
SIGNED = frozenset({"accesstoken", "assertion", "idtoken"})  # made by a provider, too long to guess (RFC 6749, 10.10)
BASIC = "HTTPBasic"
ENDPOINTS = frozenset({"register", "token"})  # of OAuth 2
REFRESHES = frozenset({"refresh", "refreshtoken", "logout", "signout", "revoke"})


def takes_attempts(route: Route, project: Project) -> bool:
    """Say whether a route takes passwords, codes or new accounts from callers that nobody knows yet."""
    if not route.changes_data or route.methods == ("DELETE",) or _knows_its_caller(route, project):
        return False
    segments = segments_of(route)
    if not REFRESHES.isdisjoint(segments[-2:]):
        return False
    if any(dependency.name.rpartition(":")[2] in PASSWORD_FORMS for dependency in route.all_dependencies):
        return True
    sent, called = names_sent(route, project), names_called(route, project)
    checks_password = bool(sent & CREDENTIALS) and not PASSWORD_CHECKS.isdisjoint(called)
    is_whole = "{" not in last(route.path) or route.methods == ("POST",)
    is_found = is_entrance(segments, sent, is_whole) or recovers(route)
    return is_found or checks_password or signs_up(route, sent, called)


def is_entrance(segments: list[str], sent: frozenset[str], is_whole: bool) -> bool:
    """Say whether a path is that of an entrance, or of the check of a credential that the caller sends.

    `is_whole`: no parameter stands behind the segments, as it does where something registered is changed.
    """
    end = segments[-1] if segments else ""
    shown = CREDENTIALS & sent
    if shown and shown <= SIGNED:
        return False
    if is_whole and (end in ENTRANCES or (end in ENDPOINTS and "oauth2" in segments)):
        return True
    return not EXCHANGES.isdisjoint(segments[-2:]) and bool(shown)


def _knows_its_caller(route: Route, project: Project) -> bool:
    """Say whether something authenticates the caller before the handler runs, and takes no password to do so."""
    around = (guard for guard in route.guards if guard.level != "handler")
    return any(True for _ in around) or any(_is_before(guard, route, project) for guard in route.guards)


def _is_before(guard: Guard, route: Route, project: Project) -> bool:
    declared = [one for one in route.dependencies if one.place == guard.place]
    return bool(declared) and not any(_takes_passwords(one, project) for top in declared for one in top.walk())


def _takes_passwords(dependency: Dependency, project: Project) -> bool:
    if dependency.scheme == BASIC or dependency.name.rpartition(":")[2] in PASSWORD_FORMS:
        return True
    calls = reached(dependency.function, project) if dependency.function is not None else ()
    return any(call.name in PASSWORD_CHECKS for call in calls)

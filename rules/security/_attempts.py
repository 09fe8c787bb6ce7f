"""Routes where somebody may try until it works: log-in, sign-up, recovery of passwords, codes that are sent."""

from __future__ import annotations

from fastapi_audit.rule_api import Project, Route

from ._public_routes import (
    CREDENTIALS,
    PASSWORD_CHECKS,
    PASSWORD_FORMS,
    RECOVERIES,
    last,
    names_called,
    names_sent,
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
ENDPOINTS = frozenset({"register", "token"})  # of OAuth 2
REFRESHES = frozenset({"refresh", "refreshtoken", "logout", "signout", "revoke"})


def takes_attempts(route: Route, project: Project) -> bool:
    """Say whether a route takes passwords, codes or new accounts from callers that nobody knows yet."""
    guard = route.authenticated_by
    if not route.changes_data or route.methods == ("DELETE",) or (guard is not None and guard.level != "handler"):
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
    if is_whole and (end in ENTRANCES or (end in ENDPOINTS and "oauth2" in segments)):
        return True
    return not EXCHANGES.isdisjoint(segments[-2:]) and not CREDENTIALS.isdisjoint(sent)

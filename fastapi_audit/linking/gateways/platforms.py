"""Platforms that run the service and take its requests first: by their files, or by the step that deploys there."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.facts.automation import Pipeline
from fastapi_audit.facts.configurations import Configuration, Setting
from fastapi_audit.knowledge.tables import names, texts
from fastapi_audit.model.gateway import Gateway
from fastapi_audit.model.place import Place, place_at


def platform_gateway(path: str, configuration: Configuration) -> Iterator[Gateway]:
    """Yield the gateway that a platform is for the service that it runs; none for what takes no requests."""
    title = texts("gateways", "platforms").get(configuration.subject)
    if title is None or not _serves(configuration):
        return
    place = place_at(path, configuration.settings[0].pos)
    switch = next((one for one in configuration.settings if _is_switch(one)), None)
    always = place if configuration.subject in names("gateways", "always_https") else None
    redirects = place_at(path, switch.pos) if switch is not None and _is_on(switch) else always
    is_switchable = configuration.subject in names("gateways", "switchable_https")
    plain = place if is_switchable and redirects is None else None
    yield Gateway(title, place, place, redirects, plain, hosts=place)


def _serves(configuration: Configuration) -> bool:
    """Say whether a platform is told of something that takes requests."""
    settings = configuration.settings
    if configuration.subject == "render":
        return any(one.name == "type" and one.value in ("web", "pserv") for one in settings)
    if configuration.subject == "copilot":
        return any(one.path == ("type",) and one.value.endswith(" Web Service") for one in settings)
    if configuration.subject == "app-engine":
        return any(one.path == ("runtime",) for one in settings)
    return bool(settings) and settings[0].path[:1] != ("expo",)


def _is_switch(setting: Setting) -> bool:
    return setting.name in ("force_https", "secure")


def _is_on(setting: Setting) -> bool:
    return setting.value.lower() in ("true", "always")


def deployed_to(path: str, pipeline: Pipeline) -> Iterator[Gateway]:
    """Yield the platforms to which a pipeline deploys."""
    seen: set[str] = set()
    for step in pipeline.steps:
        for sign, kind in texts("gateways", "deploying").items():
            is_met = sign in " ".join((step.run or "").split()) or sign == (step.uses or "").partition("@")[0]
            if is_met and kind not in seen:
                seen.add(kind)
                yield _deployed(kind, place_at(path, step.pos))


def _deployed(kind: str, place: Place) -> Gateway:
    secure = place if kind == "Cloud Run" else None
    return Gateway(kind, place, secure, secure, hosts=secure)

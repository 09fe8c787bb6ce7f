import json

from sample_audit import a_sample_audit

from fastapi_audit.reporting.render import render
from fastapi_audit.reporting.text_report import TextOptions


def test_every_format_has_its_renderer() -> None:
    audit = a_sample_audit()
    assert render(audit, "text").startswith("shop")
    assert json.loads(render(audit, "json"))["project"] == "shop"
    assert render(audit, "html").startswith("<!DOCTYPE html>")


def test_the_text_options_reach_the_text() -> None:
    assert "#" in render(a_sample_audit(), "text", TextOptions(is_ascii=True))
